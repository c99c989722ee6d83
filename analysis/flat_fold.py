"""A fold at which the parabola is missing: where Newton's method on its equations fails.

At a fold the parameter turns along the equilibria, lambda'(w) = 0, w the distance along the null
vector q of F_x. The equations F = 0, F_x q = 0 are regular there only if the quadratic coefficient
a is not zero; with lambda = lambda_c - e w^4/b they have a triple root, to which Newton's method
creeps. The sign of lambda' still changes, so that it is bracketed: w is known to the cube root of
rounding then, lambda to all digits.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from ..dynamics.freed import FreedField
from .critical_eigenvalue import equations_at
from .fold_section import equilibrium_across
from .iterate import IteratedField

NEAREST, FARTHEST = 1e-3, 0.5  # sizes, within which the turn is looked for
SMOOTH = 1e-6  # of lambda': what is left of it where it changes its sign; more is a kink
FIRST = 1e-6  # sizes, from where on it is looked whether the parameter has moved
CLEAR = 1e-13  # of the parameter or its range: a change that isn't rounding
LOCATED = 1e-14


def flat_fold(
    field: FreedField | IteratedField, z: np.ndarray, q: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Where the parameter turns along the equilibria near z = (x, lambda), along q: the place, the
    null vector there, and how well it is bracketed (in sizes)."""
    from scipy.optimize import brentq

    n = field.n
    row = across(n, q, scale)
    equilibrium = section(field, z, q, scale)

    def along(w: float) -> np.ndarray:
        """d(x, lambda)/dw on the equilibria; nan where there are none."""
        y = equilibrium(w)
        if y is None:
            return np.full(n + 1, np.nan)
        matrix = np.vstack([equations_at(field, y)[1][:, : n + 1], row])
        try:
            return np.linalg.solve(matrix, np.append(np.zeros(n), 1.0))
        except np.linalg.LinAlgError:
            return np.full(n + 1, np.nan)

    def slope(w: float) -> float:
        return float(along(w)[-1])

    with np.errstate(all="ignore"):
        ends = bracket(slope)
        if ends is None:
            return None
        steep = max(abs(slope(w)) for w in ends)
        try:
            w = brentq(slope, *ends, xtol=LOCATED, rtol=1e-14, disp=False)
        except ValueError:  # there are no equilibria between
            return None
        y, tangent = equilibrium(w), along(w)
        if y is None or not abs(tangent[-1]) < SMOOTH * steep:
            return None
    return y, tangent[:n] / np.linalg.norm(tangent[:n]), LOCATED


def across(n: int, q: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """The row by which w is measured along q, in sizes of the states."""
    weight = 1 / np.where(scale[:n] > 0, scale[:n], 1.0)
    return np.append(q * weight**2 / np.linalg.norm(q * weight), 0.0)


def section(
    field: FreedField | IteratedField, z: np.ndarray, q: np.ndarray, scale: np.ndarray
) -> Callable[[float], np.ndarray | None]:
    """The equilibrium at the distance w from z along q, by Newton's method."""
    row = across(field.n, q, scale)
    step = np.append(q, 0.0) / (row[: field.n] @ q)
    return lambda w: equilibrium_across(field, z, row, w, z + w * step, scale)


def turns_back(
    field: FreedField | IteratedField, z: np.ndarray, q: np.ndarray, scale: np.ndarray
) -> bool:
    """Whether the parameter leaves its value at z to the same side both ways along q, by as much as
    counts: where it comes to rest as the states run away, only rounding turns it."""
    equilibrium, clear = section(field, z, q, scale), CLEAR * max(abs(z[-1]), scale[-1])
    directions: dict[int, bool] = {}
    h = FIRST
    with np.errstate(all="ignore"):
        while h <= FARTHEST and len(directions) < 2:
            for side in {-1, 1} - set(directions):
                y = equilibrium(side * h)
                if y is not None and abs(y[-1] - z[-1]) > clear:
                    directions[side] = bool(y[-1] > z[-1])
            h *= 2
    return len(directions) == 2 and directions[-1] == directions[1]


def bracket(slope: Callable[[float], float]) -> tuple[float, float] | None:
    """Two distances between which the slope changes its sign, the first ones outward; one that
    fades to zero, or underflows, changes no sign."""
    signs = {0.0: np.sign(slope(0.0))}
    h = NEAREST
    while h <= FARTHEST and np.isfinite(signs[0.0]):
        for w in (-h, h):
            signs[w] = np.sign(slope(w))
            for a, b in pairwise(sorted(w for w, sign in signs.items() if abs(sign) == 1)):
                if signs[a] != signs[b]:
                    return a, b
        h *= 2
    return None
