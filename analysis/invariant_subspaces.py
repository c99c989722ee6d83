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

import numpy as np

from .plane import Plane


@dataclass(frozen=True)
class Local:
    """The linearisation at an equilibrium; eigenvalues with the largest real part first."""

    f: np.ndarray
    matrix: np.ndarray  # (n, n + 2): df/d(x, a, b)
    A: np.ndarray
    slopes: np.ndarray  # (n + 2, n, n): dA/dz
    values: np.ndarray
    right: np.ndarray  # columns


def local_of(plane: Plane, z: np.ndarray) -> Local:
    n, size = plane.n, plane.n + 2
    f, matrix = plane.field.linearisation(z)
    A = matrix[:, :n]
    i, k = np.divmod(np.arange(n * size), size)
    eye = np.eye(size)
    bent = plane.field.B(np.repeat(z[:, None], n * size, axis=1), eye[:, i], eye[:, k])
    slopes = bent.reshape(n, n, size).transpose(2, 0, 1)  # [k, row, i]
    if not np.isfinite(slopes).all():
        raise np.linalg.LinAlgError("the derivatives are not finite")
    values, right = np.linalg.eig(A)
    order = np.lexsort((-values.imag, -values.real))
    return Local(
        f, matrix, A, slopes, values[order].astype(complex), right[:, order].astype(complex)
    )


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


def reference_rows(local: Local, first: int, last: int) -> np.ndarray:
    """Orthonormal rows of the left invariant subspace of eigenvalues `first` to `last`, the first
    ones or the last ones of all."""
    return invariant(local.A.T, local.values, first, last).T


def invariant(A: np.ndarray, values: np.ndarray, first: int, last: int) -> np.ndarray:
    """Orthonormal columns of an invariant subspace, by Schur's decomposition."""
    from scipy.linalg import schur

    n, k = len(values), last - first
    if k in (0, n):
        return np.eye(n)[:, :k]
    upper = first == 0
    i = last if upper else first
    edge = (values[i - 1] + values[i]) / 2
    _, Q, _ = schur(A, "complex", sort=lambda mu: (mu.real > edge.real) == upper)
    projection = (Q[:, :k] @ Q[:, :k].conj().T).real
    return np.linalg.svd(projection)[0][:, :k]


def subspace(local: Local, first: int, last: int, C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L (k, n) and dL (n + 2, k, n) of eigenvalues `first` to `last`."""
    n, k = len(local.values), last - first
    size, m = len(local.slopes), n - k
    if k == 0:
        return np.zeros((0, n)), np.zeros((size, 0, n))
    rows = invariant(local.A.T, local.values, first, last).T
    L = np.linalg.solve(rows @ C.T, rows)
    if m == 0:
        return L, np.zeros((size, n, n))
    # rows of the other group: those orthogonal to the right vectors of this one
    right = invariant(local.A, local.values, first, last)
    M = np.linalg.svd(right)[0][:, k:].T
    Q = np.linalg.inv(np.vstack([L, M]))[:, k:]
    gamma, lam = M @ local.A @ Q, L @ local.A @ C.T
    sides = -L @ local.slopes @ Q  # (size, k, m)
    whole = np.kron(np.eye(k), gamma.T) - np.kron(lam, np.eye(m))  # of Z by rows
    Z = np.linalg.solve(whole, sides.reshape(size, k * m).T).T.reshape(size, k, m)
    return L, Z @ (M - M @ C.T @ L)
