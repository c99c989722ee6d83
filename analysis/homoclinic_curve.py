"""Curves of orbits homoclinic to a saddle, in two parameters."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.status import Status
from .branch import Branch
from .connection_curve import ConnectionCurve
from .connection_points import Heteroclinic, LoopClosed, NeutralSaddle, NoSaddle
from .continuation import Path, Point, Settings
from .homoclinic_birth import Shrinking, from_bogdanov_takens, shrunk
from .homoclinic_start import from_orbit, numbers_of, unmoved
from .invariant_subspaces import local_of, slope_of_value
from .plane import Plane
from .plane_curve import BoxEdge, followed, one_way, turned
from .special_point import SpecialPoint

FIXED = ("period", "truncation", "saddle_quantity")


def curve_through(
    point: SpecialPoint,
    plane: Plane,
    settings: Settings,
    *,
    mesh: int,
    degree: int,
    both_ways: bool,
) -> Branch:
    """The homoclinic orbits through a point, or those that begin at it."""
    check_columns(plane)
    if point.kind == "bogdanov-takens":
        curve, first = from_bogdanov_takens(point, plane, mesh, degree)
        birth = shrunk(curve, first, numbers_of(point, plane))
        return from_one_end(point, settings, watched(curve), first, branch_of, birth)
    unstable = unstable_of(point)

    def begin() -> tuple[ConnectionCurve, Point]:
        curve, first = from_orbit(point, plane, unstable, plane.n - unstable, mesh, degree)
        return watched(curve), first

    curve, first = begin()
    if point.kind == "noncentral homoclinic":
        first = unmoved(first)
        first = towards_saddles(curve, first, point)
        return from_one_end(point, settings, curve, first, branch_of)
    return followed(curve, first, settings, both_ways, branch_of, begin)


def watched(curve: ConnectionCurve) -> ConnectionCurve:
    """With what is looked for along a curve of homoclinic orbits."""
    sides = [BoxEdge(curve, axis, upper) for axis in (0, 1) for upper in (False, True)]
    curve.detectors = [
        *sides,
        LoopClosed(curve),
        NoSaddle(curve, True),
        NoSaddle(curve, False),
        *(Shrinking(curve, part) for part in (0.02, 0.002)),
        Heteroclinic(curve),
        NeutralSaddle(curve),
    ]
    return curve


def unstable_of(point: SpecialPoint) -> int:
    """How many directions lead away from the saddle."""
    if "unstable" in point.notes:
        return int(point.notes["unstable"])
    return int((np.asarray(point.eigenvalues).real > 0).sum())


def towards_saddles(curve: ConnectionCurve, first: Point, point: SpecialPoint) -> Point:
    """The direction in which the eigenvalue leaves 0 on the saddle's side."""
    rising = bool(point.notes["rising"])
    i = curve.unstable - 1 if rising else curve.unstable
    slope = slope_of_value(local_of(curve.plane, curve.split(first.z)[1]), i).real
    growth = float(slope @ curve.split(first.tangent)[1])
    return first if (growth > 0) == rising else turned(first)


def from_one_end(
    point: SpecialPoint,
    settings: Settings,
    curve: ConnectionCurve,
    first: Point,
    branch_of: Callable[[ConnectionCurve, Path], Branch],
    birth: Point | None = None,
) -> Branch:
    """The curve that begins at a point; `birth` is the orbit there if it isn't the first."""
    path = one_way(curve, first, settings)
    if birth is not None:
        path.points.insert(0, birth)
        path.special = [(row + 1, special) for row, special in path.special]
    plane = curve.plane
    path.special.insert(0, (0, replace(point, plane=plane.box)))
    branch = branch_of(curve, path)
    where = ", ".join(f"{name} = {point.parameters[name]:.8g}" for name in plane.names)
    kind = "Bogdanov-Takens" if point.kind == "bogdanov-takens" else point.kind
    begins = f"begins at the {kind} point at {where}"
    return replace(
        branch,
        ends=(Status.BRANCH_REACHED, branch.ends[1]),
        messages=(begins, branch.messages[1]),
    )


def check_columns(plane: Plane) -> None:
    for name in (*plane.model.states, *plane.model.parameters):
        if name in FIXED:
            raise InvalidArgument(
                f"{plane.model.name} has a {name!r}, which is a column of every curve of "
                "homoclinic orbits; rename it in the model"
            )


def branch_of(curve: ConnectionCurve, path: Path, kind: str = "homoclinic") -> Branch:
    """The columns of a path: parameters, the equilibrium, what was computed of the orbit."""
    plane, n = curve.plane, curve.n
    points = path.points
    numbers = np.array([point.z[-n - 2 :] for point in points])
    orbits = np.array([point.z[: -n - 2].reshape(curve.shape) for point in points])
    columns = {name: numbers[:, n + i].copy() for i, name in enumerate(plane.names)}
    columns |= {name: numbers[:, i].copy() for i, name in enumerate(plane.model.states)}
    columns["period"] = np.full(len(points), np.inf)
    columns["truncation"] = np.array([point.facts.T for point in points])
    values = np.array([point.facts.values for point in points])
    if curve.central:
        stable = np.full(len(points), curve.unstable == 0)
    else:
        up = curve.unstable
        quantity = (values[:, up - 1] + values[:, up]).real
        columns["saddle_quantity"] = quantity
        stable = (quantity < 0) & (up == 1)
    first = plane.names[0]
    return Branch(
        plane.model,
        first,
        plane.box[first],
        kind,
        columns,
        stable,
        values,
        tuple(special for _, special in path.special),
        tuple(row for row, _ in path.special),
        (Status.COMPLETED, path.status),
        ("", path.message),
        {
            "mesh": np.array([point.facts.mesh for point in points]),
            "connection": orbits,
        },
        plane=plane.box,
    )
