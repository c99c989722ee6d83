"""A density of natural frequencies as theory needs it: any of rheobase's, or a function.

A function is looked at on a grid in x = c + s tan(u), which covers the line: it has to be bounded,
not negative, and have the integral 1; where it peaks, and whether it is symmetric about its median
and falls on both sides, is seen there, to the grid's resolution. Where it jumps is found to the
last digits: integrals are taken from jump to jump.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.oscillators.densities import Density, Uniform

GRID = 40_001
SAME = 1e-6  # of the peak: two values are one
WHOLE = 1e-4  # of the integral
STEEP = 1e-3  # of the peak, from one point of the grid to the next: perhaps a jump
RISES = 1.5  # times the grid's largest value, between its neighbours: a pole, or an unseen peak
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
    jumps: tuple[float, ...] = ()

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
            values = np.asarray(function(points))
            if not np.iscomplexobj(values) and values.shape == points.shape:
                return values.astype(float)
        except (ArithmeticError, TypeError, ValueError):
            pass
        return np.array([number_at(function, x) for x in points.ravel().tolist()]).reshape(
            points.shape
        )

    return pdf


def number_at(function: Callable, frequency: float) -> float:
    try:
        value = function(frequency)
        if np.iscomplexobj(value):
            raise TypeError(f"{value!r} is not real")
        return float(value)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the density has no number at the frequency {frequency:.6g}: {error}"
        ) from error


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
    refuse_poles(pdf, x)
    jumps = jumps_of(pdf, x)
    total = integral(pdf, jumps) if jumps else float(mass.sum())
    if abs(total - 1) > WHOLE:
        raise InvalidArgument(f"the density's integral is {total:.8g}; it must be 1")
    middle = 0.5 * (jumps[0] + jumps[-1]) if jumps else math.inf
    centre = middle if abs(middle - centre) < 0.01 * scale else mirror(pdf, centre, scale, x)
    away = np.abs(x[x > centre] - centre)
    right, left = pdf(centre + away), pdf(centre - away)
    peak = float(max(right.max(), left.max()))
    odd = np.abs(right - left) > SAME * peak
    symmetric = bool(odd.mean() < WHOLE)  # at a jump rounding decides for a point or two
    falls = bool((np.diff(right) <= SAME * peak).all() and (np.diff(left) <= SAME * peak).all())
    near = pdf(centre + scale * np.array([0.0, 1e-2]))
    flat = falls and bool(abs(near[1] / near[0] - 1) < SAME)
    name = "the given density"
    return FrequencyDensity(pdf, centre, scale, symmetric, falls, flat, name, jumps=jumps)


def refuse_poles(pdf: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> None:
    """The theory wants g bounded, and the grid has to see its peaks."""
    g = pdf(x)
    i = int(np.argmax(g))
    around = x[max(i - 1, 0)], x[min(i + 1, len(x) - 1)]
    close = pdf(np.linspace(*around, 2002))
    if not np.isfinite(close).all() or close.max() > RISES * g[i]:
        raise InvalidArgument(
            f"the density rises from {g[i]:.6g} to {np.nanmax(close):.6g} between "
            f"{around[0]:.8g} and {around[1]:.8g}: it must be bounded, without needles"
        )


def jumps_of(pdf: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> tuple[float, ...]:
    """Where g jumps, by bisection: what is steep but smooth becomes flat as one looks closer."""
    g = pdf(x)
    found = []
    for i in np.flatnonzero(np.abs(np.diff(g)) > STEEP * g.max()).tolist():
        (a, b), (at_a, at_b) = x[i : i + 2].tolist(), g[i : i + 2].tolist()
        size = abs(at_b - at_a)
        while (middle := 0.5 * (a + b)) not in (a, b):
            value = float(pdf(np.array([middle]))[0])
            left = abs(value - at_a) > abs(at_b - value)
            a, at_a, b, at_b = (a, at_a, middle, value) if left else (middle, value, b, at_b)
        if abs(at_b - at_a) > 0.5 * size:
            found.append(b)
    return tuple(found)


def integral(pdf: Callable[[np.ndarray], np.ndarray], jumps: tuple[float, ...]) -> float:
    """Over the line, from jump to jump."""
    ends = (-math.inf, *jumps, math.inf)
    return sum(piece(pdf, a, b) for a, b in pairwise(ends))


def piece(function: Callable[[np.ndarray], np.ndarray], a: float, b: float) -> float:
    """Between two ends where the function is smooth."""
    import warnings

    from scipy.integrate import quad

    def at(w: float) -> float:
        return float(function(np.array([w]))[0])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rounding, in the last digits
        value, error = quad(at, a, b, epsabs=1e-13, epsrel=1e-12, limit=200)
    if not error < 1e-7:
        raise NotFound(f"an integral over {a:.6g} to {b:.6g} is uncertain by {error:.2g}")
    return float(value)


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
