"""What a curve of critical cycles knows of a point: multipliers, and what vanishes at codimension
two."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .critical_forms import Held, coefficient
from .cycle_curve import PARTING, torus_pairing
from .floquet import multipliers_beside, ordered, without_trivial
from .orbit_curve import Linear, slowness
from .variational import Variational, real_parts

if TYPE_CHECKING:
    from .critical_cycle_curve import CriticalCurve


@dataclass(frozen=True)
class CriticalLinear(Linear):
    """The linearisation at a point, with its variational problem."""

    problem: Variational
    null: tuple[np.ndarray, np.ndarray]  # two null directions: nodes (..., 2), (T, a, b) (3, 2)


UNRESOLVED = 1e-3  # error of the known directions: neighbours part too much for the mesh


@dataclass
class CriticalCycle:
    """A point of a curve of critical cycles. `coefficient` is computed when it is asked for, which
    must be before the curve takes another mesh."""

    mesh: np.ndarray
    multipliers: np.ndarray
    others: np.ndarray  # multipliers without 1 and without those that are critical
    error: float  # of the directions that should be carried into themselves
    defect: float  # of the critical multiplier, as it comes out without being asked for
    folding: float  # product of mu - 1 over the others
    doubling: float  # product of mu + 1
    pairing: float  # product of mu_i mu_j - 1
    rates: np.ndarray | None
    slowness: float
    amplitude: float
    growing: bool  # the amplitude, along the tangent
    halving: float  # half the difference to the orbit half a period later, along the last one's
    period: float
    means: np.ndarray  # of the states over the period
    swings: np.ndarray  # root mean squares of what they deviate from these
    kind: str
    linear: CriticalLinear | None = None

    @cached_property
    def coefficient(self) -> float:
        """Of the normal form."""
        linear, self.linear = self.linear, None
        if linear is None:
            return math.nan
        try:
            return coefficient(linear.problem, Held(linear.system, linear.null))
        except np.linalg.LinAlgError:
            return math.nan

    @property
    def bending(self) -> float:
        """The coefficient without its poles: at double multipliers and where another one is 1."""
        poles = self.folding * (self.doubling if self.kind == "period doubling" else 1.0)
        return self.coefficient * (poles if math.isfinite(poles) else 1.0)

    def resonant(self, mu: float) -> "CriticalCycle":
        """Where the critical pair is a double multiplier."""
        values = ordered(np.concatenate([self.others, [1.0, mu, mu]]))
        return replace(self, multipliers=values)

    def resting(self, eigenvalues: np.ndarray, period: float) -> "CriticalCycle":
        """Of the equilibrium that the cycles shrink to."""
        growth = ordered(np.exp(np.asarray(eigenvalues) * period))
        return replace(self, multipliers=growth, amplitude=0.0, period=period, linear=None)


def critical_cycle(
    curve: "CriticalCurve", z: np.ndarray, tangent: np.ndarray, linear: CriticalLinear
) -> CriticalCycle:
    X, T, _ = curve.split(z)
    others, error = others_of(curve, linear)
    critical = curve.critical_multipliers(z)
    means = np.einsum("ji,jin->n", curve.share, X[:, 1:])
    squares = np.einsum("ji,jin->n", curve.share, (X[:, 1:] - means) ** 2)

    known = 1.0 if error < UNRESOLVED else math.nan

    def product(mu: float) -> float:
        return known * float(np.prod(others - mu).real)

    largest = np.abs(others).max(initial=1.0)
    return CriticalCycle(
        curve.mesh,
        ordered(np.concatenate([others, [1.0], critical])),
        others,
        error,
        defect_of(curve, z, linear, critical[0]),
        folding=product(1.0),
        doubling=product(-1.0),
        pairing=known * torus_pairing(others),
        rates=linear.middle if largest > PARTING else None,
        slowness=slowness(linear.f, curve.scale),
        amplitude=curve.amplitude(X),
        growing=curve.amplitude(curve.split(tangent)[0]) > 0,
        halving=halving(curve, X) if curve.n > 2 and curve.kind == "cycle fold" else math.nan,
        period=T,
        means=means,
        swings=np.sqrt(squares),
        kind=curve.kind,
        linear=linear,
    )


def defect_of(
    curve: "CriticalCurve", z: np.ndarray, linear: CriticalLinear, critical: complex
) -> float:
    """How far the critical multiplier is from where it should be, in ln mu: in the plane by the
    integral of div f, which needs no variational problem, else by multipliers across the orbit."""
    if curve.n == 2:
        divergence = np.einsum("jiaa->ji", linear.matrix[..., :2])
        return abs(curve.split(z)[1] * float((curve.share * divergence).sum()))
    values = without_trivial(curve.multipliers(z, linear)[0])
    with np.errstate(divide="ignore"):
        return float(np.abs(np.log(values.astype(complex) / critical)).min())


def others_of(curve: "CriticalCurve", linear: CriticalLinear) -> tuple[np.ndarray, float]:
    """The multipliers across the orbit and the critical directions; without what is known, the
    rest is accurate beside it too."""
    heads, phi = linear.system.heads, linear.problem.nodes
    X, _, values = curve.split(linear.problem.z)
    f = curve.engine.rates(X[heads][:, [0, 0]], values)[:, 0]
    known = np.stack([f, *(part[heads][:, 0] for _, part in real_parts(phi))], axis=-1)
    return multipliers_beside(linear.system.passages, known, curve.scale, curve.engine.eigenvalues)


def halving(curve: "CriticalCurve", X: np.ndarray) -> float:
    """Goes through zero where a family of doubled cycles ends."""
    here, last = curve.halves(X)[:, 1:], curve.halves(curve.reference)[:, 1:]
    size = math.sqrt(float((last**2 * curve.weight).sum()))
    return float((here * last * curve.weight).sum()) / size if size > 0 else math.nan
