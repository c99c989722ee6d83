"""The Henon map: stretch and fold in the plane.

    x -> 1 - a x^2 + y
    y -> b x

Fixed points appear at the fold a = -(1 - b)^2/4 and lose stability at the flip a = 3 (1 - b)^2/4;
the orbit of period 2 flips at a = (5 - 6 b + 5 b^2)/4, which is 0.9125 for b = 0.3.

Source: M. Henon, Commun. Math. Phys. 50 (1976) 69-77 (a = 1.4, b = 0.3).
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x = 1 - a*x^2 + y
y = b*x
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(a=1.4, b=0.3)}
START = dict(x=0, y=0)
WORDS = dict(
    x=("1", "folded coordinate"),
    y=("1", "memory of the step before"),
    a=("1", "strength of the fold"),
    b=("1", "contraction of area"),
)
REFERENCE = "M. Henon, Commun. Math. Phys. 50 (1976) 69-77"


def henon(regime: str = "standard") -> Model:
    """The Henon map, in discrete time."""
    regime = matching(regime, REGIMES, "a regime of the Henon map")
    return Model.map(
        "Henon map",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("a", (-0.2, 1.4)),
        reference=REFERENCE,
        **explained(WORDS),
    )
