"""When a driven model jumps by itself: the times at which its right sides are not smooth.

Wherever a kink or jump depends on time and parameters only, its times are known beforehand, and an
adaptive solver ends a step at each of them. Margins linear in t are solved; for others, sign
changes are looked for at SAMPLES points and refined to neighbouring doubles.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import sympy

from .constants import value
from .equations import symbol
from .errors import InvalidArgument
from .nonsmooth import NonSmooth, floor, mod

if TYPE_CHECKING:
    from .system import System

SAMPLES = 20_001
MOST = 1_000_000
TIME = symbol("t")


def breakpoints(
    system: "System", parameters: Mapping[str, float], begin: float, end: float
) -> np.ndarray:
    """The times strictly between begin and end at which the right sides jump or kink."""
    low, high = min(begin, end), max(begin, end)
    found: list[float] = []
    for margin in time_margins(system):
        fixed = margin.xreplace({symbol(n): sympy.Rational(v) for n, v in parameters.items()})
        found += roots(fixed, low, high)
        if len(found) > MOST:
            raise InvalidArgument(f"the drive jumps more than {MOST} times from {low} to {high}")
    inside = sorted({time for time in found if low < time < high})
    return np.array(inside if end >= begin else inside[::-1])


@lru_cache(maxsize=256)
def time_margins(system: "System") -> tuple[sympy.Expr, ...]:
    """The margins of kinks and jumps that depend on time, but on no state."""
    states = set(system.state_symbols)
    margins = {
        margin
        for expression in (*system.right_sides, *system.everything_else)
        for atom in expression.atoms(NonSmooth)
        for margin in margins_of(atom)
        if TIME in margin.free_symbols and not margin.free_symbols & states
    }
    return tuple(sorted(margins, key=sympy.default_sort_key))


def margins_of(atom: NonSmooth) -> tuple[sympy.Expr, ...]:
    if isinstance(atom, floor):
        return (sympy.sin(sympy.pi * atom.args[0], evaluate=False),)
    if isinstance(atom, mod):
        return (sympy.sin(sympy.pi * atom.args[0] / atom.args[1], evaluate=False),)
    return atom.margins()


def roots(margin: sympy.Expr, low: float, high: float) -> list[float]:
    """The zeros of a function of time."""
    if isinstance(margin, sympy.sin) and (line := linear(margin.args[0] / sympy.pi)):
        slope, offset = line
        first, last = sorted((slope * low + offset, slope * high + offset))
        if last - first > MOST:
            raise InvalidArgument(f"the drive jumps more than {MOST} times from {low} to {high}")
        return [(k - offset) / slope for k in range(math.ceil(first), math.floor(last) + 1)]
    if line := linear(margin):
        slope, offset = line
        return [-offset / slope]
    return sampled_roots(margin, low, high)


def linear(expression: sympy.Expr) -> tuple[float, float] | None:
    """(slope, offset) of a function slope * t + offset, if it is one."""
    slope = expression.diff(TIME)
    if TIME in slope.free_symbols or slope.is_zero:
        return None
    return value(slope), value(expression.xreplace({TIME: sympy.Integer(0)}))


def sampled_roots(margin: sympy.Expr, low: float, high: float) -> list[float]:
    def at(time: float) -> float:
        return value(margin.xreplace({TIME: sympy.Rational(time)}))

    times = np.linspace(low, high, SAMPLES)
    values = sampled(margin, times)
    found = []
    for i in np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0):
        a, b, below = float(times[i]), float(times[i + 1]), values[i] < 0
        while a < (middle := 0.5 * (a + b)) < b:
            if (at(middle) < 0) == below:
                a = middle
            else:
                b = middle
        found.append(b)
    return found + [float(t) for t in times[values == 0]]


def sampled(margin: sympy.Expr, times: np.ndarray) -> np.ndarray:
    """The margin at many times, by generated NumPy code."""
    from . import cache
    from .codegen import NUMPY, Printer
    from .field import HEAD
    from .program import program_of

    printer = Printer({TIME: "t"}, NUMPY)
    (result,) = printer.run(program_of([margin]))
    body = [*printer.lines, f"out[0] = {result}", "return out"]
    text = HEAD.format(arguments="") + "\n".join(f"    {line}" for line in body) + "\n"
    with np.errstate(all="ignore"):
        out = cache.generated("margin", text, needs_numba=False).evaluate(
            np.empty((1, len(times))), None, None, times
        )
    return out[0]
