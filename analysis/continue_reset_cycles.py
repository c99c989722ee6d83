"""Branches of spiking orbits of models with a reset, in one parameter."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from ..dynamics.status import Status
from .branch import Branch, joined
from .continuation import Path, Point, Settings, follow, point_at, unit
from .find_reset_cycle import find_reset_cycle, orbit_near
from .problem import Problem, check_within, problem_of
from .reset_curve import Linear, ResetCurve
from .reset_cycle import ResetCycle, cycle_at, orbit_extrema
from .reset_detectors import detectors_of, reset_point
from .reset_ends import before_noise, beyond, said, stability
from .reset_field import ResetField
from .reset_limits import infinite_period
from .reset_mesh import carried_parts
from .special_point import SpecialPoint

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

AT_A_KINK, TURNS = 1e-5, 1e-6  # of its size; of the range
LONGEST = 1000.0  # times the first period
NEEDS = ("mesh", "orbit", "lengths", "size")


def continue_reset_cycles(
    start: "SpecialPoint | ResetCycle | Trajectory",
    parameter: str | None,
    interval: tuple[float, float] | None,
    settings: Settings,
    *,
    mesh: int,
    degree: int,
    longest: float | None,
    both_ways: bool,
) -> Branch:
    """The branch through an orbit, both ways; from a period doubling the doubled family."""
    parameter, interval = where(start, parameter, interval)
    start = orbit_of(start, parameter, mesh, degree)
    problem = problem_of(start.model, parameter, interval)
    check_within(problem, start.parameters[parameter])
    curve, first, ways = beginning(problem, start, settings.tolerance)
    most = longest or LONGEST * first.facts.period
    if most <= first.facts.period:
        raise InvalidArgument(
            f"max_period is {most:g}, but the first orbit has period {first.facts.period:.6g}"
        )
    notes = {
        "mesh": curve.N,
        "degree": curve.gauss.degree,
        "tolerance": settings.tolerance,
        "max_period": most,
    }

    def along(curve: ResetCurve, point: Point) -> Branch:
        curve.detectors = detectors_of(curve, most)
        return branch_of(curve, follow(curve, point, settings), notes)

    if ways == 1:
        family = along(curve, first)
        begins = f"begins at the period doubling at {parameter} = {first.z[-1]:.8g}"
        return replace(
            family,
            ends=(Status.BRANCH_REACHED, family.ends[1]),
            messages=(begins, family.messages[1]),
        )
    if first.tangent[-1] * np.sign(problem.last - problem.first) < 0:
        first = turned(first)
    other_way = copy(curve)  # as it is now: a curve takes on the mesh of its newest orbit
    forth = along(curve, first)
    if not both_ways or forth.ends[1] in (Status.INTERRUPTED, Status.CLOSED):
        return forth
    return joined(along(other_way, turned(first)), forth)


def turned(point: Point) -> Point:
    """The same point in the other direction."""
    facts = point.facts
    facts = replace(facts, turning=-facts.turning, longer=-facts.longer)
    return replace(point, tangent=-point.tangent, facts=facts)


def where(
    start: object, parameter: str | None, interval: tuple[float, float] | None
) -> tuple[str, tuple[float, float]]:
    """The parameter and its range: those given, of the special point, or the model's own."""
    if isinstance(start, SpecialPoint):
        parameter, interval = parameter or start.parameter, interval or start.interval
    natural = start.model.natural  # type: ignore[attr-defined]
    if natural is not None and parameter in (None, natural[0]):
        parameter, interval = natural[0], interval or natural[1]
    if parameter is None or interval is None:
        raise InvalidArgument(
            "give the parameter and its range: continue_cycles(cycle, 'I', (0, 9))"
        )
    return parameter, interval


def orbit_of(
    start: "SpecialPoint | ResetCycle | Trajectory", parameter: str, mesh: int, degree: int
) -> "SpecialPoint | ResetCycle":
    """An orbit on a mesh of the size that is asked for."""
    from ..dynamics.trajectory import Trajectory

    if isinstance(start, Trajectory):
        return find_reset_cycle(start.model, start, mesh, degree, parameter)
    if isinstance(start, SpecialPoint):
        if any(name not in start.arrays for name in NEEDS):
            raise NotFound(
                f"no spiking orbit is kept with this {start.kind}; start from a LimitCycle, which "
                "rb.find_limit_cycle gives"
            )
        return start
    if not isinstance(start, ResetCycle):
        raise InvalidArgument(
            "of a model with a reset, continue_cycles follows spiking orbits: it starts from a "
            f"LimitCycle, a special point of such a branch, or a Trajectory, not from {start!r}"
        )
    return start


