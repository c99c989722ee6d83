"""Random numbers by number: the n-th of a member's stream, whatever was drawn before or elsewhere.

    bits(n) = mix(mix(a + n G) + b)

with mix the finaliser of SplitMix64 (Steele, Lea & Flood 2014), G its odd constant and (a, b) 128
bits made from the seed and the member's number: two members share a piece of their streams only if
both words agree. Two uniform numbers give two normal ones (Box & Muller 1958): a step with an even
number takes the cosine, the next one the sine. Everything is arithmetic, so that a loop over
members becomes vector code.

A member's numbers lie in STREAMS streams: the noise of whole steps, that of the parts of a step
after a spike, and others for whoever needs them.
"""

from math import pi, sqrt

import numpy as np
from numba import njit

from .elementary import SCALAR, float_of, log, sincos
from .ensemble_layout import WIDTH

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
OTHER = np.uint64(0xD1B54A32D192ED03)
FACTOR_1 = np.uint64(0xBF58476D1CE4E5B9)
FACTOR_2 = np.uint64(0x94D049BB133111EB)
SHIFT_1, SHIFT_2, SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
ONE, TWELVE, SIXTY = np.uint64(1), np.uint64(12), np.uint64(60)
ONE_BITS = np.uint64(0x3FF0000000000000)
WHOLE_STEPS, PARTS_OF_STEPS = 0, 1
STREAMS = 16


@njit(**SCALAR)
def mixed(z):
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> SHIFT_1)) * FACTOR_1
    z = (z ^ (z >> SHIFT_2)) * FACTOR_2
    return z ^ (z >> SHIFT_3)


@njit(**SCALAR)
def bits(a, b, number):
    """64 random bits."""
    return mixed(mixed(a + number * GOLDEN) + b)


@njit(**SCALAR)
def uniform(a, b, number):
    """A number in (0, 1], a multiple of 2^-52."""
    word = (bits(a, b, number) >> TWELVE) | ONE_BITS
    return 2.0 - float_of(np.int64(word))


@njit(**SCALAR)
def normal_pair(a, b, number):
    """Two independent normal numbers (mean 0, variance 1) from the pair with this number."""
    first = number + number
    radius = sqrt(-2.0 * log(uniform(a, b, first)))
    sine, cosine = sincos(2.0 * pi * uniform(a, b, first + ONE))
    return radius * cosine, radius * sine


@njit(cache=True, error_model="numpy")
def fill_keys(seed, first_member, keys):
    """The two words of each member: rows of `keys` (blocks, 2 * WIDTH)."""
    base = mixed(np.uint64(seed) * GOLDEN + OTHER)
    for block in range(keys.shape[0]):
        for lane in range(WIDTH):
            member = np.uint64(first_member + block * WIDTH + lane)
            keys[block, lane] = mixed(base + member * GOLDEN)
            keys[block, WIDTH + lane] = mixed(mixed(base ^ OTHER) + member * OTHER)


@njit(cache=True, error_model="numpy", fastmath={"contract"}, no_cpython_wrapper=True)
def fill_normals(keys, step, sources, z):
    """The normal numbers of a step and of the next one: rows of z (2 * sources, WIDTH).

    `step` is even; source j has row j in this step and row sources + j in the next.
    """
    for j in range(sources):
        pair = np.uint64((step >> 1) * sources + j)
        for lane in range(WIDTH):
            even, odd = normal_pair(keys[lane], keys[WIDTH + lane], pair)
            z[j * WIDTH + lane] = even
            z[(sources + j) * WIDTH + lane] = odd


@njit(cache=True, error_model="numpy", fastmath={"contract"}, no_cpython_wrapper=True)
def normal_of_part(a, b, number):
    """A normal number for a part of a step."""
    stream = np.uint64(PARTS_OF_STEPS) << SIXTY
    return normal_pair(a, b, stream + np.uint64(number))[0]
