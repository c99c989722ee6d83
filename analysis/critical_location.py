"""Points of a curve of critical cycles where a number has a given value, between two others."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .continuation import Point, point_at, unit
from .critical_cycle_curve import FINE, CriticalCurve
from .plane_curve import along, held

SETTLED, ROUGH = 1e-12, 1e-8  # of a number that passes zero, when rounding hides no more, or may
TRIALS, GROWN = 25, 3.0
NARROW, JUMP = 1e-9, 0.02  # parts of a step


def zero_between(
    curve: CriticalCurve, value: Callable[[Point], float], before: Point, after: Point
) -> Point | None:
    """Where a number passes zero: inverse quadratic interpolation or bisection after Chandrupatla
    (1997), on points that a cubic through their neighbours predicts. Nothing where it grows
    instead, or jumps."""
    left, right = before, after
    a, b = value(left), value(right)
    largest, smallest = max(abs(a), abs(b)), min(abs(a), abs(b))
    third: tuple[float, float] | None = None
    least = math.inf
    for _ in range(TRIALS):
        part = fraction(a, b, left.s, right.s, third)
        guess, sense, s = between(curve, left, right, part)
        point = point_at(curve, guess, sense, FINE, s)
        if point is None:
            return None
        point = replace(point, s=s)
        here = value(point)
        if not abs(here) <= GROWN * largest:
            return None
        last, least = least, abs(here)
        if least <= SETTLED * largest or (last <= ROUGH * largest and least > 0.3 * last):
            return point
        shrunk = (right.s - left.s) / (after.s - before.s)
        if shrunk < NARROW:
            break
        if shrunk < JUMP and min(abs(a), abs(b)) > 0.3 * smallest:
            return None
        if here * a > 0:
            third, left, a = (left.s, a), point, here
        else:
            third, right, b = (right.s, b), point, here
    return left if abs(a) < abs(b) else right


def fraction(a: float, b: float, s: float, t: float, third: tuple[float, float] | None) -> float:
    """Of the way from s to t, where the values are a and b."""
    if third is None:
        return min(max(a / (a - b), 0.05), 0.95)
    r, c = third
    if c not in (a, b):
        inverse = s * b * c / (a - b) / (a - c) + t * a * c / (b - a) / (b - c)
        inverse += r * a * b / (c - a) / (c - b)
        part = (inverse - s) / (t - s)
        if 0 < part < 1:
            return min(max(part, 1e-3), 1 - 1e-3)
    return 0.5


def between(
    curve: CriticalCurve, left: Point, right: Point, part: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Hermite's cubic through two points with their tangents, its direction, the arclength."""
    chord, h = right.z - left.z, right.s - left.s
    x, y = part, 1 - part
    bend = x * y * (y * (h * left.tangent - chord) - x * (h * right.tangent - chord))
    return left.z + x * chord + bend, unit(curve, chord), left.s + x * h


def with_cosine(curve: CriticalCurve, cosine: float, before: Point, after: Point) -> Point | None:
    """The point between two others with this cos(theta)."""
    a, b = before.z[-3], after.z[-3]
    part = (cosine - a) / (b - a) if a != b else 1.0
    guess = before.z + part * (after.z - before.z)
    guess[-3] = cosine
    point = held(curve, guess, -3, before.tangent, FINE)
    if point is None:
        return None
    return Point(point.z, point.tangent, along(curve, before, after, point), point.facts)
