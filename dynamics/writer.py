"""SymPy into text: the inverse of the parser, for models given as SymPy and for fingerprints.

Reading what was written gives the same expression again. Floats are taken as the decimal number
that they print as; SymPy's Max, Piecewise, Heaviside and relations become our own functions.
"""

from collections.abc import Iterable, Mapping
from math import isfinite

import sympy
from sympy import S

from . import nonsmooth
from .errors import EquationError
from .functions import RESERVED
from .grammar import expression, statements
from .tokens import is_name

SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
MANY = 30
OUR_NAMES = {"absolute": "abs", "minimum": "min", "maximum": "max"}
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
        return line(exact(expression))
    except RecursionError:
        raise EquationError("the expression is nested too deeply to be written") from None


def line(expression: sympy.Basic) -> str:
    return written(expression)[0]


def write_equations(right_sides: Mapping, started: Iterable[str], kind: str) -> str:
    """A whole text from SymPy (or text) by name: derivatives (or updates) of the started names,
    definitions and functions for the others."""
    lines = []
    for key, side in right_sides.items():
        left = str(key).strip()
        if kind == "flow" and left in started:
            left += "'"
        statements(f"{left} = 0")
        lines.append(f"{left} = {right(left, side)}")
    return "\n".join(lines)


def right(left: str, side: object) -> str:
    if isinstance(side, str):
        try:
            expression(side)
        except EquationError as error:
            place = (error.text, error.line, error.column, error.width)
            raise EquationError(f"{left}: {error.reason}", *place) from None
        return f"({side}\n)" if "\n" in side or "#" in side else side
    try:
        return write(sympy.sympify(side, strict=True))
    except sympy.SympifyError:
        message = f"{left}: equations are text or SymPy expressions, not {type(side).__name__}"
        raise EquationError(message) from None


def exact(expression: sympy.Basic) -> sympy.Basic:
    """Floats as the decimal numbers that they print as."""
    floats = {f: float(f) for f in expression.atoms(sympy.Float)}
    for f, number in floats.items():
        if not isfinite(number):
            raise EquationError(f"the number {f} is out of the range of doubles")
    return expression.xreplace({f: sympy.Rational(repr(number)) for f, number in floats.items()})


def bracketed(expression: sympy.Basic, floor: int) -> str:
    text, level = written(expression)
    return text if level >= floor else f"({text})"


def written(expression: sympy.Basic) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if isinstance(expression, sympy.Symbol):
        return name(expression), ATOM
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
        return power(*expression.args)
    return function(expression), ATOM


def name(symbol: sympy.Symbol) -> str:
    if not is_name(symbol.name) or symbol.name in RESERVED.keys() - {"t"}:
        raise EquationError(
            f"the symbol {symbol.name!r} can't be used in a model: it is not a free name"
        )
    return symbol.name


def power(base: sympy.Expr, exponent: sympy.Expr) -> tuple[str, int]:
    if exponent == S.Half:
        return f"sqrt({line(base)})", ATOM
    if isinstance(exponent, sympy.Rational) and exponent < 0 and not base.is_number:
        below = bracketed(base, ATOM) if exponent == -1 else power(base, -exponent)[0]
        return f"1/{below}", PRODUCT
    return f"{bracketed(base, ATOM)}^{bracketed(exponent, ATOM)}", POWER


def number(value: sympy.Rational) -> tuple[str, int]:
    if value < 0:
        return str(value), SUM
    return str(value), ATOM if value.q == 1 else PRODUCT


def sum_of(expression: sympy.Add) -> str:
    text = ""
    for term in in_order(expression):
        coefficient, rest = term.as_coeff_Mul()
        if coefficient < 0:
            part = product(-coefficient, rest)
            text += f" - {part}" if text else f"-{part}"
        else:
            part = bracketed(term, PRODUCT)
            text += f" + {part}" if text else part
    return text


def product_of(expression: sympy.Mul) -> str:
    coefficient, rest = expression.as_coeff_Mul()
    return ("-" if coefficient < 0 else "") + product(abs(coefficient), rest)


def product(coefficient: sympy.Rational, rest: sympy.Expr) -> str:
    """coefficient * rest, the coefficient positive."""
    above, below = [], []
    if coefficient.p != 1 or rest == 1:
        above.append(str(coefficient.p))
    for factor in in_order(rest) if rest.is_Mul else (() if rest == 1 else (rest,)):
        if factor.is_Pow and not factor.base.is_number and is_negative(factor.exp):
            below.append(bracketed(factor.base**-factor.exp, POWER))
        else:
            above.append(bracketed(factor, POWER))
    if coefficient.q != 1:
        below.append(str(coefficient.q))
    return ("*".join(above) or "1") + "".join(f"/{b}" for b in below)


def is_negative(exponent: sympy.Expr) -> bool:
    return isinstance(exponent, sympy.Rational) and exponent < 0


def in_order(expression: sympy.Expr) -> list[sympy.Expr]:
    """Terms or factors as one would write them; by name where there are many."""
    if len(expression.args) > MANY:
        return sorted(expression.args, key=sympy.default_sort_key)
    if expression.is_Mul:
        return expression.as_ordered_factors()
    return expression.as_ordered_terms()


def function(expression: sympy.Basic) -> str:
    kind = type(expression)
    arguments = expression.args
    if isinstance(expression, nonsmooth.truth):
        sign = expression.KINDS[int(arguments[0])]
        return f"({line(arguments[1])} {sign} {line(arguments[2])})"
    if isinstance(expression, nonsmooth.NonSmooth):
        return call(OUR_NAMES.get(kind.__name__, kind.__name__), arguments)
    if kind in NATIVE:
        return call(NATIVE[kind], arguments)
    if kind in REWRITTEN:
        return f"({line(REWRITTEN[kind](*arguments))})"
    if kind in COMPARED:
        return f"({line(arguments[0])} {COMPARED[kind]} {line(arguments[1])})"
    if kind in (sympy.And, sympy.Or):
        word = " and " if kind is sympy.And else " or "
        return "(" + word.join(line(a) for a in sorted(arguments, key=str)) + ")"
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
    return f"{name}({', '.join(line(a) for a in arguments)})"


def heaviside(x: sympy.Expr, at_zero: sympy.Expr = S.Half) -> str:
    if at_zero == S.Half:
        return call("heaviside", (x,))
    if at_zero == S.One:
        return call("step", (x,))
    return f"where({line(x)} == 0, {line(at_zero)}, step({line(x)}))"


def piecewise(expression: sympy.Piecewise) -> str:
    *cases, (last, condition) = expression.args
    if condition is not S.true:
        raise EquationError(f"a Piecewise needs a last case that always holds: {expression}")
    text = line(last)
    for value, condition in reversed(cases):
        text = f"where({line(condition)}, {line(value)}, {text})"
    return text
