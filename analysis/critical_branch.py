"""Curves of critical cycles as branches: columns, special points, both ways."""

from copy import copy
from dataclasses import replace

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.status import Status
from .branch import Branch
from .continuation import Path, Point, Settings
from .continue_cycles import check_columns, with_special
from .critical_cycle_curve import ORBIT, CriticalCurve
from .critical_detectors import detectors_of
from .critical_ends import LIMITS
from .critical_start import critical_start
from .cycle_births import cycle_near
from .engine import POINTS
from .extrema import extrema_of
from .plane import Plane
from .plane_curve import followed, one_way
from .special_point import SpecialPoint

ANGLE, GROWN, STEEP, LAST = "theta", 20.0, 20.0, 4
SAME = 1e-6  # of the box
BORN = {("generalized period doubling", "cycle fold")}  # of cycles with another period
SIMPLE = ("cycle fold", "period doubling", "torus")


def curve_of(
    kind: str, start: SpecialPoint, plane: Plane, settings: Settings, mesh: int, both_ways: bool
) -> Branch:
    """The curve of a kind through a critical cycle, or through the first one that is found next to
    an equilibrium of codimension two."""
    check_columns(plane.model)
    if kind == "torus" and ANGLE in (*plane.model.states, *plane.model.parameters):
        raise InvalidArgument(
            f"{plane.model.name} has a {ANGLE!r}, which is a column of every curve of torus "
            "bifurcations; rename it in the model"
        )
    passes = "orbit" in start.arrays and (start.kind, kind) not in BORN
    near = start if passes else cycle_near(start, kind, plane, mesh)
    settings = replace(settings, tolerance=settings.tolerance * ORBIT**2)

    origin, first = critical_start(plane, kind, near, mesh)

    def begin() -> tuple[CriticalCurve, Point]:
        curve = copy(origin)  # whose arrays are replaced along a curve, not changed
        curve.detectors = detectors_of(curve, first)
        curve.reconsider(POINTS)
        return curve, first

    def made(curve: CriticalCurve, path: Path) -> Branch:
        return branch_of(curve, path, settings)

    curve, point = begin()
    if kind == "torus" and start.kind in LIMITS:
        inward = -np.sign(LIMITS[start.kind]) * point.tangent[-3]
        point = point if inward > 0 else replace(point, tangent=-point.tangent)
        path = one_way(curve, point, settings)
        branch = made(curve, path)
        message = f"begins at the {start.kind} at {curve.where(point.z)}"
        branch = replace(
            branch,
            ends=(Status.BRANCH_REACHED, branch.ends[1]),
            messages=(message, branch.messages[1]),
        )
    else:
        branch = followed(curve, point, settings, both_ways, made, begin)
    if near is not start or start.kind in SIMPLE:
        return branch
    return with_start(branch, start)


def with_start(branch: Branch, start: SpecialPoint) -> Branch:
    """The branch with the point of codimension two that it was begun at, once."""

    def away(point: SpecialPoint) -> float:
        ends = branch.plane.items()
        return max(abs(point[name] - start[name]) / (high - low) for name, (low, high) in ends)

    pairs = [
        (row, point)
        for row, point in zip(branch.special_rows, branch.special, strict=True)
        if point.kind != start.kind or away(point) > SAME
    ]
    left = sum(
        ((branch[name] - start[name]) / (high - low)) ** 2
        for name, (low, high) in branch.plane.items()
    )
    left = left + (branch["period"] / start.period - 1) ** 2
    kept = replace(
        branch,
        special=tuple(point for _, point in pairs),
        special_rows=tuple(row for row, _ in pairs),
    )
    return with_special(kept, int(np.argmin(left)), start)


def branch_of(curve: CriticalCurve, path: Path, settings: Settings) -> Branch:
    """The columns of a path."""
    plane, points, status, message = curve.plane, path.points, path.status, path.message
    z = np.array([point.z for point in points])
    meshes = np.array([point.facts.mesh for point in points])
    X = z[:, : -curve.tail].reshape(len(points), *curve.shape)
    T, values = z[:, -curve.tail].copy(), z[:, -2:]
    if status in (Status.STEP_TOO_SMALL, Status.NOT_RESOLVED) and diverging(curve, z, T):
        status = Status.PERIOD_DIVERGES
        message = f"the period has grown to {T[-1]:.6g} at {curve.where(z[-1])}: it diverges ahead"
    low, high = extrema_of(
        lambda x, v: plane.field.f(np.vstack([x, v])),
        *(curve.gauss.degree, np.diff(meshes, axis=1), X, T, values),
    )
    columns = {name: values[:, i].copy() for i, name in enumerate(plane.names)} | {"period": T}
    if curve.kind == "torus":
        columns[ANGLE] = np.arccos(np.clip(z[:, -3], -1.0, 1.0))
    for i, name in enumerate(plane.model.states):
        columns |= {f"{name}_min": low[:, i].copy(), f"{name}_max": high[:, i].copy()}
    first = plane.names[0]
    return Branch(
        plane.model,
        first,
        plane.box[first],
        curve.kind,
        columns,
        np.array([bool((np.abs(point.facts.others) < 1).all()) for point in points]),
        np.array([point.facts.multipliers for point in points]),
        tuple(found for _, found in path.special),
        tuple(row for row, _ in path.special),
        (Status.COMPLETED, status),
        ("", message),
        {"mesh": meshes, "orbit": X},
        {"mesh": curve.N, "degree": curve.gauss.degree, "tolerance": settings.tolerance / ORBIT**2},
        curve.engine.name,
        plane.box,
    )


def diverging(curve: CriticalCurve, z: np.ndarray, T: np.ndarray) -> bool:
    """Whether the period grows beyond bounds while the parameters hardly move."""
    if T[-1] > GROWN * T.min():
        return True
    before = max(len(T) - LAST, 0)
    moved = np.abs(curve.position(z[-1]) - curve.position(z[before])).max()
    return bool(np.log(T[-1] / T[before]) > STEEP * moved)
