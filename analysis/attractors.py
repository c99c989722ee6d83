"""Where orbits may end: stable fixed points and cycles, each with a neighbourhood that is safe.

A state inside such a neighbourhood is known to stay and to come ever closer:

    fixed points    ellipsoids d . P d < c with A^T P + P A = -1 (a map: A^T P A - P = -1), as large
                    as d . P d falls along the field everywhere on a ladder of shells
    cycles          tubes, or parts of tubes, from whose surface orbits come ten times closer

Distances from a point are in units of the size of each state, from a cycle in those of its swings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np

from ..dynamics.model import Model
from .batch import Batch, advance
from .fixed_point import FixedPoint
from .floquet import without_trivial
from .limit_cycle import LimitCycle

SHELLS = 0.5 ** np.arange(1, 21)  # radii that are tried; within the last linear terms rule
DIRECTIONS = 200
TUBES = (0.03, 0.01, 3e-3, 1e-3, 2e-4)  # parts of the swing of each state
SECTORS, AROUND = 20, 6  # parts of a cycle, and points that test the tube around each
ALONG = 100_000  # points that stand for a cycle
LONGEST_TEST = 64  # periods
BETWEEN = np.linspace(0, 1, 9)
TOLERANCE = 1e-7
RESTING = 0.01  # of the usual size: the swing that a state has at least
PERIODS_OF_MAPS = 64


class Target(Protocol):
    """Something that catches orbits."""

    def caught(self, x: np.ndarray) -> np.ndarray:
        """Which columns are inside its neighbourhood."""
        ...


@dataclass(frozen=True)
class PointTarget:
    """A stable fixed point; P and c of its ellipsoid, in units of `size`."""

    point: FixedPoint
    P: np.ndarray
    level: float
    size: np.ndarray

    def caught(self, x: np.ndarray) -> np.ndarray:
        d = (x - self.point.x[:, None]) / self.size[:, None]
        return np.einsum("im,ij,jm->m", d, self.P, d) < self.level


@dataclass(frozen=True)
class TubeTarget:
    """A stable cycle: its points in units of `size`, and the width of its tube."""

    orbit: LimitCycle | np.ndarray  # of a map: the points (n, period)
    points: np.ndarray
    width: float
    size: np.ndarray

    def caught(self, x: np.ndarray) -> np.ndarray:
        return self.distance(x) < self.width

    @property
    def places(self) -> np.ndarray:
        """The states of its points."""
        return self.points * self.size[:, None]

    def distance(self, x: np.ndarray) -> np.ndarray:
        finite = np.isfinite(x).all(axis=0)
        away = np.full(x.shape[1], np.inf)
        away[finite] = self._tree.query((x[:, finite] / self.size[:, None]).T)[0]
        return away

    @cached_property
    def _tree(self):
        from scipy.spatial import cKDTree

        return cKDTree(self.points.T)


def point_target(point: FixedPoint, size: np.ndarray) -> PointTarget:
    """A stable fixed point with the largest ellipsoid of the ladder that is safe."""
    from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov

    model, field = point.model, point.model.field
    p, n = field.parameter_array(model.parameters), len(point.x)
    discrete = model.kind == "map"
    A = field.jacobian(point.x, p) * size / size[:, None]
    if discrete:
        P = solve_discrete_lyapunov(A.T, np.eye(n))
    else:
        P = solve_continuous_lyapunov(A.T, -np.eye(n))
    P = (P + P.T) / 2
    random = np.random.default_rng(0).standard_normal((n, DIRECTIONS))
    both = np.concatenate([random, -random, np.eye(n), -np.eye(n)], axis=1)
    d = both / np.sqrt(np.einsum("im,ij,jm->m", both, P, both))
    longest = np.sqrt((d**2).sum(axis=0)).max()
    level = (SHELLS[-1] / longest) ** 2
    for radius in SHELLS[::-1]:
        u = d * radius / longest
        f = field.f(point.x[:, None] + size[:, None] * u, p)
        if discrete:
            v = (f - point.x[:, None]) / size[:, None]
            change = np.einsum("im,ij,jm->m", v, P, v) - (radius / longest) ** 2
        else:
            change = np.einsum("im,ij,jm->m", u, P, f / size[:, None])
        if not (change < 0).all():
            break
        level = (radius / longest) ** 2
    return PointTarget(point, P, level, size)


def cycle_target(cycle: LimitCycle, usual: np.ndarray) -> TubeTarget | None:
    """A stable cycle with a tube that was tried; None if no tube is safe."""
    points, size = evenly(cycle, usual)
    slowest = float(np.abs(without_trivial(cycle.multipliers)).max(initial=0.0))
    turns = min(LONGEST_TEST, 3 + int(np.log(20) / max(-np.log(slowest + 1e-300), 1e-3)))
    field = cycle.model.field
    p = field.parameter_array(cycle.model.parameters)

    def carry(x: np.ndarray) -> Iterator[np.ndarray]:
        batch = Batch.at(x)
        for turn in range(turns):
            advance(
                batch,
                lambda y, _: field.f(y, p),
                cycle.period * (turn + 1),
                tolerance=TOLERANCE,
                absolute=TOLERANCE * size,
                beyond=1e3 * size + np.abs(x).max(axis=1),
            )
            yield batch.x

    return tube(cycle, points, size, carry)


def evenly(cycle: LimitCycle, usual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points of a cycle at even distances in units of the swings, and these."""
    t = np.linspace(0, cycle.period, ALONG // 10)
    t = np.unique(
        np.concatenate([t, *(np.interp(BETWEEN, (0, 1), ends) for ends in pairwise(cycle.t))])
    )
    points = cycle(t)
    size = swings(points, usual)
    steps = np.sqrt(((np.diff(points, axis=1) / size[:, None]) ** 2).sum(axis=0))
    length = np.concatenate([[0.0], np.cumsum(steps)])
    even = np.interp(np.linspace(0, length[-1], ALONG, endpoint=False), length, t)
    return cycle(even), size


def swings(points: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """The swing of each state over points (n, k), at least a part of its usual size."""
    return np.maximum(np.ptp(points, axis=1), RESTING * usual)


def orbit_target(model: Model, orbit: np.ndarray, usual: np.ndarray) -> TubeTarget | None:
    """A stable cycle of a map, by its points."""
    size = swings(orbit, usual)
    field = model.field
    p = field.parameter_array(model.parameters)

    def carry(x: np.ndarray) -> Iterator[np.ndarray]:
        for _ in range(LONGEST_TEST):
            for _ in range(orbit.shape[1]):
                x = field.f(x, p)
            yield x

    return tube(orbit, orbit, size, carry)


def tube(
    orbit: LimitCycle | np.ndarray, points: np.ndarray, size: np.ndarray, carry: Callable
) -> TubeTarget | None:
    """The widest tube whose surface comes ten times closer, along at least half of the cycle: next
    to a saddle it may not."""
    points = points / size[:, None]
    parts = np.array_split(np.arange(points.shape[1]), min(SECTORS, points.shape[1]))
    random = np.random.default_rng(0)
    places = np.concatenate([random.choice(part, AROUND) for part in parts])
    away = random.standard_normal((len(size), len(places)))
    away /= np.sqrt((away**2).sum(axis=0))
    for width in TUBES:
        whole = TubeTarget(orbit, points, width, size)
        came = np.zeros(len(places), dtype=bool)
        for x in carry(size[:, None] * (points[:, places] + width * away)):
            came |= whole.distance(x) < max(width / 10, 4 / ALONG)
            if came.all():
                return whole
        safe = np.asarray(came.reshape(len(parts), AROUND).all(axis=1))
        if safe.mean() >= 0.5:
            kept = np.concatenate([part for part, fine in zip(parts, safe, strict=True) if fine])
            return TubeTarget(orbit, points[:, kept], width, size)
    return None


def cycle_of_map(model: Model, x: np.ndarray) -> np.ndarray | None:
    """The points (n, period) of the cycle that an orbit has settled on, or None."""
    p = model.field.parameter_array(model.parameters)
    orbit = [x]
    for _ in range(2 * PERIODS_OF_MAPS):
        orbit.append(model.field.f(orbit[-1], p))
    size = np.abs(orbit).max(axis=0) + 1e-12
    for period in range(1, PERIODS_OF_MAPS + 1):
        if all(
            np.abs((orbit[i + period] - orbit[i]) / size).max() < 1e-9
            for i in range(PERIODS_OF_MAPS)
        ):
            return np.array(orbit[:period]).T
    return None
