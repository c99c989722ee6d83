"""The product of s16.15 words, up with the probability of what is lost, clamped: `x_mulsr`."""

import numpy as np
from numba import njit

LOWEST, HIGHEST = np.int64(-(1 << 31)), np.int64((1 << 31) - 1)


@njit(cache=True, forceinline=True)
def multiply(x, y, state):
    """The product and the next random state; the 15 top bits of that decide."""
    state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    p = x * y
    up = np.int64((state >> 17) < (p & 0x7FFF))
    return min(max((p >> 15) + up, LOWEST), HIGHEST), state
