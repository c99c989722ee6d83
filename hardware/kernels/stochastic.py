"""The product of s16.15 words, up with the probability of what is lost, clamped: `x_mulsr`."""

import numpy as np
from numba import njit

LOWEST, HIGHEST = np.int64(-(1 << 31)), np.int64((1 << 31) - 1)


@njit(cache=True, forceinline=True)
def multiply(x, y, state):
    """The product and the next random state; the 15 top bits of that decide."""
    state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    # the carry into bit 15 is there just where the bits of the state are below those that are lost
    p = x * y + (0x7FFF - (state >> 17))
    return min(max(p >> 15, LOWEST), HIGHEST), state
