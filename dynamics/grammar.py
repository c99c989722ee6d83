"""Tokens into a tree: statements and expressions by operator precedence, nothing evaluated.

    statement   name' = expression  |  name = expression  |  name(a, b) = expression
    expression  or < and < not < comparison < + - < * / < unary - < ^ (right-associative)

Depth is bounded, so that neither this parser nor anything that walks its trees can overflow.
"""

from dataclasses import dataclass
from typing import NoReturn

from .errors import EquationError
from .tokens import Token, normalised, tokens

MAX_DEPTH = 60
BINARY = {"or": 1, "|": 1, "and": 2, "&": 2}
BINARY |= dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 4)
BINARY |= {"+": 5, "-": 5, "*": 6, "/": 6, "^": 8, "**": 8}
NOT, COMPARISON, SIGN, POWER = 3, 4, 5, 8
CHAINED = ("+", "*", "and", "or")
UNDONE = {"-": ("+", "negative"), "/": ("*", "inverse")}
SPELLED = {"**": "^", "|": "or", "&": "and"}


@dataclass(frozen=True, slots=True)
class Node:
    """`kind`: "number", "name", "call", or the operator; `token` is the place to point at.

    Sums, products, conjunctions and disjunctions are flat, however long: `a - b` is a sum with a
    "negative", `a / b` a product with an "inverse".
    """

    kind: str
    token: Token
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One line, by the `form` of its left side: "derivative", "value" or "function"."""

    form: str
    name: Token
    arguments: tuple[Token, ...]
    right: Node


def statements(text: str) -> tuple[str, list[Statement]]:
    """The normalised text and its statements."""
    text = normalised(text)
    reader = Reader(text, tokens(text))
    found: list[Statement] = []
    while True:
        while reader.here.kind == "newline":
            reader.advance()
        if reader.here.kind == "end":
            return text, found
        found.append(reader.statement())


def expression(text: str) -> tuple[str, Node]:
    """The normalised text and the one expression that it holds."""
    text = normalised(text)
    reader = Reader(text, [token for token in tokens(text) if token.kind != "newline"])
    if reader.here.kind == "end":
        raise EquationError("an expression is missing: the text is empty", text)
    tree = reader.expression()
    reader.expect_end("an expression")
    return text, tree


class Reader:
    """A precedence parser over a list of tokens."""

    def __init__(self, text: str, stream: list[Token]):
        self.text, self.stream, self.at, self.depth = text, stream, 0, 0

    @property
    def here(self) -> Token:
        return self.stream[self.at]

    def advance(self) -> Token:
        token = self.here
        self.at += 1
        return token

    def fail(self, reason: str, token: Token) -> NoReturn:
        raise EquationError(reason, self.text, token.line, token.column, max(1, len(token.text)))

    def statement(self) -> Statement:
        name = self.advance()
        if name.kind != "name":
            self.fail(f"a line starts with a name, not with {shown(name)}", name)
        form = "value"
        arguments: tuple[Token, ...] = ()
        if self.here.kind == "prime":
            self.advance()
            form = "derivative"
            if self.here.kind == "prime":
                two = f"{name.text}' = v and v' = ..."
                self.fail(f"second derivatives are written as two equations: {two}", self.here)
        elif self.here.is_("("):
            form, arguments = "function", self.parameters()
        elif name.text[0] == "d" and self.here.is_("/"):
            state = name.text[1:] or "x"
            self.fail(f"a derivative is written {state}' = ..., not d{state}/dt", name)
        if not self.here.is_("="):
            self.fail(f"expected '=' after the left side, found {shown(self.here)}", self.here)
        self.advance()
        right = self.expression()
        if self.here.kind != "newline":
            self.unexpected()
        return Statement(form, name, arguments, right)

    def parameters(self) -> tuple[Token, ...]:
        opening = self.advance()
        names: list[Token] = []
        while not self.here.is_(")"):
            if names:
                if not self.here.is_(","):
                    self.fail("the arguments of a function are separated by commas", self.here)
                self.advance()
            token = self.advance()
            if token.kind != "name":
                self.fail(f"an argument is a name, not {shown(token)}", token)
            if token.text in {n.text for n in names}:
                self.fail(f"argument {token.text!r} stands twice", token)
            names.append(token)
        self.advance()
        if not names:
            self.fail("a function has at least one argument", opening)
        return tuple(names)

    def expression(self, floor: int = 0) -> Node:
        """Read operators that bind tighter than `floor` (precedence climbing)."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                f"nested deeper than {MAX_DEPTH} levels; give the inner parts names", self.here
            )
        left = self.prefix(floor)
        while (level := self.infix()) > floor:
            if level == COMPARISON:
                left = self.comparison(left)
            elif self.spelled() in CHAINED:
                left = self.chain(left, level)
            else:
                left = self.binary(left)
        self.depth -= 1
        return left

    def spelled(self) -> str:
        """The kind of the node that the operator here builds."""
        kind = SPELLED.get(self.here.text, self.here.text)
        return UNDONE.get(kind, (kind,))[0]

    def infix(self) -> int:
        token = self.here
        word = token.kind == "name" and token.text in ("and", "or")
        return BINARY.get(token.text, 0) if word or token.kind == "operator" else 0

    def binary(self, left: Node) -> Node:
        token = self.advance()
        # ^ is right-associative and its exponent may carry a sign
        return Node("^", token, (left, self.expression(POWER - 1)))

    def chain(self, left: Node, level: int) -> Node:
        """Operators of one level in a row, as one flat node."""
        kind = self.spelled()
        parts = list(left.parts) if left.kind == kind else [left]
        while self.infix() == level:
            token = self.advance()
            right = self.expression(level)
            inverse = UNDONE.get(token.text)
            parts.append(Node(inverse[1], token, (right,)) if inverse else right)
        return Node(kind, left.token, tuple(parts))

    def comparison(self, left: Node) -> Node:
        links = []
        while self.here.kind == "operator" and BINARY.get(self.here.text) == COMPARISON:
            token = self.advance()
            right = self.expression(COMPARISON)
            links.append(Node(token.text, token, (left, right)))
            left = right
        return links[0] if len(links) == 1 else Node("and", links[0].token, tuple(links))

    def prefix(self, floor: int) -> Node:
        token = self.advance()
        if token.is_("-", "+"):
            negative = token.text == "-"
            while self.here.is_("-", "+"):
                negative ^= self.advance().text == "-"
            inner = self.expression(max(SIGN, floor))
            return Node("negative", token, (inner,)) if negative else inner
        if token.kind == "number":
            return Node("number", token)
        if token.is_("("):
            inner = self.expression()
            if not self.here.is_(")"):
                self.unexpected()
            self.advance()
            return inner
        if token.kind == "name":
            return self.name(token, floor)
        self.at -= 1
        return self.unexpected()

    def name(self, token: Token, floor: int) -> Node:
        if token.text == "not":
            return Node("not", token, (self.expression(max(NOT, floor)),))
        if token.text in ("and", "or"):
            self.fail(f"a condition is missing before {shown(token)}", token)
        if self.here.kind == "prime":
            self.fail("a derivative stands only on the left of '='; name its right side", token)
        if not self.here.is_("("):
            return Node("name", token)
        self.advance()
        arguments: list[Node] = []
        while not self.here.is_(")"):
            if arguments:
                if not self.here.is_(","):
                    self.unexpected()
                self.advance()
            arguments.append(self.expression())
        self.advance()
        return Node("call", token, tuple(arguments))

    def expect_end(self, what: str) -> None:
        if self.here.kind != "end":
            self.fail(f"{what} was complete before {shown(self.here)}", self.here)

    def unexpected(self):
        token = self.here
        if token.kind in ("newline", "end"):
            self.fail("the line ends where a value is expected", token)
        if token.is_("="):
            self.fail("'=' stands once a line; to compare, write '=='", token)
        if token.kind in ("name", "number") or token.is_("("):
            self.fail(
                f"an operator is missing before {shown(token)} (write '*' for products)", token
            )
        self.fail(f"{shown(token)} is not expected here", token)


def shown(token: Token) -> str:
    return "the end of the line" if token.kind in ("newline", "end") else repr(token.text)
