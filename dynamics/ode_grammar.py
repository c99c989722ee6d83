"""XPPAUT's expressions as trees: its own precedence, its own functions.

    | + -  <  & * / unary-minus not  <  comparisons ^ **        all from left to right

so that a + b > c is a + (b > c), 2^3^2 is 64, and if(c)then(a)else(b) is an operand. The trees are
those of `grammar`, with the names as they stand in the file.

Source: XPPAUT 6.11, tried out with its own executable (tests/dynamics/test_ode_peer.py).
"""

import re
from collections.abc import Iterable
from typing import NoReturn

from .grammar import UNDONE, Node
from .ode_lines import Line, Source
from .tokens import NUMBER, Token

MAX_DEPTH = 60
LEVELS = {"|": 4, "+": 4, "-": 4, "&": 6, "*": 6, "/": 6}
LEVELS |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!=", "^", "**"), 7)
SIGN = 6
SPELLED = {"**": "^", "|": "or", "&": "and"}
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
OPERATOR = re.compile(r"\*\*|<=|>=|==|!=|[-+*/^(),<>&|=']")
WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def tree(source: Source, line: Line, start: int, end: int | None = None) -> Node:
    """The tree of the expression that stands in the line from start to end."""
    end = len(line.text) if end is None else end
    reader = Reader(source, list(tokens(source, line, start, end)))
    if reader.here.kind == "end":
        reader.fail("an expression is missing", reader.here)
    found = reader.expression()
    if reader.here.kind != "end":
        reader.unexpected()
    return found


def tokens(source: Source, line: Line, start: int, end: int) -> Iterable[Token]:
    at = start
    while at < end:
        text = line.text
        if text[at].isspace():
            at += 1
            continue
        for kind, pattern in (("number", NUMBER), ("name", WORD), ("operator", OPERATOR)):
            if matched := pattern.match(text, at, end):
                yield line.token(kind, matched.group(), at)
                at = matched.end()
                break
        else:
            source.fail(f"unexpected character {text[at]!r}", line.token("", text[at], at))
    yield line.token("end", "", max(start, end))


class Reader:
    """A precedence parser with XPP's levels; every operator groups to the left."""

    def __init__(self, source: Source, stream: list[Token]):
        self.source, self.stream, self.at, self.depth = source, stream, 0, 0
        self.enclosed: list[Node] = []

    @property
    def here(self) -> Token:
        return self.stream[self.at]

    def advance(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def fail(self, reason: str, token: Token) -> NoReturn:
        self.source.fail(reason, token)

    def expression(self, floor: int = 0) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels", self.here)
        left = self.operand(floor)
        while self.here.kind == "operator" and LEVELS.get(self.here.text, 0) > floor:
            token = self.advance()
            right = self.expression(LEVELS[token.text])
            self.check_order(token, left, right)
            kind = SPELLED.get(token.text, token.text)
            if kind in UNDONE:
                kind, inverse = UNDONE[kind]
                right = Node(inverse, token, (right,))
            chained = kind in ("+", "*", "and", "or") and left.kind == kind
            left = Node(kind, token, (*left.parts, right) if chained else (left, right))
        self.depth -= 1
        return left

    def check_order(self, token: Token, *sides: Node) -> None:
        """Note where XPP's order is not the one that people expect."""
        for side in sides:
            if any(side is node for node in self.enclosed):
                continue
            if side.kind in COMPARISONS and token.text in "+-*/":
                text = f"{side.token.text!r} binds tighter than {token.text!r} in XPP"
                self.source.note("warning", text + "; brackets would say what is meant", token)
            elif side.kind == "^" and token.text in ("^", "**"):
                self.source.note("warning", "a^b^c is (a^b)^c in XPP", token)

    def operand(self, floor: int) -> Node:
        token = self.advance()
        if token.is_("-", "+"):
            inner = self.expression(max(SIGN, floor))
            return Node("negative", token, (inner,)) if token.text == "-" else inner
        if token.kind == "number":
            if self.here.kind in ("name", "number"):
                self.fail("an operator is missing here (write '*' for products)", self.here)
            return Node("number", token)
        if token.is_("("):
            return self.closed()
        if token.kind == "name":
            return self.name(token, floor)
        self.at -= 1
        self.unexpected()

    def closed(self) -> Node:
        """An expression up to its closing bracket."""
        inner = self.expression()
        self.expect(")")
        self.enclosed.append(inner)
        return inner

    def expect(self, text: str) -> None:
        if not (self.here.is_(text) or (self.here.kind == "name" and self.folded == text)):
            self.unexpected(f"; {text!r} is missing")
        self.advance()

    @property
    def folded(self) -> str:
        return self.here.text.lower()

    def name(self, token: Token, floor: int) -> Node:
        word = token.text.lower()
        if word == "not":
            return Node("not", token, (self.expression(max(SIGN, floor)),))
        if word == "if":
            parts = []
            for step in ("then", "else", None):
                self.expect("(")
                parts.append(self.closed())
                if step:
                    self.expect(step)
            return Node("where", token, tuple(parts))
        if word == "sum" and self.here.is_("("):
            self.fail("'sum' is a sum over an index; write its terms out", token)
        if self.here.is_("'"):
            self.fail("a primed name (the value at a boundary) can't be used here", token)
        if not self.here.is_("("):
            return Node("name", token)
        self.advance()
        parts = [self.expression()]
        while self.here.is_(","):
            self.advance()
            parts.append(self.expression())
        self.expect(")")
        return Node("call", token, tuple(parts))

    def unexpected(self, what: str = "") -> NoReturn:
        token = self.here
        if token.kind == "end":
            self.fail(f"the line ends where a value or a bracket is expected{what}", token)
        self.fail(f"{token.text!r} is not expected here{what}", token)
