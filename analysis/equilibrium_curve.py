"""The curve of equilibria (of fixed points, for a map) in one parameter: F(x, lambda) = 0."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from .continuation import Point
from .critical_eigenvalue import equations_at
from .problem import UNBOUNDED, Problem
from .special_point import SpecialPoint

GROWN = 1.2
NOTHING = 1e-14  # states all smaller than this rest at zero
UNCLEAR = 1e-7
ROUNDING = 1e-11


@dataclass(frozen=True)
class Equilibrium:
    """What the curve knows of a point: eigenvalues, and the numbers that detectors watch."""

    matrix: np.ndarray  # of the derivatives in the states
    eigenvalues: np.ndarray
    turning: float  # the parameter's part of the tangent, in units of its range
    pairing: float  # product of mu_i + mu_j (mu_i mu_j - 1 for maps), scaled
    folding: float  # sign of det [F_x, F_lambda; tangent], and its size
    flipping: float  # product of mu_i + 1, for maps
    unstable: int | None  # how many eigenvalues are; None where rounding decides

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues and the vectors that belong to them, in no order."""
        return np.linalg.eig(self.matrix)


@dataclass(frozen=True)
class Linear:
    """[F_x, F_lambda], and the bordered matrix with rows of size 1."""

    matrix: np.ndarray
    rows: np.ndarray
    border: float  # the size of the last row


class EquilibriumCurve:
    """Residual, bordered solution and detectors; z = (x, lambda)."""

    remedy = ""
    chords = False

    def __init__(self, problem: Problem, z: np.ndarray):
        from .equilibrium_detectors import detectors_of

        self.problem, self.field = problem, problem.field
        self.n = problem.n
        size = np.abs(z[: self.n])
        if problem.sizes is not None:
            size = np.maximum(size, problem.sizes)
        sizes = state_scale(size)
        self.scale = np.append(sizes, problem.width)
        # states that begin far below 1 (a rate, a probability) are let grow to that order
        self.limits = (UNBOUNDED * np.maximum(sizes, 1.0)).tolist()
        self.weights = self.scale**-2.0
        self.start: Point | None = None
        self.detectors: Sequence[Any] = detectors_of(self)

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float((self.weights * u).dot(v))

    def residual(self, z: np.ndarray) -> np.ndarray:
        return equations_at(self.field, z)[0]

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        n = self.n
        f, matrix = equations_at(self.field, z)
        rows = np.empty((n + 1, n + 1))
        rows[:n], rows[n] = matrix, self.weights * border
        sizes = np.maximum(np.abs(rows).dot(self.scale), 1e-300)
        rows /= sizes[:, None]
        try:
            inverse = np.linalg.inv(rows) / sizes
        except np.linalg.LinAlgError:
            inverse = np.full_like(rows, math.nan)

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            if r is None:
                return c * inverse[:, n]
            y = inverse[:, :n].dot(r)
            return y + c * inverse[:, n] if c else y

        return f, solve, Linear(matrix, rows, sizes[n])

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: Linear) -> Equilibrium:
        n, is_map = self.n, self.problem.is_map
        A = linear.matrix[:, :n] + np.eye(n) if is_map else linear.matrix[:, :n]
        values = in_order(np.linalg.eigvals(A), is_map)
        whole = linear.rows.copy()
        whole[n] = self.weights * tangent / linear.border
        sign, size = np.linalg.slogdet(whole)
        size += np.log(self.scale).sum()  # whatever the units
        return Equilibrium(
            A,
            values,
            turning=tangent[n] / self.scale[n],
            pairing=pairing(values, is_map),
            folding=float(sign * math.exp(min(max(size, -690.0), 690.0))),
            flipping=flipping(values) if is_map else 1.0,
            unstable=unstable_count(values, is_map),
        )

    @np.errstate(all="ignore")
    def facts_at(self, z: np.ndarray, tangent: np.ndarray) -> Equilibrium:
        return self.facts(z, tangent, self.linearise(z, tangent)[2])

    def matrix(self, z: np.ndarray) -> np.ndarray:
        return equations_at(self.field, z)[1]

    def begin(self, start: Point) -> None:
        """Note the start of a run: a curve that comes back to it is closed."""
        self.start = start

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """The scale of the states grows with them; the unit tangents follow."""
        size = np.abs(points[-1].z[: self.n])
        if not (size > GROWN * self.scale[:-1]).any():
            return points
        self.scale[:-1] = np.maximum(self.scale[:-1], size)
        self.weights = self.scale**-2.0
        return [
            replace(p, tangent=p.tangent / math.sqrt(self.dot(p.tangent, p.tangent)))
            for p in points
        ]

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        """A pair may cross the axis and be paired otherwise again within a step: the number of
        unstable eigenvalues tells."""
        counts = [p.facts.unstable for p in (before, after)]
        if None in counts:
            return True
        pairs = sum(p.kind in ("hopf", "neimark-sacker") for p in found)
        change = abs(counts[1] - counts[0]) - 2 * pairs
        single = len(found) - pairs
        return change <= single and (change - single) % 2 == 0

    def place(self, point: Point) -> str:
        return f"{self.problem.parameter} = {point.z[self.n]:.8g}"


def unstable_count(values: np.ndarray, is_map: bool) -> int | None:
    """How many eigenvalues are unstable; None where rounding decides."""
    count = 0
    for value in values.tolist():
        size = abs(value) - 1 if is_map else value.real
        if abs(size) < UNCLEAR * max(abs(value), 1e-300):
            return None
        count += size > 0
    return count


def state_scale(x: np.ndarray) -> np.ndarray:
    """The size of each state; where one is nearly zero, that of the others stands in."""
    size = np.abs(x)
    largest = size.max(initial=0.0)
    if largest < NOTHING:
        return np.ones_like(size)
    return np.where(size > 1e-3 * largest, size, np.maximum(size, min(1.0, largest) * 1e-1))


def spectrum_of(A: np.ndarray, is_map: bool) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues and vectors, the most unstable first."""
    values, vectors = np.linalg.eig(A)
    values, vectors = values.astype(complex), vectors.astype(complex)
    size = np.abs(values) if is_map else values.real
    order = np.lexsort((-values.imag, -size))
    return values[order], vectors[:, order]


def in_order(values: np.ndarray, is_map: bool) -> np.ndarray:
    """Eigenvalues as `spectrum_of` orders them."""
    if is_map:
        return np.array(sorted(values.tolist(), key=lambda v: (-abs(v), -v.imag)), dtype=complex)
    return np.array(sorted(values.tolist(), key=lambda v: (-v.real, -v.imag)), dtype=complex)


def pairing(values: np.ndarray, is_map: bool) -> float:
    """Zero where two eigenvalues add up to zero (multiply to one): Hopf points, neutral saddles."""
    if len(values) < 2:
        return math.nan
    product = 1.0 + 0.0j
    for a, b in combinations(values.tolist(), 2):
        if is_map:
            factor = (a * b - 1) / (abs(a * b) + 1)
        else:
            factor = (a + b) / (abs(a) + abs(b) + 1e-300)
        # centres all along a branch give rounding noise
        product *= factor if abs(factor) >= ROUNDING else 0.0
    return product.real  # complex factors come in conjugate pairs


def flipping(values: np.ndarray) -> float:
    """Zero where a multiplier is -1."""
    return float(np.prod((values + 1) / (np.abs(values) + 1)).real)
