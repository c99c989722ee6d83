"""The curve of periodic orbits through resets in one parameter, by collocation in their arclength.

An orbit with m spikes has m passages from a jump to the threshold and, where there is a refractory
time, m pauses before them. On each part, for s in [0, 1],

    passage    u' = L f/sigma,  sigma = sqrt(rho^2 + sum (f_i/c_i)^2),   g(u(1)) = 0
    pause      u' = L M f,                                              L = tau(u before the jump)

and the next part begins with R(u(1)) after a passage, with u(1) after a pause. The time of a
passage is the integral of L/sigma. In s the upstroke of a spike has an ordinary length even where V
would go to infinity in finite time, and all derivatives stay of the order of 1: the flow, the jump
and the shift of the crossing together are the saltation matrix of Aizerman and Gantmakher (1958).

z holds u at the nodes, then all L, then lambda. c and rho are fixed along a branch.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .continuation import Point
from .gauss import gauss
from .mesh import evaluated, nodes_of
from .problem import Problem
from .reset_field import Event, ResetField
from .reset_mesh import carried_parts, spread
from .reset_system import ResetSystem, spike_maps

UNCLEAR = 1e-4
NEAR_THRESHOLD, NARROWINGS = 0.3, 6
SHORT = 0.1  # a length, in the sizes of the states: below, changes of it count absolutely
ADAPT = 2  # steps between two meshes
STILL = 1e-8  # d lambda / d ln T in ranges


@dataclass(frozen=True)
class Orbit:
    """What the curve knows of a point."""

    mesh: np.ndarray
    multipliers: np.ndarray  # the first of them 1
    period: float
    times: np.ndarray  # (K,) that the parts take
    turning: float  # the parameter's part of the tangent
    longer: float  # and that of the logarithm of the period, nearly
    doubling: float  # product of mu + 1, without the first
    pairing: float
    steepness: float  # least speed at which the margin is crossed, in sizes
    clearance: float  # how far the tops between stay below the threshold
    landing: float  # and the states after the jumps
    waiting: float  # the least pause, in periods; nan if there is none
    means: np.ndarray  # of the states before the spikes
    swings: np.ndarray
    kink: float  # zero where the jump or the pause is not smooth; nan if they have no kinks
    amplitude: float  # of the difference of the halves, along the last one; nan if there are none
    growth: np.ndarray  # (K, N) the rates at which neighbours part, in s; 0 where they don't

    def stands(self, still: float = STILL) -> bool:
        """Whether the parameter stands still while the period grows (or the curve turns): in a
        canard it answers to the orbit by one over the growth along it, and the multipliers, which
        are this growth times a decay that rounding ends, aren't known any more."""
        return abs(self.turning) < still * abs(self.longer)


