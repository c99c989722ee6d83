"""Orthogonal iteration through a cycle of matrices: P_j Q_j = Q_(j+1) R_j, round and round.

The product of the triangular R_j has the eigenvalues of the product of the P_j on its diagonal,
without the loss that the product itself would suffer. The QR decompositions are by Givens rotations
(Golub & Van Loan, Matrix Computations, 4th ed., section 5.2.5).
"""

from math import hypot

from numba import float64, int64, njit, void

from .compact import compact
from .dormand_prince import INNER

MATRIX, STACK = float64[:, ::1], float64[:, :, ::1]


@njit(**INNER)
def rotate(b, q):
    """Make b = P Q triangular; q (transposed) becomes the orthogonal factor."""
    compact()
    n = b.shape[0]
    for i in range(n):
        for c in range(n):
            q[i, c] = 1.0 if i == c else 0.0
    for c in range(n - 1):
        for r in range(n - 1, c, -1):
            length = hypot(b[r - 1, c], b[r, c])
            if length > 0.0:
                cosine = b[r - 1, c] / length
                sine = b[r, c] / length
                for i in range(n):
                    above = b[r - 1, i]
                    b[r - 1, i] = cosine * above + sine * b[r, i]
                    b[r, i] = cosine * b[r, i] - sine * above
                    above = q[r - 1, i]
                    q[r - 1, i] = cosine * above + sine * q[r, i]
                    q[r, i] = cosine * q[r, i] - sine * above
                b[r, c] = 0.0


@njit(
    void(STACK, int64, MATRIX, MATRIX, MATRIX, MATRIX),
    cache=True,
    error_model="numpy",
    _nrt=False,
)
def sweep(parts, rounds, q, before, product, b):
    """Of the last round: the product of the R_j, and Q (transposed) at its beginning and end."""
    n = q.shape[0]
    for i in range(n):
        for c in range(n):
            q[i, c] = 1.0 if i == c else 0.0
    for _ in range(rounds):
        for i in range(n):
            for c in range(n):
                before[i, c] = q[i, c]
                product[i, c] = 1.0 if i == c else 0.0
        for j in range(parts.shape[0]):
            for i in range(n):
                for c in range(n):
                    total = 0.0
                    for v in range(n):
                        total += parts[j, i, v] * q[c, v]
                    b[i, c] = total
            rotate(b, q)
            for i in range(n):
                for c in range(n):
                    total = 0.0
                    for v in range(i, n):
                        total += b[i, v] * product[v, c]
                    product[i, c] = total
