"""Branches of equilibria in one parameter (of fixed points, for a map)."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound, UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from .branch import Branch, joined
from .checks import check_settings
from .continuation import Path, Point, Settings, corrected, follow, point_at, unit
from .equilibrium_curve import ROUNDING, EquilibriumCurve
from .fixed_point import FixedPoint
from .iterate import IteratedField
from .problem import Problem, check_within, problem_of, with_sizes
from .special_point import SpecialPoint

MAX_STEP = 0.1  # part of the range, or of the size of the states
TOLERANCE = 1e-10
OFF = 1e-3  # of a flip, where its doubled branch begins


def continue_equilibria(
    start: "Model | SpecialPoint | FixedPoint",
    parameter: str | None = None,
    interval: tuple[float, float] | None = None,
    *,
    tolerance: float = TOLERANCE,
    max_step: float = MAX_STEP,
    max_points: int = 2000,
    both_ways: bool = True,
    progress: Callable[[float], None] | None = None,
) -> Branch:
    """Follow the equilibria of a model through one of its parameters.

    start
        a Model: its rest state nearest to the start values, at the first value of the interval; a
        FixedPoint: from there, both ways; a branch point: the other branch, both ways
    parameter, interval
        ``"I", (0, 200)``; (200, 0) runs downward; those of the special point if not given
    tolerance
        of Newton's method, relative to the size of the states (special points are located to
        rounding whatever it is)
    max_step
        the longest step, as a part of the interval and of the states' size
    both_ways
        whether a start inside the interval is followed in both directions
    progress
        called with the parameter's value at each point

    Stability is that of the Jacobian's eigenvalues. Folds, Hopf points and branch points (for maps
    also flips and Neimark-Sacker points) are located by Newton's method on their defining systems;
    two real eigenvalues that add up to zero are no Hopf point. The branch ends at the ends of the
    interval, where it closes, or with a `Status` that says why it can't go on.

    >>> import rheobase as rb
    >>> model = rb.Model("saddle-node", "x' = a + x^2", parameters=dict(a=-1), start=dict(x=-1))
    >>> branch = continue_equilibria(model, "a", (-1, 1))
    >>> branch.first("fold").parameters["a"], branch.ends
    (0.0, (<Status.RANGE_REACHED: 'range reached'>, <Status.RANGE_REACHED: 'range reached'>))
    """
    check_settings(tolerance=tolerance, max_step=max_step, max_points=max_points, progress=progress)
    told = None if progress is None else lambda point: progress(float(point.z[-1]))
    settings = Settings(tolerance, 0.01, max_step, 1e-10, max_points, told)
    if isinstance(start, Model):
        problem = problem_of(start, *named_interval(start, parameter, interval))
        problem, z = rest_at_first_value(problem)
        return branch_through(problem, z, None, settings, both_ways)
    if isinstance(start, FixedPoint):
        if parameter is None or interval is None:
            raise InvalidArgument("from a FixedPoint give the parameter and its range")
        problem = problem_of(start.model, parameter, interval)
        check_within(problem, start.parameters[parameter])
        z = np.append(start.x, start.parameters[parameter])
        return branch_through(problem, z, None, settings, both_ways)
    if isinstance(start, SpecialPoint) and "z" in start.arrays:
        problem = problem_of(start.model, parameter or start.parameter, interval or start.interval)
        check_within(problem, start.parameters[problem.parameter])
        same = problem.parameter == start.parameter
        other = start.arrays["other"] if start.kind == "branch point" and same else None
        z = np.append([start.state[name] for name in start.model.states], start[problem.parameter])
        if other is not None:
            return branch_through(problem, z, other, settings, both_ways)
        return branch_through(problem, beside(problem, z), None, settings, both_ways)
    raise InvalidArgument(
        "continue_equilibria starts from a Model, a FixedPoint or a special point of equilibria, "
        f"not from {start!r}"
    )


def beside(problem: Problem, z: np.ndarray) -> np.ndarray:
    """A point of the branch a little beside a special one: what is special then lies on the way,
    and is seen; z itself where there is none within the interval."""
    curve = EquilibriumCurve(problem, z)
    along = tangent_at(curve, z)
    for step in (OFF, -OFF):
        point = point_at(curve, z + step * along, along, TOLERANCE, 0.0)
        if point is not None and problem.low < point.z[-1] < problem.high:
            return point.z
    return z


def named_interval(
    model: Model, parameter: str | None, interval: tuple[float, float] | None
) -> tuple[str, tuple[float, float]]:
    """The parameter and range that were given, or the model's natural ones."""
    if parameter is None:
        if model.natural is None:
            raise InvalidArgument(
                f"which parameter? {model.name} has no natural one; its parameters are "
                f"{', '.join(model.parameters)}"
            )
        return model.natural[0], interval or model.natural[1]
    if isinstance(model, Model) and parameter not in model.parameters:
        raise UnknownName(parameter, f"a parameter of {model.name}", model.parameters)
    if interval is None:
        if model.natural is None or model.natural[0] != parameter:
            raise InvalidArgument(f"give the range of {parameter}, for instance (0, 100)")
        return parameter, model.natural[1]
    return parameter, interval


