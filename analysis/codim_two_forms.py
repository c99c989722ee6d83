"""Normal forms of equilibria of codimension two.

After Kuznetsov, Numerical normalization techniques for all codim 2 bifurcations of equilibria in
ODEs, SIAM J. Numer. Anal. 36 (1999) 1104-1124, and his book (2004), chapter 8. B to E are the
multilinear forms; h are the coefficients of the centre manifold; <p, q> = sum conj(p_i) q_i.
"""

from dataclasses import dataclass

import numpy as np

from .normal_forms import Forms, adjoint


def within(A: np.ndarray, q: np.ndarray, p: np.ndarray, right: np.ndarray) -> np.ndarray:
    """x with A x = right, <p, x> = 0, for a singular A with null vectors q and p."""
    n = len(A)
    M = np.zeros((n + 1, n + 1), dtype=complex)
    M[:n, :n], M[:n, n], M[n, :n] = A, q, p.conj()
    return np.linalg.solve(M, np.append(right, 0.0))[:n]


def cusp_form(forms: Forms, q: np.ndarray, mu: float) -> float:
    """c of w' = b1 + b2 w + c w^3 (8.24): c = <p, C(q,q,q) + 3 B(q, h2)>/6, A h2 = -B(q,q)."""
    p = adjoint(forms.A, mu, q)
    h2 = -within(forms.A - mu * np.eye(forms.n), q, p, forms.B(q, q))
    return float(np.vdot(p, forms.C(q, q, q) + 3 * forms.B(q, h2)).real / 6)


def bogdanov_takens_form(forms: Forms) -> tuple[float, float, np.ndarray, np.ndarray]:
    """a, b of w0' = w1, w1' = b1 + b2 w0 + a w0^2 + b w0 w1 (8.58), and the chain q0, q1:

    A q0 = 0, A q1 = q0, A^T p1 = 0, A^T p0 = p1, a = <p1, B(q0,q0)>/2,
    b = <p0, B(q0,q0)> + <p1, B(q0,q1)>, with |q0| = 1 and q1 orthogonal to q0.
    """
    A = forms.A
    U, _, Vt = np.linalg.svd(A)
    q0, p1 = Vt[-1], U[:, -1]
    q0 = q0 * np.sign(q0[np.argmax(np.abs(q0))])
    M = np.zeros((forms.n + 1, forms.n + 1))
    M[:-1, :-1], M[:-1, -1], M[-1, :-1] = A, p1, q0
    q1 = np.linalg.solve(M, np.append(q0, 0.0))[:-1]
    p0 = np.linalg.solve(M.T, np.append(p1, 0.0))[:-1]
    size = p1 @ q1
    p0, p1 = p0 / size, p1 / size
    p0 = p0 - (p0 @ q1) * p1
    square = forms.B(q0, q0).real
    a = float(p1 @ square) / 2
    b = float(p0 @ square + p1 @ forms.B(q0, q1).real)
    return a, b, q0, q1


def second_lyapunov(forms: Forms, q: np.ndarray, omega: float) -> float:
    """l2 = Re G32/(12 omega) at a Bautin point (8.49), <q, q> = <p, q> = 1."""
    q = q / np.linalg.norm(q)
    A, one, i = forms.A, np.eye(forms.n), 1j * omega
    B, C, D, E = forms.B, forms.C, forms.D, forms.E
    p, r = adjoint(A, i, q), q.conj()
    h20 = np.linalg.solve(2 * i * one - A, B(q, q))
    h11 = -np.linalg.solve(A, B(q, r))
    g02, g12 = h20.conj(), None
    h30 = np.linalg.solve(3 * i * one - A, C(q, q, q) + 3 * B(q, h20))
    third = C(q, q, r) + B(r, h20) + 2 * B(q, h11)
    c1 = np.vdot(p, third) / 2
    h21 = -within(A - i * one, q, p, third - 2 * c1 * q)
    g12 = h21.conj()
    h31 = np.linalg.solve(
        2 * i * one - A,
        D(q, q, q, r)
        + 3 * C(q, q, h11)
        + 3 * C(q, r, h20)
        + 3 * B(h20, h11)
        + B(r, h30)
        + 3 * B(q, h21)
        - 6 * c1 * h20,
    )
    h22 = -np.linalg.solve(
        A,
        D(q, q, r, r)
        + 4 * C(q, r, h11)
        + C(r, r, h20)
        + C(q, q, g02)
        + 2 * B(h11, h11)
        + 2 * B(q, g12)
        + 2 * B(r, h21)
        + B(g02, h20)
        - 4 * h11 * (c1 + np.conj(c1)),
    )
    G32 = (
        E(q, q, q, r, r)
        + D(q, q, q, g02)
        + 3 * D(q, r, r, h20)
        + 6 * D(q, q, r, h11)
        + C(r, r, h30)
        + 3 * C(q, q, g12)
        + 6 * C(q, r, h21)
        + 3 * C(q, g02, h20)
        + 6 * C(q, h11, h11)
        + 6 * C(r, h20, h11)
        + 2 * B(r, h31)
        + 3 * B(q, h22)
        + B(g02, h30)
        + 3 * B(g12, h20)
        + 6 * B(h11, h21)
    )
    return float(np.vdot(p, G32).real / (12 * omega))


