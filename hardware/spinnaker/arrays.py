"""The operators on arrays of integers: NumPy, and numba's loops for * and /.

a and b hold bit patterns read as integers: int32 for k, uint32 for ulr, and so on.
"""

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..kernel_files import kernel
from .formats import FIXED, Format
from .operations import Operation

Array = np.ndarray


def on_one_type(what: Operation, form: Format, a: Array, b: Array, mode: str) -> Array:
    match what.verb:
        case "add" | "sub" if what.saturating:
            return sum_clamped(form, a, b, what.verb)
        case "add":
            return a + b
        case "sub":
            return a - b
        case "mul":
            return multiplied(form, a, b, mode, what.saturating)
        case "div":
            return divided(form, a, b, what.saturating)
        case "cmp":
            return compared(a, b)
    raise AssertionError(f"this is a bug: no rule for {what.verb}")


def compared(a: Array, b: Array) -> Array:
    """<, <=, ==, >=, >, != as bits from the lowest."""
    result = (a != b).astype(np.uint8) << 5
    for i, test in enumerate((a < b, a <= b, a == b, a >= b, a > b)):
        result |= test.astype(np.uint8) << i
    return result


def sum_clamped(form: Format, a: Array, b: Array, verb: str) -> Array:
    if form.bits < 64:
        wide = a.astype(np.int64)
        wide = wide + b if verb == "add" else wide - b
        return np.clip(wide, form.lowest, form.highest)
    result = a + b if verb == "add" else a - b
    # an overflow: the result's sign is not that of a, although b moves it further out
    moved = b if verb == "add" else ~b
    over = ((a ^ result) & (moved ^ result)) < 0
    return np.where(over, np.where(a < 0, form.lowest, form.highest), result)


def negated(what: Operation, a: Array) -> Array:
    if not what.saturating:
        return -a
    if not what.left.signed:
        return np.zeros_like(a)
    return np.where(a == what.left.lowest, what.left.highest, -a)


def shifted(what: Operation, a: Array, count: Array) -> Array:
    count = count.astype(a.dtype if what.left.bits == 64 else np.int64)
    if what.verb == "shr":
        return a >> count
    wide = a if what.left.bits == 64 else a.astype(np.int64)
    result = wide << count
    if not what.saturating:
        return result
    if what.left.bits == 64:
        end = np.where(a < 0, what.left.lowest, what.left.highest)
        return np.where(result >> count == a, result, end)
    return np.clip(result, what.left.lowest, what.left.highest)


def multiplied(form: Format, a: Array, b: Array, mode: str, saturating: bool) -> Array:
    if form.bits == 64:
        out = np.empty(a.shape, dtype=form.dtype)
        kernel("words").products_long(a, b, saturating, out)
        return out
    if form.tag == "hk" and mode == "arm" and not saturating:
        wrapped = (a.astype(np.int32) * b.astype(np.int32)) << 1
        return np.clip(wrapped >> 8, form.lowest, form.highest)
    written_out = form.tag in ("k", "uk", "lr", "hk", "r") and mode == "arm"
    half = 0 if written_out and not saturating else 1 << (form.fraction - 1)
    if saturating:
        return product(a, b, half, form.fraction, form)
    return product(a, b, half, form.fraction, None, form)


def product(
    a: Array, b: Array, bias: int, shift: int, clamp: Format | None, wrap: Format | None = None
) -> Array:
    """(a b + bias) >> shift, clamped to one format or wrapped in another."""
    loops, form = kernel("words"), clamp or wrap or FIXED["k"]
    out = np.empty(a.shape, dtype=form.dtype)
    if a.dtype.kind == "u" and b.dtype.kind == "u":
        half, by, highest = (np.uint64(n) for n in (bias, shift, form.highest))
        if clamp:
            loops.products_unsigned_clamped(a, b, half, by, highest, out)
        else:
            loops.products_unsigned(a, b, half, by, out)
    elif clamp:
        loops.products_clamped(a, b, bias, shift, form.lowest, form.highest, out)
    else:
        loops.products(a, b, bias, shift, out)
    return out


def divided(form: Format, a: Array, b: Array, saturating: bool) -> Array:
    refuse_zero(b)
    loops, out = kernel("words"), np.empty(a.shape, dtype=form.dtype)
    if form.bits == 64:
        loops.quotients_long(a, b, saturating, out)
    elif form.signed and form.fraction <= 20:
        scale = float(1 << form.fraction)
        loops.quotients_short(a, b, scale, form.lowest, form.highest, saturating, out)
    elif form.signed:
        loops.quotients(a, b, form.fraction, form.lowest, form.highest, saturating, out)
    else:
        shift, highest = np.uint64(form.fraction), np.uint64(form.highest)
        loops.quotients_unsigned(a, b, shift, highest, saturating, out)
    return out


def refuse_zero(b: Array) -> None:
    zero = b == 0
    if zero.any():
        raise InvalidArgument(
            f"division by zero: divisor {int(zero.argmax())} is 0 in the type that is computed in, "
            f"{np.count_nonzero(zero)} of {b.size} are; the machine's result is not defined"
        )


def product_random(x: Array, y: Array, shift: int, words: Array, unused: int, clamp: bool) -> Array:
    """(x y >> shift) + (word >> unused < what is lost)."""
    k = FIXED["k"]
    # nothing is beyond 64 bits: without a clamp the low word is what remains
    lowest, highest = (k.lowest, k.highest) if clamp else (-(1 << 63), (1 << 63) - 1)
    out = np.empty(x.shape, dtype=k.dtype)
    kernel("words").products_random(x, y, shift, words, unused, lowest, highest, out)
    return out
