"""exp of one number at a time: a table and a short polynomial, not a long polynomial alone.

    exp(x) = 2^q T[j] exp(r),  x = (q + j/128) ln 2 + r,  T[j] = 2^(j/128),  |r| <= ln(2)/256

It gives its answer after half as many steps that wait for one another, which is what a single
trajectory is slow by. In loops over many numbers `elementary.exp` is faster: reading from a table
does not become vector code. The error is at most 2.3e-16; where 2^q or its neighbours are
subnormal or infinite, and for nan, libm answers. Method: Tang 1989, ACM Trans. Math. Softw. 15.
"""

import math

import numpy as np
from numba import njit

from .elementary import ROUND, SCALAR, bits_of, float_of

STEPS_A_LN2 = 184.6649652337873  # 128 / ln 2
LN2_HIGH, LN2_LOW = 0.005415212347998022, 1.2655086083325438e-13  # ln 2 / 128: 34 bits, the rest
TABLE = np.array([2.0 ** (j / 128) for j in range(128)])


@njit(**SCALAR)
def exp(x):
    """exp(x): T + T (r + r^2/2 + ... + r^5/120), then times 2^q."""
    if not abs(x) < 708.0:
        return math.exp(x)
    shifted = x * STEPS_A_LN2 + ROUND
    n = shifted - ROUND
    r = x - n * LN2_HIGH - n * LN2_LOW
    bits = bits_of(shifted)
    power = bits_of(TABLE[np.uint64(bits) & np.uint64(127)])
    power = float_of(power + ((bits >> np.int64(7)) << np.int64(52)))
    s = r * r
    p = (0.5 + r * 0.16666666666666666) + s * (0.041666666666666664 + r * 0.008333333333333333)
    return power + power * (r + s * p)