def rest_at_first_value(problem: Problem) -> tuple[Problem, np.ndarray]:
    """z at the fixed point nearest the start values, distances in units of the states' sizes."""
    from .find_fixed_points import find_fixed_points

    model = problem.model.replace({problem.parameter: problem.first})
    found = find_fixed_points(model)
    if not found:
        raise NotFound(
            f"{model.name} has no fixed point that was found at {problem.parameter} = "
            f"{problem.first:g} ({found.reason}); try the range from its other end"
        )
    start = np.array(list(model.start.values()))
    size = np.maximum(np.abs(start), np.max([np.abs(point.x) for point in found], axis=0))
    size[size == 0] = 1.0
    nearest = min(found, key=lambda point: np.linalg.norm((point.x - start) / size))
    known = with_sizes(problem, [point.x for point in found])
    return known, np.append(nearest.x, problem.first)


def branch_through(
    problem: Problem,
    z: np.ndarray,
    tangent: np.ndarray | None,
    settings: Settings,
    both_ways: bool = True,
) -> Branch:
    """The branch through an equilibrium, along a tangent if one is given."""
    curve = EquilibriumCurve(problem, z)
    start = first_point(curve, z, tangent, settings.tolerance)
    if start is None:
        raise NotFound(
            f"Newton's method finds no equilibrium of {problem.model.name} near "
            f"{problem.named(z[: problem.n])} at {problem.parameter} = {z[-1]:g}"
        )
    inside = problem.low < start.z[-1] < problem.high
    if not inside or not both_ways:
        towards = problem.last - problem.first if both_ways is False else 0.0
        inward = 1.0 if start.z[-1] <= problem.low else -1.0
        branch = branch_of(curve, run(curve, start, inward if not inside else towards, settings))
        if inside:
            return branch
        begins = f"the range of {problem.parameter} ends at {start.z[-1]:g}"
        return replace(
            branch,
            ends=(Status.RANGE_REACHED, branch.ends[1]),
            messages=(begins, branch.messages[1]),
        )
    sense = np.sign(problem.last - problem.first)
    forth = run(curve, start, sense, settings)
    if forth.status is Status.CLOSED or forth.status is Status.INTERRUPTED:
        return branch_of(curve, forth)
    back = run(curve, start, -sense, settings)
    return joined(branch_of(curve, back), branch_of(curve, forth))


