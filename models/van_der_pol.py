"""Van der Pol: the relaxation oscillation.

    x' = y
    y' = mu (1 - x^2) y - x

Small mu: T = 2 pi (1 + mu^2/16 - 5 mu^4/3072). Large mu: T = (3 - 2 ln 2) mu + 7.014 mu^(-1/3).
The amplitude of x is near 2 for every mu.

Source: B. van der Pol, Philos. Mag. (7) 2 (1926) 978-992.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = y
y' = mu*(1 - x^2)*y - x
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(mu=1)}
START = dict(x=2, y=0)  # beside the limit cycle, at its turning point
WORDS = dict(
    x=("1", "displacement"), y=("1", "velocity"), mu=("1", "strength of the nonlinear damping")
)
REFERENCE = "B. van der Pol, Philos. Mag. (7) 2 (1926) 978-992"


def van_der_pol(regime: str = "standard") -> Model:
    """Van der Pol's oscillator; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of van der Pol")
    return Model(
        "van der Pol",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("mu", (0.1, 10)),
        spike=("x", 0.0),
        options=dict(until=50),
        reference=REFERENCE,
        **explained(WORDS),
    )
