"""The whole bifurcation diagram of a model in one parameter, from one call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from ..dynamics.status import Status
from .branch import Branch
from .checks import check_settings
from .continuation import Settings, point_at, unit
from .continue_cycles import MAX_STEP as CYCLE_STEP
from .continue_cycles import check_columns, continue_cycles
from .continue_equilibria import (
    MAX_STEP,
    TOLERANCE,
    branch_through,
    first_point,
    named_interval,
)
from .diagram import Diagram, same_place
from .equilibrium_curve import EquilibriumCurve
from .find_fixed_points import find_fixed_points
from .find_limit_cycle import cycle_of_loop, standing
from .fixed_point import FixedPoint
from .limit_cycle import LimitCycle
from .problem import Problem, problem_of, with_sizes
from .reset_families import Search, places_of, spiking_families
from .settle import settled_loop
from .solutions_at import solutions_at
from .special_point import SpecialPoint

PLACES = (0.0, 1.0, 0.5, 0.236, 0.764)  # of the interval, where equilibria are looked for
SEARCHED = (0.999, 0.001, 0.5, 0.25, 0.75)
FAILURES = 3  # after which nothing more is looked for
PATIENCE = 60_000  # evaluations of the right sides in one search
OFF_REST = 1e-3  # part of the start values, so that no run begins at rest
SAME = 1e-5  # relative distance of two solutions that are one
CENTRE = 1e-9


def bifurcation_diagram(
    model: Model,
    parameter: str | None = None,
    interval: tuple[float, float] | None = None,
    *,
    mesh: int = 50,
    degree: int = 4,
    tolerance: float = 1e-7,
    max_step: float = CYCLE_STEP,
    max_points: int = 600,
    max_period: float | None = None,
    depth: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> Diagram:
    """All branches of equilibria that are found, all families of cycles born on them.

    model, parameter, interval
        what varies, and where; the model's natural parameter and range if not given
    mesh, degree, tolerance, max_step, max_points, max_period
        of the continuation of cycles, as in `continue_cycles`; doubled families get a quarter of
        the points
    depth
        how many period doublings after one another are followed
    progress
        called with a word on what is followed and the parameter's value

    Equilibria are looked for at both ends of the interval and at three places between; their
    branches are followed, and those that cross them at branch points. From every Hopf point the
    family of cycles is followed to its end, from every period doubling the doubled family; a family
    that ends at another Hopf point is not computed again from there. Where no stable state is known
    at an end of the interval, a cycle is looked for by simulation. Interrupted (Ctrl-C), the
    diagram holds what there is.

    >>> import rheobase as rb
    >>> diagram = rb.bifurcation_diagram(rb.models.morris_lecar("hopf"), "I", (50, 100))
    >>> [point.label for point in diagram.special]
    ['H', 'LPC']
    """
    check_settings(
        mesh=mesh,
        degree=degree,
        tolerance=tolerance,
        max_step=max_step,
        max_points=max_points,
        max_period=max_period,
        depth=depth,
        progress=progress,
    )
    problem = problem_of(model, *named_interval(model, parameter, interval))
    if not problem.is_map:
        check_columns(model)
    survey = Survey(problem, progress)
    settings = dict(
        mesh=mesh,
        degree=degree,
        tolerance=tolerance,
        max_step=max_step,
        max_points=max_points,
        max_period=max_period,
    )
    try:
        survey.equilibria()
        if problem.is_map:
            survey.doubled(survey.branches, settings, depth)
        else:
            survey.cycles(settings, depth)
    except KeyboardInterrupt:
        survey.interrupted = True
    return survey.diagram()


@dataclass
class Survey:
    """What has been found so far."""

    problem: Problem
    progress: Callable[[str, float], None] | None
    branches: list[Branch] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    def told(self, what: str) -> Callable[[float], None] | None:
        progress = self.progress
        return None if progress is None else lambda value: progress(what, value)

    def add(self, branch: Branch) -> None:
        self.branches.append(branch)
        if branch.status is Status.INTERRUPTED:
            raise KeyboardInterrupt

    def equilibria(self) -> None:
        """The branches through all fixed points found at some values, and across branch points."""
        problem, found = self.problem, []
        for part in PLACES:
            value = problem.first + part * (problem.last - problem.first)
            points = find_fixed_points(problem.model.replace({problem.parameter: value}))
            found += [np.append(point.x, value) for point in points]
        if found:
            self.problem = problem = with_sizes(problem, [z[:-1] for z in found])
        for z in found:
            self.equilibrium(z, None)
        if not self.branches:
            self.notes.append(
                f"no fixed point was found at {len(PLACES)} values of {problem.parameter}"
            )
        crossings = [p for branch in self.branches for p in branch.all("branch point")]
        for point in crossings:
            z, other = point.arrays["z"], point.arrays["other"]
            for sense in (1, -1):
                self.equilibrium(z, sense * other, beyond=1e-3)
        self.notes += centres(self.branches, problem)

    def equilibrium(self, z: np.ndarray, tangent: np.ndarray | None, beyond: float = 0.0) -> None:
        """Follow the branch through z, unless it is known."""
        curve = EquilibriumCurve(self.problem, z)
        if tangent is not None:
            ahead = stepped_off(curve, z, tangent, beyond)
            if ahead is None or not self.problem.low <= ahead[-1] <= self.problem.high:
                return
            z = ahead
        if self.known(z):
            return
        told = self.told("equilibria")
        settings = Settings(
            TOLERANCE,
            0.01,
            MAX_STEP,
            1e-10,
            progress=None if told is None else lambda point: told(float(point.z[-1])),
        )
        if first_point(curve, z, None, TOLERANCE) is None:
            return
        try:
            self.add(branch_through(self.problem, z, None, settings))
        except NotFound:
            return

    def known(self, z: np.ndarray) -> bool:
        """Whether a branch of equilibria passes through z: the nearest chords are looked at, and
        the branch is corrected in the plane across them through z."""
        curve = EquilibriumCurve(self.problem, z)
        for branch in self.branches:
            if branch.kind != "equilibria":
                continue
            values = branch.arrays["z"]
            if np.max(np.abs(values - z) / curve.scale, axis=1).min() < SAME:
                return True
            root = np.sqrt(curve.weights)
            begin, chord = values[:-1] * root, np.diff(values, axis=0) * root
            away = z * root - begin
            length = np.maximum((chord**2).sum(axis=1), 1e-300)
            part = (away * chord).sum(axis=1) / length
            aside = ((away - part[:, None] * chord) ** 2).sum(axis=1)
            for i in np.flatnonzero((part > -0.1) & (part < 1.1) & (aside < 0.5 * length)):
                guess = values[i] + part[i] * (values[i + 1] - values[i])
                across = unit(curve, values[i + 1] - values[i])
                point = point_at(curve, guess, across, TOLERANCE, 0.0)
                if point is not None and np.max(np.abs(point.z - z) / curve.scale) < SAME:
                    return True
        return False

    def cycles(self, settings: dict, depth: int) -> None:
        """Families from Hopf points, then from period doublings, then by simulation."""
        used: list[SpecialPoint] = []
        hopfs = [p for branch in self.branches for p in branch.all("hopf")]
        for hopf in hopfs:
            if hopf in used:
                continue
            family = self.family(hopf, settings)
            if family is not None and family.ends[1] is Status.HOPF_REACHED:
                used += [p for p in hopfs if p is not hopf and ends_there(family, p)]
        self.doubled(self.branches, settings, depth)
        self.search(settings, depth)
        self.switched(settings, depth)
        if self.problem.model.reset is not None:
            self.spiking(settings)

    def switched(self, settings: dict, depth: int) -> None:
        """The families that cross those known so far."""
        done: list[SpecialPoint] = []
        known = [p for b in self.branches for p in b.all("cycle branch point")]
        for point in known:
            if any(same_place(point, other) for other in done):
                continue
            done.append(point)
            family = self.family(point, settings)
            if family is not None:
                self.doubled([family], settings, depth)
                done += family.all("cycle branch point")

    def search(self, settings: dict, depth: int) -> None:
        """Where no stable state is known, run the model and see what it settles on."""
        problem, failed = self.problem, 0
        for part in SEARCHED:
            if failed == FAILURES:
                return
            value = problem.first + part * (problem.last - problem.first)
            solutions = [s for b in self.branches for s in solutions_at(b, value)]
            settled = any(solution.stable or is_neutral(solution) for solution in solutions)
            if settled or problem.model.reset is not None:
                continue
            model = problem.model.replace({problem.parameter: value})
            told = self.told(f"running the model at {value:.5g}")
            if told is not None:
                told(value)
            try:
                start = np.array(list(model.start.values()))
                start = start + OFF_REST * np.maximum(np.abs(start), 1.0)
                loop = settled_loop(model, start, PATIENCE)
                cycle = cycle_of_loop(standing(model), loop, settings["mesh"], settings["degree"])
                family = self.family(cycle, settings) if cycle.stable else None
                if family is not None:
                    self.doubled([family], settings, depth)
            except NotFound as error:
                failed += 1
                self.notes.append(
                    f"no stable state is known at {problem.parameter} = {value:.5g}: {error}"
                )

    def spiking(self, settings: dict) -> None:
        """The families of orbits through the reset."""
        families, notes = spiking_families(
            Search(self.problem, told=self.progress, **settings), places_of(self.problem)
        )
        for family in families:
            self.add(family)
            if not family.status.ok:
                self.notes.append(f"spiking orbits: {family.message}")
        self.notes += notes if not families else []

    def family(self, start: SpecialPoint | LimitCycle, settings: dict) -> Branch | None:
        problem = self.problem
        if isinstance(start, SpecialPoint):
            what = f"cycles from the {start.kind} at {start.value:.5g}"
        else:
            what = f"cycles through {start.parameters[problem.parameter]:.5g}"
        try:
            family = continue_cycles(
                start,
                problem.parameter,
                problem.interval,
                progress=self.told(what),
                **{**settings, "mesh": max(settings["mesh"], mesh_of(start))},
            )
        except NotFound as error:
            self.notes.append(f"{what}: {error}")
            return None
        self.add(family)
        if not family.status.ok:
            self.notes.append(f"{what}: {family.message}")
        return family

    def doubled(self, families: Sequence[Branch], settings: dict, depth: int) -> None:
        """From the period doublings of families, `depth` times after one another."""
        used: list[SpecialPoint] = []
        kind = "flip" if self.problem.is_map else "period doubling"
        level = [b for b in families if b.kind == "cycles" or self.problem.is_map]
        for _ in range(depth):
            following = []
            doublings = [p for branch in level for p in branch.all(kind)]
            for doubling in doublings:
                if doubling in used:
                    continue
                points = max(settings["max_points"] // 4, 50)
                family = self.family(doubling, {**settings, "max_points": points})
                if family is None:
                    continue
                following.append(family)
                if family.ends[1] is Status.BRANCH_REACHED:
                    used += [p for p in doublings if p is not doubling and halves(family, p)]
            level = following

    def diagram(self) -> Diagram:
        problem = self.problem
        for branch in self.branches:
            if branch.status is Status.LEFT_BOUNDS:
                self.notes.append(branch.message)
        if problem.model.reset is not None:
            self.notes.append(
                "the model has a reset: equilibria, and cycles born at Hopf points, are those of "
                "its flow, beyond the threshold too, where they are never reached; spiking orbits "
                "are those that runs at some values came to"
            )
        if problem.model.noise:
            self.notes.append("the noise is left out: this is the deterministic model")
        worst = max(
            (b.status for b in self.branches if b.status is not Status.LEFT_BOUNDS),
            key=lambda status: status.severity,
            default=Status.COMPLETED,
        )
        if worst.ok:
            worst = Status.COMPLETED
        if self.interrupted:
            worst = Status.INTERRUPTED
            self.notes.append("interrupted: the diagram holds what there was by then")
        return Diagram(
            problem.model,
            problem.parameter,
            problem.interval,
            tuple(self.branches),
            worst,
            tuple(self.notes),
        )


def is_neutral(solution: object) -> bool:
    """Whether linear terms don't decide: running the model would take for ever."""
    return isinstance(solution, FixedPoint) and solution.kind in ("centre", "degenerate")


