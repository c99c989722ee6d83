"""The solutions of a branch at a parameter value, and of one of its rows."""

from dataclasses import replace

import numpy as np

from .branch import Branch
from .continuation import corrected, unit
from .cycle_curve import CycleCurve
from .cycle_ends import orbit_at
from .equilibrium_curve import EquilibriumCurve
from .fixed_point import FixedPoint, fixed_point_at
from .gauss import gauss
from .homoclinic_orbit import HomoclinicOrbit
from .kinds import kind_of, spectrum
from .limit_cycle import LimitCycle
from .mesh import carried
from .problem import problem_of

APPROACHES, NEAR = 20, 1e-4  # of the distance of the two values


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
    turns = int(branch.settings.get("turns", 1))
    problem = problem_of(branch.model, branch.parameter, branch.interval, turns)
    curve = EquilibriumCurve(problem, z[row])
    guess = z[row] if part == 0 else approached(curve, z[row], z[row + 1], value)
    guess = np.append(guess[:-1], value)
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
    if "lengths" in branch.arrays:
        from .continue_reset_cycles import cycle_between

        return cycle_between(branch, row, part, value)
    if part == 0:
        found = solution_of(branch, row)
        assert not isinstance(found, HomoclinicOrbit), "this is a bug: a curve in two parameters"
        return found
    meshes, orbits, T = branch.arrays["mesh"], branch.arrays["orbit"], branch["period"]
    values, X = branch[branch.parameter], orbits[row]
    table = gauss(X.shape[1] - 1)
    problem = problem_of(branch.model, branch.parameter, branch.interval)
    curve = CycleCurve(problem, meshes[row], X, table.degree, float(T[row]))
    following = carried(table, meshes[row + 1], orbits[row + 1], meshes[row])
    begin = np.concatenate([X.ravel(), [T[row], values[row]]])
    end = np.concatenate([following.ravel(), [T[row + 1], values[row + 1]]])
    guess = approached(curve, begin, end, value)
    z = orbit_at(curve, np.append(guess[:-1], value))
    return None if z is None else cycle_of(curve, z)


def approached(
    curve: EquilibriumCurve | CycleCurve, a: np.ndarray, b: np.ndarray, value: float
) -> np.ndarray:
    """A point of the branch between two of its points with nearly this parameter value: the branch
    is corrected in planes across their chord, which is safe beside folds too."""
    chord = b - a
    border = unit(curve, chord)
    low, high, best = 0.0, 1.0, a
    f, g = a[-1] - value, b[-1] - value
    near = NEAR * abs(g - f)
    for _ in range(APPROACHES):
        part = min(max(low + (high - low) * f / (f - g), low + 1e-3), high - 1e-3)
        solution = corrected(curve, a + part * chord, border, 1e-8)
        if solution is None:
            return a + part * chord
        best = solution[0]
        off = best[-1] - value
        if abs(off) < near:
            return best
        if off * f > 0:
            low, f, g = part, off, g / 2
        else:
            high, g, f = part, off, f / 2
    return best


def cycle_of(curve: CycleCurve, z: np.ndarray) -> LimitCycle:
    """The cycle of a solution, with multipliers computed there."""
    X, T, value = curve.split(z)
    border = np.zeros_like(z)
    border[-1] = curve.problem.width
    r, _, linear = curve.linearise(z, border)
    model = curve.problem.model.replace({curve.problem.parameter: value})
    values, _ = curve.multipliers(z, linear)
    return LimitCycle(model, T, curve.mesh, X, values, float(np.abs(r).max()))


def solution_of(branch: Branch, i: int) -> FixedPoint | LimitCycle | HomoclinicOrbit:
    names = list(branch.plane) or [branch.parameter]
    model = branch.model.replace({name: float(branch[name][i]) for name in names})
    if branch.plane and "period" not in branch.columns:
        return fixed_point_at(model, np.array([branch[name][i] for name in model.states]))
    if branch.kind == "equilibria":
        return fixed_point_at(model, branch.arrays["z"][i][:-1])
    if "connection" in branch.arrays:
        return HomoclinicOrbit(
            model,
            float(branch["truncation"][i]),
            branch.arrays["mesh"][i],
            branch.arrays["connection"][i],
            np.array([branch[name][i] for name in model.states]),
        )
    if branch.model.kind == "map":
        point = equilibrium_at(branch, i, 0.0, float(branch[branch.parameter][i]))
        assert point is not None
        return point
    if "lengths" in branch.arrays:
        from .continue_reset_cycles import cycle_of_row

        return cycle_of_row(branch, i)
    return LimitCycle(
        model,
        float(branch["period"][i]),
        branch.arrays["mesh"][i],
        branch.arrays["orbit"][i],
        branch.spectrum[i],
    )
