"""The value of an expression without names, and guards against numbers that no double can hold.

SymPy is exact: 9^9^9^9 would be computed to its last digit. Every constant part of a model must
therefore be a finite double before SymPy sees the operation.
"""

import math
from collections.abc import Callable, Mapping, Sequence

import sympy
from sympy import Rational

from . import nonsmooth

MAX_BITS = 3000
MAX_EXPONENT = 10**6
KNOWN: dict[type, Callable[..., float]] = {
    sympy.exp: math.exp,
    sympy.log: math.log,
    sympy.sin: math.sin,
    sympy.cos: math.cos,
    sympy.tan: math.tan,
    sympy.sinh: math.sinh,
    sympy.cosh: math.cosh,
    sympy.tanh: math.tanh,
    sympy.coth: lambda x: 1 / math.tanh(x),
    sympy.asin: math.asin,
    sympy.acos: math.acos,
    sympy.atan: math.atan,
    sympy.Abs: abs,
    nonsmooth.absolute: abs,
    nonsmooth.sign: lambda x: float((x > 0) - (x < 0)),
    nonsmooth.heaviside: lambda x: 0.5 if x == 0 else float(x > 0),
    nonsmooth.step: lambda x: float(x >= 0),
    nonsmooth.floor: math.floor,
    nonsmooth.mod: lambda x, y: x - y * math.floor(x / y),
    nonsmooth.minimum: min,
    nonsmooth.maximum: max,
    nonsmooth.truth: lambda kind, a, b: float((a < b, a <= b, a == b, a != b)[int(kind)]),
    nonsmooth.where: lambda condition, a, b: a if condition else b,
}


def value(expression: sympy.Expr, at: Mapping[sympy.Symbol, float] | None = None) -> float:
    """The double nearest to an expression whose symbols have the values `at`; NaN where it is
    undefined or not real."""
    try:
        return float(evaluated(expression, at or {}))
    except (ValueError, OverflowError, ZeroDivisionError, TypeError, KeyError):
        return math.nan


def evaluated(expression: sympy.Expr, at: Mapping[sympy.Symbol, float]) -> float:
    if isinstance(expression, Rational):
        return expression.p / expression.q
    if isinstance(expression, sympy.Symbol):
        return at[expression]
    if expression is sympy.pi:
        return math.pi
    if expression is sympy.E:
        return math.e
    parts = [evaluated(part, at) for part in expression.args]
    if expression.is_Add:
        return math.fsum(parts)
    if expression.is_Mul:
        return math.prod(parts)
    if expression.is_Pow:
        return math.pow(*parts)
    return KNOWN[type(expression)](*parts)


def bits(number: Rational) -> int:
    return max(abs(number.p).bit_length(), number.q.bit_length())


def digits_of(expression: sympy.Expr) -> int:
    """The number of decimal digits of the longest coefficient."""
    terms = expression.args if expression.is_Add else (expression,)
    return max(bits(term.as_coeff_Mul()[0]) for term in terms) * 3 // 10


def power_is_too_large(base: sympy.Expr, exponent: sympy.Expr) -> bool:
    """Whether base^exponent would make SymPy write out a number beyond any use."""
    exponent, _ = exponent.as_coeff_Add()
    if not isinstance(exponent, Rational):
        return False
    inner = base.exp if base.is_Pow and isinstance(base.exp, Rational) else Rational(1)
    if abs(inner * exponent) > MAX_EXPONENT:
        return True
    coefficient, _ = base.as_coeff_Mul()
    return (bits(coefficient) - 1) * abs(exponent) > MAX_BITS


def exponential_is_too_large(argument: sympy.Expr) -> bool:
    """Whether exp(argument) is out of range, or SymPy would turn it into a power beyond any use:
    exp(c log x) = x^c."""
    if argument.is_number:
        return not abs(value(argument)) < 709
    for term in argument.args if argument.is_Add else (argument,):
        coefficient, rest = term.as_coeff_Mul()
        if rest.has(sympy.log) and abs(coefficient) > 1:
            inner = rest.args[0] if isinstance(rest, sympy.log) else sympy.Integer(2)
            if power_is_too_large(inner, coefficient):
                return True
    return False


def merged_terms(values: Sequence[sympy.Expr], most: int) -> list[sympy.Expr] | None:
    """The terms of a long sum with their coefficients added; None if one has too many digits."""
    found: dict[sympy.Expr, Rational] = {}
    for term in (t for v in values for t in sympy.Add.make_args(v)):
        coefficient, rest = term.as_coeff_Mul()
        found[rest] = total = found[rest] + coefficient if rest in found else coefficient
        if bits(total) * 3 // 10 > most:
            return None
    return [c if rest is sympy.S.One else sympy.Mul(c, rest) for rest, c in found.items()]


def merged_powers(values: Sequence[sympy.Expr], most: int) -> list[sympy.Expr] | None:
    """The factors of a long product with the powers of each base together; None if a constant
    has too many digits."""
    coefficient, others = Rational(1), []
    found: dict[sympy.Expr, Rational] = {}
    for factor in (f for v in values for f in sympy.Mul.make_args(v)):
        if isinstance(factor, Rational):
            coefficient *= factor
            if bits(coefficient) * 3 // 10 > most:
                return None
            continue
        base, exponent = factor.args if factor.is_Pow else (factor, Rational(1))
        if base.is_number or not isinstance(exponent, Rational):
            others.append(factor)
            continue
        found[base] = total = found[base] + exponent if base in found else exponent
        if bits(total) * 3 // 10 > most:
            return None
    return [coefficient, *others, *(base**exponent for base, exponent in found.items())]
