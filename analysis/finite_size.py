"""Finite-size scaling of Kuramoto's transition: what runs of several sizes say about K_c.

Near a continuous transition the stationary order parameter of N oscillators follows

    r = N^(-b) F((K - K_c) N^(1/nu)),    b = beta/nu

with beta = 1/2, and nu = 5/4 where the frequencies are quantiles of the density, 5/2 where they are
drawn at random (Hong, Chate, Tang and Park 2015; Hong, Chate, Park and Tang 2007). So r N^b of all
sizes lies on one curve over (K - K_c) N^(1/nu), if K_c is right: the value that leaves least, about
a smooth curve through the points of two sizes (Houdayer and Hartmann 2004), is the estimate. What
the scaling form leaves out falls with N; estimates from smaller and larger sizes show how large it
still is.

Where r^2, followed down from above, does not come to 0 at K_c, the transition is a jump: exponents
then mean nothing, and K_c is known to the spacing of the couplings.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.oscillators.densities import Density
from .kuramoto_critical_coupling import CriticalCoupling

BETA = 0.5
NU = {"quantiles": 1.25, "random": 2.5}
RESAMPLED = 200
JUMPS = 0.25  # r^2 just above a first-order transition
TRIED = 61  # values of K_c
DEGREES = (4, 3)  # of the curve: the second shows what it does to the estimate
NARROW = 0.08  # of the widest distance: over which the curve's coordinate turns from linear to log
COARSE = 0.02  # relative error of r below which a curve of this degree can't follow
ERRORS = 3.0


@dataclass(frozen=True, eq=False)
class CriticalCouplingEstimate:
    """K_c as simulations show it.

    found.coupling, found.error
        the estimate and its standard error: `statistical` (resampled seeds) and `systematic` (the
        drift of the estimates with size, the choice of the curve) together
    found.estimates, found.pairs
        from two neighbouring sizes each; the last one is `coupling`
    found.transition, found.jump
        "continuous" or "first order"; the order parameter right above, extrapolated
    found.expected, found.agrees
        K_c of the theory, and whether it lies within three errors; None where nothing can be said
    found.sizes, found.couplings, found.order, found.order_error
        what was simulated: mean order parameters (sizes, couplings)
    """

    density: Density
    sampling: str
    sizes: tuple[int, ...]
    couplings: np.ndarray
    runs: np.ndarray  # (sizes, couplings, seeds)
    coupling: float
    error: float
    statistical: float
    systematic: float
    pairs: tuple[tuple[int, int], ...]
    estimates: tuple[float, ...]
    transition: str
    jump: float
    expected: CriticalCoupling
    message: str

    @property
    def order(self) -> np.ndarray:
        """Mean order parameters (sizes, couplings)."""
        return self.runs.mean(axis=2)

    @property
    def order_error(self) -> np.ndarray:
        """Their standard errors."""
        return self.runs.std(axis=2, ddof=1) / math.sqrt(self.runs.shape[2])

    @property
    def exponent(self) -> float:
        """b = beta/nu."""
        return BETA / NU[self.sampling]

    @property
    def agrees(self) -> bool | None:
        """Whether the theory's K_c lies within three errors."""
        if not math.isfinite(self.error):
            return None
        return bool(abs(self.coupling - self.expected) <= ERRORS * self.error)

    def scaled(self) -> tuple[np.ndarray, np.ndarray]:
        """(K - K_c) N^(1/nu) and r N^b, which lie on one curve (sizes, couplings)."""
        N = np.array(self.sizes, dtype=float)[:, None]
        nu = NU[self.sampling]
        return (self.couplings - self.coupling) * N ** (1 / nu), self.order * N**self.exponent

    def __getitem__(self, name: str):
        known = ("coupling", "error", "transition", "jump", "expected", "agrees", "order")
        if name not in known:
            raise UnknownName(name, "a part of this estimate", known)
        return getattr(self, name)

    def report(self) -> str:
        """The estimate as a sentence."""
        verdict = {True: "agrees with", False: "contradicts", None: "can't be compared with"}
        return (
            f"K_c = {self.coupling:.5g} +- {self.error:.2g} ({self.transition}), which "
            f"{verdict[self.agrees]} {float(self.expected):.6g}; {self.message}"
        )

    def to_dict(self) -> dict:
        """JSON types."""
        numbers = ("coupling", "error", "statistical", "systematic", "jump")
        found = {name: getattr(self, name) for name in numbers}
        return {
            "density": self.density.to_dict(),
            "sampling": self.sampling,
            **{n: value if math.isfinite(value) else None for n, value in found.items()},
            "transition": self.transition,
            "expected": self.expected.to_dict(),
            "agrees": self.agrees,
            "sizes": list(self.sizes),
            "couplings": self.couplings.tolist(),
            "order": self.order.tolist(),
            "order_error": self.order_error.tolist(),
            "estimates": [value if math.isfinite(value) else None for value in self.estimates],
            "message": self.message,
        }

    def __repr__(self) -> str:
        return f"<critical coupling {self.coupling:.5g} +- {self.error:.2g}, {self.transition}>"


