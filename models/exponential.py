"""Exponential integrate-and-fire: a spike that starts as sodium channels start it.

    C V' = -g_L (V - E_L) + g_L Delta_T exp((V - V_T)/Delta_T) + I,
    V > V_peak:  V -> V_reset, held there for t_ref

Rest and threshold meet at V = V_T, at the rheobase I = g_L (V_T - E_L - Delta_T), here
0.162 uA/cm2.

Source: N. Fourcaud-Trocme, D. Hansel, C. van Vreeswijk and N. Brunel, J. Neurosci. 23 (2003)
11628-11640: the set fitted to the Wang-Buzsaki neuron (C 1, g_L 0.1, E_L -65, V_T -59.9,
Delta_T 3.48, reset -68, refractory time 1.7), whose onset is at the same current within 2%.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = "V' = (-g_L*(V - E_L) + g_L*Delta_T*exp((V - V_T)/Delta_T) + I) / C"
REGIMES: dict[str, dict[str, float]] = {
    "standard": dict(
        C=1, g_L=0.1, E_L=-65, V_T=-59.9, Delta_T=3.48, V_peak=-30, V_reset=-68, t_ref=1.7, I=0
    )
}
# The equilibrium at I = 0, solved at 40 digits and rounded to double.
REST = dict(V=-63.8962966816359)
WORDS = dict(
    V=("mV", "membrane potential"),
    C=("uF/cm2", "capacitance"),
    g_L=("mS/cm2", "leak conductance"),
    E_L=("mV", "reversal potential of the leak"),
    V_T=("mV", "threshold of spike initiation"),
    Delta_T=("mV", "sharpness of spike initiation"),
    V_peak=("mV", "top of a spike"),
    V_reset=("mV", "potential after a spike"),
    t_ref=("ms", "absolute refractory time"),
    I=("uA/cm2", "injected current"),
)
REFERENCE = "N. Fourcaud-Trocme et al., J. Neurosci. 23 (2003) 11628-11640"


def exponential(regime: str = "standard") -> Model:
    """The exponential integrate-and-fire neuron."""
    regime = matching(regime, REGIMES, "a regime of exponential integrate-and-fire")
    return Model(
        "exponential integrate-and-fire",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=REST,
        reset=Reset("V > V_peak", V="V_reset", refractory="t_ref", hold=("V",)),
        natural=("I", (0, 2)),
        time_unit="ms",
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
