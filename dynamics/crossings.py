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


def crossings(run: "Trajectory", name: str, level: float, rising: bool) -> np.ndarray:
    """The times, in the order of the run, at which run[name] crosses the level."""
    if len(run.t) < 2:
        return np.zeros(0)
    if run.model.kind == "map":
        side = run[name] >= level
        here = ~side[:-1] & side[1:] if rising else side[:-1] & ~side[1:]
        return run.t[1:][here]
    intervals = candidates(run, name, level)
    if not len(intervals):
        return np.zeros(0)
    between = Between(run, intervals)
    theta = np.linspace(0.0, 1.0, PARTS + 1)
    rows = np.repeat(np.arange(len(intervals)), PARTS + 1)
    values = between.named(name, rows, np.tile(theta, len(intervals))) - level
    above = values.reshape(len(intervals), PARTS + 1) >= 0
    here = ~above[:, :-1] & above[:, 1:] if rising else above[:, :-1] & ~above[:, 1:]
    row, part = np.nonzero(here)
    low, high = theta[part], theta[part + 1]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        beyond = (between.named(name, row, middle) - level >= 0) == rising
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return between.times(row, high)


def candidates(run: "Trajectory", name: str, level: float) -> np.ndarray:
    """The intervals in which a crossing is possible."""
    values = run[name] - level
    width = np.diff(run.t)
    before, after = values[:-1], values[1:]
    changes = (before >= 0) != (after >= 0)
    near = np.ones(len(width), dtype=bool)
    if name in run.equations.states:
        row = run.equations.states.index(name)
        left, right = slopes(run, row)
        near = np.zeros(len(width), dtype=bool)
        for theta in np.linspace(0.0, 1.0, 9)[1:-1]:
            rest = 1.0 - theta
            cubic = rest * rest * ((1 + 2 * theta) * before + theta * width * left)
            cubic += theta * theta * ((1 + 2 * rest) * after - rest * width * right)
            reach = 0.5 * np.abs(cubic - np.where(np.abs(before) < np.abs(after), before, after))
            near |= np.abs(cubic) <= reach
            near |= (cubic >= 0) != (before >= 0)
    return np.flatnonzero((changes | near) & (width != 0))


def slopes(run: "Trajectory", row: int) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of a state at the beginning and at the end of every interval."""
    model = run.equations
    p = run.parameters_at(np.arange(len(run.t) - 1))
    before = model.field.f(run.x[:-1].T, p, run.t[:-1])[row]
    if p.ndim == 1 and model.autonomous and not len(run.resets):
        last = model.field.f(run.x[-1], p, run.t[-1])[row]
        return before, np.append(before[1:], last)
    return before, model.field.f(run.x[1:].T, p, run.t[1:])[row]
