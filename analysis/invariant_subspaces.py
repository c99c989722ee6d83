"""Eigenvalues and left invariant subspaces of a saddle, with their derivatives.

At z = (x, a, b) the rows of L span the left invariant subspace of A = df/dx that belongs to a group
of eigenvalues, L A = Lambda L, normalised by L C^T = 1 with reference rows C, which makes them
unique and smooth. With M and Gamma those of the other eigenvalues, and (P, Q) = (L; M)^-1, a change
dA moves L by

    dL = Z (M - M C^T L),    Z Gamma - Lambda Z = -L dA Q

(Beyn, Kless and Thuemmler 2001; Demmel, Dieci and Friedman 2001). A simple eigenvalue with left and
right vectors p, q moves by <p, dA q>/<p, q>.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .plane import Plane


@dataclass(frozen=True)
class Local:
    """The linearisation at an equilibrium z = (x, a, b); what is asked for is computed once."""

    plane: Plane
    z: np.ndarray
    f: np.ndarray
    matrix: np.ndarray  # (n, n + 2): df/d(x, a, b)

    @property
    def A(self) -> np.ndarray:
        return self.matrix[:, : self.plane.n]

    @cached_property
    def values(self) -> np.ndarray:
        """Eigenvalues, the largest real part first."""
        values = np.linalg.eigvals(self.A).astype(complex)
        return values[np.lexsort((-values.imag, -values.real))]

    @cached_property
    def right(self) -> np.ndarray:
        """Eigenvectors, as columns."""
        values, vectors = np.linalg.eig(self.A)
        return vectors[:, np.lexsort((-values.imag, -values.real))].astype(complex)

    @cached_property
    def slopes(self) -> np.ndarray:
        """dA/dz, (n + 2, n, n)."""
        n, size = self.plane.n, self.plane.n + 2
        i, k = np.divmod(np.arange(n * size), size)
        eye, places = np.eye(size), np.repeat(self.z[:, None], n * size, axis=1)
        bent = self.plane.field.B(places, eye[:, i], eye[:, k])
        if not np.isfinite(bent).all():
            raise np.linalg.LinAlgError("the derivatives are not finite")
        return np.ascontiguousarray(bent.reshape(n, n, size).transpose(2, 0, 1))

    def rows(self, first: int, last: int) -> np.ndarray:
        """Orthonormal rows of the left invariant subspace of eigenvalues `first` to `last`, which
        are the first ones or the last ones of all: they are orthogonal to the right invariant
        subspace of the others, which Schur's decomposition puts first."""
        from scipy.linalg.lapack import dgees

        n, k = self.plane.n, last - first
        if k in (0, n):
            return np.eye(n)[:k]
        if (first, last) in self.known:
            return self.known[first, last]
        edge = first or last
        limit = (self.values[edge - 1].real + self.values[edge].real) / 2
        upper = first > 0  # the others are those above
        found = dgees(lambda re, im: (re > limit) == upper, self.A, sort_t=1)
        self.known[first, last] = rows = np.asarray(found[4][:, n - k :].T)
        return rows

    @cached_property
    def known(self) -> dict[tuple[int, int], np.ndarray]:
        """Rows by eigenvalues."""
        return {}


def local_of(plane: Plane, z: np.ndarray) -> Local:
    f, matrix = plane.field.linearisation(z)
    if not np.isfinite(matrix).all():
        raise np.linalg.LinAlgError("the derivatives are not finite")
    return Local(plane, z, f, matrix)


def vectors_of(local: Local, i: int) -> tuple[np.ndarray, np.ndarray]:
    """p and q of a simple eigenvalue, A^T p = mu p and A q = mu q: by singular values, as balancing
    goes astray over elements that are nearly zero."""
    mu = local.values[i]
    shifted = local.A - (mu if mu.imag else mu.real) * np.eye(len(local.A))
    U, _, Vh = np.linalg.svd(shifted)
    return U[:, -1].conj(), Vh[-1].conj()


def slope_of_value(local: Local, i: int) -> np.ndarray:
    """The derivative of an eigenvalue in (x, a, b), complex (n + 2,)."""
    p, q = vectors_of(local, i)
    return np.asarray((local.slopes @ q) @ p / (p @ q))


def subspace(local: Local, first: int, last: int, C: np.ndarray) -> np.ndarray:
    """L (k, n) of eigenvalues `first` to `last`."""
    rows = local.rows(first, last)
    return np.linalg.solve(rows @ C.T, rows) if len(rows) else rows


def slope_of_subspace(
    local: Local, first: int, last: int, C: np.ndarray, L: np.ndarray
) -> np.ndarray:
    """dL (n + 2, k, n)."""
    n, k = len(local.A), last - first
    size, m = len(local.z), n - k
    if k == 0 or m == 0:
        return np.zeros((size, k, n))
    M = local.rows(last, n) if first == 0 else local.rows(0, first)
    Q = np.linalg.inv(np.vstack([L, M]))[:, k:]
    gamma, lam = M @ local.A @ Q, L @ local.A @ C.T
    sides = -L @ local.slopes @ Q  # (size, k, m)
    # of Z by rows: 1 x gamma^T - lam x 1
    whole = np.eye(k)[:, None, :, None] * gamma.T[None, :, None]
    whole = whole - lam[:, None, :, None] * np.eye(m)[:, None]
    Z = np.linalg.solve(whole.reshape(k * m, k * m), sides.reshape(size, k * m).T).T.reshape(
        size, k, m
    )
    return np.asarray(Z @ (M - M @ C.T @ L))
