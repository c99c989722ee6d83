"""Orbits from an equilibrium back to itself, in two parameters, on a truncated time interval.

    u' = T f(u, a, b) on [0, 1],   f(x, a, b) = 0
    L_s (u(0) - x) = 0             the orbit leaves within the unstable (and centre) subspace
    L_u (u(1) - x) = 0             and comes back within the stable (and centre) subspace
    integral of <u - v, v'> = 0    v the last orbit on the curve
    mu = 0                         for a saddle-node: its critical eigenvalue

where the rows of L_s, L_u span the left invariant subspaces of the stable and of the unstable
eigenvalues of A = df/dx at x (projection boundary conditions: Beyn 1990; Champneys, Kuznetsov and
Sandstede 1996). T is fixed between two meshes. The error of the parameters falls like a product of
powers of the distances at both ends (Sandstede 1997), `wanted_distances` of `connection_orbit`.

z holds u at the nodes of the mesh, then x, a, b.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .connection_ends import ConnectionEnds
from .connection_orbit import begun, retruncated
from .continuation import Point, unit
from .gauss import gauss
from .invariant_subspaces import Local, local_of
from .mesh import carried, equidistributing
from .orbit_curve import orbit_scale
from .plane import Plane
from .two_point_system import TwoPointSystem

ADAPT = 2  # steps between two meshes
ITERATIONS = 12
AWAY = 0.2  # of the largest distance
CONVERGED, LOOSE = 1e-12, 1e-9  # corrections


@dataclass(frozen=True)
class Connection:
    """What the curve knows of a point."""

    mesh: np.ndarray
    T: float
    values: np.ndarray  # eigenvalues of the equilibrium, the largest real part first
    rising: float  # real part of the leading unstable eigenvalue
    falling: float  # and of the leading stable one
    leaving: float  # of a saddle-node: the centre component of u(0) - x
    returning: float  # and of u(1) - x
    bending: float  # w' = a w^2 along the centre direction in which the orbit leaves or comes back
    slowness: float  # least speed away from the equilibrium, relative to the largest
    slowest: np.ndarray  # where
    distances: tuple[float, float]  # of the ends from x
    swing: float  # of the orbit, in units of the first scale

    @property
    def size(self) -> float:
        """Of the largest eigenvalue."""
        return max(float(np.abs(self.values).max()), 1e-300)


@dataclass(frozen=True)
class Linear:
    """The linearisation at a point."""

    system: TwoPointSystem
    local: Local


Functional = Callable[[Local], tuple[float, np.ndarray]]
"""A number to be made zero, from the equilibrium's linearisation, and its gradient in (x, a, b)."""


