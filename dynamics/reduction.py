"""The equations of rest with as few unknowns as possible, on numbers and on intervals.

    states(k, p)             all states from those kept                    (n, N)
    residuals(k, p)          what vanishes at rest                         (m, N)
    slopes(k, p)             its derivatives in the states kept            (m, m, N)
    divisors(k, p)           what must not vanish, or solutions are lost   (c, N)
    conditions(k, p)         residuals and then divisors: they share most of what they are made of

`k` holds the kept states, one row each, of N points; with intervals each row is an `Interval`. Most
models of neurons keep only the potential. The work is symbolic and keyed by structure: source text
is kept on disk, parameter values are run-time arguments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from . import cache
from .field import GENERATORS as FIELD_GENERATORS
from .field import symbol_names
from .floats import NOT_REAL, with_floats
from .intervals import Interval

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    from .system import System

GENERATORS = [
    *FIELD_GENERATORS,
    *(Path(__file__).with_name(f"{name}.py") for name in ("elimination", "reduction", "share")),
]
FUNCTIONS = """    abs, arccos, arcsin, arctan, cos, cosh, exp, floor, heaviside, log, maximum,
    minimum, power, sign, sin, sinh, sqrt, tan, tanh, where,"""
NUMBERS = f"""from numpy import (
{FUNCTIONS}
)
from rheobase.dynamics.removable import bernoulli, exprel, sinc


def share(a, b):
    return a / (a + b)
