"""The value of an expression without names, and guards against numbers that no double can hold.

SymPy is exact: 9^9^9^9 would be computed to its last digit. Every constant part of a model must
therefore be a finite double before SymPy sees the operation.
"""

import math

import sympy
from sympy import Rational

from . import nonsmooth

MAX_BITS = 3000
MAX_EXPONENT = 10**6
KNOWN = {
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


def value(expression: sympy.Expr) -> float:
    """The double nearest to a constant expression; NaN where it is undefined or not real."""
    try:
        return float(evaluated(expression))
    except (ValueError, OverflowError, ZeroDivisionError, TypeError, KeyError):
        return math.nan


def evaluated(expression: sympy.Expr) -> float:
    if isinstance(expression, Rational):
        return expression.p / expression.q
    if expression is sympy.pi:
        return math.pi
    if expression is sympy.E:
        return math.e
    parts = [evaluated(part) for part in expression.args]
    if expression.is_Add:
        return math.fsum(parts)
    if expression.is_Mul:
        return math.prod(parts)
    if expression.is_Pow:
        return math.pow(*parts)
    return KNOWN[type(expression)](*parts)


def power_is_too_large(base: sympy.Expr, exponent: sympy.Expr) -> bool:
    """Whether base^exponent would make SymPy write out a number beyond any use."""
    if not isinstance(exponent, Rational):
        return False
    inner = base.exp if base.is_Pow and isinstance(base.exp, Rational) else Rational(1)
    if abs(inner * exponent) > MAX_EXPONENT:
        return True
    coefficient, _ = base.as_coeff_Mul()
    bits = max(abs(coefficient.p).bit_length(), coefficient.q.bit_length()) - 1
    return bits * abs(exponent) > MAX_BITS


def exponential_is_too_large(argument: sympy.Expr) -> bool:
    """Whether SymPy would turn exp(argument) into a power beyond any use: exp(c log x) = x^c."""
    coefficient, rest = argument.as_coeff_Mul()
    return abs(coefficient) > MAX_BITS and rest.has(sympy.log)
