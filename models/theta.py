"""The theta neuron: the quadratic neuron on a circle.

    theta' = 1 - cos(theta) + (1 + cos(theta)) I

A spike is a passage through pi, where theta goes on from -pi: the field is the same on both sides,
so this reset only closes the circle. For I > 0 it fires at f = sqrt(I)/pi; for I < 0 it rests at
theta = -2 atan(sqrt(-I)), and +2 atan(sqrt(-I)) is its threshold. tan(theta/2) obeys V' = V^2 + I.

Source: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253.
"""

from ..dynamics.model import Model
from ..dynamics.reset import Reset
from .shape import explained, matching

EQUATIONS = "theta' = 1 - cos(theta) + (1 + cos(theta))*I"
REGIMES: dict[str, dict[str, float]] = {"standard": dict(I=-1)}
WORDS = dict(theta=("rad", "phase of the neuron, pi at a spike"), I=("1", "injected current"))
REFERENCE = "G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253"


def theta(regime: str = "standard") -> Model:
    """The theta neuron; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of the theta neuron")
    return Model(
        "theta neuron",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=dict(theta=-1.5707963267948966),  # -pi/2: rest at I = -1
        reset=Reset("theta > pi", theta="theta - 2*pi"),
        natural=("I", (-1, 1)),
        options=dict(until=20),
        reference=REFERENCE,
        **explained(WORDS),
    )
