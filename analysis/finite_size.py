"""Finite-size scaling of Kuramoto's transition: what runs of several sizes say about K_c.

Near a continuous transition the stationary order parameter of N oscillators follows

    r = N^(-b) F((K - K_c) N^(1/nu)),    b = beta/nu

with beta = 1/2, and nu = 5/4 where the frequencies are quantiles of the density, 5/2 where they are
drawn at random (Hong, Chate, Tang and Park 2015; Hong, Chate, Park and Tang 2007). Hence r N^b is
the same for all sizes at K_c, and the curves of two sizes cross there, up to corrections that fall
with N. Two crossings show how large these still are.

Where r^2, followed down from above, does not come to 0 at the crossing, the transition is a jump:
exponents then mean nothing, and K_c is known to the spacing of the couplings.
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
RESAMPLED = 400
JUMPS = 0.25  # r^2 just above a first-order transition
ERRORS = 3.0


@dataclass(frozen=True, eq=False)
class CriticalCouplingEstimate:
    """K_c as simulations show it.

    found.coupling, found.error
        the estimate and its standard error: `statistical` (resampled seeds) and `systematic` (the
        drift of the crossings with size, the interpolation between couplings) together
    found.crossings, found.pairs
        where r N^b of two sizes agree, and which sizes
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
    crossings: tuple[float, ...]
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
            "crossings": list(self.crossings),
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
    b = BETA / NU[sampling]
    pairs = tuple(pairwise(sizes))
    random = np.random.default_rng(seed)
    crossings = all_crossings(couplings, runs.mean(axis=2), sizes, b)
    resampled = []
    for _ in range(RESAMPLED):
        chosen = random.integers(0, runs.shape[2], runs.shape)
        means = np.take_along_axis(runs, chosen, axis=2).mean(axis=2)
        resampled.append(all_crossings(couplings, means, sizes, b)[-1])
    spread = np.array(resampled)
    lost = float(np.isnan(spread).mean())
    K = crossings[-1]
    statistical = float(np.nanstd(spread)) if lost < 0.05 else math.nan
    straight = all_crossings(couplings, runs.mean(axis=2), sizes, b, straight=True)[-1]
    drift = abs(K - crossings[-2]) if len(crossings) > 1 else math.nan
    systematic = math.hypot(drift, K - straight)
    jump = jump_above(couplings, runs[-1].mean(axis=1), K)
    first = jump**2 > JUMPS
    message = f"crossings of r N^{b:g} for {len(pairs)} pairs of sizes up to {sizes[-1]}"
    if math.isnan(K):
        message = "the curves of the largest sizes don't cross between the couplings; widen them"
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
        crossings=crossings,
        transition="unknown" if math.isnan(jump) else "first order" if first else "continuous",
        jump=jump if first else 0.0 if not math.isnan(jump) else math.nan,
        expected=expected,
        message=message,
    )


def all_crossings(
    couplings: np.ndarray,
    order: np.ndarray,
    sizes: tuple[int, ...],
    b: float,
    straight: bool = False,
) -> tuple[float, ...]:
    """For each pair of neighbouring sizes the coupling where r N^b agrees."""
    scaled = np.log(order) + b * np.log(np.array(sizes, dtype=float))[:, None]
    return tuple(
        crossing(couplings, difference, straight) for difference in np.diff(scaled, axis=0)
    )


def crossing(couplings: np.ndarray, difference: np.ndarray, straight: bool) -> float:
    """Where a difference that rises through 0 does so; the middle one if noise makes several."""
    from scipy.interpolate import PchipInterpolator

    rises = np.flatnonzero((difference[:-1] < 0) & (difference[1:] >= 0))
    if not len(rises):
        return math.nan
    i = int(rises[len(rises) // 2])
    if not straight:
        roots = PchipInterpolator(couplings, difference).roots(extrapolate=False)
        inside = roots[(roots >= couplings[i]) & (roots <= couplings[i + 1])]
        if len(inside):
            return float(inside[0])
    low, high = difference[i], difference[i + 1]
    return float(couplings[i] - low * (couplings[i + 1] - couplings[i]) / (high - low))


def jump_above(couplings: np.ndarray, order: np.ndarray, K: float) -> float:
    """r right above K: a parabola through r^2 at the next three couplings but one."""
    above = np.flatnonzero(couplings > K)[1:4]
    if math.isnan(K) or len(above) < 3:
        return math.nan
    away = couplings[above] - K
    value = np.polyval(np.polyfit(away, order[above] ** 2, 2), 0.0)
    return float(math.sqrt(max(value, 0.0)))
