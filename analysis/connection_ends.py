"""Projection boundary conditions: how an orbit leaves an equilibrium and comes back to it.

    f(x, a, b) = 0,   L_s (u(0) - x) = 0,   L_u (u(1) - x) = 0,   and for a saddle-node mu = 0

with the left invariant subspaces of the stable and of the unstable eigenvalues (Beyn 1990); those
of the last point are the reference of their smooth normalisation.
"""

import numpy as np

from .invariant_subspaces import (
    Local,
    local_of,
    slope_of_subspace,
    slope_of_value,
    subspace,
    vectors_of,
)
from .normal_forms import Forms
from .plane import Plane


class ConnectionEnds:
    """Residual and derivatives; `unstable` and `stable` directions, and for a saddle-node one more
    between them."""

    def __init__(
        self, plane: Plane, unstable: int, stable: int, scale: np.ndarray, numbers: np.ndarray
    ):
        self.plane, self.n = plane, plane.n
        self.unstable, self.stable = unstable, stable
        self.centre: np.ndarray | None = None
        self.refer(numbers, scale)

    @property
    def central(self) -> bool:
        """Whether the equilibrium is a saddle-node."""
        return self.unstable + self.stable < self.n

    def refer(self, numbers: np.ndarray, scale: np.ndarray) -> None:
        """Take the invariant subspaces here as the reference of those nearby."""
        local = local_of(self.plane, numbers)
        self.rows_unstable = local.rows(0, self.unstable)
        self.rows_stable = local.rows(self.n - self.stable, self.n)
        self.scale = scale
        if self.central:
            known = self.centre is not None
            p, a = self.centre_of(local)
            self.centre = p if known or a > 0 else -p

    def centre_of(self, local: Local) -> tuple[np.ndarray, float]:
        """The left null vector p of a saddle-node, along the last one (at first in the sense in
        which orbits leave); a of w' = a w^2, w = <p, u - x>."""
        p, q = (vector.real for vector in vectors_of(local, self.unstable))
        p = p / np.linalg.norm(p * self.scale)
        if self.centre is not None and p @ self.centre < 0:
            p = -p
        q = np.append(q / (p @ q), [0.0, 0.0])
        return p, float(p @ self.plane.field.B(local.z, q, q)) / 2

    def beside_strong(
        self, local: Local, p: np.ndarray, offset: np.ndarray, strong: slice
    ) -> float:
        """The part of an offset along the centre direction, less that of the strong manifold at the
        same place, w = sum <p, B(q_i, q_j)> y_i y_j/(2 (mu_i + mu_j)) to second order: it decides
        beside a Bogdanov-Takens point, where mu is small and the manifold bends much."""
        values, vectors = local.values[strong], local.right[:, strong]
        y = np.linalg.lstsq(local.right, offset.astype(complex), rcond=None)[0][strong]
        forms = Forms(self.plane.field, local.z)
        bent = 0j
        for i in range(len(values)):
            for j in range(len(values)):
                form = p @ forms.B(vectors[:, i], vectors[:, j])
                bent += form * y[i] * y[j] / (2 * (values[i] + values[j]))
        return float(p @ offset - bent.real)

    def conditions(self, away: np.ndarray, back: np.ndarray, local: Local) -> np.ndarray:
        """Equilibrium, both ends u(0) - x and u(1) - x, criticality."""
        n, up, down = self.n, self.unstable, self.stable
        leaving = subspace(local, n - down, n, self.rows_stable) @ away
        returning = subspace(local, 0, up, self.rows_unstable) @ back
        critical = [local.values[up].real] if self.central else []
        return np.concatenate([local.f, leaving, returning, critical])

    def slopes(
        self, away: np.ndarray, back: np.ndarray, local: Local
    ) -> tuple[np.ndarray, np.ndarray]:
        """Derivatives of the conditions in u(0) and in (x, a, b, u(1))."""
        n, up, down = self.n, self.unstable, self.stable
        L_s = subspace(local, n - down, n, self.rows_stable)
        L_u = subspace(local, 0, up, self.rows_unstable)
        dL_s = slope_of_subspace(local, n - down, n, self.rows_stable, L_s)
        dL_u = slope_of_subspace(local, 0, up, self.rows_unstable, L_u)
        count = n + up + down + self.central
        left, rest = np.zeros((count, n)), np.zeros((count, 2 * n + 2))
        rest[:n, : n + 2] = local.matrix
        leaving, returning = slice(n, n + down), slice(n + down, n + down + up)
        left[leaving] = L_s
        rest[leaving, : n + 2] = (dL_s @ away).T
        rest[leaving, :n] -= L_s
        rest[returning, : n + 2] = (dL_u @ back).T
        rest[returning, :n] -= L_u
        rest[returning, n + 2 :] = L_u
        if self.central:
            rest[-1, : n + 2] = slope_of_value(local, up).real
        return left, rest
