"""What is watched along a branch of equilibria: folds, Hopf and branch points, flips, its ends."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dynamics.status import Status
from .continuation import (
    Detector,
    Found,
    Point,
    between,
    corrected,
    halfway,
    point_at,
    unit,
)
from .equilibrium_locators import (
    hidden_pair,
    locate_crossing,
    locate_flip,
    locate_fold,
    locate_pair,
)

if TYPE_CHECKING:
    from .equilibrium_curve import EquilibriumCurve

TOLERANCE = 1e-12
NEAR_THE_EDGE = (1e-8, 1e-6, 1e-4, 1e-2)  # parts of the last step
BISECTIONS = 12


def detectors_of(curve: "EquilibriumCurve") -> list[Detector]:
    """The detectors of flows, or of maps; ends first."""
    watched: list[Any] = [
        RangeEnd(curve, curve.problem.low, +1),
        RangeEnd(curve, curve.problem.high, -1),
        Bounds(curve),
        Closing(curve),
        Watch(curve, "turning", locate_fold),
        Watch(curve, "folding", locate_crossing),
    ]
    if curve.n > 1:
        watched += [Watch(curve, "pairing", locate_pair), HiddenPair(curve)]
    if curve.problem.is_map:
        watched.append(Watch(curve, "flipping", locate_flip))
    return watched


@dataclass(frozen=True)
class RangeEnd:
    """The branch reaches an end of the parameter's range."""

    curve: "EquilibriumCurve"
    limit: float
    inward: int
    ends = Status.RANGE_REACHED

    def value(self, point: Point) -> float:
        beyond = self.inward * (point.z[-1] - self.limit) / self.curve.scale[-1]
        return beyond if abs(beyond) > 1e-14 else 0.0

    def locate(self, before: Point, after: Point) -> Found | None:
        a, b = self.value(before), self.value(after)
        guess = before.z + a / (a - b) * (after.z - before.z)
        guess[-1] = self.limit
        point = at_value(self.curve, guess, before.tangent)
        name = self.curve.problem.parameter
        message = f"the range of {name} ends at {self.limit:g}"
        for short in NEAR_THE_EDGE:
            if point is not None:  # else a branch point at the edge itself: come near
                break
            guess = before.z + (1 - short) * a / (a - b) * (after.z - before.z)
            point = at_value(self.curve, guess, before.tangent)
        if point is None:
            return Found(before, message=message)
        part = self.curve.dot(point.z - before.z, after.z - before.z)
        whole = self.curve.dot(after.z - before.z, after.z - before.z)
        point = replace(point, s=before.s + part / whole * (after.s - before.s))
        return Found(point, message=message)


def at_value(curve: Any, guess: np.ndarray, sense: np.ndarray) -> Point | None:
    """The point of a curve with the parameter (the last unknown) held at its value in `guess`."""
    border = np.zeros_like(guess)
    border[-1] = 1.0
    solution = corrected(curve, guess, border, TOLERANCE)
    if solution is None:
        return None
    z = solution[0]
    z[-1] = guess[-1]
    _, solve, linear = curve.linearise(z, sense)
    tangent = solve(None, 1.0)
    if not np.isfinite(tangent).all():
        return None
    tangent = unit(curve, tangent)
    return Point(z, tangent, 0.0, curve.facts(z, tangent, linear))


@dataclass(frozen=True)
class Bounds:
    """A state runs away."""

    curve: "EquilibriumCurve"
    ends = Status.LEFT_BOUNDS

    def value(self, point: Point) -> float:
        """Positive inside the bounds of the states, negative beyond."""
        states = zip(point.z[:-1].tolist(), self.curve.limits, strict=True)
        return 1.0 - max(abs(x) / limit for x, limit in states)

    def locate(self, before: Point, after: Point) -> Found | None:
        x = self.curve.problem.named(after.z[: self.curve.n])
        name = max(x, key=lambda name: abs(x[name]))
        return Found(
            after, message=f"{name} = {x[name]:.3g} has left every bound; shorten the range"
        )


@dataclass(frozen=True)
class Closing:
    """The branch comes back to where it began, in the same direction."""

    curve: "EquilibriumCurve"
    ends = Status.CLOSED

    def value(self, point: Point) -> float:
        """The distance from the plane through the start; counts only near the start."""
        curve, start = self.curve, self.curve.start
        if start is None or point.s == 0:
            return math.nan
        away = point.z - start.z
        along = curve.dot(away, start.tangent)
        if not abs(along) < 0.5:
            return math.nan
        aside = math.sqrt(max(curve.dot(away, away) - along * along, 0.0))
        near = aside < 0.1 and curve.dot(point.tangent, start.tangent) > 0.3
        return along if near else math.nan

    def locate(self, before: Point, after: Point) -> Found | None:
        curve, start = self.curve, self.curve.start
        assert start is not None
        if not self.value(before) < 0 < self.value(after) + 1e-300:
            return None
        point = point_at(curve, start.z, start.tangent, TOLERANCE, 0.0)
        part = self.value(before) / (self.value(before) - self.value(after))
        crossing = before.z + part * (after.z - before.z)
        chord = after.z - before.z
        miss = crossing - start.z
        if point is None or curve.dot(miss, miss) > 0.09 * curve.dot(chord, chord):
            return None
        s = before.s + part * (after.s - before.s)
        return Found(replace(start, s=s), message="the branch is a closed curve")


@dataclass(frozen=True)
class Watch:
    """A number of `Equilibrium`, and what to do where its sign changes."""

    curve: "EquilibriumCurve"
    name: str
    find: Callable[["EquilibriumCurve", np.ndarray, Point, Point, Point], Found | None]
    ends = None

    def value(self, point: Point) -> float:
        return getattr(point.facts, self.name)

    def locate(self, before: Point, after: Point) -> Found | None:
        """By Newton's method between the two points; where it goes astray, between closer ones."""
        left, right = before, after
        for _ in range(BISECTIONS):
            a, b = self.value(left), self.value(right)
            part = a / (a - b) if a != b else 0.5
            guess = left.z + part * (right.z - left.z)
            nearest = left if abs(a) < abs(b) else right
            found = self.find(self.curve, guess, nearest, left, right)
            if found is not None and (
                found.special is None or between(self.curve, left, found.point, right)
            ):
                return found
            middle = halfway(self.curve, left, right, TOLERANCE)
            if middle is None:
                return None
            left, right = (middle, right) if a * self.value(middle) > 0 else (left, middle)
        return None


@dataclass(frozen=True)
class HiddenPair:
    """The number of unstable eigenvalues changes by two: the sign is that of (-1)^(number // 2)."""

    curve: "EquilibriumCurve"
    ends = None

    def value(self, point: Point) -> float:
        count = point.facts.unstable
        return math.nan if count is None else (-1.0) ** (count // 2)

    def locate(self, before: Point, after: Point) -> Found | None:
        return hidden_pair(self.curve, before, after)
