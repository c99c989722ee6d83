"""Where does a model rest? All fixed points in a box, with a proof where there is one.

The equations are reduced symbolically to as few unknowns as possible (for most neurons the
potential alone), and every zero of the reduced system is found by subdivision with outward-rounded
intervals: see `dynamics/elimination.py` and `subdivision.py`. Models for which that does not
succeed are searched by Newton's method from many starts, without a proof.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from ..dynamics.reduction import Reduction, reduction_of
from .fixed_point import FixedPoint, fixed_point_at
from .multi_start import is_zero, many_starts, polished, rest_equations, same, zeros_from
from .ranges import Box, Range, box_of, box_text
from .refine import clusters, distinct, refined
from .subdivision import Isolated, isolated_zeros

MOST_UNKNOWNS = 3
WAYS = 4


class FixedPoints(list[FixedPoint]):
    """The fixed points found, by the first state, and whether they are all.

    points.complete, points.reason
        True only where it is proved that the box holds no others; why, or why not, and which box
    """

    def __init__(self, points: Iterable[FixedPoint], complete: bool, reason: str):
        super().__init__(points)
        self.complete, self.reason = complete, reason

    def to_dict(self) -> dict:
        """The points, and whether they are all, as JSON types."""
        return {
            "complete": self.complete,
            "reason": self.reason,
            "points": [point.to_dict() for point in self],
        }

    def __repr__(self) -> str:
        lines = [f"  {point!r}" for point in self]
        plural = "s" * (len(self) != 1)
        return "\n".join([f"{len(self)} fixed point{plural}: {self.reason}", *lines])


def find_fixed_points(
    model: Model, box: Mapping[str, tuple[float, float]] | None = None
) -> FixedPoints:
    """All fixed points of a flow or a map, sorted by the first state.

    box
        ranges of some states: ``dict(V=(-100, 50))``. Others are unbounded where they follow from
        these. If not given, and for kept states that it does not name: 1000 times the start value,
        at least 1000, on both sides of zero; one turn for an angle

    The list has `.complete`: True only where it is proved that the box holds no other fixed point
    of the model as its equations are computed, parameters being the doubles they are; `.reason`
    names the box and the method, or says what could not be decided. Points are polished by Newton's
    method on all equations; `.residual` of each says how well it rests. Of a model with a reset the
    fixed points beyond the threshold are left out: the reset comes first.

    A fixed point on a fold counts as not proved: rounding decides whether there are two or none.

    >>> import rheobase as rb
    >>> points = rb.find_fixed_points(rb.models.sodium_potassium("snic").replace(I=3))
    >>> [point.kind for point in points], points.complete
    (['stable focus', 'saddle', 'unstable focus'], True)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"find_fixed_points takes a Model, not {model!r}")
    if not model.autonomous:
        raise InvalidArgument(
            f"{model.name} depends on time t, so that it has no fixed points; give t a fixed value "
            "by a parameter"
        )
    given = box_of(model, box)
    p = model.field.parameter_array(model.parameters)
    states, complete, reason = searched(model, p, given)
    kept, beyond = below_threshold(model, p, states)
    if beyond:
        plural = "s" if beyond > 1 else ""
        reason += f"; {beyond} fixed point{plural} beyond the threshold of the reset left out"
    points = [fixed_point_at(model, x) for x in sorted(kept, key=tuple)]
    return FixedPoints(points, complete, reason)


def searched(model: Model, p: np.ndarray, given: Box) -> tuple[list[np.ndarray], bool, str]:
    """The states at rest, whether they are all, and why."""
    found: list[np.ndarray] = []
    reason = ""
    for index in range(WAYS):
        reduction = reduction_of(model.field.system, index)
        if reduction is None or len(reduction.kept) > MOST_UNKNOWNS:
            break
        if not applicable(reduction, model, p):
            continue
        ranges = {name: given.range(model, name) for name in reduction.names}
        low, high = np.array(list(ranges.values()), dtype=float).T
        typical = typical_size(model, ranges)
        isolated = isolated_zeros(reduction, p, low, high, typical)
        if isolated.suspects.shape[2] and (nearer := decided_range(model, given, ranges, isolated)):
            ranges = nearer
            low, high = np.array(list(ranges.values()), dtype=float).T
            isolated = isolated_zeros(reduction, p, low, high, typical)
        states, lost = zeros_in(model, reduction, p, isolated, given.scale(model))
        inside = [x for x in states if given.holds(model, x, ranges)]
        found = merged(model, p, found, inside, given.scale(model))
        where = box_text(model, ranges, given)
        if not lost:
            count = len(reduction.kept)
            equations = "one equation" if count == 1 else f"{count} equations"
            return inside, True, f"proved by intervals on {equations}, {where}"
        reason = reason or f"{lost}, {where}"
    scale = given.scale(model)
    low, high = given.corners(model)
    starts = many_starts(low, high, [np.array(list(model.start.values())), *found])
    everywhere = {name: given.range(model, name) for name in model.states}
    more = zeros_from(model, p, starts, scale)
    inside = [x for x in more if given.holds(model, x, everywhere)]
    found = merged(model, p, found, inside, scale)
    why = reason or f"no reduction to {MOST_UNKNOWNS} equations or fewer"
    return found, False, f"not proved ({why}); searched by Newton's method from many starts too"


