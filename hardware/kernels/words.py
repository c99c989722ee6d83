"""Products and quotients of arrays of words.

The operands are one-dimensional and contiguous; their types say how they are widened: to int64, or
to uint64 where both are unsigned. Widening comes before the product. What is written is the low
word of the result.
"""

import numpy as np
from numba import njit

LOOP = dict(cache=True, error_model="numpy")
LOW = np.uint64(0xFFFFFFFF)
TOP = np.uint64(1 << 63)


@njit(**LOOP)
def products(a, b, bias, shift, out):
    """(a b + bias) >> shift, wrapped."""
    for i in range(a.size):
        out[i] = (np.int64(a[i]) * np.int64(b[i]) + bias) >> shift


@njit(**LOOP)
def products_unsigned(a, b, bias, shift, out):
    """The same of unsigned words."""
    for i in range(a.size):
        out[i] = (np.uint64(a[i]) * np.uint64(b[i]) + bias) >> shift


@njit(**LOOP)
def products_clamped(a, b, bias, shift, lowest, highest, out):
    """(a b + bias) >> shift, clamped."""
    for i in range(a.size):
        p = (np.int64(a[i]) * np.int64(b[i]) + bias) >> shift
        out[i] = min(max(p, lowest), highest)


@njit(**LOOP)
def products_unsigned_clamped(a, b, bias, shift, highest, out):
    """The same of unsigned words."""
    for i in range(a.size):
        out[i] = min((np.uint64(a[i]) * np.uint64(b[i]) + bias) >> shift, highest)


@njit(**LOOP)
def products_random(a, b, shift, words, unused, lowest, highest, out):
    """(a b >> shift) + (word >> unused < what is lost), clamped; the sum as a carry."""
    ones = (np.int64(1) << shift) - 1
    for i in range(a.size):
        p = np.int64(a[i]) * np.int64(b[i])
        p += ones - (np.int64(words[i]) >> unused)
        out[i] = min(max(p >> shift, lowest), highest)


@njit(**LOOP)
def quotients_short(a, b, scale, lowest, highest, saturate, out):
    """a scale / b toward zero, |a| scale < 2^52, for a power of two: in doubles.

    The quotient of integers below 2^53 is never rounded up to an integer: that is nearer than half
    a unit of the last place only if the integer times b exceeds 2^53.
    """
    for i in range(a.size):
        q = np.int64(np.float64(a[i]) * scale / np.float64(b[i]))
        if saturate:
            q = min(max(q, lowest), highest)
        out[i] = q


@njit(**LOOP)
def quotients(a, b, shift, lowest, highest, saturate, out):
    """(a << shift) / b toward zero, for words of up to 32 bits."""
    for i in range(a.size):
        x, y = np.int64(a[i]) << shift, np.int64(b[i])
        q = np.int64(np.uint64(abs(x)) // np.uint64(abs(y)))
        if (x < 0) != (y < 0):
            q = -q
        if saturate:
            q = min(max(q, lowest), highest)
        out[i] = q


@njit(**LOOP)
def quotients_unsigned(a, b, shift, highest, saturate, out):
    """The same of unsigned words."""
    for i in range(a.size):
        q = (np.uint64(a[i]) << shift) // np.uint64(b[i])
        if saturate:
            q = min(q, highest)
        out[i] = q


@njit(**LOOP)
def products_long(a, b, saturate, out):
    """lk times lk: (a b + 2^30) >> 31 with a product of 128 bits; a, b int64, out uint64."""
    for i in range(a.size):
        x, y = np.uint64(a[i]), np.uint64(b[i])
        x0, x1, y0, y1 = x & LOW, x >> np.uint64(32), y & LOW, y >> np.uint64(32)
        p00, p01, p10 = x0 * y0, x0 * y1, x1 * y0
        middle = (p00 >> np.uint64(32)) + (p01 & LOW) + (p10 & LOW)
        low = (p00 & LOW) | (middle << np.uint64(32))
        high = x1 * y1 + (p01 >> np.uint64(32)) + (p10 >> np.uint64(32)) + (middle >> np.uint64(32))
        # the words were taken as unsigned: 2^64 too much for each negative one
        if a[i] < 0:
            high -= y
        if b[i] < 0:
            high -= x
        rounded = low + np.uint64(1 << 30)
        if rounded < low:
            high += np.uint64(1)
        value = (high << np.uint64(33)) | (rounded >> np.uint64(31))
        if saturate and (np.int64(high) >> 31) != (np.int64(value) >> 63):
            value = TOP if np.int64(high) < 0 else TOP - np.uint64(1)
        out[i] = value


@njit(**LOOP)
def quotients_long(a, b, saturate, out):
    """lk over lk, as two words by one: |a| << 31 by |b|, the signs afterwards, at 128 bits.

    The high word of |a| << 31 is an arithmetic shift, which is wrong for a = -2^63 (`definition`).
    """
    for i in range(a.size):
        x, y = np.int64(a[i]), np.int64(b[i])
        negative = (x < 0) != (y < 0)
        magnitude = -x if x < 0 else x
        divisor = np.uint64(-y if y < 0 else y)
        top = np.uint64(magnitude >> 33)
        low = np.uint64(magnitude) << np.uint64(31)
        high = top // divisor
        rest = top % divisor
        quotient = np.uint64(0)
        for _ in range(64):
            carry = rest >> np.uint64(63)
            rest = (rest << np.uint64(1)) | (low >> np.uint64(63))
            low = low << np.uint64(1)
            quotient = quotient << np.uint64(1)
            if carry != 0 or rest >= divisor:
                quotient += np.uint64(1)
                rest -= divisor
        if negative:
            quotient = np.uint64(0) - quotient
            high = ~high + np.uint64(quotient == 0)
        if saturate and np.int64(high) != (np.int64(quotient) >> 63):
            quotient = TOP if np.int64(high) < 0 else TOP - np.uint64(1)
        out[i] = quotient
