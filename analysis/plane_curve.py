"""What all curves in two parameters share: the edges of the box, closing, locating, both ways.

The last two unknowns of such a curve are its parameters, in the order of `curve.plane.names`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..dynamics.status import Status
from .branch import Branch, joined
from .continuation import Found, Path, Point, Settings, corrected, follow, point_at, unit
from .problem import UNBOUNDED

TOLERANCE = 1e-12
EDGES = (1e-8, 1e-6, 1e-4, 1e-2)  # parts of the last step
TRIALS = 60
SETTLED = 1e-13  # part of a step


@dataclass(frozen=True)
class BoxEdge:
    """The curve leaves the box across one of its sides."""

    curve: Any
    axis: int  # 0 or 1
    upper: bool
    tolerance: float = TOLERANCE
    ends = Status.RANGE_REACHED

    @property
    def limit(self) -> float:
        plane = self.curve.plane
        return float((plane.high if self.upper else plane.low)[self.axis])

    def value(self, point: Point) -> float:
        away = (point.z[self.axis - 2] - self.limit) / self.curve.plane.width[self.axis]
        inside = -away if self.upper else away
        return inside if abs(inside) > 1e-14 else 0.0

    def locate(self, before: Point, after: Point) -> Found | None:
        name = self.curve.plane.names[self.axis]
        message = f"the box ends at {name} = {self.limit:g}"
        a, b = self.value(before), self.value(after)
        for short in (0.0, *EDGES):
            part = (1 - short) * a / (a - b) if a != b else 0.0
            guess = before.z + part * (after.z - before.z)
            if not short:
                guess[self.axis - 2] = self.limit
            point = held(self.curve, guess, self.axis - 2, before.tangent, self.tolerance)
            if point is not None:
                return Found(
                    replace(point, s=along(self.curve, before, after, point)), None, message
                )
        return Found(before, message=message)


def held(
    curve: Any, guess: np.ndarray, index: int, sense: np.ndarray, tolerance: float = TOLERANCE
) -> Point | None:
    """The point of the curve with one of the unknowns held at its value in `guess`."""
    border = np.zeros_like(guess)
    border[index] = 1.0
    solution = corrected(curve, guess, unit(curve, border), tolerance)
    if solution is None:
        return None
    z = solution[0]
    z[index] = guess[index]
    _, solve, linear = curve.linearise(z, sense)
    tangent = solve(None, 1.0)
    if not np.isfinite(tangent).all():
        return None
    tangent = unit(curve, tangent)
    return Point(z, tangent, 0.0, curve.facts(z, tangent, linear))


def along(curve: Any, before: Point, after: Point, point: Point) -> float:
    """The arclength of a point between two others."""
    chord = after.z - before.z
    part = curve.dot(point.z - before.z, chord) / curve.dot(chord, chord)
    return before.s + part * (after.s - before.s)


@dataclass
class Closing:
    """The curve comes back to where it began, in the same direction."""

    curve: Any
    start: Point | None = None
    ends = Status.CLOSED

    def value(self, point: Point) -> float:
        curve, start = self.curve, self.start
        if start is None or point.s == 0 or len(point.z) != len(start.z):
            return math.nan
        away = point.z - start.z
        ahead = curve.dot(away, start.tangent)
        aside = math.sqrt(max(curve.dot(away, away) - ahead * ahead, 0.0))
        near = abs(ahead) < 0.5 and aside < 0.1 and curve.dot(point.tangent, start.tangent) > 0.3
        return ahead if near else math.nan

    def locate(self, before: Point, after: Point) -> Found | None:
        curve, start = self.curve, self.start
        assert start is not None
        a, b = self.value(before), self.value(after)
        if not a < 0 <= b:
            return None
        part = a / (a - b)
        chord = after.z - before.z
        miss = before.z + part * chord - start.z
        if curve.dot(miss, miss) > 0.09 * curve.dot(chord, chord):
            return None
        s = before.s + part * (after.s - before.s)
        return Found(replace(start, s=s), message="the curve is closed")


def zero_along(
    curve: Any,
    value: Callable[[Point], float],
    before: Point,
    after: Point,
    tolerance: float = TOLERANCE,
    settled: float = SETTLED,
) -> Point | None:
    """The point between two others where a number passes zero: false position after Illinois
    (Dowell and Jarratt 1971) on the planes across the chord, each point corrected."""
    chord = after.z - before.z
    border = unit(curve, chord)
    low, high = 0.0, 1.0
    f, g = value(before), value(after)
    best, least = None, math.inf
    for _ in range(TRIALS):
        part = low + (high - low) * f / (f - g)
        bulge = part * (1 - part) * (after.s - before.s)
        bend = (1 - part) * before.tangent - part * after.tangent
        straight = (1 - 2 * part) * chord
        guess = before.z + part * chord + bulge * bend - part * (1 - part) * straight
        point = point_at(curve, guess, border, tolerance, before.s + part * (after.s - before.s))
        if point is None:
            return best
        point = replace(point, s=along(curve, before, after, point))
        here = value(point)
        if not math.isfinite(here):
            return None
        if abs(here) < least:
            best, least = point, abs(here)
        if here == 0:
            break
        if here * g < 0:
            low, f = high, g
        else:
            f = f / 2
        moved, high, g = abs(part - high), part, here
        if moved < settled or abs(high - low) < settled:
            break
    return best


def followed(
    curve: Any,
    start: Point,
    settings: Settings,
    both_ways: bool,
    branch_of: Callable[[Any, Path], Branch],
    restart: Callable[[], tuple[Any, Point]] | None = None,
) -> Branch:
    """The curve through a point: towards larger values of the first parameter that moves, and
    (both_ways) the other way too. `restart` gives a fresh curve and its start for the way back,
    for curves whose mesh or borders move."""
    if ahead(curve, start) < 0:
        start = turned(start)
    forth = one_way(curve, start, settings)
    branch = branch_of(curve, forth)
    if not both_ways or forth.status in (Status.CLOSED, Status.INTERRUPTED):
        return branch
    other, again = (curve, start) if restart is None else restart()
    back = one_way(other, again if ahead(other, again) < 0 else turned(again), settings)
    return joined(branch_of(other, back), branch)


def ahead(curve: Any, point: Point) -> float:
    parts = point.tangent[-2:] / curve.plane.width
    return float(parts[0] if abs(parts[0]) > 1e-6 * abs(parts[1]) else parts[1])


def turned(point: Point) -> Point:
    return replace(point, tangent=-point.tangent)


def one_way(curve: Any, start: Point, settings: Settings) -> Path:
    for detector in curve.detectors:
        if isinstance(detector, Closing):
            detector.start = start
    return follow(curve, start, settings)


@dataclass(frozen=True)
class Escape:
    """A state of an equilibrium runs away."""

    curve: Any
    first: np.ndarray  # the sizes of the states at the start
    ends = Status.LEFT_BOUNDS

    def value(self, point: Point) -> float:
        x = np.abs(point.z[: len(self.first)])
        return UNBOUNDED - float(np.max(x / np.maximum(self.first, 1.0)))

    def locate(self, before: Point, after: Point) -> Found | None:
        x = self.curve.plane.named(after.z[: len(self.first)])
        name = max(x, key=lambda name: abs(x[name]))
        return Found(after, message=f"{name} = {x[name]:.3g} has left every bound; shrink the box")


def sides_of(curve: Any, tolerance: float = TOLERANCE) -> list[BoxEdge]:
    return [BoxEdge(curve, axis, upper, tolerance) for axis in (0, 1) for upper in (False, True)]


def edges_of(curve: Any) -> list[Any]:
    """The ends that curves of points in a plane have."""
    return [*sides_of(curve), Closing(curve)]
