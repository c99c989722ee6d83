"""Curves of orbits homoclinic to a saddle-node, which come back along its centre direction.

They are the curve of folds, as long as the orbit closes so; where it comes back along the strong
direction instead, at a noncentral homoclinic point, a curve of saddle homoclinics branches off.
"""

import numpy as np

from .branch import Branch
from .connection_curve import ConnectionCurve
from .connection_points import LoopClosed, Noncentral
from .continuation import Path, Point, Settings
from .homoclinic_curve import branch_of, check_columns
from .homoclinic_start import from_orbit
from .plane import Plane
from .plane_curve import BoxEdge, followed
from .special_point import SpecialPoint


def curve_through(
    point: SpecialPoint,
    plane: Plane,
    settings: Settings,
    *,
    mesh: int,
    degree: int,
    both_ways: bool,
) -> Branch:
    """The saddle-node homoclinic orbits through a point, or those that begin at it."""
    check_columns(plane)
    values = np.asarray(point.eigenvalues)
    values = values[np.argsort(-values.real)]
    critical = int(np.argmin(np.abs(values)))
    unstable, stable = critical, plane.n - critical - 1

    def begin() -> tuple[ConnectionCurve, Point]:
        curve, first = from_orbit(point, plane, unstable, stable, mesh, degree)
        return watched(curve), first

    curve, first = begin()
    return followed(curve, first, settings, both_ways, snic_branch, begin)


def watched(curve: ConnectionCurve) -> ConnectionCurve:
    """With what is looked for along the curve."""
    sides = [BoxEdge(curve, axis, upper) for axis in (0, 1) for upper in (False, True)]
    ways = [Noncentral(curve, False)] if curve.stable else []
    ways += [Noncentral(curve, True)] if curve.unstable else []
    curve.detectors = [*sides, LoopClosed(curve), *ways]
    return curve


def snic_branch(curve: ConnectionCurve, path: Path) -> Branch:
    return branch_of(curve, path, "snic")
