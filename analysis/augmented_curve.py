"""A curve of equilibria with one more condition, in two parameters: what folds, flips and Hopf
points have in common.

z = (x, extra unknowns, a, b), one equation fewer than unknowns; x rests, or is a fixed point.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .continuation import Point
from .critical_eigenvalue import bent, equations_at
from .equilibrium_curve import state_scale
from .iterate import IteratedField
from .plane import Plane
from .special_point import SpecialPoint

GROWN = 1.2


class AugmentedCurve:
    """Dense bordered solutions in scaled unknowns; `conditions` is what a kind of point adds."""

    remedy = ""
    chords = True
    extra = 0

    def __init__(self, plane: Plane, z: np.ndarray, turns: int = 1):
        self.plane, self.n = plane, plane.n
        self.field = plane.field if turns == 1 else IteratedField(plane.field, turns)
        self.turns = turns
        start = np.abs(list(plane.model.start.values()))
        self.sizes = state_scale(np.maximum(np.abs(z[: self.n]), start))
        self.detectors: Sequence[Any] = ()
        self.weigh(np.ones(self.extra))

    def weigh(self, extra: np.ndarray) -> None:
        self.scale = np.concatenate([self.sizes, extra, self.plane.width])
        self.weights = self.scale**-2.0

    def conditions(
        self, z: np.ndarray, place: np.ndarray, A: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The values that vanish besides F, and their derivatives in z."""
        raise NotImplementedError

    def facts(self, z: np.ndarray, *_: Any) -> Any:
        """What the curve knows of a point; `eigenvalues` and `stable` among it."""
        raise NotImplementedError

    def columns(self, points: Sequence[Point]) -> dict[str, np.ndarray]:
        """What a kind of curve tells besides states and parameters."""
        return {}

    def refer(self, z: np.ndarray) -> None:
        """Take new borders from a point of the curve."""
        raise NotImplementedError

    def place_of(self, z: np.ndarray) -> np.ndarray:
        """(x, a, b): where the field is evaluated."""
        return np.concatenate([z[: self.n], z[-2:]])

    def scaled(self, A: np.ndarray) -> np.ndarray:
        """A matrix of derivatives in the states, in units of their sizes."""
        return A * self.sizes / self.sizes[:, None]

    def jacobian(self, z: np.ndarray) -> np.ndarray:
        return self.field.linearisation(self.place_of(z))[1][:, : self.n]

    def bent(self, place: np.ndarray, v: np.ndarray) -> np.ndarray:
        """(dA/dz) v with respect to (x, a, b), for a direction v in units of the sizes."""
        return bent(self.field, place, self.sizes * v) / self.sizes[:, None]

    def spread(self, derivative: np.ndarray) -> np.ndarray:
        """Rows in (x, a, b) as rows in z."""
        rows = np.zeros((*derivative.shape[:-1], len(self.scale)))
        rows[..., : self.n] = derivative[..., : self.n]
        rows[..., -2:] = derivative[..., -2:]
        return rows

    def equations(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        place = self.place_of(z)
        f, matrix = equations_at(self.field, place)
        if not (np.isfinite(f).all() and np.isfinite(matrix).all()):
            return np.full(len(z) - 1, np.nan), np.full((len(z) - 1, len(z)), np.nan)
        A = self.field.linearisation(place)[1][:, : self.n]
        try:
            values, rows = self.conditions(z, place, self.scaled(A))
        except np.linalg.LinAlgError:
            return np.full(len(z) - 1, np.nan), np.full((len(z) - 1, len(z)), np.nan)
        return np.concatenate([f, values]), np.vstack([self.spread(matrix), rows])

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float(np.dot(self.weights * u, v))

    def residual(self, z: np.ndarray) -> np.ndarray:
        return self.equations(z)[0]

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        r, matrix = self.equations(z)
        whole = np.vstack([matrix, self.weights * border])
        rows = np.abs(whole * self.scale).max(axis=1)
        rows[~(rows > 0)] = 1.0
        scaled = whole * self.scale / rows[:, None]

        def solve(right: np.ndarray | None, c: float) -> np.ndarray:
            sides = np.append(np.zeros(len(r)) if right is None else right, c) / rows
            try:
                return self.scale * np.linalg.solve(scaled, sides)
            except np.linalg.LinAlgError:
                return np.full(len(z), math.nan)

        return r, solve, matrix

    def tangent_at(self, z: np.ndarray) -> np.ndarray:
        """The null vector of the derivative, towards larger values of the first parameter."""
        matrix = self.equations(z)[1] * self.scale
        matrix /= np.abs(matrix).max(axis=1, keepdims=True)
        null = np.linalg.svd(matrix)[2][-1] * self.scale
        null = null / math.sqrt(self.dot(null, null))
        return null if null[-2] >= 0 else -null

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """Scales grow with the states, borders follow the null vectors."""
        newest = points[-1].z
        self.refer(newest)
        size = np.abs(newest[:-2])
        if not (size > GROWN * self.scale[:-2]).any():
            return points
        self.sizes = np.maximum(self.sizes, size[: self.n])
        self.weigh(np.maximum(self.scale[self.n : -2], size[self.n :]))
        self.refer(newest)
        return [
            replace(p, tangent=p.tangent / math.sqrt(self.dot(p.tangent, p.tangent)))
            for p in points
        ]

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        return True

    def place(self, point: Point) -> str:
        values = zip(self.plane.names, point.z[-2:], strict=True)
        return ", ".join(f"{name} = {value:.8g}" for name, value in values)
