"""The product of s16.15 words to the nearest, half up, clamped: `x_mulrn`."""

import numpy as np
from numba import njit

LOWEST, HIGHEST = np.int64(-(1 << 31)), np.int64((1 << 31) - 1)


@njit(cache=True, forceinline=True)
def multiply(x, y, state):
    """The product and the next random state, which this one leaves as it is."""
    return min(max((x * y + 0x4000) >> 15, LOWEST), HIGHEST), state
