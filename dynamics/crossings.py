"""Where a trajectory crosses a level: on the dense output, to the last bits of time.

A step whose ends lie on both sides crosses; one whose ends lie on one side may do so twice, and is
looked into where the cubic through its ends and slopes comes near the level.
"""

from typing import TYPE_CHECKING

import numpy as np

from .between import Between

if TYPE_CHECKING:
    from .trajectory import Trajectory

PARTS = 16
BISECTIONS = 55
BATCH = 32_768


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
    for start in range(0, len(run.t) - 1, BATCH):
        part = np.arange(start, min(start + BATCH, len(run.t) - 1))
        intervals = part[may_cross(run, name, values, level, part)]
        if len(intervals):
            found.append(located(Between(run, intervals), name, level, rising))
    return np.concatenate(found) if found else np.zeros(0)


def located(between: Between, name: str, level: float, rising: bool) -> np.ndarray:
    """The crossings in some intervals, by bisection in all of them at once."""
    count = len(between.intervals)
    theta = np.linspace(0.0, 1.0, PARTS + 1)
    rows = np.repeat(np.arange(count), PARTS + 1)
    values = between.named(name, rows, np.tile(theta, count)) - level
    above = values.reshape(count, PARTS + 1) >= 0
    # the ends are nodes: neighbours must agree on them
    above[:, 0] = between.run[name][between.intervals] - level >= 0
    above[:, -1] = between.run[name][between.intervals + 1] - level >= 0
    here = ~above[:, :-1] & above[:, 1:] if rising else above[:, :-1] & ~above[:, 1:]
    row, part = np.nonzero(here)
    low, high = theta[part], theta[part + 1]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        beyond = (between.named(name, row, middle) - level >= 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return between.times(row, high)


def may_cross(
    run: "Trajectory", name: str, values: np.ndarray, level: float, part: np.ndarray
) -> np.ndarray:
    """Which of the intervals may hold a crossing; `values` are those at all nodes - level."""
    width = run.t[part + 1] - run.t[part]
    before, after = values[part], values[part + 1]
    if name not in run.equations.states:
        return width != 0
    near = (before >= 0) != (after >= 0)
    left, right = slopes(run, run.equations.states.index(name), part)
    nearest = np.where(np.abs(before) < np.abs(after), before, after)
    for theta in np.linspace(0.0, 1.0, 9)[1:-1]:
        rest = 1.0 - theta
        cubic = rest * rest * ((1 + 2 * theta) * before + theta * width * left)
        cubic += theta * theta * ((1 + 2 * rest) * after - rest * width * right)
        near |= (cubic >= 0) != (before >= 0)
        near |= np.abs(cubic) <= 0.5 * np.abs(cubic - nearest)
    return near & (width != 0)


def slopes(run: "Trajectory", row: int, part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of a state at the beginning and at the end of each interval."""
    field, p = run.equations.field, run.parameters_at(part)
    before = field.f(run.x[part].T, p, run.t[part])[row]
    return before, field.f(run.x[part + 1].T, p, run.t[part + 1])[row]
