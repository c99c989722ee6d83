"""Equilibria in the planes across a fold's null vector."""

import numpy as np

from ..dynamics.freed import FreedField
from .critical_eigenvalue import equations_at, newton
from .iterate import IteratedField


def equilibrium_across(
    field: FreedField | IteratedField,
    z: np.ndarray,
    row: np.ndarray,
    w: float,
    guess: np.ndarray,
    scale: np.ndarray,
) -> np.ndarray | None:
    """(x, lambda) near the guess with F = 0 and <row, (x, lambda) - z> = w, by Newton's method."""

    def system(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f, matrix = equations_at(field, y)
        return np.append(f, row @ (y - z) - w), np.vstack([matrix[:, : field.n + 1], row])

    found = newton(system, guess, scale)
    return None if found is None else found[0]