class ConnectionCurve:
    """Residual, condensed bordered solution, adaptive mesh; T is changed by `retruncate`."""

    remedy = ", or the orbit is too intricate for the mesh (give a larger one)"
    chords = True

    def __init__(
        self,
        plane: Plane,
        mesh: np.ndarray,
        X: np.ndarray,
        T: float,
        unstable: int,
        stable: int,
        numbers: np.ndarray,
        scale: np.ndarray | None = None,
    ):
        self.plane, self.field, self.n = plane, plane.field, plane.n
        self.gauss = gauss(X.shape[1] - 1)
        self.unstable, self.stable = unstable, stable
        self.scale = orbit_scale(X) if scale is None else scale
        self.first_scale = self.scale
        self.T = T
        self.largest = 0.0  # swing so far
        self.widest = 0.0  # gap between a saddle-node's eigenvalue 0 and the others, so far
        self.detectors: Sequence[Any] = ()
        self.steps = 0
        self.use(mesh)
        self.refer(X)
        self.at_ends = ConnectionEnds(plane, unstable, stable, self.scale, numbers)
        self.central = self.at_ends.central  # whether the equilibrium is a saddle-node

    def use(self, mesh: np.ndarray) -> None:
        """Take a mesh, and with it the weights of the inner product."""
        self.mesh, self.h = mesh, np.diff(mesh)
        self.N, m = len(self.h), self.gauss.degree
        self.share = self.h[:, None] * self.gauss.weights
        self.weight = self.share[:, :, None] / self.scale**2 / self.n
        self.shape = (self.N, m + 1, self.n)
        self.weights = np.concatenate([self.scale**-2.0 / self.n, self.plane.width**-2.0])
        states = np.zeros(self.shape)
        states[:, 1:] = self.weight
        self.metric = np.concatenate([states.ravel(), self.weights])

    def refer(self, X: np.ndarray) -> None:
        """Take the orbit of the phase condition."""
        self.reference = X
        slope = (self.gauss.slopes @ X) / self.h[:, None, None]
        self.phase_row = slope * self.weight
        size = math.sqrt(float(np.vdot(slope, self.phase_row)))
        self.phase_row /= size if size > 0 else 1.0

    def direct(self, numbers: np.ndarray) -> None:
        """Take the invariant subspaces here as the reference of those nearby."""
        self.at_ends.refer(numbers, self.scale)

    def split(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The orbit, and (x, a, b)."""
        return z[: -self.n - 2].reshape(self.shape), z[-self.n - 2 :]

    def joined(self, X: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        return np.concatenate([X.ravel(), numbers])

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float(np.dot(self.metric * u, v))

    def places(self, X: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """(states, parameters) at all Gauss points, one a column."""
        columns = np.empty((self.n + 2, self.N * self.gauss.degree))
        columns[: self.n] = X[:, 1:].reshape(-1, self.n).T
        columns[self.n :] = numbers[self.n :, None]
        return columns

    def ends(self, X: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """u(0) - x and u(1) - x."""
        return X[0, 0] - numbers[: self.n], self.gauss.end @ X[-1] - numbers[: self.n]

    def residual(self, z: np.ndarray) -> np.ndarray:
        X, numbers = self.split(z)
        f = self.field.f(self.places(X, numbers)).T.reshape(self.N, -1, self.n)
        try:
            local = local_of(self.plane, numbers)
            conditions = self.at_ends.conditions(*self.ends(X, numbers), local)
        except np.linalg.LinAlgError:  # subspaces that merge, or are nothing like the last ones
            conditions = np.full(1, np.nan)
        return self._defects(X, f, conditions)

    def _defects(self, X: np.ndarray, f: np.ndarray, conditions: np.ndarray) -> np.ndarray:
        inner = (self.gauss.slopes @ X) / self.h[:, None, None] - self.T * f
        gaps = X[1:, 0] - (self.gauss.end @ X)[:-1]
        phase = np.vdot(X[:, 1:] - self.reference[:, 1:], self.phase_row)
        return np.concatenate([inner.ravel(), gaps.ravel(), [phase], conditions])

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Linear]:
        X_row, row = self.split(self.metric * border)
        return self.linearised(z, X_row[:, 1:], row)

    def linearised(
        self, z: np.ndarray, X_row: np.ndarray, row: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Linear]:
        """The residual, and what solves with a last row of the orbit at the Gauss points and of
        (x, a, b)."""
        n, (X, numbers) = self.n, self.split(z)
        f, matrix = self.field.linearisation(self.places(X, numbers))
        f = f.T.reshape(self.N, -1, n)
        matrix = matrix.reshape(n * (n + 2), -1).T.reshape(*f.shape, n + 2)
        try:
            local = local_of(self.plane, numbers)
            conditions = self.at_ends.conditions(*self.ends(X, numbers), local)
            left, rest = self.at_ends.slopes(*self.ends(X, numbers), local)
        except np.linalg.LinAlgError:
            return self.nothing(z)
        defects = self._defects(X, f, conditions)
        if not (np.isfinite(defects).all() and np.isfinite(matrix).all()):
            return self.nothing(z)
        k = 2 * n + 2
        columns = np.zeros((*f.shape, k))
        columns[..., n : n + 2] = self.T * matrix[..., n:]
        rows = np.zeros((k, *f.shape))
        rows[0], rows[-1] = self.phase_row, X_row
        whole, corner = np.zeros((k, n)), np.zeros((k, k))
        whole[1:-1], corner[1:-1] = left, rest
        corner[-1, : n + 2] = row
        system = TwoPointSystem(
            self.gauss,
            self.h,
            self.T * matrix[..., :n],
            columns,
            rows,
            corner,
            0.0,
            self.scale,
            whole,
        )
        inner, gaps = f.size, (self.N - 1) * n

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            try:
                if r is None:
                    right = np.zeros((k, 1))
                    right[-1] = c
                    u, s = system.solve(None, right)
                else:
                    jumps = np.concatenate([r[inner : inner + gaps], np.zeros(n)])
                    u, s = system.solve(
                        r[:inner].reshape(*f.shape, 1),
                        np.append(r[inner + gaps :], c)[:, None],
                        jumps.reshape(self.N, n, 1),
                    )
            except np.linalg.LinAlgError:
                return np.full(len(z), np.nan)
            return np.concatenate([u.ravel(), s[: n + 2, 0]])

        return defects, solve, Linear(system, local)

    def nothing(
        self, z: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        """What `linearised` gives where the equations are not finite, or subspaces merge."""

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            return np.full(len(z), np.nan)

        return np.full(len(z) - 1, np.nan), solve, None

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: Linear) -> Connection:
        X, numbers = self.split(z)
        values, up = linear.local.values, self.unstable
        away, back = self.ends(X, numbers)
        leaving = returning = bending = math.nan
        if self.central:
            p, bending = self.at_ends.centre_of(linear.local)
            n, down = self.n, self.stable
            leaving = self.at_ends.beside_strong(linear.local, p, away, slice(0, up))
            returning = self.at_ends.beside_strong(linear.local, p, back, slice(n - down, n))
        slowness, slowest = self.slowest(X, numbers)
        return Connection(
            self.mesh,
            self.T,
            values,
            rising=float(values[up - 1].real) if up else math.nan,
            falling=float(values[-self.stable].real) if self.stable else math.nan,
            leaving=leaving,
            returning=returning,
            bending=bending,
            slowness=slowness,
            slowest=slowest,
            distances=(self.distance(away), self.distance(back)),
            swing=float((np.ptp(X, axis=(0, 1)) / self.first_scale).max()),
        )

    def slowest(self, X: np.ndarray, numbers: np.ndarray) -> tuple[float, np.ndarray]:
        """The least speed relative to the largest, of places away from the equilibrium."""
        velocity = (self.gauss.slopes @ X) / self.h[:, None, None] / self.scale
        speed = np.abs(velocity).max(axis=2).ravel()
        places = X[:, 1:].reshape(-1, self.n)
        away = np.abs((places - numbers[: self.n]) / self.scale).max(axis=1)
        speed = np.where(away > AWAY * away.max(), speed, speed.max())
        i = int(np.argmin(speed))
        return float(speed[i] / speed.max()), places[i]

    def distance(self, offset: np.ndarray) -> float:
        return float(np.abs(offset / self.scale).max())

    def solved(self, z: np.ndarray, wanted: Functional) -> tuple[np.ndarray, float] | None:
        """The solution where a number of the equilibrium vanishes, by Newton's method, and the last
        relative correction."""
        last = np.inf
        for _ in range(ITERATIONS):
            value, gradient = wanted(local_of(self.plane, self.split(z)[1]))
            nothing = np.zeros((self.N, self.gauss.degree, self.n))
            r, solve, _ = self.linearised(z, nothing, gradient)
            if not np.isfinite(r).all():
                return None
            step = solve(-r, -value)
            size = math.sqrt(abs(self.dot(step, step)))
            if not size < 10 * max(last, 1.0):
                return None
            z = z + step
            if size < CONVERGED or (size < LOOSE and size > 0.5 * last):
                return z, size
            last = size
        return None

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """Carry the last points to a mesh that suits the newest, and refer to its orbit; draw out
        or cut the orbit where its ends have moved too far."""
        newest = points[-1]
        X, numbers = self.split(newest.z)
        self.largest = max(self.largest, newest.facts.swing)
        self.steps += 1
        self.direct(numbers)
        if self.steps % ADAPT:
            self.refer(X)
            return points
        moved = self.recut(newest)
        if moved is not None:
            return [moved]
        old, shape, points = self.mesh, self.shape, points[-2:]
        self.scale = orbit_scale(X)
        self.use(equidistributing(self.gauss, old, X, self.scale))
        carried_over = []
        for point in points:
            z, tangent = (self.onto(old, shape, vector) for vector in (point.z, point.tangent))
            carried_over.append(replace(point, z=z, tangent=unit(self, tangent)))
        self.refer(self.split(carried_over[-1].z)[0])
        return carried_over

    def recut(self, point: Point) -> Point | None:
        """The same point with other ends, if those it has are too near or too far."""
        kept = self.mesh, self.T, self.scale, self.reference
        self.scale = orbit_scale(self.split(point.z)[0])
        z = retruncated(self, point.z)
        if z is not None:
            found = begun(self, z, point.tangent, point.s)
            if found is not None:
                return found
        mesh, self.T, self.scale, reference = kept
        self.use(mesh)
        self.refer(reference)
        return None

    def onto(self, mesh: np.ndarray, shape: tuple[int, ...], vector: np.ndarray) -> np.ndarray:
        """Unknowns on another mesh carried to this one."""
        X = vector[: -self.n - 2].reshape(shape)
        return np.concatenate(
            [carried(self.gauss, mesh, X, self.mesh).ravel(), vector[-self.n - 2 :]]
        )

    def explained(self, before: Point, after: Point, found: Sequence[Any]) -> bool:
        return True

    def place(self, point: Point) -> str:
        names = self.plane.names
        return ", ".join(f"{name} = {x:.8g}" for name, x in zip(names, point.z[-2:], strict=True))