def estimated(
    density: Density,
    sampling: str,
    sizes: tuple[int, ...],
    couplings: np.ndarray,
    runs: np.ndarray,
    expected: CriticalCoupling,
    seed: int,
) -> CriticalCouplingEstimate:
    """K_c and its error from the order parameters of runs (sizes, couplings, seeds)."""
    nu = NU[sampling]
    pairs = tuple(pairwise(sizes))
    random = np.random.default_rng(seed)
    estimates = all_estimates(couplings, runs, sizes, nu)
    resampled = []
    for _ in range(RESAMPLED):
        chosen = random.integers(0, runs.shape[2], runs[-2:].shape)
        drawn = np.take_along_axis(runs[-2:], chosen, axis=2)
        resampled.append(all_estimates(couplings, drawn, sizes[-2:], nu)[0])
    spread = np.array(resampled)
    lost = float(np.isnan(spread).mean())
    K = estimates[-1]
    statistical = float(np.nanstd(spread)) if lost < 0.05 else math.nan
    other = all_estimates(couplings, runs[-2:], sizes[-2:], nu, DEGREES[1])[0]
    drift = abs(K - estimates[-2]) if len(estimates) > 1 else math.nan
    systematic = math.hypot(drift, K - other)
    jump = jump_above(couplings, runs[-1].mean(axis=1), K)
    first = jump**2 > JUMPS
    message = f"r N^{BETA / nu:g} of {' and '.join(map(str, pairs[-1]))} oscillators on one curve"
    if math.isnan(K):
        message = "no coupling within the range brings the largest sizes on one curve; widen it"
    elif first:
        spacing = float(np.diff(couplings).max())
        systematic = math.hypot(systematic, spacing / 2)
        message = f"r jumps to {jump:.3g}: known to the spacing of the couplings, {spacing:.2g}"
    elif math.isnan(statistical) or math.isnan(systematic):
        message += "; the error can't be told: take more seeds, or three sizes"
    return CriticalCouplingEstimate(
        density,
        sampling,
        sizes,
        couplings,
        runs,
        coupling=K,
        error=math.hypot(statistical, systematic),
        statistical=statistical,
        systematic=systematic,
        pairs=pairs,
        estimates=estimates,
        transition="unknown" if math.isnan(jump) else "first order" if first else "continuous",
        jump=jump if first else 0.0 if not math.isnan(jump) else math.nan,
        expected=expected,
        message=message,
    )


def all_estimates(
    couplings: np.ndarray,
    runs: np.ndarray,
    sizes: tuple[int, ...],
    nu: float,
    degree: int = DEGREES[0],
) -> tuple[float, ...]:
    """K_c from each pair of neighbouring sizes; nan where it lies at an end of the couplings."""
    N = np.array(sizes, dtype=float)[:, None]
    means = np.maximum(runs.mean(axis=2), 1e-12)
    scaled = np.log(means) + BETA / nu * np.log(N)
    errors = runs.std(axis=2, ddof=1) / math.sqrt(runs.shape[2]) / means
    weights = 1 / np.hypot(errors, COARSE)
    tried = np.linspace(couplings[0], couplings[-1], TRIED)
    found = []
    for i in range(len(sizes) - 1):
        two = slice(i, i + 2)
        if not brackets(means[two], sizes[two], BETA / nu):
            found.append(math.nan)
            continue
        left = [
            misfit((couplings - K) * N[two] ** (1 / nu), scaled[two], weights[two], degree)
            for K in tried.tolist()
        ]
        found.append(lowest(tried, np.array(left)))
    return tuple(found)


def brackets(order: np.ndarray, sizes: tuple[int, ...], b: float) -> bool:
    """Whether r falls with size faster than N^(-b/2) at the first coupling, slower at the last."""
    fall = np.log(order[0] / order[1]) / math.log(sizes[1] / sizes[0])
    return bool(fall[0] > b / 2 > fall[-1])


def misfit(x: np.ndarray, y: np.ndarray, weights: np.ndarray, degree: int) -> float:
    """What a polynomial in asinh(x/x0) leaves of y, weighted squares."""
    widest = np.abs(x).max()
    u = np.arcsinh(x / (NARROW * widest)).ravel() / math.asinh(1 / NARROW)
    A = np.vander(u, degree + 1) * weights.ravel()[:, None]
    target = (y * weights).ravel()
    coefficients = np.linalg.lstsq(A, target, rcond=None)[0]
    return float(np.square(A @ coefficients - target).sum())


def lowest(tried: np.ndarray, left: np.ndarray) -> float:
    """The minimum, by a parabola through the three lowest values; nan at an end."""
    i = int(np.argmin(left))
    if i in (0, len(left) - 1):
        return math.nan
    below, here, above = left[i - 1 : i + 2]
    shift = 0.5 * (below - above) / (below - 2 * here + above)
    return float(tried[i] + shift * (tried[1] - tried[0]))


def jump_above(couplings: np.ndarray, order: np.ndarray, K: float) -> float:
    """r right above K: a parabola through r^2 at the next three couplings but one."""
    above = np.flatnonzero(couplings > K)[1:4]
    if math.isnan(K) or len(above) < 3:
        return math.nan
    away = couplings[above] - K
    value = float(np.polyfit(away, order[above] ** 2, 2)[-1])
    return math.sqrt(max(value, 0.0))
