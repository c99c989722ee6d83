"""Orbits on an adaptive mesh: what curves of limit cycles in one and in two parameters share.

    u' = T f(u, p) on [0, 1],   u(1) = u(0),   integral of <u - v, v'> = 0

by orthogonal collocation, with v the last orbit on the curve (the phase condition of Doedel 1981,
which keeps the orbits aligned). A vector z of unknowns holds u at the nodes of the mesh, then
numbers: T first, the free parameters p last.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..dynamics.freed import FreedField
from .continuation import Point
from .engine import Engine, NumpyEngine, better, columns_of, time_for
from .floquet import multipliers_of
from .gauss import gauss
from .mesh import carried, equidistributing, evaluated, nodes_of
from .periodic_system import PeriodicSystem

COLLAPSED = 1e-6  # swings, in units of the scale: an equilibrium with an arbitrary period
RESTING = 1e-12
FLAT = 1e-10  # an amplitude below this is rounding
ADAPT = 2  # steps between two meshes


class OrbitCurve:
    """The mesh, the inner product, the phase condition, and the defects of an orbit."""

    remedy = ", or it is too intricate for the mesh (give a larger one)"
    chords = True
    tail = 2  # how many numbers z ends with

    def __init__(
        self,
        field: FreedField,
        mesh: np.ndarray,
        X: np.ndarray,
        degree: int,
        T: float,
        doubled: bool = False,
    ):
        self.doubled = doubled  # whether the family begins at a period doubling
        self.field, self.n = field, field.n
        self.gauss = gauss(degree)
        self.scale = orbit_scale(X)
        self.period_scale = T
        self.detectors: Sequence[Any] = ()
        self.steps = 0
        self.engine: Engine = better(NumpyEngine(self.field))
        self.use(mesh)
        self.refer(X)

    def metric_of_numbers(self) -> np.ndarray:
        """The weights of T and of the parameters in the inner product."""
        raise NotImplementedError

    def use(self, mesh: np.ndarray) -> None:
        """Take a mesh, and with it the weights of the inner product."""
        self.mesh, self.h = mesh, np.diff(mesh)
        self.N, m = len(self.h), self.gauss.degree
        self.share = self.h[:, None] * self.gauss.weights  # (N, m) of the integral
        self.weight = self.share[:, :, None] / self.scale**2 / self.n
        self.shape = (self.N, m + 1, self.n)
        self.numbers = self.metric_of_numbers()
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

    def split(self, z: np.ndarray) -> tuple[np.ndarray, float, Any]:
        """The orbit, its period, and the value of the parameter (or an array of several)."""
        raise NotImplementedError

    def position(self, z: np.ndarray) -> np.ndarray:
        """The parameters as parts of their ranges."""
        raise NotImplementedError

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: Any) -> Any:
        raise NotImplementedError

    def explained(self, before: Point, after: Point, found: Sequence[Any]) -> bool:
        raise NotImplementedError

    def place(self, point: Point) -> str:
        raise NotImplementedError

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        """As the continuation loop wants it."""
        raise NotImplementedError

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float(np.dot(self.metric * u, v))

    def points(self, z: np.ndarray) -> np.ndarray:
        """(states, parameters) at all Gauss points, one a column."""
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

    def amplitude(self, X: np.ndarray) -> float:
        """How far the orbit swings along the last one; negative beyond a Hopf point."""
        last = self.metric[: -self.tail] * self.compass.ravel()
        size = math.sqrt(float(np.dot(last, self.compass.ravel())))
        overlap = float(np.dot(last, self.swing(X).ravel()))
        return overlap / size if abs(overlap) > FLAT * size else 0.0

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
        orbits = np.concatenate([vector[: -self.tail].reshape(shape) for vector in vectors], axis=2)
        moved = [
            np.concatenate([X.ravel(), vector[-self.tail :]])
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
        self.engine = better(self.engine, time_for(points, self.reference.size))


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


def orbit_scale(X: np.ndarray) -> np.ndarray:
    """Half the swing of each state, at least a part of its size."""
    swing, size = np.ptp(X, axis=(0, 1)) / 2, np.abs(X).max(axis=(0, 1))
    scale = np.maximum(swing, 0.1 * size)
    largest = scale.max(initial=0.0)
    if largest == 0:
        return np.ones_like(scale)
    return np.where(scale > 1e-6 * largest, scale, largest)
