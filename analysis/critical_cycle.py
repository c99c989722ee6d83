"""What a curve of critical cycles knows of a point: multipliers, and what vanishes at codimension
two."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .cycle_curve import PARTING, torus_pairing
from .cycle_normal_forms import TERMS
from .cycle_terms import Terms
from .floquet import ordered, without_trivial
from .orbit_curve import Linear, slowness
from .periodic_system import PeriodicSystem
from .variational import Variational

if TYPE_CHECKING:
    from .critical_cycle_curve import CriticalCurve


@dataclass(frozen=True)
class CriticalLinear(Linear):
    """The linearisation at a point, with its variational problem."""

    problem: Variational
    null: tuple[np.ndarray, np.ndarray]  # two null directions: nodes (..., 2), (T, a, b) (3, 2)


@dataclass(frozen=True)
class Held:
    """The periodic problem with both parameters held, from the solutions that set them free."""

    system: PeriodicSystem
    null: tuple[np.ndarray, np.ndarray]

    @property
    def sigma(self) -> np.ndarray:
        return np.zeros((1, 1))

    def solve(self, r: np.ndarray | None, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        u, s = self.system.solve(r, np.concatenate([q, np.zeros((2, q.shape[1]))]))
        nodes, numbers = self.null
        parts = -np.linalg.solve(numbers[1:], s[1:])
        return u + nodes @ parts, s[:1] + numbers[:1] @ parts


@dataclass(frozen=True)
class CriticalCycle:
    """A point of a curve of critical cycles."""

    mesh: np.ndarray
    multipliers: np.ndarray
    others: np.ndarray  # multipliers without 1 and without those that are critical
    trivial: float
    bending: float  # the coefficient of the normal form times <p, v>
    defective: float  # <p, v>: zero where the critical multiplier is double
    folding: float  # product of mu - 1 over the others
    doubling: float  # product of mu + 1
    pairing: float  # product of mu_i mu_j - 1
    rates: np.ndarray | None
    slowness: float
    amplitude: float
    period: float
    means: np.ndarray
    swings: np.ndarray

    def resting(self, eigenvalues: np.ndarray, period: float) -> "CriticalCycle":
        """Of the equilibrium that the cycles shrink to."""
        growth = ordered(np.exp(np.asarray(eigenvalues) * period))
        return replace(self, multipliers=growth, amplitude=0.0, period=period)


def critical_cycle(curve: "CriticalCurve", z: np.ndarray, linear: CriticalLinear) -> CriticalCycle:
    X, T, _ = curve.split(z)
    values, trivial = curve.multipliers(z, linear)
    others = without_critical(values, curve.kind, curve.theta(z))
    bending, defective = bent(linear, curve.kind)
    states = X.reshape(-1, curve.n)

    def product(mu: float) -> float:
        return float(np.prod((others - mu) / (np.abs(others) + 1)).real) if len(others) else 1.0

    return CriticalCycle(
        curve.mesh,
        values,
        others,
        trivial,
        bending,
        defective,
        folding=product(1.0),
        doubling=product(-1.0),
        pairing=torus_pairing(others),
        rates=linear.middle if abs(values[0]) > PARTING else None,
        slowness=slowness(linear.f, curve.scale),
        amplitude=curve.amplitude(X),
        period=T,
        means=states.mean(axis=0),
        swings=np.ptp(states, axis=0),
    )


def without_critical(values: np.ndarray, kind: str, theta: float) -> np.ndarray:
    """The multipliers but the trivial one, and the one or two that make the cycle critical."""
    others = without_trivial(values)
    known = [np.exp(1j * theta)] + ([np.exp(-1j * theta)] if kind == "torus" else [])
    for mu in known:
        others = others[np.arange(len(others)) != np.argmin(np.abs(others - mu))]
    return others


def bent(linear: CriticalLinear, kind: str) -> tuple[float, float]:
    """The coefficient times <p, v>, and <p, v>; p is normalised by the border."""
    problem = linear.problem
    try:
        terms = Terms(problem, Held(linear.system, linear.null))
        coefficient = float(TERMS[kind](terms).shares.sum())
    except np.linalg.LinAlgError:
        return float("nan"), float("nan")
    if kind == "torus":
        return coefficient * abs(terms.pairing), abs(terms.pairing)
    defective = terms.pairing.real
    sense = terms.inner(terms.v, problem.phi.real)
    return coefficient * defective, defective * float(np.sign(sense))
