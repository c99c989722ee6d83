"""Random numbers by number: the m-th of a seed, whatever was drawn before.

A counter is mixed by SplitMix64 (Steele, Lea & Flood 2014, figure 15: passes BigCrush), two
uniform numbers give a normal one (Box & Muller 1958).
"""

from math import cos, log, pi, sqrt

import numpy as np
from numba import njit

from .dormand_prince import INNER

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)
SHIFTS = np.array([30, 27, 31, 11], dtype=np.uint64)


@njit(**INNER)
def mixed(z):
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> SHIFTS[0])) * FIRST
    z = (z ^ (z >> SHIFTS[1])) * SECOND
    return z ^ (z >> SHIFTS[2])


@njit(**INNER)
def normal(seed, number):
    """The normal variate with this number (mean 0, variance 1)."""
    key = mixed(np.uint64(seed) * GOLDEN + GOLDEN)
    counter = np.uint64(2) * np.uint64(number)
    first = mixed(key + (counter + np.uint64(1)) * GOLDEN) >> SHIFTS[3]
    second = mixed(key + (counter + np.uint64(2)) * GOLDEN) >> SHIFTS[3]
    # 53 bits each, the first in (0, 1]
    u = (np.float64(first) + 1.0) * 2.0**-53
    v = np.float64(second) * 2.0**-53
    return sqrt(-2.0 * log(u)) * cos(2.0 * pi * v)


@njit(**INNER)
def uniform(seed, number):
    """The uniform variate with this number, in (0, 1]: the first of the two that `normal` mixes."""
    key = mixed(np.uint64(seed) * GOLDEN + GOLDEN)
    bits = mixed(key + (np.uint64(2) * np.uint64(number) + np.uint64(1)) * GOLDEN) >> SHIFTS[3]
    return (np.float64(bits) + 1.0) * 2.0**-53
