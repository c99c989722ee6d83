"""Expressions as functions of scalars that are inlined where they are called."""

from collections.abc import Sequence

import sympy

from ..codegen import NUMBA, Printer
from ..exponentials import program_with_shared_exponentials
from ..singular import without_singularities


def function_lines(
    name: str, arguments: str, expressions: Sequence[sympy.Expr], names: dict
) -> str:
    """The text of a function that returns these expressions; nothing if there are none."""
    if not expressions:
        return ""
    printer = Printer(dict(names), NUMBA)
    smooth = [without_singularities(e) for e in expressions]
    results = printer.run(program_with_shared_exponentials(smooth))
    lines = [*printer.lines, f"return {', '.join(results)}{',' * (len(results) == 1)}"]
    return f"\n\n@njit(forceinline=True, **FAST)\ndef {name}({arguments}):\n" + indented(lines)


def indented(lines: Sequence[str], depth: int = 1) -> str:
    return "\n".join("    " * depth + line for line in lines)


def row_of(names: Sequence[str], first: int, buffer: str, width: int) -> list[str]:
    """Lines that read a name from each row, beginning with the first."""
    return [f"{name} = {buffer}[{(first + i) * width} + lane]" for i, name in enumerate(names)]


def into_rows(names: Sequence[str], first: int, buffer: str, width: int) -> list[str]:
    """Lines that write each name to its row."""
    return [f"{buffer}[{(first + i) * width} + lane] = {name}" for i, name in enumerate(names)]
