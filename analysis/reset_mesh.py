"""Meshes of the parts of an orbit through resets: each part for itself, none of them closes."""

import numpy as np

from .gauss import Gauss
from .mesh import FLOOR, carried, following_growth


def spread(
    gauss: Gauss,
    mesh: np.ndarray,
    X: np.ndarray,
    scale: np.ndarray,
    count: int | None = None,
    growth: np.ndarray | None = None,
) -> np.ndarray:
    """For each part a mesh with the leading error term of collocation equal in all intervals.

    mesh (K, N + 1), X (K, N, m + 1, n), scale (n,); the new mesh has `count` intervals a part. The
    derivative of order m + 1 is read off the jumps of the m-th between neighbours. `growth` (K, N)
    is the rate at which neighbours part: along a canard the orbit is smooth, but on intervals that
    don't follow this growth its parameter is known no better than the orbit.
    """
    rates = np.zeros(mesh[:, 1:].shape) if growth is None else growth
    parts = zip(mesh, X, rates, strict=True)
    return np.array([spread_part(gauss, h, x, scale, count, mu) for h, x, mu in parts])


def spread_part(
    gauss: Gauss,
    mesh: np.ndarray,
    X: np.ndarray,
    scale: np.ndarray,
    count: int | None,
    growth: np.ndarray,
) -> np.ndarray:
    h = np.diff(mesh)
    N, m = len(h), gauss.degree
    places = np.linspace(0, 1, (count or N) + 1)
    if N < 3:
        return places
    top = gauss.leading @ (X / scale) / h[:, None] ** m
    jumps = np.abs(np.diff(top, axis=0)) / (h[1:] + h[:-1])[:, None]  # between neighbours
    both = np.concatenate([2 * jumps[:1], jumps[:-1] + jumps[1:], 2 * jumps[-1:]])
    density = (both**2).sum(axis=1) ** (0.5 / (m + 1))
    density = np.maximum(density, FLOOR * float(density @ h))
    if growth.any():
        density = following_growth(density, h, growth, count or N)
    total = np.concatenate([[0.0], np.cumsum(density * h)])
    if not (np.isfinite(total).all() and total[-1] > 0):
        return places
    new = np.interp(places * total[-1], total, mesh)
    new[0], new[-1] = 0.0, 1.0
    return new


def carried_parts(gauss: Gauss, mesh: np.ndarray, X: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The values at the nodes of other meshes."""
    parts = zip(mesh, X, new, strict=True)
    return np.array([carried(gauss, old, values, mesh) for old, values, mesh in parts])
