"""A vector field along an orbit, and how far the orbit is from satisfying u' = T f(u, lambda).

The orbit is given by its values at the nodes of its intervals, (N, m + 1, n): where they begin, and
at their m Gauss points. A system here is a pair of addresses (see by_address.py), of the field of
the states and the free parameters, x = (u, lambda), and of that field together with its Jacobian;
x holds the parameters already.
"""

from numba import float64, int64, njit, types, void

from .by_address import part

field, linearisation = part(0), part(1)
ENTRY = dict(cache=True, error_model="numpy", _nrt=False)
SYSTEM = types.UniTuple(int64, 2)
VECTOR, MATRIX = float64[::1], float64[:, ::1]
STACK, BLOCKS = float64[:, :, ::1], float64[:, :, :, ::1]


@njit(void(SYSTEM, VECTOR, STACK, VECTOR, VECTOR, STACK), **ENTRY)
def rates(system, p, nodes, x, out, f):
    """f (N, m, n) at the Gauss points; out is room for what the system gives."""
    N, m, n = f.shape
    for j in range(N):
        for i in range(m):
            for v in range(n):
                x[v] = nodes[j, i + 1, v]
            field(system, 0.0, x, p, out)
            for v in range(n):
                f[j, i, v] = out[v]


@njit(float64(SYSTEM, VECTOR, STACK, VECTOR, VECTOR, STACK, BLOCKS), **ENTRY)
def linearise(system, p, nodes, x, out, f, matrix):
    """f, and [df/du, df/dlambda] (N, m, n, n + k); the largest sum of squares of one matrix."""
    N, m, n = f.shape
    size = len(x)
    largest = 0.0
    for j in range(N):
        for i in range(m):
            for v in range(n):
                x[v] = nodes[j, i + 1, v]
            linearisation(system, 0.0, x, p, out)
            squares = 0.0
            for v in range(n):
                f[j, i, v] = out[v]
                for w in range(size):
                    entry = out[(v + 1) * size + w]
                    matrix[j, i, v, w] = entry
                    squares += entry * entry
            largest = squares if not squares <= largest else largest
    return largest


@njit(void(MATRIX, VECTOR, VECTOR, STACK, STACK, STACK, float64, STACK, VECTOR), **ENTRY)
def defects(slopes, end, h, nodes, reference, row, T, f, out):
    """At the Gauss points u' - T f, between intervals the gap, and <u - reference, row>."""
    N, m, n = f.shape
    gap = N * m * n
    phase = 0.0
    for j in range(N):
        following = j + 1 if j + 1 < N else 0
        for v in range(n):
            for i in range(m):
                total = slopes[i, 0] * nodes[j, 0, v]
                for other in range(m):
                    total += slopes[i, other + 1] * nodes[j, other + 1, v]
                out[(j * m + i) * n + v] = total / h[j] - T * f[j, i, v]
                phase += (nodes[j, i + 1, v] - reference[j, i + 1, v]) * row[j, i, v]
            total = end[0] * nodes[j, 0, v] - nodes[following, 0, v]
            for i in range(m):
                total += end[i + 1] * nodes[j, i + 1, v]
            out[gap + j * n + v] = total
    out[gap + N * n] = phase
