"""Curves of equilibrium bifurcations as branches: columns, special points, both ways."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.status import Status
from .augmented_curve import AugmentedCurve
from .branch import Branch
from .continuation import Path, Point, Settings, corrected
from .plane_curve import followed

SETTLED, PATIENT = 1e-8, 4
TOLERANCE = 1e-10


def branch_through(
    curve_at: Callable[[np.ndarray], AugmentedCurve],
    start: np.ndarray,
    settings: Settings,
    kind: str,
    both_ways: bool,
) -> Branch:
    """The curve through a point, corrected first."""
    z = on_curve(curve_at(start), start, kind)

    def begin() -> tuple[AugmentedCurve, Point]:
        curve = curve_at(z)
        return curve, Point(z, curve.tangent_at(z), 0.0, curve.facts(z))

    settings = replace(settings, tolerance=min(settings.tolerance, TOLERANCE))
    return followed(
        *begin(), settings, both_ways, lambda curve, path: branch_of(curve, path, kind), begin
    )


def on_curve(curve: AugmentedCurve, z: np.ndarray, kind: str) -> np.ndarray:
    """The nearest point of the curve."""
    for _ in range(PATIENT):
        solution = corrected(curve, z, curve.tangent_at(z), TOLERANCE)
        if solution is None:
            break
        moved, z = solution[0] - z, solution[0]
        if math.sqrt(curve.dot(moved, moved)) < SETTLED:
            return z
    where = ", ".join(f"{name} = {v:g}" for name, v in zip(curve.plane.names, z[-2:], strict=True))
    raise NotFound(
        f"Newton's method finds no {kind} of {curve.plane.model.name} near {where}: is the start "
        "one, and do the two parameters move it?"
    )


def branch_of(curve: AugmentedCurve, path: Path, kind: str) -> Branch:
    plane = curve.plane
    z = np.array([point.z for point in path.points])
    columns = {name: z[:, i - 2].copy() for i, name in enumerate(plane.names)}
    columns |= {name: z[:, i].copy() for i, name in enumerate(plane.model.states)}
    columns |= curve.columns(path.points)
    first = plane.names[0]
    return Branch(
        plane.model,
        first,
        plane.box[first],
        kind,
        columns,
        np.array([point.facts.stable for point in path.points]),
        np.array([point.facts.eigenvalues for point in path.points]),
        tuple(special for _, special in path.special),
        tuple(row for row, _ in path.special),
        (Status.COMPLETED, path.status),
        ("", path.message),
        {"z": z, "tangent": np.array([point.tangent for point in path.points])},
        {"turns": curve.turns},
        plane=plane.box,
    )
