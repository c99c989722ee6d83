"""Branch points of equilibria: where two branches cross, by Newton on

    F(z) + beta p = 0,   F_z^T p = 0,   <p, p> = 1

with beta = 0 in the end, so that F_z = [F_x, F_lambda] has a left null vector (Kuznetsov 2004,
section 10.2). The tangents of the two branches solve c11 a^2 + 2 c12 a b + c22 b^2 = 0 in a basis
of the null space of F_z, c_ij = <p, B(phi_i, phi_j)> (section 10.3, algebraic branching equation).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .continuation import Found, Point, point_at, unit
from .critical_eigenvalue import equations_at, newton
from .normal_forms import Forms, adjoint, largest_positive
from .special_point import SpecialPoint

if TYPE_CHECKING:
    from .equilibrium_curve import EquilibriumCurve

VANISHES = 1e-7
TOLERANCE = 1e-12


def locate_branch_point(
    curve: "EquilibriumCurve", guess: np.ndarray, before: Point, after: Point
) -> Found | None:
    """The crossing between two points, with the tangent of the other branch."""
    field, n, size = curve.field, curve.n, len(guess)
    left = np.linalg.svd(equations_at(field, guess)[1] * curve.scale)[0][:, -1]

    def system(y):
        z, beta, p = y[:size], y[size], y[size + 1 :]
        f, matrix = equations_at(field, z)
        jacobian = np.zeros((2 * n + 2, 2 * n + 2))
        jacobian[:n, :size], jacobian[:n, size] = matrix, p
        jacobian[:n, size + 1 :] = beta * np.eye(n)
        jacobian[n : n + size, :size] = curvature(curve, z, p)
        jacobian[n : n + size, size + 1 :] = matrix.T
        jacobian[-1, size + 1 :] = 2 * p
        return np.concatenate([f + beta * p, matrix.T @ p, [p @ p - 1]]), jacobian

    solution = newton(
        system, np.concatenate([guess, [0.0], left]), np.concatenate([curve.scale, np.ones(n + 1)])
    )
    if solution is None:
        return None
    y, residual = solution
    z, beta, p = y[:size], y[size], y[size + 1 :]
    rates = np.abs(equations_at(field, z)[1] * curve.scale).max()
    if abs(beta) > VANISHES * rates:
        return None
    chord = unit(curve, after.z - before.z)
    tangents = crossing_tangents(curve, z, p)
    if tangents is None:
        return None
    along = [abs(curve.dot(t, chord)) for t in tangents]
    mine, other = tangents if along[0] > along[1] else tangents[::-1]
    mine = mine if curve.dot(mine, chord) > 0 else -mine
    part = curve.dot(z - before.z, chord) / curve.dot(after.z - before.z, chord)
    s = before.s + part * (after.s - before.s)
    point = point_at(curve, z, mine, TOLERANCE, s)
    facts = before.facts if point is None else point.facts
    here = Point(z, mine, s, replace(facts, folding=0.0))
    return Found(here, branch_point(curve, z, p, mine, other, residual))


def curvature(curve: "EquilibriumCurve", z: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The Hessian of <p, F> in z."""
    size = len(z)
    i, j = np.indices((size, size)).reshape(2, -1)
    one = np.eye(size)
    columns = np.repeat(z[:, None], size * size, axis=1)
    return (p @ curve.field.B(columns, one[:, i], one[:, j])).reshape(size, size)


def crossing_tangents(
    curve: "EquilibriumCurve", z: np.ndarray, p: np.ndarray
) -> list[np.ndarray] | None:
    matrix = equations_at(curve.field, z)[1] * curve.scale
    null = np.linalg.svd(matrix)[2][-2:].T * curve.scale[:, None]
    form = null.T @ curvature(curve, z, p) @ null
    values, vectors = np.linalg.eigh(form)
    if values[0] * values[1] >= 0 or min(abs(values)) < 1e-10 * max(abs(values)):
        return None  # the branches touch, or the point is isolated
    weights = np.sqrt(np.abs(values[::-1]))
    return [unit(curve, null @ (vectors @ (weights * [1, sign]))) for sign in (1, -1)]


def branch_point(
    curve: "EquilibriumCurve",
    z: np.ndarray,
    p: np.ndarray,
    mine: np.ndarray,
    other: np.ndarray,
    residual: float,
) -> SpecialPoint:
    """Transcritical, w' = b lambda w + a w^2, or pitchfork, w' = b lambda w + c w^3."""
    problem, n = curve.problem, curve.n
    forms = Forms(curve.field, z)
    critical = 1.0 if problem.is_map else 0.0
    values, vectors = np.linalg.eig(forms.A)
    q = largest_positive(vectors[:, np.argmin(np.abs(values - critical))].real)
    p = adjoint(forms.A, critical, q)
    quadratic = (p @ forms.B(q, q)).real
    flat = [abs(t[-1]) / curve.scale[-1] < 1e-6 for t in (mine, other)]
    if any(flat):
        bordered = np.block([[forms.A - critical * np.eye(n), p[:, None]], [q, 0.0]])
        inner = np.linalg.solve(bordered, np.append(forms.B(q, q).real, 0.0))[:n]
        c = float((p @ (forms.C(q, q, q) - 3 * forms.B(q, inner))).real / 6)
        name, value = "c of w' = b lambda w + c w^3", c
        criticality = "pitchfork, " + ("supercritical" if c < 0 else "subcritical")
    else:
        name, value, criticality = (
            "a of w' = b lambda w + a w^2",
            float(quadratic / 2),
            "transcritical",
        )
    return SpecialPoint(
        "branch point",
        curve.field.model_at(z),
        problem.parameter,
        problem.named(z[:n]),
        problem.interval,
        coefficient=value,
        coefficient_name=name,
        criticality=criticality,
        residual=residual,
        eigenvalues=values,
        arrays={"z": z, "tangent": mine, "other": other},
    )
