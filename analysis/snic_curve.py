"""Curves of orbits homoclinic to a saddle-node, which come back along its centre direction.

They are the curve of folds, as long as the orbit closes so; where it comes back along the strong
direction instead, at a noncentral homoclinic point, a curve of saddle homoclinics branches off.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.status import Status
from .branch import Branch
from .connection_curve import ConnectionCurve
from .connection_points import LoopClosed, Noncentral, placed
from .continuation import Found, Path, Point, Settings
from .homoclinic_birth import bogdanov_takens, double_zero
from .homoclinic_curve import branch_of, check_columns, from_one_end
from .homoclinic_start import from_orbit
from .invariant_subspaces import local_of, slope_of_value
from .plane import Plane
from .plane_curve import BoxEdge, followed, turned
from .special_point import SpecialPoint

STEP = 1e-3
NEAR = 0.5  # of the box, and of the states


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
    if point.kind == "noncentral homoclinic":
        first = towards_saddle_nodes(curve, first, bool(point.notes["rising"]))
        return from_one_end(point, settings, curve, first, snic_branch)
    return followed(curve, first, settings, both_ways, snic_branch, begin)


def towards_saddle_nodes(curve: ConnectionCurve, first: Point, rising: bool) -> Point:
    """From a noncentral point, in the direction in which the orbit comes back (or leaves, if the
    saddle's eigenvalue that vanishes is not the `rising` one) along the centre direction."""
    here, ahead = first.facts, one_step(curve, first).facts
    wanted = ahead.returning < here.returning if rising else ahead.leaving > here.leaving
    first = replace(first, facts=replace(here, **{"returning" if rising else "leaving": 0.0}))
    return first if wanted else turned(first)


def one_step(curve: ConnectionCurve, first: Point) -> Point:
    """A point a little along the tangent: to first order in the step, that is all that is asked."""
    z = first.z + STEP * first.tangent
    linear = curve.linearise(z, first.tangent)[2]
    if linear is None:
        return first
    return replace(first, z=z, facts=curve.facts(z, first.tangent, linear))


@dataclass(frozen=True)
class Coalescing:
    """Another eigenvalue of the saddle-node comes to 0: a Bogdanov-Takens point."""

    curve: ConnectionCurve
    part: float  # of the largest value so far
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        facts, curve = point.facts, self.curve
        sides = [facts.rising] * (curve.unstable > 0) + [-facts.falling] * (curve.stable > 0)
        gap = min(sides)
        curve.widest = max(curve.widest, gap)
        return gap / curve.widest - self.part

    def locate(self, before: Point, after: Point) -> Found | None:
        curve, plane = self.curve, self.curve.plane
        numbers = curve.split(after.z)[1]
        sizes = np.concatenate([np.maximum(np.abs(numbers[: curve.n]), curve.scale), plane.width])
        found = double_zero(plane, numbers, sizes)
        if found is None or np.abs((found[0] - numbers) / sizes).max() > NEAR:
            return None
        point = bogdanov_takens(plane, *found)
        place = ", ".join(f"{n} = {v:.8g}" for n, v in zip(plane.names, found[0][-2:], strict=True))
        return Found(
            placed(curve, found[0], before, after, beyond=True),
            point,
            f"the saddle-node becomes a Bogdanov-Takens point at {place}",
        )


@dataclass(frozen=True)
class Straightened:
    """The centre manifold loses its bend: a cusp, beyond which orbits leave the other way."""

    curve: ConnectionCurve
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        return float(point.facts.bending)

    def locate(self, before: Point, after: Point) -> Found | None:
        where = self.curve.place(before)
        return Found(before, message=f"the saddle-node comes to a cusp beyond {where}")


@dataclass(frozen=True)
class Retraced:
    """The curve turns back on the folds that it came along, which have one direction everywhere,
    the sign of det [f_z; d mu; tangent]: the orbit was lost."""

    curve: ConnectionCurve
    ends = Status.NOT_RESOLVED

    def value(self, point: Point) -> float:
        curve = self.curve
        numbers = curve.split(point.z)[1]
        local = local_of(curve.plane, numbers)
        sizes = curve.weights**-0.5
        critical = slope_of_value(local, curve.unstable).real
        rows = np.vstack([local.matrix, critical, point.tangent[-len(numbers) :] / sizes**2])
        rows = rows * sizes
        return float(np.linalg.slogdet(rows / np.abs(rows).max(axis=1, keepdims=True))[0])

    def locate(self, before: Point, after: Point) -> Found | None:
        where = self.curve.place(before)
        return Found(
            before,
            message=f"the orbit could not be followed beyond {where}, where it may come back along "
            "the strong direction; give a larger mesh, or come from the other side",
        )


def watched(curve: ConnectionCurve) -> ConnectionCurve:
    """With what is looked for along the curve."""
    sides = [BoxEdge(curve, axis, upper) for axis in (0, 1) for upper in (False, True)]
    ways = [Noncentral(curve, False)] if curve.stable else []
    ways += [Noncentral(curve, True)] if curve.unstable else []
    double = [Coalescing(curve, part) for part in (0.01, 0.001)] if curve.n > 1 else []
    curve.detectors = [
        *sides,
        LoopClosed(curve),
        Retraced(curve),
        *ways,
        *double,
        Straightened(curve),
    ]
    return curve


def snic_branch(curve: ConnectionCurve, path: Path) -> Branch:
    return branch_of(curve, path, "snic")
