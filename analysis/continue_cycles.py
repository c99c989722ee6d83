"""Branches of limit cycles in one parameter."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from ..dynamics.status import Status
from .branch import Branch, joined
from .checks import check_settings
from .continuation import Path, Point, Settings, follow, stepped
from .continue_equilibria import MAX_STEP as MAP_STEP
from .continue_equilibria import TOLERANCE, doubled_branch
from .continue_reset_cycles import continue_reset_cycles, passes_reset
from .cycle_curve import CycleCurve
from .cycle_detectors import detectors_of
from .cycle_start import from_cycle, from_doubling, from_hopf, from_orbit, turned
from .engine import POINTS
from .extrema import extrema_of
from .infinite_period import infinite_period
from .limit_cycle import LimitCycle, is_stable
from .problem import Problem, check_within, problem_of
from .special_point import SpecialPoint

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

MAX_STEP = 0.4
LONGEST = 1000.0  # times the first period
KEPT = ("cycle fold", "torus", "cycle branch point")
OFF = 1e-2  # of a special point, where a branch through it begins
BEGINS = {"hopf": Status.HOPF_REACHED, "period doubling": Status.BRANCH_REACHED}
SAME_VALUE, SAME_PERIOD = 1e-9, 0.03


def continue_cycles(
    start: "SpecialPoint | LimitCycle | Trajectory",
    parameter: str | None = None,
    interval: tuple[float, float] | None = None,
    *,
    mesh: int = 50,
    degree: int = 4,
    tolerance: float = 1e-7,
    max_step: float = MAX_STEP,
    max_points: int = 1000,
    max_period: float | None = None,
    both_ways: bool = True,
    progress: Callable[[float], None] | None = None,
) -> Branch:
    """Follow limit cycles through a parameter.

    start
        a Hopf point: the family born there; a "period doubling" (of a map: a "flip"): the doubled
        family; a "cycle
        branch point": the other branch; any other special point of cycles, a LimitCycle, or a
        Trajectory that has settled on a cycle: the branch through it, both ways
    parameter, interval
        those of the special point if not given; a LimitCycle and a Trajectory need them
    mesh, degree
        intervals of the adaptive mesh, and degree of the polynomials (2 to 7)
    tolerance
        of Newton's method, relative to the size of the orbit
    max_step
        the longest step along the branch, relative to the orbit's size and the interval
    max_period
        where to stop; 1000 times the first period if not given. A period that diverges is looked
        into: a saddle-node on the cycle ("snic") or a saddle ("homoclinic")
    both_ways
        False follows only towards the end of the interval

    Folds of cycles, period doublings, torus bifurcations and branch points are located by Newton's
    method and confirmed by the Floquet multipliers. The branch ends at the ends of the interval, at
    another Hopf point, at infinite period, or with a `Status` that says why it can't go on. Orbits
    through a reset end too where they graze the threshold or come to lie on it ("grazing", "border
    collision").
    """
    check_settings(
        mesh=mesh,
        degree=degree,
        tolerance=tolerance,
        max_step=max_step,
        max_points=max_points,
        max_period=max_period,
        progress=progress,
    )
    told = None if progress is None else lambda point: progress(float(point.z[-1]))
    settings = Settings(tolerance, 0.01, max_step, 1e-8, max_points, told)
    if isinstance(start, SpecialPoint) and start.kind == "flip":
        return doubled_branch(start, replace(settings, tolerance=TOLERANCE, max_step=MAP_STEP))
    if passes_reset(start):
        return continue_reset_cycles(
            start,  # type: ignore[arg-type]
            parameter,
            interval,
            settings,
            mesh=mesh,
            degree=degree,
            longest=max_period,
            both_ways=both_ways,
        )
    problem, curve, first, ways = beginning(start, parameter, interval, mesh, degree, tolerance)
    longest = max_period or LONGEST * first.facts.period
    if longest <= first.facts.period:
        raise InvalidArgument(
            f"max_period is {max_period:g}, but the first cycle has period {first.facts.period:.6g}"
        )
    notes = {"mesh": mesh, "degree": degree, "tolerance": tolerance, "max_period": longest}

    def branch_along(curve: CycleCurve, point: Point) -> Branch:
        curve.detectors = detectors_of(curve, longest, ways == 2)
        curve.reconsider(POINTS)
        return branch_of(problem, curve, follow(curve, point, settings), notes)

    if ways == 1:
        assert isinstance(start, SpecialPoint)
        family = branch_along(curve, first)
        name = "Hopf point" if start.kind == "hopf" else start.kind
        begins = f"begins at the {name} at {problem.parameter} = {start[problem.parameter]:.8g}"
        return replace(
            family,
            ends=(BEGINS[start.kind], family.ends[1]),
            messages=(begins, family.messages[1]),
        )
    towards = np.sign(problem.last - problem.first)
    if first.tangent[-1] * towards < 0:
        first = turned(curve, first)
    other_way = copy(curve)  # as it is now: a curve takes on the mesh of its newest orbit
    forth = branch_along(curve, first)
    if not both_ways or forth.ends[1] in (Status.INTERRUPTED, Status.CLOSED):
        return forth
    # from the very same point, so that what lies on it is seen on one of its sides
    back = branch_along(other_way, turned(other_way, first))
    whole = joined(back, forth)
    if (
        isinstance(start, SpecialPoint)
        and start.kind in KEPT
        and parameter in (None, start.parameter)
    ):
        return with_special(whole, len(back) - 1, start)
    return whole


def beginning(
    start: "SpecialPoint | LimitCycle | Trajectory",
    parameter: str | None,
    interval: tuple[float, float] | None,
    mesh: int,
    degree: int,
    tolerance: float,
) -> tuple[Problem, CycleCurve, Point, int]:
    """The problem, its curve, the first point, and in how many directions to follow."""
    from ..dynamics.trajectory import Trajectory

    if isinstance(start, Trajectory):
        from .find_limit_cycle import find_limit_cycle

        if parameter is None:
            raise InvalidArgument("from a Trajectory give parameter= and its range")
        start = find_limit_cycle(start.model, start, mesh=mesh, degree=degree)
    if isinstance(start, SpecialPoint):
        parameter, interval = parameter or start.parameter, interval or start.interval
    if isinstance(start, LimitCycle) and interval is None and start.model.natural is not None:
        parameter = parameter or start.model.natural[0]
        if parameter == start.model.natural[0]:
            interval = start.model.natural[1]
    if not isinstance(start, SpecialPoint | LimitCycle):
        raise InvalidArgument(
            "continue_cycles starts from a Hopf point, a special point of cycles, a LimitCycle or "
            f"a Trajectory, not from {start!r}"
        )
    if parameter is None or interval is None:
        raise InvalidArgument(
            "give the parameter and its range: continue_cycles(cycle, 'I', (0, 9))"
        )
    problem = problem_of(start.model, parameter, interval)
    check_columns(problem.model)
    if problem.is_map:
        raise InvalidArgument("a map in discrete time has no cycles of this kind")
    check_within(problem, start.parameters[parameter])
    if isinstance(start, LimitCycle):
        return problem, *from_cycle(problem, start, mesh, degree), 2
    if start.kind == "hopf":
        return problem, *from_hopf(problem, start, mesh, degree), 1
    if start.kind == "period doubling" and parameter == start.parameter:
        return problem, *from_doubling(problem, start), 1
    if "orbit" in start.arrays:
        assert start.period is not None
        X, value, period = start.arrays["orbit"], start[parameter], start.period
        if "orbit period" in start.notes:  # the last orbit before the period diverges
            period = start.notes["orbit period"]
            value = start.notes["orbit value"] if parameter == start.parameter else value
        other = start.arrays.get("other") if parameter == start.parameter else None
        kept = start.arrays["mesh"]
        curve, point = from_orbit(problem, kept, X, period, value, other)
        if parameter == start.parameter:
            # what is special here is known, and not to be found again from rounding
            return problem, curve, replace(point, facts=replace(point.facts, amplitude=0.0)), 2
        # begin a little beside: what is special then lies on the way, and is seen
        ahead = stepped(curve, [point], OFF, tolerance)[0]
        if ahead is not None:
            X, T, value = curve.split(ahead.z)
            curve, point = from_orbit(problem, curve.mesh, X, T, value)
        return problem, curve, point, 2
    raise NotFound(f"no cycles begin at a {start.kind}; they do at a hopf or a period doubling")


def check_columns(model: Model) -> None:
    """No name of the model may clash with a column of a branch of cycles."""
    taken = {"period", *(f"{name}_{end}" for name in model.states for end in ("min", "max"))}
    for name in (*model.states, *model.parameters):
        if name in taken:
            raise InvalidArgument(
                f"{model.name} has a {name!r}, which is a column of every branch of cycles; "
                "rename it in the model"
            )


def with_special(branch: Branch, row: int, point: SpecialPoint) -> Branch:
    """The branch with the special point that it was begun at."""
    pairs = [*zip(branch.special_rows, branch.special, strict=True), (row, point)]
    pairs.sort(key=lambda pair: pair[0])
    return replace(
        branch,
        special=tuple(special for _, special in pairs),
        special_rows=tuple(place for place, _ in pairs),
    )


def branch_of(
    problem: Problem, curve: CycleCurve, path: Path, settings: dict[str, float]
) -> Branch:
    """The columns of a path; where its period diverges, with what it runs into."""
    points, special, status, message = path.points, list(path.special), path.status, path.message
    z = np.array([point.z for point in points])
    meshes = np.array([point.facts.mesh for point in points])
    X = z[:, :-2].reshape(len(points), *curve.shape)
    T, value = z[:, -2].copy(), z[:, -1].copy()
    if status in (Status.PERIOD_LIMIT, Status.NOT_RESOLVED) or T[-1] > 20 * T.min():
        found = infinite_period(problem, curve.gauss, meshes, X, T, value)
        if found is not None:
            special.append((len(points) - 1, found))
            status = Status.PERIOD_DIVERGES
            message = (
                f"the period diverges towards a {found.kind} at "
                f"{problem.parameter} = {found.value:.10g}"
            )
    if status is Status.DEGENERATE:
        special = []  # along a vertical family folds and crossings are rounding
    special = without_repeats(special, value, T, problem.width)
    low, high = extrema_of(
        lambda x, v: problem.field.f(np.vstack([x, v])),
        curve.gauss.degree,
        np.diff(meshes, axis=1),
        X,
        T,
        value,
    )
    columns = {problem.parameter: value, "period": T}
    for i, name in enumerate(problem.model.states):
        columns |= {f"{name}_min": low[:, i].copy(), f"{name}_max": high[:, i].copy()}
    multipliers = np.array([point.facts.multipliers for point in points])
    return Branch(
        problem.model,
        problem.parameter,
        problem.interval,
        "cycles",
        columns,
        np.array([is_stable(row) for row in multipliers]),
        multipliers,
        tuple(found for _, found in special),
        tuple(row for row, _ in special),
        (Status.COMPLETED, status),
        ("", message),
        {"mesh": meshes, "orbit": X},
        settings,
        curve.engine.name,
    )


def without_repeats(
    special: list[tuple[int, SpecialPoint]], value: np.ndarray, T: np.ndarray, width: float
) -> list[tuple[int, SpecialPoint]]:
    """Points of a kind that rounding doesn't tell apart (canards) count once."""
    kept: list[tuple[int, SpecialPoint]] = []
    for row, point in special:
        twins = (
            row != other and point.kind == one.kind
            for other, one in kept
            if abs(value[row] - value[other]) < SAME_VALUE * width
            and abs(T[row] / T[other] - 1) < SAME_PERIOD
        )
        if not any(twins):
            kept.append((row, point))
    return kept
