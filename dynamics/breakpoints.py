"""When a driven model jumps by itself: the times at which its right sides are not smooth.

Wherever a kink or jump depends on time and parameters only, its times are known beforehand, and an
adaptive solver ends a step at each of them. Margins linear in t are solved. Others are looked at
between the jumps of what stands inside them (the wraps of a mod, say), where they are smooth: by
their signs and slopes at irregular points, twice as many again until no more zeros appear.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import sympy

from .constants import value
from .errors import InvalidArgument
from .nonsmooth import NonSmooth, floor, mod
from .scope import symbol

if TYPE_CHECKING:
    from .system import System

FEWEST, MOST_SAMPLES = 4096, 4_000_000
MOST = 300_000
BISECTIONS = 70
TIME = symbol("t")


def breakpoints(
    system: "System", parameters: Mapping[str, float], begin: float, end: float
) -> np.ndarray:
    """The times strictly between begin and end at which the right sides jump or kink."""
    low, high = min(begin, end), max(begin, end)
    found = np.zeros(0)
    for margin in time_margins(system):
        zeros = exact_zeros(margin, parameters, low, high)
        if zeros is None:
            zeros = sampled_zeros(smooth_margin(system, margin, parameters), found, low, high)
        found = np.unique(np.concatenate([found, zeros]))
        if len(found) > MOST:
            too_many(low, high)
    inside = found[(found > low) & (found < high)]
    return inside if end >= begin else inside[::-1]


@lru_cache(maxsize=256)
def time_margins(system: "System") -> tuple[sympy.Expr, ...]:
    """The margins of kinks and jumps that depend on time, but on no state: inner ones first."""
    states = set(system.state_symbols)
    margins = {
        margin
        for expression in (*system.right_sides, *system.everything_else)
        for atom in expression.atoms(NonSmooth)
        for margin in margins_of(atom)
        if TIME in margin.free_symbols and not margin.free_symbols & states
    }
    return tuple(sorted(margins, key=lambda m: (nesting(m), sympy.default_sort_key(m))))


def nesting(expression: sympy.Expr) -> int:
    """How many kinks and jumps in time stand inside one another."""
    inner = max(map(nesting, expression.args), default=0)
    return inner + (isinstance(expression, NonSmooth) and TIME in expression.free_symbols)


def margins_of(atom: NonSmooth) -> tuple[sympy.Expr, ...]:
    if isinstance(atom, floor):
        return (sympy.sin(sympy.pi * atom.args[0], evaluate=False),)
    if isinstance(atom, mod):
        return (sympy.sin(sympy.pi * atom.args[0] / atom.args[1], evaluate=False),)
    return atom.margins()


def exact_zeros(
    margin: sympy.Expr, parameters: Mapping[str, float], low: float, high: float
) -> np.ndarray | None:
    """The zeros of a margin linear in t, and where a linear function is a whole number."""
    fixed = margin.xreplace({symbol(n): sympy.Rational(v) for n, v in parameters.items()})
    wraps = isinstance(fixed, sympy.sin)
    line = linear(fixed.args[0] / sympy.pi if wraps else fixed)
    if line is None:
        return None
    slope, offset = line
    if not wraps:
        return np.array([-offset / slope])
    first, last = sorted((slope * low + offset, slope * high + offset))
    if last - first > MOST:
        too_many(low, high)
    return (np.arange(math.ceil(first), math.floor(last) + 1) - offset) / slope


def linear(expression: sympy.Expr) -> tuple[float, float] | None:
    """(slope, offset) of a function slope * t + offset, if it is one."""
    if nesting(expression):
        return None
    slope = expression.diff(TIME)
    if TIME in slope.free_symbols or slope.is_zero:
        return None
    return value(slope), value(expression.xreplace({TIME: sympy.Integer(0)}))


def smooth_margin(
    system: "System", margin: sympy.Expr, parameters: Mapping[str, float]
) -> Callable[[np.ndarray], np.ndarray]:
    """The margin and its slope at many times (2, M), by generated NumPy code."""
    from . import cache
    from .codegen import NUMPY, Printer
    from .field import HEAD, symbol_names
    from .program import along, program_of

    printer = Printer(symbol_names(system), NUMPY)
    results = printer.run(program_of([margin, along(margin, {TIME: sympy.Integer(1)})]))
    body = [*printer.lines, *(f"out[{i}] = {code}" for i, code in enumerate(results))]
    text = HEAD.format(arguments="") + "".join(f"    {line}\n" for line in [*body, "return out"])
    evaluate = cache.generated("margin", text, needs_numba=False).evaluate
    p = [parameters[name] for name in system.parameters]

    def at(times: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return evaluate(np.empty((2, len(times))), None, p, times)

    return at


def sampled_zeros(
    at: Callable[[np.ndarray], np.ndarray], jumps: np.ndarray, low: float, high: float
) -> np.ndarray:
    """The zeros between the jumps; irregular points, so that no period fits them."""
    jumps = jumps[(jumps > low) & (jumps < high)]
    random = np.random.default_rng(len(jumps))
    edges = np.concatenate([[low], jumps, [high]])
    before, samples = None, FEWEST
    while samples <= MOST_SAMPLES:
        inner = low + (high - low) * random.random(samples)
        # each stretch between jumps has points of its own, however short it is
        share = edges[:-1, None] + np.diff(edges)[:, None] * random.random((1, 5))
        times = np.unique(np.concatenate([inner, share.ravel()]))
        sides = np.concatenate([np.nextafter(edges[:-1], np.inf), np.nextafter(edges[1:], -np.inf)])
        times = np.unique(np.concatenate([times, sides]))
        zeros = zeros_between(at, times, edges)
        if before is not None and len(zeros) == len(before):
            return zeros
        before, samples = zeros, 4 * samples
    raise InvalidArgument(
        f"a drive oscillates too fast to find its jumps between t = {low:g} and {high:g}: "
        "write it with mod(t, period), or simulate in shorter pieces"
    )


def zeros_between(
    at: Callable[[np.ndarray], np.ndarray], times: np.ndarray, edges: np.ndarray
) -> np.ndarray:
    """Zeros between neighbouring points of one stretch: a change of sign has one, a slope that
    turns away from zero may hide two."""
    values, slopes = at(times)
    stretch = np.searchsorted(edges, times, side="right")
    same = stretch[:-1] == stretch[1:]
    a, b, below = values[:-1], values[1:], values[:-1] < 0
    changes = same & ((a < 0) != (b < 0))
    turns = same & ~changes & (a * slopes[:-1] < 0) & (b * slopes[1:] > 0)
    left, right = times[:-1], times[1:]
    top = bisected(at, 1, left[turns], right[turns], slopes[:-1][turns] < 0)
    reached = (at(top)[0] < 0) != below[turns]
    starts = np.concatenate([left[changes], left[turns][reached], top[reached]])
    ends = np.concatenate([right[changes], top[reached], right[turns][reached]])
    signs = np.concatenate([below[changes], below[turns][reached], ~below[turns][reached]])
    zeros = bisected(at, 0, starts, ends, signs)
    return np.unique(np.concatenate([zeros, times[values == 0]]))


def bisected(at, row: int, low: np.ndarray, high: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Where the sign changes, in many intervals at once, to neighbouring doubles."""
    for _ in range(BISECTIONS if len(low) else 0):
        middle = 0.5 * (low + high)
        before = (at(middle)[row] < 0) == below
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return np.where(at(low)[row] == 0, low, high) if len(low) else high


def too_many(low: float, high: float) -> NoReturn:
    raise InvalidArgument(
        f"the drive jumps more than {MOST} times from {low} to {high}: simulate in shorter pieces"
    )