def beginning(
    problem: Problem, start: "SpecialPoint | ResetCycle", tolerance: float
) -> tuple[ResetCurve, Point, int]:
    """The curve, its first point, and in how many directions to follow."""
    field = ResetField(start.model, problem.parameter)
    value = start.parameters[problem.parameter]
    if isinstance(start, ResetCycle):
        X, L, mesh, size, slow = start.orbit, start.lengths, start.mesh, start.size, start.slow
    else:
        mesh, X, L, size = (np.array(start.arrays[name]) for name in NEEDS)
        slow, value = start.notes["slow"], start.notes.get("orbit value", value)
        if start.kind == "period doubling" and problem.parameter == start.parameter:
            return doubled(problem, field, start)
    curve = ResetCurve(problem, field, np.array(mesh), X, L, np.array(size), slow)
    z = np.concatenate([X.ravel(), L, [value]])
    held = np.zeros_like(z)
    held[-1] = problem.width
    at_a_fold = isinstance(start, SpecialPoint) and start.parameter == problem.parameter
    border = start.arrays["tangent"] if at_a_fold else held  # type: ignore[union-attr]
    point = point_at(curve, z, border, tolerance, 0.0)
    if point is None:
        raise NotFound("Newton's method does not come back to this orbit")
    return curve, point, 2


def doubled(
    problem: Problem, field: ResetField, start: SpecialPoint
) -> tuple[ResetCurve, Point, int]:
    """The orbit gone round twice, and the direction in which the two rounds part."""
    mesh, X, L, size = (np.array(start.arrays[name]) for name in NEEDS)
    value, slow = start[problem.parameter], start.notes["slow"]
    once = ResetCurve(problem, field, mesh, X, L, size, slow)
    z = np.concatenate([X.ravel(), L, [value]])
    linear = once.linear(z)
    product = np.eye(once.n)
    for step, _ in linear.spike_maps:
        product = step @ product
    values, vectors = np.linalg.eig(product)
    q = vectors[:, np.argmin(np.abs(values + 1))].real
    change, lengths = carried_round(once, linear, q)
    both = ResetCurve(
        problem,
        field,
        np.concatenate([mesh, mesh]),
        np.concatenate([X, X]),
        np.concatenate([L, L]),
        size,
        slow,
        doubled=True,
    )
    tangent = np.concatenate([change.ravel(), -change.ravel(), lengths, -lengths, [0.0]])
    tangent = unit(both, tangent)
    both.compass = both.halves(both.split(tangent)[0])
    twice = np.concatenate([X.ravel(), X.ravel(), L, L, [value]])
    return both, Point(twice, tangent, 0.0, both.facts(twice, tangent, both.linear(twice))), 1


