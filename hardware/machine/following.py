"""Graphs followed in double precision, programs in integers: the rows kept, the spikes, the ranges.

The loops run in portions, so that an interrupt is heard and the buffers of spikes stay short.
Where the portions end changes no bit. An interrupt loses the portion that it comes in.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..spinnaker.exponentials import C0, C1, C2, tables
from . import feeds, native, native_graph
from .graph import NAMED, Graph
from .portions import Watch, portions
from .program import Program

PORTION = 1 << 18  # steps, at most; what is given in them is computed at once
LARGEST = 1 << 31  # bytes that the rows may take
VERBS: tuple[str, ...] = ("state", "constant", "add", "sub", "neg", "mul", "div", "floor")
VERBS += ("less", "lesseq", "equal", "select", *NAMED)


@dataclass(frozen=True)
class Course:
    """Rows of the states at every `every`-th step, the first the start; spikes by step.

    `steps` is how many were made; `before` and `after` are the watched state's values on both sides
    of a spike. Of a graph the ranges of its nodes; of a program the overflows of its operations
    (how many, the step of the first) and the operation that divided by 0, or -1. `interrupted` says
    whether Ctrl-C ended it.
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
    interrupted: bool = False

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
    watch: Watch | None = None,
) -> Course:
    """The graph's course in double precision; `step` and `seed` are those of its feeds.

    watch
        Told now and then how many steps are made; with it Ctrl-C gives the course that far.
    """
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

    def give(first: int, count: int) -> np.ndarray:
        return feeds.numbers(graph.feeds, first, count, step, seed)

    def run(first: int, count: int, given: np.ndarray) -> tuple[int, int, int]:
        made, fired = advance(
            *(rows, x, values, inputs, outputs, spike, watched, level, first, count, every),
            *(kept, low, high, *room, fed, given),
        )
        return made, fired, -1

    return course(kept, every, steps, run, give if len(fed) else None, room, low, high, watch)


def follow_program(
    program: Program,
    steps: int,
    every: int = 1,
    watched: int = -1,
    level: int = 0,
    seed: int = 1,
    watch: Watch | None = None,
) -> Course:
    """The program's course in integers; `watch` as in `follow_graph`."""
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

    def give(first: int, count: int) -> np.ndarray:
        return feeds.words(program, first, count, seed)

    def run(first: int, count: int, given: np.ndarray) -> tuple[int, int, int]:
        return advance(
            *(ops, x, word.lowest, word.highest, word.overflow == "saturate", inputs, outputs),
            *(spike, watched, level, first, count, every, kept, *room, overflows, firsts),
            *(heads, coefficients, *chip, random, fed, given),
        )

    parts = give if len(fed) else None
    return course(kept, every, steps, run, parts, room, overflows, firsts, watch)


def buffers(steps: int, dtype: type) -> list[np.ndarray]:
    size = max(1, min(PORTION, steps))
    return [np.empty(size, dtype=t) for t in (np.int64, dtype, dtype)]


def course(
    kept: np.ndarray,
    every: int,
    steps: int,
    run: Callable[[int, int, np.ndarray], tuple[int, int, int]],
    give: Callable[[int, int], np.ndarray] | None,
    room: list[np.ndarray],
    low: np.ndarray,
    high: np.ndarray,
    watch: Watch | None,
) -> Course:
    """The course of so many steps.

    `run(first, count, given)` makes `count` steps: how many it made, how many spikes are in `room`,
    the operation that divided by 0. `give(first, count)` computes what they are given; its values
    could depend on where an array begins, so that it is asked for whole PORTIONs.
    """
    found = [[part[:0].copy() for part in room]]
    given = np.empty((1, 0), dtype=room[1].dtype)
    reached = 0, 1, low.copy(), high.copy(), -1
    interrupted = False
    try:
        for first, count in portions(steps, PORTION, watch):
            if give is not None and first % PORTION == 0:
                given = give(first, min(PORTION, steps - first))
            here = given if give is None else given[first % PORTION :]
            made, fired, stopped = run(first, count, here)
            found.append([part[:fired].copy() for part in room])
            reached = first + made, len(found), low.copy(), high.copy(), stopped
            if made < count:
                break
    except KeyboardInterrupt:
        if watch is None:
            raise
        interrupted = True
    done, parts, low, high, stopped = reached
    spikes, before, after = (np.concatenate(part) for part in zip(*found[:parts], strict=True))
    rows = kept[: done // every + 1]
    return Course(rows, every, done, spikes, before, after, low, high, stopped, interrupted)


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
