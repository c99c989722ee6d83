"""A linear membrane with a linear adaptation.

        v' = -v - w + I
    tau w' = v - w

The fixed point is (I/2, I/2), its eigenvalues (-(1 + tau) +- sqrt(tau^2 - 6 tau + 1)) / (2 tau):
damped oscillations for 3 - 2 sqrt(2) < tau < 3 + 2 sqrt(2).

Source: closed form; the simplest two-variable membrane that resonates, as in M. J. E. Richardson,
N. Brunel and V. Hakim, J. Neurophysiol. 89 (2003) 2538-2554.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
v' = -v - w + I
w' = (v - w) / tau
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(tau=2, I=0)}
WORDS = dict(
    v=("1", "membrane potential"),
    w=("1", "adaptation"),
    tau=("1", "time constant of the adaptation, that of the membrane being 1"),
    I=("1", "injected current"),
)
REFERENCE = "closed form; after M. J. E. Richardson et al., J. Neurophysiol. 89 (2003) 2538-2554"


def linear_adaptation(regime: str = "standard") -> Model:
    """A linear membrane with a linear adaptation; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of linear adaptation")
    return Model(
        "linear adaptation",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=dict(v=0, w=0),
        natural=("I", (0, 10)),
        options=dict(until=20),
        reference=REFERENCE,
        **explained(WORDS),
    )
