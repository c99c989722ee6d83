"""Trees into SymPy expressions, every operation guarded before SymPy sees it.

SymPy is exact and would write out 9^9^9^9 to its last digit, so constants must be finite doubles
with a bounded number of digits, powers bounded, and the whole work bounded. Each part is built
twice: in the names of the definitions, for people, and with all definitions written out.
"""

from collections.abc import Mapping
from math import isfinite
from typing import NoReturn

import sympy
from sympy import Expr, Rational, S

from . import nonsmooth
from .constants import (
    digits_of,
    exponential_is_too_large,
    merged_powers,
    merged_terms,
    power_is_too_large,
    value,
)
from .errors import EquationError, did_you_mean
from .functions import BUILT_IN, as_truth, owned
from .grammar import Node
from .scope import Scope, Written
from .tokens import Token

MAX_SIZE = 100_000
MAX_WORK = 100_000  # about five seconds
MAX_DEPTH = 100
MAX_DIGITS = 2000
MANY = 16
LARGEST, SMALLEST = Rational((2**53 - 1) * 2**971), Rational(1, 2**1074)
# what SymPy takes for a function, and for each term in its argument, in units of a name
SYMPYS = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")
COSTS, COST_OF_TERM = dict.fromkeys(SYMPYS, 12), 30
UNDEFINED = (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity, S.ImaginaryUnit)
COMPARISONS = {"<": (0, False), "<=": (1, False), ">": (0, True), ">=": (1, True)}
COMPARISONS |= {"==": (2, False), "!=": (3, False)}

# What other programs call our functions.
ELSEWHERE = {
    other: f" Did you mean {ours!r}?"
    for other, ours in {
        "ln": "log",
        "heav": "heaviside",
        "flr": "floor",
        "arctan": "atan",
        "arcsin": "asin",
        "arccos": "acos",
        "if": "where",
        "ifelse": "where",
        "clip": "min",
        "expit": "sigmoid",
    }.items()
}
ELSEWHERE |= {
    "pow": " Write a^b.",
    "log10": " Write log(x)/log(10).",
    "log2": " Write log(x)/log(2).",
}


