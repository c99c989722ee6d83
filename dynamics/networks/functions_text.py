"""Generated functions, each text once: populations of one model share their code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sympy

from ..codegen import NUMBA, Printer
from ..exponentials import program_with_shared_exponentials
from ..singular import without_singularities
from .layout import taken

HEAD = """from math import acos, asin, atan, expm1, sqrt, tan

import numpy as np
from numba import njit

from .compact import compact
from .elementary import cos, cosh, exp, log, sin, sinh, tanh
from .network import (
    ARRIVED, NO_ROOM, NOT_A_PAUSE, NOT_FINITE, PAUSED, TOO_MANY_EVENTS, apart, copied, cube,
    extended, ints, load_row, load_rows, longs, matrix, needed, normals, past, poisson_counts,
    push, recorded, remember, rest_normal, store_row, store_rows, vector,
)
from .removable import *

floor = np.floor
ENTRY = dict(
    cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "arcp", "afn"},
    nogil=True, _nrt=False,
)
INNER = ENTRY | dict(no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""


@dataclass
class Functions:
    """The functions of a module, in order."""

    names: dict[str, str] = field(default_factory=dict)

    def add(self, stem: str, arguments: str, body: Iterable[str], inline: bool = False) -> str:
        """The name of a function with this text, written once."""
        options = "forceinline=True, **INNER" if inline else "**INNER"
        lines = "\n".join(f"    {line}" for line in taken(body))
        text = f"@njit({options})\ndef NAME({arguments}):\n{lines}\n"
        if text not in self.names:
            self.names[text] = f"{stem}_{len(self.names)}"
        return self.names[text]

    def source(self) -> str:
        """The text of the module so far."""
        parts = [text.replace("def NAME(", f"def {name}(") for text, name in self.names.items()]
        return "\n\n".join([HEAD, *parts])


def computed(
    expressions: Sequence[sympy.Expr], names: Mapping[sympy.Symbol, str], prefix: str = "a"
) -> tuple[list[str], list[str]]:
    """Assignments, and the code of each expression after them."""
    printer = Printer(dict(names), NUMBA, prefix)
    smooth = [without_singularities(sympy.sympify(e)) for e in expressions]
    results = printer.run(program_with_shared_exponentials(smooth))
    return printer.lines, results


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    return ["    " * levels + line for line in lines]
