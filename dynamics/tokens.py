"""Text into tokens: numbers, names, operators, primes and line ends, each with its place.

A line ends at a newline outside brackets; `#` starts a comment; names are Unicode identifiers in
the normal form NFC (a letter or underscore, then letters, digits, marks and the sign for infinity).
"""

import re
import unicodedata
from dataclasses import dataclass

from .errors import EquationError

MAX_LENGTH = 100_000
OPERATORS = ("**", "<=", ">=", "==", "!=", *"+-*/^(),=<>&|[]")
NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
SPELLINGS = {"\u2212": "-", "\u00d7": "*", "\u00b7": "*", "\u22c5": "*", "\u2264": "<="}
SPELLINGS |= {"\u2265": ">=", "\u2260": "!=", "\u2019": "'", "\u2032": "'"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: `kind` is "number", "name", "operator", "prime", "newline" or "end"."""

    kind: str
    text: str
    line: int
    column: int

    def is_(self, *texts: str) -> bool:
        """Whether this is one of these operators."""
        return self.kind == "operator" and self.text in texts


def normalised(text: str) -> str:
    """The text in NFC with plain newlines: what tokens and errors count their columns in."""
    if not isinstance(text, str):
        raise EquationError(f"equations are text, not {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise EquationError(
            f"the text has {len(text)} characters; at most {MAX_LENGTH} are read. "
            "Write repeated parts as functions or definitions"
        )
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def tokens(text: str) -> list[Token]:
    """The tokens of a normalised text; brackets hold lines together."""
    found: list[Token] = []
    opened: list[Token] = []
    line, start, at = 1, 0, 0
    while at < len(text):
        character = text[at]
        column = at - start + 1
        if character == "\n":
            if not opened:
                found.append(Token("newline", "\n", line, column))
            line, start, at = line + 1, at + 1, at + 1
        elif character == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif character in " \t\f\ufeff":
            at += 1
        elif matched := NUMBER.match(text, at):
            found.append(Token("number", matched.group(), line, column))
            at = matched.end()
        elif begins_name(character):
            end = at + 1
            while end < len(text) and continues_name(text[end]):
                end += 1
            found.append(Token("name", text[at:end], line, column))
            at = end
        else:
            token = operator_at(text, at, line, column)
            found.append(token)
            at += len(token.text) if character not in SPELLINGS else 1
            if token.is_("(", "["):
                opened.append(token)
            elif token.is_(")", "]"):
                close(text, opened, token)
    if opened:
        last = opened[-1]
        raise EquationError(f"this {last.text!r} is never closed", text, last.line, last.column)
    found.append(Token("newline", "\n", line, at - start + 1))
    found.append(Token("end", "", line, at - start + 1))
    return found


def begins_name(character: str) -> bool:
    """Whether a name can start with this character."""
    return character.isidentifier()


def continues_name(character: str) -> bool:
    """Whether a name can go on with it; Unicode allows even the middle dot, which multiplies."""
    if character in SPELLINGS:
        return False
    return ("_" + character).isidentifier() or character == "\u221e"


def is_name(text: str) -> bool:
    """Whether this is one name and nothing else."""
    return bool(text) and begins_name(text[0]) and all(map(continues_name, text))


def operator_at(text: str, at: int, line: int, column: int) -> Token:
    character = SPELLINGS.get(text[at], text[at])
    if character == "'":
        return Token("prime", "'", line, column)
    if character != text[at]:
        return Token("operator", character, line, column)
    for operator in OPERATORS:
        if text.startswith(operator, at):
            return Token("operator", operator, line, column)
    raise EquationError(f"unexpected character {text[at]!r}", text, line, column)


def close(text: str, opened: list[Token], token: Token) -> None:
    pairs = {")": "(", "]": "["}
    if not opened:
        raise EquationError(f"this {token.text!r} closes nothing", text, token.line, token.column)
    if opened[-1].text != pairs[token.text]:
        message = f"this {token.text!r} does not close {opened[-1].text!r}"
        raise EquationError(message, text, token.line, token.column)
    opened.pop()
