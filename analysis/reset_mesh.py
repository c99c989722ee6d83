"""Meshes of the parts of an orbit through resets: each part for itself, none of them closes."""

import numpy as np

from .gauss import Gauss
from .mesh import FLOOR, carried


def spread(
    gauss: Gauss, mesh: np.ndarray, X: np.ndarray, scale: np.ndarray, count: int | None = None
) -> np.ndarray:
    """For each part a mesh with the leading error term of collocation equal in all intervals.

    mesh (K, N + 1), X (K, N, m + 1, n), scale (n,); the new mesh has `count` intervals a part. The
    derivative of order m + 1 is read off the jumps of the m-th between neighbours.
    """
    return np.array([spread_part(gauss, *part, scale, count) for part in zip(mesh, X, strict=True)])


def spread_part(
    gauss: Gauss, mesh: np.ndarray, X: np.ndarray, scale: np.ndarray, count: int | None
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
