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
    left: np.ndarray  # columns, of A^T


def local_of(plane: Plane, z: np.ndarray) -> Local:
    n, size = plane.n, plane.n + 2
    f, matrix = plane.field.linearisation(z)
    A = matrix[:, :n]
    i, k = np.divmod(np.arange(n * size), size)
    eye = np.eye(size)
    bent = plane.field.B(np.repeat(z[:, None], n * size, axis=1), eye[:, i], eye[:, k])
    slopes = bent.reshape(n, n, size).transpose(2, 0, 1)  # [k, row, i]
    values, right = np.linalg.eig(A)
    order = np.lexsort((-values.imag, -values.real))
    values, right = values[order].astype(complex), right[:, order].astype(complex)
    with np.errstate(all="ignore"):
        left = left_vectors(A, values)
    return Local(f, matrix, A, slopes, values, right, left)


def left_vectors(A: np.ndarray, values: np.ndarray) -> np.ndarray:
    """p with A^T p = mu p, for eigenvalues in this order."""
    found, vectors = np.linalg.eig(A.T)
    free = list(range(len(values)))
    order = []
    for value in values:
        nearest = min(free, key=lambda j: abs(found[j] - value))
        free.remove(nearest)
        order.append(nearest)
    return vectors[:, order].astype(complex)


def slope_of_value(local: Local, i: int) -> np.ndarray:
    """The derivative of an eigenvalue in (x, a, b), complex (n + 2,)."""
    p, q = local.left[:, i], local.right[:, i]
    return (local.slopes @ q) @ p / (p @ q)


def reference_rows(local: Local, first: int, last: int) -> np.ndarray:
    """Orthonormal rows of the left invariant subspace of eigenvalues `first` to `last`."""
    n = len(local.values)
    if first == last:
        return np.zeros((0, n))
    projection = projection_of(local, first, last)
    return np.linalg.svd(projection)[2][: last - first]


def projection_of(local: Local, first: int, last: int) -> np.ndarray:
    """The orthogonal projection onto the left invariant subspace."""
    vectors = local.left[:, first:last]
    # a pair that is nearly defective: its real and imaginary parts span the space all the same
    basis = np.linalg.qr(vectors)[0]
    return np.asarray((basis @ basis.conj().T).real)


def subspace(local: Local, first: int, last: int, C: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L (k, n) and dL (n + 2, k, n) of eigenvalues `first` to `last`."""
    n, k = len(local.values), last - first
    size = len(local.slopes)
    if k == 0:
        return np.zeros((0, n)), np.zeros((size, 0, n))
    if k == n:
        return np.linalg.inv(C.T), np.zeros((size, n, n))
    rows = C @ projection_of(local, first, last)
    L = np.linalg.solve(rows @ C.T, rows)
    # rows of the other group: those orthogonal to the right vectors of this one
    right = local.right[:, first:last]
    both = np.column_stack([right.real, right.imag])
    M = np.linalg.svd(both)[0][:, k:].T
    Q = np.linalg.inv(np.vstack([L, M]))[:, k:]
    gamma, lam = M @ local.A @ Q, L @ local.A @ C.T
    sides = -L @ local.slopes @ Q  # (size, k, n - k)
    m = n - k
    whole = np.kron(np.eye(k), gamma.T) - np.kron(lam, np.eye(m))  # of Z by rows
    Z = np.linalg.solve(whole, sides.reshape(size, k * m).T).T.reshape(size, k, m)
    return L, Z @ (M - M @ C.T @ L)
