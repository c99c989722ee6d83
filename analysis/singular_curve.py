"""Curves on which the Jacobian has a given real eigenvalue mu: folds (0), of maps folds (1) and
flips (-1), by a minimally augmented system (Govaerts 2000, section 4.1).

    [A - mu, b; c^T, 0] [v; g] = [0; 1],    [A - mu, b; c^T, 0]^T [w; g] = [0; 1]

g vanishes where A - mu is singular, and dg = -w^T dA v. On the curve v and w are null vectors,
which need not meet: w^T v = 0 is a Bogdanov-Takens point and nothing special for the system.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .augmented_curve import AugmentedCurve
from .branch import Branch
from .codim_two_detectors import Turn
from .codim_two_points import (
    bogdanov_takens_point,
    cusp_point,
    degenerate_flip,
    resonance_point,
    singular_meeting,
    zero_hopf_point,
)
from .continuation import Settings
from .equilibrium_curve import pairing, spectrum_of
from .plane import Plane
from .plane_curve import Escape, edges_of
from .plane_points import branch_through
from .special_point import SpecialPoint


@dataclass(frozen=True)
class Singular:
    """What the curve knows of a point."""

    eigenvalues: np.ndarray
    v: np.ndarray  # null vectors, in units of the states' sizes
    w: np.ndarray
    doubling: float  # w.v: zero where mu is a double eigenvalue
    bending: float  # the normal form's coefficient, up to a positive factor
    pairing: float  # of the other eigenvalues
    meeting: float  # of the other eigenvalues with -mu (maps)
    stable: bool  # as far as the other eigenvalues go


class SingularCurve(AugmentedCurve):
    """z = (x, a, b): at rest, and A - mu singular."""

    def __init__(self, plane: Plane, z: np.ndarray, mu: float, turns: int = 1):
        super().__init__(plane, z, turns)
        self.mu = mu
        U, _, Vt = np.linalg.svd(self.shifted(self.scaled(self.jacobian(z))))
        self.left, self.right = U[:, -1], Vt[-1]
        self.detectors = [*edges_of(self), Escape(self, self.sizes), *self.watched()]

    def watched(self) -> list:
        if not self.plane.is_map:
            found = [Turn(self, "bending", cusp_point)]
            if self.n > 1:
                found.append(Turn(self, "doubling", bogdanov_takens_point))
            if self.n > 2:
                found.append(Turn(self, "pairing", zero_hopf_point))
            return found
        found = [Turn(self, "bending", cusp_point if self.mu > 0 else degenerate_flip)]
        if self.n > 1:
            found.append(Turn(self, "doubling", resonance_point))
            found.append(Turn(self, "meeting", singular_meeting))
        if self.n > 2:
            found.append(Turn(self, "pairing", singular_meeting))
        return found

    def shifted(self, A: np.ndarray) -> np.ndarray:
        return A - self.mu * np.eye(self.n)

    def bordered(self, A: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """v, w and g."""
        M = np.zeros((self.n + 1, self.n + 1))
        size = max(np.abs(A).max(), 1e-300)
        M[:-1, :-1] = self.shifted(A) / size
        M[:-1, -1], M[-1, :-1] = self.left, self.right
        one = np.append(np.zeros(self.n), 1.0)
        v, w = np.linalg.solve(M, one), np.linalg.solve(M.T, one)
        return v[:-1], w[:-1], size * float(v[-1])

    def conditions(
        self, z: np.ndarray, place: np.ndarray, A: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        v, w, g = self.bordered(A)
        return np.array([g]), self.spread(-w @ self.bent(place, v))[None]

    def refer(self, z: np.ndarray) -> None:
        v, w, _ = self.bordered(self.scaled(self.jacobian(z)))
        self.left, self.right = w / np.linalg.norm(w), v / np.linalg.norm(v)

    def facts(self, z: np.ndarray, *unused: np.ndarray) -> Singular:
        A, is_map = self.jacobian(z), self.plane.is_map
        v, w, _ = self.bordered(self.scaled(A))
        values = spectrum_of(A, is_map)[0]
        others = np.delete(values, np.argmin(np.abs(values - self.mu)))
        size = np.abs(others) if is_map else others.real + 1
        return Singular(
            values,
            v,
            w,
            doubling=float(w @ v) / float(np.linalg.norm(w) * np.linalg.norm(v)),
            bending=self.bending(z, v, w),
            pairing=pairing(others, is_map),
            meeting=float(np.prod((others + self.mu) / (np.abs(others) + 1)).real),
            stable=bool((size < 1).all()),
        )

    def bending(self, z: np.ndarray, v: np.ndarray, w: np.ndarray) -> float:
        """w^T B(v, v); of a flip w^T [C(v, v, v) + 3 B(v, (1 - A)^-1 B(v, v))] det(1 - A), without
        the pole where another multiplier is 1."""
        place, state = self.place_of(z), np.append(self.sizes * v, [0.0, 0.0])
        square = self.field.B(place, state, state)
        if self.mu >= 0:
            return float(w @ (square / self.sizes))
        steady = np.eye(self.n) - self.scaled(self.jacobian(z))
        try:
            inner = self.sizes * np.linalg.solve(steady, square / self.sizes)
        except np.linalg.LinAlgError:
            return math.nan
        cubic = self.field.C(place, state, state, state)
        cubic = cubic + 3 * self.field.B(place, state, np.append(inner, [0.0, 0.0]))
        return float(w @ (cubic / self.sizes)) * float(np.linalg.det(steady))


def singular_curve_through(
    point: SpecialPoint, plane: Plane, settings: Settings, kind: str, mu: float, both_ways: bool
) -> Branch:
    """The curve of a kind through a point of it."""
    turns = int(point.notes.get("turns", 1))

    def curve_at(z: np.ndarray) -> SingularCurve:
        return SingularCurve(plane, z, mu, turns)

    start = np.array([*point.state.values(), *(point.parameters[name] for name in plane.names)])
    return branch_through(curve_at, start, settings, kind, both_ways)


Through = Callable[..., Branch]


def through(kind: str, mu: float) -> Through:
    def curve_through(
        point: SpecialPoint, plane: Plane, settings: Settings, *, both_ways: bool, **_: int
    ) -> Branch:
        at = 1.0 if plane.is_map and mu == 0 else mu
        return singular_curve_through(point, plane, settings, kind, at, both_ways)

    return curve_through
