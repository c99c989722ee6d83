"""What the files of the library do alike: find a regime by its name, explain every symbol."""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from ..dynamics.errors import UnknownName


class Explained(TypedDict):
    """The keyword arguments of a Model that say what its symbols are."""

    units: dict[str, str]
    meanings: dict[str, str]


def folded(name: str) -> str:
    """A name without case, hyphens, underscores and spaces."""
    return "".join(letter for letter in name.casefold() if letter not in "-_ \u2010\u2011\u2013")


def matching(
    name: str, known: Iterable[str], what: str, aliases: Mapping[str, str] | None = None
) -> str:
    """The known name that `name` means, however it is spelled.

    `aliases` are short names of known ones. A miss raises `UnknownName`: it is not `what`.
    """
    known = tuple(known)
    spelled = {folded(short): full for short, full in (aliases or {}).items()}
    spelled |= {folded(full): full for full in known}
    try:
        return spelled[folded(name)]
    except (KeyError, AttributeError):
        raise UnknownName(str(name), what, known) from None


def explained(words: Mapping[str, tuple[str, str]]) -> Explained:
    """The arguments `units` and `meanings` of a Model, from a table name -> (unit, meaning)."""
    return {
        "units": {name: unit for name, (unit, _) in words.items()},
        "meanings": {name: meaning for name, (_, meaning) in words.items()},
    }