"""
INTERVALS = f"""from rheobase.dynamics.interval_functions import (
{FUNCTIONS}
    bernoulli, exprel, share, sinc,
)
"""
PARTS = ("states", "residuals", "slopes", "divisors", "conditions")
REMEMBERED = 256
FEW = 8  # points that cost less one by one than as arrays
_reductions: dict[tuple[str, int], "Reduction | None"] = {}


@dataclass(frozen=True, eq=False)
class Reduction:
    """One way to solve the equations of rest; `kept` are positions of states."""

    states_names: tuple[str, ...]
    text: str

    @cached_property
    def kept(self) -> tuple[int, ...]:
        return self._numbers.KEPT

    @property
    def angles(self) -> tuple[int, ...]:
        """The states that a full turn leaves as they are."""
        return self._numbers.ANGLES

    @cached_property
    def _numbers(self) -> ModuleType:
        return cache.generated("rest", NUMBERS + self.text, needs_numba=False)

    @cached_property
    def _intervals(self) -> ModuleType:
        return cache.generated("rest_intervals", INTERVALS + self.text, needs_numba=False)

    @cached_property
    def _by_floats(self) -> dict[str, Callable]:
        return {part: with_floats(getattr(self._numbers, part)) for part in PARTS}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the states kept."""
        return tuple(self.states_names[j] for j in self.kept)

    def states(self, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        return self._on_numbers("states", k, p)

    def residuals(self, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        return self._on_numbers("residuals", k, p)

    def slopes(self, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        rows = self._on_numbers("slopes", k, p)
        return rows.reshape(len(self.kept), len(self.kept), -1)

    def divisors(self, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        rows = self._on_numbers("divisors", k, p)
        return rows.reshape(-1, np.shape(k)[1])

    def conditions(self, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        return self._on_numbers("conditions", k, p)

    def _on_numbers(self, what: str, k: np.ndarray, p: np.ndarray) -> np.ndarray:
        if np.shape(k)[1] <= FEW:
            evaluate, values = self._by_floats[what], p.tolist()
            try:
                columns = [evaluate(column, values) for column in np.transpose(k).tolist()]
                return np.array(columns, dtype=float).T
            except NOT_REAL:
                pass
        with np.errstate(all="ignore"):
            rows = getattr(self._numbers, what)(np.asarray(k, dtype=float), p)
            return np.array([np.broadcast_to(row, np.shape(k)[1:]) for row in rows], dtype=float)

    def on_intervals(self, what: str, k: Sequence[Interval], p: np.ndarray) -> list[Interval]:
        """Bounds of "states", "residuals", "slopes" (row by row), "divisors" or "conditions"."""
        from .intervals import exactly, interval

        points = [exactly(value) for value in p.tolist()]
        with np.errstate(all="ignore"):
            rows = [interval(row) for row in getattr(self._intervals, what)(k, points)]
        count = len(k[0])
        return [wide(row, count) for row in rows]


def angles_of(system: "System") -> tuple[str, ...]:
    """The states that a full turn leaves as they are: they stand in sin, cos and tan alone."""
    reduction = reduction_of(system)
    return () if reduction is None else tuple(system.states[j] for j in reduction.angles)


def turns(expressions: Sequence["Expr"], symbol: "Symbol") -> bool:
    """Whether the expressions have the period 2 pi in a symbol by how they are written."""
    import sympy
    from sympy import S

    found = False
    for expression in expressions:
        for wave in expression.atoms(sympy.sin, sympy.cos, sympy.tan):
            if symbol in wave.free_symbols:
                slope = wave.args[0].diff(symbol)
                found = True
                if not slope.is_Integer:
                    return False
        waves = dict.fromkeys(expression.atoms(sympy.sin, sympy.cos, sympy.tan), S.Zero)
        if symbol in expression.xreplace(waves).free_symbols:
            return False
    return found


def wide(row: Interval, count: int) -> Interval:
    """The interval with a bound for every box, also where it depends on none of the states."""
    if len(row) == count:
        return row
    ok = None if row.ok is None else np.broadcast_to(row.ok, (count,))
    return Interval(np.broadcast_to(row.bounds, (2, count)), ok)


def reduction_of(system: "System", index: int = 0) -> Reduction | None:
    """The best reduction of a system, or the next ones; None after the last."""
    key = (system.structure, index)
    if key not in _reductions:
        if len(_reductions) >= REMEMBERED:
            _reductions.pop(next(iter(_reductions)))
        text = cache.store_text(
            "rest", f"{system.structure} {index}", lambda: source(system, index), GENERATORS
        )
        _reductions[key] = Reduction(system.states, text) if text else None
    return _reductions[key]


def source(system: "System", index: int) -> str:
    """The functions of a reduction as text; nothing where there are not so many."""
    from sympy import Add

    from .elimination import Elimination, eliminations
    from .program import Program, matrix_of_derivatives, tidied
    from .share import share, with_shares
    from .singular import without_singularities

    smooth = [without_singularities(f) for f in system.right_sides]
    if system.kind == "map":
        smooth = [Add(f, -x) for f, x in zip(smooth, system.state_symbols, strict=True)]
    ways = eliminations(system.state_symbols, [with_shares(f) for f in smooth])
    if index >= len(ways):
        return ""
    way: Elimination = ways[index]
    kept = [system.state_symbols[j] for j in way.kept]
    residuals = tidied(Program(way.assignments, way.residuals))
    programs = {
        "states": tidied(Program(way.assignments, system.state_symbols)),
        "residuals": residuals,
        "slopes": matrix_of_derivatives(residuals, kept),
        "divisors": tidied(Program(way.assignments, way.divisors)),
        "conditions": tidied(Program(way.assignments, (*way.residuals, *way.divisors))),
    }
    from .codegen import NUMPY, Printer

    flavour = replace(NUMPY, templates={**NUMPY.templates, share: "share({0}, {1})"})
    names = symbol_names(system)
    names |= {s: f"x[{i}]" for i, s in enumerate(kept)}
    angles = tuple(j for j, x in enumerate(system.state_symbols) if turns(system.right_sides, x))
    text = f"KEPT = {way.kept!r}\nANGLES = {angles!r}\n"
    for part in PARTS:
        printer = Printer(dict(names), flavour)
        results = printer.run(programs[part])
        lines = [*printer.lines, f"return [{', '.join(results)}]"]
        text += f"\n\ndef {part}(x, p):\n" + "\n".join(f"    {line}" for line in lines) + "\n"
    return text
