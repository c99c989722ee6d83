"""Text into SymPy: the states, their right sides, and the definitions in order.

Definitions may stand in any order and are checked for cycles; functions are written out where they
are called. Literals are exact rationals and symbols real; no SymPy function receives a string.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import NoReturn

import sympy

from .builder import Builder
from .errors import EquationError, did_you_mean
from .functions import RESERVED
from .grammar import Statement, expression, statements
from .scope import Scope, Written, symbol
from .tokens import Token

__all__ = ["Equations", "read_equations", "symbol"]


@dataclass(frozen=True)
class Equations:
    """What a text says: `rates` by state (derivatives, or next values of a map) and `definitions`
    in an order in which each uses only earlier ones; the `full_` ones use no definitions."""

    states: tuple[str, ...]
    rates: Mapping[str, sympy.Expr]
    definitions: Mapping[str, sympy.Expr]
    full_rates: Mapping[str, sympy.Expr]
    full_definitions: Mapping[str, sympy.Expr]
    scope: Scope = field(repr=False, compare=False)

    def read(self, text: str, what: str = "") -> sympy.Expr:
        """An expression in the names of the model, definitions written out (for resets, noise and
        drives); errors name `what` is being read."""
        try:
            normal, tree = expression(text)
            self.scope.work = 0
            return Builder(self.scope, normal).whole(tree).full
        except EquationError as error:
            if not what:
                raise
            place = (error.text, error.line, error.column, error.width)
            raise EquationError(f"{what}: {error.reason}", *place) from None
        except RecursionError:
            raise EquationError(f"{what}: this is nested too deeply".lstrip(": "), text) from None


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
    scope = Scope()
    for name in (*states, *sorted(parameters), "t"):
        scope.values[name] = Written(symbol(name), symbol(name))
    scope.values["pi"] = Written(sympy.pi, sympy.pi)
    builder = Builder(scope, text)
    named = {s.name.text: s for s in lines if not updates[id(s)]}
    definitions: dict[str, Written] = {}
    for name in ordered(text, named):
        statement = named[name]
        if statement.form == "function":
            check_body(builder, statement)
            arguments = tuple(token.text for token in statement.arguments)
            scope.functions[name] = (arguments, statement.right)
        else:
            written = definitions[name] = builder.whole(statement.right)
            scope.values[name] = Written(symbol(name), written.full, written.size, written.depth)
    rates = {s.name.text: builder.whole(s.right) for s in lines if updates[id(s)]}
    return Equations(
        states,
        rates=MappingProxyType({name: w.expression for name, w in rates.items()}),
        definitions=MappingProxyType({name: w.expression for name, w in definitions.items()}),
        full_rates=MappingProxyType({name: w.full for name, w in rates.items()}),
        full_definitions=MappingProxyType({name: w.full for name, w in definitions.items()}),
        scope=scope,
    )


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
            fail(text, token, f"{name!r} is {RESERVED[name]} and can't be given another meaning")
        if name in seen:
            fail(text, token, f"{name!r} is already given in line {seen[name].line}")
        if name in parameters:
            fail(text, token, f"{name!r} is a parameter and can't have an equation as well")
        if updates[id(statement)] and name not in started:
            guess = did_you_mean(name, sorted(started))
            wanted = f"state {name!r} has no start value; add it: start={{{name!r}: ...}}."
            fail(text, token, wanted + guess)
        if not updates[id(statement)] and name in started:
            fail(text, token, f"{name!r} has a start value but no derivative: write {name}' = ...")
        seen[name] = token
    if missing := sorted(started - seen.keys()):
        names = [s.name.text for s in lines if updates[id(s)]]
        guess = did_you_mean(missing[0], names)
        raise EquationError(f"{missing[0]!r} has a start value but no equation.{guess}", text)


def check_body(builder: Builder, statement: Statement) -> None:
    """Errors in a function that nobody calls are errors all the same."""
    for token in statement.arguments:
        if token.text in RESERVED:
            fail(builder.text, token, f"{token.text!r} can't be the name of an argument")
    names = [token.text for token in statement.arguments]
    builder.build(statement.right, {n: Written(symbol(n), symbol(n)) for n in names})


def ordered(text: str, named: Mapping[str, Statement]) -> list[str]:
    """The definitions and functions, each after those that it uses, whatever their order in the
    text: what is compiled from the same definitions is then the same."""
    uses = {name: sorted(names_in(named[name]) & named.keys()) for name in sorted(named)}
    try:
        return list(TopologicalSorter(uses).static_order())
    except CycleError as cycle:
        path = cycle.args[1][::-1]
        dots = " -> ..." if len(path) > 12 else ""
        message = "these definitions go round in a circle: " + " -> ".join(path[:12]) + dots
        fail(text, named[path[0]].name, message)


def names_in(statement: Statement) -> set[str]:
    own = {token.text for token in statement.arguments}
    found, waiting = set(), [statement.right]
    while waiting:
        node = waiting.pop()
        if node.kind == "call" or (node.kind == "name" and node.token.text not in own):
            found.add(node.token.text)
        waiting.extend(node.parts)
    return found


def fail(text: str, token: Token, reason: str) -> NoReturn:
    raise EquationError(reason, text, token.line, token.column, len(token.text))
