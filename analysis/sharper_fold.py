"""A fold of cycles located once more on a mesh that is FINER times as fine.

The error of collocation at m Gauss points on N intervals falls as N^(-2 m) where the orbit is
smooth: a verdict that gives the fold's value to many digits pays once for them.
"""

from .continuation import Point
from .cycle_points import cycle_point
from .cycle_start import from_orbit
from .problem import problem_of
from .special_point import SpecialPoint
from .variational import locate_critical

FINER = 2
STRAYED = 1e-4  # of the range: then it is another fold


def sharper_fold(point: SpecialPoint) -> SpecialPoint:
    """The same fold, better; the point itself where Newton's method fails on the finer mesh."""
    problem = problem_of(point.model, point.parameter, point.interval)
    mesh, X = point.arrays["mesh"], point.arrays["orbit"]
    assert point.period is not None, "this is a bug: a fold of cycles without a period"
    curve, start = from_orbit(
        problem, mesh, X, point.period, point.value, point.arrays["tangent"], FINER * len(X)
    )
    critical = locate_critical(curve, start.z, start.tangent, "cycle fold")
    if critical is None or abs(critical.z[-1] - point.value) > STRAYED * problem.width:
        return point
    _, solve, linear = curve.linearise(critical.z, start.tangent)
    tangent = solve(None, 1.0)
    facts = curve.facts(critical.z, tangent, linear)
    return cycle_point(curve, "cycle fold", Point(critical.z, tangent, 0.0, facts), critical)
