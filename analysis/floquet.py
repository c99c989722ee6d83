"""Floquet multipliers of a cycle from the fundamental matrices of parts of its orbit.

The flow carries f(u) along the orbit into itself: that multiplier is 1. The others belong to what
happens across: with Z_j an orthonormal basis of the complement of f at the head of part j, they are
the eigenvalues of the product of P_j = Z_(j+1)^T G_j Z_j. Without the direction of the orbit
itself, growth and decay along it (canards) cost no accuracy.

The product of the P_j is not formed either: its small eigenvalues would drown in the rounding of
the large ones. Orthogonal iteration through the parts (P_j Q_j = Q_(j+1) R_j) gives triangular
factors whose diagonals multiply without loss; multipliers that it doesn't separate are of like
size, and are eigenvalues of a block (Bojanczyk, Golub and Van Dooren 1992 is the complete method).
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

SWEEPS = 3
SEPARATE = 1e-9


def multipliers_of(
    parts: np.ndarray,
    directions: np.ndarray,
    scale: np.ndarray,
    eigenvalues: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, float]:
    """All multipliers, the largest first, and how well the parts carry f into itself.

    `parts` (L, n, n) in order of time, `directions` (L, n) the vectors f at their heads;
    `eigenvalues` (those below, or compiled) of a product.
    """
    parts = parts * (scale / scale[:, None])
    directions = directions / scale
    L, n, _ = parts.shape
    if not (np.isfinite(parts).all() and np.isfinite(directions).all()):
        return np.full(n, complex("nan")), np.inf
    lengths = np.sqrt((directions**2).sum(axis=1))
    if not (lengths > 0).all():
        return ordered(eigenvalues(parts)), 0.0
    following = np.arange(1, L + 1) % L
    carried = (parts @ directions[:, :, None])[:, :, 0]
    miss = np.sqrt(((carried - directions[following]) ** 2).sum(axis=1))
    growth = np.maximum(np.sqrt((parts**2).sum(axis=(1, 2))), 1.0)
    error = float((miss / (lengths[following] + lengths * growth)).max())
    if n == 1:
        return np.ones(1, dtype=complex), error
    Z = complements(directions / lengths[:, None])
    across = Z[following].transpose(0, 2, 1) @ parts @ Z
    return ordered(np.append(eigenvalues(across), 1.0)), error


def multipliers_beside(
    parts: np.ndarray,
    known: np.ndarray,
    scale: np.ndarray,
    eigenvalues: Callable[[np.ndarray], np.ndarray],
) -> tuple[np.ndarray, float]:
    """Multipliers of what happens across a subspace that the parts carry into itself (f and the
    critical direction), the largest first, and how well they carry it; `known` (L, n, d)."""
    parts = parts * (scale / scale[:, None])
    known = known / scale[:, None]
    L, n, d = known.shape
    if not (np.isfinite(parts).all() and np.isfinite(known).all()):
        return np.full(max(n - d, 0), complex("nan")), np.inf
    Q = np.linalg.qr(known, mode="complete")[0]
    following = np.arange(1, L + 1) % L
    across = Q[following].transpose(0, 2, 1) @ parts @ Q
    growth = np.maximum(np.sqrt((parts**2).sum(axis=(1, 2))), 1.0)
    error = float((np.abs(across[:, d:, :d]).max(axis=(1, 2), initial=0.0) / growth).max())
    if n <= d:
        return np.zeros(0, dtype=complex), error
    return ordered(eigenvalues(np.ascontiguousarray(across[:, d:, d:]))), error


def complements(unit: np.ndarray) -> np.ndarray:
    """Orthonormal bases (L, n, n - 1) of what is orthogonal to unit vectors (Householder)."""
    n = unit.shape[1]
    sign = np.where(unit[:, 0] >= 0, 1.0, -1.0)
    w = unit.copy()
    w[:, 0] += sign
    reflection = np.eye(n) - 2 * w[:, :, None] * w[:, None, :] / (w**2).sum(axis=1)[:, None, None]
    return reflection[:, :, 1:]


def eigenvalues(parts: np.ndarray) -> np.ndarray:
    """Of the product of matrices, the first applied first."""
    n = parts.shape[1]
    if n == 1:
        return parts.prod(axis=0).ravel().astype(complex)
    if n == 2:
        return of_two(parts)
    Q = before = product = np.eye(n)
    for _ in range(SWEEPS):
        before, product = Q, np.eye(n)
        for P in parts:
            Q, R = np.linalg.qr(P @ Q)
            product = R @ product
    return of_turned(before.T @ Q, product)


def of_turned(turn: np.ndarray, product: np.ndarray) -> np.ndarray:
    """From the last round of the iteration: its product, and by how much it turned Q."""
    n = len(turn)
    cuts = [0, *(i for i in range(1, n) if np.abs(turn[i:, :i]).max() < SEPARATE), n]
    found = [np.linalg.eigvals(turn[i:j, i:j] @ product[i:j, i:j]) for i, j in pairwise(cuts)]
    return np.concatenate(found).astype(complex)


def of_two(parts: np.ndarray) -> np.ndarray:
    """The larger from the product, the smaller from the determinants."""
    product = np.eye(2)
    for P in parts:
        product = P @ product
    determinant = float(np.prod(np.linalg.det(parts)))
    values = np.linalg.eigvals(product).astype(complex)
    large = values[np.argmax(np.abs(values))]
    if large.imag == 0 and large != 0:
        values = np.array([large, determinant / large])
    return values


def ordered(values: np.ndarray) -> np.ndarray:
    values = values.astype(complex)
    return values[np.lexsort((-values.imag, -np.abs(values)))]


def without_trivial(values: np.ndarray) -> np.ndarray:
    """The multipliers without the one of the orbit itself."""
    return values[np.arange(len(values)) != np.argmin(np.abs(values - 1))]
