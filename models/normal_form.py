"""Normal forms: bifurcations whose answers are known exactly.

saddle-node                x' = alpha + s x^2: fold at 0, f = sqrt(alpha)/pi through infinity
transcritical              x' = alpha x + s x^2: branches 0 and -s alpha cross at 0
pitchfork                  x' = alpha x + s x^3: branches +-sqrt(-s alpha)
hopf                       x' = alpha x - omega y + s x r2, y' = omega x + alpha y + s y r2,
                           r2 = x^2 + y^2: cycle of radius sqrt(-s alpha), period 2 pi/omega
bautin                     x' = beta1 x - y + beta2 x r2 + s x r2^2, y likewise: Hopf at beta1 = 0,
                           cycle fold at beta1 = beta2^2/(4 s), r2 = -beta2/(2 s) (s beta2 < 0)
cusp                       x' = beta1 + beta2 x + s x^3: folds at beta1^2 = -4 beta2^3/(27 s)
bogdanov-takens            x' = y, y' = beta1 + beta2 x + x^2 + s x y: fold at
                           beta1 = beta2^2/4, Hopf at beta1 = 0, beta2 < 0
saddle homoclinic          x' = -x + 2 y + x^2, y' = (2 - alpha) x - y - 3 x^2 + (3/2) x y:
                           at alpha = 0 the loop x^2 (1 - x) = y^2 of the saddle 0 with eigenvalues
                           1 and -3; a stable cycle from there to the Hopf point alpha = 25/98
torus                      a Hopf normal form for (u, z) around the circle, u = ln(x^2 + y^2)/2:
                           u' = alpha u - omega z + s u q, z' = omega u + alpha z + s z q,
                           q = u^2 + z^2, angle' = 1. The unit circle is a cycle of period 2 pi with
                           multipliers exp(2 pi (alpha +- i omega)); torus point at alpha = 0; torus
                           of radius sqrt(-s alpha)

s = -1 is supercritical and the default of pitchfork, hopf and torus; "subcritical pitchfork",
"subcritical hopf" and "subcritical torus" have s = 1.

Source: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004),
chapters 3, 6 and 8; the homoclinic loop is the explicit example of chapter 6. The torus suspension
is made for rheobase: its field is the Hopf normal form in the coordinates (angle, u, z).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ..dynamics.model import Model
from .shape import explained, matching


@dataclass(frozen=True)
class Form:
    """The equations of a normal form, its values, and the parameter that unfolds it."""

    text: str
    parameters: Mapping[str, float]
    start: Mapping[str, float]
    natural: tuple[str, tuple[float, float]]
    words: dict[str, tuple[str, str]]


SIGN = ("1", "sign of the leading nonlinear term")
UNFOLDING = ("1", "unfolding parameter")
X, XY = dict(x=("1", "coordinate")), dict(x=("1", "first coordinate"), y=("1", "second coordinate"))
ONE = dict(alpha=UNFOLDING, s=SIGN)
TWO = dict(
    beta1=("1", "first unfolding parameter"), beta2=("1", "second unfolding parameter"), s=SIGN
)
FREQUENCY = dict(omega=("1", "frequency"))
ALPHA = ("alpha", (-1.0, 1.0))

HOPF = """
x' = alpha*x - omega*y + s*x*r2
y' = omega*x + alpha*y + s*y*r2
r2 = x^2 + y^2
"""
BAUTIN = """
x' = beta1*x - y + beta2*x*r2 + s*x*r2^2
y' = x + beta1*y + beta2*y*r2 + s*y*r2^2
r2 = x^2 + y^2
"""
BOGDANOV_TAKENS = """
x' = y
y' = beta1 + beta2*x + x^2 + s*x*y
"""
HOMOCLINIC = """
x' = -x + 2*y + x^2
y' = (2 - alpha)*x - y - 3*x^2 + 3/2*x*y
"""
TORUS = """
x' = -y + x*growth
y' = x + y*growth
z' = omega*u + alpha*z + s*z*q
growth = alpha*u - omega*z + s*u*q
u = log(x^2 + y^2)/2
q = u^2 + z^2
"""


def pitchfork(s: int) -> Form:
    return Form("x' = alpha*x + s*x^3", dict(alpha=-1, s=s), dict(x=0), ALPHA, X | ONE)


def hopf(s: int) -> Form:
    values = dict(alpha=-1, s=s, omega=1)
    return Form(HOPF, values, dict(x=0, y=0), ALPHA, XY | ONE | FREQUENCY)


def torus(s: int) -> Form:
    words = XY | dict(z=("1", "height over the plane of the circle")) | ONE | FREQUENCY
    values = dict(alpha=-0.5, s=s, omega=0.3)
    return Form(TORUS, values, dict(x=1, y=0, z=0), ("alpha", (-0.5, 0.5)), words)


# Every start is a stable equilibrium (of the torus: the cycle) at the given values; the cusp's
# solves x^3 = x - 1, at 40 digits.
REGIMES = {
    "hopf": hopf(-1),
    "subcritical hopf": hopf(1),
    "saddle-node": Form("x' = alpha + s*x^2", dict(alpha=-1, s=1), dict(x=-1), ALPHA, X | ONE),
    "transcritical": Form("x' = alpha*x + s*x^2", dict(alpha=-1, s=-1), dict(x=0), ALPHA, X | ONE),
    "pitchfork": pitchfork(-1),
    "subcritical pitchfork": pitchfork(1),
    "bautin": Form(
        BAUTIN,
        dict(beta1=-0.5, beta2=1, s=-1),
        dict(x=0, y=0),
        ("beta1", (-0.5, 0.5)),
        XY | TWO,
    ),
    "cusp": Form(
        "x' = beta1 + beta2*x + s*x^3",
        dict(beta1=-1, beta2=1, s=-1),
        dict(x=-1.324717957244746),
        ("beta1", (-1, 1)),
        X | TWO,
    ),
    "bogdanov-takens": Form(
        BOGDANOV_TAKENS,
        dict(beta1=0.04, beta2=-0.5, s=-1),
        dict(x=0.1, y=0),
        ("beta1", (-0.2, 0.1)),
        XY | TWO,
    ),
    "saddle homoclinic": Form(
        HOMOCLINIC,
        dict(alpha=0.1),
        dict(x=0.5, y=0),
        ("alpha", (-0.1, 0.4)),
        XY | dict(alpha=UNFOLDING),
    ),
    "torus": torus(-1),
    "subcritical torus": torus(1),
}
SHORT = {
    "supercritical hopf": "hopf",
    "andronov-hopf": "hopf",
    "fold": "saddle-node",
    "supercritical pitchfork": "pitchfork",
    "generalized hopf": "bautin",
    "homoclinic": "saddle homoclinic",
    "neimark-sacker": "torus",
    "supercritical torus": "torus",
    "subcritical neimark-sacker": "subcritical torus",
}
REFERENCE = "Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004)"


def normal_form(kind: str = "hopf") -> Model:
    """The normal form of a bifurcation by its name; time has no unit."""
    kind = matching(kind, REGIMES, "a normal form", SHORT)
    form = REGIMES[kind]
    return Model(
        f"normal form: {kind}",
        form.text,
        parameters=form.parameters,
        start=form.start,
        natural=form.natural,
        options=dict(until=50),
        reference=REFERENCE,
        **explained(form.words),
    )
