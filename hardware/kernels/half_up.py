"""The product of s16.15 words as Thumb mode calls it: rounded half up, wrapped."""

import numpy as np
from numba import njit


@njit(cache=True, forceinline=True)
def multiply(x, y, state):
    """The product and the next random state, which this one leaves as it is."""
    return np.int64(np.int32((x * y + 0x4000) >> 15)), state
