"""Special points on curves of connecting orbits, each by Newton's method on its own equations, on a
finer mesh than the curve's."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..dynamics.status import Status
from .connection_curve import Connection, ConnectionCurve, Functional
from .connection_orbit import NARROW, finer, onto_mesh, retruncated
from .continuation import Found, Point, point_at, unit
from .invariant_subspaces import Local, local_of, slope_of_value
from .plane_curve import along, zero_along
from .special_point import SpecialPoint

FINER = 3
ROUNDS = 5
SETTLED = 1e-11
COMPLEX = 1e-6
STANDS = 1e-6  # of the largest speed


def eigenvalue_at_zero(i: int) -> Functional:
    """The real part of an eigenvalue."""
    return lambda local: (float(local.values[i].real), slope_of_value(local, i).real)


def saddle_quantity_zero(up: int) -> Functional:
    """The sum of the real parts of the leading eigenvalues."""

    def wanted(local: Local) -> tuple[float, np.ndarray]:
        value = local.values[up - 1].real + local.values[up].real
        return float(value), (slope_of_value(local, up - 1) + slope_of_value(local, up)).real

    return wanted


@dataclass(frozen=True)
class Located:
    """A solution on its own curve, and the last correction."""

    curve: ConnectionCurve
    z: np.ndarray
    residual: float

    @property
    def numbers(self) -> np.ndarray:
        return self.curve.split(self.z)[1]


def located(curve: ConnectionCurve, z: np.ndarray, wanted: Functional) -> Located | None:
    """Where a number of the saddle vanishes: solved, cut, and meshed in turn until it settles."""
    curve, z = finer(curve, z, FINER * curve.N)
    before = None
    for _ in range(ROUNDS):
        solution = curve.solved(z, wanted)
        if solution is None:
            return None
        z, residual = solution
        X, numbers = curve.split(z)
        again = retruncated(curve, z, NARROW)
        if again is None:
            off = math.inf
            if before is not None:
                off = float((np.abs(numbers - before) * np.sqrt(curve.weights)).max())
            if off < SETTLED:
                break
            again = onto_mesh(curve, curve.mesh, X, numbers, curve.N)
        before, z = numbers, again
    else:
        solution = curve.solved(z, wanted)
        if solution is None:
            return None
        z, residual = solution
    return Located(curve, z, residual)


def located_between(
    curve: ConnectionCurve,
    value: Callable[[Point], float],
    before: Point,
    after: Point,
    wanted: Functional,
    solver: ConnectionCurve | None = None,
) -> Located | None:
    """From the chord between two points, or from where a value vanishes along the curve."""
    a, b = value(before), value(after)
    found = located(solver or curve, before.z + a / (a - b) * (after.z - before.z), wanted)
    if found is None:
        nearer = zero_along(curve, value, before, after)
        found = None if nearer is None else located(solver or curve, nearer.z, wanted)
    return found


def special(kind: str, found: Located, name: str = "", notes: dict | None = None) -> SpecialPoint:
    """With the orbit, so that other curves can start here."""
    curve, (X, numbers) = found.curve, found.curve.split(found.z)
    plane, first = curve.plane, curve.plane.names[0]
    return SpecialPoint(
        kind,
        plane.field.model_at(numbers),
        first,
        plane.named(numbers[: plane.n]),
        plane.box[first],
        period=math.inf,
        residual=found.residual,
        eigenvalues=local_of(plane, numbers).values,
        arrays={"z": numbers, "mesh": curve.mesh, "connection": X},
        notes={"truncation": curve.T, "unstable": curve.unstable, **(notes or {})},
        plane=plane.box,
    )


def placed(
    curve: Any, numbers: np.ndarray, before: Point, after: Point, beyond: bool = False
) -> Point:
    """A located point as one of the curve between two others, or just `beyond`."""
    chord = after.z - before.z
    size = len(numbers)
    weights = curve.weights
    part = float(
        (weights * chord[-size:])
        @ (numbers - before.z[-size:])
        / max((weights * chord[-size:]) @ chord[-size:], 1e-300)
    )
    part = max(part, 1.0) if beyond else min(max(part, 0.0), 1.0)
    guess = before.z + part * chord
    guess[-size:] = numbers
    point = None
    if not beyond:
        point = point_at(curve, guess, unit(curve, chord), 1e-9, before.s, before.tangent)
    if point is None:
        point = replace(after if beyond else before, z=guess)
    z = point.z.copy()
    z[-size:] = numbers
    linear = curve.linearise(z, point.tangent)[2]
    if linear is not None and not beyond:
        facts = curve.facts(z, point.tangent, linear)
    else:
        facts = replace(point.facts, values=local_of(curve.plane, numbers).values)
    return replace(point, z=z, s=along(curve, before, after, replace(point, z=z)), facts=facts)


@dataclass(frozen=True)
class NeutralSaddle:
    """The leading eigenvalues have opposite real parts: stable cycles become unstable ones."""

    curve: ConnectionCurve
    ends = None

    def value(self, point: Point) -> float:
        facts = point.facts
        return (facts.rising + facts.falling) / facts.size

    def locate(self, before: Point, after: Point) -> Found | None:
        wanted = saddle_quantity_zero(self.curve.unstable)
        found = located_between(self.curve, self.value, before, after, wanted)
        if found is None:
            return None
        point = special("neutral saddle homoclinic", found)
        return Found(placed(self.curve, found.numbers, before, after), point)


@dataclass(frozen=True)
class NoSaddle:
    """A leading eigenvalue reaches the imaginary axis: the saddle meets a node (a noncentral
    homoclinic point, if it is real), or loses its saddle by a Hopf bifurcation."""

    curve: ConnectionCurve
    rising: bool  # which side
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        facts: Connection = point.facts
        leading = facts.rising if self.rising else -facts.falling
        return leading / facts.size

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        if not self.value(before) > 0:
            return None
        i = curve.unstable - 1 if self.rising else curve.unstable
        found = located_between(curve, self.value, before, after, eigenvalue_at_zero(i))
        if found is None:
            return Found(before, message="a leading eigenvalue of the saddle comes to 0")
        values = before.facts.values
        where = placed(curve, found.numbers, before, after)
        text = curve.place(where)
        if abs(values[i].imag) > COMPLEX * np.abs(values).max():
            return Found(where, message=f"the saddle has a Hopf bifurcation at {text}")
        point = special("noncentral homoclinic", found, notes={"rising": self.rising})
        return Found(
            where,
            point,
            f"the saddle meets a node, and its homoclinic orbit becomes that of a saddle-node, at "
            f"{text}",
        )


@dataclass(frozen=True)
class Noncentral:
    """The orbit of a saddle-node leaves or comes back along the strong direction."""

    curve: ConnectionCurve
    leaving: bool
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        facts: Connection = point.facts
        return facts.leaving if self.leaving else facts.returning

    def locate(self, before: Point, after: Point) -> Found | None:
        curve = self.curve
        if (self.value(before) > 0) != self.leaving:
            return None
        saddle = as_saddle(curve, before.z, not self.leaving)
        wanted = eigenvalue_at_zero(curve.unstable)
        found = located_between(curve, self.value, before, after, wanted, saddle)
        if found is None:
            return Found(before, message="the orbit comes back along the strong direction")
        where = placed(curve, found.numbers, before, after)
        point = special("noncentral homoclinic", found, notes={"rising": not self.leaving})
        return Found(
            where,
            point,
            "the orbit no longer comes back along the centre direction: from "
            f"{curve.place(where)} on it is homoclinic to a saddle",
        )


def as_saddle(curve: ConnectionCurve, z: np.ndarray, rising: bool) -> ConnectionCurve:
    """The same orbit, with the centre direction counted as unstable, or as stable."""
    X, numbers = curve.split(z)
    return ConnectionCurve(
        curve.plane,
        curve.mesh,
        X,
        curve.T,
        curve.unstable + rising,
        curve.stable + (not rising),
        numbers,
        curve.scale,
    )


@dataclass(frozen=True)
class Heteroclinic:
    """The orbit comes to rest near another equilibrium."""

    curve: ConnectionCurve
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        return math.log(max(point.facts.slowness, 1e-300) / STANDS)

    def locate(self, before: Point, after: Point) -> Found | None:
        names = self.curve.plane.named(after.facts.slowest)
        where = ", ".join(f"{name} = {x:.6g}" for name, x in names.items())
        return Found(
            after, message=f"the orbit comes to rest near {where}: towards a heteroclinic cycle"
        )


@dataclass
class LoopClosed:
    """The curve comes back to where it began, in the same direction; its meshes do not."""

    curve: ConnectionCurve
    start: np.ndarray | None = None
    direction: np.ndarray | None = None
    scale: np.ndarray | None = None
    ends = Status.CLOSED

    def value(self, point: Point) -> float:
        size = self.curve.n + 2
        numbers = point.z[-size:]
        if point.s == 0 or self.start is None or self.direction is None or self.scale is None:
            self.start, self.scale = numbers, np.sqrt(self.curve.weights)
            tangent = point.tangent[-size:] * self.scale
            self.direction = tangent / max(np.linalg.norm(tangent), 1e-300)
            return math.nan
        away = (numbers - self.start) * self.scale
        ahead = float(away @ self.direction)
        aside = float(np.linalg.norm(away - ahead * self.direction))
        same = float(point.tangent[-size:] * self.scale @ self.direction) > 0
        return ahead if same and abs(ahead) < 0.3 and aside < 0.02 else math.nan

    def locate(self, before: Point, after: Point) -> Found | None:
        a, b = self.value(before), self.value(after)
        if not a < 0 <= b:
            return None
        assert self.start is not None
        return Found(placed(self.curve, self.start, before, after), message="the curve is closed")
