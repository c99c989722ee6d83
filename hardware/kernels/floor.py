"""The product of s16.15 words as ARM mode writes it out: floored, wrapped."""

import numpy as np
from numba import njit


@njit(cache=True, forceinline=True)
def multiply(x, y, state):
    """The product and the next random state, which this one leaves as it is."""
    return np.int64(np.int32((x * y) >> 15)), state
