"""The linear system of cycles, condensed and solved: `analysis/periodic_system.py`, compiled.

    u' - T A u - C s = r at the Gauss points,   u(1) = twist u(0),   <R, u> + S s = q

The values at the Gauss points (m, of n components) are eliminated side by side for LANES of the N
intervals; each becomes a map of (u, s), and these are merged as there. For right sides is kept:

    factors (batches, m n, m n + n + k, LANES)    decomposed, then the stages' response to (u, s)
    pivots (batches, m n, LANES)
    weights (batches, m n, k, LANES)              R
    maps (N, n + k, n + k)                        of the parts, each at its first interval
    pairs (N, 2)                                  first and second, in the order of merging
    reach (N, n, n + k), carry (N, n + k, n)      of the first and of the second of each pair
    heads (N,)                                    the first intervals of the parts that remain
    dense (size, size), exchanges (size + 1,)     their system, balanced and decomposed
    row, column (size,)                           what it was balanced by
"""

from numba import float64, int64, njit, types, void

from .interval_batch import assemble, fill, read, respond
from .interval_lu import eliminate, substitute
from .lu import decompose
from .merging import backward, forward, merge
from .parts_system import balance, enter, middle, orientation

ENTRY = dict(cache=True, error_model="numpy", _nrt=False)
VECTOR, MATRIX = float64[::1], float64[:, ::1]
STACK, BLOCKS = float64[:, :, ::1], float64[:, :, :, ::1]
PLACES, PAIRS, PIVOTS = int64[::1], int64[:, ::1], int64[:, :, ::1]


@njit(
    types.UniTuple(int64, 2)(
        *(VECTOR, MATRIX, VECTOR, BLOCKS, BLOCKS, BLOCKS, VECTOR),
        *(BLOCKS, PIVOTS, BLOCKS, STACK, PAIRS, STACK, STACK, PLACES, VECTOR, int64, float64),
    ),
    **ENTRY,
)
def condense(
    end,
    slopes,
    h,
    TA,
    columns,
    rows,
    scale,
    factors,
    pivots,
    weights,
    maps,
    pairs,
    reach,
    carry,
    heads,
    work,
    few,
    growth,
):
    """Eliminate the stages and merge the intervals; how many pairs, and how many parts remain."""
    for batch in range(factors.shape[0]):
        a = factors[batch]
        assemble(batch, h, slopes, TA, columns, rows, a, weights[batch])
        eliminate(a, pivots[batch], work)
        read(batch, end, weights[batch], a, carry.shape[2], work, maps)
    return merge(end[0], few, growth, maps, scale, pairs, reach, carry, heads)


@njit(
    float64(STACK, PLACES, MATRIX, float64, VECTOR, MATRIX, PLACES, VECTOR, VECTOR),
    **ENTRY,
)
def close(maps, heads, corner, twist, scale, dense, exchanges, row, column):
    """Decompose the system of u at the heads of the parts, and s; the sign of its determinant."""
    enter(maps, heads, corner, twist, dense)
    balance(scale, corner.shape[0], dense, row, column)
    decompose(dense, exchanges)
    return orientation(scale.size, corner.shape[0], dense, exchanges)


@njit(
    void(
        *(VECTOR, BLOCKS, PIVOTS, BLOCKS, PAIRS, STACK, STACK, PLACES, MATRIX, PLACES, VECTOR),
        *(VECTOR, BLOCKS, MATRIX, STACK, BLOCKS, STACK, MATRIX, VECTOR, BLOCKS, MATRIX),
    ),
    **ENTRY,
)
def solve(
    end,
    factors,
    pivots,
    weights,
    pairs,
    reach,
    carry,
    heads,
    dense,
    exchanges,
    row,
    column,
    r,
    q,
    gaps,
    stages,
    added,
    work,
    right,
    nodes,
    s,
):
    """u at the nodes (N, m + 1, n, count) and s (k, count).

    r (N, m, n, count), q (k, count), gaps (N, n, count), of which r and gaps may be empty; `added`
    begins with zeros.
    """
    if r.size > 0:
        for batch in range(factors.shape[0]):
            fill(batch, r, stages[batch])
            substitute(factors[batch], pivots[batch], stages[batch])
            read(batch, end, weights[batch], stages[batch], gaps.shape[1], work[0], added)
    forward(gaps, pairs, carry, added, nodes)
    for c in range(q.shape[1]):
        middle(c, heads, dense, exchanges, row, column, q, added, right, nodes, s)
    backward(pairs, reach, nodes, s)
    for batch in range(factors.shape[0]):
        respond(batch, factors[batch], s, r.size, stages[batch], work, nodes)