class ResetCurve:
    """Residual, condensed bordered solution, adaptive mesh."""

    remedy = ", or it is too intricate for the mesh (give a larger one)"
    chords = True

    def __init__(
        self,
        problem: Problem,
        field: ResetField,
        mesh: np.ndarray,  # (K, N + 1)
        X: np.ndarray,  # (K, N, m + 1, n)
        L: np.ndarray,
        size: np.ndarray,
        slow: float,
        doubled: bool = False,
    ):
        self.problem, self.field, self.n = problem, field, field.n
        self.K, self.N = X.shape[:2]
        self.gauss = gauss(X.shape[2] - 1)
        self.shape = X.shape
        self.size, self.slow, self.doubled = size, slow, doubled
        self.held = np.zeros(self.K, dtype=bool)
        if field.pauses:
            self.held[::2] = True
        self.free = np.flatnonzero(~self.held)
        self.scale = np.maximum(size, 1e-12 * np.abs(X).max(axis=(0, 1, 2)))
        self.detectors: Sequence[Any] = ()
        self.steps = 0
        self.inverse = np.linalg.inv(self.gauss.slopes[:, 1:])
        self.use(mesh, L)
        self.refer(X)

    def use(self, mesh: np.ndarray, L: np.ndarray) -> None:
        """Take a mesh, and with it the weights of the inner product."""
        self.mesh, self.h = mesh, np.diff(mesh, axis=1)
        share = self.h[:, :, None] * self.gauss.weights / self.K
        states = np.zeros(self.shape)
        states[:, :, 1:] = share[..., None] / self.scale**2 / self.n
        lengths = np.where(self.held, self.slow**2, np.maximum(np.abs(L), SHORT) ** -2.0) / self.K
        self.metric = np.concatenate([states.ravel(), lengths, [self.problem.width**-2.0]])

    def refer(self, X: np.ndarray) -> None:
        self.compass = self.halves(X)

    def halves(self, X: np.ndarray) -> np.ndarray:
        """The difference of the two halves of an orbit with an even number of spikes, in the states
        that its parts begin with."""
        half = self.K // 2
        if len(self.free) % 2:
            return np.zeros(1)
        return (X[half:, 0, 0] - X[:half, 0, 0]) / self.scale

    def split(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        return z[: -self.K - 1].reshape(self.shape), z[-self.K - 1 : -1], float(z[-1])

    def position(self, z: np.ndarray) -> np.ndarray:
        """The parameter, in ranges."""
        return z[-1:] / self.problem.width

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        return float(np.dot(self.metric * u, v))

    def columns(self, states: np.ndarray, value: float) -> np.ndarray:
        """States (..., n) and the parameter as columns."""
        flat = states.reshape(-1, self.n).T
        return np.concatenate([flat, np.full((1, flat.shape[1]), value)])

    def ends(self, X: np.ndarray) -> np.ndarray:
        """u(1) of every part."""
        return np.einsum("i,kin->kn", self.gauss.end, X[:, -1])

    def rates(self, X: np.ndarray, value: float) -> tuple[np.ndarray, np.ndarray]:
        """du/ds / L, and dt/ds / L, at the Gauss points: (K, N, m, n) and (K, N, m)."""
        inner = X[:, :, 1:]
        f = self.field.flow(self.columns(inner, value)).T.reshape(inner.shape)
        slowness = 1 / np.sqrt(self.slow**2 + ((f / self.size) ** 2).sum(axis=-1))
        slowness[self.held] = 1.0
        f[self.held] *= self.field.moving
        return f * slowness[..., None], slowness

    def defects(
        self, X: np.ndarray, L: np.ndarray, value: float, rates: np.ndarray, event: Event
    ) -> np.ndarray:
        inner = self.gauss.slopes @ X / self.h[:, :, None, None] - L[:, None, None, None] * rates
        reached = np.einsum("i,kjin->kjn", self.gauss.end, X)
        gaps = reached[:, :-1] - X[:, 1:, 0]
        landed = np.where(self.held[:, None], reached[:, -1], event.after.T)
        jumps = landed - np.roll(X[:, 0, 0], -1, axis=0)
        ends = np.where(self.held, np.roll(event.pause, 1) - L, event.margin)
        return np.concatenate([inner.ravel(), gaps.ravel(), jumps.ravel(), ends])

    def residual(self, z: np.ndarray) -> np.ndarray:
        X, L, value = self.split(z)
        event = self.field.event(self.columns(self.ends(X), value))
        return self.defects(X, L, value, self.rates(X, value)[0], event)

    def linear(self, z: np.ndarray) -> "Linear":
        X, _, value = self.split(z)
        n, shape = self.n, X[:, :, 1:].shape
        f, J = self.field.linearised(self.columns(X[:, :, 1:], value))
        f, J = f.T.reshape(shape), np.moveaxis(J, -1, 0).reshape(*shape, n + 1)
        weighted = f / self.size**2
        sigma = np.sqrt(self.slow**2 + (f * weighted).sum(axis=-1))
        slope = np.einsum("kjia,kjiab->kjib", weighted, J) / sigma[..., None]  # of sigma
        sigma[self.held], slope[self.held] = 1.0, 0.0
        f[self.held] *= self.field.moving
        J[self.held] *= self.field.moving[:, None]
        rates = f / sigma[..., None]
        A = J / sigma[..., None, None] - rates[..., None] * (slope / sigma[..., None])[..., None, :]
        event = self.field.event(self.columns(self.ends(X), value))
        return Linear(self, z, rates, 1 / sigma, A, -slope / sigma[..., None] ** 2, event)

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        linear = self.linear(z)
        X, L, value = self.split(z)
        defects = self.defects(X, L, value, linear.rates, linear.event)
        if not (np.isfinite(linear.A).all() and np.isfinite(defects).all()):
            return np.full_like(defects, np.nan), None, None  # type: ignore[return-value]
        system, row = linear.system, self.metric * border
        system.brace(row)

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            try:
                null = system.null
                found = 0.0 if r is None else system.particular(r)
            except np.linalg.LinAlgError:
                return np.full(len(z), np.nan)
            along = c - (0.0 if r is None else float(row @ found))
            return found + along / float(row @ null) * null

        return defects, solve, linear

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: "Linear") -> Orbit:
        X, L, value = self.split(z)
        values = linear.multipliers
        others = values[1:]
        margins = self.field.margin(self.columns(X[self.free], value))
        margins = margins.reshape(len(self.free), -1)
        begins = margins[:, 0]
        depth = np.abs(linear.event.margin_slope[: self.n, self.free]).T @ self.size
        crossing = linear.crossing[self.free] * L[self.free]
        times = linear.times
        growth = self.split(tangent)[1] / np.where(L != 0, L, 1.0)
        period = float(times.sum())
        difference = self.halves(X)
        states = self.ends(X)[self.free]
        kinks = linear.event.kinks[:, self.free]
        if kinks.size:
            sizes = np.einsum(
                "kaf,a->kf", np.abs(linear.event.kink_slopes[:, : self.n, self.free]), self.size
            )
            kinks = kinks / np.maximum(np.abs(kinks), sizes + 1e-300)
        size = math.sqrt(float((self.compass**2).sum()))
        return Orbit(
            self.mesh,
            values,
            period,
            times,
            turning=tangent[-1] / self.problem.width,
            longer=float((times * growth).sum()) / period,
            doubling=float(np.prod((others + 1) / (np.abs(others) + 1)).real),
            pairing=pairing(others),
            steepness=float((crossing / depth).min()),
            clearance=float((-self.tops(X, value, margins, depth) / depth).min()),
            landing=float((-begins / depth).min()),
            waiting=float(L[self.held].min()) / period if self.held.any() else math.nan,
            means=states.mean(axis=0),
            swings=np.ptp(states, axis=0),
            kink=float(np.prod(kinks)) if kinks.size else math.nan,
            amplitude=float((self.compass * difference).sum()) / size if size > 0 else math.nan,
            growth=linear.growth,
        )

    def tops(
        self, X: np.ndarray, value: float, margins: np.ndarray, depth: np.ndarray
    ) -> np.ndarray:
        """The highest local maximum of the margin within each passage; -depth if there is none.
        Those near the threshold are located on the polynomials."""
        inner = margins[:, 1:-1]
        top = (inner > margins[:, :-2]) & (inner >= margins[:, 2:])
        found = np.where(top, inner, -np.inf).max(axis=1, initial=-np.inf)
        places = np.argmax(np.where(top, inner, -np.inf), axis=1) + 1
        for row, k in enumerate(self.free):
            if not -NEAR_THRESHOLD * depth[row] < found[row] < np.inf:
                continue
            q = nodes_of(self.gauss, self.mesh[k]).ravel()
            low, high = q[places[row] - 1], q[places[row] + 1]
            for _ in range(NARROWINGS):
                between = np.linspace(low, high, 9)
                states = evaluated(self.gauss, self.mesh[k], X[k], between)
                heights = self.field.margin(self.columns(states, value))
                best = int(np.clip(heights.argmax(), 1, 7))
                low, high = between[best - 1], between[best + 1]
            a, b, c = heights[best - 1 : best + 2]
            bend = a - 2 * b + c
            found[row] = b - ((c - a) ** 2 / (8 * bend) if bend < 0 else 0.0)
        return np.where(np.isfinite(found), found, -depth)

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """Carry the last points to a mesh that suits the newest."""
        X, L, _ = self.split(points[-1].z)
        self.steps += 1
        self.refer(X)
        if self.steps % ADAPT:
            return points
        growth = points[-1].facts.growth
        old, new = self.mesh, spread(self.gauss, self.mesh, X, self.scale, growth=growth)
        points = points[-2:]
        self.use(new, L)

        def moved(vector: np.ndarray) -> np.ndarray:
            states, rest = vector[: -self.K - 1].reshape(self.shape), vector[-self.K - 1 :]
            return np.concatenate([carried_parts(self.gauss, old, states, new).ravel(), rest])

        vectors = [(moved(p.z), moved(p.tangent)) for p in points]
        return [
            replace(p, z=z, tangent=tangent / math.sqrt(self.dot(tangent, tangent)))
            for p, (z, tangent) in zip(points, vectors, strict=True)
        ]

    def explained(self, before: Point, after: Point, found: Sequence[Any]) -> bool:
        """Whether multipliers left or entered the unit circle that nothing accounts for."""
        counts = [outside_count(p.facts) for p in (before, after)]
        if None in counts or after.facts.stands():
            return True
        pairs = sum(p.kind == "torus" for p in found)
        change = abs(counts[1] - counts[0]) - 2 * pairs  # type: ignore[operator]
        single = len(found) - pairs
        return change <= single and (change - single) % 2 == 0

    def place(self, point: Point) -> str:
        return f"{self.problem.parameter} = {point.z[-1]:.8g}, period {point.facts.period:.6g}"


