"""The square root law of a saddle-node on an invariant circle, with its prefactor.

On the centre manifold of the fold, with q and p the right and left null vectors of the Jacobian
(<q, q> = <p, q> = 1),

    w' = b (lambda - lambda_c) + a w^2 + ...,    a = <p, B(q, q)>/2,    b = <p, df/dlambda>,

and the passage from w = -infinity to infinity takes pi/sqrt(a b d), d = lambda - lambda_c. The rest
of the round trip takes a time that tends to a constant, hence

    T = pi/sqrt(a b d) + T0 + O(sqrt d),    f = (1/pi) sqrt(a b) sqrt(d) (1 + O(sqrt d)).

The prefactor s = sqrt(a b)/pi depends on neither the norm of q nor the units of the states. T0 is
a property of the whole circle; it is read off the longest period that was computed.

Reference: G. B. Ermentrout and N. Kopell, SIAM J. Appl. Math. 46 (1986) 233-253; Yu. A. Kuznetsov,
Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004), sections 3.2 and 7.1.
"""

import math

from .onset_law import OnsetLaw, distance_text
from .special_point import SpecialPoint


def square_root_law(point: SpecialPoint) -> OnsetLaw:
    """The law at a "snic", or at a fold that is known to lie on an invariant circle."""
    if point.kind == "snic":
        a, b = float(point.notes["a"]), float(point.notes["b"])
    else:
        assert isinstance(point.coefficient, float), "this is a bug: a fold without its coefficient"
        a, b = point.coefficient, float(point.notes["slope"])
    s = math.sqrt(abs(a * b)) / math.pi
    side = 1 if a * b > 0 else -1
    constants = {"s": s, "a": a, "b": b}
    longest = point.notes.get("orbit period")
    if longest is not None:
        d = side * (point.notes["orbit value"] - point.value)
        if d > 0:
            constants["T0"] = float(longest - 1 / (s * math.sqrt(d)))
    name, at = point.parameter, point.value
    distance = distance_text(name, at, side, point.interval)
    formula = f"the frequency follows the square root law f = {s:.9g} sqrt({distance})"
    return OnsetLaw("square root", at, side, constants, formula)
