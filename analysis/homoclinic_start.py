"""Where a curve of connecting orbits begins: a long cycle cut open, or an orbit that was stored."""

from dataclasses import replace

import numpy as np

from ..dynamics.errors import NotFound
from .connection_curve import ConnectionCurve
from .connection_orbit import fitted, onto_mesh, opened, retruncated
from .continuation import Point
from .gauss import gauss
from .invariant_subspaces import local_of, vectors_of
from .mesh import evaluated, nodes_of
from .orbit_curve import orbit_scale
from .plane import Plane
from .special_point import SpecialPoint


def numbers_of(point: SpecialPoint, plane: Plane) -> np.ndarray:
    """(x, a, b) of a special point."""
    return np.array([*point.state.values(), *(point.parameters[name] for name in plane.names)])


def stored_orbit(
    point: SpecialPoint, numbers: np.ndarray, degree: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Mesh, values at the nodes, and duration of the orbit that a point keeps."""
    mesh = point.arrays["mesh"]
    if "connection" in point.arrays:
        X, T = point.arrays["connection"], float(point.notes["truncation"])
    else:
        X, T = point.arrays["orbit"], float(point.notes["orbit period"])
        x = numbers[: X.shape[2]]
        mesh, X = opened(mesh, X, x, orbit_scale(X))
    if X.shape[1] != degree + 1:
        places = nodes_of(gauss(degree), mesh)
        values = evaluated(gauss(X.shape[1] - 1), mesh, X, places.ravel())
        X = values.reshape(*places.shape, -1)
    return mesh, X, T


def from_orbit(
    point: SpecialPoint, plane: Plane, unstable: int, stable: int, intervals: int, degree: int
) -> tuple[ConnectionCurve, Point]:
    """The curve through the orbit of a special point, with its first point."""
    numbers = numbers_of(point, plane)
    if not {"orbit", "connection"} & set(point.arrays):
        raise NotFound(
            f"this {point.kind} was found without an orbit that could be continued; where it lies "
            'on a fold, that is followed with kind="fold"'
        )
    for sense in senses(point, plane, numbers):
        mesh, X, T = stored_orbit(point, numbers, degree)
        curve = ConnectionCurve(plane, mesh, X, T, unstable, stable, numbers)
        z = onto_mesh(curve, mesh, X, numbers, intervals)
        cut = retruncated(curve, z)
        first = fitted(curve, z if cut is None else cut, sense)
        if first is not None:
            curve.largest = first.facts.swing
            return curve, first
    raise lost(point, plane)


def senses(point: SpecialPoint, plane: Plane, numbers: np.ndarray) -> list[np.ndarray]:
    """What is held while the first orbit is corrected: one of the parameters; where the saddle is a
    saddle-node to begin with, first its place along the centre direction."""
    unit = np.eye(plane.n + 2)
    held = [unit[-1] * plane.width[1], unit[-2] * plane.width[0]]
    if point.kind == "noncentral homoclinic":
        local = local_of(plane, numbers)
        q = vectors_of(local, int(np.argmin(np.abs(local.values))))[1].real
        held.insert(0, np.append(q, [0.0, 0.0]))
    return held


def lost(point: SpecialPoint, plane: Plane) -> NotFound:
    where = ", ".join(f"{name} = {point.parameters[name]:g}" for name in plane.names)
    return NotFound(
        f"Newton's method finds no homoclinic orbit of {plane.model.name} near the {point.kind} at "
        f"{where}: give a finer mesh, or start where the orbit is simpler"
    )


def unmoved(point: Point) -> Point:
    """A start whose saddle has an eigenvalue 0: that is known, and not to be found again."""
    return replace(point, facts=replace(point.facts, rising=0.0, falling=0.0))
