"""The curve of limit cycles in one parameter, by orthogonal collocation.

    u' = T f(u, lambda) on [0, 1],   u(1) = u(0),   integral of <u - v, v'> = 0

with v the last orbit on the curve (the phase condition of Doedel 1981, which keeps the orbits
aligned). z holds u at the nodes of the mesh, then T and lambda.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..dynamics.freed import FreedField
from .continuation import Point
from .engine import Engine, NumpyEngine, better, columns_of, count, time_for
from .floquet import multipliers_of, without_trivial
from .gauss import gauss
from .mesh import carried, equidistributing, evaluated, nodes_of
from .periodic_system import PeriodicSystem
from .problem import Problem
from .special_point import SpecialPoint

PARTING = 10.0
UNCLEAR = 1e-4
COLLAPSED = 1e-6  # swings, in units of the scale: an equilibrium with an arbitrary period
RESTING = 1e-12
FLAT = 1e-10  # an amplitude below this is rounding
ADAPT = 2  # steps between two meshes


@dataclass(frozen=True)
class Cycle:
    """What the curve knows of a point."""

    mesh: np.ndarray
    multipliers: np.ndarray
    trivial: float  # how far the orbit's own direction is from being carried into itself
    turning: float  # the parameter's part of the tangent
    folding: float  # product of mu - 1, without the trivial one
    doubling: float  # product of mu + 1
    pairing: float  # product of mu_i mu_j - 1
    branching: float  # changes sign with the orientation of the system
    rates: np.ndarray | None  # df/dx in the middle of each interval, if neighbours part much
    slowness: float  # least speed on the orbit, relative to the largest
    amplitude: float  # of the orbit, along the last one; negative beyond a Hopf point
    period: float
    means: np.ndarray  # of the states over the nodes
    swings: np.ndarray


class CycleCurve:
    """Residual, condensed bordered solution, adaptive mesh."""

    remedy = ", or it is too intricate for the mesh (give a larger one)"

    def __init__(
        self,
        problem: Problem,
        mesh: np.ndarray,
        X: np.ndarray,
        degree: int,
        T: float,
        doubled: bool = False,
    ):
        self.doubled = doubled  # whether the family begins at a period doubling
        assert isinstance(problem.field, FreedField), "this is a bug: a map has no such cycles"
        self.problem, self.field, self.n = problem, problem.field, problem.n
        self.gauss = gauss(degree)
        self.scale = orbit_scale(X)
        self.period_scale = T
        self.detectors: Sequence[Any] = ()
        self.steps = 0
        self.engine: Engine = better(NumpyEngine(self.field))
        self.clock = time.perf_counter()
        self.use(mesh)
        self.refer(X)

    def use(self, mesh: np.ndarray) -> None:
        """Take a mesh, and with it the weights of the inner product."""
        self.mesh, self.h = mesh, np.diff(mesh)
        self.N, m = len(self.h), self.gauss.degree
        self.share = self.h[:, None] * self.gauss.weights  # (N, m) of the integral
        self.weight = self.share[:, :, None] / self.scale**2 / self.n
        self.shape = (self.N, m + 1, self.n)
        self.numbers = np.array([1 / self.period_scale**2 / self.n, self.problem.width**-2.0])
        states = np.zeros(self.shape)
        states[:, 1:] = self.weight
        self.metric = np.concatenate([states.ravel(), self.numbers])

    def refer(self, X: np.ndarray) -> None:
        """Take the orbit of the phase condition."""
        self.reference, self.compass = X, self.swing(X)
        slope = (self.gauss.slopes @ X) / self.h[:, None, None]
        self.phase_row = slope * self.weight
        size = math.sqrt(float(np.vdot(slope, self.phase_row)))
        self.phase_row /= size if size > 0 else 1.0

    def swing(self, X: np.ndarray) -> np.ndarray:
        """What vanishes where the family begins: the deviation from the mean, or (of a doubled
        family) from the orbit half a period later."""
        if not self.doubled:
            return X - X.mean(axis=(0, 1))
        return self.halves(X)

    def halves(self, X: np.ndarray) -> np.ndarray:
        """Half the difference to the orbit half a period later."""
        later = (nodes_of(self.gauss, self.mesh).ravel() + 0.5) % 1.0
        return (X - evaluated(self.gauss, self.mesh, X, later).reshape(X.shape)) / 2

    def rest_at(self, X: np.ndarray) -> None:
        """The orbit is still a point: only the directions of the last `refer` stay."""
        self.reference = X

    def split(self, z: np.ndarray) -> tuple[np.ndarray, float, float]:
        return z[:-2].reshape(self.shape), float(z[-2]), float(z[-1])

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float(np.dot(self.metric * u, v))

    def points(self, z: np.ndarray) -> np.ndarray:
        """(states, parameter) at all Gauss points, one a column."""
        X, _, value = self.split(z)
        return columns_of(X, value)

    def stage(self, columns: np.ndarray) -> np.ndarray:
        """(n, N m) as (N, m, n)."""
        return np.ascontiguousarray(columns.T).reshape(self.N, -1, self.n)

    def _defects(self, z: np.ndarray, f: np.ndarray) -> np.ndarray:
        X, T, _ = self.split(z)
        swing = np.ptp(X, axis=(0, 1)) / self.scale
        collapsed = swing.max() < COLLAPSED and np.any(self.reference != self.reference[0, 0])
        if not T > 0 or collapsed:
            return np.full(f.size + self.N * self.n + 1, np.nan)
        return self.engine.defects(self.gauss, self.h, X, self.reference, self.phase_row, T, f)

    def residual(self, z: np.ndarray) -> np.ndarray:
        X, _, value = self.split(z)
        return self._defects(z, self.engine.rates(X, value))

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        X, T, value = self.split(z)
        n = self.n
        f, both, finite = self.engine.linearised(X, value)
        defects = self._defects(z, f)
        if not finite:
            return np.full_like(defects, np.nan), None, None  # type: ignore[return-value]
        columns, rows = np.empty((*f.shape, 2)), np.empty((2, *f.shape))
        columns[..., 0], columns[..., 1] = f, T * both[..., n]
        rows[0], rows[1] = self.phase_row, self.weight * border[:-2].reshape(self.shape)[:, 1:]
        corner = np.array([[0.0, 0.0], self.numbers * border[-2:]])
        system = self.engine.system(
            self.gauss, self.h, T * both[..., :n], columns, rows, corner, 1.0, self.scale
        )
        inner = f.size

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            try:
                if r is None:
                    u, s = system.solve(None, np.array([[0.0], [c]]))
                else:
                    u, s = system.solve(
                        r[:inner].reshape(*f.shape, 1),
                        np.array([[r[-1]], [c]]),
                        -r[inner:-1].reshape(self.N, n, 1),
                    )
            except np.linalg.LinAlgError:
                return np.full(len(z), np.nan)
            return np.concatenate([u.ravel(), s[:, 0]])

        return defects, solve, Linear(system, f, both)

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: "Linear") -> Cycle:
        X, T, _ = self.split(z)
        values, trivial = self.multipliers(z, linear)
        others = without_trivial(values)
        last = self.metric[:-2] * self.compass.ravel()
        size = math.sqrt(float(np.dot(last, self.compass.ravel())))
        overlap = float(np.dot(last, self.swing(X).ravel()))
        beyond_one = (others - 1) / (np.abs(others) + 1)
        states = X.reshape(-1, self.n)
        return Cycle(
            self.mesh,
            values,
            trivial,
            turning=tangent[-1] / self.problem.width,
            folding=float(np.prod(beyond_one).real),
            doubling=float(np.prod((values + 1) / (np.abs(values) + 1)).real),
            pairing=torus_pairing(others),
            branching=linear.system.orientation * float(np.abs(beyond_one).min(initial=1.0)),
            amplitude=overlap / size if abs(overlap) > FLAT * size else 0.0,
            slowness=slowness(linear.f, self.scale),
            rates=linear.middle if abs(values[0]) > PARTING else None,
            period=T,
            means=np.add.reduce(states) / len(states),
            swings=np.maximum.reduce(states) - np.minimum.reduce(states),
        )

    def multipliers(self, z: np.ndarray, linear: "Linear") -> tuple[np.ndarray, float]:
        """Floquet multipliers, and the error of the orbit's own direction."""
        X, T, value = self.split(z)
        passages, heads = linear.system.passages, linear.system.heads
        # of an orbit on intervals with one Gauss point, where they begin
        directions = T * self.engine.rates(X[heads][:, [0, 0]], value)[:, 0]
        if linear.resting:
            directions = np.zeros_like(directions)
        return multipliers_of(passages, directions, self.scale, self.engine.eigenvalues)

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """Carry the last points to a mesh that suits the newest, and refer to its orbit."""
        newest = points[-1]
        X, T, _ = self.split(newest.z)
        self.steps += 1
        self.reconsider()
        if self.steps % ADAPT:
            self.refer(X)
            return points
        old, shape = self.mesh, self.shape
        rates = newest.facts.rates
        parting = None if rates is None else growth(T * rates)
        new = equidistributing(self.gauss, old, X, self.scale, growth=parting)
        self.scale = np.maximum(self.scale, np.ptp(X, axis=(0, 1)) / 2)
        self.period_scale = T
        self.use(new)

        points = points[-2:]
        vectors = [vector for p in points for vector in (p.z, p.tangent)]
        orbits = np.concatenate([vector[:-2].reshape(shape) for vector in vectors], axis=2)
        moved = [
            np.concatenate([X.ravel(), vector[-2:]])
            for X, vector in zip(
                np.split(carried(self.gauss, old, orbits, new), len(vectors), axis=2),
                vectors,
                strict=True,
            )
        ]
        points = [
            replace(p, z=z, tangent=tangent / math.sqrt(self.dot(tangent, tangent)))
            for p, z, tangent in zip(points, moved[::2], moved[1::2], strict=True)
        ]
        self.refer(self.split(points[-1].z)[0])
        return points

    def reconsider(self, points: int = 0) -> None:
        """Go on with another engine, if that pays now, so many points being expected."""
        since, self.clock = self.clock, time.perf_counter()
        count(self.engine, self.clock - since)
        self.engine = better(self.engine, time_for(points, self.reference.size))

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        """Whether multipliers left or entered the unit circle that nothing accounts for."""
        counts = [outside_count(p.facts) for p in (before, after)]
        if None in counts:
            return True
        pairs = sum(p.kind == "torus" for p in found)
        change = abs(counts[1] - counts[0]) - 2 * pairs  # type: ignore[operator]
        single = len(found) - pairs
        return change <= single and (change - single) % 2 == 0

    def place(self, point: Point) -> str:
        return f"{self.problem.parameter} = {point.z[-1]:.8g}, period {point.z[-2]:.6g}"