def doubled_branch(point: SpecialPoint, settings: Settings) -> Branch:
    """The cycles of twice the length that begin at a flip of a map, on one side of it."""
    problem = problem_of(
        point.model, point.parameter, point.interval, 2 * int(point.notes["turns"])
    )
    z, along = point.arrays["z"], np.append(point.arrays["q"], 0.0)
    curve = EquilibriumCurve(problem, z)
    along = unit(curve, along)
    begin = Point(z, along, 0.0, curve.facts_at(z, along))
    # the flip itself is a crossing of the iterate's branches: begin beyond it
    ahead = point_at(curve, z + OFF * along, along, settings.tolerance, OFF)
    if ahead is None:
        raise NotFound(f"no cycles of twice the length were found beside {point!r}")
    curve.begin(ahead)
    path = follow(curve, ahead, settings)
    return branch_of(curve, Path([begin, *path.points], shifted(path), path.status, path.message))


def shifted(path: Path) -> list:
    return [(row + 1, special) for row, special in path.special]


def run(curve: EquilibriumCurve, start: Point, sense: float, settings: Settings) -> Path:
    """Follow from a point so that the parameter first moves in this sense (if it moves)."""
    facts, tangent = start.facts, unit(curve, start.tangent)  # the scale may have grown since
    if tangent[-1] * sense < 0 or (tangent[-1] == 0 and sense < 0):
        facts = replace(facts, turning=-facts.turning, folding=-facts.folding)
        tangent = -tangent
    start = replace(start, tangent=tangent, facts=facts)
    curve.begin(start)
    return follow(curve, start, settings)


def first_point(
    curve: EquilibriumCurve, z: np.ndarray, tangent: np.ndarray | None, tolerance: float
) -> Point | None:
    """The start on the curve, its parameter held unless a tangent is given."""
    border = np.zeros_like(z)
    border[-1] = 1.0
    if tangent is None:
        solution = corrected(curve, z, border, tolerance)
        if solution is not None:
            z = solution[0]
        elif np.abs(curve.residual(z)).max() > 1e-6 * np.abs(curve.scale[:-1]).max():
            return None
        if not np.isfinite(curve.matrix(z)).all():  # a singularity of the equations
            return None
        tangent = tangent_at(curve, z)
        return Point(z, tangent, 0.0, curve.facts_at(z, tangent))
    tangent = unit(curve, tangent)
    facts = curve.facts_at(z, tangent)
    # what is special here counted on the branch that it was found on
    return Point(z, tangent, 0.0, replace(facts, turning=math.nan, folding=math.nan))


def tangent_at(curve: EquilibriumCurve, z: np.ndarray) -> np.ndarray:
    """The null vector of [F_x, F_lambda]."""
    null = np.linalg.svd(curve.matrix(z) * curve.scale)[2][-1] * curve.scale
    return unit(curve, null if null[-1] >= 0 else -null)


def branch_of(curve: EquilibriumCurve, path: Path) -> Branch:
    """The columns of a path."""
    problem = curve.problem
    z = np.array([point.z for point in path.points])
    spectrum = np.array([point.facts.eigenvalues for point in path.points])
    size = np.abs(spectrum) - 1 if problem.is_map else spectrum.real
    columns = {problem.parameter: z[:, -1].copy()}
    columns |= {name: z[:, i].copy() for i, name in enumerate(problem.model.states)}
    kind = "equilibria"
    if isinstance(problem.field, IteratedField):
        kind = "cycles"
        orbits = np.array([problem.field.orbit(row) for row in z])
        columns["period"] = np.full(len(z), float(problem.turns))
        for i, name in enumerate(problem.model.states):
            columns[f"{name}_min"] = orbits[:, :, i].min(axis=1)
            columns[f"{name}_max"] = orbits[:, :, i].max(axis=1)
    return Branch(
        problem.model,
        problem.parameter,
        problem.interval,
        kind,
        columns,
        (size < -ROUNDING * np.abs(spectrum)).all(axis=1),  # centres are not
        spectrum,
        tuple(special for _, special in path.special),
        tuple(row for row, _ in path.special),
        (Status.COMPLETED, path.status),
        ("", path.message),
        {"z": z, "tangent": np.array([point.tangent for point in path.points])},
        {"turns": problem.turns},
    )
