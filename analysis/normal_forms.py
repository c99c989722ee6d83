"""Normal form coefficients of equilibria and of fixed points of maps.

Formulas and normalisation of Kuznetsov, Elements of Applied Bifurcation Theory, 3rd edition (2004):
<p, q> = sum conj(p_i) q_i, A q = mu q, A^T p = conj(mu) p, <q, q> = <p, q> = 1. The multilinear
forms B and C are the second and third derivatives of the right sides in the states.
"""

import math
from collections.abc import Callable
from itertools import product

import numpy as np

from ..dynamics.freed import FreedField
from .iterate import IteratedField


class Forms:
    """A and the multilinear forms B to E at a point, for complex vectors of states.

    The forms are symmetric: of the 8 triples of real and imaginary parts that C(q, q, q*) is made
    of 4 are different. Each is evaluated once.
    """

    def __init__(self, field: FreedField | IteratedField, z: np.ndarray):
        self.field, self.z, self.n = field, z, field.n
        self.A = field.linearisation(z)[1][:, : self.n]
        self._vectors: list[np.ndarray] = []
        self._place: dict[bytes, int] = {}
        self._known: dict[tuple, np.ndarray] = {}

    def B(self, *vectors: np.ndarray) -> np.ndarray:
        return self._form("B", self.field.B, vectors)

    def C(self, *vectors: np.ndarray) -> np.ndarray:
        return self._form("C", self.field.C, vectors)

    def D(self, *vectors: np.ndarray) -> np.ndarray:
        return self._form("D", self._smooth.D, vectors)

    def E(self, *vectors: np.ndarray) -> np.ndarray:
        return self._form("E", self._smooth.E, vectors)

    @property
    def _smooth(self) -> FreedField:
        assert isinstance(self.field, FreedField), "this is a bug: an iterate has no D and E"
        return self.field

    def _form(
        self, name: str, form: Callable[..., np.ndarray], vectors: tuple[np.ndarray, ...]
    ) -> np.ndarray:
        """A multilinear form of real and complex vectors, by its values on their parts."""
        factors: dict[tuple[int, ...], complex] = {}
        for chosen in product(*(self._parts(u) for u in vectors)):
            places = tuple(sorted(place for _, place in chosen))
            factor = math.prod(factor for factor, _ in chosen)
            factors[places] = factors.get(places, 0.0) + factor
        total = np.zeros(self.n, dtype=complex)
        for places, factor in factors.items():
            if factor:
                total += factor * self._on_reals(name, form, places)
        return total

    def _on_reals(
        self, name: str, form: Callable[..., np.ndarray], places: tuple[int, ...]
    ) -> np.ndarray:
        key = name, *places
        if key not in self._known:
            self._known[key] = form(self.z, *(self._vectors[i] for i in places))
        return self._known[key]

    def _parts(self, u: np.ndarray) -> list[tuple[complex, int]]:
        """A complex vector as real ones, with their factors and their places among those known;
        its conjugate has the same."""
        found: list[tuple[complex, int]] = [(1.0, self._known_as(u.real))]
        if np.iscomplexobj(u) and u.imag.any():
            turned = u.imag[np.abs(u.imag).argmax()] < 0
            found.append((-1j, self._known_as(-u.imag)) if turned else (1j, self._known_as(u.imag)))
        return found

    def _known_as(self, vector: np.ndarray) -> int:
        place = self._place.setdefault(vector.tobytes(), len(self._vectors))
        if place == len(self._vectors):
            self._vectors.append(np.concatenate([vector, np.zeros(len(self.z) - self.n)]))
        return place


def adjoint(A: np.ndarray, mu: complex, q: np.ndarray) -> np.ndarray:
    """p with A^T p = conj(mu) p and <p, q> = 1, for an eigenvalue mu of A.

    The left null vector of A - mu, by singular values: the balancing within eigenvalue routines
    goes astray over elements that are nearly zero.
    """
    p = np.linalg.svd(A - mu * np.eye(len(A)))[0][:, -1]
    return p / np.conj(np.vdot(p, q))


def largest_positive(q: np.ndarray) -> np.ndarray:
    """The unit vector along q whose largest component is positive."""
    q = q / np.linalg.norm(q)
    return q * np.sign(q[np.argmax(np.abs(q))])


def fold_coefficient(forms: Forms, q: np.ndarray, mu: float) -> tuple[float, np.ndarray]:
    """a = <p, B(q, q)>/2 of w' = beta + a w^2 (eq. 5.23), and p; mu = 0, or 1 for a map."""
    p = adjoint(forms.A, mu, q)
    return float((p @ forms.B(q, q)).real / 2), p


def first_lyapunov(forms: Forms, q: np.ndarray, omega: float) -> float:
    """l1 of a Hopf point, eq. (5.34):

    l1 = Re[<p, C(q,q,q*)> - 2 <p, B(q, A^-1 B(q,q*))> + <p, B(q*, (2 i omega - A)^-1 B(q,q))>]
         / (2 omega)
    """
    return sum(term.real for term in lyapunov_terms(forms, q, omega)) / (2 * omega)


def lyapunov_terms(forms: Forms, q: np.ndarray, omega: float) -> list[complex]:
    """The three terms of eq. (5.34), whose real parts add up to 2 omega l1."""
    q = q / np.linalg.norm(q)
    p, conj = adjoint(forms.A, 1j * omega, q), q.conj()
    steady = np.linalg.solve(forms.A, forms.B(q, conj))
    double = np.linalg.solve(2j * omega * np.eye(forms.n) - forms.A, forms.B(q, q))
    terms = forms.C(q, q, conj), -2 * forms.B(q, steady), forms.B(conj, double)
    return [complex(np.vdot(p, term)) for term in terms]


def flip_coefficient(forms: Forms, q: np.ndarray) -> float:
    """c of w -> -w + c w^3, eq. (5.47): <p, C(q,q,q) + 3 B(q, (1 - A)^-1 B(q,q))>/6."""
    q = largest_positive(q)
    p = adjoint(forms.A, -1.0, q)
    inner = np.linalg.solve(np.eye(forms.n) - forms.A, forms.B(q, q).real)
    return float((p @ (forms.C(q, q, q) + 3 * forms.B(q, inner))).real / 6)


def neimark_sacker_coefficient(forms: Forms, q: np.ndarray, theta: float) -> float:
    """d of r -> r + d r^3 at a Neimark-Sacker point, eq. (5.73)."""
    q = q / np.linalg.norm(q)
    turn = np.exp(1j * theta)
    p, conj, one = adjoint(forms.A, turn, q), q.conj(), np.eye(forms.n)
    steady = np.linalg.solve(one - forms.A, forms.B(q, conj))
    double = np.linalg.solve(turn * turn * one - forms.A, forms.B(q, q))
    total = forms.C(q, q, conj) + 2 * forms.B(q, steady) + forms.B(conj, double)
    return float((np.vdot(p, total) / turn).real / 2)
