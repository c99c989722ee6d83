"""Persistent sodium and potassium: two currents, and every way to begin to fire.

    C V' = I - g_L (V - E_L) - g_Na m_inf(V) (V - E_Na) - g_K n (V - E_K)
      n' = (n_inf(V) - n) / tau

    m_inf = 1 / (1 + exp((V_m - V)/k_m)),    n_inf = 1 / (1 + exp((V_n - V)/k_n))

Regimes, named by how firing begins as the current grows:
"snic"        high-threshold potassium, tau 1 ms: saddle-node on an invariant circle, I = 4.5129
"homoclinic"  the same with fast potassium, tau 0.16 ms: firing is born at a saddle homoclinic
              before rest is lost (bistable, for instance, at I = 4)
"hopf"        low-threshold potassium (V_n -45, E_L -78, tau 1 ms): supercritical Hopf, I = 14.659

Source: E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press, 2007), chapter 4 (the
I_Na,p + I_K model, its high- and low-threshold sets) and chapter 6 (tau 0.16).
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
V' = (I - I_L - I_Na - I_K) / C
n' = (n_inf - n) / tau
I_L = g_L*(V - E_L)
I_Na = g_Na*m_inf*(V - E_Na)
I_K = g_K*n*(V - E_K)
m_inf = 1 / (1 + exp((V_m - V)/k_m))
n_inf = 1 / (1 + exp((V_n - V)/k_n))
"""
SHARED: dict[str, float] = dict(
    C=1, g_L=8, g_Na=20, E_Na=60, g_K=10, E_K=-90, V_m=-20, k_m=15, k_n=5, I=0
)
REGIMES: dict[str, dict[str, float]] = {
    "snic": dict(E_L=-80, V_n=-25, tau=1),
    "homoclinic": dict(E_L=-80, V_n=-25, tau=0.16),
    "hopf": dict(E_L=-78, V_n=-45, tau=1),
}
# The equilibrium at I = 0, solved at 40 digits and rounded to double; tau does not move it.
REST: dict[str, dict[str, float]] = {
    "snic": dict(V=-65.9529512632311, n=0.00027717334191586305),
    "homoclinic": dict(V=-65.9529512632311, n=0.00027717334191586305),
    "hopf": dict(V=-60.86475909135592, n=0.04019637772165664),
}
# Between rest and peak of the stable cycles. With fast potassium they shrink to -30..-20 mV at high
# drive; a low-threshold cycle is born small at -56 mV and counts as spiking from I = 29 on.
SPIKE = {"snic": -25.0, "homoclinic": -25.0, "hopf": -40.0}
WORDS = dict(
    V=("mV", "membrane potential"),
    n=("1", "potassium activation"),
    C=("uF/cm2", "capacitance"),
    g_L=("mS/cm2", "leak conductance"),
    E_L=("mV", "reversal potential of the leak"),
    g_Na=("mS/cm2", "greatest persistent sodium conductance"),
    E_Na=("mV", "reversal potential of sodium"),
    g_K=("mS/cm2", "greatest potassium conductance"),
    E_K=("mV", "reversal potential of potassium"),
    V_m=("mV", "half activation of sodium"),
    k_m=("mV", "width of the sodium activation"),
    V_n=("mV", "half activation of potassium"),
    k_n=("mV", "width of the potassium activation"),
    tau=("ms", "time constant of potassium"),
    I=("uA/cm2", "injected current"),
    I_Na=("uA/cm2", "sodium current, outward positive"),
    I_K=("uA/cm2", "potassium current, outward positive"),
    I_L=("uA/cm2", "leak current, outward positive"),
    m_inf=("1", "steady state of m"),
    n_inf=("1", "steady state of n"),
)
REFERENCE = "E. M. Izhikevich, Dynamical Systems in Neuroscience (MIT Press, 2007), chapters 4, 6"


def sodium_potassium(regime: str = "snic") -> Model:
    """The I_Na,p + I_K model with a "snic", "homoclinic" or "hopf" onset of firing."""
    regime = matching(regime, REGIMES, "a regime of persistent sodium and potassium")
    return Model(
        "persistent sodium and potassium",
        EQUATIONS,
        parameters=SHARED | REGIMES[regime],
        start=REST[regime],
        natural=("I", (0, 100)),
        spike=("V", SPIKE[regime]),
        time_unit="ms",
        options=dict(until=100),
        reference=REFERENCE,
        **explained(WORDS),
    )
