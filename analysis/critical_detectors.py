"""What is watched along a curve of critical cycles: points of codimension two, and its ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..dynamics.status import Status
from .continuation import Found, Point, point_at, unit
from .critical_cycle_curve import CriticalCurve
from .critical_points import critical_point, equilibrium_at_end
from .cycle_ends import ClosedFamily, Unresolved
from .plane_curve import along, held, sides_of, zero_along
from .special_point import SpecialPoint

FINE, SETTLED = 1e-9, 1e-11  # of corrections; of the place between two points
VANISHES = 1e-4  # of the values on either side; else the number passed through infinity
SMALL, ROUNDING = 1e-2, 1e-6  # beside a Hopf point a multiplier is 1 up to the amplitude's square
ON_CIRCLE, TURNED = 1e-3, 1e-4
STILL, SLOW = 1e-7, 1e-6
STEPS_ASIDE = (1e-5, 2e-5)  # of cos(theta) from a resonance, to be extrapolated to it
MEETINGS = {
    "cycle fold": {"bending": "cusp of cycles", "defective": "resonance 1:1"},
    "period doubling": {"bending": "generalized period doubling", "defective": "resonance 1:2"},
    "torus": {"bending": "chenciner"},
}
"""What the coefficient of the normal form and a double multiplier make of a curve."""

OTHERS = {
    "cycle fold": {"doubling": "fold-flip", "pairing": "fold-torus"},
    "period doubling": {"folding": "fold-flip", "pairing": "flip-torus"},
    "torus": {"folding": "fold-torus", "doubling": "flip-torus"},
}
"""What another multiplier at 1, at -1, or another pair on the circle makes of a curve."""

RESONANCES = {"resonance 1:3": -0.5, "resonance 1:4": 0.0}  # cos(theta)
LIMITS = {"resonance 1:1": 1.0, "resonance 1:2": -1.0}


def detectors_of(curve: CriticalCurve, longest: float) -> list[Any]:
    """Ends first."""
    ends = [
        *sides_of(curve, FINE),
        Diverging(curve, longest),
        Unresolved(curve),
        Shrinking(curve),
        ClosedFamily(curve),
    ]
    inner: list[Any] = [Meeting(curve, *pair) for pair in MEETINGS[curve.kind].items()]
    inner += [Meeting(curve, *pair) for pair in OTHERS[curve.kind].items()]
    if curve.kind == "torus":
        ends += [ResonantEnd(curve, *pair) for pair in LIMITS.items()]
        inner += [Resonance(curve, *pair) for pair in RESONANCES.items()]
    return [*ends, *inner]


@dataclass(frozen=True)
class Meeting:
    """A number of `CriticalCycle` that changes sign."""

    curve: CriticalCurve
    name: str
    kind: str
    ends = None

    def value(self, point: Point) -> float:
        amplitude, value = point.facts.amplitude, getattr(point.facts, self.name)
        if amplitude == 0 or (abs(amplitude) < SMALL and abs(value) < ROUNDING):
            return math.nan
        return value

    def locate(self, before: Point, after: Point) -> Found | None:
        point = zero_along(self.curve, self.value, before, after, FINE, SETTLED)
        if point is None:
            return None
        largest = max(abs(self.value(before)), abs(self.value(after)))
        if not abs(self.value(point)) <= VANISHES * largest:
            return Found(point, None)
        theta = None
        if self.name == "pairing":
            theta = angle_on_circle(point.facts.others)
            if theta is None:
                return Found(point, None)
        return Found(point, critical_point(self.curve, self.kind, point, theta))


def angle_on_circle(others: np.ndarray) -> float | None:
    """Of a pair on the unit circle; None for two real multipliers whose product is 1."""
    nearest = others[np.argmin(np.abs(np.abs(others) - 1))]
    on = abs(abs(nearest) - 1) < ON_CIRCLE and abs(nearest.imag) > TURNED
    return abs(float(np.angle(nearest))) if on else None


@dataclass(frozen=True)
class Resonance:
    """theta takes a value within (0, pi) that is a low resonance."""

    curve: CriticalCurve
    kind: str
    cosine: float
    ends = None

    def value(self, point: Point) -> float:
        return point.z[-3] - self.cosine

    def locate(self, before: Point, after: Point) -> Found | None:
        point = with_cosine(self.curve, self.cosine, before, after)
        return None if point is None else Found(point, critical_point(self.curve, self.kind, point))


@dataclass(frozen=True)
class ResonantEnd:
    """theta reaches 0 or pi: the pair becomes a double multiplier, and real beyond."""

    curve: CriticalCurve
    kind: str
    cosine: float
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        """Points beyond can't be computed: the tangent says whether the limit is close ahead."""
        left = abs(point.z[-3] - self.cosine)
        closing = -np.sign(point.z[-3] - self.cosine) * point.tangent[-3]
        return left - NEARLY if closing > 0 else max(left, NEARLY)

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        sense = -np.sign(self.cosine)
        two = [
            with_cosine(curve, self.cosine + sense * part, before, after) for part in STEPS_ASIDE
        ]
        if two[0] is None or two[1] is None:
            return None
        near, far = two
        z = near.z - (far.z - near.z) * STEPS_ASIDE[0] / (STEPS_ASIDE[1] - STEPS_ASIDE[0])
        z[-3] = self.cosine
        point = Point(z, near.tangent, near.s, near.facts)
        found = critical_point(curve, self.kind, point)
        other = "cycle folds" if self.cosine > 0 else "period doublings"
        return Found(
            point,
            found,
            f"the torus curve ends at the {self.kind} at {curve.where(z)}, on a curve of {other}",
        )


