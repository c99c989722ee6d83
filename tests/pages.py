"""Pages of Markdown as programs: their code in order, and what the page says that it prints.

A block ```python is code; a block ```text right below it is what it prints (its last line may be
the error that the code raises, `EquationError: ...`). A block ```console holds commands of
rheobase after `$ `, each followed by what it prints. In what is printed `...` stands for anything,
blanks and line breaks count as one blank, and numbers agree to the digits that are shown.
"""

import contextlib
import io
import re
import runpy
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rheobase import RheobaseError
from rheobase.cli.main import main

FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w])")
ROUNDING = 1.000001


@dataclass(frozen=True)
class Block:
    """A block of code, its line on the page, and what is shown below it (None if nothing is)."""

    language: str
    line: int
    code: str
    shown: str | None


def blocks(path: Path, languages: tuple[str, ...] = ("python", "console")) -> Iterator[Block]:
    """The blocks of a page in these languages."""
    text = path.read_text(encoding="utf-8")
    fences = list(FENCE.finditer(text))
    for fence, following in zip(fences, [*fences, None][1:], strict=True):
        if fence[1] not in languages:
            continue
        below = following is not None and following[1] == "text"
        adjacent = below and not text[fence.end() : following.start()].strip()
        line = text.count("\n", 0, fence.start()) + 2
        yield Block(fence[1], line, fence[2], following[2] if adjacent else None)


def run_page(path: Path, folder: Path) -> None:
    """Run the code of a page in one name space; an AssertionError names the line that is wrong."""
    known: dict = {}
    with np.printoptions():
        for block in blocks(path):
            run_block(block, f"{path.name}, line {block.line}", known, folder)


def run_block(block: Block, place: str, known: dict, folder: Path) -> None:
    """Run one block; `known` is the name space of its page."""
    if block.language == "console":
        run_console(block, place)
        return
    file = folder / f"{re.sub(r'[^a-z0-9]+', '_', place)}.py"
    file.write_text(block.code, encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            known |= runpy.run_path(str(file), init_globals=known)
        except RheobaseError as error:
            if block.shown is None:
                raise
            print(f"{type(error).__name__}: {error}")
    if block.shown is not None:
        check(printed.getvalue(), block.shown, place)


def run_console(block: Block, place: str) -> None:
    """Run the commands of rheobase in a block of console and compare what they print."""
    for entry in re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]:
        command, _, shown = entry.partition("\n")
        words = shlex.split(command, comments=True)
        if words[0] != "rheobase":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main(words[1:])
        if shown.strip():
            check(printed.getvalue(), shown, f"{place}, $ {command}")


def check(printed: str, shown: str, place: str) -> None:
    """What was printed is what is shown."""
    assert agree(printed, shown), f"{place}\nshown:\n{shown}\nprinted:\n{printed}"


def agree(printed: str, shown: str) -> bool:
    """Whether a text is as shown: `...` is anything, numbers agree to the digits shown.

    >>> agree("period 14.57395064 ms", "period 14.5740 ms"), agree("14.573", "14.574")
    (True, False)
    """
    wanted = [match[0] for match in NUMBER.finditer(shown)]
    pattern, at = [], 0
    for match in NUMBER.finditer(shown):
        pattern += [literal(shown[at : match.start()]), f"({NUMBER.pattern})"]
        at = match.end()
    whole = "".join([*pattern, literal(shown[at:])])
    found = re.fullmatch(rf"\s*{whole}\s*", printed, re.DOTALL)
    return found is not None and all(map(same, found.groups(), wanted))


def literal(text: str) -> str:
    """A pattern for a text between numbers."""
    words = [re.escape(part).replace(r"\.\.\.", ".*?") for part in text.split()]
    inner = r"\s+".join(words)
    before = r"\s*" if text[:1].isspace() else ""
    after = r"\s*" if text[-1:].isspace() and words else ""
    return f"{before}{inner}{after}"


def same(found: str, shown: str) -> bool:
    """Whether a number rounds to the one shown."""
    mantissa, _, exponent = shown.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    exact = digits == 0 and not exponent
    unit = 0.0 if exact else 0.5 * ROUNDING * 10.0 ** (int(exponent or 0) - digits)
    return abs(float(found) - float(shown)) <= unit