@dataclass(frozen=True)
class Linear:
    """The linearisation at a point."""

    curve: ResetCurve
    z: np.ndarray
    rates: np.ndarray  # (K, N, m, n) du/ds / L
    slowness: np.ndarray  # (K, N, m) dt/ds / L
    A: np.ndarray  # (K, N, m, n, n + 1) of the rates
    B: np.ndarray  # (K, N, m, n + 1) of the slowness
    event: Event

    @cached_property
    def system(self) -> ResetSystem:
        curve = self.curve
        L = curve.split(self.z)[1]
        return ResetSystem(
            curve.gauss, curve.h, L, curve.held, self.rates, self.A, self.event, curve.scale
        )

    @cached_property
    def times(self) -> np.ndarray:
        curve = self.curve
        L = curve.split(self.z)[1]
        return L * np.einsum("kj,i,kji->k", curve.h, curve.gauss.weights, self.slowness)

    @cached_property
    def growth(self) -> np.ndarray:
        """The largest real part of the eigenvalues of L A, 0 or more, amid each interval (K, N)."""
        curve = self.curve
        L = curve.split(self.z)[1]
        middle = self.A[:, :, self.A.shape[2] // 2, :, : curve.n]
        if not np.isfinite(middle).all():
            return np.zeros(middle.shape[:2])
        return np.maximum(np.linalg.eigvals(L[:, None, None, None] * middle).real.max(axis=2), 0.0)

    @cached_property
    def crossing(self) -> np.ndarray:
        """dg/ds / L at the ends of the parts (K,)."""
        curve, (X, _, value) = self.curve, self.curve.split(self.z)
        f = curve.field.flow(curve.columns(curve.ends(X), value))
        sigma = np.sqrt(curve.slow**2 + ((f.T / curve.size) ** 2).sum(axis=1))
        return (self.event.margin_slope[: curve.n] * f).sum(axis=0) / sigma

    @cached_property
    def spike_maps(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each spike the derivatives of the state before it, and of the time since the last
        one, in the state before the last one."""
        return spike_maps(self)

    @cached_property
    def multipliers(self) -> np.ndarray:
        """1, of the orbit's own direction, and those of the map from spike to spike by decreasing
        modulus, without the zero across the threshold."""
        product = np.eye(self.curve.n)
        for step, _ in self.spike_maps:
            product = step @ product
        scale = self.curve.scale
        values = np.linalg.eigvals(product * scale / scale[:, None]).astype(complex)
        order = np.lexsort((-values.imag, -np.abs(values)))
        return np.concatenate([[1.0], values[order][:-1]])


def outside_count(orbit: Orbit) -> int | None:
    """How many multipliers lie outside the unit circle; None where rounding decides."""
    others = np.abs(orbit.multipliers[1:])
    return None if (np.abs(others - 1) < UNCLEAR).any() else int((others > 1).sum())


def pairing(others: np.ndarray) -> float:
    """Zero where two multipliers are a pair on the unit circle, or mu and 1/mu."""
    i, j = np.triu_indices(len(others), 1)
    if not len(i):
        return math.nan
    products = others[i] * others[j]
    return float(np.prod((products - 1) / (np.abs(products) + 1)).real)
