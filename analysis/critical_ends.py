"""Where a curve of critical cycles ends: resonances, points where the cycles shrink to nothing,
infinite period, its own beginning."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..dynamics.status import Status
from .continuation import Found, Point
from .continue_cycles import LONGEST
from .critical_cycle_curve import FINE, CriticalCurve
from .critical_location import zero_between
from .critical_points import critical_point, doubling_at_end, equilibrium_at_end
from .cycle_ends import ClosedFamily, Unresolved
from .mesh import evaluated, nodes_of
from .plane_curve import held, sides_of

THE_SAME = 1e-3  # of features at the beginning
TRUE = 0.02  # of ln mu
LEAST = 5e-3  # amplitude, in quarters of the scale
STILL, SLOW = 1e-7, 1e-6
NEARLY, PASSED = 5e-4, 0.3  # of cos(theta) from a resonance that is close ahead, or behind
ASIDE = 5e-3 * np.arange(1, 6)  # of theta from it, to be extrapolated to it
LIMITS = {"resonance 1:1": 1.0, "resonance 1:2": -1.0}  # cos(theta)


def ends_of(curve: CriticalCurve, first: Point) -> list[Any]:
    """What may end the curve that begins at a point."""
    least = min(LEAST, 0.3 * abs(first.facts.amplitude))
    ends = [
        *sides_of(curve, FINE),
        Diverging(curve, LONGEST * first.facts.period),
        Unresolved(curve),
        Untrue(curve),
        Shrinking(curve, least),
        *([Halving(curve)] if curve.kind == "cycle fold" and curve.n > 2 else []),
        ClosedCurve(curve),
    ]
    if curve.kind == "torus":
        ends += [ResonantEnd(curve, *pair) for pair in LIMITS.items()]
    return ends


@dataclass(frozen=True)
class Untrue:
    """The multiplier that should be critical is not, beyond what the mesh resolves: near homoclinic
    orbits a curve of cycle folds would go on without being one."""

    curve: CriticalCurve
    ends = Status.NOT_RESOLVED

    def value(self, point: Point) -> float:
        return TRUE - point.facts.defect if math.isfinite(point.facts.defect) else 1.0

    def locate(self, before: Point, after: Point) -> Found | None:
        if self.value(before) < 0:
            return None
        # carried to the present mesh since it was found
        here = replace(before, facts=replace(before.facts, mesh=self.curve.mesh))
        return Found(
            here,
            message=(
                f"beyond this orbit ({self.curve.place(before)}) its multiplier is off by "
                f"{after.facts.defect:.2g} in the logarithm: a homoclinic orbit is close; give a "
                "larger mesh to come closer"
            ),
        )


@dataclass(frozen=True)
class ResonantEnd:
    """theta reaches 0 or pi. There the pair becomes a double multiplier, and real beyond; or, if
    the multiplier has two directions, theta turns back."""

    curve: CriticalCurve
    kind: str
    cosine: float
    ends = Status.BRANCH_REACHED

    def aside(self, z: np.ndarray) -> float:
        """How far theta is from the resonance."""
        return math.acos(min(1.0, max(-1.0, self.cosine * z[-3])))

    def value(self, point: Point) -> float:
        """Points at the resonance can't be computed: it is close ahead, or was just passed."""
        left = 1 - self.cosine * point.z[-3]
        if self.cosine * point.tangent[-3] > 0:
            return left - NEARLY
        return -1.0 if left < PASSED else left

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        if self.value(before) < 0:
            return None
        points: list[Point] = []
        for aside in ASIDE[::-1]:
            point = self.beside(float(aside), *(points[-2:] if len(points) > 1 else [before]))
            if point is None:
                return None
            points.append(point)
        points.reverse()
        near = points[0]
        # a polynomial in theta: even where the multiplier is defective, not where it isn't
        parts = np.linalg.solve(np.vander(ASIDE, increasing=True).T, np.eye(len(ASIDE))[0])
        z = sum(part * point.z for part, point in zip(parts, points, strict=True))
        z[-3] = self.cosine
        if not curve.inside(z[-2:]):
            return None  # a side of the box comes first
        away = z - before.z
        s = before.s + math.sqrt(curve.dot(away, away))
        point = Point(z, near.tangent, s, near.facts.resonant(self.cosine))
        found = critical_point(curve, self.kind, point)
        other = "cycle folds" if self.cosine > 0 else "period doublings"
        return Found(
            point,
            found,
            f"the torus curve ends at the {self.kind} at {curve.where(z)}, on a curve of {other}",
        )

    def beside(self, aside: float, *points: Point) -> Point | None:
        """The point at this distance, predicted from the last one by its tangent, or from two."""
        last = points[-1]
        if len(points) == 1:
            sine = math.sin(self.aside(last.z))
            rate, way = -self.cosine * last.tangent[-3] / sine, last.tangent
        else:
            way = last.z - points[0].z
            rate = self.aside(last.z) - self.aside(points[0].z)
        guess = last.z + (aside - self.aside(last.z)) / rate * way
        guess[-3] = self.cosine * math.cos(aside)
        point = held(self.curve, guess, -3, last.tangent, FINE)
        return None if point is None else replace(point, s=last.s)


