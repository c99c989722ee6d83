"""Normal form coefficients of cycle folds, period doublings and torus bifurcations.

The periodic normalisation of Kuznetsov, Govaerts, Doedel and Dhooge, SIAM J. Numer. Anal. 43 (2005)
1407, needs no Poincare map. Beside the critical cycle u_0(tau), tau in [0, T],

    fold              u = u_0 + xi v + ...           tau' = 1 - s xi + ...      xi' = b xi^2
    period doubling   u = u_0 + xi v + ...           tau' = 1 + a xi^2 + ...    xi' = c xi^3
    torus             u = u_0 + 2 Re(xi v) + ...     tau' = 1 + a |xi|^2 + ...  |xi|' = d |xi|^3

(their fold has s = 1, which an isochronous one, s = 0, can't have; their complex d has this real
part). One turn takes the time T, so that on any section, with xi along v there, the Poincare map is

    fold              xi -> xi + b xi^2        b T of the periodic normal form
    period doubling   xi -> -xi + c xi^3       -c T: supercritical where c > 0
    torus             r -> r + d r^3           Re(d) T: supercritical where d < 0

These b, c and d are what `cycle_normal_form` gives, with v of norm one over the period,

    integral of <v, v> over tau / T = 1     in the units of the states, as <q, q> = 1 at a Hopf point,

at a fold with v orthogonal to u_0' in the same inner product, and turned to the larger orbits: the
integral of <v, u_0 - mean of u_0> is positive. Where b < 0 the larger of the two cycles has the
critical multiplier below 1 and the smaller one above. The coefficients depend on neither the phase
nor the section; they scale like 1/|v| (fold) and 1/|v|^2. Supercritical says that the new cycle (or
torus) attracts within the centre manifold: it is stable where all other multipliers allow.

Projections <p, r> on the adjoint eigenfunction p are read off the bordered problem of
`variational`: the number g that makes its right side solvable is -<p, r>/<p, border>. No adjoint
problem is solved, and all growth along the orbit stays within one well-conditioned system.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .periodic_system import PeriodicSystem
from .variational import Critical, Variational, bilinear

if TYPE_CHECKING:
    from .cycle_curve import CycleCurve, Linear

NAMES = {
    "cycle fold": "b of xi -> xi + b xi^2",
    "period doubling": "c of xi -> -xi + c xi^3",
    "torus": "d of r -> r + d r^3",
}
KNOWN = 0.1  # relative uncertainty beyond which no coefficient is given
NO_TERM = 1e-9  # relative to the terms that cancel, a coefficient is zero
RESONANT = 1e-4  # |exp(i k theta) - 1|, k = 1 to 4: r -> r + d r^3 is not the normal form


@dataclass(frozen=True)
class CycleNormalForm:
    """A coefficient of the Poincare map's normal form, and what its sign means."""

    coefficient: float
    name: str
    criticality: str  # "supercritical", "subcritical", "degenerate"; "" of a fold
    uncertainty: float  # of the coefficient
    slope: float | None = None  # of a fold: xi -> xi + slope (lambda - lambda_0) + b xi^2


def cycle_normal_form(
    curve: "CycleCurve", kind: str, critical: Critical
) -> CycleNormalForm | None:
    """The coefficient at a located point; None where it can't be trusted or isn't defined.

    The uncertainty is what a shift of the higher terms along the orbit (by the size of the terms)
    would add: nothing, in exact arithmetic on a fine mesh.
    """
    held = np.zeros_like(critical.z)
    held[-1] = curve.problem.width
    try:
        _, _, linear = curve.linearise(critical.z, held)
        if linear is None:
            return None
        terms = Terms(curve, kind, critical, linear)
        if kind == "cycle fold":
            value, size, shift = fold_terms(terms)
        elif kind == "period doubling":
            value, size, shift = doubling_terms(terms)
        elif min(abs(np.exp(1j * k * critical.theta) - 1) for k in (1, 2, 3, 4)) < RESONANT:
            return None
        else:
            value, size, shift = torus_terms(terms)
    except np.linalg.LinAlgError:
        return None
    uncertainty = shift + NO_TERM * size
    if not np.isfinite(value + uncertainty) or uncertainty > KNOWN * size:
        return None
    slope = None
    if kind == "cycle fold":
        slope = terms.T * terms.projected(terms.slope)[0].real
    vanishes = abs(value) <= uncertainty
    if not vanishes and uncertainty > KNOWN * abs(value):
        return None
    criticality = ""
    if kind != "cycle fold":
        attracts = value > 0 if kind == "period doubling" else value < 0
        criticality = "supercritical" if attracts else "subcritical"
        criticality = "degenerate" if vanishes else criticality
    return CycleNormalForm(value, NAMES[kind], criticality, uncertainty, slope)


