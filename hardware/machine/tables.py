"""Functions as tables of cubics, whose error is measured, not estimated.

The arguments low ... high, words with `fraction_in` bits behind the point, are cut into segments of
2^width words. On each the function is the cubic through its values at the four Chebyshev points,

    y = c0 + t (c1 + t (c2 + t c3)),      t in [0, 1) the place in the segment,

in integers with `guard` bits more than the result, Horner's products floored, the sum rounded to
the nearest. `error` is the largest difference from the function's value in double precision, in
units of the result's last place: over all arguments where `exhaustive`, else over SAMPLES of them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...dynamics.errors import InvalidArgument
from .graph import Node, apply

GUARD, MOST_GUARD = 4, 12
FEWEST, MOST = 8, 1024
EXHAUSTIVE, SAMPLES, FEW = 1 << 20, 1 << 18, 1 << 11
KEPT = 512  # tables that are made once in a process
STEEP, SHORTEST = 2.0, 1 / 16  # a last segment that grows so beyond the last argument ends there
GOAL = 0.75  # units in the last place: half a unit is what rounding to the nearest costs
FLAT = {"tanh": 12.0}  # beyond their table, which reaches so far, these stay where they were
UNIT = (1 - np.cos((np.arange(4) + 0.5) * np.pi / 4)) / 2
_known: "dict[tuple, Table]" = {}


@dataclass(frozen=True, eq=False)
class Table:
    """A function's table; `coefficients` has c0 ... c3 of each segment."""

    function: str
    low: int
    high: int
    width: int
    guard: int
    fraction_in: int
    fraction_out: int
    flat: bool
    coefficients: np.ndarray
    exponent: float = 0.0  # of "power"

    @property
    def exhaustive(self) -> bool:
        """Whether the error is that of all arguments."""
        return self.high - self.low < EXHAUSTIVE

    @cached_property
    def error(self) -> float:
        """The largest difference from the function, in units of the last place; measured once,
        when it is asked for."""
        return self.measured(self.high - self.low + 1 if self.exhaustive else SAMPLES)

    def measured(self, count: int) -> float:
        """The largest error at so many arguments, in units of the result's last place."""
        every = max(1, (self.high - self.low) // max(1, count - 1)) | 1  # odd: at every place
        words = np.append(np.arange(self.low, self.high, every), self.high)
        function = Node("function", name=self.function, value=self.exponent)
        values = apply(function, words * 2.0**-self.fraction_in)
        return float(np.abs(self.at(words) - np.ldexp(values, self.fraction_out)).max())

    @property
    def segments(self) -> int:
        """How many."""
        return len(self.coefficients)

    @property
    def memory(self) -> int:
        """Bytes: the coefficients as words of 32 or 64 bits."""
        longest = int(np.abs(self.coefficients).max())
        return self.coefficients.size * (4 if longest < 1 << 31 else 8)

    def at(self, words: np.ndarray) -> np.ndarray:
        """The table's words at arguments in low ... high."""
        d = np.asarray(words, dtype=np.int64) - self.low
        d = np.clip(d, 0, (self.segments << self.width) - 1)
        c, t = self.coefficients[d >> self.width].T, d & ((1 << self.width) - 1)
        y = c[3]
        for k in (2, 1, 0):
            y = c[k] + ((y * t) >> self.width)
        return (y + ((1 << self.guard) >> 1)) >> self.guard

    def to_dict(self) -> dict:
        """What is said about a table in a report."""
        return {
            "function": self.function,
            "from": self.low * 2.0**-self.fraction_in,
            "to": self.high * 2.0**-self.fraction_in,
            "segments": self.segments,
            "bytes": self.memory,
            "error": self.error,
            "exhaustive": self.exhaustive,
        }


def table_of(node: Node, low: int, high: int, fraction_in: int, fraction_out: int) -> Table:
    """The table with the fewest segments (a power of two) whose error is at most GOAL, if it can
    be reached; else the best."""
    key = (node.name, node.value, low, high, fraction_in, fraction_out)
    if key not in _known:
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)), None)
        _known[key] = made(node, low, high, fraction_in, fraction_out)
    return _known[key]


def made(node: Node, low: int, high: int, fraction_in: int, fraction_out: int) -> Table:
    best, least = None, np.inf
    segments = FEWEST
    while segments <= MOST:
        table = tried(node, low, high, fraction_in, fraction_out, segments)
        if table is not None:
            error = table.measured(FEW)
            if best is None or error < least:
                best, least = table, error
            if error <= GOAL or table.width == 0:
                break
        segments *= 2
    if best is None:
        raise InvalidArgument(
            f"{node.text} (in {node.where}) takes values of too many bits: its table would need "
            "products of more than 64"
        )
    return best


def tried(
    node: Node, low: int, high: int, fraction_in: int, fraction_out: int, segments: int
) -> Table | None:
    """A table with so many segments; None where the products would be too long."""
    width = max(0, ((high - low) // segments).bit_length())
    starts = low + (np.arange(((high - low) >> width) + 1) << width)
    places = (starts[:, None] + UNIT * (1 << width)) * 2.0**-fraction_in
    samples = apply(node, places)  # the last segment may reach beyond the function's domain
    ends = np.array([low, high]) * 2.0**-fraction_in
    samples = np.where(np.isfinite(samples), samples, apply(node, np.clip(places, *ends)))
    if not np.isfinite(samples).all():
        raise InvalidArgument(
            f"{node.text} (in {node.where}) is not defined on all of {ends[0]:g} to {ends[1]:g}, "
            "the arguments that the run in double precision takes"
        )
    cubics = np.linalg.solve(np.vander(UNIT, 4, increasing=True), samples.T).T
    part = UNIT * max((high + 1 - starts[-1]) / (1 << width), SHORTEST)
    inner = apply(node, (starts[-1] + part * (1 << width)) * 2.0**-fraction_in)
    if np.abs(samples[-1]).max() > STEEP * np.abs(inner).max():
        cubics[-1] = np.linalg.solve(np.vander(part, 4, increasing=True), inner)
    if not np.isfinite(cubics).all():
        return None  # what lies beyond the last argument is all but infinite: shorter segments
    size = max(float(np.abs(cubics).max()), 2.0**-fraction_out)
    guard = min(MOST_GUARD, 61 - width - fraction_out - int(np.ceil(np.log2(size))))
    if guard < GUARD:
        return None
    scaled = np.rint(np.ldexp(cubics, fraction_out + guard)).astype(np.int64)
    facts = (node.name, low, high, width, guard, fraction_in, fraction_out, node.name in FLAT)
    return Table(*facts, scaled, node.value)