def carried_round(
    curve: ResetCurve, linear: Linear, q: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How the orbit's nodes and lengths change with the state before its last spike by q."""
    K, N, m, n = linear.system.shape
    event, system = linear.event, linear.system
    reach, stretched = system.passages
    nodes, lengths = np.zeros(curve.shape), np.zeros(K)
    before_spike = q
    for k in range(K):
        if curve.held[k]:
            lengths[k] = event.pause_slope[:n, k - 1] @ before_spike
        if curve.held[k] or not curve.field.pauses:
            v = event.after_slope[:, :n, k - 1] @ before_spike
        if not curve.held[k]:
            normal = event.margin_slope[:n, k]
            lengths[k] = -(normal @ reach[k] @ v) / float(normal @ stretched[k])
        change = np.append(v, lengths[k])
        nodes[k, :, 1:] = (system.nodes[k] @ change).reshape(N, m, n)
        ends = np.einsum("i,jin->jn", curve.gauss.end[1:], nodes[k, :, 1:])
        for j in range(N):
            nodes[k, j, 0] = v
            v = curve.gauss.end[0] * v + ends[j]
        before_spike = v
    return nodes, lengths


def branch_of(curve: ResetCurve, path: Path, settings: Mapping[str, float]) -> Branch:
    """The columns of a path; where its period diverges, with what it runs into."""
    problem, points = curve.problem, path.points
    special, status, message = list(path.special), path.status, path.message
    if status is Status.STEP_TOO_SMALL and abs(points[-1].facts.kink) < AT_A_KINK:
        # a jump: there is no orbit beyond, and none at the border itself
        special.append((len(points) - 1, reset_point(curve, "border collision", points[-1])))
        status = Status.BORDER_REACHED
        message = f"the orbit comes to a jump of its reset at {curve.place(points[-1])}"
    grazes = bool(special) and special[-1][1].notes.get("border") == "steepness"
    if not status.ok or (status is Status.BORDER_REACHED and grazes):
        last = points[-1].facts.period
        still = status is Status.PERIOD_LIMIT and last < settings["max_period"]
        found, rows = infinite_period(curve, points, still), len(points)
        if found is None and not still:
            found, rows = before_noise(curve, points, [row for row, _ in special])
        if found is not None:
            if grazes:
                special.pop()
            points = points[:rows]
            special = [pair for pair in special if pair[0] < rows]
            special.append((rows - 1, found))
            status = Status.PERIOD_DIVERGES
            message = said(found)
    parts = [curve.split(point.z) for point in points]
    X, L = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
    value = np.array([part[2] for part in parts])
    T = np.array([point.facts.period for point in points])
    if status is Status.BRANCH_REACHED:  # where a doubled family ends, the parameter turns, too
        special = [
            (row, found)
            for row, found in special
            if found.kind != "cycle fold" or abs(found.value - value[-1]) > TURNS * problem.width
        ]
    if status is Status.BORDER_REACHED and special:
        row, border = special.pop()
        border, words = beyond(curve, border, value)
        special.append((row, border))
        message += words
    columns = {problem.parameter: value, "period": T}
    extrema = np.array([orbit_extrema(orbit) for orbit in X])
    for i, name in enumerate(problem.model.states):
        columns |= {
            f"{name}_min": extrema[:, 0, i].copy(),
            f"{name}_max": extrema[:, 1, i].copy(),
        }
    multipliers = np.array([point.facts.multipliers for point in points])
    return Branch(
        problem.model,
        problem.parameter,
        problem.interval,
        "cycles",
        columns,
        stability(points, multipliers),
        multipliers,
        tuple(found for _, found in special),
        tuple(row for row, _ in special),
        (Status.COMPLETED, status),
        ("", message),
        {
            "mesh": np.array([point.facts.mesh for point in points]),
            "orbit": X,
            "lengths": L,
            "size": np.tile(curve.size, (len(points), 1)),
            "slow": np.full(len(points), curve.slow),
        },
        dict(settings),
    )


def cycle_of_row(branch: Branch, i: int) -> ResetCycle:
    """The orbit of a row of a branch."""
    arrays, value = branch.arrays, float(branch[branch.parameter][i])
    return ResetCycle(
        branch.model.replace({branch.parameter: value}),
        float(branch["period"][i]),
        arrays["mesh"][i],
        arrays["orbit"][i],
        branch.spectrum[i],
        0.0,
        arrays["lengths"][i],
        arrays["size"][i],
        float(arrays["slow"][i]),
        branch.parameter,
    )


def cycle_between(branch: Branch, row: int, part: float, value: float) -> ResetCycle | None:
    """The orbit at a value between two rows."""
    from .solutions_at import approached

    if part == 0:
        return cycle_of_row(branch, row)
    arrays = branch.arrays
    problem = problem_of(branch.model, branch.parameter, branch.interval)
    field = ResetField(branch.model, branch.parameter)
    X, mesh = arrays["orbit"][row], arrays["mesh"][row]
    curve = ResetCurve(
        problem,
        field,
        mesh,
        X,
        arrays["lengths"][row],
        arrays["size"][row],
        float(arrays["slow"][row]),
    )
    following = carried_parts(curve.gauss, arrays["mesh"][row + 1], arrays["orbit"][row + 1], mesh)
    values = branch[branch.parameter]
    begin = np.concatenate([X.ravel(), arrays["lengths"][row], [values[row]]])
    end = np.concatenate([following.ravel(), arrays["lengths"][row + 1], [values[row + 1]]])
    guess = approached(curve, begin, end, value)  # type: ignore[arg-type]
    z = orbit_near(curve, np.append(guess[:-1], value))
    return None if z is None else cycle_at(curve, z)


def passes_reset(start: object) -> bool:
    """Whether a continuation that starts here follows orbits through a reset: the orbits born at a
    Hopf point of such a model don't reach its threshold, those from elsewhere do."""
    model = getattr(start, "model", None)
    if not isinstance(model, Model) or model.reset is None:
        return False
    if isinstance(start, SpecialPoint):
        return "lengths" in start.arrays
    if isinstance(start, ResetCycle):
        return True
    return not hasattr(start, "mesh")
