"""Lorenz 84, extended to four variables: every bifurcation of equilibria of codimension two.

    x' = -y^2 - z^2 - alpha x + alpha F - gamma u^2
    y' = x y - beta x z - y + G
    z' = beta x y + x z - z
    u' = -delta u + gamma u x + T

Source: E. N. Lorenz, Tellus A 36 (1984) 98-110; the fourth variable is that of L. van Veen,
Int. J. Bifurcation Chaos 13 (2003) 2133-2139. The parameters are those of the tutorials of MatCont
and BifurcationKit; their first Lyapunov coefficient passes through infinity, not zero, at the
zero-Hopf point.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = -y^2 - z^2 - alpha*x + alpha*F - gamma*u^2
y' = x*y - beta*x*z - y + G
z' = beta*x*y + x*z - z
u' = -delta*u + gamma*u*x + T
"""
REGIMES: dict[str, dict[str, float]] = {
    "standard": dict(alpha=0.25, beta=1, G=0.25, delta=1.04, gamma=0.987, F=3, T=0.04)
}
# An equilibrium at F = 3, solved at 40 digits and rounded to double.
START = dict(
    x=2.9787004394953343, y=-0.03868302503393752, z=0.058232737694740085, u=-0.02105288273117459
)
WORDS = dict(
    x=("1", "strength of the westerly wind"),
    y=("1", "cosine amplitude of the large waves"),
    z=("1", "sine amplitude of the large waves"),
    u=("1", "external mode"),
    alpha=("1", "damping of the wind"),
    beta=("1", "displacement of the waves by the wind"),
    G=("1", "contrast of temperature between land and sea"),
    delta=("1", "damping of the external mode"),
    gamma=("1", "exchange of the external mode with the wind"),
    F=("1", "contrast of temperature between equator and pole"),
    T=("1", "forcing of the external mode"),
)
REFERENCE = (
    "E. N. Lorenz, Tellus A 36 (1984) 98-110; L. van Veen, Int. J. Bifurcation Chaos 13 (2003) 2133"
)


def lorenz_84(regime: str = "standard") -> Model:
    """Lorenz's atmosphere of 1984 with a fourth variable; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Lorenz 84")
    return Model(
        "Lorenz 84",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=START,
        natural=("F", (0, 3)),
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
