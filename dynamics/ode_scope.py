"""The names of an XPPAUT file, and its expressions in rheobase's own names and functions.

XPP folds case; a name is spelled here as where it was declared first. A name that rheobase keeps
for itself gets an underscore.
"""

from dataclasses import dataclass, field
from typing import NoReturn

from .errors import did_you_mean
from .functions import RESERVED
from .grammar import Node
from .ode_lines import Source
from .tokens import Token

SAME = ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan")
RENAMED = dict.fromkeys(SAME) | {"abs": None, "sign": None, "ln": "log", "log": None}
RENAMED |= {"heav": "step", "flr": "floor", "mod": None, "max": None, "min": None}
ARGUMENTS = {"mod": 2, "max": 2, "min": 2, "atan2": 2}
REFUSED = {
    "ran": "a random number in every call; noise is written with wiener",
    "normal": "a random number in every call; noise is written with wiener",
    "poisson": "a random number in every call; noise is written with wiener",
    "delay": "a delayed variable; a Model has no delays",
    "del_shft": "a delayed variable; a Model has no delays",
    "shift": "an index into the list of variables",
    "ishift": "an index into the list of variables",
    "sum": "a sum over an index; write its terms out",
    "of": "a part of a sum over an index",
    "erf": "the error function, which the equations here don't know",
    "erfc": "the error function, which the equations here don't know",
    "lgamma": "the gamma function, which the equations here don't know",
    "besselj": "a Bessel function, which the equations here don't know",
    "bessely": "a Bessel function, which the equations here don't know",
    "besseli": "a Bessel function, which the equations here don't know",
    "hom_bcs": "a boundary condition",
    "set": "an assignment inside an expression",
}
OWN = {*RENAMED, *REFUSED, "log10", "atan2", "if", "then", "else", "not", "pi", "t"}
KEPT = {*RESERVED, "and", "or", "not"}


@dataclass
class Scope:
    """Names by their folded form: how they are spelled here, and what they are."""

    source: Source
    places: dict[str, Token] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    arity: dict[str, int] = field(default_factory=dict)

    def fail(self, reason: str, token: Token) -> NoReturn:
        self.source.fail(reason, token)

    def declare(self, token: Token, kind: str) -> str:
        """A new name; returns its folded form."""
        folded = token.text.lower()
        if folded in OWN:
            self.fail(f"{token.text!r} is XPP's own name and can't be declared", token)
        if folded in self.places:
            before = self.places[folded].line
            self.fail(
                f"{token.text!r} is already declared in line {before} (XPP folds case)", token
            )
        self.places[folded], self.kinds[folded] = token, kind
        return folded

    def spell(self) -> None:
        """Choose the spellings, once every name is declared."""
        for folded, token in self.places.items():
            self.spelling[folded] = self.free(token.text)
            if self.spelling[folded] != token.text:
                text = f"{token.text!r} is called {self.spelling[folded]!r} here"
                self.source.note("translated", text, token)

    def free(self, name: str) -> str:
        """The name, with underscores if rheobase keeps it for itself."""
        free = name
        while free in KEPT or (free != name and free.lower() in self.places):
            free += "_"
        return free

    def resolved(self, node: Node, local: dict[str, str] | None = None) -> Node:
        """The tree in the names and functions of rheobase."""
        parts = tuple(self.resolved(part, local) for part in node.parts)
        if node.kind == "name":
            return named(node.token, self.value(node.token, local or {}))
        if node.kind == "call":
            return self.call(node.token, parts)
        return Node(node.kind, node.token, parts)

    def value(self, token: Token, local: dict[str, str]) -> str:
        folded = token.text.lower()
        if folded in local:
            return local[folded]
        if folded in ("t", "pi"):
            return folded
        if self.kinds.get(folded) == "function" or folded in RENAMED:
            self.fail(f"{token.text!r} is a function: write {token.text}(...)", token)
        if folded in REFUSED:
            self.fail(f"{token.text!r} is {REFUSED[folded]}", token)
        if folded not in self.spelling:
            known = [*local.values(), *self.spelling.values()]
            self.fail(f"unknown name {token.text!r}.{did_you_mean(token.text, known)}", token)
        return self.spelling[folded]

    def call(self, token: Token, parts: tuple[Node, ...]) -> Node:
        folded = token.text.lower()
        if folded in REFUSED:
            self.fail(f"{token.text!r} is {REFUSED[folded]}", token)
        if self.kinds.get(folded) == "function":
            self.check_count(token, len(parts), self.arity[folded])
            return Node("call", renamed(token, self.spelling[folded]), parts)
        if folded not in OWN or folded in ("t", "pi"):
            if folded in self.kinds or folded in ("t", "pi"):
                self.fail(f"{token.text!r} is not a function; write '*' for products", token)
            known = [*RENAMED, *self.arity]
            self.fail(f"unknown function {token.text!r}.{did_you_mean(token.text, known)}", token)
        self.check_count(token, len(parts), ARGUMENTS.get(folded, 1))
        if folded == "log10":
            return over(token, function(token, "log", *parts), function(token, "log", TEN))
        if folded == "atan2":
            return arc_tangent(token, *parts)
        return function(token, RENAMED[folded] or folded, *parts)

    def check_count(self, token: Token, given: int, wanted: int) -> None:
        if given != wanted:
            plural = "" if wanted == 1 else "s"
            self.fail(f"{token.text} takes {wanted} argument{plural}, not {given}", token)


def renamed(token: Token, text: str) -> Token:
    return Token(token.kind, text, token.line, token.column)


def named(token: Token, name: str) -> Node:
    return Node("name", renamed(token, name))


def number(text: str) -> Node:
    return Node("number", Token("number", text, 1, 1))


TEN, ZERO = number("10"), number("0")


def function(token: Token, name: str, *parts: Node) -> Node:
    return Node("call", renamed(token, name), parts)


def over(token: Token, above: Node, below: Node) -> Node:
    return Node("*", token, (above, Node("inverse", token, (below,))))


def arc_tangent(token: Token, y: Node, x: Node) -> Node:
    """The angle of (x, y), -pi to pi, by quadrants."""

    def compared(sign: str, a: Node) -> Node:
        return Node(sign, token, (a, ZERO))

    def where(*parts: Node) -> Node:
        return Node("where", token, parts)

    pi = named(token, "pi")
    right_angle = over(token, pi, number("2"))
    steep = Node("negative", token, (function(token, "atan", over(token, x, y)),))
    up = Node("+", token, (right_angle, steep))
    down = Node("+", token, (Node("negative", token, (right_angle,)), steep))
    flat = where(compared("<", x), pi, ZERO)
    vertical = where(compared(">", y), up, where(compared("<", y), down, flat))
    return where(compared(">", x), function(token, "atan", over(token, y, x)), vertical)
