"""What can go wrong, as classes: a wrong question raises one of these, never a bare exception.

Each message says what was wrong, with which value, and what to do. Numerics that give up do not
raise: they return a result with a `Status` (see `status.py`).
"""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60  # names beyond this are not compared: it takes time quadratic in their length


class RheobaseError(Exception):
    """The root of all errors that rheobase raises on purpose."""


class InvalidArgument(RheobaseError, ValueError):
    """An argument's value makes no sense; the message names it, its value and the repair."""


class NotFound(RheobaseError, LookupError):
    """What was asked for is not there; the message says what there is."""


class StorageError(RheobaseError, OSError):
    """A file can't be written, read, or is not what it claims to be."""


class UnknownName(RheobaseError, KeyError):
    """A name that nobody knows, with the nearest known ones."""

    def __init__(self, name: str, what: str, known: Iterable[str]):
        self.name, self.what, self.known = name, what, tuple(dict.fromkeys(known))
        super().__init__(name, what, self.known)

    def __str__(self) -> str:
        listing = ", ".join(self.known) or "none"
        guess = did_you_mean(self.name, self.known)
        return f"{self.name!r} is not {self.what}.{guess}\n  Known: {listing}"


class EquationError(RheobaseError, ValueError):
    """The text of a model can't be read: `line` and `column` count from 1."""

    def __init__(self, reason: str, text: str = "", line: int = 1, column: int = 1, width: int = 1):
        self.reason, self.text, self.line, self.column, self.width = (
            reason,
            text,
            line,
            column,
            width,
        )
        super().__init__(reason, text, line, column, width)

    def __str__(self) -> str:
        head = f"line {self.line}, column {self.column}: {self.reason}"
        lines = self.text.split("\n")
        if not 1 <= self.line <= len(lines):
            return head
        start, end = max(0, self.column - 61), self.column + 60
        shown = "".join(c if c.isprintable() else " " for c in lines[self.line - 1][start:end])
        caret = " " * (self.column - 1 - start) + "^" * max(1, self.width)
        return f"{head}\n    {shown}\n    {caret[: len(shown) + 1]}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that looks most like `name`, or None."""
    if not isinstance(name, str) or len(name) > LONGEST:
        return None
    by_folded = {k.casefold(): k for k in known if len(k) <= LONGEST}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The sentence ` Did you mean 'x'?`, or nothing."""
    guess = nearest(name, known)
    return f" Did you mean {guess!r}?" if guess else ""
