"""Floquet multipliers from the fundamental matrices of parts of the orbit.

The product of the parts is not formed: its small multipliers would drown in the rounding of the
large ones. Orthogonal iteration through the parts (G_j Q_j = Q_(j+1) R_j) turns it into triangular
factors whose diagonals multiply without loss; multipliers that it doesn't separate are of like
size, and are eigenvalues of a block (Bojanczyk, Golub and Van Dooren 1992 is the complete method).
"""

import numpy as np

SWEEPS = 3
SEPARATE = 1e-9


def multipliers_of(parts: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """All multipliers, the largest first. `parts` (L, n, n) in order of time."""
    parts = parts * (scale[None, :] / scale[:, None])
    n = parts.shape[1]
    if not np.isfinite(parts).all():
        return np.full(n, complex("nan"))
    if n == 1:
        return parts.prod(axis=0).ravel().astype(complex)
    if n == 2:
        return ordered(planar(parts))
    Q = np.eye(n)
    for _ in range(SWEEPS):
        before = Q
        product = np.eye(n)
        for G in parts:
            Q, R = np.linalg.qr(G @ Q)
            product = R @ product
    turn = before.T @ Q
    cuts = [0]
    for i in range(1, n):
        if np.abs(turn[i:, :i]).max() < SEPARATE:
            cuts.append(i)
    cuts.append(n)
    found = [
        np.linalg.eigvals(turn[i:j, i:j] @ product[i:j, i:j])
        for i, j in zip(cuts, cuts[1:], strict=False)
    ]
    return ordered(np.concatenate(found))


def planar(parts: np.ndarray) -> np.ndarray:
    """Of two states: the larger from the product, the smaller from the determinants."""
    product = np.eye(2)
    for G in parts:
        product = G @ product
    determinant = float(np.prod(np.linalg.det(parts)))
    values = np.linalg.eigvals(product).astype(complex)
    if values[0].imag == 0:
        large = values[np.argmax(np.abs(values))]
        if large != 0:
            values = np.array([large, determinant / large])
    return values


def ordered(values: np.ndarray) -> np.ndarray:
    values = values.astype(complex)
    return values[np.lexsort((-values.imag, -np.abs(values)))]


def without_trivial(values: np.ndarray) -> tuple[np.ndarray, float]:
    """The other multipliers, and how far the one of the orbit itself is from 1."""
    distance = np.abs(values - 1)
    trivial = int(np.argmin(distance))
    return np.delete(values, trivial), float(distance[trivial])
