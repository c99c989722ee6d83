"""The linear system of cycles, condensed and solved: `analysis/periodic_system.py`, compiled.

    u' - T A u - C s = r at the Gauss points,   u(1) = twist u(0),   <R, u> + S s = q

The values at the Gauss points (m, of n components) are eliminated side by side for LANES of the N
intervals; each becomes a map [G, Gamma; rho, sigma] of (u, s), and these are merged as there. What
is kept for right sides:

    factors (batches, m n, m n + n + k, LANES)    decomposed, then the response to (u, s)
    pivots (batches, m n, LANES)
    weights (batches, m n, k, LANES)              R
    maps (N, n + k, n + k)                        of the parts, each at its first interval
    pairs (N, 2)                                  first and second, in the order of merging
    reach (N, n, n + k), carry (N, n + k, n)      of the first and of the second of each pair
    heads (N,)                                    the first intervals of the parts that remain
    dense (size, size), exchanges (size + 1,)     their system, balanced and decomposed
    row, column (size,)                           what it was balanced by
"""

from numba import njit

from .compact import compact
from .dormand_prince import INNER
from .interval_lu import LANES, SIDE_BY_SIDE, eliminate, substitute
from .lu import decompose
from .lu import solve as back

ENTRY = dict(cache=True, error_model="numpy", _nrt=False)


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
def read(batch, end, weights, a, begin, n, work, out):
    """What the stages, columns of a from `begin` on, make of the value at 1 (n numbers) and of the
    rows (k): added to `out` (N, n + k, columns)."""
    compact()
    size = a.shape[0]
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
                out[batch * LANES + lane, row, column] += work[lane]


@njit(**INNER)
def merged_growth(n, scale, before, after):
    """The largest entry of the product of two maps, in units of the states."""
    compact()
    most = 0.0
    for i in range(n):
        for c in range(n):
            total = 0.0
            for v in range(n):
                total += after[i, v] * before[v, c]
            size = abs(total) * scale[c] / scale[i]
            most = size if not size <= most else most
    return most


@njit(**INNER)
def merge(few, growth, maps, scale, pairs, reach, carry, heads):
    """Merge neighbours, level by level; how many pairs, and how many parts remain."""
    compact()
    N, both, n = carry.shape
    for j in range(N):
        heads[j] = j
    count, parts, fresh = 0, N, 1
    while parts > few and fresh > 0:
        fresh, kept = 0, 0
        for place in range(0, parts, 2):
            a = heads[place]
            heads[kept] = a
            kept += 1
            if place + 1 == parts:
                break
            b = heads[place + 1]
            if not merged_growth(n, scale, maps[a], maps[b]) < growth:
                heads[kept] = b
                kept += 1
                continue
            for i in range(both):
                for v in range(n):
                    carry[count, i, v] = maps[b, i, v]
                    reach[count, v, i] = maps[a, v, i]
            for i in range(both):
                for c in range(both):
                    total = maps[a, i, c] if i >= n else 0.0
                    if c >= n:
                        total += maps[b, i, c]
                    for v in range(n):
                        total += carry[count, i, v] * reach[count, v, c]
                    maps[a, i, c] = total
            pairs[count, 0], pairs[count, 1] = a, b
            count += 1
            fresh += 1
        parts = kept
    return count, parts


@njit(**ENTRY)
def condense(
    end, slopes, h, TA, columns, rows, scale, factors, pivots, weights, maps, pairs, reach, carry,
    heads, work, few, growth,
):
    """Eliminate the stages and merge the intervals; how many pairs, and how many parts remain."""
    N, both, n = carry.shape
    for j in range(N):
        for i in range(both):
            for c in range(both):
                maps[j, i, c] = end[0] if i == c and i < n else 0.0
    for batch in range(factors.shape[0]):
        a = factors[batch]
        assemble(batch, h, slopes, TA, columns, rows, a, weights[batch])
        eliminate(a, pivots[batch], work)
        read(batch, end, weights[batch], a, a.shape[0], n, work, maps)
    return merge(few, growth, maps, scale, pairs, reach, carry, heads)


