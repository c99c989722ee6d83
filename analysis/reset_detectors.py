"""What is watched along a branch of orbits through resets: folds, doublings, tori, borders, ends.

An orbit of the model ceases to be one where it touches the threshold without crossing it, between
its spikes or at one of them ("grazing"), and where the state after a jump or a pause lies on the
threshold, or a pause is over at once ("border collision"): beyond, it has other spikes. The curve
itself goes on smoothly there, so that the border is located on it like any other point.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.status import Status
from .continuation import Detector, Found, Point, point_at, unit
from .cycle_ends import ClosedFamily, CycleRangeEnd
from .reset_curve import STILL, ResetCurve
from .special_point import SpecialPoint

LOCATED = 1e-13  # of the step
CORRECTED = 1e-10
TRIES, NOTHING = 30, 1e-11
AT_THE_CIRCLE = 1e-3
MOST_GROWTH = 1e12
BORDERS = {
    "landing": ("border collision", "comes back to the threshold itself after a spike"),
    "waiting": ("border collision", "has a pause of no length after a spike"),
    "kink": ("border collision", "comes to a kink or a jump of its reset"),
    "steepness": ("grazing", "crosses the threshold ever less steeply and only touches it"),
    "clearance": ("grazing", "touches the threshold between its spikes"),
}


def detectors_of(curve: ResetCurve, longest: float) -> list[Detector]:
    """Ends first."""
    watches: list[Detector] = [
        CycleRangeEnd(curve, curve.problem.low, +1),  # type: ignore[arg-type]
        CycleRangeEnd(curve, curve.problem.high, -1),  # type: ignore[arg-type]
        LongPeriod(curve, longest),
        Unresolved(curve),
        *(Border(curve, name) for name in BORDERS),
    ]
    if len(curve.free) % 2 == 0:
        watches.append(Halved(curve))
    if curve.n > 1:
        watches += [
            Watch(curve, "turning", "cycle fold"),
            Watch(curve, "doubling", "period doubling"),
        ]
    if curve.n > 2:
        watches.append(Watch(curve, "pairing", "torus"))
    return [*watches, ClosedFamily(curve)]  # type: ignore[arg-type]


def zero_between(
    curve: ResetCurve, before: Point, after: Point, detector: Detector
) -> Point | None:
    """The point where a detector's value vanishes, by false position on points of the curve, each
    corrected in the plane across the chord (the Illinois variant, superlinear)."""
    chord = after.z - before.z
    border = unit(curve, chord)
    low, high = 0.0, 1.0
    a, b = detector.value(before), detector.value(after)
    best, size = None, math.inf
    for _ in range(TRIES):
        part = (low * b - high * a) / (b - a)
        if not low < part < high:
            part = 0.5 * (low + high)
        h = after.s - before.s
        guess = before.z + part * chord
        bend = part * (1 - part) * h
        guess = guess + bend * ((1 - part) * before.tangent - part * after.tangent)
        guess = guess + bend * (2 * part - 1) * chord / h
        point = point_at(curve, guess, border, CORRECTED, before.s + part * h)
        if point is None:
            return best
        value = detector.value(point)
        if not math.isfinite(value):
            return best
        if abs(value) < size:
            best, size = point, abs(value)
        if abs(value) < NOTHING or high - low < LOCATED:
            break
        if value * a > 0:
            if abs(part - low) < LOCATED:
                break
            low, a, b = part, value, b / 2
        else:
            if abs(high - part) < LOCATED:
                break
            high, b, a = part, value, a / 2
    return best


@dataclass(frozen=True)
class Watch:
    """A number whose sign changes at a bifurcation, confirmed by the multipliers."""

    curve: ResetCurve
    name: str
    kind: str
    ends = None

    def value(self, point: Point) -> float:
        if self.curve.doubled and point.s == 0:
            return math.nan
        return getattr(point.facts, self.name)

    def locate(self, before: Point, after: Point) -> Found | None:
        point = zero_between(self.curve, before, after, self)
        if point is None:
            return None
        others = point.facts.multipliers[1:]
        if self.kind == "cycle fold":
            near = np.abs(others - 1).min()
        elif point.facts.stands():
            return Found(point, None)  # in a canard that hides the multipliers
        elif self.kind == "period doubling":
            near = np.abs(others + 1).min()
        else:
            off = np.abs(others.imag) > AT_THE_CIRCLE * np.abs(others)
            near = np.abs(np.abs(others[off]) - 1).min(initial=1.0)
        if near > AT_THE_CIRCLE:
            return Found(point, None)  # two real multipliers mu and 1/mu, or a pole
        return Found(point, reset_point(self.curve, self.kind, point))


@dataclass(frozen=True)
class Border:
    """The orbit stops being one of the model."""

    curve: ResetCurve
    name: str
    ends = Status.BORDER_REACHED

    def value(self, point: Point) -> float:
        return getattr(point.facts, self.name)

    def locate(self, before: Point, after: Point) -> Found | None:
        kind, words = BORDERS[self.name]
        point = zero_between(self.curve, before, after, self)
        if point is None:
            return Found(before, message=f"the orbit {words}")
        special = reset_point(self.curve, kind, point, {"border": self.name})
        place = f"{self.curve.problem.parameter} = {point.z[-1]:.10g}"
        return Found(point, special, f"the orbit {words} at {place} ({kind})")


@dataclass(frozen=True)
class LongPeriod:
    """The period exceeds what was asked for, or grows while the parameter stands still."""

    curve: ResetCurve
    longest: float
    still: float = STILL
    ends = Status.PERIOD_LIMIT

    def value(self, point: Point) -> float:
        facts = point.facts
        if facts.stands(self.still):
            return -1.0
        return math.log(self.longest / point.facts.period)

    def locate(self, before: Point, after: Point) -> Found | None:
        name, value = self.curve.problem.parameter, after.z[-1]
        message = f"the period has grown to {after.facts.period:.6g}"
        if after.facts.period < self.longest:
            message += (
                f" while {name} stands still at {value:.9g}: the orbit follows an unstable state "
                "for ever longer times (a canard, or a homoclinic orbit)"
            )
        return Found(after, message=message)


@dataclass(frozen=True)
class Unresolved:
    """Neighbouring orbits part so much that double precision can't tell where the family goes."""

    curve: ResetCurve
    ends = Status.NOT_RESOLVED

    def value(self, point: Point) -> float:
        largest = float(np.abs(point.facts.multipliers).max())
        return math.log(MOST_GROWTH / largest) if math.isfinite(largest) else -1.0

    def locate(self, before: Point, after: Point) -> Found | None:
        largest = np.abs(after.facts.multipliers).max()
        return Found(
            after,
            message=(
                f"next to this orbit ({self.curve.place(after)}) others part by a factor of "
                f"{largest:.0e} a period: it passes an unstable state for very long, or meets the "
                "threshold at a grazing angle; what follows can't be resolved in double precision"
            ),
        )


