"""The critical coupling of Kuramoto's model found from simulations, with its uncertainty."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound, UnknownName
from ..dynamics.oscillators.densities import Density, whole
from ..dynamics.oscillators.kuramoto import kuramoto
from .finite_size import NU, CriticalCouplingEstimate, estimated
from .kuramoto_critical_coupling import kuramoto_critical_coupling

SIZES = (100, 400, 1600)
WINDOW = np.linspace(0.91, 1.12, 8)  # of the first guess
STEP = 0.1  # in units of 1/width of the density
# Times before and while r is watched, in 1/width; the second grows as size^0.8: critical slowing
SETTLING, WATCHED = 30.0, 1.5
SIGHT = 400  # oscillators of the first look
LEVELS = (0.3, 0.45)
HALVINGS = 7
STRONGEST = 12.0  # of the width: couplings that are tried


def find_critical_coupling(
    density: Density,
    sizes: tuple[int, ...] = SIZES,
    couplings: "np.ndarray | None" = None,
    *,
    seeds: int = 8,
    seed: int = 0,
    sampling: str = "quantiles",
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> CriticalCouplingEstimate:
    """K_c of a density by finite-size scaling: what runs of several sizes and seeds share.

    density
        rb.Lorentzian, rb.Gaussian or rb.Uniform
    sizes, couplings
        numbers of oscillators, ascending; couplings around K_c (found by a first look if not given)
    seeds, seed, sampling
        runs for each, the first one's seed; "quantiles" or "random" frequencies (see `kuramoto`):
        the exponents differ, and random ones scatter far more
    threads, progress
        runs at a time; called with the share of runs that are done

    The error holds the scatter between seeds (resampled), the drift of the estimate with size and
    the choice of the curve. What theory knows is used only for comparison.

    Reference: H. Hong, H. Chate, L.-H. Tang and H. Park, Phys. Rev. E 92 (2015) 022122; H. Hong,
    H. Chate, H. Park and L.-H. Tang, Phys. Rev. Lett. 99 (2007) 184101; J. Houdayer and
    A. K. Hartmann, Phys. Rev. B 70 (2004) 014418 (one curve).
    """
    if not isinstance(density, Density):
        raise InvalidArgument(
            f"density must be rb.Lorentzian, rb.Gaussian or rb.Uniform, not {density!r}"
        )
    if sampling not in NU:
        raise UnknownName(str(sampling), "a way to draw frequencies", NU)
    sizes = tuple(whole(n, "a size", 20) for n in sizes)
    if len(sizes) < 2 or any(b < 1.5 * a for a, b in pairwise(sizes)):
        raise InvalidArgument(f"sizes must be two or more, each half as large again, not {sizes}")
    seeds = whole(seeds, "seeds", 2)
    if couplings is None:
        couplings = first_look(density, seed) * WINDOW
    else:
        couplings = np.unique(np.asarray(couplings, dtype=float))
        if len(couplings) < 4 or not np.isfinite(couplings).all():
            raise InvalidArgument("couplings are four or more different numbers")
    jobs = [(n, K, seed + s) for n in sizes for K in couplings.tolist() for s in range(seeds)]
    order = np.empty(len(jobs))
    workers = os.cpu_count() if threads is None else whole(threads, "threads")
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda job: settled(density, sampling, *job), jobs)
        for i, value in enumerate(found):
            order[i] = value
            if progress is not None:
                progress((i + 1) / len(jobs))
    runs = order.reshape(len(sizes), len(couplings), seeds)
    expected = kuramoto_critical_coupling(density)
    return estimated(density, sampling, sizes, couplings, runs, expected, seed)


def settled(density: Density, sampling: str, n: int, K: float, seed: int) -> float:
    """The stationary order parameter of one run."""
    watched = SETTLING + WATCHED * n**0.8
    unit = 1 / density.scale
    run = kuramoto(
        n,
        K,
        density,
        until=(SETTLING + 1.4 * watched) * unit,
        step=STEP * unit,
        seed=seed,
        sampling=sampling,
    )
    return float(run.order[run.t >= (SETTLING + 0.4 * watched) * unit].mean())


def first_look(density: Density, seed: int) -> float:
    """Roughly K_c: r^2 at two levels, found by bisection, followed down to 0."""
    levels = []
    for level in LEVELS:
        low, high = 0.0, STRONGEST * density.scale
        if settled_quickly(density, high, seed) < level:
            raise NotFound(
                f"{SIGHT} oscillators with {density} don't come into step at K = {high:g}; give "
                "the couplings"
            )
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            above = settled_quickly(density, middle, seed) > level
            low, high = (low, middle) if above else (middle, high)
        levels.append(0.5 * (low + high))
    (a, b), (first, second) = np.square(LEVELS), levels
    return float(max(first - (second - first) * a / (b - a), 0.5 * first))


def settled_quickly(density: Density, K: float, seed: int) -> float:
    unit = 1 / density.scale
    run = kuramoto(SIGHT, K, density, until=120 * unit, step=STEP * unit, seed=seed)
    return float(run.order[len(run) // 2 :].mean())