def typical_size(model: Model, ranges: Mapping[str, Range]) -> np.ndarray:
    """The size of each kept state: its start value, or 1, but no more than its range."""
    sizes = [min(abs(model.start[name]) or 1.0, b - a) for name, (a, b) in ranges.items()]
    return np.array(sizes)


def decided_range(
    model: Model, given: Box, ranges: Mapping[str, Range], isolated: Isolated
) -> dict[str, Range] | None:
    """A smaller range that nobody asked for, without what was left open far from the start: there
    exponentials overflow. None where there is something open within 5 times the usual size."""
    if len(ranges) != 1 or given.given:
        return None
    ((name, (low, high)),) = ranges.items()
    middle = model.start[name]
    near = 5.0 * max(1.0, abs(middle))
    below = isolated.suspects[1, 0][isolated.suspects[1, 0] < middle - near]
    above = isolated.suspects[0, 0][isolated.suspects[0, 0] > middle + near]
    if len(below) + len(above) < isolated.suspects.shape[2]:
        return None
    return {name: (max(below, default=low), min(above, default=high))}


def applicable(reduction: Reduction, model: Model, p: np.ndarray) -> bool:
    """Whether no divisor is zero for these parameter values, whatever the states."""
    k = np.array([model.start[name] for name in reduction.names])
    places = np.column_stack([1.2345 * k + 0.678, -0.789 * k + 0.1234])
    divisors = reduction.divisors(places, p)
    return bool((divisors != 0).any(axis=1).all())


def zeros_in(
    model: Model, reduction: Reduction, p: np.ndarray, isolated: Isolated, scale: np.ndarray
) -> tuple[list[np.ndarray], str]:
    """The states of the zeros and, if some place was not decided, the words that say so."""
    states: list[np.ndarray] = []
    lost = ""
    for k in distinct(refined(reduction, p, isolated.zeros), isolated.zeros).T:
        rest = polished(model, reduction.states(k[:, None], p)[:, 0], p)
        if rest is None:
            lost = f"Newton's method failed at {reduction.names[0]} = {k[0]:.7g}"
        else:
            states.append(rest)
    if isolated.exhausted:
        lost = "not decided within the budget of boxes"
    elif isolated.suspects.shape[2]:
        places = clusters(isolated.suspects)
        shown = ", ".join(f"{k[0]:.7g}" for k in places.T[:3])
        more = ", ..." if places.shape[1] > 3 else ""
        lost = f"not decided near {reduction.names[0]} = {shown}{more}"
        for k in places.T:
            rest = rest_near(model, reduction, k, p, scale)
            if rest is not None and not any(same(model, p, rest, other, scale) for other in states):
                states.append(rest)
    return states, lost


def rest_near(
    model: Model, reduction: Reduction, k: np.ndarray, p: np.ndarray, scale: np.ndarray
) -> np.ndarray | None:
    """A numerical fixed point close to kept values, where intervals could not decide.

    At a multiple zero Newton's method only halves the distance; zero itself is tried instead of
    components that come to nearly nothing.
    """
    x = polished(model, reduction.states(k[:, None], p)[:, 0], p, steps=40)
    if x is None:
        return None
    snapped = np.where(np.abs(x) <= 1e-9 * scale, 0.0, x)
    before, after = (np.abs(rest_equations(model, z, p)[0]).max() for z in (x, snapped))
    x = snapped if after <= before else x
    return x if is_zero(model, x, p) else None


def below_threshold(
    model: Model, p: np.ndarray, states: list[np.ndarray]
) -> tuple[list[np.ndarray], int]:
    """The states that the reset lets be, and how many it doesn't."""
    if model.reset is None:
        return states, 0
    kept = [x for x in states if not model.field.values("margin", x, p)[0] > 0]
    return kept, len(states) - len(kept)


def merged(
    model: Model,
    p: np.ndarray,
    found: list[np.ndarray],
    more: list[np.ndarray],
    scale: np.ndarray,
) -> list[np.ndarray]:
    result = list(found)
    for x in more:
        if not any(same(model, p, x, other, scale) for other in result):
            result.append(x)
    return result
