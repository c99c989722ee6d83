"""The dense output of a Dormand-Prince step, inside the march.

Dense output of order 7 (Hairer, Norsett & Wanner 1993, section II.6 and program contd8), with
theta in [0, 1] and three more stages:

    x(theta) = x + theta (F0 + (1 - theta) (F1 + theta (F2 + (1 - theta) (F3 + theta (F4
                 + (1 - theta) (F5 + theta F6))))))
"""

from numba import njit

from .by_address import field
from .compact import compact
from .dormand_prince import FIRST, INNER
from .dormand_prince_tableau import A, C, D
from .layout import DENSE


@njit(**INNER)
def interpolant(system, t, h, low, high, x, f, p, moving, x_new, f_new, y, g, k):
    """The coefficients F0..F6 of the step from (x, f) to (x_new, f_new), into rows DENSE... of k.

    The stages are computed anew, so that an unrolled `attempt` need not keep them.
    """
    compact()
    n = x.size
    for i in range(n):
        k[12, i] = f_new[i]
    for s in range(1, 16):
        if s != 12:
            for i in range(n):
                total = A[s, 0] * f[i]
                for j in range(FIRST[s], s):
                    total += A[s, j] * k[j, i]
                y[i] = x[i] + h * total
            time = t + C[s] * h
            time = low if time < low else high if time > high else time
            field(system, time, y, p, g)
            for i in range(n):
                k[s, i] = g[i] * moving[i]
    for i in range(n):
        rise = x_new[i] - x[i]
        bend = h * f[i] - rise
        k[DENSE, i] = rise
        k[DENSE + 1, i] = bend
        k[DENSE + 2, i] = rise - h * f_new[i] - bend
        for row in range(4):
            total = D[row, 0] * f[i]
            for j in range(5, 16):
                total += D[row, j] * k[j, i]
            k[DENSE + 3 + row, i] = h * total
