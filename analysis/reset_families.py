"""Which spiking orbits a model with a reset has over a range: families found by running it."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.status import Status
from .branch import Branch
from .continuation import Settings
from .continue_reset_cycles import continue_reset_cycles
from .diagram import Diagram
from .find_reset_cycle import settled_cycle, standing_at
from .firing import Firing, stable_runs
from .problem import Problem
from .reset_cycle import ResetCycle
from .reset_field import ResetField
from .special_point import SpecialPoint

MESH, DEGREE = 50, 7  # as exact as 200 intervals of degree 4, and quicker; canards need them
PLACES = (1.0, 0.5, 0.25, 0.75, 0.0)  # of the range, where a run is looked at
STEP = 0.4
ROUNDING = 1e-6  # of the range
LONGER = 50.0  # times the first period, to where a family is followed if nothing else is said


@dataclass(frozen=True)
class Search:
    """How families are looked for."""

    problem: Problem
    mesh: int = MESH
    degree: int = DEGREE
    tolerance: float = 1e-7
    max_step: float = STEP
    max_points: int = 600
    max_period: float | None = None
    told: Callable[[str, float], None] | None = None

    def orbit(self, value: float, x: np.ndarray | None = None) -> ResetCycle:
        """What a run at this value settles on; raises `NotFound`."""
        problem = self.problem
        if self.told is not None:
            self.told("running the model", value)
        model = problem.model.replace({problem.parameter: value})
        field = ResetField(model, problem.parameter)
        start = np.array(list(model.start.values())) if x is None else x
        return settled_cycle(standing_at(field), field, start, self.mesh, self.degree)

    def family(self, start: "ResetCycle | SpecialPoint") -> Branch:
        """The branch through an orbit, over the whole range."""
        problem, told = self.problem, self.told
        period = start.period if start.period and math.isfinite(start.period) else 1.0
        progress = None if told is None else lambda point: told("orbits", float(point.z[-1]))
        settings = Settings(
            self.tolerance, 0.01, self.max_step, 1e-8, self.max_points, progress=progress
        )
        return continue_reset_cycles(
            start,
            problem.parameter,
            problem.interval,
            settings,
            mesh=self.mesh,
            degree=self.degree,
            longest=self.max_period or LONGER * period,
            both_ways=True,
        )


def spiking_families(
    search: Search, places: Iterable[float], known: Sequence[Branch] = ()
) -> tuple[list[Branch], list[str]]:
    """The families of the orbits that runs at some values come to; and what failed, in words."""
    found, notes = list(known), []
    for value in places:
        if any(holds(branch, value) for branch in found):
            continue
        try:
            family = search.family(search.orbit(value))
        except NotFound as error:
            notes.append(str(error))
            continue
        found.append(family)
        if family.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
    return found[len(known) :], notes


def holds(branch: Branch, value: float) -> bool:
    """Whether a stable orbit of the branch lies at this value."""
    away = branch[branch.parameter] - value
    both = branch.stable[:-1] & branch.stable[1:]
    return bool(((away[:-1] * away[1:] <= 0) & both).any())


def places_of(problem: Problem) -> list[float]:
    """Values of the range, its upper end first."""
    return [problem.low + part * problem.width for part in PLACES]


def parts_of(diagram: Diagram) -> list[Firing]:
    """The stable parts of all families of spiking orbits, in order of their lower drives."""
    found = []
    for branch in diagram.cycles:
        if "lengths" not in branch.arrays:
            continue
        for a, b in stable_runs(branch):
            values = branch[branch.parameter]
            first, last = edge(branch, a, -1), edge(branch, b, 1)
            low, high = (first, last) if values[b] >= values[a] else (last, first)
            if high[0] > low[0]:
                found.append(Firing(branch, (a, b), low[0], high[0], low[1], high[1], True))
    return sorted(found, key=lambda part: part.low)


def edge(branch: Branch, row: int, sense: int) -> tuple[float, SpecialPoint | None]:
    """Where a stable stretch ends beyond a row: the value, and the special point there."""
    here = [
        (place, point)
        for place, point in zip(branch.special_rows, branch.special, strict=True)
        if place in (row, row + sense)
    ]
    value = float(branch[branch.parameter][row])
    if not here:  # rows beyond that only differ by rounding: where a period diverges, in a canard
        width = abs(branch.interval[1] - branch.interval[0])
        beyond = [
            (place, point)
            for place, point in zip(branch.special_rows, branch.special, strict=True)
            if sense * (place - row) > 0 and abs(point.value - value) < ROUNDING * width
        ]
        diverging = [pair for pair in beyond if pair[1].period == math.inf]
        here = sorted(diverging or beyond, key=lambda pair: sense * pair[0])[:1]
    if not here:
        return value, None
    point = max(here, key=lambda pair: sense * pair[0])[1]
    return point.value, point
