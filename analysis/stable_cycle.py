"""A cycle of a stable part of a family, corrected at a drive."""

import numpy as np

from .continuation import corrected
from .cycle_curve import CycleCurve
from .firing import Firing
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import carried
from .problem import problem_of
from .solutions_at import cycle_at

TOLERANCE = 1e-9
STRAYED = 0.5  # of the distance between the two rows


def cycle_of_part(part: Firing, value: float) -> tuple[np.ndarray, float] | None:
    """The orbit at its nodes (N, m + 1, n) and its period; None where Newton's method fails.

    Between two rows the orbit is corrected from the chord with the drive held, and where that
    strays (beside a fold) approached along the branch.
    """
    branch, (first, last) = part.branch, part.rows
    values, T = branch[branch.parameter], branch["period"]
    rows = np.arange(max(first - 1, 0), min(last + 1, len(branch) - 1))
    away = values - value
    inside = rows[away[rows] * away[rows + 1] <= 0]
    if not len(inside):
        return None
    row = int(inside[0])
    share = float(away[row] / (away[row] - away[row + 1])) if away[row] else 0.0
    meshes, orbits = branch.arrays["mesh"], branch.arrays["orbit"]
    X = orbits[row]
    table = gauss(X.shape[1] - 1)
    problem = problem_of(branch.model, branch.parameter, branch.interval)
    curve = CycleCurve(problem, meshes[row], X, table.degree, float(T[row]))
    following = carried(table, meshes[row + 1], orbits[row + 1], meshes[row])
    begin = np.concatenate([X.ravel(), [T[row], value]])
    end = np.concatenate([following.ravel(), [T[row + 1], value]])
    guess = begin + share * (end - begin)
    held = np.zeros_like(guess)
    held[-1] = 1.0
    solution = corrected(curve, guess, held, TOLERANCE)
    if solution is not None:
        z = solution[0]
        chord = np.abs(end - begin)[:-2].reshape(X.shape).max(axis=(0, 1))
        moved = np.abs(z - guess)[:-2].reshape(X.shape).max(axis=(0, 1))
        if (moved <= STRAYED * chord + 1e-9 * np.ptp(X, axis=(0, 1))).all():
            orbit, period, _ = curve.split(z)
            return orbit, period
    cycle = cycle_at(branch, row, share, value)
    if not isinstance(cycle, LimitCycle):
        return None
    return cycle.orbit, cycle.period
