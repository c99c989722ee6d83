"""The dense system of what merging leaves: u at the heads of the parts, and the numbers s.

u_next - G u - Gamma s = gamma,   u_next of the last part being twist u of the first
sum of (rho u + sigma s) + S s = q - sum of alpha
"""

from numba import njit

from .compact import compact
from .dormand_prince import INNER
from .lu import solve


@njit(**INNER)
def enter(maps, heads, corner, twist, dense):
    """The matrix of the system of the parts."""
    compact()
    k = corner.shape[0]
    n = maps.shape[1] - k
    inner = dense.shape[0] - k
    for r in range(dense.shape[0]):
        for c in range(dense.shape[0]):
            dense[r, c] = corner[r - inner, c - inner] if r >= inner and c >= inner else 0.0
    for part in range(heads.size):
        one = maps[heads[part]]
        begin = part * n
        follows = begin + n
        weight = 1.0
        if follows == inner:
            follows = 0
            weight = twist
        for i in range(n):
            for c in range(n):
                dense[begin + i, begin + c] -= one[i, c]
            dense[begin + i, follows + i] += weight
            for q in range(k):
                dense[begin + i, inner + q] = -one[i, n + q]
                dense[inner + q, begin + i] = one[n + q, i]
        for q in range(k):
            for c in range(k):
                dense[inner + q, inner + c] += one[n + q, n + c]


@njit(**INNER)
def balance(scale, k, dense, row, column):
    """Give rows and columns like sizes; by what."""
    compact()
    size = dense.shape[0]
    for c in range(size):
        column[c] = scale[c % scale.size]
        if c >= size - k:
            largest = 0.0
            for r in range(size):
                if abs(dense[r, c]) > largest:
                    largest = abs(dense[r, c])
            column[c] = 1.0 / largest if largest > 0.0 else 1.0
    for r in range(size):
        largest = 0.0
        for c in range(size):
            dense[r, c] *= column[c]
            if abs(dense[r, c]) > largest:
                largest = abs(dense[r, c])
        row[r] = largest if largest > 0.0 else 1.0
        for c in range(size):
            dense[r, c] /= row[r]


@njit(**INNER)
def orientation(n, k, dense, exchanges):
    """The sign of the determinant of the whole system, from the factors of what was left."""
    compact()
    size = dense.shape[0]
    sign = 1.0
    if n * ((size - k) // n - 1) % 2 != 0:
        sign = -1.0
    for c in range(size):
        if exchanges[c] != c:
            sign = -sign
        if dense[c, c] < 0.0:
            sign = -sign
        if dense[c, c] == 0.0:
            sign = 0.0
    return sign


@njit(**INNER)
def middle(c, heads, dense, exchanges, row, column, q, added, right, nodes, s):
    """u at the heads of the parts, and s, for right side c."""
    compact()
    k = q.shape[0]
    n = added.shape[1] - k
    inner = right.size - k
    for i in range(k):
        right[inner + i] = q[i, c]
    for part in range(heads.size):
        for v in range(n):
            right[part * n + v] = added[heads[part], v, c]
        for i in range(k):
            right[inner + i] -= added[heads[part], n + i, c]
    for i in range(right.size):
        right[i] /= row[i]
    solve(dense, exchanges, right)
    for i in range(right.size):
        right[i] *= column[i]
    for part in range(heads.size):
        for v in range(n):
            nodes[heads[part], 0, v, c] = right[part * n + v]
    for i in range(k):
        s[i, c] = right[inner + i]
