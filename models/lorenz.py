"""Lorenz 63: three modes of convection, and the first strange attractor.

    x' = sigma (y - x)
    y' = rho x - y - x z
    z' = x y - beta z

A pitchfork at rho = 1, a homoclinic orbit of the origin at 13.926557408, subcritical Hopf points
at rho = sigma (sigma + beta + 3)/(sigma - beta - 1) = 470/19.

Source: E. N. Lorenz, J. Atmos. Sci. 20 (1963) 130-141.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = sigma*(y - x)
y' = rho*x - y - x*z
z' = x*y - beta*z
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(sigma=10, rho=28, beta=8 / 3)}
START = dict(x=0, y=1, z=0)  # the paper's
WORDS = dict(
    x=("1", "speed of the convection"),
    y=("1", "temperature difference between rising and sinking fluid"),
    z=("1", "departure of the temperature from a linear profile"),
    sigma=("1", "Prandtl number"),
    rho=("1", "Rayleigh number over its critical value"),
    beta=("1", "shape of the convection cell"),
)
REFERENCE = "E. N. Lorenz, J. Atmos. Sci. 20 (1963) 130-141"


def lorenz(regime: str = "standard") -> Model:
    """Lorenz's system of 1963; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Lorenz 63")
    return Model(
        "Lorenz 63",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("rho", (0, 30)),
        options=dict(until=50),
        reference=REFERENCE,
        **explained(WORDS),
    )
