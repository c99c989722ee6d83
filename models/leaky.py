"""Leaky integrate-and-fire: an RC membrane with a threshold.

    tau V' = E - V + R I,    V > V_th:  V -> V_reset, held there for t_ref

For R I + E > V_th it fires at
    f = 1 / (t_ref + tau ln((R I + E - V_reset) / (R I + E - V_th))),
which leaves 0 with infinite slope at the rheobase (V_th - E)/R = 1.5 nA.

Source: L. Lapicque, J. Physiol. Pathol. Gen. 9 (1907) 620-635. E = V_reset = -65 mV,
V_th = -50 mV, tau = 10 ms, R = 10 MOhm are those of P. Dayan and L. F. Abbott, Theoretical
Neuroscience (MIT Press, 2001), section 5.4; they use no refractory time, 2 ms is added here.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = "V' = (E - V + R*I) / tau"
REGIMES: dict[str, dict[str, float]] = {
    "standard": dict(tau=10, R=10, E=-65, V_th=-50, V_reset=-65, t_ref=2, I=0)
}
WORDS = dict(
    V=("mV", "membrane potential"),
    tau=("ms", "time constant of the membrane"),
    R=("MOhm", "resistance of the membrane"),
    E=("mV", "resting potential"),
    V_th=("mV", "threshold"),
    V_reset=("mV", "potential after a spike"),
    t_ref=("ms", "absolute refractory time"),
    I=("nA", "injected current"),
)
REFERENCE = (
    "L. Lapicque, J. Physiol. Pathol. Gen. 9 (1907) 620-635; parameters of P. Dayan and "
    "L. F. Abbott, Theoretical Neuroscience (MIT Press, 2001), section 5.4"
)


def leaky(regime: str = "standard") -> Model:
    """The leaky integrate-and-fire neuron."""
    regime = matching(regime, REGIMES, "a regime of leaky integrate-and-fire")
    return Model(
        "leaky integrate-and-fire",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=dict(V=-65),
        reset=Reset("V > V_th", V="V_reset", refractory="t_ref", hold=("V",)),
        natural=("I", (0, 4)),
        time_unit="ms",
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
