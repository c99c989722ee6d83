"""Hindmarsh-Rose: bursts from a fast spiking pair and one slow current.

    x' = y - a x^3 + b x^2 - z + I
    y' = c - d x^2 - y
    z' = r (s (x - x_R) - z)

Regimes: "bursting" (r 0.006) and "slow" (r 0.001, the value of the paper; longer bursts). At
the default I = 2 both fire bursts without end.

Source: J. L. Hindmarsh and R. M. Rose, Proc. R. Soc. Lond. B 221 (1984) 87-102 (its figure 6
uses r = 0.001, s = 4 and x_R = -1.6 with I = 0.4, 2 and 4). r = 0.006 is the faster value of the
later literature.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
x' = y - a*x^3 + b*x^2 - z + I
y' = c - d*x^2 - y
z' = r*(s*(x - x_R) - z)
"""
SHARED: dict[str, float] = dict(a=1, b=3, c=1, d=5, s=4, x_R=-1.6, I=2)
REGIMES: dict[str, dict[str, float]] = {"bursting": dict(r=0.006), "slow": dict(r=0.001)}
# The equilibrium at I = 0, solved at 40 digits and rounded to double; r does not move it.
REST = dict(x=-1.6045345328021472, y=-11.872655334773025, z=-0.018138131208589123)
WORDS = dict(
    x=("1", "membrane potential"),
    y=("1", "fast recovery"),
    z=("1", "slow adaptation current"),
    a=("1", "cubic coefficient"),
    b=("1", "quadratic coefficient"),
    c=("1", "offset of the fast recovery"),
    d=("1", "quadratic coefficient of the fast recovery"),
    s=("1", "gain of the adaptation"),
    x_R=("1", "potential at which the adaptation vanishes"),
    I=("1", "injected current"),
    r=("1", "speed of the adaptation"),
)
REFERENCE = "J. L. Hindmarsh and R. M. Rose, Proc. R. Soc. Lond. B 221 (1984) 87-102"


def hindmarsh_rose(regime: str = "bursting") -> Model:
    """Hindmarsh-Rose with r = 0.006 ("bursting") or r = 0.001 ("slow"); time has no unit."""
    regime = matching(regime, REGIMES, "a regime of Hindmarsh-Rose")
    return Model(
        "Hindmarsh-Rose",
        EQUATIONS,
        parameters=SHARED | REGIMES[regime],
        start=REST,
        natural=("I", (0, 6)),
        spike=("x", 0.5),
        options=dict(until=1000),
        reference=REFERENCE,
        **explained(WORDS),
    )
