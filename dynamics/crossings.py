"""Where a trajectory crosses a level: on the dense output, to the last bits of time.

A step is looked into where the cubic through its ends and slopes comes near the level. There the
dense output is sampled; a definition, which may turn many times within a step, at ever more points
until the samples show how it runs. Samples on both sides enclose a crossing. Between samples on
one side the extremum is sought by golden section, since two crossings may surround it. The jump at
a Poisson arrival is a crossing at its time; the jump of a reset is none.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .between import Between
from .kernels.layout import SHOT_JUMP

if TYPE_CHECKING:
    from .trajectory import Trajectory

PARTS, MOST_PARTS = 16, 4096
SMOOTH = 0.15  # of their range, by which middles may lie off the lines between their neighbours
NEAR = 0.25  # of its variation, by which a curve is supposed to stay within its cubic's range
GOLDEN, NARROWINGS = 0.6180339887498949, 40
BISECTIONS = 55
BATCH, POINTS = 32_768, 2**19
Curve = Callable[[np.ndarray, np.ndarray], np.ndarray]


def crossings(run: "Trajectory", name: str, level: float, rising: bool) -> np.ndarray:
    """The times, in the order of the run, at which run[name] crosses the level."""
    if len(run.t) < 2:
        return np.zeros(0)
    values = run[name] - level
    if run.model.kind == "map":
        side = values >= 0
        here = ~side[:-1] & side[1:] if rising else side[:-1] & ~side[1:]
        return run.t[1:][here]
    found = []
    batch = BATCH if name in run.equations.states else BATCH // 16
    for start in range(0, len(run.t) - 1, batch):
        part = np.arange(start, min(start + batch, len(run.t) - 1))
        intervals = part[may_cross(run, name, values, level, part)]
        if len(intervals):
            found.append(located(Between(run, intervals), name, level, rising))
    if jumps := over_the_level(run, values, rising):
        found = [np.sort(np.concatenate([*found, *jumps]))]
    return np.concatenate(found) if found else np.zeros(0)


def over_the_level(run: "Trajectory", values: np.ndarray, rising: bool) -> list[np.ndarray]:
    """The times of Poisson arrivals that carry the values across 0."""
    after = np.flatnonzero(run.kinds & SHOT_JUMP)
    side = values >= 0
    here = (side[after] == rising) & (side[after - 1] != rising)
    return [run.t[after[here]]] if here.any() else []


def located(between: Between, name: str, level: float, rising: bool) -> np.ndarray:
    """The crossings in some intervals, by bisection in all of them at once."""

    def curve(rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        values = np.empty(len(rows))
        for start in range(0, len(rows), POINTS):
            part = slice(start, start + POINTS)
            values[part] = between.named(name, rows[part], theta[part]) - level
        return values

    # the ends are nodes: neighbours must agree on them
    nodes = between.run[name] - level
    rows, parts = np.arange(len(between.intervals)), PARTS
    values = sampled(curve, rows, np.linspace(0.0, 1.0, parts + 1))
    values[:, 0], values[:, -1] = nodes[between.intervals], nodes[between.intervals + 1]
    found = []
    while len(rows):
        done = np.ones(len(rows), dtype=bool)
        if name not in between.run.equations.states and parts < MOST_PARTS:
            # at uneven distances, for even ones take a fast wave for a slow one
            between_them = np.arange(parts) * GOLDEN % 1.0
            probes = sampled(curve, rows, (np.arange(parts) + between_them) / parts)
            done = shown(values, probes, between_them)
        found.append(brackets(curve, rows[done], values[done], rising))
        rows, parts = rows[~done], 2 * parts
        finer = np.empty((len(rows), parts + 1))
        finer[:, ::2] = values[~done]
        finer[:, 1::2] = sampled(curve, rows, np.arange(1, parts, 2) / parts)
        values = finer
    row, low, high = (np.concatenate(column) for column in zip(*found, strict=True))
    row = row.astype(np.int64)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        beyond = (curve(row, middle) >= 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    order = np.lexsort((high, row))
    return between.times(row[order], high[order])


def sampled(curve: Curve, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """The curve of each row (rows) at each theta (columns)."""
    values = curve(np.repeat(rows, len(theta)), np.tile(theta, len(rows)))
    return values.reshape(len(rows), len(theta))


def shown(values: np.ndarray, probes: np.ndarray, places: np.ndarray) -> np.ndarray:
    """For each row whether straight lines between the samples lead near to the probes.

    The j-th probe lies between samples j and j + 1, at the j-th of the places in [0, 1).
    """
    left, right = values[:, :-1], values[:, 1:]
    apart = np.abs(probes - left - places * (right - left)).max(axis=1)
    least = np.minimum(values.min(axis=1), probes.min(axis=1))
    greatest = np.maximum(values.max(axis=1), probes.max(axis=1))
    alone = ((left >= 0) == (right >= 0)) & ((probes >= 0) != (left >= 0))
    return ~(apart > SMOOTH * (greatest - least)) & ~alone.any(axis=1)


def brackets(
    curve: Curve, rows: np.ndarray, values: np.ndarray, rising: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, low, high) with one crossing each: between samples, and beside extrema among them."""
    parts = values.shape[1] - 1
    above = values >= 0
    here = ~above[:, :-1] & above[:, 1:] if rising else above[:, :-1] & ~above[:, 1:]
    i, part = np.nonzero(here)
    found = [(rows[i], part / parts, (part + 1) / parts)]
    # samples that are nearest to the level among their neighbours, all on one side
    size = np.pad(np.abs(values), ((0, 0), (1, 1)), constant_values=np.inf)
    side = np.pad(above, ((0, 0), (1, 1)), mode="edge")
    alike = (side[:, :-2] == above) & (side[:, 2:] == above)
    lowest = (size[:, 1:-1] <= size[:, :-2]) & (size[:, 1:-1] <= size[:, 2:])
    bend = np.abs(2 * values[:, 1:-1] - values[:, :-2] - values[:, 2:])
    bend = np.pad(bend, ((0, 0), (1, 1)), mode="edge")
    i, part = np.nonzero(alike & lowest & (np.abs(values) <= bend))
    below = ~above[i, part]
    left, right = np.maximum(part - 1, 0) / parts, np.minimum(part + 1, parts) / parts
    top, reached = extremum(curve, rows[i], left, right, np.where(below, 1.0, -1.0))
    first = below == rising
    low, high = np.where(first, left, top), np.where(first, top, right)
    found.append((rows[i][reached], low[reached], high[reached]))
    row, low, high = (np.concatenate(column) for column in zip(*found, strict=True))
    return row, low, high


