"""What is watched along a branch of cycles: folds, period doublings, tori, crossings, its ends."""

import math
from dataclasses import dataclass

import numpy as np

from .continuation import Detector, Found, Point, point_at, unit
from .cycle_branch_point import locate_cycle_branch_point
from .cycle_curve import Cycle, CycleCurve
from .cycle_ends import (
    TOLERANCE,
    ClosedFamily,
    CycleRangeEnd,
    DoublingEnd,
    HalvingEnd,
    HopfEnd,
    LongPeriod,
    Unresolved,
    Vertical,
    place,
)
from .cycle_points import cycle_point
from .variational import Critical, direction_at, locate_critical

TRUSTED = 1e-3  # distance of the trivial multiplier from 1 beyond which no label is given
AT_MINUS_ONE = 1e-3
SMALL, ROUNDING, OF_DOUBLED = 0.05, 1e-6, 1e-4
CLOSE, SQUEEZES, SQUEEZED = 0.02, 60, 1e-6
NEAR_ONE = 1e-2  # a double multiplier 1 is known to the square root of its error
FLAT_ENOUGH = 1e-4  # of a fold: the parameter's part of the tangent


def detectors_of(curve: CycleCurve, max_period: float, from_orbit: bool) -> list[Detector]:
    """Ends first. A family that was met somewhere on its way may turn out to be a doubled one."""
    return [
        CycleRangeEnd(curve, curve.problem.low, +1),
        CycleRangeEnd(curve, curve.problem.high, -1),
        LongPeriod(curve, max_period),
        Unresolved(curve),
        DoublingEnd(curve) if curve.doubled else HopfEnd(curve),
        *([HalvingEnd(curve)] if from_orbit else []),
        Vertical(curve),
        CycleWatch(curve, "folding", "cycle fold"),
        # in the plane the one multiplier is positive: exp of the integral of the trace
        *([CycleWatch(curve, "doubling", "period doubling")] if curve.n > 2 else []),
        *([CycleWatch(curve, "pairing", "torus")] if curve.n > 2 else []),
        BranchWatch(curve),
        ClosedFamily(curve),
    ]


@dataclass(frozen=True)
class CycleWatch:
    """A number of `Cycle` whose sign changes at a bifurcation, then located by Newton's method."""

    curve: CycleCurve
    name: str
    kind: str
    ends = None

    def value(self, point: Point) -> float:
        """Beside a Hopf point a multiplier is 1 up to the square of the amplitude, and rounding."""
        amplitude, value = point.facts.amplitude, getattr(point.facts, self.name)
        rounding = OF_DOUBLED if self.curve.doubled else ROUNDING
        if amplitude == 0 or (abs(amplitude) < SMALL and abs(value) < rounding):
            return math.nan
        return value

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        a, b = self.value(before), self.value(after)
        part = a / (a - b) if a != b else 0.5
        guess = before.z + part * (after.z - before.z)
        theta = 0.0
        if self.kind == "torus":
            pair = critical_pair(before.facts, after.facts)
            if pair is None:
                return Found(after, None)
            theta = float(np.angle(pair))
        border = unit(curve, after.z - before.z)
        critical = locate_critical(curve, guess, border, self.kind, theta)
        if critical is None and self.kind != "torus":
            critical = self.squeezed(before, after)
        point = None if critical is None else place(curve, critical.z, before, after)
        if critical is None or point is None:
            return None
        if not confirmed(self.kind, point.facts, critical):
            return Found(point, None)
        return Found(point, cycle_point(curve, self.kind, point, critical))

    def squeezed(self, before: Point, after: Point) -> Critical | None:
        """Where Newton's method fails for want of digits (canards): false position in the
        multipliers on points of the branch, between two that are close already."""
        curve = self.curve
        chord = after.z - before.z
        if curve.dot(chord, chord) > CLOSE**2:
            return None
        a, b = self.value(before), self.value(after)
        border, left, right = unit(curve, chord), before, after
        for _ in range(SQUEEZES):
            part = min(max(a / (a - b), 0.02), 0.98)
            guess = left.z + part * (right.z - left.z)
            point = point_at(curve, guess, border, TOLERANCE, 0.0)
            if point is None:
                return None
            value = self.value(point)
            if abs(value) < SQUEEZED:
                _, _, linear = curve.linearise(point.z, border)
                return direction_at(curve, point.z, linear, self.kind, abs(value))
            if value * a > 0:
                # Illinois: halve the value that stays, so that both ends move
                left, a, b = point, value, b / 2
            else:
                right, b, a = point, value, a / 2
        return None


@dataclass(frozen=True)
class BranchWatch:
    """The orientation of the system changes: another family of cycles crosses."""

    curve: CycleCurve
    ends = None

    def value(self, point: Point) -> float:
        """Where a fold is near, both change; only the orientation counts."""
        amplitude, value = point.facts.amplitude, point.facts.branching
        rounding = OF_DOUBLED if self.curve.doubled else ROUNDING
        small = abs(amplitude) < SMALL and abs(value) < rounding
        return math.nan if amplitude == 0 or small else value

    def locate(self, before: Point, after: Point) -> Found | None:
        return locate_cycle_branch_point(self.curve, before, after, self.value)


def critical_pair(before: Cycle, after: Cycle) -> complex | None:
    """The complex multiplier nearest the unit circle, if a pair crosses it between the points."""

    def outside(cycle: Cycle) -> int:
        values = cycle.multipliers
        return int(np.sum((values.imag > 1e-6 * np.abs(values)) & (np.abs(values) > 1)))

    if outside(before) == outside(after):
        return None
    values = np.concatenate([before.multipliers, after.multipliers])
    values = values[values.imag > 1e-6 * np.abs(values)]
    return complex(values[np.argmin(np.abs(np.abs(values) - 1))])


def confirmed(kind: str, cycle: Cycle, critical: Critical) -> bool:
    """Whether the multipliers, computed another way, say the same."""
    if cycle.trivial > TRUSTED and kind != "cycle fold":
        return False
    values = cycle.multipliers
    if kind == "period doubling":
        return bool(np.abs(values + 1).min() < AT_MINUS_ONE)
    if kind == "torus":
        nearest = np.abs(values - np.exp(1j * critical.theta)).min()
        return bool(nearest < AT_MINUS_ONE and abs(np.sin(critical.theta)) > 1e-4)
    near_one = len(values) > 1 and np.sort(np.abs(values - 1))[1] < NEAR_ONE
    return bool(near_one and abs(cycle.turning) < FLAT_ENOUGH)
