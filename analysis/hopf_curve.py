"""Curves of Hopf points by a minimally augmented system.

    S = A^2 + kappa,    [S, W0; V0^T, 0] [V; G] = [0; 1]

kappa = omega^2. S has a double null space exactly where G, 2 by 2, vanishes; two
combinations of its entries do as equations (Govaerts 2000, section 5.2). kappa = 0 is a
Bogdanov-Takens point and nothing special for the system: beyond it two real eigenvalues add up to
zero (neutral saddles, no bifurcation), and the curve may come back.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .augmented_curve import AugmentedCurve
from .branch import Branch
from .codim_two_detectors import Turn
from .codim_two_points import bautin_point, bogdanov_takens_point, hopf_hopf_point, zero_hopf_point
from .continuation import Point, Settings
from .critical_eigenvalue import equations_at
from .equilibrium_curve import pairing, spectrum_of
from .normal_forms import Forms, lyapunov_terms
from .plane import Plane
from .plane_curve import Escape, edges_of
from .plane_points import branch_through
from .special_point import SpecialPoint

CHANGE = 0.5  # of l1 relative to itself, from one point to the next
SHORT = 0.01  # a step in which nothing hides
NEUTRAL = 1e-9  # kappa, relative to the size of A squared, below which nothing oscillates


@dataclass(frozen=True)
class Oscillating:
    """What the curve knows of a point."""

    eigenvalues: np.ndarray
    kappa: float
    l1: float  # nan for neutral saddles
    bending: float  # l1 relative to its terms, smooth where l1 has the pole of a zero-Hopf point
    zero: float  # changes sign with a real eigenvalue
    pairing: float  # of the other eigenvalues
    stable: bool  # as far as the other eigenvalues go


class HopfCurve(AugmentedCurve):
    """z = (x, kappa, a, b)."""

    extra = 1

    def __init__(self, plane: Plane, z: np.ndarray, turns: int = 1):
        super().__init__(plane, z, turns)
        A = self.scaled(self.jacobian(z))
        self.weigh(np.array([max(abs(z[-3]), 1e-2 * float(np.linalg.norm(A, 2)) ** 2)]))
        U, _, Vt = np.linalg.svd(self.doubled(A, z[-3]))
        self.left, self.right = U[:, -2:], Vt[-2:].T
        self.chosen = np.eye(4)[:2]
        self.usual = 0.0  # size of the terms of l1
        self.choose(z)
        self.detectors = [*edges_of(self), Escape(self, self.sizes), *self.watched()]

    def watched(self) -> list[Turn]:
        found = [Turn(self, "kappa", bogdanov_takens_point), Turn(self, "bending", bautin_point)]
        if self.n > 2:
            found.append(Turn(self, "zero", zero_hopf_point))
        if self.n > 3:
            found.append(Turn(self, "pairing", hopf_hopf_point))
        return found

    def polynomial(self, kappa: float) -> tuple[float, float]:
        """h and c of S = A^2 - 2 h A + c."""
        return 0.0, kappa

    def slope(self, A: np.ndarray) -> np.ndarray:
        """dS/dkappa."""
        return np.eye(self.n)

    def doubled(self, A: np.ndarray, kappa: float) -> np.ndarray:
        half, constant = self.polynomial(kappa)
        return A @ A - 2 * half * A + constant * np.eye(self.n)

    def bordered(self, A: np.ndarray, kappa: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """V, W (n, 2) and G (2, 2)."""
        n = self.n
        S = self.doubled(A, kappa)
        size = max(np.abs(S).max(), 1e-300)
        M = np.zeros((n + 2, n + 2))
        M[:n, :n], M[:n, n:], M[n:, :n] = S / size, self.left, self.right.T
        one = np.zeros((n + 2, 2))
        one[n:] = np.eye(2)
        V, W = np.linalg.solve(M, one), np.linalg.solve(M.T, one)
        return V[:n], W[:n], size * V[n:]

    def conditions(
        self, z: np.ndarray, place: np.ndarray, A: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        G, rows = self.entries(z, place, A)
        return self.chosen @ G, self.chosen @ rows

    def entries(
        self, z: np.ndarray, place: np.ndarray, A: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The four entries of G and their derivatives, dG = -W^T dS V."""
        V, W, G = self.bordered(A, z[-3])
        half, _ = self.polynomial(z[-3])
        through, back = A @ V - 2 * half * V, A.T @ W
        turn = W.T @ self.slope(A) @ V
        rows = np.zeros((2, 2, len(z)))
        for c in range(2):
            moved, bent = self.bent(place, through[:, c]), self.bent(place, V[:, c])
            rows[:, c] = self.spread(-(W.T @ moved + back.T @ bent))
            rows[:, c, -3] = -turn[:, c]
        return G.ravel(), rows.reshape(4, -1)

    def choose(self, z: np.ndarray) -> None:
        """Two combinations of the entries that determine the curve best."""
        place = self.place_of(z)
        _, rows = self.entries(z, place, self.scaled(self.jacobian(z)))
        rest = self.spread(equations_at(self.field, place)[1]) * self.scale
        rest /= np.maximum(np.abs(rest).max(axis=1, keepdims=True), 1e-300)
        within = np.linalg.svd(rest)[2][self.n :].T
        self.chosen = np.linalg.svd(rows * self.scale @ within)[0][:, :2].T

    def refer(self, z: np.ndarray) -> None:
        V, W, _ = self.bordered(self.scaled(self.jacobian(z)), z[-3])
        self.left, self.right = np.linalg.qr(W)[0], np.linalg.qr(V)[0]
        self.choose(z)

    def oscillation(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """omega and the eigenvector."""
        omega = math.sqrt(z[-3])
        values, vectors = spectrum_of(self.jacobian(z), False)
        return omega, vectors[:, int(np.argmin(np.abs(values - 1j * omega)))]

    def lyapunov(self, z: np.ndarray) -> tuple[float, float]:
        """l1, also relative to its terms here and at the start; nan at a zero-Hopf point."""
        omega, q = self.oscillation(z)
        try:
            terms = lyapunov_terms(Forms(self.field, self.place_of(z)), q, omega)
        except np.linalg.LinAlgError:
            return math.nan, math.nan
        total, size = sum(term.real for term in terms), sum(map(abs, terms))
        self.usual = self.usual or size
        return total / (2 * omega), total / (size + self.usual + 1e-300)

    def facts(self, z: np.ndarray, *_: np.ndarray) -> Oscillating:
        kappa = float(z[-3])
        A = self.jacobian(z)
        values = spectrum_of(A, False)[0]
        others = np.delete(values, np.argsort(np.abs(values * values + kappa))[:2])
        oscillates = kappa > NEUTRAL * float(np.linalg.norm(self.scaled(A), 2)) ** 2
        zero = float(np.prod(others / (np.abs(others) + math.sqrt(abs(kappa)) + 1e-300)).real)
        l1, bending = self.lyapunov(z) if oscillates else (math.nan, math.nan)
        return Oscillating(
            values,
            kappa,
            l1,
            bending=bending * math.copysign(1.0, zero),
            zero=zero if oscillates else math.nan,
            pairing=pairing(others, False) if oscillates else math.nan,
            stable=bool(oscillates and (others.real < 0).all()),
        )

    def columns(self, points: Sequence[Point]) -> dict[str, np.ndarray]:
        """omega and l1, nan for neutral saddles (unless the model has such names)."""
        kappa = np.array([point.facts.kappa for point in points])
        l1 = np.array([point.facts.l1 for point in points])
        omega = np.where(np.isnan(l1), np.nan, np.sqrt(np.maximum(kappa, 0.0)))
        taken = {*self.plane.model.states, *self.plane.names}
        return {k: v for k, v in (("omega", omega), ("l1", l1)) if k not in taken}

    def explained(self, before: Point, after: Point, found: Sequence[SpecialPoint]) -> bool:
        """Two Bautin points may hide where l1 changes much. Beside a Bogdanov-Takens point it has
        the sign of a b; another one means that a Bautin point lies between."""
        a, b = before.facts.bending, after.facts.bending
        much = a * b > 0 and abs(b - a) > CHANGE * max(abs(a), abs(b))
        if much and after.s - before.s > SHORT:
            return False
        if len(found) != 1 or found[0].kind != "bogdanov-takens":
            return True
        first, second = found[0].coefficient  # type: ignore[misc]
        side = before.facts if before.facts.kappa > 0 else after.facts
        return math.isnan(side.l1) or side.l1 * first * second > 0


def curve_through(
    point: SpecialPoint, plane: Plane, settings: Settings, *, both_ways: bool, **_: int
) -> Branch:
    """The curve of Hopf points through one, or through a point of codimension two on it."""
    omega = float(point.notes.get("omega", 0.0))
    values = [point.parameters[name] for name in plane.names]
    start = np.array([*point.state.values(), omega**2, *values])
    return branch_through(lambda z: HopfCurve(plane, z), start, settings, "hopf", both_ways)