@dataclass(frozen=True)
class ZeroHopf:
    """u' = b1 + u^2 + s |z|^2, z' = (b2 + i w) z + (theta + i ...) u z + ... (8.86)."""

    s: float
    theta: float
    G200: float
    G011: float
    G110: complex


def zero_hopf_form(forms: Forms, q0: np.ndarray, q1: np.ndarray, omega: float) -> ZeroHopf:
    """With u' = G200 u^2/2 + G011 |z|^2, z' = i w z + G110 u z: s = sign(G200 G011),
    theta = 2 Re G110 / G200."""
    p0, p1 = adjoint(forms.A, 0.0, q0), adjoint(forms.A, 1j * omega, q1)
    G200 = float(np.vdot(p0, forms.B(q0, q0)).real)
    G011 = float(np.vdot(p0, forms.B(q1, q1.conj())).real)
    G110 = complex(np.vdot(p1, forms.B(q0, q1)))
    return ZeroHopf(float(np.sign(G200 * G011)), 2 * G110.real / G200, G200, G011, G110)


@dataclass(frozen=True)
class HopfHopf:
    """r1' = r1 (b1 + p11 r1^2 + p12 r2^2), r2' = r2 (b2 + p21 r1^2 + p22 r2^2); section 8.6."""

    p11: float
    p12: float
    p21: float
    p22: float

    @property
    def theta(self) -> float:
        return self.p12 / self.p22

    @property
    def delta(self) -> float:
        return self.p21 / self.p11


def hopf_hopf_form(
    forms: Forms, q: tuple[np.ndarray, np.ndarray], omega: tuple[float, float]
) -> HopfHopf:
    """The real parts of G2100/2, G1011, G1110 and G0021/2."""
    A, one = forms.A, np.eye(forms.n)

    def parts(a: int, b: int) -> tuple[float, float]:
        """How the oscillation `a` acts on itself, and `b` on it."""
        qa, qb, wa, wb = q[a], q[b], omega[a], omega[b]
        ra, rb, p = qa.conj(), qb.conj(), adjoint(A, 1j * wa, qa)

        def inverse(frequency: float, right: np.ndarray) -> np.ndarray:
            return np.linalg.solve(1j * frequency * one - A, right)

        double, steady = inverse(2 * wa, forms.B(qa, qa)), inverse(0.0, forms.B(qa, ra))
        own = forms.C(qa, qa, ra) + forms.B(double, ra) + 2 * forms.B(steady, qa)
        other = forms.C(qa, qb, rb)
        other = other + forms.B(qa, inverse(0.0, forms.B(qb, rb)))
        other = other + forms.B(qb, inverse(wa - wb, forms.B(qa, rb)))
        other = other + forms.B(rb, inverse(wa + wb, forms.B(qa, qb)))
        return float(np.vdot(p, own).real / 2), float(np.vdot(p, other).real)

    p11, p12 = parts(0, 1)
    p22, p21 = parts(1, 0)
    return HopfHopf(p11, p12, p21, p22)
