"""Uniform random numbers by number, for what a run begins with: frequencies, phases, an order.

Number i of a stream of a seed doesn't depend on how many are drawn:

    u_i = (k_i + 1/2) 2^-52,    k_i the upper 52 bits of mix(mix(key + i G) + key')

with mix the finaliser of SplitMix64 (Steele, Lea & Flood 2014) and G its odd constant. Whole
numbers modulo 2^64, hence the same bits everywhere.
"""

import numpy as np

from ..errors import InvalidArgument

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FACTORS = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFTS = np.uint64(30), np.uint64(27), np.uint64(31)
LOW_BITS = np.uint64(12)
NOISE, PHASES, FREQUENCIES, ORDER = range(4)  # streams


def mixed(z: np.ndarray) -> np.ndarray:
    """The finaliser of SplitMix64."""
    z = (z ^ (z >> SHIFTS[0])) * FACTORS[0]
    z = (z ^ (z >> SHIFTS[1])) * FACTORS[1]
    return z ^ (z >> SHIFTS[2])


def checked_seed(seed: object) -> int:
    """A seed: a whole number from 0 up."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**64:
        raise InvalidArgument(f"a seed is a whole number from 0 to 2^64 - 1, not {seed!r}")
    return int(seed)


def keys_of(seed: int, stream: int) -> np.ndarray:
    """The two words of a stream."""
    words = np.array([checked_seed(seed), stream], dtype=np.uint64)
    first = mixed(words[:1] * GOLDEN + mixed(words[1:] + GOLDEN))
    return np.concatenate([first, mixed(first + GOLDEN)])


def uniform_numbers(seed: int, stream: int, count: int) -> np.ndarray:
    """The first `count` numbers of a stream, in (0, 1)."""
    first, second = keys_of(seed, stream)
    bits = mixed(mixed(first + np.arange(count, dtype=np.uint64) * GOLDEN) + second)
    return ((bits >> LOW_BITS).astype(float) + 0.5) * 2.0**-52
