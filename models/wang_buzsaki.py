"""Wang-Buzsaki: a fast-spiking interneuron of the hippocampus.

    C V' = I - g_Na m_inf^3 h (V - E_Na) - g_K n^4 (V - E_K) - g_L (V - E_L)
      x' = phi (alpha_x(V) (1 - x) - beta_x(V) x),    x = h, n

Sodium activates at once: m_inf = alpha_m / (alpha_m + beta_m). Firing begins at a saddle-node on
an invariant circle, near I = 0.16 uA/cm2.

Source: X.-J. Wang and G. Buzsaki, J. Neurosci. 16 (1996) 6402-6413, "Materials and methods".
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
V' = (I - I_Na - I_K - I_L) / C
h' = phi*(alpha_h*(1 - h) - beta_h*h)
n' = phi*(alpha_n*(1 - n) - beta_n*n)
I_Na = g_Na*m_inf^3*h*(V - E_Na)
I_K = g_K*n^4*(V - E_K)
I_L = g_L*(V - E_L)
m_inf = alpha_m / (alpha_m + beta_m)
alpha_m = 0.1*(V + 35) / (1 - exp(-0.1*(V + 35)))
beta_m = 4*exp(-(V + 60)/18)
alpha_h = 0.07*exp(-(V + 58)/20)
beta_h = 1 / (exp(-0.1*(V + 28)) + 1)
alpha_n = 0.01*(V + 34) / (1 - exp(-0.1*(V + 34)))
beta_n = 0.125*exp(-(V + 44)/80)
"""
PARAMETERS: dict[str, float] = dict(
    C=1, g_Na=35, g_K=9, g_L=0.1, E_Na=55, E_K=-90, E_L=-65, phi=5, I=0
)
REGIMES: dict[str, dict[str, float]] = {"standard": PARAMETERS}
# The equilibrium at I = 0, solved at 40 digits and rounded to double.
REST = dict(V=-64.0175649096368, h=0.780791551001644, n=0.08907801030858757)
WORDS = dict(
    V=("mV", "membrane potential"),
    h=("1", "sodium inactivation, 1 when available"),
    n=("1", "potassium activation"),
    C=("uF/cm2", "capacitance"),
    g_Na=("mS/cm2", "greatest sodium conductance"),
    g_K=("mS/cm2", "greatest potassium conductance"),
    g_L=("mS/cm2", "leak conductance"),
    E_Na=("mV", "reversal potential of sodium"),
    E_K=("mV", "reversal potential of potassium"),
    E_L=("mV", "reversal potential of the leak"),
    phi=("1", "speed of the gates h and n"),
    I=("uA/cm2", "injected current"),
    I_Na=("uA/cm2", "sodium current, outward positive"),
    I_K=("uA/cm2", "potassium current, outward positive"),
    I_L=("uA/cm2", "leak current, outward positive"),
    alpha_m=("1/ms", "opening rate of m"),
    beta_m=("1/ms", "closing rate of m"),
    alpha_h=("1/ms", "opening rate of h"),
    beta_h=("1/ms", "closing rate of h"),
    alpha_n=("1/ms", "opening rate of n"),
    beta_n=("1/ms", "closing rate of n"),
    m_inf=("1", "steady state of m"),
)
REFERENCE = "X.-J. Wang and G. Buzsaki, J. Neurosci. 16 (1996) 6402-6413"


def wang_buzsaki(regime: str = "standard") -> Model:
    """The Wang-Buzsaki interneuron."""
    regime = matching(regime, REGIMES, "a regime of Wang-Buzsaki")
    return Model(
        "Wang-Buzsaki",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=REST,
        natural=("I", (0, 10)),
        spike=("V", -20.0),
        time_unit="ms",
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
