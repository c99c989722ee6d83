"""The built-in functions of the equations' language: how many arguments, and what they build."""

from collections.abc import Callable
from dataclasses import dataclass

import sympy
from sympy import Expr, S

from . import nonsmooth


@dataclass(frozen=True)
class BuiltIn:
    """`least` to `most` arguments; `build` takes SymPy expressions."""

    least: int
    most: int
    build: Callable


def folded(pairwise: Callable) -> Callable:
    """A function of many arguments from one of two."""

    def build(*values):
        result = values[0]
        for value in values[1:]:
            result = pairwise(result, value)
        return result

    return build


BUILT_IN = {
    name: BuiltIn(1, 1, build)
    for name, build in {
        "exp": sympy.exp,
        "log": sympy.log,
        "sqrt": sympy.sqrt,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tan": sympy.tan,
        "sinh": sympy.sinh,
        "cosh": sympy.cosh,
        "tanh": sympy.tanh,
        "asin": sympy.asin,
        "acos": sympy.acos,
        "atan": sympy.atan,
        "abs": nonsmooth.absolute,
        "sign": nonsmooth.sign,
        "floor": nonsmooth.floor,
        "heaviside": nonsmooth.heaviside,
        "step": nonsmooth.step,
        "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    }.items()
}
BUILT_IN |= {
    "min": BuiltIn(1, 64, folded(nonsmooth.minimum)),
    "max": BuiltIn(1, 64, folded(nonsmooth.maximum)),
    "mod": BuiltIn(2, 2, nonsmooth.mod),
    "where": BuiltIn(3, 3, nonsmooth.where),
}
RESERVED = dict.fromkeys(BUILT_IN, "a built-in function") | {"pi": "a number", "t": "time"}
RESERVED |= dict.fromkeys(("and", "or", "not"), "an operator")


def owned(result: Expr) -> Expr:
    """SymPy's answers in functions of the language: sqrt(x^2) = |x|, tan(x + pi/2) = -1/tan(x)."""
    if isinstance(result, sympy.Symbol | sympy.Rational) or not result.has(sympy.Abs, sympy.cot):
        return result
    result = result.replace(sympy.Abs, nonsmooth.absolute)
    return result.replace(sympy.cot, lambda x: sympy.cos(x) / sympy.sin(x))


def as_truth(condition: Expr) -> Expr:
    """A condition as 1 or 0, whatever number it was."""
    return condition if is_truth(condition) else nonsmooth.truth(3, condition, S.Zero)


def is_truth(condition: Expr) -> bool:
    """Whether an expression can only be 1 or 0: comparisons, their products and complements."""
    if isinstance(condition, nonsmooth.truth) or condition in (S.Zero, S.One):
        return True
    if condition.is_Mul:
        return all(map(is_truth, condition.args))
    return condition.is_Add and condition.args[0] is S.One and is_truth(1 - condition)
