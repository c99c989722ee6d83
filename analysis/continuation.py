"""The one continuation loop: predict, correct, detect, locate. It knows no bifurcation by name.

A curve of solutions of F(z) = 0, one equation fewer than unknowns, is followed by its arclength s.
With the unit tangent t at z the next point is predicted by

    z + h t + h^2/2 (t - t_before)/h_before                     (the second-order Adams formula)

and corrected by Newton's method within the plane orthogonal to t (Keller 1977). The step h, always
positive, grows while the prediction is good and shrinks while it is not. What is special on the
way, or ends it, is the business of the curve's detectors: numbers whose sign changes.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..dynamics.status import Status
from .curve import Curve, Detector, Found, Point
from .parabola import around_least, turns, vertex

GOOD = 0.05  # wanted distance of prediction and point, as a part of the step
LARGEST_TURN = 0.5  # radians between neighbouring tangents
GROWTH, SHRINKING = 1.8, 0.4
ITERATIONS = 8
CHORD_BELOW = 3e-2  # corrections smaller than this don't renew the derivatives
SLOW = 0.2  # contraction above which they are renewed after all
HALVINGS = 7  # of a step in which something was seen but not located
PARABOLAS, EDGE = 12, 0.02
ROUNDING = 1e-8  # of a located point along the curve
SHARP = 1e-10
SAME = 1e-14  # of the last correction: derivatives before and after it are the same
FLAT_DIP = 0.1  # a value that comes this close to zero between two points is looked at

Values = list[float]


@dataclass(frozen=True)
class Settings:
    """How a curve is followed."""

    tolerance: float = 1e-7
    first_step: float = 1e-2
    max_step: float = 0.1
    min_step: float = 1e-9
    max_points: int = 2000
    progress: Callable[[Point], None] | None = None


@dataclass
class Path:
    """What was followed: points in order, with what was located among them."""

    points: list[Point] = field(default_factory=list)
    special: list[tuple[int, Any]] = field(default_factory=list)  # index of the point
    status: Status = Status.COMPLETED
    message: str = ""


def unit(curve: Curve, vector: np.ndarray) -> np.ndarray:
    return vector / math.sqrt(curve.dot(vector, vector))


@np.errstate(all="ignore")  # what is not finite is looked for where it matters
def corrected(
    curve: Curve, z: np.ndarray, border: np.ndarray, tolerance: float
) -> tuple[np.ndarray, Any] | None:
    """The solution in the plane through z orthogonal to `border`, with what solves there."""
    solution = landed(curve, z, border, tolerance)
    return None if solution is None else solution[:2]


def landed(
    curve: Curve, z: np.ndarray, border: np.ndarray, tolerance: float
) -> tuple[np.ndarray, Any, Any] | None:
    """The same, and the linearisation if that was renewed no farther away than rounding."""
    solve, last, renew, linear = None, math.inf, True, None
    for left in reversed(range(ITERATIONS)):
        if not curve.chords:
            r, solve, linear = curve.linearise(z, border)
        elif renew:
            r, solve, _ = curve.linearise(z, border)
        else:
            r = curve.residual(z)
        if not math.isfinite(r.dot(r)):
            return None
        assert solve is not None
        step = solve(-r, 0.0)
        size = math.sqrt(abs(curve.dot(step, step)))
        if not size < 10 * max(last, 1.0) or not math.isfinite(size):
            return None
        z = z + step
        if size < tolerance:
            return z, solve, linear if size < SAME else None
        contraction = size / last
        late = size * contraction**left > tolerance
        renew = late or size > CHORD_BELOW or contraction > SLOW
        last = size
    return None


@np.errstate(all="ignore")
def point_at(
    curve: Curve,
    z: np.ndarray,
    border: np.ndarray,
    tolerance: float,
    s: float,
    sense: np.ndarray | None = None,
) -> Point | None:
    """The point of the curve nearest z, its tangent pointing along `sense` (or `border`)."""
    solution = landed(curve, z, border, tolerance)
    if solution is None:
        return None
    z, solve, linear = solution
    if linear is None:
        r, solve, linear = curve.linearise(z, border)
        if not np.isfinite(r).all():
            return None
    tangent = solve(None, 1.0)
    if not np.isfinite(tangent).all():
        return None
    tangent = unit(curve, tangent)
    if curve.dot(tangent, border if sense is None else sense) < 0:
        tangent = -tangent
    return Point(z, tangent, s, curve.facts(z, tangent, linear))


@np.errstate(all="ignore")
def follow(curve: Curve, start: Point, settings: Settings) -> Path:
    """Follow a curve from a point on it along its tangent, until something ends it."""
    path = Path([start])
    trail = [start]  # the last points, on the present mesh
    h = settings.first_step
    try:
        while True:
            if len(path.points) >= settings.max_points:
                path.status = Status.TOO_MANY_POINTS
                path.message = f"stopped after {len(path.points)} points; give max_points"
                return path
            here = trail[-1]
            h = min(h, settings.max_step)
            after, error, turn = stepped(curve, trail, h, settings.tolerance)
            if after is None or turn > 2 * LARGEST_TURN or error > 12 * GOOD:
                if h <= settings.min_step:
                    path.status = Status.STEP_TOO_SMALL
                    path.message = stuck(curve, here, h)
                    return path
                h = max(SHRINKING * h, settings.min_step)
                continue
            if settings.tolerance > SHARP and changed(curve, here, after):
                after = sharpened(curve, after)
            watch(curve, path, trail, after, settings)
            if path.status is not Status.COMPLETED:
                return path
            if settings.progress is not None:
                settings.progress(after)
            trail = list(curve.remesh([*trail[-2:], after]))
            wanted = min((GOOD / max(error, 1e-9)) ** 0.5, LARGEST_TURN / 2 / max(turn, 1e-9))
            h *= min(max(0.95 * wanted, SHRINKING), GROWTH)
    except KeyboardInterrupt:
        path.status = Status.INTERRUPTED
        path.message = f"interrupted after {len(path.points)} points; they are kept"
        return path


def changed(curve: Curve, before: Point, after: Point) -> bool:
    """Whether something that is no end was passed."""
    return any(
        detector.ends is None and crossed(a, b)
        for detector, a, b in signs(curve, values_at(curve, before), values_at(curve, after))
    )


def sharpened(curve: Curve, point: Point) -> Point:
    """A point corrected as far as that goes: in a canard every digit of the parameter counts."""
    better = point_at(curve, point.z, point.tangent, SHARP, point.s)
    return point if better is None else better


def stuck(curve: Curve, here: Point, h: float) -> str:
    return (
        f"Newton's method fails beyond {curve.place(here)} however short the step ({h:.2g}): the "
        f"equations jump or have a kink there, or the solution ends{curve.remedy}; shorten "
        "the range, or smooth the equations"
    )


def stepped(
    curve: Curve, trail: Sequence[Point], h: float, tolerance: float
) -> tuple[Point | None, float, float]:
    """The next point, how far it lies from the prediction in steps, and the turn of the tangent."""
    here = trail[-1]
    guess = here.z + h * here.tangent
    if len(trail) > 1 and here.s > trail[-2].s:
        bend = (here.tangent - trail[-2].tangent) / (here.s - trail[-2].s)
        guess = guess + 0.5 * h * h * bend
    after = point_at(curve, guess, here.tangent, tolerance, here.s + h)
    if after is None:
        return None, math.inf, math.inf
    miss = after.z - guess
    cosine = curve.dot(after.tangent, here.tangent)
    turn = math.acos(min(1.0, max(-1.0, cosine)))
    chord = after.z - here.z
    length = math.sqrt(curve.dot(chord, chord))
    after = Point(after.z, after.tangent, here.s + length, after.facts)
    return after, math.sqrt(abs(curve.dot(miss, miss))) / h, turn


def watch(
    curve: Curve, path: Path, trail: Sequence[Point], after: Point, settings: Settings
) -> None:
    """Add the points up to `after`, and what the detectors locate between."""
    before = trail[-1]
    values = values_at(curve, before), values_at(curve, after)
    for detector, a, b in signs(curve, *values):
        if detector.ends is None:
            continue
        # a curve that begins at an end of the range goes out of it
        outward = detector.ends is Status.RANGE_REACHED and a == 0 and b < 0
        if outward or crossed(a, b):
            end = detector.locate(before, after)
            if outward:
                path.status, path.message = detector.ends, "" if end is None else end.message
                return
            if end is None:
                continue
            last = values[0], values_at(curve, end.point)
            look(curve, path, (before, end.point), last, settings, HALVINGS)
            path.points.append(end.point)
            if end.special is not None:
                path.special.append((len(path.points) - 1, end.special))
            path.status, path.message = detector.ends, end.message
            return
    middle = dip(curve, trail, after, values, settings)
    if middle is not None:
        now = values_at(curve, middle)
        look(curve, path, (before, middle), (values[0], now), settings, HALVINGS)
        path.points.append(middle)
        before, values = middle, (now, values[1])
    look(curve, path, (before, after), values, settings, HALVINGS)
    path.points.append(after)


def values_at(curve: Curve, point: Point) -> Values:
    """What the detectors see at a point."""
    return [detector.value(point) for detector in curve.detectors]


def signs(curve: Curve, before: Values, after: Values) -> Iterable[tuple[Detector, float, float]]:
    """The detectors with their values at two points."""
    return zip(curve.detectors, before, after, strict=True)


def crossed(a: float, b: float) -> bool:
    """Whether a value changes its sign from one point to the next."""
    return (a * b < 0 and math.isfinite(a) and math.isfinite(b)) or (b == 0 and a != 0)


def look(
    curve: Curve,
    path: Path,
    ends: tuple[Point, Point],
    values: tuple[Values, Values],
    settings: Settings,
    depth: int,
) -> None:
    """Locate everything between two points; halve the step where that fails."""
    before, after = ends
    found: list[Found] = []
    missed = False
    for detector, a, b in signs(curve, *values):
        if detector.ends is not None or not crossed(a, b):
            continue
        one = detector.locate(before, after)
        if one is None or not between(curve, before, one.point, after):
            missed = True
        elif one.special is not None:
            found.append(one)
    missed = missed or not curve.explained(before, after, [one.special for one in found])
    middle = halfway(curve, before, after, settings.tolerance) if missed and depth > 0 else None
    if middle is not None:
        now = values_at(curve, middle)
        look(curve, path, (before, middle), (values[0], now), settings, depth - 1)
        path.points.append(middle)
        look(curve, path, (middle, after), (now, values[1]), settings, depth - 1)
        return
    for one in sorted(found, key=lambda one: one.point.s):
        path.points.append(one.point)
        path.special.append((len(path.points) - 1, one.special))


def between(curve: Curve, before: Point, point: Point, after: Point) -> bool:
    """Whether a located point lies between two others, up to rounding."""
    chord = after.z - before.z
    length = curve.dot(chord, chord)
    away = point.z - before.z
    part = curve.dot(away, chord) / length
    aside = curve.dot(away, away) / length - part * part
    slack = ROUNDING * (1 + 1 / math.sqrt(length))
    return -slack <= part <= 1 + slack and aside < 0.3


def halfway(curve: Curve, before: Point, after: Point, tolerance: float) -> Point | None:
    chord = after.z - before.z
    border = unit(curve, chord)
    guess = 0.5 * (before.z + after.z)
    h = after.s - before.s
    guess = guess + h / 8 * (before.tangent - after.tangent)  # cubic Hermite at the middle
    return point_at(curve, guess, border, tolerance, 0.5 * (before.s + after.s))


def dip(
    curve: Curve,
    trail: Sequence[Point],
    after: Point,
    values: tuple[Values, Values],
    settings: Settings,
) -> Point | None:
    """A point between the last two where some detector comes down to zero without changing sign
    from one to the other, or close to it."""
    if len(trail) < 2 or not trail[-2].s < trail[-1].s < after.s:
        return None
    a, b, c = trail[-2].s, trail[-1].s, after.s
    three = values_at(curve, trail[-2]), *values
    for detector, u, v, w in zip(curve.detectors, *three, strict=True):
        if u * v > 0 < v * w and turns(v - u, w - v, b - a, c - b):
            known = [(a, u), (b, v), (c, w)]
            point = lowest(curve, detector, (trail[-1], after), known, settings.tolerance)
            if point is not None:
                return point
    return None


def lowest(
    curve: Curve,
    detector: Detector,
    ends: tuple[Point, Point],
    known: list[tuple[float, float]],
    tolerance: float,
) -> Point | None:
    """Successive parabolas through three (s, value), until one of them has the other sign."""
    b, c = ends
    sign, found = math.copysign(1.0, known[1][1]), None
    for _ in range(PARABOLAS):
        s, low = vertex(known)
        margin = EDGE * (known[2][0] - known[1][0]) if found is None else 0.0
        begin = known[1][0] if found is None else known[0][0]
        if not begin + margin < s < known[2][0] - margin:
            break
        least = min(abs(known[1][1]), abs(known[2][1]))
        if not low * sign < FLAT_DIP * least:
            break
        chord = c.z - b.z
        guess = b.z + (s - b.s) / (c.s - b.s) * chord
        point = point_at(curve, guess, unit(curve, chord), tolerance, s)
        if point is None:
            break
        found = point
        value = detector.value(point)
        known = around_least([*known, (s, value)])
        same = all(0 < value * sign < math.inf for _, value in known)
        if abs(value) > 0.5 * least or not same:
            break
    return found
