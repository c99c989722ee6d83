"""Lotka-Volterra: predator and prey, with a conserved quantity.

    x' = alpha x - beta x y
    y' = delta x y - gamma y

H = delta x - gamma ln x + beta y - alpha ln y stays constant; the averages over any orbit are the
equilibrium (gamma/delta, alpha/beta); small orbits have the period 2 pi / sqrt(alpha gamma).

Source: A. J. Lotka, Elements of Physical Biology (Williams and Wilkins, 1925); V. Volterra, Mem.
R. Accad. Lincei 2 (1926) 31-113. The numbers here are an example, not theirs.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = alpha*x - beta*x*y
y' = delta*x*y - gamma*y
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(alpha=1, beta=0.5, gamma=0.75, delta=0.25)}
START = dict(x=2, y=1)
WORDS = dict(
    x=("1", "prey"),
    y=("1", "predators"),
    alpha=("1", "growth of the prey"),
    beta=("1", "prey lost to each predator"),
    gamma=("1", "decay of the predators"),
    delta=("1", "predators gained from each prey"),
)
REFERENCE = (
    "A. J. Lotka, Elements of Physical Biology (1925); "
    "V. Volterra, Mem. R. Accad. Lincei 2 (1926) 31-113"
)


def lotka_volterra(regime: str = "standard") -> Model:
    """The Lotka-Volterra predator and prey; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Lotka-Volterra")
    return Model(
        "Lotka-Volterra",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("alpha", (0.1, 2)),
        spike=("x", 3.0),
        options=dict(until=50),
        reference=REFERENCE,
        **explained(WORDS),
    )
