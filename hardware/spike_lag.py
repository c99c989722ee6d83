"""The lag of the n-th spike on a machine: what rounding does, what the constants do, and both."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.model import Model
from ..dynamics.status import Status
from .machine.assemble import assembled
from .machine.building import check, spike_level
from .machine.constants_only import constants_run
from .machine.emulate import counted
from .machine.following import Course, follow_graph, follow_program
from .machine.graph import Graph
from .machine.orders import assembling, check_program, ordered_graph
from .machine.program import Program
from .qformat import QFormat
from .spike_lags import Lag, SpikeLags
from .spinnaker.program_words import whole_number

USUAL = ("floor", "nearest", "stochastic")
FRACTIONS = (10, 12, 15, 18, 22)
FIRST, MOST = 1 << 14, 1 << 25  # steps that are tried first, and at all


def spike_lag(
    model: Model,
    words: QFormat | int | Sequence[QFormat | int] | None = None,
    spike: int = 100,
    step: float = 0.1,
    scheme: str = "rk2",
    *,
    roundings: Sequence[str] | None = USUAL,
    seeds: int | Sequence[int] = 5,
    program: str = "model",
    literals: str = "host",
    fit: str = "refuse",
    patience: float = 1.5,
) -> SpikeLags:
    """By how much the n-th spike is later on the machine than in double precision.

    words
        each a `QFormat`, or bits F behind the point for s16.F (10, 12, 15, 18 and 22 if not given)
    spike
        n; the lags of all spikes up to it are kept
    roundings
        that each word gets; None leaves each its own
    seeds
        for stochastic rounding: how many (1, 2, ...), or which; quotients in words of more than 32
        bits go to the nearest
    step, scheme, program, literals, fit
        as `emulate` takes them; program="chip" runs SpiNNaker's hand-ordered program
    patience
        a machine is followed until that many times the time of the spike in double precision

    Protocol. Every run makes the same steps in the same order, from the model's start. Time t0 of
    the n-th spike is that in double precision with exact constants, t1 with the constants of the
    word (`constants_run`), t2 that of the machine. Then t2 - t1 is due to the arithmetic alone,
    t1 - t0 to the constants alone, t2 - t0 to both. A reset's spike is at the end of its step, a
    crossing's on the line between two steps.

    Ctrl-C ends it with the runs that are done, and the status INTERRUPTED.

    A reset at ends of steps leaves nothing of the potential, so that a neuron has few words from
    one spike to the next. With deterministic rounding it may lock onto a cycle of them whose mean
    interval is a part of a step off, in long words too: then the lag grows with n.

    >>> import rheobase as rb
    >>> model = rb.models.izhikevich().replace(I=10)
    >>> print(spike_lag(model, 15, 20, seeds=3, program="chip"))
    Izhikevich 2003, the chip's rk2, step 0.1 ms: lag of spike 20, at 829.6 ms in double precision
    word    rounding    constants  arithmetic    both
    s16.15  floor       -2.6       +3.8          +1.2
    s16.15  nearest     -2.6       -3.6          -6.2
    s16.15  stochastic  -2.6       +0.2 .. +0.4  -2.4 .. -2.2
    """
    if isinstance(model, Model) and model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; its spikes have no lag")
    _, step = counted(model, step, step)
    spike = whole_number("spike", spike, 1, 1 << 20)
    check_program(program)
    listed = formats(words, roundings)
    drawn = seed_list(seeds)
    if isinstance(patience, str | bool) or not 1 < patience < 1000:
        raise InvalidArgument(f"patience={patience!r} is a number from 1 to 1000")
    if model.noise or not model.autonomous:
        raise InvalidArgument(
            f"{model.name} has noise or depends on time; spike_lag takes models that fire by "
            "themselves"
        )
    for word in listed:
        check(model, word, None, literals, None, fit)
    graph = ordered_graph(model, scheme, step, program, literals)
    watched, level = spike_level(model)
    course = reference(model, graph, spike, step, watched, level)
    exact = course.times(step, level)[:spike]
    longest = int(np.ceil(patience * exact[-1] / step))
    settings = dict(fit=fit, **assembling(program, literals))
    rows: list[Lag] = []
    alone: dict[tuple[int, int], np.ndarray] = {}
    status, message = Status.COMPLETED, ""
    try:
        for word in listed:
            # a remainder of more bits than a random word has is rounded to the nearest
            beyond = word.rounding == "stochastic" and word.bits > 32
            ways = {"div": "nearest"} if beyond else None
            ranges = course.low, course.high
            code = assembled(
                model.name, scheme, step, graph, ranges, word, **settings, roundings=ways
            )
            form = (word.integer, word.fraction)
            if form not in alone:
                found = constants_run(code, longest, longest, watched, level or 0.0)
                alone[form] = found.times(step, level)[:spike]
            limit = None if level is None else level_word(code, watched, level)
            for seed in drawn if word.rounding == "stochastic" else (None,):
                facts = (longest, watched, limit or 0, 1 if seed is None else seed)
                machine = follow_program(code, longest, *facts)
                times = machine.times(step, limit)[:spike]
                rows.append(Lag(word, seed, exact, alone[form], times, int(machine.low.sum())))
    except KeyboardInterrupt:
        if not rows:
            raise
        asked = sum(len(drawn) if w.rounding == "stochastic" else 1 for w in listed)
        status, message = Status.INTERRUPTED, f"interrupted after {len(rows)} of {asked} runs"
    return SpikeLags(model, program, scheme, step, spike, tuple(rows), status, message)


def formats(
    words: QFormat | int | Sequence[QFormat | int] | None, roundings: Sequence[str] | None
) -> list[QFormat]:
    """Each word with each rounding."""
    given = FRACTIONS if words is None else words
    found: list[QFormat] = []
    for word in [given] if isinstance(given, QFormat | int) else given:
        if type(word) is int:
            word = QFormat(16, word)
        if not isinstance(word, QFormat):
            raise InvalidArgument(f"a word is a QFormat or bits behind the point, not {word!r:.60}")
        found.append(word)
    if not found or (roundings is not None and (isinstance(roundings, str) or not roundings)):
        raise InvalidArgument(f"words={words!r:.60}, roundings={roundings!r:.60}: give lists")
    if roundings is None:
        return found
    return [replace(word, rounding=rounding) for word in found for rounding in roundings]


def seed_list(seeds: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(seeds, int):
        return tuple(range(1, whole_number("seeds", seeds, 1, 1 << 16) + 1))
    return tuple(whole_number("a seed", seed, 0, (1 << 32) - 1) for seed in seeds)


def reference(
    model: Model, graph: Graph, spike: int, step: float, watched: int, level: float | None
) -> Course:
    """The course in double precision as far as the spike."""
    steps = FIRST
    while True:
        course = follow_graph(graph, steps, steps, watched, level or 0.0)
        if course.steps < steps:
            raise InvalidArgument(
                f"{model.name} leaves the numbers in double precision too, at step {course.steps} "
                f"with step {step:g}: take a shorter step, or exponential-euler"
            )
        count = len(course.spikes)
        if count >= spike:
            return course
        if steps == MOST:
            raise NotFound(
                f"{model.name} has {count} spikes in {MOST} steps of {step:g} in double precision, "
                f"not {spike}; give it more drive, or spike="
            )
        needed = steps * spike / count if count > 2 else 8 * steps
        steps = min(MOST, max(2 * steps, int(1.05 * needed)))


def level_word(program: Program, watched: int, level: float) -> int:
    """The level at which a state spikes, as its word."""
    return round(level * 2.0 ** program.fractions[program.inputs[watched]])
