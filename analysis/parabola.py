"""The parabola through three (s, value): where it is lowest, and which three to take next."""

import math
from collections.abc import Sequence


def turns(first: float, second: float, step: float, next_step: float) -> bool:
    """Whether the vertex lies within the second of two steps, by the changes over them."""
    return abs(second) * (step + next_step) < abs(second - first * next_step / step) * next_step


def vertex(known: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Place and value of the vertex; nan where the three lie on a line."""
    (a, u), (b, v), (c, w) = known
    slope = (w - v) / (c - b)
    bend = (slope - (v - u) / (b - a)) / (c - a)
    if bend == 0:
        return math.nan, math.nan
    # v + slope x + bend x (x - (c - b)), x = s - b
    x = 0.5 * ((c - b) - slope / bend)
    return b + x, v + slope * x + bend * x * (x - (c - b))


def around_least(known: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The three neighbours with the least in the middle, where that is possible."""
    known.sort()
    least = min(range(len(known)), key=lambda i: abs(known[i][1]))
    first = min(max(least - 1, 0), len(known) - 3)
    return known[first : first + 3]
