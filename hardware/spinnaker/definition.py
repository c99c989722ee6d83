"""What each operation gives, in plain integers: the definition that the fast arithmetic answers to.

One row of one operation at a time, with Python's unbounded integers and no regard for speed. The
rules were read off the output of `arm-linux-gnueabi-gcc` 12.2 (`-O2 -march=armv5te`). In what
follows a and b are the integers that the operands' bits stand for (the values times 2^F), W and F
the bits of the type that is computed in.

The product is floored for k, uk, lr, hk and r in ARM mode, where the compiler writes it out, and
rounded half up where a library function computes it: for every type in Thumb mode, for ulr, ur and
lk and for all `_Sat` types always.
"""

from fractions import Fraction

from ...dynamics.errors import InvalidArgument
from . import explicit
from .float_bits import compared, float_operation, float_value, rounded
from .formats import FIXED, INTEGERS, Format
from .operations import Operation, operation

MODES = ("arm", "thumb")
WRITTEN_OUT = ("k", "uk", "lr", "hk", "r")


def defined(name: str, a: int, b: int = 0, mode: str = "arm", word: int = 0) -> int:
    """The result's bit pattern, from the patterns of the operands and of a random word.

    >>> hex(defined("k_mul", 0x8000, 0xFFFF8000))
    '0xffff8000'
    """
    what = operation(name)
    if what.name.startswith("x_"):
        x = what.left.wrap(a)
        y = what.right.wrap(b) if what.right else 0
        return what.result.pattern(explicit.RULES[what.verb](x, y, word, what.saturating))
    if what.verb == "to":
        return converted(what.left, what.result, a, what.saturating)
    if what.computed_in is None:
        right = 0 if what.right is None else what.right.wrap(b)
        value = on_one_type(what, what.left, what.left.wrap(a), right, mode)
        return what.result.pattern(value)
    shared = what.computed_in
    assert what.right is not None
    a, b = converted(what.left, shared, a), converted(what.right, shared, b)
    if shared.kind == "float":
        return float_operation(what.verb, shared, a, b)
    return what.result.pattern(on_one_type(what, shared, shared.wrap(a), shared.wrap(b), mode))


def on_one_type(what: Operation, form: Format, a: int, b: int, mode: str) -> int:
    """An operator on two integers of one type (or an integer and a count); the result's integer."""
    W, F = form.bits, form.fraction
    fit = form.clamp if what.saturating else form.wrap
    match what.verb:
        case "add":
            return fit(a + b)
        case "sub":
            return fit(a - b)
        case "neg":
            return fit(-a)
        case "mul":
            return multiplied(form, a, b, mode, what.saturating)
        case "div":
            return divided(form, a, b, what.saturating)
        case "shl":
            return fit(a << (b & (W - 1)))
        case "shr":
            return a >> (b & (W - 1))
        case "cmp":
            return compared(a, b)
    raise AssertionError(f"this is a bug: no rule for {what.verb} with {W} bits, {F} behind")


def multiplied(form: Format, a: int, b: int, mode: str, saturating: bool) -> int:
    """The product: rounded half up and clamped, rounded half up and wrapped, or floored and so."""
    F = form.fraction
    half_up = (a * b + (1 << (F - 1))) >> F
    if saturating:
        return form.clamp(half_up)
    if mode == "thumb" or form.tag not in WRITTEN_OUT:
        return form.wrap(half_up)
    if form.tag == "hk":  # computed as k and narrowed
        k = FIXED["k"]
        return form.clamp(k.wrap(((a << 8) * (b << 8)) >> k.fraction) >> 8)
    return form.wrap((a * b) >> F)


def divided(form: Format, a: int, b: int, saturating: bool) -> int:
    """(a << F) / b toward zero.

    lk divides two words, |a| << F, by |b|, and wraps at 128 bits. The magnitude of -2^63 has no
    room: its high word comes from an arithmetic shift and is 2^64 - 2^30, so that `_Sat` takes the
    quotient for too large (and with b = 2^-31 or -2^-31 for too large on the other side).
    """
    if b == 0:
        raise InvalidArgument("division by zero: the machine's result is not defined")
    F, W = form.fraction, form.bits
    magnitude = abs(a) << F
    if W == 64 and a == form.lowest:
        magnitude = (a >> (W - F)) % (1 << W) << W
    quotient = magnitude // abs(b)
    quotient = -quotient if (a < 0) != (b < 0) else quotient
    quotient = ((quotient + (1 << 127)) % (1 << 128)) - (1 << 127)
    return form.clamp(quotient) if saturating else form.wrap(quotient)


def converted(source: Format, goal: Format, a: int, saturating: bool = False) -> int:
    """A bit pattern of one type as a bit pattern of another."""
    if source == goal:
        return a
    if goal.kind == "float":
        return rounded(goal, source.wrap(a), source.fraction)
    if source.kind == "float":
        return goal.pattern(from_float(goal, float_value(source, a), saturating))
    value = source.wrap(a)
    if goal.tag == "bool":
        return int(value != 0)
    shift = goal.fraction - source.fraction
    if shift >= 0:
        value <<= shift
    elif goal.kind == "integer" and value < 0:
        value = -(-value >> -shift)
    else:
        value >>= -shift
    return goal.pattern(goal.clamp(value) if saturating else value)


def from_float(goal: Format, value: Fraction | float | None, saturating: bool) -> int:
    """value 2^F toward zero, what is not a number as 0; the integer of the goal.

    It goes through an integer of 32 or 64 bits. That of 32 bits clamps, with or without `_Sat`, and
    is cut to 16 bits where the goal has no more; that of 64 bits is a sign and an unsigned
    magnitude, which clamps.
    """
    if value is None:
        return 0
    scaled = (-value if value < 0 else value) * (1 << goal.fraction)
    whole = int(scaled) if scaled < 1 << 64 else 1 << 64
    whole = -whole if value < 0 else whole
    if saturating:
        return goal.clamp(whole)
    if goal.bits == 64:
        return max(1 - (1 << 64), min(whole, (1 << 64) - 1))
    return INTEGERS["i32" if goal.signed else "u32"].clamp(whole)
