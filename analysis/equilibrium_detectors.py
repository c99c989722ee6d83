"""What is watched along a branch of equilibria: folds, Hopf and branch points, flips, its ends."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..dynamics.status import Status
from .branch_point import locate_branch_point
from .continuation import Detector, Found, Point, corrected, point_at, unit
from .critical_eigenvalue import complex_eigenvalue, real_eigenvalue
from .equilibrium_points import flip_point, fold_point, hopf_point, torus_point

if TYPE_CHECKING:
    from .equilibrium_curve import EquilibriumCurve

TOLERANCE = 1e-12
REAL = 1e-7  # an imaginary part below this, relative to the eigenvalue, makes no oscillation


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
        watched.append(Watch(curve, "pairing", locate_pair))
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
        if point is None:
            return None
        part = self.curve.dot(point.z - before.z, after.z - before.z)
        whole = self.curve.dot(after.z - before.z, after.z - before.z)
        point = replace(point, s=before.s + part / whole * (after.s - before.s))
        name = self.curve.problem.parameter
        return Found(point, message=f"the range of {name} ends at {self.limit:g}")


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
        from .equilibrium_curve import out_of_bounds

        return out_of_bounds(self.curve.problem, self.curve.first_scale, point.z[: self.curve.n])

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
        aside = math.sqrt(max(curve.dot(away, away) - along * along, 0.0))
        near = abs(along) < 0.5 and aside < 0.1 and curve.dot(point.tangent, start.tangent) > 0.3
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
        a, b = self.value(before), self.value(after)
        part = a / (a - b) if a != b else 0.5
        guess = before.z + part * (after.z - before.z)
        nearest = before if abs(a) < abs(b) else after
        return self.find(self.curve, guess, nearest, before, after)


def placed(curve: "EquilibriumCurve", z: np.ndarray, before: Point, after: Point) -> Point | None:
    """The located solution as a point of the branch between two others."""
    chord = after.z - before.z
    part = curve.dot(z - before.z, chord) / curve.dot(chord, chord)
    s = before.s + part * (after.s - before.s)
    return point_at(curve, z, unit(curve, chord), TOLERANCE, s)


def locate_fold(curve, guess, nearest, before, after) -> Found | None:
    """lambda turns: F_x is singular there and F_lambda not in its range."""
    if before.facts.folding * after.facts.folding < 0:
        return Found(after, None)  # a pitchfork, seen from the branch that turns there
    critical = 1.0 if curve.problem.is_map else 0.0
    q = nearest_vector(nearest, critical).real
    solution = real_eigenvalue(curve.field, guess, q, critical, curve.scale)
    point = None if solution is None else placed(curve, solution[0], before, after)
    if solution is None or point is None:
        return None
    z, q, residual = solution
    return Found(replace(point, z=z), fold_point(curve.problem, z, q, critical, residual))


def locate_flip(curve, guess, nearest, before, after) -> Found | None:
    q = nearest_vector(nearest, -1.0).real
    solution = real_eigenvalue(curve.field, guess, q, -1.0, curve.scale)
    point = None if solution is None else placed(curve, solution[0], before, after)
    if solution is None or point is None:
        return None
    z, q, residual = solution
    return Found(replace(point, z=z), flip_point(curve.problem, z, q, residual))


def nearest_vector(point: Point, mu: complex) -> np.ndarray:
    facts = point.facts
    return facts.vectors[:, np.argmin(np.abs(facts.eigenvalues - mu))]


def locate_pair(curve, guess, nearest, before, after) -> Found | None:
    """A complex pair on the critical line; two real eigenvalues there are an impostor."""
    is_map = curve.problem.is_map
    values = nearest.facts.eigenvalues
    rising = np.flatnonzero(values.imag > REAL * np.abs(values))
    if not len(rising):
        return impostor(curve, before, after)
    distance = np.abs(np.abs(values[rising]) - 1) if is_map else np.abs(values[rising].real)
    chosen = rising[np.argmin(distance)]
    q = nearest.facts.vectors[:, chosen]
    phi = float(np.angle(values[chosen]) if is_map else values[chosen].imag)
    solution = complex_eigenvalue(
        curve.field, guess, q, phi, on_circle if is_map else on_axis, curve.scale
    )
    if solution is None:
        return impostor(curve, before, after)
    z, q, phi, residual = solution
    if abs(phi) < REAL * np.abs(values).max() or (is_map and abs(np.sin(phi)) < REAL):
        return impostor(curve, before, after)
    point = placed(curve, z, before, after)
    if point is None:
        return None
    make = torus_point if is_map else hopf_point
    return Found(replace(point, z=z), make(curve.problem, z, q, phi, residual))


def on_axis(omega: float) -> tuple[complex, complex]:
    return 1j * omega, 1j


def on_circle(theta: float) -> tuple[complex, complex]:
    turn = complex(math.cos(theta), math.sin(theta))
    return turn, 1j * turn


def impostor(curve, before: Point, after: Point) -> Found | None:
    """Nothing, if the pair that changes sign is real on both sides: a neutral saddle."""
    counts = [
        int(np.sum((p.facts.eigenvalues.imag > 0) & unstable(curve, p))) for p in (before, after)
    ]
    return Found(after, None) if counts[0] == counts[1] else None


def unstable(curve, point: Point) -> np.ndarray:
    values = point.facts.eigenvalues
    return np.abs(values) > 1 if curve.problem.is_map else values.real > 0


def locate_crossing(curve, guess, nearest, before, after) -> Found | None:
    """Two branches cross: the matrix [F_x, F_lambda] loses rank."""
    return locate_branch_point(curve, guess, before, after)
