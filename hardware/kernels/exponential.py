"""The chip's exponential, for arrays of s16.15 words (`hardware/spinnaker/exponentials.py`)."""

import numpy as np
from numba import njit

LOW = np.uint64(0xFFFFFFFF)
WORD = np.uint64(32)
CARRY = np.uint64(0x7FFFFFFF)


@njit(cache=True, forceinline=True)
def high_product(a, b):
    """The high word of a product of words."""
    return (a * b) >> WORD


@njit(cache=True, forceinline=True)
def scaled(t, m):
    """t m 2^-32 of a long t and a word m, its last bit not quite rounded."""
    low = (t & LOW) * m
    carry = np.uint64((low & LOW) >= CARRY)
    return (low >> WORD) + carry + (t >> WORD) * m


@njit(cache=True)
def exponentials(n, lowest, highest, powers, parts, c, out):
    """e^(n 2^-15) 2^32 as 64 bits; 0 below `lowest`, above `highest` the largest."""
    for i in range(n.size):
        if n[i] < lowest:
            out[i] = 0
            continue
        if n[i] > highest:
            out[i] = np.uint64(0xFFFFFFFF7FFFFFFF)
            continue
        z = np.int64(n[i]) >> 15
        f = np.int64(n[i]) & 0x7FFF
        if f == 0:
            out[i] = powers[z + 13]
            continue
        f = 32768 - f
        t = powers[z + 14]
        t -= scaled(t, parts[f >> 11])
        y = np.uint64(f & 2047) << np.uint64(17)
        s = high_product(c[1] - high_product(c[2], y), y) + c[0]
        out[i] = t - scaled(t, s)
