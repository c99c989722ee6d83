"""Text into SymPy: the states, their right sides, and the definitions in order.

Definitions may stand in any order and are checked for cycles; functions are written out where they
are called. Literals are exact rationals and symbols real; no SymPy function receives a string.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from math import isfinite

import sympy
from sympy import Rational, S

from . import nonsmooth
from .constants import exponential_is_too_large, power_is_too_large, value
from .errors import EquationError, did_you_mean
from .functions import BUILT_IN, RESERVED
from .grammar import Node, Statement, expression, statements
from .tokens import Token

MAX_SIZE = 100_000
MAX_DEPTH = 100
UNDEFINED = (S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity)
COMPARISONS = {"<": (0, False), "<=": (1, False), ">": (0, True), ">=": (1, True)}
COMPARISONS |= {"==": (2, False), "!=": (3, False)}


def symbol(name: str) -> sympy.Symbol:
    """The real symbol of a name: the only kind of symbol in a model."""
    return sympy.Symbol(name, real=True)


@dataclass(frozen=True)
class Written:
    """An expression with its size and depth once all definitions are written out."""

    expression: sympy.Expr
    size: int = 1
    depth: int = 1


@dataclass(frozen=True)
class Equations:
    """What a text says: `rates` by state (derivatives, or next values of a map), `definitions`
    in an order in which each uses only earlier ones."""

    states: tuple[str, ...]
    rates: Mapping[str, sympy.Expr]
    definitions: Mapping[str, sympy.Expr]
    scope: "Scope" = field(repr=False, compare=False)

    def read(self, text: str) -> sympy.Expr:
        """An expression in the names of the model (for resets, noise and drives)."""
        normal, tree = expression(text)
        return Builder(self.scope, normal).build(tree).expression


@dataclass
class Scope:
    """Every name that may be used, by what it stands for."""

    values: dict[str, Written] = field(default_factory=dict)
    functions: dict[str, tuple[tuple[str, ...], Node]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [*self.values, *self.functions, *BUILT_IN]


def read_equations(
    text: str, parameters: Iterable[str], started: Iterable[str], kind: str = "flow"
) -> Equations:
    """Read the text of a model whose parameters and started names are given."""
    text, lines = statements(text)
    if not lines:
        raise EquationError("there are no equations: the text is empty", text)
    try:
        return resolve(text, lines, set(parameters), set(started), kind)
    except RecursionError:
        raise EquationError(
            "the equations are nested too deeply; give the inner parts names", text
        ) from None


def resolve(
    text: str, lines: list[Statement], parameters: set[str], started: set[str], kind: str
) -> Equations:
    updates = {id(s): is_update(s, started, kind) for s in lines}
    check_names(text, lines, updates, parameters, started)
    states = tuple(s.name.text for s in lines if updates[id(s)])
    if not states:
        what = "derivative (a line x' = ...)" if kind == "flow" else "update of a started name"
        raise EquationError(f"there is no {what} in this text", text)
    scope = Scope({name: Written(symbol(name)) for name in (*states, *parameters, "t")})
    scope.values["pi"] = Written(sympy.pi)
    named = {s.name.text: s for s in lines if not updates[id(s)]}
    definitions: dict[str, sympy.Expr] = {}
    for name in ordered(text, named):
        statement = named[name]
        arguments = tuple(token.text for token in statement.arguments)
        builder = Builder(scope, text)
        if statement.form == "function":
            builder.check_body(statement)
            scope.functions[name] = (arguments, statement.right)
        else:
            written = builder.build(statement.right)
            definitions[name] = written.expression
            scope.values[name] = Written(symbol(name), written.size, written.depth)
    rates = {}
    for statement in lines:
        if updates[id(statement)]:
            written = Builder(scope, text).build(statement.right)
            rates[statement.name.text] = written.expression
    return Equations(states, rates, definitions, scope)


def is_update(statement: Statement, started: set[str], kind: str) -> bool:
    if statement.form == "derivative":
        return True
    return kind == "map" and statement.form == "value" and statement.name.text in started


def check_names(
    text: str,
    lines: list[Statement],
    updates: Mapping[int, bool],
    parameters: set[str],
    started: set[str],
) -> None:
    """One name space: nothing is named twice, nothing takes a built-in's name."""
    seen: dict[str, Token] = {}
    for statement in lines:
        token, name = statement.name, statement.name.text
        if name in RESERVED:
            what = "time" if name == "t" else "a number" if name == "pi" else "a built-in function"
            fail(text, token, f"{name!r} is {what} and can't be given another meaning")
        if name in seen:
            fail(text, token, f"{name!r} is already given in line {seen[name].line}")
        if name in parameters:
            fail(text, token, f"{name!r} is a parameter and can't have an equation as well")
        if updates[id(statement)] and name not in started:
            fail(
                text,
                token,
                f"state {name!r} has no start value; add it: start=dict({name}=...)."
                + did_you_mean(name, started),
            )
        if not updates[id(statement)] and name in started:
            fail(text, token, f"{name!r} has a start value but no derivative: write {name}' = ...")
        seen[name] = token
    if missing := sorted(started - seen.keys()):
        names = [s.name.text for s in lines if updates[id(s)]]
        raise EquationError(
            f"{missing[0]!r} has a start value but no equation.{did_you_mean(missing[0], names)}",
            text,
        )


