"""Dense output of stored steps, recomputed from their ends, for many steps at once.

A step of length h from (t, x) to x_new is continued between its ends as

    x(theta) = x + theta (F0 + (1 - theta) (F1 + theta (F2 + (1 - theta) (F3 + ...))))

Dormand-Prince: seven terms, order 7, from its stages and three more (Hairer, Norsett & Wanner
1993, section II.6). Radau: the collocation polynomial, three terms, from the stages, which Newton's
method finds again (Hairer & Wanner 1996, section IV.8). Where the stages are not finite, or Newton
does not converge, the straight line between the ends remains.

Arrays have the shapes x (n, M), t (M,); fields are called as f(x, p, t) and return (n, M),
Jacobians (n, n, M). The field is seen at times within [low, high] only; `moving` (n, M) is 0 where
a component was at rest.
"""

from collections.abc import Callable

import numpy as np

from .kernels import dormand_prince_tableau as explicit
from .kernels import radau_tableau as implicit

NEWTON = 12


def dormand_prince_terms(
    f: Callable, p, t: np.ndarray, h: np.ndarray, x: np.ndarray, x_new: np.ndarray, **seen
) -> np.ndarray:
    """The terms F0..F6 (7, n, M) of Dormand-Prince steps; `seen`: low, high, moving."""
    field = _seen(f, p, **seen)
    k = np.zeros((16, *x.shape))
    with np.errstate(all="ignore"):
        k[0], k[12] = field(x, t), field(x_new, t + h)
        for s in (*range(1, 12), 13, 14, 15):
            y = x + h * np.tensordot(explicit.A[s, :s], k[:s], 1)
            k[s] = field(y, t + explicit.C[s] * h)
        rise = x_new - x
        bend = h * k[0] - rise
        last = h * np.tensordot(explicit.D, k, 1)
        return _finite(np.concatenate([[rise, bend, rise - h * k[12] - bend], last]))


def radau_terms(
    f: Callable,
    jacobian: Callable,
    p,
    t: np.ndarray,
    h: np.ndarray,
    x: np.ndarray,
    x_new: np.ndarray,
    **seen,
) -> np.ndarray:
    """The terms F0, F1, F2 (3, n, M) of Radau steps; `seen`: low, high, moving.

    The third stage is the end of the step. The others solve, with b the inverse of the matrix of
    the scheme, sum_j b_ij Z_j = h f(t + c_i h, x + Z_i) for i = 1, 2.
    """
    field = _seen(f, p, **seen)
    moving = seen.get("moving", 1.0)
    n, many = x.shape
    c = implicit.C
    inverse = np.linalg.inv(_matrix())
    z = c[:, None, None] * (x_new - x)
    with np.errstate(all="ignore"):
        for _ in range(NEWTON):
            matrix = np.zeros((many, 2 * n, 2 * n))
            residual = np.zeros((many, 2 * n))
            for i in range(2):
                rows = slice(i * n, (i + 1) * n)
                stage, time = x + z[i], t + c[i] * h
                slope = h * moving * np.broadcast_to(jacobian(stage, p, time), (n, n, many))
                for j in range(2):
                    matrix[:, rows, j * n : (j + 1) * n] = inverse[i, j] * np.eye(n)
                matrix[:, rows, rows] -= np.moveaxis(slope, -1, 0)
                rest = h * field(stage, time) - np.tensordot(inverse[i], z, 1)
                residual[:, rows] = rest.T
            usable = np.isfinite(matrix).all(axis=(1, 2)) & np.isfinite(residual).all(axis=1)
            matrix[~usable], residual[~usable] = np.eye(2 * n), np.nan
            change = np.linalg.solve(matrix, residual[..., None])[..., 0].T
            z[0] += change[:n]
            z[1] += change[n:]
            if np.all(np.abs(change) <= 1e-13 * (1 + np.abs(np.tile(x_new, (2, 1))))):
                break
        q = np.tensordot(implicit.P, z, 1)
        return _finite(np.array([x_new - x, -q[1] - q[2], -q[2]]))


def evaluate(terms: np.ndarray, x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """The states (n, M) at the part theta (M,) of each step."""
    total = np.zeros_like(x)
    with np.errstate(all="ignore"):
        for i in range(len(terms) - 1, -1, -1):
            total = terms[i] + (theta if i % 2 else 1.0 - theta) * total
        return x + theta * total


def _seen(f: Callable, p, low=-np.inf, high=np.inf, moving=1.0) -> Callable:
    def field(state: np.ndarray, time: np.ndarray) -> np.ndarray:
        return moving * f(state, p, np.clip(time, low, high))

    return field


def _matrix() -> np.ndarray:
    """The matrix of Radau IIA: collocation integrates 1, theta, theta^2 exactly."""
    c = implicit.C
    powers = c[:, None] ** np.arange(3)
    return (c[:, None] ** np.arange(1, 4) / np.arange(1, 4)) @ np.linalg.inv(powers)


def _finite(terms: np.ndarray) -> np.ndarray:
    """Leave the straight line where a term is not finite."""
    bad = ~np.isfinite(terms).all(axis=(0, 1))
    terms[1:, :, bad] = 0.0
    return terms
