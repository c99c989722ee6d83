"""FitzHugh-Nagumo: excitability in two polynomials.

    v' = v - v^3/3 - w + I
    w' = epsilon (v + a - b w)

Rest is lost at a subcritical Hopf point, I = 0.33128; the symmetry v -> -v, w -> 2 a/b - w,
I -> 2 a/b - I mirrors the whole diagram about I = a/b = 0.875.

Source: R. FitzHugh, Biophys. J. 1 (1961) 445-466, where 0.08 is 1/c^2 with c = 3, after a change
of scale; J. Nagumo, S. Arimoto and S. Yoshizawa, Proc. IRE 50 (1962) 2061-2070. The values
0.7, 0.8, 0.08 in this form are the customary ones.
"""

from ..dynamics.model import Model
from .shape import explained, matching

EQUATIONS = """
v' = v - v^3/3 - w + I
w' = epsilon*(v + a - b*w)
"""
REGIMES: dict[str, dict[str, float]] = {"standard": dict(a=0.7, b=0.8, epsilon=0.08, I=0)}
# The equilibrium at I = 0, solved at 40 digits and rounded to double.
REST = dict(v=-1.199408035244035, w=-0.6242600440550438)
WORDS = dict(
    v=("1", "membrane potential"),
    w=("1", "recovery"),
    a=("1", "offset of the recovery"),
    b=("1", "decay of the recovery"),
    epsilon=("1", "speed of the recovery"),
    I=("1", "injected current"),
)
REFERENCE = (
    "R. FitzHugh, Biophys. J. 1 (1961) 445-466; "
    "J. Nagumo, S. Arimoto and S. Yoshizawa, Proc. IRE 50 (1962) 2061-2070"
)


def fitzhugh_nagumo(regime: str = "standard") -> Model:
    """The FitzHugh-Nagumo model; time has no unit."""
    regime = matching(regime, REGIMES, "a regime of FitzHugh-Nagumo")
    return Model(
        "FitzHugh-Nagumo",
        EQUATIONS,
        parameters=REGIMES[regime],
        start=REST,
        natural=("I", (0, 1.75)),
        spike=("v", 0.0),
        options=dict(until=200),
        reference=REFERENCE,
        **explained(WORDS),
    )
