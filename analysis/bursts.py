"""Bursts in a run: groups of spikes with longer pauses between them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from .settle import integrated, time_scale

EVALUATIONS = 600_000
ENOUGH, MANY = 3, 60  # bursts, or spikes without any: the run is long enough
DOUBLINGS = 9
LONGER, JUMP = 2.5, 1.5  # the longest pause over the shortest interval, and over what comes next
STILL = 1e-6
HIGH = 0.65  # of the way from the lowest to the highest value: a spike reaches that
FINER = np.arange(3) / 3  # of a step


@dataclass(frozen=True)
class Burst:
    """The times of the first and the last spike, how many they are, and when the pauses before and
    after the burst begin and end."""

    first: float
    last: float
    spikes: int
    before: float
    after: float


@dataclass(frozen=True)
class BurstingRun:
    """A settled run: dense states, the samples (n, k) at times t, and its whole bursts."""

    state: Callable[[np.ndarray], np.ndarray]
    t: np.ndarray
    x: np.ndarray
    bursts: tuple[Burst, ...]


def bursting_run(model: Model) -> BurstingRun:
    """The run of a model from its start values, long enough to hold several bursts, if it does."""
    x = np.array(list(model.start.values()))
    length = time_scale(model, x)
    for _ in range(DOUBLINGS):
        state, steps, used = integrated(model, x, length, EVALUATIONS)
        end = float(steps[-1])
        late = np.linspace(0.4 * end, end, 40_000)
        values = state(late)
        times = spikes_in(model, late, values)
        bursts = grouped(times)
        tonic = not bursts and len(times) > MANY
        if len(bursts) >= ENOUGH or tonic or used >= EVALUATIONS / 2:
            return shown(state, steps, bursts, times)
        length *= 2
    if not len(times):
        raise NotFound(f"{model.name} does not spike from its start values: there is no burst")
    return shown(state, steps, bursts, times)


def shown(
    state: Callable, steps: np.ndarray, bursts: tuple[Burst, ...], spikes: np.ndarray
) -> BurstingRun:
    """The last two bursts, without bursts the last few spikes, at finer times than the steps."""
    begin, end = steps[-1] / 2, steps[-1]
    if bursts:
        begin, end = bursts[max(len(bursts) - 2, 0)].before, bursts[-1].after
    elif len(spikes) > 10:
        begin = spikes[-10]
    inside = np.concatenate([[begin], steps[(steps > begin) & (steps < end)], [end]])
    t = np.append(inside[:-1, None] + np.diff(inside)[:, None] * FINER, end)
    return BurstingRun(state, t, state(t), bursts)


def spikes_in(model: Model, t: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The times at which the spiking variable crosses its level upward."""
    name, level = model.spike or (model.states[0], None)
    values = x[model.states.index(name)]
    if level is None or not values.min() < level < values.max():
        level = float(values.min() + HIGH * np.ptp(values))
    if np.ptp(values) <= STILL * max(float(np.abs(values).max()), 1e-3):
        return np.empty(0)
    up = np.flatnonzero((values[:-1] < level) & (values[1:] >= level))
    part = (level - values[up]) / (values[up + 1] - values[up])
    return t[up] + part * (t[up + 1] - t[up])


def grouped(spikes: np.ndarray) -> tuple[Burst, ...]:
    """The whole bursts, between two pauses."""
    intervals = np.diff(spikes)
    if len(intervals) < 4:
        return ()
    ordered = np.sort(intervals)
    jumps = ordered[1:] / ordered[:-1]
    widest = int(jumps.argmax())
    if ordered[-1] < LONGER * ordered[0] or jumps[widest] < JUMP:
        return ()
    pauses = np.flatnonzero(intervals > np.sqrt(ordered[widest] * ordered[widest + 1]))
    found = []
    for one, other in pairwise(pauses.tolist()):
        inside = spikes[one + 1 : other + 1]
        before, after = float(spikes[one]), float(spikes[other + 1])
        found.append(Burst(float(inside[0]), float(inside[-1]), len(inside), before, after))
    return tuple(found)
