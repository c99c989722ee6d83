"""A smooth curve through points of the plane, in the length of the chord.

Between the points stands the cubic spline, whose end slopes are those of parabolas. Where it strays
from the straight line (beside a kink), the slopes are those of H. Akima, J. ACM 17 (1970) 589-602,
with the weights that keep flat parts flat: there is no overshoot.
"""

import numpy as np

STRAYS = 0.15  # from the straight line, relative to its length


def through(x: np.ndarray, y: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """`parts` points for each step from one point to the next, and the last one."""
    points = np.column_stack([x, y]).astype(float)
    known = np.isfinite(points).all(axis=1)
    size = np.ptp(points[known], axis=0) if known.any() else np.ones(2)
    size[size == 0] = 1.0
    s = np.arange(parts)[:, None] / parts
    rise = np.diff(points, axis=0)
    fine = points[:-1, None] + s * rise[:, None]
    if len(points) > 2 and known.all():
        # Points that coincide still need a length.
        chord = np.maximum(np.hypot(*(rise / size).T), 1e-12)[:, None]
        smooth = hermite(points, spline_slopes(chord, rise / chord), chord, s)
        away = np.linalg.norm((smooth - fine) / size, axis=2).max(axis=1)
        careful = hermite(points, akima_slopes(rise / chord), chord, s)
        fine = np.where((away > STRAYS * chord[:, 0])[:, None, None], careful, smooth)
    fine = np.vstack([fine.reshape(-1, 2), points[-1]])
    return fine[:, 0], fine[:, 1]


def hermite(points: np.ndarray, slope: np.ndarray, h: np.ndarray, s: np.ndarray) -> np.ndarray:
    """The cubics with these values and slopes at their ends, at the parts s of each step."""
    a, b = points[:-1, None], points[1:, None]
    m, n = (h * slope[:-1])[:, None], (h * slope[1:])[:, None]
    return a + s * m + s**2 * (3 * (b - a) - 2 * m - n) + s**3 * (2 * (a - b) + m + n)


def spline_slopes(h: np.ndarray, d: np.ndarray) -> np.ndarray:
    """h_i m_(i-1) + 2 (h_(i-1) + h_i) m_i + h_(i-1) m_(i+1) = 3 (h_i d_(i-1) + h_(i-1) d_i)"""
    first = d[0] + (d[0] - d[1]) * h[0] / (h[0] + h[1])
    last = d[-1] + (d[-1] - d[-2]) * h[-1] / (h[-1] + h[-2])
    slope = np.vstack([first, 3 * (h[1:] * d[:-1] + h[:-1] * d[1:]), last])
    upper = [0.0, *h[:-1, 0].tolist(), 0.0]
    lower = [0.0, *h[1:, 0].tolist(), 0.0]
    middle = [1.0, *(2 * (h[:-1, 0] + h[1:, 0])).tolist(), 1.0]
    for i in range(1, len(slope)):
        factor = lower[i] / middle[i - 1]
        middle[i] -= factor * upper[i - 1]
        slope[i] -= factor * slope[i - 1]
    slope[-1] /= middle[-1]
    for i in range(len(slope) - 2, -1, -1):
        slope[i] = (slope[i] - upper[i] * slope[i + 1]) / middle[i]
    return slope


def akima_slopes(d: np.ndarray) -> np.ndarray:
    """(w d_(i-1) + v d_i)/(w + v), w = |d_(i+1) - d_i| + |d_(i+1) + d_i|/2, v of the other side."""
    before, after = 2 * d[0] - d[1], 2 * d[-1] - d[-2]
    d = np.vstack([2 * before - d[0], before, d, after, 2 * after - d[-1]])
    weight = np.abs(np.diff(d, axis=0)) + np.abs(d[1:] + d[:-1]) / 2
    w, v = weight[2:], weight[:-2]
    total = w + v
    flat = total == 0
    return np.where(flat, 0.0, (w * d[1:-2] + v * d[2:-1]) / np.where(flat, 1.0, total))