class Builder:
    """Builds the expressions of one text in a scope."""

    def __init__(self, scope: Scope, text: str):
        self.scope, self.text = scope, text

    def fail(self, token: Token, reason: str) -> NoReturn:
        raise EquationError(reason, self.text, token.line, token.column, len(token.text))

    def whole(self, node: Node) -> Written:
        """The expression of a right side, with nothing in it that is not a real number."""
        written = self.build(node)
        for atom in written.full.atoms(*map(type, UNDEFINED)):
            what = "not real" if atom is S.ImaginaryUnit else "infinite or undefined"
            self.fail(node.token, f"this expression is {what} wherever it is evaluated")
        return written

    def build(self, node: Node, local: Mapping[str, Written] | None = None) -> Written:
        """The expression of a tree; `local` are the arguments of the function being written out."""
        self.spend(node, COSTS.get(node.token.text, 3) if node.kind == "call" else 1)
        if node.kind == "number":
            number = self.number(node.token)
            return Written(number, number)
        if node.kind == "name":
            return self.name(node.token, local or {})
        parts = [self.build(part, local) for part in node.parts]
        if node.kind == "call" and node.token.text in self.scope.functions:
            return self.inlined(node, parts)
        size = 1 + sum(part.size for part in parts)
        depth = 1 + max((part.depth for part in parts), default=0)
        if size > MAX_SIZE:
            self.fail(node.token, f"written out, this has more than {MAX_SIZE} parts")
        if depth > MAX_DEPTH:
            self.fail(node.token, f"written out, this is nested over {MAX_DEPTH} levels deep")
        result = self.checked(node, self.apply(node, [part.expression for part in parts]))
        full = result
        if any(part.full is not part.expression for part in parts):
            full = self.checked(node, self.apply(node, [part.full for part in parts]))
        return Written(result, full, size, depth)

    def spend(self, node: Node, work: int) -> None:
        self.scope.work += work
        if self.scope.work > MAX_WORK:
            self.fail(node.token, f"written out, the equations have more than {MAX_WORK} parts")

    def number(self, token: Token) -> Rational:
        if len(token.text) > 400:
            self.fail(token, "this number has more than 400 digits; a double holds 17")
        mantissa, _, exponent = token.text.lower().partition("e")
        whole, _, fraction = mantissa.partition(".")
        power = int(exponent or 0) - len(fraction)
        digits = int(whole + fraction)
        if digits and abs(power) > 1000:
            digits, power = 1, 1000
        number = Rational(digits * 10 ** max(power, 0), 10 ** max(-power, 0)) if digits else S.Zero
        if number and not SMALLEST <= number <= LARGEST:
            self.fail(token, "this number is out of the range of doubles (1e-308 to 1e308)")
        return number

    def name(self, token: Token, local: Mapping[str, Written]) -> Written:
        name = token.text
        if name in local:
            return local[name]
        if name in self.scope.values:
            return self.scope.values[name]
        if name in self.scope.functions or name in BUILT_IN:
            self.fail(token, f"{name!r} is a function: write {name}(...)")
        guess = did_you_mean(name, [*local, *self.scope.names])
        if not guess and len(name) < 40:
            guess = f" A parameter needs a value: parameters={{{name!r}: ...}}"
        self.fail(token, f"unknown name {name!r}.{guess}")

    def inlined(self, node: Node, parts: list[Written]) -> Written:
        arguments, body = self.scope.functions[node.token.text]
        self.check_count(node, len(arguments), len(arguments))
        return self.build(body, dict(zip(arguments, parts, strict=True)))

    def check_count(self, node: Node, least: int, most: int) -> None:
        count = len(node.parts)
        if least <= count <= most:
            return
        wanted = str(least) if least == most else f"{least} to {most}"
        plural = "" if most == 1 else "s"
        self.fail(node.token, f"{node.token.text} takes {wanted} argument{plural}, not {count}")

    def apply(self, node: Node, values: list[Expr]) -> Expr:
        kind = node.kind
        if kind in ("+", "*") and len(values) > MANY:
            merged = (merged_terms if kind == "+" else merged_powers)(values, MAX_DIGITS)
            if merged is None:
                self.fail(node.token, f"a constant in here has more than {MAX_DIGITS} digits")
            values = merged
        if kind == "+":
            return sympy.Add(*values)
        if kind == "*":
            return sympy.Mul(*values)
        if kind == "negative":
            return -values[0]
        if kind == "inverse":
            return self.power(node, values[0], S.NegativeOne)
        if kind == "^":
            return self.power(node, *values)
        if kind == "and":
            return sympy.Mul(*map(as_truth, values))
        if kind == "or":
            return 1 - sympy.Mul(*(1 - as_truth(v) for v in values))
        if kind == "not":
            return 1 - as_truth(values[0])
        if kind in COMPARISONS:
            code, swap = COMPARISONS[kind]
            return nonsmooth.truth(code, *(values[::-1] if swap else values))
        return self.call(node, values)

    def power(self, node: Node, base: Expr, exponent: Expr) -> Expr:
        if power_is_too_large(base, exponent):
            self.fail(node.token, "this power is too large to be a double")
        if base.is_number:
            constant = value(base)
            if exponent.is_number:
                unevaluated = sympy.Pow(base, exponent, evaluate=False)
                if not isfinite(value(unevaluated)):
                    self.fail(node.token, "this constant is infinite, undefined or not real")
            elif not constant > 0:
                what = "zero" if constant == 0 else "a negative number"
                self.fail(node.token, f"{what} to a variable power is not smooth, or not real")
        if isinstance(base, Rational) and exponent is S.NegativeOne:
            return Rational(base.q, base.p)
        return owned(sympy.Pow(base, exponent))

    def call(self, node: Node, values: list[Expr]) -> Expr:
        name = node.token.text
        if name not in BUILT_IN:
            if name in self.scope.values:
                self.fail(node.token, f"{name!r} is not a function; write '*' for products")
            known = [*self.scope.functions, *BUILT_IN]
            guess = ELSEWHERE.get(name) or did_you_mean(name, known)
            self.fail(node.token, f"unknown function {name!r}.{guess}")
        built_in = BUILT_IN[name]
        self.check_count(node, built_in.least, built_in.most)
        first = values[0]
        if first.is_Add and name in SYMPYS:
            self.spend(node, COST_OF_TERM * len(first.args))
        if name == "exp" and exponential_is_too_large(first):
            self.fail(node.token, "this exponential is out of the range of doubles")
        if name in ("log", "sqrt") and first.is_number and not value(first) >= 0:
            self.fail(node.token, f"the {name} of a negative number is not real")
        if name == "mod" and values[1].is_zero:
            self.fail(node.token, "the remainder of a division by zero is undefined")
        return owned(built_in.build(*values))

    def checked(self, node: Node, result: Expr) -> Expr:
        """The result of an operation, if it is a number that a double can hold."""
        if result.is_number and (result in UNDEFINED or not isfinite(value(result))):
            self.fail(node.token, "this constant is infinite, undefined or not real")
        if digits_of(result) > MAX_DIGITS:
            self.fail(node.token, f"a constant in here has more than {MAX_DIGITS} digits")
        return result
