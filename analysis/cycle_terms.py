"""What the normal forms of cycles are made of: multilinear forms along the orbit, projections.

Functions are arrays (N, m, n) of values at the Gauss points, time is tau/T. The projection <p, r>
on the adjoint eigenfunction p is read off the bordered problem of `variational`: the number g that
makes its right side r solvable is -<p, r>/<p, border>, whatever the border. So no adjoint problem
is solved, and all growth and decay along the orbit stays within one well-conditioned system.
"""

import numpy as np

from .periodic_system import PeriodicSystem
from .variational import Variational, bilinear


class Terms:
    """At a critical point: v of norm one, s (of a fold), A, B, C, and linear problems.

    The system of `linear` is that of the cycle itself with its parameter held.
    """

    def __init__(self, problem: Variational):
        self.curve = curve = problem.curve
        self.z, self.linear = problem.z, problem.linear
        self.system, self.theta = problem.system, problem.theta
        self.T, self.A, self.slope = problem.T, problem.A, problem.slopes[..., 0]
        self.f = self.linear.f
        v, sigma = problem.phi, problem.sigma.real
        X = curve.split(self.z)[0][:, 1:]
        swing = X - np.einsum("ji,jin->n", curve.share, X)
        self.amplitude = self.norm(swing)
        if problem.kind == "cycle fold":
            v = self.off_orbit(v)
            if self.inner(v, swing) < 0:
                v, sigma = -v, -sigma
        norm = self.norm(v)
        self.v, self.s = v / norm, sigma / norm / self.T
        self.along = self.f / self.norm(self.f)

    def inner(self, u: np.ndarray, v: np.ndarray) -> float:
        return float((self.curve.share[..., None] * u.conj() * v).sum().real)

    def norm(self, u: np.ndarray) -> float:
        return float(np.sqrt(self.inner(u, u)))

    def off_orbit(self, u: np.ndarray) -> np.ndarray:
        """u without its part along u_0'."""
        return u - self.f * (self.inner(self.f, u) / self.inner(self.f, self.f))

    def moved(self, u: np.ndarray) -> np.ndarray:
        """A u."""
        return np.einsum("jiab,jib->jia", self.A, u)

    def B(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return bilinear(self.curve, self.z, u, v)

    def cubic(self) -> np.ndarray:
        """C(v, v, v conj); for v = a + i b that is v (a^2 + b^2), written out."""
        curve, places = self.curve, self.curve.points(self.z)

        def C(*vectors: np.ndarray) -> np.ndarray:
            still = np.zeros((curve.field.k, places.shape[1]))
            columns = (np.vstack([u.reshape(-1, curve.n).T, still]) for u in vectors)
            return curve.stage(curve.field.C(places, *columns))

        if not np.iscomplexobj(self.v):
            return C(self.v, self.v, self.v)
        a, b = self.v.real, self.v.imag
        return C(a, a, a) + C(a, b, b) + 1j * (C(a, a, b) + C(b, b, b))

    def projected(self, *sides: np.ndarray) -> np.ndarray:
        """The real parts of T <p, side> with <p, v> = 1, each from its g and that of v."""
        right = np.zeros((len(self.system.sigma), 1 + len(sides)))
        g = self.system.solve(np.stack([self.v, *sides], axis=-1), right)[1][-1]
        return self.T * (g[1:] / g[0]).real

    def periodic(self, side: np.ndarray) -> tuple[np.ndarray, float]:
        """u, off the orbit, and a with u' = T (A u + side - a f), u(1) = u(0)."""
        u, s = self.linear.system.solve(self.T * side[..., None], np.zeros((2, 1)))
        return self.off_orbit(u[:, 1:, :, 0]), float(-s[0, 0].real / self.T)

    def twisted(self, side: np.ndarray, twist: complex) -> np.ndarray:
        """u with u' = T (A u + side), u(1) = twist u(0)."""
        curve = self.curve
        N, m, n = self.f.shape
        nothing = np.zeros((N, m, n, 1)), np.zeros((1, N, m, n))
        one = np.ones((1, 1))  # a number of its own: the system takes at least one
        system = PeriodicSystem(
            curve.gauss, curve.h, self.T * self.A, *nothing, one, twist, curve.scale
        )
        return system.solve(self.T * side[..., None], np.zeros((1, 1)))[0][:, 1:, :, 0]