@dataclass(frozen=True)
class Linear:
    """The linearisation at a point: the factored system, f and [df/dx, df/dlambda]."""

    system: PeriodicSystem
    f: np.ndarray  # (N, m, n)
    matrix: np.ndarray  # (N, m, n, n + 1)

    @property
    def resting(self) -> bool:
        """Whether the orbit is a point."""
        return bool(np.abs(self.f).max() <= RESTING * np.abs(self.matrix).max())

    @property
    def middle(self) -> np.ndarray:
        """df/dx in the middle of each interval."""
        _, m, n = self.f.shape
        return self.matrix[:, m // 2, :, :n]


def growth(TA: np.ndarray) -> np.ndarray:
    """The largest real part of the eigenvalues of T A, 0 or more, of each interval."""
    return np.maximum(np.linalg.eigvals(TA).real.max(axis=1), 0.0)


def slowness(f: np.ndarray, scale: np.ndarray) -> float:
    speed = np.maximum.reduce(np.abs(f / scale), axis=-1)
    top = float(speed.max())
    return float(speed.min()) / top if top > 0 else 1.0


def outside_count(cycle: Cycle) -> int | None:
    """How many multipliers lie outside the unit circle; None where rounding decides."""
    others = np.abs(without_trivial(cycle.multipliers))
    if cycle.amplitude == 0 or (np.abs(others - 1) < UNCLEAR).any():
        return None
    return int((others > 1).sum())


def torus_pairing(others: np.ndarray) -> float:
    """Zero where two multipliers are a pair on the unit circle (or mu and 1/mu: an impostor)."""
    products = np.outer(others, others)[above_diagonal(len(others))]
    if not len(products):
        return math.nan
    return float(np.prod((products - 1) / (np.abs(products) + 1)).real)


@lru_cache(maxsize=64)
def above_diagonal(n: int) -> np.ndarray:
    """Which entries of a matrix lie above its diagonal."""
    return np.triu(np.ones((n, n), dtype=bool), 1)


def orbit_scale(X: np.ndarray) -> np.ndarray:
    """Half the swing of each state, at least a part of its size."""
    swing, size = np.ptp(X, axis=(0, 1)) / 2, np.abs(X).max(axis=(0, 1))
    scale = np.maximum(swing, 0.1 * size)
    largest = scale.max(initial=0.0)
    if largest == 0:
        return np.ones_like(scale)
    return np.where(scale > 1e-6 * largest, scale, largest)
