"""Exact integers rounded: n 2^-s and p / q, by five rules.

    floor          toward minus infinity
    nearest        to the nearest, halves up
    nearest-even   to the nearest, halves to the even neighbour
    zero           toward zero
    stochastic     up with the probability of what is lost, else down: unbiased

For the last, a word w of 32 bits per number: up where w 2^-32 is below the lost part. Arrays are
int64, or Python's integers where those are too short (`exact`).
"""

import numpy as np

ROUNDINGS = ("floor", "nearest", "nearest-even", "zero", "stochastic")
SAFE = 1 << 62
Array = np.ndarray


def largest(array: Array) -> int:
    """The largest magnitude in an array of integers."""
    return max(-int(array.min()), int(array.max())) if array.size else 0


def exact(array: Array, bound: int) -> Array:
    """The integers in a type that holds results up to `bound`."""
    return array.astype(np.int64 if bound < SAFE else object)


def shifted(n: Array, s: int, rounding: str, words: Array | None) -> Array:
    """n 2^-s to an integer, s >= 0."""
    down = n >> s
    if s == 0 or rounding == "floor":
        return down
    lost = n - (down << s)
    if rounding == "stochastic":
        w = widened(words, n.dtype)
        return down + as_integers((w >> (32 - s) if s <= 32 else w << (s - 32)) < lost)
    return down + as_integers(goes_up(down, lost, 1 << s, n < 0, rounding))


def divided(p: Array, q: Array, rounding: str, words: Array | None) -> Array:
    """p / q to an integer, q not 0."""
    p, q = np.where(q < 0, -p, p), np.where(q < 0, -q, q)
    down = p // q
    if rounding == "floor":
        return down
    lost = p - down * q
    if rounding == "stochastic":
        return down + as_integers(widened(words, p.dtype) * q < (lost << 32))
    return down + as_integers(goes_up(down, lost, q, p < 0, rounding))


def goes_up(down: Array, lost: Array, unit: Array | int, negative: Array, rounding: str) -> Array:
    """Whether down + lost / unit becomes down + 1."""
    twice = lost << 1
    match rounding:
        case "nearest":
            return twice >= unit
        case "nearest-even":
            return (twice > unit) | ((twice == unit) & (down & 1 == 1))
        case "zero":
            return negative & (lost != 0)
    raise AssertionError(f"this is a bug: no rule for {rounding!r}")


def of_floats(y: Array, rounding: str, words: Array | None) -> Array:
    """Floats to whole floats; every step is exact."""
    down = np.floor(y)
    match rounding:
        case "floor":
            return down
        case "nearest":
            return down + (y - down >= 0.5)
        case "nearest-even":
            return np.rint(y)
        case "zero":
            return np.trunc(y)
        case "stochastic":
            assert words is not None
            # y - down is exact but for -1 < y < 0; there w 2^-32 - 1 is
            below_0 = np.ldexp(words.astype(np.float64), -32) - 1 < y
            return down + np.where(down == -1, below_0, words < np.ldexp(y - down, 32))
    raise AssertionError(f"this is a bug: no rule for {rounding!r}")


def widened(words: Array | None, dtype: np.dtype) -> Array:
    assert words is not None, "this is a bug: stochastic rounding without random words"
    return words.astype(np.int64).astype(dtype)


def as_integers(tests: Array) -> Array:
    return np.asarray(tests).astype(bool).astype(np.int64)
