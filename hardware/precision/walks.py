"""Runs in portions: of words or of real numbers, until nothing new can come.

A run is over early where a machine without random words is back in a state that it was in without
having fired (it never will), and where the firing is steady: INTERVALS intervals within SPREAD of
their mean, the means of their halves within DRIFT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ..kernel_files import kernel
from ..machine.following import VERBS, chip_tables, flat_tables
from ..machine.graph import Graph
from ..machine.program import Program
from ..qformat import QFormat

PORTION = 5040  # steps: a multiple of the periods 1 to 10 and of many others
INTERVALS = 32
SPREAD, DRIFT = 0.05, 1e-3
NEVER = 1 << 62
NOTHING_FED = (np.empty(0, dtype=np.int64),)  # the study's models have no noise, no drive
Array = np.ndarray


class Walk(Protocol):
    """A run that can go on."""

    def go(self, steps: int) -> Array: ...  # times of spikes, in steps of this portion

    def state(self) -> dict[str, float]: ...

    def stuck(self) -> bool: ...  # whether the last portion shows that nothing new will come

    def lost(self) -> int: ...  # results that did not fit


class WordWalk:
    """A program on words."""

    def __init__(
        self,
        program: Program,
        start: Mapping[str, float],
        spike: tuple[int, float | None],
        seed: int,
    ):
        word, self.program = program.word, program
        fractions = program.state_fractions()
        self.units = np.array([2.0 ** -fractions[name] for name in program.states])
        first = np.array([start.get(name, 0.0) for name in program.states]) / self.units
        self.x = program.registers()
        self.inputs = np.array(program.inputs, dtype=np.int64)
        self.x[self.inputs] = np.clip(np.rint(first), word.lowest, word.highest).astype(np.int64)
        watched, level = spike
        self.interpolated = level is not None
        height = 0 if level is None else round(level / self.units[watched])
        self.random = np.array([seed], dtype=np.int64)
        self.draws = any(o.rounding == "stochastic" for o in program.operations)
        count = max(1, len(program.operations))
        self.overflows, self.firsts = np.zeros(count, np.int64), np.zeros(count, np.int64)
        outputs = np.array(program.outputs, dtype=np.int64)
        flag = -1 if program.spike is None else program.spike
        saturates = word.overflow == "saturate"
        self.facts = (
            *(program.rows(), self.x, word.lowest, word.highest, saturates, self.inputs),
            *(outputs, flag, watched, height, 0),
        )
        self.tables = (*flat_tables(program), *chip_tables())
        self.advance = kernel("integer_program").advance
        self.kept = np.zeros((1, len(self.inputs)), dtype=np.int64)
        self.room = [np.empty(PORTION, dtype=np.int64) for _ in range(3)]
        self.still, self.stopped, self.level = False, -1, height

    def go(self, steps: int) -> Array:
        before = self.x[self.inputs].copy()
        _, count, self.stopped = self.advance(
            *(*self.facts, steps, NEVER, self.kept, *self.room, self.overflows, self.firsts),
            *(*self.tables, self.random, *NOTHING_FED, np.empty((1, 0), dtype=np.int64)),
        )
        same = not self.draws and bool((before == self.x[self.inputs]).all())
        self.still = (same and count == 0) or self.stopped >= 0
        return spike_steps(self.room, count, self.interpolated, self.level)

    def state(self) -> dict[str, float]:
        values = self.x[self.inputs] * self.units
        return dict(zip(self.program.states, values.tolist(), strict=True))

    def stuck(self) -> bool:
        return self.still

    def lost(self) -> int:
        return int(self.overflows.sum()) + (self.stopped >= 0)


class RealWalk:
    """A graph in double precision."""

    def __init__(self, graph: Graph, start: Mapping[str, float], spike: tuple[int, float | None]):
        self.graph = graph
        nodes = len(graph.nodes)
        rows, values = np.zeros((nodes, 4), dtype=np.int64), np.zeros(nodes)
        self.x = np.zeros(nodes)
        for i, node in enumerate(graph.nodes):
            verb = node.name if node.verb == "function" else node.verb
            rows[i] = (VERBS.index(verb), *node.args, *(0,) * (3 - len(node.args)))
            values[i] = node.value
            self.x[i] = node.value if node.verb == "constant" else 0.0
        self.inputs = np.array(graph.inputs, dtype=np.int64)
        self.x[self.inputs] = [start.get(name, 0.0) for name in graph.states]
        watched, level = spike
        self.interpolated, self.level = level is not None, level or 0.0
        outputs = np.array(graph.outputs, dtype=np.int64)
        flag = -1 if graph.spike is None else graph.spike
        self.facts = (rows, self.x, values, self.inputs, outputs, flag, watched, self.level, 0)
        self.low, self.high = np.full(nodes, np.inf), np.full(nodes, -np.inf)
        self.advance = kernel("float_program").advance
        self.kept = np.zeros((1, len(self.inputs)))
        room = (np.int64, np.float64, np.float64)
        self.room = [np.empty(PORTION, dtype=kind) for kind in room]
        self.still = self.left = False

    def go(self, steps: int) -> Array:
        before = self.x[self.inputs].copy()
        made, count = self.advance(
            *(*self.facts, steps, NEVER, self.kept, self.low, self.high, *self.room),
            *(*NOTHING_FED, np.empty((1, 0))),
        )
        self.left = made < steps
        self.still = (bool((before == self.x[self.inputs]).all()) and count == 0) or self.left
        return spike_steps(self.room, count, self.interpolated, self.level)

    def image(self, states: Array) -> tuple[Array, bool]:
        """The states after one step from these, and whether it was a spike."""
        self.x[self.inputs] = states
        fired = len(self.go(1)) > 0
        return self.x[self.inputs].copy(), fired

    def state(self) -> dict[str, float]:
        return dict(zip(self.graph.states, self.x[self.inputs].tolist(), strict=True))

    def stuck(self) -> bool:
        return self.still

    def lost(self) -> int:
        return 0


def spike_steps(room: list[Array], count: int, between: bool, level: float) -> Array:
    """The times of spikes in steps: of resets the end of theirs, of crossings on the line."""
    fired, before, after = (part[:count] for part in room)
    if not between:
        return fired + 1.0
    return fired + (level - before) / (after.astype(np.float64) - before)


@dataclass(frozen=True)
class Firing:
    """What a run showed.

    fires
        it spiked in its second half, or steadily before
    rate
        spikes per unit of time: of the last INTERVALS intervals if steady, else of those in the
        second half, or of the last where only one spike is there
    intervals
        how many the rate is the mean of
    """

    fires: bool
    rate: float
    spikes: Array
    end: dict[str, float]
    lost: int
    left: bool = False  # the numbers (in double precision)
    intervals: int = 0


def followed(walk: Walk, steps: int, step: float) -> Firing:
    """Run until the end, or until nothing new can come."""
    found: list[Array] = []
    done, times, settled = 0, np.zeros(0), False
    while done < steps and not settled:
        here = min(PORTION, steps - done)
        new = walk.go(here)
        if len(new):
            found.append((done + new) * step)
            times = np.concatenate(found)
            settled = is_steady(times, step)
        done += here
        if walk.stuck():
            break
    left = isinstance(walk, RealWalk) and walk.left
    late = times[times > 0.5 * steps * step]
    intervals = INTERVALS if settled else min(max(len(late) - 1, len(late[:1])), len(times) - 1)
    if intervals > 0:
        rate = intervals / float(times[-1] - times[-1 - intervals])
    else:
        rate = len(late) / (0.5 * steps * step)
    fires = settled or len(late) > 0
    return Firing(fires, rate, times, walk.state(), walk.lost(), left, max(intervals, 0))


def is_steady(times: Array, step: float) -> bool:
    """Whether the last intervals are as good as equal."""
    if len(times) <= INTERVALS:
        return False
    gaps = np.diff(times[-1 - INTERVALS :])
    mean, half = float(gaps.mean()), INTERVALS // 2
    even = float(np.ptp(gaps)) <= SPREAD * mean + 2 * step
    drift = abs(float(gaps[:half].mean() - gaps[half:].mean()))
    return even and drift <= DRIFT * mean + step / half


def with_rounding(word: QFormat, rounding: str) -> QFormat:
    return replace(word, rounding=rounding)
