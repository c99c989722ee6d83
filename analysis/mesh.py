"""The mesh of an orbit: where its intervals lie, and how values are carried to another one.

The error of collocation of degree m in an interval of length h grows like h^(m+1) |u^(m+1)|; a good
mesh makes it equal everywhere. u^(m+1) is read off the jumps of the m-th derivative between
neighbours (de Boor 1973; Ascher, Mattheij and Russell 1995, section 9.1; as in AUTO).

Along a repelling slow manifold (a canard) the orbit is smooth, but neighbours part like exp(mu t):
there the intervals are kept so short that collocation follows the growth, h mu <= GROWTH.
"""

import numpy as np

from .gauss import Gauss

FLOOR = 0.05  # of the mean density: no interval becomes very long
GROWTH = 3.0
MOST = 0.7  # of the intervals that growth may claim
TRIVIAL = 1e-7  # an orbit this flat, relative to the scale of its states, says nothing


def equidistributing(
    gauss: Gauss,
    mesh: np.ndarray,
    X: np.ndarray,
    scale: np.ndarray,
    count: int | None = None,
    growth: np.ndarray | None = None,
) -> np.ndarray:
    """A mesh with the leading error term equal in every interval. X (N, m + 1, n) at the nodes;
    `growth` (N,): the rate mu at which neighbours part in each interval, where that matters."""
    h = np.diff(mesh)
    N, m = len(h), gauss.degree
    swing = np.ptp(X, axis=(0, 1))
    used = swing > TRIVIAL * scale
    if not used.any():
        return np.linspace(0, 1, (count or N) + 1)
    top = gauss.leading @ (X[:, :, used] / swing[used]) / h[:, None] ** m
    following = np.arange(1, N + 1) % N
    jumps = np.abs(top[following] - top) / (h[following] + h)[:, None]  # at the ends
    both = jumps + jumps[np.arange(-1, N - 1)]
    density = (both**2).sum(axis=1) ** (0.5 / (m + 1))
    density = np.maximum(density, FLOOR * float(density @ h))
    if growth is not None:
        density = following_growth(density, h, growth, count or N)
    total = np.concatenate([[0.0], np.cumsum(density * h)])
    if not (np.isfinite(total).all() and total[-1] > 0):
        return np.linspace(0, 1, (count or N) + 1)
    new = np.interp(np.linspace(0, total[-1], (count or N) + 1), total, mesh)
    new[0], new[-1] = 0.0, 1.0
    return new


def following_growth(
    density: np.ndarray, h: np.ndarray, growth: np.ndarray, count: int
) -> np.ndarray:
    """A density of intervals with h mu <= GROWTH, as far as a share MOST of them does that."""
    wanted = growth / GROWTH / count
    wanted *= min(1.0, MOST / max(float(wanted @ h), 1e-300))
    rest = max(1.0 - float(wanted @ h), 1.0 - MOST)
    return np.maximum(density / float(density @ h) * rest, wanted)


def evaluated(gauss: Gauss, mesh: np.ndarray, X: np.ndarray, t: np.ndarray) -> np.ndarray:
    """The piecewise polynomial at times in [0, 1]: (len(t), n)."""
    j, x = located(mesh, t)
    return np.einsum("ti,tin->tn", gauss.values(x), X[j])


def located(mesh: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval of each time and the place in it, 0 to 1."""
    j = np.clip(np.searchsorted(mesh, t, side="right") - 1, 0, len(mesh) - 2)
    return j, (t - mesh[j]) / (mesh[j + 1] - mesh[j])


def nodes_of(gauss: Gauss, mesh: np.ndarray) -> np.ndarray:
    """The times of all nodes, (N, m + 1)."""
    return mesh[:-1, None] + np.diff(mesh)[:, None] * gauss.nodes


def carried(gauss: Gauss, mesh: np.ndarray, X: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The values at the nodes of another mesh."""
    t = nodes_of(gauss, new)
    return evaluated(gauss, mesh, X, t.ravel()).reshape(*t.shape, X.shape[-1])
