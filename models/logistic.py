"""The logistic map: growth with a limit, and the road through period doubling to chaos.

    x -> r x (1 - x)

The fixed point 1 - 1/r flips at r = 3, the orbit of period 2 at r = 1 + sqrt(6); at r = 1 the
fixed points cross (transcritical).

Source: R. M. May, Nature 261 (1976) 459-467.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = "x = r*x*(1 - x)"
REGIMES: dict[str, dict[str, float]] = {"standard": dict(r=3.2)}
WORDS = dict(x=("1", "population over its limit"), r=("1", "growth in one step"))
REFERENCE = "R. M. May, Nature 261 (1976) 459-467"


def logistic(regime: str = "standard") -> Model:
    """The logistic map, in discrete time."""
    regime = matching(regime, REGIMES, "a regime of the logistic map")
    return Model.map(
        "logistic map",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=dict(x=0.3),
        natural=("r", (0, 4)),
        reference=REFERENCE,
        **explained(WORDS),
    )