def extremum(
    curve: Curve, rows: np.ndarray, left: np.ndarray, right: np.ndarray, sign: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where sign * curve is greatest in each [left, right], and whether it is beyond 0 there."""
    top = 0.5 * (left + right)
    reached = np.zeros(len(rows), dtype=bool)
    for _ in range(NARROWINGS if len(rows) else 0):
        inner, outer = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        at_inner, at_outer = sign * curve(rows, inner), sign * curve(rows, outer)
        better = at_inner >= at_outer
        beyond = ~reached & (np.maximum(at_inner, at_outer) > 0)
        top = np.where(beyond, np.where(better, inner, outer), top)
        reached |= beyond
        left, right = np.where(better, left, inner), np.where(better, outer, right)
    return top, reached


def may_cross(
    run: "Trajectory", name: str, values: np.ndarray, level: float, part: np.ndarray
) -> np.ndarray:
    """Which of the intervals may hold a crossing; `values` are those at all nodes - level."""
    width = run.t[part + 1] - run.t[part]
    if name not in run.equations.states:
        return width != 0
    before, after = values[part], values[part + 1]
    # a run that diverges may overflow here
    with np.errstate(all="ignore"):
        left, right = (width * rate for rate in slopes(run, run.equations.states.index(name), part))
        # the cubic before + left u + b u^2 + a u^3, at its ends and where its derivative is 0
        b, a = 3 * (after - before) - 2 * left - right, left + right - 2 * (after - before)
        least, greatest = np.minimum(before, after), np.maximum(before, after)
        root = np.sqrt(b * b - 3 * a * left)
        q = -(b + np.copysign(root, b))
        for place in (q / (3 * a), left / q):
            u = np.clip(np.nan_to_num(place), 0.0, 1.0)
            cubic = before + u * (left + u * (b + u * a))
            least, greatest = np.fmin(least, cubic), np.fmax(greatest, cubic)
        variation = np.maximum(np.maximum(np.abs(left), np.abs(right)), greatest - least)
        near = (least - NEAR * variation <= 0) & (greatest + NEAR * variation >= 0)
    # slopes that are not finite say nothing
    return (near | ~np.isfinite(variation)) & (width != 0)


def slopes(run: "Trajectory", row: int, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of a state at the beginning and at the end of each interval."""
    field, p = run.equations.field, run.parameters_at(part)
    before = field.f(run.x[part].T, p, run.t[part])[row]
    return before, field.f(run.x[part + 1].T, p, run.t[part + 1])[row]
