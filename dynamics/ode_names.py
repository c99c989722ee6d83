"""Names that XPPAUT takes: ASCII, at most nine letters, no two that differ only in case.

Source: XPPAUT 6.11 (its tables hold ten characters, a start value's name nine).
"""

import re
import unicodedata
from collections.abc import Iterable

from .ode_scope import OWN

LONGEST = 9
# Its own symbols beyond the functions that a user knows.
SYMBOLS = {"start", "end", "mouse_x", "mouse_y", "mouse_vx", "mouse_vy", "nxxqq"}
SYMBOLS |= {f"arg{i}" for i in range(1, 21)} | {"arret", "out_put", "no_interp"}
TAKEN = OWN | SYMBOLS


def xpp_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The name of each in XPP: its own if XPP takes it, else one that is made from it.

    >>> xpp_names(["V", "v", "conductance", "τ", "step"])
    {'V': 'V', 'v': 'v2', 'conductance': 'conductan', 'τ': 'tau', 'step': 'step'}
    """
    names = list(dict.fromkeys(names))
    used = {name.lower() for name in taken}
    found: dict[str, str] = {}
    for name in names:
        if fits(name) and name.lower() not in used:
            found[name] = name
            used.add(name.lower())
    for name in names:
        if name not in found:
            found[name] = free(plain(name), used)
            used.add(found[name].lower())
    return {name: found[name] for name in names}


def fits(name: str) -> bool:
    """Whether XPP takes a name as it is."""
    if len(name) > LONGEST or name.lower() in TAKEN:
        return False
    return re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) is not None


def free(name: str, used: set[str]) -> str:
    """The name, cut and numbered until it is free."""
    candidate, number = name[:LONGEST], 2
    while candidate.lower() in used or not fits(candidate):
        candidate = name[: LONGEST - len(str(number))] + str(number)
        number += 1
    return candidate


def plain(name: str) -> str:
    """The name in ASCII: Greek letters by their names, accents dropped."""
    text = ""
    for letter in unicodedata.normalize("NFD", name):
        if letter.isascii() and (letter.isalnum() or letter == "_"):
            text += letter
        elif "LETTER" in (spoken := unicodedata.name(letter, "")):
            text += spoken.split("LETTER ")[1].split()[0].lower()
        elif not unicodedata.combining(letter):
            text += "_"
    return re.sub(r"[^A-Za-z0-9_]", "_", re.sub(r"^(?=\d|$)", "x", text))