def ordered(text: str, named: Mapping[str, Statement]) -> list[str]:
    """The definitions and functions, each after those that it uses."""
    uses = {name: sorted(names_in(s) & named.keys()) for name, s in named.items()}
    try:
        return list(TopologicalSorter(uses).static_order())
    except CycleError as cycle:
        path = cycle.args[1][::-1]
        token = named[path[0]].name
        message = "these definitions go round in a circle: " + " -> ".join(path[:12])
        raise EquationError(
            message, text, token.line, token.column, len(token.text)
        ) from None


def names_in(statement: Statement) -> set[str]:
    own = {token.text for token in statement.arguments}
    found, waiting = set(), [statement.right]
    while waiting:
        node = waiting.pop()
        if node.kind == "call" or (node.kind == "name" and node.token.text not in own):
            found.add(node.token.text)
        waiting.extend(node.parts)
    return found


def fail(text: str, token: Token, reason: str):
    raise EquationError(reason, text, token.line, token.column, len(token.text))


class Builder:
    """Trees into SymPy expressions, bounded in size, depth and magnitude."""

    def __init__(self, scope: Scope, text: str):
        self.scope, self.text = scope, text

    def build(self, node: Node, local: Mapping[str, Written] | None = None) -> Written:
        """The expression of a tree; `local` are the arguments of the function being written out."""
        if node.kind == "number":
            return Written(self.number(node.token))
        if node.kind == "name":
            return self.name(node.token, local or {})
        parts = [self.build(part, local) for part in node.parts]
        if node.kind == "call" and node.token.text in self.scope.functions:
            return self.inlined(node, parts)
        size = 1 + sum(part.size for part in parts)
        depth = 1 + max((part.depth for part in parts), default=0)
        if size > MAX_SIZE:
            fail(self.text, node.token, f"written out, this has more than {MAX_SIZE} parts")
        if depth > MAX_DEPTH:
            fail(self.text, node.token, f"written out, this is nested over {MAX_DEPTH} levels deep")
        result = self.apply(node, [part.expression for part in parts])
        self.check_finite(node, result)
        return Written(result, size, depth)

    def number(self, token: Token) -> Rational:
        mantissa, _, exponent = token.text.lower().partition("e")
        whole, _, fraction = mantissa.partition(".")
        if len(token.text) > 400 or len(exponent) > 5 or abs(int(exponent or 0)) > 330:
            fail(self.text, token, "this number is out of the range of doubles (1e-308 to 1e308)")
        power = int(exponent or 0) - len(fraction)
        digits = int(whole + fraction or "0")
        number = Rational(digits * 10 ** max(power, 0), 10 ** max(-power, 0))
        if abs(number) > Rational(17976931348623157 * 10**292):
            fail(self.text, token, "this number is out of the range of doubles (1e-308 to 1e308)")
        return number

    def name(self, token: Token, local: Mapping[str, Written]) -> Written:
        name = token.text
        if name in local:
            return local[name]
        if name in self.scope.values:
            return self.scope.values[name]
        if name in self.scope.functions or name in BUILT_IN:
            fail(self.text, token, f"{name!r} is a function: write {name}(...)")
        known = [*local, *self.scope.names]
        fail(self.text, token, f"unknown name {name!r}.{did_you_mean(name, known)}")

    def inlined(self, node: Node, parts: list[Written]) -> Written:
        arguments, body = self.scope.functions[node.token.text]
        self.check_count(node, len(arguments), len(arguments))
        written = self.build(body, dict(zip(arguments, parts, strict=True)))
        return Written(written.expression, written.size + 1, written.depth)

    def check_count(self, node: Node, least: int, most: int) -> None:
        count = len(node.parts)
        if least <= count <= most:
            return
        wanted = str(least) if least == most else f"{least} to {most}"
        plural = "" if most == 1 else "s"
        fail(
            self.text,
            node.token,
            f"{node.token.text} takes {wanted} argument{plural}, not {count}",
        )

    def check_body(self, statement: Statement) -> None:
        """Errors in a function that nobody calls are errors all the same."""
        stand_in = {token.text: Written(symbol(token.text)) for token in statement.arguments}
        for token in statement.arguments:
            if token.text in RESERVED:
                fail(self.text, token, f"{token.text!r} can't be the name of an argument")
        self.build(statement.right, stand_in)

    def apply(self, node: Node, values: list[sympy.Expr]) -> sympy.Expr:
        kind = node.kind
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

    def power(self, node: Node, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if power_is_too_large(base, exponent):
            fail(self.text, node.token, "this power is too large to be a double")
        if base.is_number and exponent.is_number and not isfinite(value(sympy.Pow(
            base, exponent, evaluate=False
        ))):
            fail(self.text, node.token, "this constant is infinite, undefined or not real")
        return sympy.Pow(base, exponent)

    def call(self, node: Node, values: list[sympy.Expr]) -> sympy.Expr:
        name = node.token.text
        if name not in BUILT_IN:
            if name in self.scope.values:
                fail(self.text, node.token, f"{name!r} is not a function; write '*' for products")
            known = [*self.scope.functions, *BUILT_IN]
            fail(self.text, node.token, f"unknown function {name!r}.{did_you_mean(name, known)}")
        built_in = BUILT_IN[name]
        self.check_count(node, built_in.least, built_in.most)
        if name == "exp":
            (argument,) = values
            if exponential_is_too_large(argument) or (
                argument.is_number and not abs(value(argument)) < 709
            ):
                fail(self.text, node.token, "this exponential is out of the range of doubles")
        if name in ("log", "sqrt") and values[0].is_number and not value(values[0]) >= 0:
            fail(self.text, node.token, f"the {name} of a negative number is not real")
        return built_in.build(*values)

    def check_finite(self, node: Node, result: sympy.Expr) -> None:
        if result in UNDEFINED or (result.is_number and not isfinite(value(result))):
            fail(self.text, node.token, "this constant is infinite, undefined or not real")


def as_truth(condition: sympy.Expr) -> sympy.Expr:
    """A condition as 1 or 0, whatever number it was."""
    return condition if is_truth(condition) else nonsmooth.truth(3, condition, S.Zero)


def is_truth(condition: sympy.Expr) -> bool:
    """Whether an expression can only be 1 or 0: comparisons, their products and complements."""
    if isinstance(condition, nonsmooth.truth) or condition in (S.Zero, S.One):
        return True
    if condition.is_Mul:
        return all(map(is_truth, condition.args))
    return condition.is_Add and condition.args[0] is S.One and is_truth(1 - condition)