def mesh_of(start: "SpecialPoint | LimitCycle") -> int:
    return len(start.mesh) - 1 if isinstance(start, LimitCycle) else 0


def stepped_off(curve, z: np.ndarray, tangent: np.ndarray, step: float) -> np.ndarray | None:
    """A point of the branch along the tangent, a little away from z."""
    point = point_at(curve, z + step * tangent, tangent, TOLERANCE, 0.0)
    return None if point is None else point.z


def ends_there(family: Branch, hopf: SpecialPoint) -> bool:
    """Whether a family of cycles ends at this Hopf point."""
    middle = family.arrays["orbit"][-1].mean(axis=(0, 1))
    x = np.array(list(hopf.state.values()))
    size = np.maximum(np.abs(x), np.ptp(family.arrays["orbit"], axis=(0, 1, 2)))
    size[size == 0] = 1.0
    value = family[family.parameter][-1]
    width = abs(family.interval[1] - family.interval[0])
    close = np.max(np.abs(middle - x) / size) < SAME and abs(value - hopf.value) < SAME * width
    return bool(close)


def halves(family: Branch, doubling: SpecialPoint) -> bool:
    """Whether a doubled family ends at this period doubling."""
    width = abs(family.interval[1] - family.interval[0])
    assert doubling.period is not None
    near = abs(family[family.parameter][-1] - doubling.value) < 1e-3 * width
    return bool(near and abs(family["period"][-1] / (2 * doubling.period) - 1) < 1e-2)


def centres(branches: list[Branch], problem: Problem) -> list[str]:
    """Equilibria that are centres along a whole branch: no Hopf point, but cycles all around."""
    if problem.is_map:
        return []
    notes = []
    for branch in branches:
        values = branch.eigenvalues
        size = np.abs(values).max(axis=1)
        neutral = (np.abs(values.real) < CENTRE * size[:, None]) & (values.imag > 0)
        if len(values) and neutral.any(axis=1).all():
            notes.append(
                "the equilibrium is a centre at every value of "
                f"{problem.parameter}: cycles surround it (a conserved quantity?), and no family "
                "of them begins at a Hopf point"
            )
    return notes
