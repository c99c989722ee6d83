"""The square root law of a saddle-node on an invariant circle, with its prefactor.

On the centre manifold of the fold, with q and p the right and left null vectors of the Jacobian
(<q, q> = <p, q> = 1),

    w' = b (lambda - lambda_c) + a w^2 + ...,    a = <p, B(q, q)>/2,    b = <p, df/dlambda>,

and the passage from w = -infinity to infinity takes pi/sqrt(a b d), d = lambda - lambda_c. The rest
of the round trip takes a time that tends to a constant, hence

    T = pi/sqrt(a b d) + T0 + O(sqrt d),    f = (1/pi) sqrt(a b) sqrt(d) (1 + O(sqrt d)).

All this holds while a w^2 decides over the terms that follow: up to the distance `reach` of the
drive (see `fold_reach`). Where no drive is that near, there is no square root law.

The prefactor s = sqrt(a b)/pi depends on neither the norm of q nor the units of the states. T0 is
a property of the whole circle; it is read off the longest period that was computed.

Reference: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253; Yu. A. Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004), sections 3.2 and 7.1.
"""

import math

import numpy as np

from .fold_reach import fold_reach
from .onset_law import OnsetLaw, distance_text
from .special_point import SpecialPoint

SHORT = 1e-3  # of the range: a law that reaches less far says so


def square_root_law(point: SpecialPoint) -> OnsetLaw:
    """The law at a "snic", or at a fold that is known to lie on an invariant circle; "none" where
    the quadratic coefficient vanishes."""
    if point.kind == "snic":
        a, b = float(point.notes["a"]), float(point.notes["b"])
    else:
        assert isinstance(point.coefficient, float), "this is a bug: a fold without its coefficient"
        a, b = point.coefficient, float(point.notes["slope"])
    s = math.sqrt(abs(a * b)) / math.pi
    side = 1 if a * b > 0 else -1
    name, at = point.parameter, point.value
    reach = fold_reach(point, a, b)
    if reach == 0:  # the sign of a is that of its error
        side = 1 if point.notes.get("orbit value", np.inf) > at else -1
        return OnsetLaw("none", at, side, {"a": a, "b": b, "reach": reach}, degenerate(name, a))
    constants = {"s": s, "a": a, "b": b, "reach": reach}
    longest = point.notes.get("orbit period")
    if longest is not None:
        d = side * (point.notes["orbit value"] - point.value)
        if d > 0:
            constants["T0"] = float(longest - 1 / (s * math.sqrt(d)))
    distance = distance_text(name, at, side, point.interval)
    formula = f"the frequency follows the square root law f = {s:.9g} sqrt({distance})"
    if reach < SHORT * abs(point.interval[1] - point.interval[0]):
        formula += (
            f" up to distances of about {reach:.0e} only, beyond which higher terms than the "
            f"quadratic one (a = {a:.3g}) decide"
        )
    return OnsetLaw("square root", at, side, constants, formula)


def degenerate(name: str, a: float) -> str:
    """Why there is no law."""
    return (
        f"the frequency does not follow the square root law: the quadratic coefficient of the fold "
        f"(a = {a:.3g}) is zero as far as can be told, since higher terms decide at every distance "
        f"of {name} that doubles resolve"
    )
