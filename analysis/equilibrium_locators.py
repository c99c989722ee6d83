"""How the special points of equilibria are located between two points of a branch."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .branch_point import locate_branch_point
from .continuation import Found, Point, point_at, unit
from .critical_eigenvalue import complex_eigenvalue, on_axis, on_circle, real_eigenvalue
from .equilibrium_points import flip_point, fold_point, hopf_point, torus_point
from .flat_fold import flat_fold, turns_back

if TYPE_CHECKING:
    from .equilibrium_curve import EquilibriumCurve

TOLERANCE = 1e-12
REAL = 1e-7  # an imaginary part below this, relative to the eigenvalue, makes no oscillation


def placed(curve: "EquilibriumCurve", z: np.ndarray, before: Point, after: Point) -> Point | None:
    """The located solution as a point of the branch between two others."""
    chord = after.z - before.z
    part = curve.dot(z - before.z, chord) / curve.dot(chord, chord)
    s = before.s + part * (after.s - before.s)
    return point_at(curve, z, unit(curve, chord), TOLERANCE, s)


def locate_fold(curve, guess, nearest, before, after) -> Found | None:
    """lambda turns: F_x is singular there and F_lambda not in its range."""
    if before.facts.folding * after.facts.folding < 0:
        return Found(after, None)  # a pitchfork, seen from the branch that turns there
    critical = 1.0 if curve.problem.is_map else 0.0
    q = nearest_vector(nearest, critical).real
    solution = real_eigenvalue(curve.field, guess, q, critical, curve.scale) or flat_fold(
        curve.field, guess, q, curve.scale
    )
    point = None if solution is None else placed(curve, solution[0], before, after)
    if solution is None or point is None:
        return None
    z, q, residual = solution
    fold = fold_point(curve.problem, z, q, critical, residual)
    if fold is not None and not turns_back(curve.field, z, q, curve.scale):
        return None
    return Found(replace(point, z=z), fold)


def locate_flip(curve, guess, nearest, before, after) -> Found | None:
    q = nearest_vector(nearest, -1.0).real
    solution = real_eigenvalue(curve.field, guess, q, -1.0, curve.scale)
    point = None if solution is None else placed(curve, solution[0], before, after)
    if solution is None or point is None:
        return None
    z, q, residual = solution
    return Found(replace(point, z=z), flip_point(curve.problem, z, q, residual))


def nearest_vector(point: Point, mu: complex) -> np.ndarray:
    values, vectors = point.facts.modes
    return vectors[:, np.argmin(np.abs(values - mu))]


def locate_pair(curve, guess, nearest, before, after) -> Found | None:
    """A complex pair on the critical line; two real eigenvalues there are an impostor."""
    if neutral(curve, before, after):
        return Found(after, None)
    return critical_pair(curve, guess, nearest, before, after) or impostor(curve, before, after)


def neutral(curve, before: Point, after: Point) -> bool:
    """Whether as many eigenvalues are unstable on both sides, and none went through zero."""
    counts = unstable_counts(before, after)
    a, b = before.facts, after.facts
    through_zero = a.folding * b.folding <= 0 or a.turning * b.turning <= 0
    return (
        None not in counts
        and counts[0] == counts[1]
        and not through_zero
        and a.flipping * b.flipping > 0
    )


def critical_pair(curve, guess, nearest, before, after) -> Found | None:
    """The complex pair of the nearest point, by Newton's method, where it becomes critical."""
    is_map = curve.problem.is_map
    values, vectors = nearest.facts.modes
    rising = np.flatnonzero(values.imag > REAL * np.abs(values))
    if not len(rising):
        return None
    distance = np.abs(np.abs(values[rising]) - 1) if is_map else np.abs(values[rising].real)
    chosen = rising[np.argmin(distance)]
    q = vectors[:, chosen]
    phi = float(np.angle(values[chosen]) if is_map else values[chosen].imag)
    solution = complex_eigenvalue(
        curve.field, guess, q, phi, on_circle if is_map else on_axis, curve.scale
    )
    if solution is None:
        return None
    z, q, phi, residual = solution
    if abs(phi) < REAL * np.abs(values).max() or (is_map and abs(np.sin(phi)) < REAL):
        return None
    point = placed(curve, z, before, after)
    if point is None:
        return None
    make = torus_point if is_map else hopf_point
    return Found(replace(point, z=z), make(curve.problem, z, q, phi, residual))


def hidden_pair(curve, before: Point, after: Point) -> Found | None:
    """A pair that crosses the critical line within a step in which the product of all pairs keeps
    its sign, because of a neutral saddle beside it."""
    counts = unstable_counts(before, after)
    if counts[0] is None or counts[1] is None or abs(counts[0] - counts[1]) != 2:
        return Found(after, None)
    if before.facts.pairing * after.facts.pairing < 0:
        return Found(after, None)  # seen by its own detector
    for nearest in (before, after):
        found = critical_pair(curve, nearest.z, nearest, before, after)
        if found is not None:
            return found
    return Found(after, None)


def unstable_counts(before: Point, after: Point) -> list[int | None]:
    return [p.facts.unstable for p in (before, after)]


def impostor(curve, before: Point, after: Point) -> Found | None:
    """Nothing, if the pair that changes sign is real on both sides: a neutral saddle. Next to a
    fold it may have been complex between (a node, a focus, a Hopf point, a node, then the fold)."""
    a, b = before.facts, after.facts
    if a.folding * b.folding < 0 or a.turning * b.turning < 0:
        return None
    counts = [
        int(np.sum((p.facts.eigenvalues.imag > 0) & unstable(curve, p))) for p in (before, after)
    ]
    return Found(after, None) if counts[0] == counts[1] else None


def unstable(curve, point: Point) -> np.ndarray:
    values = point.facts.eigenvalues
    return np.abs(values) > 1 if curve.problem.is_map else values.real > 0


def locate_crossing(curve, guess, nearest, before, after) -> Found | None:
    """Two branches cross: the matrix [F_x, F_lambda] loses rank."""
    return locate_branch_point(curve, guess, before, after)
