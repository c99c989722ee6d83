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

    integral of <v, v> over tau/T = 1       (in the units of the states, as <q, q> = 1 at a Hopf
                                            point; |v| and |xi| of a complex v too)
at a fold with v orthogonal to u_0' in the same inner product, and turned to the larger orbits: the
integral of <v, u_0 - mean of u_0> is positive. Where b < 0 the larger of the two cycles has the
critical multiplier below 1 and the smaller one above. The coefficients depend on neither the phase
nor the section; they scale like 1/|v| (fold) and 1/|v|^2. Supercritical says that the new cycle (or
torus) attracts within the centre manifold: it is stable where all other multipliers allow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .cycle_terms import Terms
from .variational import Critical, Variational

if TYPE_CHECKING:
    from .cycle_curve import CycleCurve

NAMES = {
    "cycle fold": "b of xi -> xi + b xi^2",
    "period doubling": "c of xi -> -xi + c xi^3",
    "torus": "d of r -> r + d r^3",
}
KNOWN = 1e-3  # relative uncertainty beyond which no coefficient is given
ROUNDING = 1e-9  # of the terms that cancel
NOTHING = 1e-6  # with xi in units of the orbit's size, a coefficient this small is zero
RESONANT = 1e-4  # |exp(i k theta) - 1|, k = 1 to 4: r -> r + d r^3 is not the normal form


@dataclass(frozen=True)
class CycleNormalForm:
    """A coefficient of the Poincare map's normal form, and what its sign means."""

    coefficient: float
    name: str
    criticality: str  # "supercritical", "subcritical", "degenerate"; "" of a fold
    uncertainty: float  # an estimate
    slope: float | None = None  # of a fold: xi -> xi + slope (lambda - lambda_0) + b xi^2


def cycle_normal_form(curve: "CycleCurve", kind: str, critical: Critical) -> CycleNormalForm | None:
    """The coefficient at a located point; None where rounding hides it, or it is not defined.

    The uncertainty is what a shift of the terms of higher order along the orbit, as large as they
    are, would add: nothing, on a fine mesh and in exact arithmetic. It sees cancellation (canards);
    what a coarse mesh does to the orbit itself comes on top.
    """
    if kind not in TERMS or (kind == "torus" and strongly_resonant(critical.theta)):
        return None
    held = np.zeros_like(critical.z)
    held[-1] = curve.problem.width
    try:
        _, _, linear = curve.linearise(critical.z, held)
        if linear is None:
            return None
        with np.errstate(all="ignore"):
            around = critical.phi, critical.phi
            problem = Variational(curve, critical.z, linear, kind, critical.theta, around)
            terms = Terms(problem)
            parts = TERMS[kind](terms)
    except np.linalg.LinAlgError:
        return None
    value = float(parts.shares.sum())
    if not terms.amplitude > 0:
        return None
    natural = terms.amplitude ** (-1 if kind == "cycle fold" else -2)
    uncertainty = float(np.abs(parts.zeros).sum() + ROUNDING * np.abs(parts.shares).sum())
    if not np.isfinite(value + uncertainty):
        return None
    vanishes = abs(value) + uncertainty <= NOTHING * natural
    if not vanishes and uncertainty > KNOWN * abs(value):
        return None
    criticality = ""
    if kind != "cycle fold":
        attracts = value > 0 if kind == "period doubling" else value < 0
        criticality = "supercritical" if attracts else "subcritical"
        criticality = "degenerate" if vanishes else criticality
    return CycleNormalForm(value, NAMES[kind], criticality, uncertainty, parts.slope)


def strongly_resonant(theta: float) -> bool:
    return min(abs(np.exp(1j * k * theta) - 1) for k in (1, 2, 3, 4)) < RESONANT


class Parts(NamedTuple):
    """Numbers whose sum is the coefficient, and numbers that would be zero without errors."""

    shares: np.ndarray
    zeros: np.ndarray
    slope: float | None = None


def fold_terms(terms: Terms) -> Parts:
    """b = <p, B(v, v)/2 + s A v>; zero are <p, B(v, f) + s A f> and <p, B(f, f)>."""
    v, along, s = terms.v, terms.along, terms.s
    b = terms.projected(
        terms.B(v, v) / 2,
        s * terms.moved(v),
        terms.B(v, along) + s * terms.moved(along),
        terms.B(along, along) / 2,
        terms.slope,
    )
    return Parts(b[:2], b[2:4], float(b[4]))


def doubling_terms(terms: Terms) -> Parts:
    """c = -<p, C(v, v, v)/6 + B(v, h)/2 - a A v>, h' = A h + B(v, v) - 2 a f; zero is <p, B(v, f)>.

    h is periodic and v(1) = -v(0).
    """
    v = terms.v
    h, twice = terms.periodic(terms.B(v, v))
    c = -terms.projected(
        terms.cubic() / 6,
        terms.B(v, h) / 2,
        -twice / 2 * terms.moved(v),
        terms.B(v, terms.along) / 2 * terms.norm(h),
    )
    return Parts(c[:3], c[3:])


def torus_terms(terms: Terms) -> Parts:
    """d = Re <p, C(v, v, v*)/2 + B(v, h11) + B(v*, h20)/2 - a A v>; zero is <p, B(v, f)>.

    v(1) = exp(i theta) v(0); h11' = A h11 + B(v, v*) - a f, periodic; h20' = A h20 + B(v, v),
    h20(1) = exp(2 i theta) h20(0).
    """
    v = terms.v
    h11, a = terms.periodic(terms.B(v, v.conj()).real)
    h20 = terms.twisted(terms.B(v, v), np.exp(2j * terms.theta))
    d = terms.projected(
        terms.cubic() / 2,
        terms.B(v, h11),
        terms.B(v.conj(), h20) / 2,
        -a * terms.moved(v),
        terms.B(v, terms.along) * terms.norm(h11),
    )
    return Parts(d[:4], d[4:])


TERMS: dict[str, Callable[[Terms], Parts]] = {
    "cycle fold": fold_terms,
    "period doubling": doubling_terms,
    "torus": torus_terms,
}
