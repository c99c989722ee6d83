"""A density of natural frequencies as theory needs it: any of rheobase's, or a function.

A function is looked at on a grid in x = c + s tan(u), which covers the line: it has to be finite,
not negative, and have the integral 1; where it peaks, and whether it is symmetric about its median
and falls on both sides, is seen there, to the grid's resolution.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.oscillators.densities import Density, Uniform

GRID = 40_001
SAME = 1e-6  # of the peak: two values are one
WHOLE = 1e-4  # of the integral: a jump of the density is seen to the grid's spacing only
WIDENINGS = 8


@dataclass(frozen=True, eq=False)
class FrequencyDensity:
    """g, with its centre, its width and its shape."""

    pdf: Callable[[np.ndarray], np.ndarray]
    centre: float
    scale: float
    symmetric: bool
    unimodal: bool
    flat: bool  # about its centre
    name: str
    edge: float = math.inf  # from the centre: beyond, g is 0

    @property
    def peak(self) -> float:
        """g at the centre."""
        return float(self.pdf(np.array([self.centre]))[0])


def frequency_density(given: object) -> FrequencyDensity:
    """From rb.Lorentzian, rb.Gaussian, rb.Uniform, or a function of the frequency."""
    if isinstance(given, Density):
        flat = isinstance(given, Uniform)
        edge = given.scale if isinstance(given, Uniform) else math.inf
        name = repr(given)
        return FrequencyDensity(given.pdf, given.centre, given.scale, True, True, flat, name, edge)
    if not callable(given):
        raise InvalidArgument(
            "density must be rb.Lorentzian, rb.Gaussian, rb.Uniform or a function of the "
            f"frequency, not {given!r}"
        )
    return looked_at(vectorised(given))


def vectorised(function: Callable) -> Callable[[np.ndarray], np.ndarray]:
    """The function on arrays, whether it takes them or numbers only."""

    def pdf(frequency: np.ndarray) -> np.ndarray:
        points = np.asarray(frequency, dtype=float)
        try:
            values = np.asarray(function(points), dtype=float)
            if values.shape == points.shape:
                return values
        except (TypeError, ValueError):
            pass
        return np.array([float(function(x)) for x in points.ravel().tolist()]).reshape(points.shape)

    return pdf


def looked_at(pdf: Callable[[np.ndarray], np.ndarray]) -> FrequencyDensity:
    """The shape of a function, on a grid that is fitted to where it lies."""
    centre, scale = 0.0, 1.0
    for _ in range(WIDENINGS):
        x, mass = masses(pdf, centre, scale)
        share = np.cumsum(mass) / mass.sum()
        low, middle, high = np.interp([0.25, 0.5, 0.75], share, x)
        settled = abs(middle - centre) < 1e-3 * scale and 0.5 < 0.5 * (high - low) / scale < 2
        centre, scale = float(middle), max(0.5 * float(high - low), 1e-12)
        if settled:
            break
    x, mass = masses(pdf, centre, scale)
    total = float(mass.sum())
    if abs(total - 1) > WHOLE:
        raise InvalidArgument(f"the density's integral is {total:.8g}; it must be 1")
    centre = mirror(pdf, centre, scale, x)
    away = np.abs(x[x > centre] - centre)
    right, left = pdf(centre + away), pdf(centre - away)
    peak = float(max(right.max(), left.max()))
    odd = np.abs(right - left) > SAME * peak
    symmetric = bool(odd.mean() < WHOLE)  # at a jump rounding decides for a point or two
    falls = bool((np.diff(right) <= SAME * peak).all() and (np.diff(left) <= SAME * peak).all())
    near = pdf(centre + scale * np.array([0.0, 1e-2]))
    flat = falls and bool(abs(near[1] / near[0] - 1) < SAME)
    return FrequencyDensity(pdf, centre, scale, symmetric, falls, flat, "the given density")


def masses(
    pdf: Callable[[np.ndarray], np.ndarray], centre: float, scale: float
) -> tuple[np.ndarray, np.ndarray]:
    """Places x = c + s tan(u), and the probability at each by the midpoint rule in u."""
    u = np.pi * ((np.arange(GRID) + 0.5) / GRID - 0.5)
    x = centre + scale * np.tan(u)
    g = pdf(x)
    if not np.isfinite(g).all() or (g < 0).any():
        raise InvalidArgument("a density must be finite and not negative at every frequency")
    mass = g * scale / np.cos(u) ** 2 * (np.pi / GRID)
    if not mass.sum() > 0:
        raise InvalidArgument("the density is 0 wherever it was looked at")
    return x, mass


def mirror(
    pdf: Callable[[np.ndarray], np.ndarray], centre: float, scale: float, x: np.ndarray
) -> float:
    """The median to more digits: the best centre of symmetry near it."""
    from scipy.optimize import minimize_scalar

    away = x[(x > centre) & (x < centre + 20 * scale)][::8] - centre

    def unlike(shift: float) -> float:
        c = centre + shift * scale
        return float(np.square(pdf(c + away) - pdf(c - away)).sum())

    found = minimize_scalar(
        unlike, bounds=(-0.01, 0.01), method="bounded", options={"xatol": 1e-12}
    )
    best = centre + float(found.x) * scale
    tried = [*(round(centre / scale, digits) * scale for digits in (1, 2, 3)), round(best, 9), best]
    return min(tried, key=lambda c: (round(unlike((c - centre) / scale), 15), tried.index(c)))
