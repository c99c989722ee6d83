"""The lines of an XPPAUT file (.ode): joined where they continue, and what each one declares.

Every character keeps its place in the file, so that errors point at what the user wrote. Tables,
arrays, boundary conditions, Markov and Volterra variables, algebraic conditions, and files that
are included have no counterpart in a Model: they are errors that name the line.

Source: G. B. Ermentrout, XPPAUT 6.11, "Structure of ODE files".
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from .errors import EquationError
from .tokens import Token

NAME = r"[A-Za-z_]\w*"
FORMS = (
    ("derivative", re.compile(rf"(?P<name>{NAME})\s*'\s*=", re.ASCII)),
    ("derivative", re.compile(rf"d(?P<name>{NAME})\s*/\s*dt\s*=", re.ASCII | re.IGNORECASE)),
    ("update", re.compile(rf"(?P<name>{NAME})\s*\(\s*t\s*\+\s*1\s*\)\s*=", re.ASCII | re.I)),
    ("start", re.compile(rf"(?P<name>{NAME})\s*\(\s*0\s*\)\s*=", re.ASCII)),
    ("function", re.compile(rf"(?P<name>{NAME})\s*\((?P<list>[^()=]*)\)\s*=", re.ASCII)),
    ("derived", re.compile(rf"!\s*(?P<name>{NAME})\s*=", re.ASCII)),
    ("fixed", re.compile(rf"(?P<name>{NAME})\s*=(?!=)", re.ASCII)),
)
AUX = re.compile(r"aux\w*\s+(?P<name>[^\s=]+)\s*=", re.ASCII | re.IGNORECASE)
WORD = re.compile(r"[A-Za-z]\w*", re.ASCII)
INTEGRAL = re.compile(r"\bint\s*[\[{]", re.IGNORECASE)
END = re.compile(r"d(o(ne?)?)?(\s|$)", re.IGNORECASE)
# A command is known by its first letters; the longer ones stand first.
READ = {"P": "parameters", "N": "parameters", "W": "wiener", "I": "init", "G": "global"}
LEFT_OUT = ("SE", "ON", "O")  # set, only, options FILE
REFUSED = {
    "GR": "a group",
    "EX": "a call of an external library (export)",
    "SO": "an algebraic unknown (solve)",
    "SP": "a special sum over an array",
    "VE": "a vector of an external library",
    "B": "a boundary condition",
    "V": "a Volterra integral equation",
    "TA": "a table",
    "MA": "a Markov variable",
}


@dataclass(frozen=True)
class Line:
    """A logical line; `places` are (offset, line, column) where its pieces begin."""

    text: str
    places: tuple[tuple[int, int, int], ...]

    def token(self, kind: str, text: str, offset: int) -> Token:
        """A token whose place is that of the file."""
        start, line, column = max(p for p in self.places if p[0] <= offset)
        return Token(kind, text, line, column + offset - start)


@dataclass(frozen=True)
class Declaration:
    """`form`: one of FORMS, "aux", a command that is read, "options", or "left out"; the right
    side (or the list of a command) stands in `line` from the offset `at`."""

    form: str
    line: Line
    at: int
    name: Token
    arguments: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Note:
    """What the reader did beyond the obvious: `kind` is "translated", "left out" or "warning"."""

    kind: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class Source:
    """The text of a file: errors show the place in it, notes its line."""

    def __init__(self, text: str):
        self.text = text
        self.notes: list[Note] = []

    def note(self, kind: str, text: str, token: Token) -> None:
        if (found := Note(kind, token.line, text)) not in self.notes:
            self.notes.append(found)

    def fail(self, reason: str, token: Token) -> NoReturn:
        raise EquationError(reason, self.text, token.line, token.column, max(1, len(token.text)))


def declarations(source: Source) -> list[Declaration]:
    """What the lines declare, until `done`."""
    found = []
    first = source.text.split("\n", 1)[0].strip()
    if re.match(r"[1-9]", first):
        token = Token("number", first, 1, 1)
        source.fail("the old style of XPP (a count in line 1); convert it: xppaut -convert", token)
    for line in logical_lines(source.text):
        start = len(line.text) - len(line.text.lstrip())
        text = line.text[start:]
        word = line.token("name", text.split()[0] if text.split() else "", start)
        if text.lower().startswith("#include"):
            source.fail("the file includes another one; put its lines here", word)
        if not text or text[0] in '#"':
            continue
        if text[0] == "%":
            if "[" in text:
                source.fail("an array block (%[a..b]) can't be read; write its equations out", word)
            continue
        if text[0] == "@":
            found.append(Declaration("options", line, start + 1, word))
        elif END.match(text) and not re.match(r"\w+\s*[=']", text):
            break
        else:
            found.append(declaration(source, without_comment(line), start))
    return found


def logical_lines(text: str) -> list[Line]:
    """Lines joined at a backslash; what follows the backslash is not read."""
    found: list[Line] = []
    pieces, places, length = [], [], 0
    for number, physical in enumerate(text.split("\n"), 1):
        piece, backslash, _ = physical.partition("\\")
        pieces.append(piece)
        places.append((length, number, 1))
        length += len(piece)
        if not backslash:
            found.append(Line("".join(pieces), tuple(places)))
            pieces, places, length = [], [], 0
    if pieces:
        found.append(Line("".join(pieces), tuple(places)))
    return found


def without_comment(line: Line) -> Line:
    if INTEGRAL.search(line.text):
        return line
    return Line(line.text.partition("#")[0].rstrip(), line.places)


def declaration(source: Source, line: Line, start: int) -> Declaration:
    """What one line declares."""
    text = line.text
    head = line.token("name", text[start:].split()[0], start)
    refuse_forms(source, line, head, start)
    for form, pattern in FORMS:
        if matched := pattern.match(text, start):
            name = line.token("name", matched["name"], matched.start("name"))
            arguments = listed(source, line, matched) if form == "function" else ()
            return Declaration(form, line, matched.end(), name, arguments)
    if matched := AUX.match(text, start):
        name = line.token("name", matched["name"], matched.start("name"))
        return Declaration("aux", line, matched.end(), name)
    if word := WORD.match(text, start):
        command = word.group().upper()
        for initials, what in REFUSED.items():
            if command.startswith(initials):
                source.fail(f"{what} can't be part of a model here", head)
        token = line.token("name", word.group(), start)
        if command.startswith(LEFT_OUT):
            return Declaration("left out", line, word.end(), token)
        if command[0] in READ:
            return Declaration(READ[command[0]], line, word.end(), token)
    source.fail("this is neither an equation nor a command of XPP's", head)


def refuse_forms(source: Source, line: Line, head: Token, start: int) -> None:
    text = line.text[start:]
    if matched := INTEGRAL.search(line.text):
        token = line.token("name", matched.group(), matched.start())
        source.fail("a Volterra integral can't be part of a model here", token)
    if re.match(r"0\s*=", text):
        source.fail("an algebraic condition (0 = ...) can't be part of a model here", head)
    if re.match(rf"{NAME}\s*''", text, re.ASCII):
        source.fail("a second derivative: write two equations, x' = v and v' = ...", head)
    if "[" in text and not END.match(text):
        token = line.token("operator", "[", line.text.index("["))
        source.fail("arrays ([...]) can't be read; write the equations out", token)


def listed(source: Source, line: Line, matched: re.Match) -> tuple[Token, ...]:
    """The names of a function's arguments."""
    found: list[Token] = []
    offset = matched.start("list")
    for part in matched["list"].split(","):
        name = part.strip()
        token = line.token("name", name or ")", offset + len(part) - len(part.lstrip()))
        if not re.fullmatch(NAME, name, re.ASCII):
            source.fail("the arguments of a function are names, separated by commas", token)
        if name.upper() in {other.text.upper() for other in found}:
            source.fail(f"argument {name!r} stands twice", token)
        found.append(token)
        offset += len(part) + 1
    return tuple(found)
