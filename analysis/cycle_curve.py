"""The curve of limit cycles in one parameter, by orthogonal collocation."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..dynamics.freed import FreedField
from .continuation import Point
from .floquet import without_trivial
from .orbit_curve import Linear, OrbitCurve, slowness
from .problem import Problem
from .special_point import SpecialPoint

PARTING = 10.0
UNCLEAR = 1e-4


@dataclass(frozen=True)
class Cycle:
    """What the curve knows of a point."""

    mesh: np.ndarray
    multipliers: np.ndarray
    trivial: float  # how far the orbit's own direction is from being carried into itself
    turning: float  # the parameter's part of the tangent
    folding: float  # product of mu - 1, without the trivial one
    doubling: float  # product of mu + 1
    pairing: float  # product of mu_i mu_j - 1
    branching: float  # changes sign with the orientation of the system
    rates: np.ndarray | None  # df/dx in the middle of each interval, if neighbours part much
    slowness: float  # least speed on the orbit, relative to the largest
    amplitude: float  # of the orbit, along the last one; negative beyond a Hopf point
    period: float
    means: np.ndarray  # of the states over the nodes
    swings: np.ndarray


class CycleCurve(OrbitCurve):
    """Residual and condensed bordered solution; z ends with T and lambda."""

    def __init__(
        self,
        problem: Problem,
        mesh: np.ndarray,
        X: np.ndarray,
        degree: int,
        T: float,
        doubled: bool = False,
    ):
        assert isinstance(problem.field, FreedField), "this is a bug: a map has no such cycles"
        self.problem = problem
        super().__init__(problem.field, mesh, X, degree, T, doubled)

    def metric_of_numbers(self) -> np.ndarray:
        return np.array([1 / self.period_scale**2 / self.n, self.problem.width**-2.0])

    def split(self, z: np.ndarray) -> tuple[np.ndarray, float, float]:
        return z[:-2].reshape(self.shape), float(z[-2]), float(z[-1])

    def position(self, z: np.ndarray) -> np.ndarray:
        return z[-1:] / self.problem.width

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        X, T, value = self.split(z)
        n = self.n
        f, both, finite = self.engine.linearised(X, value)
        defects = self._defects(z, f)
        if not finite:
            return np.full_like(defects, np.nan), None, None  # type: ignore[return-value]
        columns, rows = np.empty((*f.shape, 2)), np.empty((2, *f.shape))
        columns[..., 0], columns[..., 1] = f, T * both[..., n]
        rows[0], rows[1] = self.phase_row, self.weight * border[:-2].reshape(self.shape)[:, 1:]
        corner = np.array([[0.0, 0.0], self.numbers * border[-2:]])
        system = self.engine.system(
            self.gauss, self.h, T * both[..., :n], columns, rows, corner, 1.0, self.scale
        )
        inner = f.size

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            try:
                if r is None:
                    u, s = system.solve(None, np.array([[0.0], [c]]))
                else:
                    u, s = system.solve(
                        r[:inner].reshape(*f.shape, 1),
                        np.array([[r[-1]], [c]]),
                        -r[inner:-1].reshape(self.N, n, 1),
                    )
            except np.linalg.LinAlgError:
                return np.full(len(z), np.nan)
            return np.concatenate([u.ravel(), s[:, 0]])

        return defects, solve, Linear(system, f, both)

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: Linear) -> Cycle:
        X, T, _ = self.split(z)
        values, trivial = self.multipliers(z, linear)
        others = without_trivial(values)
        beyond_one = (others - 1) / (np.abs(others) + 1)
        states = X.reshape(-1, self.n)
        return Cycle(
            self.mesh,
            values,
            trivial,
            turning=tangent[-1] / self.problem.width,
            folding=float(np.prod(beyond_one).real),
            doubling=float(np.prod((values + 1) / (np.abs(values) + 1)).real),
            pairing=torus_pairing(others),
            branching=linear.system.orientation * float(np.abs(beyond_one).min(initial=1.0)),
            amplitude=self.amplitude(X),
            slowness=slowness(linear.f, self.scale),
            rates=linear.middle if abs(values[0]) > PARTING else None,
            period=T,
            means=np.add.reduce(states) / len(states),
            swings=np.maximum.reduce(states) - np.minimum.reduce(states),
        )

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        """Whether multipliers left or entered the unit circle that nothing accounts for."""
        counts = [outside_count(p.facts) for p in (before, after)]
        if None in counts:
            return True
        pairs = sum(p.kind == "torus" for p in found)
        change = abs(counts[1] - counts[0]) - 2 * pairs  # type: ignore[operator]
        single = len(found) - pairs
        return change <= single and (change - single) % 2 == 0

    def place(self, point: Point) -> str:
        return f"{self.problem.parameter} = {point.z[-1]:.8g}, period {point.z[-2]:.6g}"


def outside_count(cycle: Cycle) -> int | None:
    """How many multipliers lie outside the unit circle; None where rounding decides."""
    others = np.abs(without_trivial(cycle.multipliers))
    if cycle.amplitude == 0 or (np.abs(others - 1) < UNCLEAR).any():
        return None
    return int((others > 1).sum())


def torus_pairing(others: np.ndarray) -> float:
    """Zero where two multipliers are a pair on the unit circle (or mu and 1/mu: an impostor)."""
    products = np.outer(others, others)[above_diagonal(len(others))]
    if not len(products):
        return math.nan
    return float(np.prod((products - 1) / (np.abs(products) + 1)).real)


@lru_cache(maxsize=64)
def above_diagonal(n: int) -> np.ndarray:
    """Which entries of a matrix lie above its diagonal."""
    return np.triu(np.ones((n, n), dtype=bool), 1)
