"""Where a branch of cycles ends: its range, a Hopf point, infinite period, a known branch."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.status import Status
from .continuation import Found, Point, corrected, point_at, unit
from .critical_eigenvalue import complex_eigenvalue, on_axis
from .cycle_curve import CycleCurve
from .mesh import carried, equidistributing, evaluated, nodes_of
from .orbit_curve import OrbitCurve
from .variational import locate_critical

TOLERANCE = 1e-9
UNEQUAL = 0.3  # halves of an orbit that differ more are far from equal
CLOSES = 0.1
MOST_GROWTH = 1e30
SLOWER, TREMBLE = 1e-4, 1e-6
STILL, SLOW = 1e-7, 1e-6  # d lambda / d ln T in ranges; speed next to an equilibrium
PERIOD_MATCHES = 0.1
NEAR_THE_EDGE = (1e-6, 1e-4, 1e-2)  # parts of the last step
FAR, UNMOVED = 0.3, 1e-10  # arclength; part of the range


def place(curve: CycleCurve, z: np.ndarray, before: Point, after: Point) -> Point | None:
    """A located orbit as a point of the branch between two others."""
    chord = after.z - before.z
    border = unit(curve, chord)
    _, solve, linear = curve.linearise(z, border)
    tangent = solve(None, 1.0)
    if not np.isfinite(tangent).all():
        return None
    tangent = unit(curve, tangent)
    part = curve.dot(z - before.z, chord) / curve.dot(chord, chord)
    s = before.s + part * (after.s - before.s)
    return Point(z, tangent, s, curve.facts(z, tangent, linear))


@dataclass(frozen=True)
class CycleRangeEnd:
    """The parameter reaches an end of its range."""

    curve: CycleCurve
    limit: float
    inward: int
    ends = Status.RANGE_REACHED

    def value(self, point: Point) -> float:
        beyond = self.inward * (point.z[-1] - self.limit) / self.curve.problem.width
        return beyond if abs(beyond) > 1e-14 else 0.0

    def locate(self, before: Point, after: Point) -> Found | None:
        a, b = self.value(before), self.value(after)
        guess = before.z + a / (a - b) * (after.z - before.z)
        guess[-1] = self.limit
        z = orbit_at(self.curve, guess)
        for short in NEAR_THE_EDGE:
            if z is not None:  # else a degenerate orbit at the edge itself: come near
                break
            guess = before.z + (1 - short) * a / (a - b) * (after.z - before.z)
            z = orbit_at(self.curve, guess)
        point = None if z is None else place(self.curve, z, before, after)
        # a point that can't be corrected at the edge itself: the last one inside
        return Found(
            point or before,
            message=f"the range of {self.curve.problem.parameter} ends at {self.limit:g}",
        )


def orbit_at(curve: CycleCurve, guess: np.ndarray) -> np.ndarray | None:
    """The orbit near a guess, the parameter held."""
    border = np.zeros_like(guess)
    border[-1] = curve.problem.width
    solution = corrected(curve, guess, border, TOLERANCE)
    if solution is None:
        return None
    z = solution[0]
    z[-1] = guess[-1]
    return z


@dataclass
class LongPeriod:
    """The period exceeds what was asked for, or grows while the parameter stands still, or only
    trembles with what the mesh resolves."""

    curve: CycleCurve
    longest: float
    ends = Status.PERIOD_LIMIT
    drift: tuple[float, float] = (0.0, 0.0)  # arclength, d lambda / d ln T in ranges
    trembles: float = math.inf  # from this arclength on

    def value(self, point: Point) -> float:
        _, T, value = self.curve.split(point.tangent)
        still = abs(value) / self.curve.problem.width < STILL * abs(T) / point.facts.period
        if still and point.facts.slowness < SLOW:
            return -1.0
        if T > 0 and point.facts.slowness < SLOWER:
            drift = value / self.curve.problem.width * point.facts.period / T
            s, last = self.drift
            if point.s > s:
                self.drift = point.s, drift
                if drift * last < 0 and max(abs(drift), abs(last)) < TREMBLE:
                    self.trembles = min(self.trembles, point.s)
            if point.s >= self.trembles:
                return -1.0
        return math.log(self.longest / point.facts.period)

    def locate(self, before: Point, after: Point) -> Found | None:
        return Found(after, message=f"the period has grown to {after.facts.period:.6g}")


@dataclass(frozen=True)
class Unresolved:
    """Neighbouring orbits part so much that double precision can't tell where the family goes on:
    canards of slow-fast systems, orbits that stay with a saddle for very long."""

    curve: OrbitCurve
    ends = Status.NOT_RESOLVED

    def value(self, point: Point) -> float:
        largest = float(np.abs(point.facts.multipliers).max())
        return math.log(MOST_GROWTH / largest) if 0 < largest < math.inf else -1.0

    def locate(self, before: Point, after: Point) -> Found | None:
        largest = np.abs(after.facts.multipliers).max()
        return Found(
            after,
            message=(
                f"next to this orbit ({self.curve.place(after)}) others part by a factor of "
                f"{largest:.0e} a period: a canard explosion, or a saddle passed for very long; "
                "what follows can't be resolved in double precision. Continue from the other side"
            ),
        )


@dataclass
class Vertical:
    """The cycles grow while the parameter stays: at a degenerate Hopf point all amplitudes may
    occur at one value (a conserved quantity there, as in van der Pol's oscillator at mu = 0)."""

    curve: CycleCurve
    ends = Status.DEGENERATE
    begin: float = math.nan
    moved: float = 0.0

    def value(self, point: Point) -> float:
        if point.s == 0:
            self.begin = float(point.z[-1])
        self.moved = max(self.moved, abs(point.z[-1] - self.begin) / self.curve.problem.width)
        return -1.0 if point.s > FAR and self.moved < UNMOVED else 1.0

    def locate(self, before: Point, after: Point) -> Found | None:
        name = self.curve.problem.parameter
        return Found(
            after,
            message=(
                f"the family is vertical: cycles of every size exist at {name} = "
                f"{self.begin:.8g}, where the Hopf point is degenerate (a conserved quantity?); "
                "isolated cycles, if there are any, are found from a run at another value"
            ),
        )


@dataclass(frozen=True)
class HopfEnd:
    """The amplitude goes through zero: beyond, the same orbits come again half a turn later."""

    curve: CycleCurve
    ends = Status.HOPF_REACHED

    def value(self, point: Point) -> float:
        return point.facts.amplitude

    def locate(self, before: Point, after: Point) -> Found | None:
        curve, problem, n = self.curve, self.curve.problem, self.curve.n
        X, T, value = curve.split(before.z)
        a, b = before.facts.amplitude, after.facts.amplitude
        part = a / (a - b)
        mean = ((1 - part) * X + part * curve.split(after.z)[0]).mean(axis=(0, 1))
        t = curve.mesh[:-1, None] + curve.h[:, None] * curve.gauss.nodes[1:]
        wave = np.einsum("ji,jin->n", curve.share * np.exp(-2j * np.pi * t), X[:, 1:])
        guess = np.append(mean, (1 - part) * value + part * after.z[-1])
        scale = np.append(curve.scale, problem.width)
        omega = 2 * np.pi / T
        solution = complex_eigenvalue(problem.field, guess, wave, omega, on_axis, scale)
        if solution is None:
            return None
        centre, _, omega, _ = solution
        if abs(omega * T / (2 * np.pi) - 1) > PERIOD_MATCHES:
            return None
        z = np.concatenate(
            [np.broadcast_to(centre[:n], curve.shape).ravel(), [2 * np.pi / omega, centre[-1]]]
        )
        growth = np.exp(np.linalg.eigvals(problem.field.linearisation(centre)[1][:, :n]) * z[-2])
        facts = replace(
            before.facts, multipliers=np.sort_complex(growth)[::-1], amplitude=0.0, period=z[-2]
        )
        point = Point(z, before.tangent, before.s + part * (after.s - before.s), facts)
        return Found(
            point,
            message=f"the cycles shrink to the Hopf point at {problem.parameter} = {z[-1]:.8g}",
        )


@dataclass(frozen=True)
class DoublingEnd:
    """A doubled family comes back to orbits that close after half the period."""

    curve: CycleCurve
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        return point.facts.amplitude

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        a, b = self.value(before), self.value(after)
        guess = before.z + a / (a - b) * (after.z - before.z)
        X, T, value = curve.split(guess)
        half = np.linspace(0, 1, curve.N // 2 + 1)
        once = evaluated(
            curve.gauss, curve.mesh, X, nodes_of(curve.gauss, half).ravel() / 2
        ).reshape(-1, *X.shape[1:])
        base = CycleCurve(curve.problem, half, once, curve.gauss.degree, T / 2)
        for _ in range(2):
            new = equidistributing(base.gauss, base.mesh, once, base.scale)
            once = carried(base.gauss, base.mesh, once, new)
            base.use(new)
            base.refer(once)
        start = np.concatenate([once.ravel(), [T / 2, value]])
        held = np.zeros_like(start)
        held[-1] = curve.problem.width
        critical = locate_critical(base, start, held, "period doubling")
        if critical is None:
            return None
        once, T, value = base.split(critical.z)
        places = (2 * nodes_of(curve.gauss, curve.mesh).ravel()) % 1.0
        twice = evaluated(base.gauss, base.mesh, once, places)
        z = np.concatenate([twice.ravel(), [2 * T, value]])
        facts = replace(before.facts, amplitude=0.0, period=2 * T)
        point = Point(z, before.tangent, before.s + a / (a - b) * (after.s - before.s), facts)
        name = curve.problem.parameter
        return Found(point, message=f"the doubled cycles end at {name} = {value:.8g}")


@dataclass(frozen=True)
class HalvingEnd(DoublingEnd):
    """The same for a family that did not begin at its period doubling: its orbits' two halves
    become equal."""

    def value(self, point: Point) -> float:
        X, last = self.curve.split(point.z)[0], self.curve.reference
        halves, before = self.curve.halves(X), self.curve.halves(last)
        weight = self.curve.weight
        size = math.sqrt(float((before[:, 1:] ** 2 * weight).sum()))
        whole = math.sqrt(float((self.curve.compass[:, 1:] ** 2 * weight).sum()))
        if size > UNEQUAL * whole or size == 0:
            return math.nan
        return float((halves[:, 1:] * before[:, 1:] * weight).sum()) / size


@dataclass
class ClosedFamily:
    """The family comes back to the orbit it began with: the curve of (parameter, ln period, means
    and swings of the states) crosses its own beginning in the same direction."""

    curve: OrbitCurve
    ends = Status.CLOSED
    ahead, astray = 0.3, 0.05  # of features that count as near the beginning
    begin: np.ndarray | None = None
    direction: np.ndarray | None = None
    first: Point | None = None
    scale: np.ndarray | None = None  # of the states at the beginning: the curve's own one grows

    def features(self, point: Point) -> np.ndarray:
        if self.scale is None:
            self.scale = self.curve.scale.copy()
        facts, scale = point.facts, self.scale
        place = [*self.curve.position(point.z), math.log(facts.period)]
        return np.concatenate([place, facts.means / scale, facts.swings / scale])

    def value(self, point: Point) -> float:
        features = self.features(point)
        if point.s == 0:
            self.begin, self.first = features, point
            return math.nan
        if self.begin is None:
            return math.nan
        away = features - self.begin
        if self.direction is None:
            self.direction = away / np.linalg.norm(away) if np.any(away) else None
            return math.nan
        along = float(away @ self.direction)
        aside = float(np.linalg.norm(away - along * self.direction))
        return along if abs(along) < self.ahead and aside < self.astray else math.nan

    def locate(self, before: Point, after: Point) -> Found | None:
        assert self.begin is not None
        a, b = self.value(before), self.value(after)
        if not a < 0 < b:
            return None
        part = a / (a - b)
        c, d = self.features(before), self.features(after)
        miss = np.linalg.norm(c + part * (d - c) - self.begin)
        if miss > CLOSES * np.linalg.norm(d - c):
            return None
        guess = before.z + part * (after.z - before.z)
        point = point_at(
            self.curve, guess, unit(self.curve, after.z - before.z), TOLERANCE, after.s
        )
        return None if point is None else Found(point, message="the family is a closed curve")
