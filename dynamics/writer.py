"""SymPy into text: the inverse of the parser, for models given as SymPy and for fingerprints.

Reading what was written gives the same expression again. Floats are taken as the decimal number
that they print as; SymPy's Max, Piecewise, Heaviside and relations become our own functions.
"""

from collections.abc import Mapping

import sympy
from sympy import S

from . import nonsmooth
from .errors import EquationError

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
OUR_NAMES = {"minimum": "min", "maximum": "max"}
COMPARED = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}
SAME_NAME = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")
NATIVE = {getattr(sympy, name): name for name in SAME_NAME}
NATIVE |= {sympy.Abs: "abs", sympy.sign: "sign", sympy.floor: "floor"}
NATIVE |= {sympy.Max: "max", sympy.Min: "min", sympy.Mod: "mod"}
REWRITTEN = {
    sympy.sec: lambda x: 1 / sympy.cos(x),
    sympy.csc: lambda x: 1 / sympy.sin(x),
    sympy.cot: lambda x: sympy.cos(x) / sympy.sin(x),
    sympy.sech: lambda x: 1 / sympy.cosh(x),
    sympy.csch: lambda x: 1 / sympy.sinh(x),
    sympy.coth: lambda x: sympy.cosh(x) / sympy.sinh(x),
    sympy.asinh: lambda x: sympy.log(x + sympy.sqrt(x**2 + 1)),
    sympy.acosh: lambda x: sympy.log(x + sympy.sqrt(x**2 - 1)),
    sympy.atanh: lambda x: sympy.log((1 + x) / (1 - x)) / 2,
    sympy.ceiling: lambda x: -nonsmooth.floor(-x),
}


def write(expression: sympy.Basic) -> str:
    """The expression in the language of the equations."""
    try:
        return written(exact(expression))[0]
    except RecursionError:
        raise EquationError("the expression is nested too deeply to be written") from None


def write_equations(right_sides: Mapping[str, sympy.Basic], started: set[str], kind: str) -> str:
    """A whole text from SymPy right sides: derivatives (or updates) of the started names, and
    definitions for the others."""
    lines = []
    for key, expression in right_sides.items():
        name = str(key).removesuffix("'")
        prime = "'" if kind == "flow" and name in started else ""
        text = expression if isinstance(expression, str) else write(sympy.S(expression))
        lines.append(f"{name}{prime} = {text}")
    return "\n".join(lines)


def exact(expression: sympy.Basic) -> sympy.Basic:
    """Floats as the decimal numbers that they print as."""
    floats = expression.atoms(sympy.Float)
    return expression.xreplace({f: sympy.Rational(repr(float(f))) for f in floats})


def bracketed(expression: sympy.Basic, floor: int) -> str:
    text, level = written(expression)
    return text if level >= floor else f"({text})"


def written(expression: sympy.Basic) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if isinstance(expression, sympy.Symbol):
        return expression.name, ATOM
    if isinstance(expression, sympy.Rational):
        return number(expression)
    if expression in (S.Pi, S.Exp1):
        return ("pi", ATOM) if expression is S.Pi else ("exp(1)", ATOM)
    if expression in (S.true, S.false):
        return str(int(expression is S.true)), ATOM
    if expression.is_Add:
        return sum_of(expression), SUM
    if expression.is_Mul:
        return product_of(expression), PRODUCT
    if expression.is_Pow:
        base, exponent = expression.base, expression.exp
        if exponent.is_Rational and exponent < 0:
            return product_of(expression), PRODUCT
        return f"{bracketed(base, ATOM)}^{bracketed(exponent, ATOM)}", POWER
    return function(expression), ATOM


def number(value: sympy.Rational) -> tuple[str, int]:
    if value < 0:
        return str(value), SUM
    return str(value), ATOM if value.q == 1 else PRODUCT


def sum_of(expression: sympy.Add) -> str:
    text = ""
    for term in expression.as_ordered_terms():
        negative = term.could_extract_minus_sign() and term.as_coeff_Mul()[0] < 0
        part = bracketed(-term if negative else term, PRODUCT)
        text += (" - " if text else "-") + part if negative else (" + " if text else "") + part
    return text


def product_of(expression: sympy.Mul) -> str:
    coefficient, rest = expression.as_coeff_Mul()
    above, below = [], []
    for factor in sympy.Mul.make_args(rest) if rest.is_commutative is False else ordered(rest):
        if factor.is_Pow and isinstance(factor.exp, sympy.Rational) and factor.exp < 0:
            below.append(bracketed(1 / factor, POWER))
        else:
            above.append(bracketed(factor, POWER))
    sign = "-" if coefficient < 0 else ""
    if abs(coefficient.p) != 1 or not above:
        above.insert(0, str(abs(coefficient.p)))
    if coefficient.q != 1:
        below.append(str(coefficient.q))
    return sign + "*".join(above) + "".join(f"/{b}" for b in below)


def ordered(product: sympy.Expr) -> list:
    return product.as_ordered_factors() if product.is_Mul else [product]


def function(expression: sympy.Basic) -> str:
    kind = type(expression)
    arguments = expression.args
    if isinstance(expression, nonsmooth.truth):
        sign = expression.KINDS[int(arguments[0])]
        return f"({write(arguments[1])} {sign} {write(arguments[2])})"
    if isinstance(expression, nonsmooth.NonSmooth):
        return call(OUR_NAMES.get(kind.__name__, kind.__name__), arguments)
    if kind in NATIVE:
        return call(NATIVE[kind], arguments)
    if kind in REWRITTEN:
        return f"({write(REWRITTEN[kind](*arguments))})"
    if kind in COMPARED:
        return f"({write(arguments[0])} {COMPARED[kind]} {write(arguments[1])})"
    if kind in (sympy.And, sympy.Or):
        word = " and " if kind is sympy.And else " or "
        return "(" + word.join(write(a) for a in sorted(arguments, key=str)) + ")"
    if kind is sympy.Not:
        return f"(not {bracketed(arguments[0], ATOM)})"
    if kind is sympy.Heaviside:
        return heaviside(*arguments)
    if kind is sympy.Piecewise:
        return piecewise(expression)
    raise EquationError(
        f"SymPy's {kind.__name__} can't be used in a model ({expression}); "
        "write it with the built-in functions"
    )


def call(name: str, arguments) -> str:
    return f"{name}({', '.join(write(a) for a in arguments)})"


def heaviside(x: sympy.Expr, at_zero: sympy.Expr = S.Half) -> str:
    if at_zero == S.Half:
        return call("heaviside", (x,))
    if at_zero == S.One:
        return call("step", (x,))
    return f"where({write(x)} == 0, {write(at_zero)}, step({write(x)}))"


def piecewise(expression: sympy.Piecewise) -> str:
    *cases, (last, condition) = expression.args
    if condition is not S.true:
        raise EquationError(f"a Piecewise needs a last case that always holds: {expression}")
    text = write(last)
    for value, condition in reversed(cases):
        text = f"where({write(condition)}, {write(value)}, {text})"
    return text