NEARLY = 5e-4


def with_cosine(
    curve: CriticalCurve, cosine: float, before: Point, after: Point
) -> Point | None:
    a, b = before.z[-3] - cosine, after.z[-3] - cosine
    part = a / (a - b) if a != b else 1.0
    guess = before.z + part * (after.z - before.z)
    guess[-3] = cosine
    point = held(curve, guess, -3, before.tangent, FINE)
    if point is None:
        return None
    return Point(point.z, point.tangent, along(curve, before, after, point), point.facts)


@dataclass(frozen=True)
class Diverging:
    """The period exceeds what was asked for, or grows while the parameters stand still."""

    curve: CriticalCurve
    longest: float
    ends = Status.PERIOD_DIVERGES

    def value(self, point: Point) -> float:
        _, T, _ = self.curve.split(point.tangent)
        moved = float(np.abs(self.curve.position(point.tangent)).max())
        if moved < STILL * abs(T) / point.facts.period and point.facts.slowness < SLOW:
            return -1.0
        return math.log(self.longest / point.facts.period)

    def locate(self, before: Point, after: Point) -> Found | None:
        where = self.curve.where(after.z)
        return Found(
            after, message=f"the period has grown to {after.facts.period:.6g} at {where}"
        )


@dataclass(frozen=True)
class Shrinking:
    """The amplitude goes through zero: a curve of cycle folds ends at a Bautin point, one of torus
    bifurcations at a zero-Hopf or double Hopf point."""

    curve: CriticalCurve
    ends = Status.HOPF_REACHED

    def value(self, point: Point) -> float:
        return point.facts.amplitude

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        a, b = self.value(before), self.value(after)
        part = a / (a - b)
        z = before.z + part * (after.z - before.z)
        found = equilibrium_at_end(curve, z, before, after)
        if found is None:
            return Found(before, message=f"the cycles shrink to a point at {curve.where(z)}")
        x = np.array([found.state[name] for name in curve.plane.model.states])
        values = [found.parameters[name] for name in curve.plane.names]
        rest = np.broadcast_to(x, curve.shape).ravel()
        angle = [z[-3]] if curve.kind == "torus" else []
        z = np.concatenate([rest, [found.period], angle, values])
        facts = before.facts.resting(found.eigenvalues, found.period)
        point = Point(z, before.tangent, before.s + part * (after.s - before.s), facts)
        return Found(
            point, found, f"the cycles shrink to the {found.kind} point at {curve.where(z)}"
        )
