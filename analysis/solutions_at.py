"""The solutions of a branch at a parameter value, and of one of its rows."""

from dataclasses import replace

import numpy as np

from .branch import Branch
from .continuation import corrected
from .cycle_curve import CycleCurve
from .cycle_detectors import orbit_at
from .equilibrium_curve import EquilibriumCurve
from .fixed_point import FixedPoint, fixed_point_at
from .gauss import gauss
from .kinds import kind_of, spectrum
from .limit_cycle import LimitCycle
from .mesh import carried
from .problem import problem_of


def solutions_at(branch: Branch, value: float) -> "list[FixedPoint | LimitCycle]":
    """One corrected solution for each time that the branch passes the value."""
    values = branch[branch.parameter]
    away = values - value
    rows = np.flatnonzero(away[:-1] * away[1:] < 0).tolist()
    exact = np.flatnonzero(away == 0).tolist()
    exact = [row for i, row in enumerate(exact) if i == 0 or row - exact[i - 1] > 1]
    places = sorted([(row, 0.0) for row in exact] + [(row, 1.0) for row in rows])
    found = []
    for row, inside in places:
        part = float(away[row] / (away[row] - away[row + 1])) if inside else 0.0
        at_rest = branch.kind == "equilibria" or branch.model.kind == "map"
        solution = (equilibrium_at if at_rest else cycle_at)(branch, row, part, value)
        if solution is not None:
            found.append(solution)
    return found


def equilibrium_at(branch: Branch, row: int, part: float, value: float) -> FixedPoint | None:
    z = branch.arrays["z"]
    guess = z[row] if part == 0 else (1 - part) * z[row] + part * z[row + 1]
    guess = np.append(guess[:-1], value)
    turns = int(branch.settings.get("turns", 1))
    problem = problem_of(branch.model, branch.parameter, branch.interval, turns)
    curve = EquilibriumCurve(problem, guess)
    held = np.zeros_like(guess)
    held[-1] = 1.0
    solution = corrected(curve, guess, held, 1e-12)
    if solution is None:
        return None
    model = branch.model.replace({branch.parameter: value})
    point = fixed_point_at(model, solution[0][:-1])
    return point if turns == 1 else of_iterate(point, curve, solution[0])


def of_iterate(point: FixedPoint, curve: EquilibriumCurve, z: np.ndarray) -> FixedPoint:
    """A point of a map's cycle, with the multipliers of the cycle."""
    A = curve.field.linearisation(z)[1][:, : curve.n]
    values, vectors, errors = spectrum(A, discrete=True)
    return replace(
        point,
        eigenvalues=values,
        eigenvectors=vectors,
        kind=kind_of(values, errors, discrete=True),
        residual=float(np.abs(curve.residual(z)).max()),
    )


def cycle_at(branch: Branch, row: int, part: float, value: float) -> FixedPoint | LimitCycle | None:
    if part == 0:
        return solution_of(branch, row)
    meshes, orbits, T = branch.arrays["mesh"], branch.arrays["orbit"], branch["period"]
    nearest, other = (row, row + 1) if part < 0.5 else (row + 1, row)
    share = part if part < 0.5 else 1 - part
    X = orbits[nearest]
    table = gauss(X.shape[1] - 1)
    guess = (1 - share) * X + share * carried(table, meshes[other], orbits[other], meshes[nearest])
    problem = problem_of(branch.model, branch.parameter, branch.interval)
    period = float((1 - share) * T[nearest] + share * T[other])
    curve = CycleCurve(problem, meshes[nearest], guess, table.degree, period)
    z = orbit_at(curve, np.concatenate([guess.ravel(), [period, value]]))
    return None if z is None else cycle_of(curve, z)


def cycle_of(curve: CycleCurve, z: np.ndarray) -> LimitCycle:
    """The cycle of a solution, with multipliers computed there."""
    X, T, value = curve.split(z)
    border = np.zeros_like(z)
    border[-1] = curve.problem.width
    r, _, linear = curve.linearise(z, border)
    model = curve.problem.model.replace({curve.problem.parameter: value})
    values, _ = curve.multipliers(z, linear)
    return LimitCycle(model, T, curve.mesh, X, values, float(np.abs(r).max()))


def solution_of(branch: Branch, i: int) -> FixedPoint | LimitCycle:
    value = float(branch[branch.parameter][i])
    model = branch.model.replace({branch.parameter: value})
    if branch.kind == "equilibria":
        return fixed_point_at(model, branch.arrays["z"][i][:-1])
    if branch.model.kind == "map":
        point = equilibrium_at(branch, i, 0.0, value)
        assert point is not None
        return point
    return LimitCycle(
        model,
        float(branch["period"][i]),
        branch.arrays["mesh"][i],
        branch.arrays["orbit"][i],
        branch.spectrum[i],
    )
