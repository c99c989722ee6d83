"""The LU decomposition of many small systems at once, side by side.

LANES systems of one size stand in an array a (rows, columns, LANES), so that each operation is done
on all of them by vector instructions. The right sides are further columns of a. Rows are exchanged
in each system on its own, where the diagonal is much smaller than the largest number below it
(threshold pivoting; Golub & Van Loan, Matrix Computations, 4th ed., section 3.4).

Decomposed, a holds the factors L and, with the reciprocals of its diagonal, U; then the solutions.
"""

from numba import njit

from .compact import compact
from .dormand_prince import INNER

LANES = 16
FAVOUR = 4.0  # a diagonal this many times smaller than another is still taken

SIDE_BY_SIDE = INNER | dict(fastmath={"contract", "nsz", "arcp", "reassoc"})


@njit(**SIDE_BY_SIDE)
def eliminate(a, pivots, work):
    """Decompose and solve; `pivots` (rows, LANES) integers, `work` (LANES,)."""
    size, width, _ = a.shape
    for c in range(size):
        row = a[c]
        exchange(a, pivots, work, c)
        for lane in range(LANES):
            row[c, lane] = 1.0 / row[c, lane]
        for r in range(c + 1, size):
            other = a[r]
            any_there = 0.0
            for lane in range(LANES):
                other[c, lane] *= row[c, lane]
                any_there += abs(other[c, lane])
            if any_there != 0.0:
                for j in range(c + 1, width):
                    for lane in range(LANES):
                        other[j, lane] -= other[c, lane] * row[j, lane]
    for c in range(size - 1, -1, -1):
        row = a[c]
        for j in range(size, width):
            for lane in range(LANES):
                row[j, lane] *= row[c, lane]
        for r in range(c):
            other = a[r]
            for j in range(size, width):
                for lane in range(LANES):
                    other[j, lane] -= other[c, lane] * row[j, lane]


@njit(**SIDE_BY_SIDE)
def exchange(a, pivots, work, c):
    """Bring the pivots of column c to row c."""
    compact()
    size, width, _ = a.shape
    for lane in range(LANES):
        work[lane] = FAVOUR * abs(a[c, c, lane])
        pivots[c, lane] = c
    for r in range(c + 1, size):
        for lane in range(LANES):
            if abs(a[r, c, lane]) > work[lane]:
                work[lane] = abs(a[r, c, lane])
                pivots[c, lane] = r
    for lane in range(LANES):
        best = pivots[c, lane]
        if best != c:
            for j in range(c, width):
                kept = a[c, j, lane]
                a[c, j, lane] = a[best, j, lane]
                a[best, j, lane] = kept


@njit(**SIDE_BY_SIDE)
def substitute(a, pivots, b):
    """Replace the right sides b (rows, count, LANES) by the solutions of decomposed systems."""
    size, count, _ = b.shape
    for c in range(size):
        for lane in range(LANES):
            best = pivots[c, lane]
            if best != c:
                for j in range(count):
                    kept = b[c, j, lane]
                    b[c, j, lane] = b[best, j, lane]
                    b[best, j, lane] = kept
        for r in range(c + 1, size):
            for j in range(count):
                for lane in range(LANES):
                    b[r, j, lane] -= a[r, c, lane] * b[c, j, lane]
    for c in range(size - 1, -1, -1):
        for j in range(count):
            for lane in range(LANES):
                b[c, j, lane] *= a[c, c, lane]
        for r in range(c):
            for j in range(count):
                for lane in range(LANES):
                    b[r, j, lane] -= a[r, c, lane] * b[c, j, lane]
