"""The parts of a system as machine code by address: what the cached engines call.

Each part is a C function void(double t, const double* x, const double* p, double* out), compiled
by numba from generated source, alone and only when it is asked for. The order of the addresses in
a `system` tuple is that of `PARTS`. One more, "linearisation", gives the field and its Jacobian.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import sympy
from sympy import S

from . import cache
from .commutative import noise_products
from .field import GENERATORS
from .kernels.layout import PARTS
from .nonsmooth import NonSmooth
from .program import along

if TYPE_CHECKING:
    from .system import System

SOURCES = [*GENERATORS, Path(__file__)]
IMPORTS = """from math import acos, asin, atan, cosh, sinh, sqrt, tan

import numpy as np
from numba import carray, cfunc, types

from .elementary import cos_any as cos, log, sin_any as sin, tanh
from .removable import *
from .table_exp import exp

floor = np.floor
NUMBERS = types.CPointer(types.float64)
"""
PART = """

@cfunc(types.void(types.float64, NUMBERS, NUMBERS, NUMBERS), cache=True, error_model="numpy")
def part(t, states, parameters, results):
    x = carray(states, ({n},))
    p = carray(parameters, ({m},))
    out = carray(results, ({size},))
{body}
"""

_addresses: dict[tuple[str, str], int] = {}


def addresses(system: "System", parts: Iterable[str] = ("field",)) -> tuple[int, ...]:
    """The addresses of these parts, 0 for all others."""
    wanted = set(parts)
    return tuple(address(system, part) if part in wanted else 0 for part in PARTS)


def address(system: "System", part: str) -> int:
    """The address of one part, compiled or taken from the cache."""
    key = (system.structure, part)
    if key not in _addresses:
        text = cache.store_text(
            f"part_{part}", system.structure, lambda: source(system, part), SOURCES
        )
        _addresses[key] = cache.generated(part, text).part.address
    return _addresses[key]


def address_exists(system: "System", part: str) -> bool:
    """Whether the part was compiled already, by this process or another."""
    if (system.structure, part) in _addresses:
        return True
    text = cache.stored_text(f"part_{part}", system.structure, SOURCES)
    return text is not None and cache.generated_exists(part, text)


@lru_cache(maxsize=256)
def is_curved(system: "System") -> bool:
    """Whether the margin contains t or is not affine in the states.

    An error control of the states does not see how such a margin varies within a step.
    """
    from .equations import symbol

    margin, states = system.margin, set(system.state_symbols)
    if margin is None:
        return False
    bent = any(margin.diff(x).free_symbols & states for x in system.state_symbols)
    return bent or margin.has(NonSmooth) or symbol("t") in margin.free_symbols


def source(system: "System", part: str) -> str:
    """The module text of one part."""
    lines, results = statements(system, part)
    body = lines + [f"out[{i}] = {code}" for i, code in enumerate(results)]
    return IMPORTS + PART.format(
        n=len(system.states),
        m=len(system.parameters),
        size=len(results),
        body="\n".join(f"    {line}" for line in body),
    )


def statements(system: "System", part: str) -> tuple[list[str], list[str]]:
    """Assignments and result expressions of a part, with shared exponentials where it has any."""
    from .codegen import NUMBA, Printer
    from .derivatives import derivative_program
    from .exponentials import program_with_shared_exponentials
    from .field import symbol_names
    from .singular import without_singularities

    outputs = expressions(system)
    if part in ("jacobian", "linearisation"):
        program, _ = derivative_program(system, {"f": outputs["field"]}, part)
    else:
        smooth = [without_singularities(e) for e in outputs[part]]
        program = program_with_shared_exponentials(smooth)
    printer = Printer(symbol_names(system), NUMBA)
    results = printer.run(program)
    return printer.lines, results


def expressions(system: "System") -> dict[str, list]:
    """What each part computes; noise row by row, a column for each source; its slope L^j g_ik by
    state i, then j, then k."""
    pause = [] if system.margin is None else [system.pause or sympy.Integer(0)]
    return {
        "field": list(system.right_sides),
        "margin": [] if system.margin is None else [system.margin],
        "reset": list(system.after),
        "refractory": pause,
        "noise": [g for row in system.noise for g in row],
        "noise_slope": noise_products(system),
        "margin_noise": margin_noise(system) if system.margin is not None else [],
        "shot_rate": list(system.shot_rates),
        "shot_jump": [jump for row in system.shots for jump in row],
    }


def margin_noise(system: "System") -> list:
    """How noise moves the margin m: c_i = sum_j g_ij s_j for each state, and then sum_j s_j^2, with
    s_j = sum_i dm/dx_i g_ij."""
    slopes = [along(system.margin, {x: S.One}) for x in system.state_symbols]
    both, count = list(zip(slopes, system.noise, strict=False)), range(len(system.sources))
    moves = [sum((slope * row[j] for slope, row in both), S.Zero) for j in count]
    covariances = [sum((row[j] * moves[j] for j in count), S.Zero) for row in system.noise]
    return [*covariances, sum((move**2 for move in moves), S.Zero)]