@njit(**ENTRY)
def close(maps, heads, corner, twist, scale, dense, exchanges, row, column):
    """Decompose the system of u at the heads of the parts, and s; the sign of its determinant."""
    n, k = scale.size, corner.shape[0]
    size = dense.shape[0]
    inner = size - k
    dense[:] = 0.0
    for part in range(inner // n):
        one = maps[heads[part]]
        begin = part * n
        last = begin + n == inner
        for i in range(n):
            for c in range(n):
                dense[begin + i, begin + c] -= one[i, c]
            dense[begin + i, i if last else begin + n + i] += twist if last else 1.0
            for q in range(k):
                dense[begin + i, inner + q] = -one[i, n + q]
                dense[inner + q, begin + i] = one[n + q, i]
        for q in range(k):
            for c in range(k):
                dense[inner + q, inner + c] += one[n + q, n + c]
    for q in range(k):
        for c in range(k):
            dense[inner + q, inner + c] += corner[q, c]
    for c in range(size):
        column[c] = scale[c % n]
        if c >= inner:
            largest = 0.0
            for r in range(size):
                largest = max(largest, abs(dense[r, c]))
            column[c] = 1.0 / largest if largest > 0.0 else 1.0
    sign = 1.0 if n * (inner // n - 1) % 2 == 0 else -1.0
    for r in range(size):
        largest = 0.0
        for c in range(size):
            dense[r, c] *= column[c]
            largest = max(largest, abs(dense[r, c]))
        row[r] = largest if largest > 0.0 else 1.0
        for c in range(size):
            dense[r, c] /= row[r]
    exchanges[size] = 0
    decompose(dense, exchanges)
    for c in range(size):
        if exchanges[c] != c:
            sign = -sign
        if dense[c, c] < 0.0:
            sign = -sign
        if dense[c, c] == 0.0:
            sign = 0.0
    return sign


@njit(**ENTRY)
def solve(
    end, factors, pivots, weights, pairs, reach, carry, heads, dense, exchanges, row, column,
    r, q, gaps, stages, added, work, right, nodes, s,
):
    """u at the nodes (N, m + 1, n, count) and s (k, count).

    r (N, m, n, count), q (k, count), gaps (N, n, count), of which r and gaps may be empty.
    """
    N, both, count = added.shape
    k = q.shape[0]
    n, inner = both - k, right.size - k
    added[:] = 0.0
    if r.size > 0:
        for batch in range(factors.shape[0]):
            b = stages[batch]
            fill(batch, r, b)
            substitute(factors[batch], pivots[batch], b)
            read(batch, end, weights[batch], b, 0, n, work[0], added)
    if gaps.size > 0:
        for j in range(N):
            for v in range(n):
                for c in range(count):
                    added[j, v, c] += gaps[j, v, c]
    # gamma of the first part of a pair is kept where the second's u will stand
    for pair in range(pairs.shape[0]):
        a, b = pairs[pair]
        for c in range(count):
            for v in range(n):
                nodes[b, 0, v, c] = added[a, v, c]
            for i in range(both):
                total = added[b, i, c]
                if i >= n:
                    total += added[a, i, c]
                for v in range(n):
                    total += carry[pair, i, v] * nodes[b, 0, v, c]
                added[a, i, c] = total
    for c in range(count):
        for i in range(k):
            right[inner + i] = q[i, c]
        for part in range(heads.size):
            for v in range(n):
                right[part * n + v] = added[heads[part], v, c]
            for i in range(k):
                right[inner + i] -= added[heads[part], n + i, c]
        for i in range(right.size):
            right[i] /= row[i]
        back(dense, exchanges, right)
        for part in range(heads.size):
            for v in range(n):
                nodes[heads[part], 0, v, c] = right[part * n + v] * column[part * n + v]
        for i in range(k):
            s[i, c] = right[inner + i] * column[inner + i]
    for pair in range(pairs.shape[0] - 1, -1, -1):
        a, b = pairs[pair]
        for c in range(count):
            for i in range(n):
                for v in range(n):
                    nodes[b, 0, i, c] += reach[pair, i, v] * nodes[a, 0, v, c]
                for v in range(k):
                    nodes[b, 0, i, c] += reach[pair, i, n + v] * s[v, c]
    for batch in range(factors.shape[0]):
        respond(batch, factors[batch], s, r.size > 0, stages[batch], work, nodes)


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
                sums[lane] = stages[x, c, lane] if forced else 0.0
            for y in range(n + k):
                for lane in range(LANES):
                    sums[lane] += a[x, size + y, lane] * work[y, lane]
            for lane in range(min(LANES, N - batch * LANES)):
                nodes[batch * LANES + lane, 1 + x // n, x % n, c] = sums[lane]
