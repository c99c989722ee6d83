"""Many neurons at once: a fixed-step scheme with the model inlined, over blocks of WIDTH neurons.

A block's states lie in one flat buffer, neurons side by side, so that LLVM computes several at a
time, exponentials included. Partial blocks are filled up, so that a neuron's bits do not depend on
its neighbours.

    advance(x, p, t, h, steps)    x (blocks, n * WIDTH) in place, p (blocks, m * WIDTH)
"""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from . import cache
from .compiled import SOURCES as COMPILED_SOURCES
from .compiled import expressions

if TYPE_CHECKING:
    from .system import System

WIDTH = 64
# rows of (c, a, b): the stage at t + c h from x + a h k_previous, its weight b in the sum
SCHEMES = {
    "euler": ((0.0, 0.0, 1.0),),
    "rk2": ((0.0, 0.0, 0.0), (0.5, 0.5, 1.0)),
    "heun": ((0.0, 0.0, 0.5), (1.0, 1.0, 0.5)),
    "rk4": ((0.0, 0.0, 1 / 6), (0.5, 0.5, 1 / 3), (0.5, 0.5, 1 / 3), (1.0, 1.0, 1 / 6)),
}
HEAD = """from math import acos, asin, atan, cosh, sinh, sqrt, tan

import numpy as np
from numba import njit

from .elementary import cos, exp, log, sin, tanh
from .removable import *

floor = np.floor
FAST = dict(
    cache=True, error_model="numpy", fastmath={{"reassoc", "contract", "nsz", "arcp", "afn"}}
)


@njit(forceinline=True, **FAST)
def rates({arguments}):
{rates}


@njit(nogil=True, **FAST)
def advance(x, p, t, h, steps):
    for block in range(x.shape[0]):
        y = x[block]
        q = p[block]
        for step in range(steps):
            now = t + step * h
            for lane in range({width}):
{body}
"""


def kernel_of(system: "System", scheme: str = "rk4") -> ModuleType:
    """The module with `advance` for one system and scheme."""
    text = cache.store_text(
        f"block_{scheme}", system.structure, lambda: source(system, scheme), SOURCES
    )
    return cache.generated("block", text)


SOURCES = [*COMPILED_SOURCES, Path(__file__)]


def source(system: "System", scheme: str) -> str:
    """The text of the kernel."""
    from .codegen import NUMBA, Printer
    from .equations import symbol
    from .exponentials import program_with_shared_exponentials
    from .singular import without_singularities

    n, m = len(system.states), len(system.parameters)
    names = {s: f"x{i}" for i, s in enumerate(system.state_symbols)}
    names |= {s: f"p{j}" for j, s in enumerate(system.parameter_symbols)} | {symbol("t"): "t"}
    printer = Printer(names, NUMBA)
    smooth = [without_singularities(e) for e in expressions(system)["field"]]
    results = printer.run(program_with_shared_exponentials(smooth))
    rates = [*printer.lines, f"return {', '.join(results)}{',' * (n == 1)}"]
    states, parameters = [f"x{i}" for i in range(n)], [f"p{j}" for j in range(m)]
    body = [f"{x} = y[{i * WIDTH} + lane]" for i, x in enumerate(states)]
    body += [f"{p} = q[{j * WIDTH} + lane]" for j, p in enumerate(parameters)]
    body += [f"s{i} = 0.0" for i in range(n)]
    for number, (c, a, b) in enumerate(SCHEMES[scheme]):
        arguments = [f"{x} + {a!r} * h * k{i}" if number else x for i, x in enumerate(states)]
        call = ", ".join([f"now + {c!r} * h", *arguments, *parameters])
        body.append(f"{', '.join(f'k{i}' for i in range(n))}{',' * (n == 1)} = rates({call})")
        if b:
            body += [f"s{i} += {b!r} * k{i}" for i in range(n)]
    body += [f"y[{i * WIDTH} + lane] = x{i} + h * s{i}" for i in range(n)]
    return HEAD.format(
        arguments=", ".join(["t", *states, *parameters]),
        rates="\n".join(f"    {line}" for line in rates),
        width=WIDTH,
        body="\n".join(f"                {line}" for line in body),
    )
