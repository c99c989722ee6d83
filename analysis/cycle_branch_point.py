"""Branch points of cycles: where another family crosses.

There the linearised problem in (u, T, lambda) has two independent solutions, the tangent t and
another one, phi. Newton's method loses its footing at the point itself, but not a little beside it:
the place is squeezed between points of the branch by the sign of the system's orientation, then
interpolated, and phi is what solves the problem bordered once more, J phi = g b, <t, phi> = 0,
<c, phi> = 1, with g nearly zero.
"""

from collections.abc import Callable

import numpy as np

from .continuation import Found, Point, point_at, unit
from .cycle_curve import CycleCurve
from .special_point import SpecialPoint
from .variational import generic

SQUEEZES = 40
NARROW = 1e-4  # relative to the orbit: the interpolation's error is its square
TOLERANCE = 1e-10
SINGULAR = 1e-2  # of g at the point, in units of the parts of phi
FLAT = 1e-4
ASIDE, STANDS = 1e-2, 1e-7  # a step along the other family; where its parameter stands still


def locate_cycle_branch_point(
    curve: CycleCurve, before: Point, after: Point, value: Callable[[Point], float]
) -> Found | None:
    """The crossing between two points, with the direction of the other family."""
    chord = unit(curve, after.z - before.z)
    left, right, a, b = before, after, value(before), value(after)
    for _ in range(SQUEEZES):
        width = right.z - left.z
        if curve.dot(width, width) < NARROW**2:
            break
        part = min(max(a / (a - b), 0.1), 0.9)
        guess = left.z + part * width
        point = point_at(curve, guess, chord, TOLERANCE, left.s + part * (right.s - left.s))
        if point is None:
            return None
        middle = value(point)
        if middle * a > 0:
            left, a, b = point, middle, b / 2
        else:
            right, b, a = point, middle, a / 2
    else:
        return None
    a, b = value(left), value(right)
    part = a / (a - b)
    z = left.z + part * (right.z - left.z)
    tangent = unit(curve, right.z - left.z)
    other = crossing_direction(curve, z, tangent)
    if other is None or abs(tangent[-1]) / curve.problem.width < FLAT:
        return Found(after, None)
    here = Point(z, tangent, left.s + part * (right.s - left.s), left.facts)
    return Found(here, branch_point_of(curve, z, tangent, other, abs(a) + abs(b), here))


def crossing_direction(curve: CycleCurve, z: np.ndarray, tangent: np.ndarray) -> np.ndarray | None:
    """The solution of the linearised problem that is orthogonal to the tangent."""
    n = curve.n
    _, T, _ = curve.split(z)
    _, _, linear = curve.linearise(z, tangent)
    along = tangent[:-2].reshape(curve.shape)[:, 1:]
    b = c = generic(linear.f, curve.scale)
    for _ in range(3):
        b = b / np.sqrt((b**2 * curve.weight).sum())
        c = c / np.sqrt((c**2 * curve.weight).sum())
        columns = np.stack([linear.f, T * linear.matrix[..., n], b], axis=-1)
        rows = np.stack([curve.phase_row, curve.weight * along, curve.weight * c])
        corner = np.zeros((3, 3))
        corner[1, :2] = curve.numbers * tangent[-2:]
        system = curve.engine.system(
            curve.gauss,
            curve.h,
            T * linear.matrix[..., :n],
            columns,
            rows,
            corner,
            1.0,
            curve.scale,
        )
        u, s = system.solve(None, np.array([[0.0], [0.0], [1.0]]))
        if not np.isfinite(u).all():
            return None
        b = c = u[:, 1:, :, 0]
    if abs(s[2, 0]) > SINGULAR:
        return None
    return unit(curve, np.concatenate([u.ravel(), s[:2, 0]]))


def branch_point_of(
    curve: CycleCurve,
    z: np.ndarray,
    tangent: np.ndarray,
    other: np.ndarray,
    residual: float,
    point: Point,
) -> SpecialPoint:
    X, T, value = curve.split(z)
    top = X.reshape(-1, curve.n)[np.argmax(X[..., 0])]
    other, criticality = crossing_of(curve, z, other)
    return SpecialPoint(
        "cycle branch point",
        curve.field.model_at(np.append(top, value)),
        curve.problem.parameter,
        curve.problem.named(top),
        curve.problem.interval,
        period=T,
        criticality=criticality,
        residual=residual,
        eigenvalues=point.facts.multipliers,
        arrays={"mesh": curve.mesh, "orbit": X, "tangent": tangent, "other": other},
    )


def crossing_of(curve: CycleCurve, z: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, str]:
    """The tangent of the other family and how it crosses, from its points a little to both sides:
    `other` alone, orthogonal to the first family, may point elsewhere."""
    sides = [point_at(curve, z + h * other, other, TOLERANCE, 0.0) for h in (ASIDE, -ASIDE)]
    ahead, behind = sides
    if ahead is None or behind is None:
        return other, ""
    changes = [(side.z[-1] - z[-1]) / curve.problem.width for side in (ahead, behind)]
    if max(map(abs, changes)) < STANDS:
        kind = "degenerate"
    else:
        kind = "pitchfork" if changes[0] * changes[1] > 0 else "transcritical"
    return unit(curve, ahead.z - behind.z), kind
