"""The exponentials that neuron code calls on the chip: expk and expulr.

The algorithm is that of `expk` in SpiNNaker's library spinn_common (University of Manchester,
Apache-2.0), told again from its rule: for a fraction f of the argument, e^(z+1) is multiplied by
e^-(1-f), of which the first four bits come from a table and the rest from a polynomial of degree 3,

    e^-y ~ 1 - (c0 + y (c1 - y c2)),    y = k 2^-15, k < 2048,

all in words of 32 bits behind the point.
"""

from decimal import Decimal, localcontext
from functools import cache

import numpy as np

from ..kernel_files import kernel
from .apply import Patterns, bits
from .formats import FIXED

HIGHEST, LOWEST = 363408, -340695  # beyond: the largest word, 0
C0, C1, C2 = 5294, 4293434720, 2081624032
MASK = (1 << 32) - 1


@cache
def tables() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """e^(i-13) for i = 0..25 and 1 - e^(-i/16) for i = 0..15, times 2^32, to the nearest."""
    with localcontext() as context:
        context.prec = 50
        powers = [Decimal(i - 13).exp() for i in range(26)]
        parts = [1 - (Decimal(-i) / 16).exp() for i in range(16)]
        return tuple(map(word, powers)), tuple(map(word, parts))


def word(value: Decimal) -> int:
    return int((value * (1 << 32)).to_integral_value())


def high_product(a: int, b: int) -> int:
    """The high word of a product of words."""
    return (a * b) >> 32


def scaled(t: int, m: int) -> int:
    """t m 2^-32 of a long t and a word m, its last bit not quite rounded."""
    low = (t & MASK) * m
    return (low >> 32) + ((low & MASK) >= 0x7FFFFFFF) + (t >> 32) * m


def exponential(n: int) -> int:
    """e^(n 2^-15) 2^32 for LOWEST <= n <= HIGHEST, in plain integers: the definition."""
    powers, parts = tables()
    z, f = n >> 15, n & 0x7FFF
    if f == 0:
        return powers[z + 13]
    f = 32768 - f
    t = powers[z + 14]
    t -= scaled(t, parts[f >> 11])
    y = (f & 2047) << 17
    return t - scaled(t, high_product(C1 - high_product(C2, y), y) + C0)


def long_exponentials(name: str, patterns: Patterns) -> np.ndarray:
    """The 64 bits of the exponentials of s16.15 words, as the kernel computes them."""
    given = bits(name, "bits", FIXED["k"], patterns)
    n = np.ascontiguousarray(given).view(np.int32).reshape(-1)
    out = np.empty(n.size, dtype=np.uint64)
    arrays = (np.array(table, dtype=np.uint64) for table in (*tables(), (C0, C1, C2)))
    kernel("exponential").exponentials(n, LOWEST, HIGHEST, *arrays, out)
    return out.reshape(given.shape)


def expk(bits: Patterns) -> np.ndarray:
    """exp of s16.15 words, as an s16.15 word: the chip's function, bit for bit.

    Above 11.0904 the result is the largest word, below -10.3972 it is 0. In between, over all
    704,104 arguments, |expk - exp| <= 2^-15 + 1.301e-6 exp.

    >>> hex(expk(0x8000))
    '0x15bf0'
    """
    return np.minimum(long_exponentials("expk", bits) >> np.uint64(17), 0x7FFFFFFF).astype(
        np.uint32
    )[()]


def expulr(bits: Patterns) -> np.ndarray:
    """exp of s16.15 words, as a u0.32 word: the decay factors of synapses, bit for bit.

    Meant for arguments below 0, for all of which |expulr - exp| <= 5295 2^-32 = 1.233e-6. Of larger
    results the low 32 bits are returned: expulr(0) is 0.

    >>> hex(expulr(-0x8000)), float(expulr(-0x8000)) / 2**32
    ('0x5e2d58d9', 0.3678794412408024)
    """
    return long_exponentials("expulr", bits).astype(np.uint32)[()]
