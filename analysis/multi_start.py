"""Newton's method from many starts at once, and once more with the zeros found taken out.

Deflation multiplies the residual with M(x) = prod_r (1 + 1/|x - r|^2), which keeps Newton's method
from finding r again. Its step is the ordinary one, d, divided by 1 - d.grad(M)/M.

Reference: P. E. Farrell, A. Birkisson, S. W. Funke, SIAM J. Sci. Comput. 37 (2015) A2026-A2045.
"""

from collections.abc import Sequence

import numpy as np

from ..dynamics.model import Model

STARTS, STEPS = 192, 60
SAME = 1e-6
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def rest_equations(model: Model, x: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What vanishes at rest and its Jacobian: f, or f - x for a map."""
    residual, jacobian = model.field.linearisation(x, p)
    if model.kind == "map":
        eye = np.eye(len(x))
        return residual - x, jacobian - (eye if x.ndim == 1 else eye[:, :, None])
    return residual, jacobian


def polished(model: Model, x: np.ndarray, p: np.ndarray, steps: int = 8) -> np.ndarray | None:
    """Newton's method to rounding from a state close by; None where it goes astray."""
    x = np.array(x, dtype=float)
    if not np.isfinite(x).all():
        return None
    begin, last = x.copy(), np.inf
    for _ in range(steps):
        residual, jacobian = rest_equations(model, x, p)
        if not (np.isfinite(residual).all() and np.isfinite(jacobian).all()):
            return None
        if not residual.any():
            break
        try:
            step = np.linalg.solve(jacobian, residual)
        except np.linalg.LinAlgError:
            break
        size = float(np.max(np.abs(step) / np.maximum(np.abs(x), 1e-8)))
        if not size < last:
            break
        x, last = x - step, size
        if size < 1e-15:
            break
    moved = np.abs(x - begin) / np.maximum(1.0, np.abs(begin))
    return x if (moved <= 1e-3).all() else None


def many_starts(low: np.ndarray, high: np.ndarray, given: Sequence[np.ndarray]) -> np.ndarray:
    """The given states and points of a Halton sequence in the box, one a column."""
    n = len(low)
    index = np.arange(1, STARTS + 1)
    bases = [PRIMES[j % len(PRIMES)] for j in range(n)]
    spread = np.array([halton(index + 17 * (j // len(PRIMES)), b) for j, b in enumerate(bases)])
    return np.column_stack([*given, low[:, None] + spread * (high - low)[:, None]])


def halton(index: np.ndarray, base: int) -> np.ndarray:
    """The radical inverse of each index: its digits after the point, backwards."""
    value, weight, rest = np.zeros(len(index)), 1.0 / base, index.copy()
    while rest.any():
        value += weight * (rest % base)
        rest, weight = rest // base, weight / base
    return value


def zeros_from(model: Model, p: np.ndarray, starts: np.ndarray, scale: np.ndarray) -> list:
    """The distinct zeros that Newton's method reaches, first plainly, then with deflation."""
    found: list[np.ndarray] = []
    for _ in range(2):
        before = len(found)
        for x in settled(model, p, starts, scale, found).T:
            better = polished(model, x, p)
            if better is not None and not any(
                same(model, p, better, other, scale) for other in found
            ):
                found.append(better)
        if len(found) == before:
            break
    return found


def same(model: Model, p: np.ndarray, a: np.ndarray, b: np.ndarray, scale: np.ndarray) -> bool:
    """Whether two numerical zeros are one: they agree, or f vanishes to rounding between them, as
    it does around a multiple zero."""
    apart = np.abs(a - b)
    size = np.maximum(np.abs(a), np.abs(b))
    if (apart <= SAME * size + 1e-12 * scale).all():
        return True
    if (apart > 1e-4 * (size + scale)).any():
        return False
    return is_zero(model, 0.5 * (a + b), p)


def is_zero(model: Model, x: np.ndarray, p: np.ndarray) -> bool:
    """Whether f(x) is zero as far as rounding lets it be."""
    residual, jacobian = rest_equations(model, x, p)
    terms = np.abs(jacobian) @ np.abs(x) + np.abs(model.field.dfdp(x, p)) @ np.abs(p)
    return bool((np.abs(residual) <= 1e-12 * terms).all())


def settled(
    model: Model, p: np.ndarray, starts: np.ndarray, scale: np.ndarray, known: list[np.ndarray]
) -> np.ndarray:
    """The columns from which Newton's method, at most a box's size a step, converged."""
    x = starts.copy()
    done = np.zeros(x.shape[1], dtype=bool)
    with np.errstate(all="ignore"):
        march(model, p, x, done, scale, known)
    return x[:, done]


def march(
    model: Model,
    p: np.ndarray,
    x: np.ndarray,
    done: np.ndarray,
    scale: np.ndarray,
    known: list[np.ndarray],
) -> None:
    """Newton's steps on the columns of x, in place; `done` tells which have converged."""
    for _ in range(STEPS):
        active = np.flatnonzero(~done & np.isfinite(x).all(axis=0))
        if not len(active):
            break
        residual, jacobian = rest_equations(model, x[:, active], p)
        fine = np.isfinite(residual).all(axis=0) & np.isfinite(jacobian).all(axis=(0, 1))
        x[:, active[~fine]] = np.nan
        active, residual, jacobian = active[fine], residual[:, fine], jacobian[:, :, fine]
        step = solved_stack(jacobian, residual)
        pull = np.zeros(len(active))
        for zero in known:
            away = (x[:, active] - zero[:, None]) / scale[:, None]
            distance = (away**2).sum(axis=0) + 1e-300
            # -d.grad(log m) with m = 1 + 1/|x - r|^2, in units of the box
            pull -= 2.0 * (away * step / scale[:, None]).sum(axis=0) / (distance * (1 + distance))
        step = step / (1.0 + pull)
        length = np.abs(step / scale[:, None]).max(axis=0)
        step = step / np.maximum(1.0, 2.0 * length)
        x[:, active] -= step
        done[active] = length < 1e-11


def solved_stack(jacobian: np.ndarray, residual: np.ndarray) -> np.ndarray:
    """J^-1 f for a stack of points; nan where J is singular."""
    stack = jacobian.transpose(2, 0, 1)
    regular = np.abs(np.linalg.det(stack)) > 0
    stack = np.where(regular[:, None, None], stack, np.eye(len(residual)))
    step = np.linalg.solve(stack, residual.T[:, :, None])[:, :, 0].T
    return np.where(regular, step, np.nan)
