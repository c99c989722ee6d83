"""Generated NumPy functions at a single point: the same code with Python's floats.

NumPy's functions cost about a microsecond a number, those of `math` a tenth of it, and what NumPy
returns slows all arithmetic that follows. Where `math` raises (1/0, log 0, exp 1000), NumPy's inf
and nan are the answer.
"""

import math
from collections.abc import Callable
from types import FunctionType

from .removable import bernoulli_of_float, exprel, sinc

NOT_REAL = (ArithmeticError, TypeError, ValueError)  # what evaluation by floats may raise


def heaviside(x: float, at_zero: float) -> float:
    return 1.0 if x > 0.0 else at_zero if x == 0.0 else 0.0 * x


def sign(x: float) -> float:
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def minimum(a: float, b: float) -> float:
    return a if a < b or a != a else b


def maximum(a: float, b: float) -> float:
    return a if a > b or a != a else b


def where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


def floor(x: float) -> float:
    return float(math.floor(x))


def share(a: float, b: float) -> float:
    return a / (a + b)


FLOATS = {
    "__builtins__": {},
    **dict(arccos=math.acos, arcsin=math.asin, arctan=math.atan, power=math.pow, abs=abs),
    **{name: getattr(math, name) for name in ("cos", "cosh", "exp", "log", "sin", "sinh", "sqrt")},
    **dict(tan=math.tan, tanh=math.tanh, floor=floor, heaviside=heaviside, sign=sign),
    **dict(minimum=minimum, maximum=maximum, where=where, share=share),
    **dict(bernoulli=bernoulli_of_float, exprel=exprel, sinc=sinc),
}


def with_floats(evaluate: Callable) -> Callable:
    """`evaluate` with the functions of `math` in place of NumPy's."""
    assert isinstance(evaluate, FunctionType)
    return FunctionType(evaluate.__code__, FLOATS, evaluate.__name__, evaluate.__defaults__)
