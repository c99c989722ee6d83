"""The first point of a curve of critical cycles: from an orbit that is nearly critical."""

import math

import numpy as np

from ..dynamics.errors import NotFound
from .continuation import Point, corrected, point_at, unit
from .critical_cycle_curve import CriticalCurve
from .gauss import gauss
from .mesh import carried, equidistributing
from .orbit_curve import ADAPT, orbit_scale
from .plane import Plane
from .special_point import SpecialPoint

TOLERANCE = 1e-9
BESIDE = {"resonance 1:1": 0.999, "resonance 1:2": -0.999}  # cos(theta): not at it itself
MESHES = 2  # the orbit is moved to a better mesh and corrected so often


def critical_start(
    plane: Plane, kind: str, point: SpecialPoint, intervals: int
) -> tuple[CriticalCurve, Point]:
    """From the orbit that a special point keeps."""
    if "orbit" not in point.arrays or point.period is None:
        raise NotFound(f"this {point.kind} keeps no orbit to begin a curve of {kind}s at")
    values = np.array([point.parameters[name] for name in plane.names])
    theta = point.notes.get("theta")
    cosine = BESIDE.get(point.kind, 0.0 if theta is None else math.cos(theta))
    mesh, X = point.arrays["mesh"], point.arrays["orbit"]
    return from_critical_orbit(plane, kind, mesh, X, point.period, values, cosine, intervals)


@np.errstate(all="ignore")  # what is not finite is looked for where it matters
def from_critical_orbit(
    plane: Plane,
    kind: str,
    mesh: np.ndarray,
    X: np.ndarray,
    T: float,
    values: np.ndarray,
    cosine: float,
    intervals: int,
) -> tuple[CriticalCurve, Point]:
    degree = X.shape[1] - 1
    if intervals != len(mesh) - 1:
        table = gauss(degree)
        new = equidistributing(table, mesh, X, orbit_scale(X), intervals)
        mesh, X = new, carried(table, mesh, X, new)
    curve = CriticalCurve(plane, kind, mesh, X, degree, T)
    angle = [cosine] if kind == "torus" else []
    z = np.concatenate([X.ravel(), [T], angle, values])
    curve.settle(z)
    point = None
    for _ in range(MESHES):
        point = corrected_point(curve, z)
        if point is None:
            raise NotFound(
                f"Newton's method finds no {kind} next to this one: its orbit is too coarse (give "
                "a larger mesh where the point is computed), or neighbouring orbits part too much "
                "(a canard)"
            )
        curve.steps = ADAPT - 1
        point = curve.remesh([point, point])[-1]
        z = point.z
    point = corrected_point(curve, z)
    assert point is not None
    curve.refer(curve.split(point.z)[0])
    return curve, point


def corrected_point(curve: CriticalCurve, z: np.ndarray) -> Point | None:
    tangent = tangent_at(curve, z)
    solution = None if tangent is None else corrected(curve, z, tangent, TOLERANCE)
    if solution is None:
        return None
    z = solution[0]
    tangent = tangent_at(curve, z)
    return None if tangent is None else point_at(curve, z, tangent, TOLERANCE, 0.0)


def tangent_at(curve: CriticalCurve, z: np.ndarray) -> np.ndarray | None:
    """From that of two borders which is less orthogonal to it."""
    nodes, numbers = curve.pair
    found = []
    for i in (0, 1):
        border = curve.joined(nodes[..., i], numbers[:, i])
        _, solve, _ = curve.linearise(z, unit(curve, border))
        if solve is None:
            return None
        tangent = solve(None, 1.0)
        if np.isfinite(tangent).all():
            found.append(tangent)
    if not found:
        return None
    return unit(curve, min(found, key=lambda t: curve.dot(t, t)))
