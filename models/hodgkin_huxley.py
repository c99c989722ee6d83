"""Hodgkin-Huxley: the squid's giant axon.

    C V' = I - g_Na m^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L)
      x' = phi (alpha_x(V) (1 - x) - beta_x(V) x),    x = m, h, n

Two parametrisations of the same axon, depolarisation positive in both:

"standard"  V is the membrane potential, rest near -65 mV, with the rates
            alpha_m = 0.1 (V + 40) / (1 - exp(-(V + 40)/10)),  beta_m = 4 exp(-(V + 65)/18),
            alpha_h = 0.07 exp(-(V + 65)/20),   beta_h = 1 / (1 + exp(-(V + 35)/10)),
            alpha_n = 0.01 (V + 55) / (1 - exp(-(V + 55)/10)),  beta_n = 0.125 exp(-(V + 65)/80).
            E_L is -54 mV; the other value in circulation, -54.4, moves every current by 0.12.
"1952"      V is counted from rest, as in the paper (whose own V has the opposite sign). E_L is
            10.599 mV, which makes the resting current vanish at V = 0 to 2e-5 mV; the paper's
            rounded 10.613 moves every current by -0.0042.

Temperature enters by phi = 3^((T - 6.3)/10) with T in degrees Celsius: 1 at 6.3 C.

Source: A. L. Hodgkin and A. F. Huxley, J. Physiol. 117 (1952) 500-544: the rates, the conductances
and phi of part II, table 3. It has E_Na = 115 and E_K = -12 from rest. The standard set is the
usual translation to an absolute potential.
"""

from ..dynamics.model import Model
from .shape import explained, matching

MEMBRANE = """
V' = (I - I_Na - I_K - I_L) / C
m' = phi*(alpha_m*(1 - m) - beta_m*m)
h' = phi*(alpha_h*(1 - h) - beta_h*h)
n' = phi*(alpha_n*(1 - n) - beta_n*n)
I_Na = g_Na*m^3*h*(V - E_Na)
I_K = g_K*n^4*(V - E_K)
I_L = g_L*(V - E_L)
"""
ABSOLUTE = """
alpha_m = 0.1*(V + 40) / (1 - exp(-(V + 40)/10))
beta_m = 4*exp(-(V + 65)/18)
alpha_h = 0.07*exp(-(V + 65)/20)
beta_h = 1 / (1 + exp(-(V + 35)/10))
alpha_n = 0.01*(V + 55) / (1 - exp(-(V + 55)/10))
beta_n = 0.125*exp(-(V + 65)/80)
"""
FROM_REST = """
alpha_m = 0.1*(25 - V) / (exp((25 - V)/10) - 1)
beta_m = 4*exp(-V/18)
alpha_h = 0.07*exp(-V/20)
beta_h = 1 / (exp((30 - V)/10) + 1)
alpha_n = 0.01*(10 - V) / (exp((10 - V)/10) - 1)
beta_n = 0.125*exp(-V/80)
"""
EQUATIONS = {"standard": MEMBRANE + ABSOLUTE, "1952": MEMBRANE + FROM_REST}
SHARED: dict[str, float] = dict(C=1, g_Na=120, g_K=36, g_L=0.3)
REGIMES: dict[str, dict[str, float]] = {
    "standard": dict(E_Na=50, E_K=-77, E_L=-54, I=0, phi=1),
    "1952": dict(E_Na=115, E_K=-12, E_L=10.599, I=0, phi=1),
}
# The equilibrium at I = 0, solved at 40 digits and rounded to double.
REST: dict[str, dict[str, float]] = {
    "standard": dict(
        V=-64.89767289636794, m=0.05357460923233309, h=0.5925376590066964, n=0.319246167222217
    ),
    "1952": dict(
        V=2.032999327216625e-05, m=0.05293261214031692, h=0.5961200425218404, n=0.3176772256037889
    ),
}
# Between the equilibria and the peaks all along the natural range: at high drive the spikes are
# small (at I = 100 of the standard set V runs from -60.5 to -20.1).
SPIKE = {"standard": -40.0, "1952": 25.0}
WORDS = dict(
    V=("mV", "membrane potential"),
    m=("1", "sodium activation"),
    h=("1", "sodium inactivation, 1 when available"),
    n=("1", "potassium activation"),
    C=("uF/cm2", "capacitance"),
    g_Na=("mS/cm2", "greatest sodium conductance"),
    g_K=("mS/cm2", "greatest potassium conductance"),
    g_L=("mS/cm2", "leak conductance"),
    E_Na=("mV", "reversal potential of sodium"),
    E_K=("mV", "reversal potential of potassium"),
    E_L=("mV", "reversal potential of the leak"),
    I=("uA/cm2", "injected current"),
    phi=("1", "speed of the gates, 3^((T - 6.3)/10)"),
    I_Na=("uA/cm2", "sodium current, outward positive"),
    I_K=("uA/cm2", "potassium current, outward positive"),
    I_L=("uA/cm2", "leak current, outward positive"),
    alpha_m=("1/ms", "opening rate of m"),
    beta_m=("1/ms", "closing rate of m"),
    alpha_h=("1/ms", "opening rate of h"),
    beta_h=("1/ms", "closing rate of h"),
    alpha_n=("1/ms", "opening rate of n"),
    beta_n=("1/ms", "closing rate of n"),
)
REFERENCE = "A. L. Hodgkin and A. F. Huxley, J. Physiol. 117 (1952) 500-544"


def hodgkin_huxley(regime: str = "standard") -> Model:
    """The Hodgkin-Huxley axon in absolute potential ("standard") or counted from rest ("1952")."""
    regime = matching(regime, REGIMES, "a regime of Hodgkin-Huxley")
    return Model(
        "Hodgkin-Huxley",
        EQUATIONS[regime],
        parameters=SHARED | REGIMES[regime],
        start=REST[regime],
        natural=("I", (0, 200)),
        spike=("V", SPIKE[regime]),
        time_unit="ms",
        options=dict(until=100),
        reference=REFERENCE,
        **explained(WORDS),
    )
