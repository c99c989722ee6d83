"""Graphs followed in double precision, programs in integers: the rows kept, the spikes, the ranges.

The loops run in portions, so that an interrupt is heard and the buffers of spikes stay short.
"""

from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..spinnaker.exponentials import C0, C1, C2, tables
from . import feeds, native, native_graph
from .graph import NAMED, Graph
from .program import Program

PORTION = 1 << 18  # steps
LARGEST = 1 << 31  # bytes that the rows may take
VERBS: tuple[str, ...] = ("state", "constant", "add", "sub", "neg", "mul", "div", "floor")
VERBS += ("less", "lesseq", "equal", "select", *NAMED)


@dataclass(frozen=True)
class Course:
    """Rows of the states at every `every`-th step, the first the start; spikes by step.

    `steps` is how many were made; `before` and `after` are the watched state's values on both sides
    of a spike. Of a graph the ranges of its nodes; of a program the overflows of its operations
    (how many, the step of the first) and the operation that divided by 0, or -1.
    """

    rows: np.ndarray
    every: int
    steps: int
    spikes: np.ndarray
    before: np.ndarray
    after: np.ndarray
    low: np.ndarray
    high: np.ndarray
    stopped: int = -1

    def times(self, step: float, level: float | None) -> np.ndarray:
        """The times of the spikes; on the line between the steps where a level was crossed."""
        if level is None:
            return (self.spikes + 1) * step
        part = (level - self.before) / (np.float64(self.after) - self.before)
        return (self.spikes + part) * step


def kept_rows(steps: int, every: int, states: int, dtype: type) -> np.ndarray:
    """The room for rows; one that is never filled if `every` is beyond the last step."""
    count = steps // every + 1
    if count * states * 8 > LARGEST:
        raise InvalidArgument(
            f"{count} rows of {states} states don't fit into {LARGEST >> 30} GiB; every= keeps "
            "fewer of them"
        )
    return np.empty((count, states), dtype=dtype)


def follow_graph(
    graph: Graph,
    steps: int,
    every: int = 1,
    watched: int = -1,
    level: float = 0.0,
    step: float = 1.0,
    seed: int = 1,
) -> Course:
    """The graph's course in double precision; `step` and `seed` are those of its feeds."""
    nodes = len(graph.nodes)
    rows = np.zeros((nodes, 4), dtype=np.int64)
    x, values = np.zeros(nodes), np.zeros(nodes)
    for i, node in enumerate(graph.nodes):
        verb = {"function": node.name, "input": "state"}.get(node.verb, node.verb)
        args = (*node.args, *(0,) * (3 - len(node.args)))
        rows[i], values[i] = (VERBS.index(verb), *args), node.value
        x[i] = node.value if node.verb == "constant" else 0.0
    inputs = np.array(graph.inputs, dtype=np.int64)
    x[inputs] = graph.start
    low, high = np.full(nodes, np.inf), np.full(nodes, -np.inf)
    kept = kept_rows(steps, every, len(inputs), np.float64)
    kept[0] = graph.start
    spike = -1 if graph.spike is None else graph.spike
    outputs = np.array(graph.outputs, dtype=np.int64)
    advance = native_graph.advancing(graph, steps, watched)
    room = buffers(steps, np.float64)
    fed = np.array([feed.place for feed in graph.feeds], dtype=np.int64)
    found, done = [], 0
    while done < steps:
        portion = min(PORTION, steps - done)
        given = feeds.numbers(graph.feeds, done, portion if len(fed) else 1, step, seed)
        made, count = advance(
            *(rows, x, values, inputs, outputs, spike, watched, level, done, portion, every),
            *(kept, low, high, *room, fed, given),
        )
        found.append([part[:count].copy() for part in room])
        done += made
        if made < portion:
            break
    return course(kept, every, done, found, low, high, -1)


def follow_program(
    program: Program,
    steps: int,
    every: int = 1,
    watched: int = -1,
    level: int = 0,
    seed: int = 1,
) -> Course:
    """The program's course in integers."""
    word, ops, x = program.word, program.rows(), program.registers()
    inputs = np.array(program.inputs, dtype=np.int64)
    outputs = np.array(program.outputs, dtype=np.int64)
    kept = kept_rows(steps, every, len(inputs), np.int64)
    kept[0] = program.start
    overflows, firsts = (np.zeros(max(1, len(ops)), dtype=np.int64) for _ in range(2))
    heads, coefficients = flat_tables(program)
    chip = chip_tables()
    random = np.array([seed], dtype=np.int64)
    fed = np.array([feed.place for feed in program.feeds], dtype=np.int64)
    spike = -1 if program.spike is None else program.spike
    advance = native.advancing(program, steps, watched)
    room = buffers(steps, np.int64)
    found, done, stopped = [], 0, -1
    while done < steps and stopped < 0:
        portion = min(PORTION, steps - done)
        given = feeds.words(program, done, portion if len(fed) else 1, seed)
        made, count, stopped = advance(
            *(ops, x, word.lowest, word.highest, word.overflow == "saturate", inputs, outputs),
            *(spike, watched, level, done, portion, every, kept, *room, overflows, firsts),
            *(heads, coefficients, *chip, random, fed, given),
        )
        found.append([part[:count].copy() for part in room])
        done += made
    return course(kept, every, done, found, overflows, firsts, stopped)


def buffers(steps: int, dtype: type) -> list[np.ndarray]:
    size = max(1, min(PORTION, steps))
    return [np.empty(size, dtype=t) for t in (np.int64, dtype, dtype)]


def course(kept, every, done, found, low, high, stopped) -> Course:
    spikes, before, after = (np.concatenate(part) for part in zip(*found, strict=True))
    rows = kept[: done // every + 1]
    return Course(rows, every, done, spikes, before, after, low, high, stopped)


def chip_tables() -> list[np.ndarray]:
    """What the chip's exponential reads."""
    return [np.array(table, dtype=np.uint64) for table in (*tables(), (C0, C1, C2))]


def flat_tables(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """The tables as the kernel reads them."""
    heads = np.zeros((max(1, len(program.tables)), 7), dtype=np.int64)
    parts, at = [np.zeros(1, dtype=np.int64)], 1
    for head, table in zip(heads, program.tables, strict=False):
        span = table.high - table.low
        head[:] = (table.low, table.width, table.segments, table.guard, table.flat, span, at)
        parts.append(table.coefficients.reshape(-1))
        at += table.coefficients.size
    return heads, np.concatenate(parts)
