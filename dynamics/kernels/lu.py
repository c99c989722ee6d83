"""Small dense linear systems, real or complex: LU decomposition with partial pivoting.

Golub & Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1. The factors replace the matrix.
"""

from numba import njit

from .dormand_prince import INNER


@njit(**INNER)
def decompose(a, pivots):
    """Replace a by its factors L (unit diagonal, not stored) and U, rows exchanged as in pivots."""
    n = a.shape[0]
    for c in range(n):
        best = c
        largest = abs(a[c, c])
        for r in range(c + 1, n):
            size = abs(a[r, c])
            if size > largest:
                largest = size
                best = r
        pivots[c] = best
        if best != c:
            for j in range(n):
                kept = a[c, j]
                a[c, j] = a[best, j]
                a[best, j] = kept
        for r in range(c + 1, n):
            a[r, c] /= a[c, c]
            for j in range(c + 1, n):
                a[r, j] -= a[r, c] * a[c, j]


@njit(**INNER)
def solve(a, pivots, b):
    """Replace b by the solution, a being decomposed."""
    n = a.shape[0]
    for c in range(n):
        kept = b[pivots[c]]
        b[pivots[c]] = b[c]
        b[c] = kept
    for c in range(n):
        for r in range(c + 1, n):
            b[r] -= a[r, c] * b[c]
    for c in range(n - 1, -1, -1):
        b[c] /= a[c, c]
        for r in range(c):
            b[r] -= a[r, c] * b[c]