@dataclass(frozen=True)
class Halved:
    """An orbit with an even number of spikes comes to one whose halves are equal."""

    curve: ResetCurve
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        return math.nan if point.s == 0 else point.facts.amplitude

    def locate(self, before: Point, after: Point) -> Found | None:
        # the family turns back upon itself here, and Newton's method is not at its best
        point = zero_between(self.curve, before, after, self) or after
        facts = replace(point.facts, amplitude=0.0)
        name = self.curve.problem.parameter
        return Found(
            replace(point, facts=facts),
            message=(
                f"the two halves of the orbit become equal at {name} = {point.z[-1]:.8g}, a period "
                "doubling of the orbit of half the period"
            ),
        )


def reset_point(
    curve: ResetCurve, kind: str, point: Point, notes: dict | None = None
) -> SpecialPoint:
    """A special point on a branch of orbits through resets; its state is the one before the last
    spike, where phase 0 is."""
    X, L, value = curve.split(point.z)
    top = curve.ends(X)[curve.free[-1]]
    problem = curve.problem
    spikes = len(curve.free)
    return SpecialPoint(
        kind,
        problem.model.replace({problem.parameter: value, **problem.named(top)}),
        problem.parameter,
        problem.named(top),
        problem.interval,
        period=point.facts.period,
        residual=float(np.abs(curve.residual(point.z)).max()),
        eigenvalues=point.facts.multipliers,
        arrays={
            "mesh": curve.mesh,
            "orbit": X,
            "lengths": L,
            "size": curve.size,
            "tangent": point.tangent,
        },
        notes={"slow": curve.slow, "spikes": spikes, **(notes or {})},
    )
