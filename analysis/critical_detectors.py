"""What is watched along a curve of critical cycles: points of codimension two."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .continuation import Found, Point
from .critical_cycle_curve import CriticalCurve
from .critical_ends import ends_of
from .critical_location import with_cosine, zero_between
from .critical_points import critical_point

VANISHES = 1e-3  # of the values on either side; else the number passed through infinity
NEAR = 1e-3  # of a multiplier to 1 or -1
SMALL, ROUNDING = 1e-2, 1e-6  # beside a Hopf point a multiplier is 1 up to the amplitude's square
ON_CIRCLE, TURNED = 1e-3, 1e-4
MEETINGS = {
    "cycle fold": {"bending": "cusp of cycles", "folding": "resonance 1:1"},
    "period doubling": {"bending": "generalized period doubling", "doubling": "resonance 1:2"},
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


def detectors_of(curve: CriticalCurve, first: Point) -> list[Any]:
    """Ends first."""
    inner: list[Any] = [Meeting(curve, *pair) for pair in MEETINGS[curve.kind].items()]
    inner += [Meeting(curve, *pair) for pair in OTHERS[curve.kind].items()]
    if curve.kind == "torus":
        inner += [Resonance(curve, *pair) for pair in RESONANCES.items()]
    return [*ends_of(curve, first), *inner]


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
        point = zero_between(self.curve, self.value, before, after)
        if point is None:
            return None if self.name != "bending" else Found(after, None)
        if not self.confirmed(before, point, after):
            return Found(point, None)
        theta = None
        if self.name == "pairing":
            theta = angle_on_circle(point.facts.others)
            if theta is None:
                return Found(point, None)
        return Found(point, critical_point(self.curve, self.kind, point, theta))

    def confirmed(self, before: Point, point: Point, after: Point) -> bool:
        """Whether the coefficient, or a multiplier, is what it should be."""
        facts, others = point.facts, point.facts.others
        if self.name == "bending":
            ends = [abs(end.facts.coefficient) for end in (before, after)]
            return bool(abs(facts.coefficient) <= VANISHES * np.nanmax(ends))
        if self.name == "pairing":
            return True
        mu = 1.0 if self.name == "folding" else -1.0
        return bool(np.abs(others - mu).min() < NEAR)


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
