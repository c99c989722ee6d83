"""Small dense linear systems: LU decomposition with partial pivoting.

Golub & Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1. The factors replace the matrix.
"""

from numba import njit

from .compact import compact
from .dormand_prince import INNER


@njit(**INNER)
def decompose(a, pivots):
    """Replace a by its factors L (unit diagonal, not stored) and U, rows exchanged as in pivots."""
    compact()
    n = pivots.size - 1
    for c in range(n):
        best = c
        for r in range(c + 1, n):
            if abs(a[r, c]) > abs(a[best, c]):
                best = r
        pivots[c] = best
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
    """Replace the part of b that belongs to a, which is decomposed, by the solution.

    The part begins at the index that stands last in pivots.
    """
    compact()
    n = pivots.size - 1
    first = pivots[n]
    for c in range(n):
        other = first + pivots[c]
        kept = b[other]
        b[other] = b[first + c]
        b[first + c] = kept
    for c in range(n):
        for r in range(c + 1, n):
            b[first + r] -= a[r, c] * b[first + c]
    for c in range(n - 1, -1, -1):
        b[first + c] /= a[c, c]
        for r in range(c):
            b[first + r] -= a[r, c] * b[first + c]
