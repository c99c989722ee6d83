"""Rossler: one folded band, the simplest flow with chaos.

    x' = -y - z
    y' = x + a y
    z' = b + z (x - c)

Equilibria: x = (c -+ sqrt(c^2 - 4 a b))/2, z = -y = x/a; they meet in a fold at c = 2 sqrt(a b).

Source: O. E. Rossler, Phys. Lett. A 57 (1976) 397-398 (a = b = 0.2, c = 5.7).
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = -y - z
y' = x + a*y
z' = b + z*(x - c)
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(a=0.2, b=0.2, c=5.7)}
START = dict(x=1, y=1, z=0)
WORDS = dict(
    x=("1", "first coordinate of the spiral"),
    y=("1", "second coordinate of the spiral"),
    z=("1", "height of the fold"),
    a=("1", "growth of the spiral"),
    b=("1", "source of the fold"),
    c=("1", "where the fold begins"),
)
REFERENCE = "O. E. Rossler, Phys. Lett. A 57 (1976) 397-398"


def rossler(regime: str = "standard") -> Model:
    """Rossler's flow; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Rossler")
    return Model(
        "Rossler",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("c", (1, 6)),
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