@dataclass
class ClosedCurve(ClosedFamily):
    """The curve comes back to the cycle it began with: there the features are the same."""

    ahead, astray = 1.0, 0.5

    def locate(self, before: Point, after: Point) -> Found | None:
        assert self.begin is not None
        assert isinstance(self.curve, CriticalCurve)
        if not self.value(before) < 0 < self.value(after):
            return None
        point = zero_between(self.curve, self.value, before, after)
        if point is None or np.abs(self.features(point) - self.begin).max() > THE_SAME:
            return None
        return Found(point, message="the curve is closed")


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
        return Found(after, message=f"the period has grown to {after.facts.period:.6g} at {where}")


@dataclass(frozen=True)
class Shrinking:
    """The amplitude goes through zero: a curve of cycle folds ends at a Bautin point, one of torus
    bifurcations at a zero-Hopf or double Hopf point. There the problem is singular: a small
    amplitude that decreases is enough."""

    curve: CriticalCurve
    least: float
    ends = Status.HOPF_REACHED

    def value(self, point: Point) -> float:
        amplitude = point.facts.amplitude
        return max(amplitude, self.least) if point.facts.growing else amplitude - self.least

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        a, b = before.facts.amplitude, after.facts.amplitude
        part = a / (a - b)
        z = before.z + part * (after.z - before.z)
        found = equilibrium_at_end(curve, z, before, after)
        values = np.array([found.parameters[name] for name in curve.plane.names] if found else [])
        if b > 0 and (found is None or not curve.inside(values)):
            return None
        if found is None:
            return Found(before, message=f"the cycles shrink to a point at {curve.where(z)}")
        x = np.array([found.state[name] for name in curve.plane.model.states])
        rest = np.broadcast_to(x, curve.shape).ravel()
        facts = before.facts.resting(found.eigenvalues, found.period)
        angle = []
        if curve.kind == "torus":
            turn = np.exp(1j * curve.theta(z))
            critical = facts.multipliers[np.argmin(np.abs(facts.multipliers - turn))]
            angle = [critical.real / abs(critical)]
        z = np.concatenate([rest, [found.period], angle, values])
        point = Point(z, before.tangent, before.s + part * (after.s - before.s), facts)
        return Found(
            point, found, f"the cycles shrink to the {found.kind} point at {curve.where(z)}"
        )


@dataclass(frozen=True)
class Halving:
    """The halves of the orbit become equal: folds of doubled cycles end at a generalised period
    doubling."""

    curve: CriticalCurve
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        return point.facts.halving

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        a, b = self.value(before), self.value(after)
        part = a / (a - b)
        z = before.z + part * (after.z - before.z)
        found = doubling_at_end(curve, z, before, after)
        if found is None:
            return None
        mesh, once, T = found.arrays["mesh"], found.arrays["orbit"], found.period
        assert T is not None
        places = (2 * nodes_of(curve.gauss, curve.mesh).ravel()) % 1.0
        twice = evaluated(curve.gauss, mesh, once, places)
        values = [found.parameters[name] for name in curve.plane.names]
        z = np.concatenate([twice.ravel(), [2 * T], values])
        point = Point(z, before.tangent, before.s + part * (after.s - before.s), before.facts)
        return Found(point, found, f"the doubled cycles end at a {found.kind} at {curve.where(z)}")
