"""IEEE 754 floats as bit patterns, exactly: what a pattern is worth, and the nearest pattern.

Rounding is to nearest, ties to even, with gradual underflow.
"""

from fractions import Fraction
from math import inf

from .formats import Format

SIGNIFICAND = {32: 23, 64: 52}  # bits that are stored of it


def parts(form: Format, pattern: int) -> tuple[bool, int, int]:
    """Sign, biased exponent, fraction."""
    stored = SIGNIFICAND[form.bits]
    exponent = (pattern >> stored) & ((1 << (form.bits - 1 - stored)) - 1)
    return bool(pattern >> (form.bits - 1)), exponent, pattern & ((1 << stored) - 1)


def largest_exponent(form: Format) -> int:
    """The biased exponent of infinities and of what is not a number."""
    return (1 << (form.bits - 1 - SIGNIFICAND[form.bits])) - 1


def float_value(form: Format, pattern: int) -> Fraction | float | None:
    """The number: a Fraction, an infinity, or None where it is not a number."""
    negative, exponent, fraction = parts(form, pattern)
    stored, top = SIGNIFICAND[form.bits], largest_exponent(form)
    if exponent == top:
        return None if fraction else (-inf if negative else inf)
    if exponent:
        fraction += 1 << stored
    power = max(exponent, 1) - (top >> 1) - stored
    value = fraction * (Fraction(2) ** power)
    return -value if negative else value


def rounded(form: Format, numerator: int, shift: int = 0) -> int:
    """The pattern nearest to numerator 2^-shift."""
    return nearest_pattern(form, Fraction(numerator) / (1 << shift), numerator < 0)


def nearest_pattern(form: Format, value: Fraction, negative: bool) -> int:
    """The pattern nearest to a value; `negative` is its sign, also where the value is 0."""
    stored, top = SIGNIFICAND[form.bits], largest_exponent(form)
    sign = int(negative) << (form.bits - 1)
    least = 2 - (top >> 1) - stored - 1  # the power of two of the last bit of the least numbers
    value = abs(value)
    if not value:
        return sign
    power = value.numerator.bit_length() - value.denominator.bit_length() - stored - 1
    while value >= Fraction(2) ** (power + stored + 1):
        power += 1
    power = max(power, least)
    digits = round(value / Fraction(2) ** power)  # Python rounds ties to even
    # a subnormal has the biased exponent 0 and no hidden bit; a carry runs into the exponent
    pattern = ((power - least) << stored) + digits
    return sign | min(pattern, top << stored)


def float_operation(verb: str, form: Format, a: int, b: int) -> int:
    """An operation on two patterns, the first of them finite: exact, then rounded once.

    What is not a number is handed on with its quiet bit set (and its sign changed by `sub`). 0
    times an infinity gives the quiet pattern with the infinity's sign, 0 / 0 that without a sign.
    """
    sign, quiet = 1 << (form.bits - 1), 1 << (SIGNIFICAND[form.bits] - 1)
    if verb == "sub":
        verb, b = "add", b ^ sign
    infinity = largest_exponent(form) << SIGNIFICAND[form.bits]
    x, y = float_value(form, a), float_value(form, b)
    assert isinstance(x, Fraction), "this is a bug: the left operand comes from a fixed point type"
    if verb == "cmp":
        return 32 if y is None else compared(x, y)
    if y is None:
        return b | quiet
    if verb == "add":
        if not isinstance(y, Fraction):
            return b
        return nearest_pattern(form, x + y, x + y < 0 or bool(a & b & sign))
    negative = (a ^ b) & sign
    if verb == "mul":
        if not isinstance(y, Fraction):
            return negative | infinity if x else b | quiet
        return nearest_pattern(form, x * y, bool(negative))
    if not isinstance(y, Fraction):
        return negative
    if y == 0:
        return negative | infinity if x else infinity | quiet
    return nearest_pattern(form, x / y, bool(negative))


def compared(a, b) -> int:
    """<, <=, ==, >=, >, != as bits from the lowest."""
    tests = (a < b, a <= b, a == b, a >= b, a > b, a != b)
    return sum(bool(test) << i for i, test in enumerate(tests))
