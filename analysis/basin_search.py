"""All starts of a question about basins, integrated together until each is settled.

After every stretch of time the orbits inside the neighbourhood of a known attractor are taken out.
Where none was for a while, one that is left over may have settled on a cycle not known yet.
"""

from collections.abc import Mapping

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from .attractors import (
    Target,
    TubeTarget,
    cycle_of_map,
    cycle_target,
    orbit_target,
    point_target,
)
from .batch import Batch, advance
from .find_fixed_points import find_fixed_points
from .find_limit_cycle import find_limit_cycle
from .settle import time_scale

TOLERANCE = 1e-7
STRETCHES, LONGEST = 0.05, 40.0  # of settle.time_scale: between two looks, and in all
FAR = 1e4  # times the size of a state: it ran away
TRIES = 12  # cycles looked for
WAITS = 3  # looks without a catch before a cycle is looked for; twice as many after a failure
LONGER = 1.1  # a look after the last
ITERATIONS, LOOK = 20_000, 50
UNRESOLVED = -1


class Search:
    """All starts together, and the attractors known so far; number 0 is infinity."""

    def __init__(self, model: Model, x: np.ndarray, ranges: Mapping[str, tuple[float, float]]):
        self.model, self.field = model, model.field
        self.p = self.field.parameter_array(model.parameters)
        wide = {name: high - low for name, (low, high) in ranges.items()}
        start = np.array(list(model.start.values()))
        points = [point for point in find_fixed_points(model) if point.stable]
        usual = np.maximum(np.abs(start), 1e-3)
        for point in points:
            usual = np.maximum(usual, np.abs(point.x - start))
        self.size = np.array(
            [wide.get(name, own) for name, own in zip(model.states, usual, strict=True)]
        )
        self.beyond = FAR * (self.size + np.abs(x).max(axis=1))
        self.batch = Batch.at(x)
        self.labels = np.full(x.shape[1], UNRESOLVED)
        self.targets: dict[int, Target] = {}
        for point in points:
            self.add(point_target(point, self.size))
        self.time, self.tries = 0.0, 0

    def add(self, target: Target) -> None:
        """One more attractor, numbered 1, 2, ... from the first found."""
        self.targets[len(self.targets) + 1] = target

    @property
    def going(self) -> np.ndarray:
        """The columns that are not settled."""
        return np.flatnonzero((self.labels == UNRESOLVED) & ~self.batch.lost)

    def run(self, until: float | None) -> None:
        """Until every start is settled, or the time is over."""
        discrete = self.model.kind == "map"
        scale = time_scale(self.model, np.median(self.batch.x, axis=1))
        step = float(LOOK) if discrete else STRETCHES * scale
        longest = until or (float(ITERATIONS) if discrete else LONGEST * scale)
        idle, patience = 0, WAITS
        self.catch(self.going)
        while len(self.going) and self.time < longest * (1 - 1e-9):
            step = min(step, longest - self.time)
            (self.iterate if discrete else self.integrate)(step)
            self.time += step
            caught = self.catch(self.going)
            idle = 0 if caught else idle + 1
            step *= LONGER
            if len(self.going) and idle >= patience and self.tries < TRIES:
                known = len(self.targets)
                self.look_for_cycle()
                idle, patience = 0, WAITS if len(self.targets) > known else 2 * patience

    def integrate(self, step: float) -> None:
        advance(
            self.batch,
            lambda x, _: self.field.f(x, self.p),
            np.where(self.labels == UNRESOLVED, self.time + step, 0.0),
            tolerance=TOLERANCE,
            absolute=TOLERANCE * self.size,
            beyond=self.beyond,
        )
        lost = self.batch.lost & (self.labels == UNRESOLVED)
        with np.errstate(invalid="ignore"):
            far = ~(np.abs(self.batch.x) < 0.01 * self.beyond[:, None]).all(axis=0)
        self.labels[lost & far] = 0

    def iterate(self, step: float) -> None:
        going = self.going
        x = self.batch.x[:, going]
        for _ in range(round(step)):
            x = self.field.f(x, self.p)
            with np.errstate(invalid="ignore"):
                far = ~(np.abs(x) < self.beyond[:, None]).all(axis=0)
            if far.any():
                self.labels[going[far]] = 0
                going, x = going[~far], x[:, ~far]
        self.batch.x[:, going] = x

    def catch(self, going: np.ndarray) -> int:
        """Label what is inside the neighbourhood of an attractor; how many that were."""
        caught = 0
        for number, target in self.targets.items():
            inside = target.caught(self.batch.x[:, going])
            self.labels[going[inside]] = number
            going = going[~inside]
            caught += int(inside.sum())
        return caught

    def look_for_cycle(self) -> None:
        """A cycle that one of the orbits left over has settled on."""
        self.tries += 1
        going = self.going
        x = self.batch.x[:, going[(self.tries * 7919) % len(going)]]
        target: TubeTarget | None = None
        if self.model.kind == "map":
            orbit = cycle_of_map(self.model, x)
            if orbit is not None:
                target = orbit_target(self.model, orbit, self.size)
        else:
            try:
                cycle = find_limit_cycle(
                    self.model, dict(zip(self.model.states, x.tolist(), strict=True))
                )
            except (NotFound, InvalidArgument):
                return
            target = cycle_target(cycle, self.size) if cycle.stable else None
        if target is not None and not any(
            known.caught(target.places).mean() > 0.5 for known in self.targets.values()
        ):
            self.add(target)
            self.catch(going)
