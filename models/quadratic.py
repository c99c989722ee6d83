"""Quadratic integrate-and-fire: the normal form of a saddle-node on an invariant circle.

    V' = V^2 + I,    V > V_peak:  V -> V_reset

For I > 0 it fires at
    f = sqrt(I) / (atan(V_peak/sqrt(I)) - atan(V_reset/sqrt(I))),
which is sqrt(I)/pi when the peak and the reset lie at +-infinity. For I < 0 it rests at
V = -sqrt(-I), and +sqrt(-I) is its threshold. V = tan(theta/2) turns it into the theta neuron.

Source: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253; P. E. Latham,
B. J. Richmond, P. G. Nelson and S. Nirenberg, J. Neurophysiol. 83 (2000) 808-827.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = "V' = V^2 + I"
REGIMES: dict[str, dict[str, float]] = {"standard": dict(V_peak=100, V_reset=-100, I=-1)}
WORDS = dict(
    V=("1", "membrane potential"),
    V_peak=("1", "top of a spike"),
    V_reset=("1", "potential after a spike"),
    I=("1", "injected current, 0 at the onset of firing"),
)
REFERENCE = (
    "G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253; "
    "P. E. Latham et al., J. Neurophysiol. 83 (2000) 808-827"
)


def quadratic(regime: str = "standard") -> Model:
    """The quadratic integrate-and-fire neuron; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of quadratic integrate-and-fire")
    return Model(
        "quadratic integrate-and-fire",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=dict(V=-1),
        reset=Reset("V > V_peak", V="V_reset"),
        natural=("I", (-1, 4)),
        options=dict(until=20),
        reference=REFERENCE,
        **explained(WORDS),
    )
