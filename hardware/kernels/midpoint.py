"""Izhikevich's equations in s16.15 by the midpoint rule, merged with it as on the chip.

Hopkins & Furber 2015, "Accuracy and efficiency in fixed-point neural ODE solvers", Neural
Computation 27, 2148.
"""

import numpy as np
from numba import njit

from .floor import multiply

K1 = 1311  # 0.04, rounded
FIVE, RATE, HALF = 5 << 15, 140 << 15, 1 << 14


@njit(cache=True, forceinline=True)
def wrap(x):
    return np.int64(np.int32(x))


@njit(cache=True, forceinline=True)
def advanced(v, u, a, b, I, h, s):
    """v, u after a step, and the random state; p, alpha, beta, eta as in the paper."""
    p = wrap(wrap(RATE + I) - u)
    q, s = multiply(K1, v, s)
    q, s = multiply(wrap(FIVE + q), v, s)
    alpha = wrap(p + q)
    eta, s = multiply(h, alpha, s)
    eta, s = multiply(eta, HALF, s)
    eta = wrap(v + eta)
    beta, s = multiply(b, v, s)
    beta, s = multiply(h, wrap(beta - u), s)
    beta, s = multiply(beta, a, s)
    beta, s = multiply(beta, HALF, s)
    q, s = multiply(K1, eta, s)
    q, s = multiply(wrap(FIVE + q), eta, s)
    x = wrap(wrap(p - beta) + q)
    dv, s = multiply(h, x, s)
    y, s = multiply(b, eta, s)
    y = wrap(wrap(wrap(-u) - beta) + y)
    ah, s = multiply(a, h, s)
    du, s = multiply(ah, y, s)
    return wrap(v + dv), wrap(u + du), s
