"""From boxes to points: the zero in each proved box, once, and the middles of open ones."""

import numpy as np

from ..dynamics.reduction import Reduction


def refined(reduction: Reduction, p: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """A point close to the zero in each box: Newton's method that stays in it, or bisection."""
    low, high = boxes.copy()
    k = 0.5 * (low + high)
    if not k.shape[1]:
        return k
    one = len(low) == 1
    with np.errstate(all="ignore"):
        begin = np.sign(reduction.residuals(low, p)) if one else None
        for _ in range(60):
            residual, slope = reduction.residuals(k, p), reduction.slopes(k, p)
            if begin is not None:
                below = np.sign(residual) == begin
                low, high = np.where(below, k, low), np.where(below, high, k)
            step = np.linalg.solve(slope.transpose(2, 0, 1), residual.T[:, :, None])[:, :, 0].T
            new = k - step
            inside = ((new >= low) & (new <= high) & np.isfinite(new)).all(axis=0)
            new = np.where(inside, new, 0.5 * (low + high) if one else np.clip(new, low, high))
            moved = np.abs(new - k).max() > 1e-14 * np.abs(k).max()
            k = new
            if not moved:
                break
    return k


def distinct(k: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The zeros without repetitions: each box holds one, so that zeros in both boxes are one."""
    kept: list[int] = []
    for i in range(k.shape[1]):
        here, others = k[:, i : i + 1], boxes[:, :, kept]
        mutual = ((others[0] <= here) & (here <= others[1])).all(axis=0)
        own = boxes[:, :, i : i + 1]
        mutual &= ((own[0] <= k[:, kept]) & (k[:, kept] <= own[1])).all(axis=0)
        if not mutual.any():
            kept.append(i)
    return k[:, kept]


def clusters(suspects: np.ndarray) -> np.ndarray:
    """The middles of groups of tiny boxes that lie side by side."""
    low, high = suspects
    order = np.lexsort(low[::-1])
    low, high = low[:, order], high[:, order]
    groups: list[list[int]] = []
    for i in range(low.shape[1]):
        near = 1e-7 * np.maximum(1e-3, np.abs(low[:, i]))
        if groups and (low[:, i] <= high[:, groups[-1][-1]] + near).all():
            groups[-1].append(i)
        else:
            groups.append([i])
    middles = [0.5 * (low[:, g].min(axis=1) + high[:, g].max(axis=1)) for g in groups]
    return np.array(middles).T
