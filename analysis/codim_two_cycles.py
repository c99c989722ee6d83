"""Normal forms of cusps of cycles and generalised period doublings.

The periodic normalisation of `cycle_normal_forms`, two orders further (De Witte, Della Rossa,
Govaerts and Kuznetsov, SIAM J. Appl. Dyn. Syst. 12 (2013) 722):

    cusp of cycles       u = u_0 + xi v + xi^2 h2/2 + ...    tau' = 1 - s xi + a xi^2 + ...
                         xi' = c xi^3
    generalised doubling u = u_0 + xi v + ... + xi^4 h4/24   tau' = 1 + a1 xi^2 + a2 xi^4 + ...
                         xi' = e xi^5

After one turn xi -> xi + c T xi^3 and xi -> -xi - e T xi^5; given are c T and -e T, with v of norm
one over the period, off the orbit.
"""

import numpy as np

from .critical_forms import Held, along
from .variational import Variational


class Waves:
    """v off the orbit and of norm one, multilinear forms along the orbit, projections."""

    def __init__(self, problem: Variational):
        self.problem, self.curve = problem, problem.curve
        self.T, self.f = problem.T, problem.linear.f
        v = problem.phi
        if problem.kind == "cycle fold":
            v = v - self.f * (self.inner(self.f, v) / self.inner(self.f, self.f))
        norm = np.sqrt(self.inner(v, v))
        self.v, self.s = v / norm, problem.sigma.real / norm / self.T
        self.places = self.curve.points(problem.z)

    def inner(self, u: np.ndarray, v: np.ndarray) -> float:
        return float((self.curve.share[..., None] * u * v).sum())

    def moved(self, u: np.ndarray) -> np.ndarray:
        """A u."""
        return along(self.problem.A, u)

    def form(self, name: str, *vectors: np.ndarray) -> np.ndarray:
        """B, C, D or E of functions along the orbit."""
        curve = self.curve
        still = np.zeros((curve.field.k, self.places.shape[1]))
        columns = (np.vstack([u.reshape(-1, curve.n).T, still]) for u in vectors)
        return curve.stage(getattr(curve.field, name)(self.places, *columns))

    def critical(self, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """u, without a part along v, and numbers with u' = A u + side + ..., and u like v."""
        system = self.problem.system
        u, s = system.solve(self.T * side[..., None], np.zeros((len(system.sigma), 1)))
        return u[:, 1:, :, 0], s[:, 0].real / self.T

    def projected(self, side: np.ndarray) -> float:
        """T <p, side> with <p, v> = 1."""
        system = self.problem.system
        right = np.zeros((len(system.sigma), 2))
        g = system.solve(np.stack([self.v, side], axis=-1), right)[1][-1]
        return float(self.T * (g[1] / g[0]).real)


def cusp_of_cycles(problem: Variational) -> float:
    """c T, with h2' = A h2 + B(v, v) + 2 s A v + (2 s^2 - 2 a) f and
    c = <p, C(v, v, v)/6 + B(v, h2)/2 + s/2 (A h2 + B(v, v) + 2 s A v) - a A v>."""
    w = Waves(problem)
    v, s = w.v, w.s
    square = w.form("B", v, v) + 2 * s * w.moved(v)
    h2, numbers = w.critical(square)
    a = s * s - numbers[0] / 2
    side = w.form("C", v, v, v) / 6 + w.form("B", v, h2) / 2
    return w.projected(side + s / 2 * (w.moved(h2) + square) - a * w.moved(v))


def generalised_doubling(problem: Variational, held: Held) -> float:
    """-e T at a point with c = 0, with h2, h4 periodic, v and h3 of opposite sign after a period,

    h2' = A h2 + B(v, v) - 2 a1 f, h3' = A h3 + C(v, v, v) + 3 B(v, h2) - 6 a1 A v,
    h4' = A h4 + D(v, v, v, v) + 6 C(v, v, h2) + 3 B(h2, h2) + 4 B(v, h3) - 12 a1 h2' - 24 a2 f,
    e = <p, E(v, v, v, v, v)/120 + D(v, v, v, h2)/12 + C(v, h2, h2)/8 + C(v, v, h3)/12
         + B(v, h4)/24 + B(h2, h3)/12 - a1 h3'/6 - a2 A v>.
    """
    w = Waves(problem)
    v, T, form = w.v, w.T, w.form
    square = form("B", v, v)
    h2, number = held.solve(T * square)
    a1 = -number / T / 2
    slope2 = w.moved(h2) + square - 2 * a1 * w.f
    third = form("C", v, v, v) + 3 * form("B", v, h2) - 6 * a1 * w.moved(v)
    h3, _ = w.critical(third)
    slope3 = w.moved(h3) + third
    fourth = form("D", v, v, v, v) + 6 * form("C", v, v, h2) + 3 * form("B", h2, h2)
    h4, number = held.solve(T * (fourth + 4 * form("B", v, h3) - 12 * a1 * slope2))
    a2 = -number / T / 24
    side = form("E", v, v, v, v, v) / 120 + form("D", v, v, v, h2) / 12
    side = side + form("C", v, h2, h2) / 8 + form("C", v, v, h3) / 12
    side = side + form("B", v, h4) / 24 + form("B", h2, h3) / 12
    return -w.projected(side - a1 * slope3 / 6 - a2 * w.moved(v))
