"""Programs into Python source, for NumPy and for numba: one printer family.

Names never reach the source: it says x[0], p[3], t. Integer powers become products, rationals
doubles; an expression without a rule is refused loudly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import sympy
from sympy import S

from . import nonsmooth
from .exponentials import bernoulli_from_exp
from .program import Program
from .singular import Removable

SAME = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")
COMPARED = ("<", "<=", "==", "!=")


@dataclass(frozen=True)
class Flavour:
    """How a language spells what differs: function names, templates, and removable quotients."""

    functions: Mapping[type, str]
    templates: Mapping[type, str]
    removable: Callable[[str, int, str], str]
    power: str = "({0}) ** ({1})"


def spelled(**other: str) -> dict[type, str]:
    return {getattr(sympy, name): other.get(name, name) for name in SAME} | {sympy.Abs: "abs"}


NUMPY = Flavour(
    functions=spelled(asin="arcsin", acos="arccos", atan="arctan"),
    templates={
        nonsmooth.absolute: "abs({0})",
        nonsmooth.sign: "sign({0})",
        nonsmooth.heaviside: "heaviside({0}, 0.5)",
        nonsmooth.step: "heaviside({0}, 1.0)",
        nonsmooth.floor: "floor({0})",
        nonsmooth.mod: "({0} - {1} * floor({0} / {1}))",
        nonsmooth.minimum: "minimum({0}, {1})",
        nonsmooth.maximum: "maximum({0}, {1})",
        nonsmooth.where: "where({0} != 0, {1}, {2})",
    },
    removable=lambda name, order, x: f"{name}({x}, {order})",
    power="power({0}, {1})",  # Python's own makes complex numbers of negative ones
)
NUMBA = Flavour(
    functions=spelled(),
    templates={
        nonsmooth.absolute: "abs({0})",
        nonsmooth.sign: "(1.0 if {0} > 0.0 else (-1.0 if {0} < 0.0 else {0} * 0.0))",
        nonsmooth.heaviside: "(1.0 if {0} > 0.0 else (0.5 if {0} == 0.0 else {0} * 0.0))",
        nonsmooth.step: "(1.0 if {0} >= 0.0 else 0.0)",
        nonsmooth.floor: "floor({0})",
        nonsmooth.mod: "({0} - {1} * floor({0} / {1}))",
        nonsmooth.minimum: "({0} if {0} < {1} else {1})",
        nonsmooth.maximum: "({0} if {0} > {1} else {1})",
        nonsmooth.where: "({1} if {0} != 0.0 else {2})",
    },
    removable=lambda name, order, x: f"{name}_{order}({x})",
)


@dataclass
class Printer:
    """Collects `lines` that compute what it is asked to print; `names` spell the symbols."""

    names: dict[sympy.Symbol, str]
    flavour: Flavour
    prefix: str = "a"
    lines: list[str] = field(default_factory=list)
    powers: dict[tuple[str, int], str] = field(default_factory=dict)

    def run(self, program: Program) -> list[str]:
        """Emit the assignments; return the outputs' code."""
        for name, expression in program.assignments:
            self.names[name] = self.assign(self.code(expression))
        return [self.code(output) for output in program.outputs]

    def assign(self, code: str) -> str:
        name = f"{self.prefix}{len(self.lines)}"
        self.lines.append(f"{name} = {code}")
        return name

    def named(self, code: str) -> str:
        """The code as something that can be repeated at no cost."""
        return code if code.isidentifier() or code[:2] in ("x[", "p[") else self.assign(code)

    def code(self, expression: sympy.Expr) -> str:
        if isinstance(expression, sympy.Symbol):
            return self.names[expression]
        if isinstance(expression, sympy.Number):
            return number(expression)
        if expression is S.Pi or expression is S.Exp1:
            return repr(float(expression))
        if expression.is_Add:
            return self.sum(expression)
        if expression.is_Mul:
            return self.product(expression)
        if expression.is_Pow:
            return self.power(expression.base, expression.exp)
        return self.function(expression)

    def sum(self, expression: sympy.Add) -> str:
        code = ""
        for term in expression.args:
            part = self.code(term)
            if part.startswith("-"):
                code += f" - {part[1:]}" if code else part
            else:
                code += f" + {part}" if code else part
        return f"({code})"

    def product(self, expression: sympy.Mul) -> str:
        coefficient, rest = expression.as_coeff_Mul()
        above, below = [], []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp() if factor.is_Pow else (factor, S.One)
            if exponent.is_Rational and exponent < 0:
                below.append(self.power(base, -exponent))
            else:
                above.append(self.code(factor))
        sign = "-" if coefficient < 0 else ""
        if abs(coefficient) != 1 or not above:
            above.insert(0, number(abs(coefficient)))
        code = sign + " * ".join(above)
        if below:
            code += f" / {below[0]}" if len(below) == 1 else f" / ({' * '.join(below)})"
        return code

    def power(self, base: sympy.Expr, exponent: sympy.Expr) -> str:
        if exponent.is_Rational and exponent < 0:
            return f"(1.0 / {self.power(base, -exponent)})"
        if exponent.is_Integer and exponent <= 128:
            code = self.code(base)
            return code if exponent == 1 else self.integer_power(self.named(code), int(exponent))
        if exponent.is_Rational and exponent.q == 2 and exponent <= 32:
            root = self.named(f"sqrt({self.code(base)})")
            return self.integer_power(root, int(exponent.p))
        return self.flavour.power.format(self.code(base), self.code(exponent))

    def integer_power(self, name: str, exponent: int) -> str:
        """By repeated squaring, every square computed once."""
        if exponent == 1:
            return name
        if (name, exponent) not in self.powers:
            half = self.integer_power(name, exponent // 2)
            code = f"{half} * {half}" + (f" * {name}" if exponent % 2 else "")
            self.powers[name, exponent] = self.assign(code)
        return self.powers[name, exponent]

    def function(self, expression: sympy.Expr) -> str:
        kind = type(expression)
        if kind is nonsmooth.truth:
            code, a, b = expression.args
            return f"(1.0 * ({self.code(a)} {COMPARED[int(code)]} {self.code(b)}))"
        if kind in self.flavour.templates:
            parts = [self.named(self.code(a)) for a in expression.args]
            return self.flavour.templates[kind].format(*parts)
        if isinstance(expression, Removable):
            x, order = expression.args
            return self.flavour.removable(kind.__name__, int(order), self.code(x))
        if kind in self.flavour.functions or kind is bernoulli_from_exp:
            name = self.flavour.functions.get(kind, kind.__name__)
            return f"{name}({', '.join(self.code(a) for a in expression.args)})"
        raise AssertionError(f"this is a bug: no code for {kind.__name__} in {expression}")


def number(value: sympy.Number) -> str:
    if isinstance(value, sympy.Rational):
        return repr(float(Fraction(int(value.p), int(value.q))))
    return repr(float(value))
