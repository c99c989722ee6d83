"""Izhikevich's equations in s16.15 by Euler's rule."""

import numpy as np
from numba import njit

from .floor import multiply

K1 = 1311  # 0.04, rounded
FIVE, RATE = 5 << 15, 140 << 15


@njit(cache=True, forceinline=True)
def wrap(x):
    return np.int64(np.int32(x))


@njit(cache=True, forceinline=True)
def advanced(v, u, a, b, I, h, s):
    """v + h f, u + h g, and the random state."""
    q, s = multiply(K1, v, s)
    w, s = multiply(wrap(q + FIVE), v, s)
    f = wrap(wrap(wrap(w + RATE) - u) + I)
    g, s = multiply(b, v, s)
    g = wrap(g - u)
    dv, s = multiply(h, f, s)
    ah, s = multiply(a, h, s)
    du, s = multiply(ah, g, s)
    return wrap(v + dv), wrap(u + du), s
