"""The collocation equations of LANES intervals, side by side, and what their solutions are for.

The stages, the values at the m Gauss points of an interval (n components each), follow from u at
its beginning and the numbers s; the value at its end and its share of the rows follow from them.

    a (m n, m n + n + k, LANES)    the equations, then columns for u and s (see interval_lu.py)
    weights (m n, k, LANES)        of the rows
"""

from numba import njit

from .compact import compact
from .interval_lu import LANES, SIDE_BY_SIDE


@njit(**SIDE_BY_SIDE)
def assemble(batch, h, slopes, TA, columns, rows, a, weights):
    """The equations of a batch at the Gauss points; the last interval fills the lanes beyond."""
    compact()
    N, m, n, k = columns.shape
    size, width, _ = a.shape
    for x in range(size):
        for y in range(width):
            for lane in range(LANES):
                a[x, y, lane] = 0.0
    for lane in range(LANES):
        j = min(batch * LANES + lane, N - 1)
        for i in range(m):
            for v in range(n):
                x = i * n + v
                for other in range(m):
                    a[x, other * n + v, lane] = slopes[i, other + 1] / h[j]
                for w in range(n):
                    a[x, i * n + w, lane] -= TA[j, i, v, w]
                a[x, size + v, lane] = -slopes[i, 0] / h[j]
                for q in range(k):
                    a[x, size + n + q, lane] = columns[j, i, v, q]
                    weights[x, q, lane] = rows[q, j, i, v]


@njit(**SIDE_BY_SIDE)
def read(batch, end, weights, a, n, work, out):
    """What the stages, the last columns of a, make of the value at 1 (n numbers) and of the rows.

    The first intervals of `out` (N, n + k, columns) are those of the first batch.
    """
    compact()
    size = a.shape[0]
    begin = a.shape[1] - out.shape[2]
    for column in range(out.shape[2]):
        for row in range(out.shape[1]):
            for lane in range(LANES):
                work[lane] = 0.0
            if row < n:
                for i in range(size // n):
                    for lane in range(LANES):
                        work[lane] += end[i + 1] * a[i * n + row, begin + column, lane]
            else:
                for x in range(size):
                    for lane in range(LANES):
                        work[lane] += weights[x, row - n, lane] * a[x, begin + column, lane]
            for lane in range(min(LANES, out.shape[0] - batch * LANES)):
                out[batch * LANES + lane, row, column] = work[lane]


@njit(**SIDE_BY_SIDE)
def fill(batch, r, b):
    """The right sides of a batch, side by side."""
    compact()
    N, m, n, count = r.shape
    for lane in range(LANES):
        j = min(batch * LANES + lane, N - 1)
        for i in range(m):
            for v in range(n):
                for c in range(count):
                    b[i * n + v, c, lane] = r[j, i, v, c]


@njit(**SIDE_BY_SIDE)
def respond(batch, a, s, forced, stages, work, nodes):
    """The values at the Gauss points of a batch from those at the heads of the intervals and s."""
    compact()
    N, _, n, count = nodes.shape
    size, k = a.shape[0], s.shape[0]
    sums = work[n + k]
    for c in range(count):
        for v in range(n):
            for lane in range(LANES):
                work[v, lane] = nodes[min(batch * LANES + lane, N - 1), 0, v, c]
        for v in range(k):
            for lane in range(LANES):
                work[n + v, lane] = s[v, c]
        for x in range(size):
            for lane in range(LANES):
                sums[lane] = stages[x, c, lane] if forced > 0 else 0.0
            for y in range(n + k):
                for lane in range(LANES):
                    sums[lane] += a[x, size + y, lane] * work[y, lane]
            for lane in range(min(LANES, N - batch * LANES)):
                nodes[batch * LANES + lane, 1 + x // n, x % n, c] = sums[lane]