class Terms:
    """What the three cases share: v of norm one, forms at the Gauss points, projections.

    Functions are arrays (N, m, n) of values at the Gauss points, time is tau/T.
    """

    def __init__(self, curve: "CycleCurve", kind: str, critical: Critical, linear: "Linear"):
        self.curve, self.z, self.linear = curve, critical.z, linear
        around = critical.phi, critical.phi
        problem = Variational(curve, self.z, linear, kind, critical.theta, around)
        self.system, self.theta = problem.system, critical.theta
        self.T, self.A, self.slope = problem.T, problem.A, problem.slope
        self.f = linear.f
        v, sigma = problem.phi, problem.sigma.real
        if kind == "cycle fold":
            v = self.off_orbit(v)
            X = curve.split(self.z)[0]
            mean = np.einsum("ji,jin->n", curve.share, X[:, 1:])
            sigma *= np.sign(self.inner(v, X[:, 1:] - mean)) or 1.0
            v = v * (np.sign(self.inner(v, X[:, 1:] - mean)) or 1.0)
        norm = self.norm(v)
        self.v, self.s = v / norm, sigma / norm / self.T
        self.along = self.f / self.norm(self.f)
        self.unit = self.g(self.v)

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
            still = np.zeros(places.shape[1])
            columns = (np.vstack([u.reshape(-1, curve.n).T, still]) for u in vectors)
            return curve.stage(curve.field.C(places, *columns))

        if not np.iscomplexobj(self.v):
            return C(self.v, self.v, self.v)
        a, b = self.v.real, self.v.imag
        return C(a, a, a) + C(a, b, b) + 1j * (C(a, a, b) + C(b, b, b))

    def g(self, *sides: np.ndarray) -> np.ndarray:
        """-<p, side>/<p, border> of each right side."""
        right = np.zeros((len(self.system.sigma), len(sides)))
        return self.system.solve(np.stack(sides, axis=-1), right)[1][-1]

    def projected(self, *sides: np.ndarray) -> np.ndarray:
        """<p, side> with <p, v> = 1."""
        return self.g(*sides) / self.unit[0]

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


def fold_terms(terms: Terms) -> tuple[float, float, float]:
    """b = <p, B(v, v)/2 + s A v>, and <p, B(v, f) + s A f> = <p, B(f, f)> = 0."""
    v, along, s, T = terms.v, terms.along, terms.s, terms.T
    parts = terms.projected(
        terms.B(v, v) / 2,
        s * terms.moved(v),
        terms.B(v, along) + s * terms.moved(along),
        terms.B(along, along) / 2,
    )
    parts = T * parts.real
    return float(parts[:2].sum()), float(np.abs(parts[:2]).sum()), float(np.abs(parts[2:]).sum())


def doubling_terms(terms: Terms) -> tuple[float, float, float]:
    """c = -<p, C(v, v, v)/6 + B(v, h)/2 - a A v>, h' = A h + B(v, v) - 2 a f; <p, B(v, f)> = 0."""
    v, T = terms.v, terms.T
    h, twice = terms.periodic(terms.B(v, v))
    parts = terms.projected(
        terms.cubic() / 6,
        terms.B(v, h) / 2,
        -twice / 2 * terms.moved(v),
        terms.B(v, terms.along) / 2 * terms.norm(h),
    )
    parts = -T * parts.real
    return float(parts[:3].sum()), float(np.abs(parts[:3]).sum()), float(np.abs(parts[3]))


def torus_terms(terms: Terms) -> tuple[float, float, float]:
    """d = Re <p, C(v, v, v*)/2 + B(v, h11) + B(v*, h20)/2 - a A v>, with v(1) = exp(i theta) v(0),

    h11' = A h11 + B(v, v*) - a f periodic, h20' = A h20 + B(v, v), h20(1) = exp(2 i theta) h20(0).
    """
    v, T = terms.v, terms.T
    h11, a = terms.periodic(terms.B(v, v.conj()).real)
    h20 = terms.twisted(terms.B(v, v), np.exp(2j * terms.theta))
    parts = terms.projected(
        terms.cubic() / 2,
        terms.B(v, h11),
        terms.B(v.conj(), h20) / 2,
        -a * terms.moved(v),
        terms.B(v, terms.along) * terms.norm(h11),
    )
    size, shift = T * np.abs(parts[:4]).sum(), T * np.abs(parts[4])
    return float(T * parts[:4].real.sum()), float(size), float(shift)
