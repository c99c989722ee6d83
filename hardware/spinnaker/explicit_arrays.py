"""The kernels of `explicit` on arrays of patterns."""

import numpy as np

from .arrays import product, product_random, refuse_zero
from .conversion_arrays import numbers, patterns
from .formats import FIXED
from .operations import Operation

Array = np.ndarray


def of_one(what: Operation, a: Array) -> Array:
    """|x|, and the bits that are free."""
    x, k = a.view(np.int32), FIXED["k"]
    match what.verb:
        case "abs":
            wide = np.abs(x.astype(np.int64))
            return patterns(k, np.minimum(wide, k.highest) if what.saturating else wide)
        case "countlsk":
            magnitude = np.where(x < 0, ~x, x).astype(np.float64)
            return (31 - np.frexp(magnitude)[1]).astype(np.uint8)
    raise AssertionError(f"this is a bug: no loop for {what.name}")


def drawn(what: Operation, a: Array, b: Array, words: Array) -> Array:
    """Products rounded at random."""
    assert what.right is not None
    x, y = a.view(np.int32), numbers(what.right, b)
    if what.verb == "mulsr":
        return product_random(x, y, 15, words, 17, clamp=True)
    return product_random(x, y, 32, words, 0, clamp=False)


def of_two(what: Operation, a: Array, b: Array) -> Array:
    """Products, quotients and roundings."""
    assert what.right is not None
    x, y, k = a.view(np.int32), numbers(what.right, b), FIXED["k"]
    match what.verb:
        case "mulsat":
            return product(x, y, 0, 15, k)
        case "mulrn":
            return product(x, y, 1 << 14, 15, k)
        case "k_lr":
            return product(x, y, 0, 31, None, k)
        case "k_lr_rn":
            return product(x, y, 1 << 30, 31, None, k)
        case "k_ulr":
            return product(x, y, 0, 32, None, k)
        case "k_ulr_rn":
            return product(x, y, 1 << 31, 32, None, k)
        case "kdivk" | "kdivui":
            refuse_zero(y)
            wide = x.astype(np.int64) << (15 if what.verb == "kdivk" else 0)
            divisor = y.astype(np.int64).view(np.uint64)
            return (wide.view(np.uint64) // divisor).astype(np.uint32)
        case "roundk":
            s = 15 - (b % np.uint32(15)).astype(np.int64)
            wide = x.astype(np.int64)
            rounded = ((wide >> s) + ((wide >> (s - 1)) & 1)) << s
            return patterns(k, np.clip(rounded, k.lowest, k.highest))
    raise AssertionError(f"this is a bug: no loop for {what.name}")
