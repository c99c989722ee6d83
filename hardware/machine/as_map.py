"""A program as a map of words to words: images, and the cycles in which orbits end.

A machine without random numbers has finitely many states, so every orbit ends in a cycle of words;
where nothing moves any more it is a fixed word (`dead_zone.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...dynamics.errors import InvalidArgument, NotFound
from ...dynamics.model import Model
from ...dynamics.status import Status
from ..kernel_files import kernel
from ..qformat import QFormat
from .building import built
from .emulate import counted
from .following import chip_tables, flat_tables, follow_program
from .graph import is_counter
from .portions import Progress, Watch, portions, watching
from .program import Program

CHUNK = 1 << 16


def image(program: Program, words: np.ndarray) -> np.ndarray:
    """The words after one step, from each row of words (all states of the program)."""
    given = np.ascontiguousarray(words, dtype=np.int64)
    if given.ndim != 2 or given.shape[1] != len(program.states):
        raise InvalidArgument(
            f"image takes rows of {len(program.states)} words, {', '.join(program.states)}, "
            f"not the shape {given.shape}"
        )
    refuse_fed(program)
    found, word = given.copy(), program.word
    if word.outside(given).any():
        raise InvalidArgument(
            f"{int(given[word.outside(given)][0])} is no word of {word.name}: these run from "
            f"{word.lowest} to {word.highest}"
        )
    stopped = np.zeros(len(found), dtype=bool)
    random, tables = np.array([1]), (*flat_tables(program), *chip_tables())
    for first, count in portions(len(found), CHUNK):
        here = slice(first, first + count)
        kernel("integer_program").images(
            *(program.rows(), program.registers(), word.lowest, word.highest),
            *(word.overflow == "saturate", np.array(program.inputs), np.array(program.outputs)),
            *(found[here], *tables, random, stopped[here]),
        )
    if stopped.any():
        raise InvalidArgument(
            f"a step from {given[np.argmax(stopped)].tolist()} divides by 0; look elsewhere"
        )
    return found


@dataclass(frozen=True, eq=False)
class Cycle:
    """Where an orbit of a program ends.

    period
        in steps; 1 for a fixed word; None if Ctrl-C came before it was known
    tail
        steps until the cycle is entered; None if Ctrl-C came before
    words
        the rows of words on it, from the first that is met (at most CHUNK); after Ctrl-C one of
        them, or, where no period is known, the words that were reached
    values
        the same as numbers, by state
    status, message
        COMPLETED, or INTERRUPTED and after how many steps
    """

    period: int | None
    tail: int | None
    words: np.ndarray
    values: Mapping[str, np.ndarray]
    status: Status = Status.COMPLETED
    message: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether the machine stands still."""
        return self.period == 1

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        values = {name: column.tolist() for name, column in self.values.items()}
        facts = {"period": self.period, "tail": self.tail, "words": self.words.tolist()}
        return {"status": self.status.value, "message": self.message, **facts, **values}

    def __repr__(self) -> str:
        place = ", ".join(f"{name}={v[0]:.10g}" for name, v in self.values.items())
        if self.status is Status.INTERRUPTED:
            return f"<Cycle: {self.message}, {place}>"
        what = "fixed word" if self.is_fixed else f"cycle of {self.period} steps"
        return f"<Cycle: {what} after {self.tail} steps, {place}>"


def find_cycle(
    model: Model | Program,
    word: QFormat | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
    start: Mapping[str, float] | None = None,
    longest: int = 10_000_000,
    progress: Progress | None = None,
) -> Cycle:
    """The cycle of words in which a model's program ends, from its start or another one.

    model
        a Model, whose program is that of `emulate(model, word, step=step, scheme=scheme)`, s16.15
        if no word is given; or a program that is there, `machine.program`, which has its own
    progress
        called about ten times a second with (0, steps, longest), then with (0, steps, the longest
        tail that there can be)

    Exact, by Brent's algorithm on the words (R. P. Brent, BIT 20 (1980) 176-184): spikes and resets
    are part of the orbit. Raises `NotFound` where it is not closed within `longest` steps. Ctrl-C
    leaves what is known: the period without the tail, or the words that were reached, from which
    `start` goes on.

    >>> import rheobase as rb
    >>> logistic = rb.Model.map("logistic", "x = 3.2*x*(1 - x)", start=dict(x=.3))
    >>> find_cycle(logistic, rb.QFormat(3, 12))
    <Cycle: cycle of 2 steps after 22 steps, x=0.7993164062>
    """
    if isinstance(model, Model):
        word = QFormat(16, 15) if word is None else word
        steps, step = counted(model, None, step)
        program = built(model, word, steps, step, scheme, fit="report").program
    elif not isinstance(model, Program):
        raise InvalidArgument(
            f"find_cycle takes a Model, or a run's program (machine.program), not {model!r:.60}"
        )
    elif word is not None or (step, scheme) != (0.1, "rk2"):
        raise InvalidArgument(
            "a program has its word, step and scheme; beside it stand start= and longest= only"
        )
    else:
        program = model
    search = Search(started(program, start), longest)
    try:
        search.run(progress)
        return search.cycle()
    except KeyboardInterrupt:
        return search.part()


class Search:
    """Brent's search: a word that waits, one that runs, and how far it came."""

    def __init__(self, program: Program, longest: int):
        refuse_random(program)
        self.program, self.longest = program, longest
        self.waiting, self.waited = program, 0  # after so many steps
        self.reached = program, 0
        self.period: int | None = None
        self.tail: int | None = None
        self.passed = 0  # steps that are not in the cycle

    def run(self, progress: Progress | None = None) -> None:
        """Find the period, then the tail."""
        self.period = self.closed(progress)
        self.tail = self.entered(self.period, watching(progress, 0, self.waited + 1))

    def closed(self, progress: Progress | None) -> int:
        """The period: steps until a word comes back, which waits 1, 2, 4, ... steps for itself."""
        power = 1
        while self.waited < self.longest:
            watch = watching(progress, self.waited, self.longest)
            for first, count in portions(power, CHUNK, watch, CHUNK):
                hare, _ = self.reached
                rows = orbit(hare, count)[1:]
                same = np.flatnonzero((rows == self.waiting.start).all(axis=1))
                if same.size:
                    return first + int(same[0]) + 1
                self.reached = at(hare, rows[-1]), self.waited + first + count
            self.waiting, self.waited = self.reached
            power = 2 * power
        raise NotFound(
            f"{self.program.name} in {self.program.word.name} is in no cycle of up to "
            f"{self.longest} steps; raise longest="
        )

    def entered(self, period: int, watch: Watch) -> int:
        """The tail: the first step k with x[k] = x[k + period], no later than the waiting word."""
        here, ahead = self.program, moved(self.program, period)
        for first, count in portions(self.waited + 1, CHUNK, watch, CHUNK):
            rows, others = orbit(here, count), orbit(ahead, count)
            same = np.flatnonzero((rows == others).all(axis=1))
            if same.size:
                return first + int(same[0])
            self.passed = first + count
            here, ahead = at(here, rows[-1]), at(ahead, others[-1])
        raise AssertionError("this is a bug: a cycle that is never entered")

    def cycle(self) -> Cycle:
        """What was found."""
        assert self.period is not None
        assert self.tail is not None
        words = orbit(moved(self.program, self.tail), min(self.period, CHUNK) - 1)
        return Cycle(self.period, self.tail, words, self.values(words))

    def part(self) -> Cycle:
        """What is known so far."""
        program, steps = self.reached
        message = f"interrupted after {steps} steps, of {self.longest} at most: no cycle is closed"
        if self.period is not None:
            program = self.waiting
            tail = f"{self.passed} to {self.waited}" if self.tail is None else str(self.tail)
            message = f"interrupted: a cycle of {self.period} steps is entered after {tail} steps"
        words = np.array([program.start], dtype=np.int64)
        return Cycle(self.period, self.tail, words, self.values(words), Status.INTERRUPTED, message)

    def values(self, words: np.ndarray) -> dict[str, np.ndarray]:
        fractions = self.program.state_fractions()
        return {
            name: np.ldexp(words[:, i].astype(np.float64), -fractions[name])
            for i, name in enumerate(self.program.states)
            if not is_counter(name)
        }


def orbit(program: Program, steps: int) -> np.ndarray:
    """The start and the words after each of so many steps."""
    if steps == 0:
        return np.array([program.start], dtype=np.int64)
    course = follow_program(program, steps)
    if course.stopped >= 0:
        raise InvalidArgument(f"{program.name} divides by 0 on its way; it has no cycle")
    return course.rows


def moved(program: Program, steps: int) -> Program:
    """The program, so many steps later."""
    if steps == 0:
        return program
    return at(program, follow_program(program, steps, every=steps).rows[-1])


def at(program: Program, words: np.ndarray) -> Program:
    """The program with other words at the start."""
    return replace(program, start=tuple(int(n) for n in words))


def started(program: Program, start: Mapping[str, float] | None) -> Program:
    if not start:
        return program
    words, fractions = list(program.start), program.state_fractions()
    for name, value in start.items():
        if name not in program.states:
            raise InvalidArgument(f"start: {name!r} is no state; {', '.join(program.states)} are")
        n = np.rint(np.ldexp(float(value), fractions[name]))
        if not program.word.lowest <= n <= program.word.highest:
            raise InvalidArgument(f"start: {name} = {value!r} does not fit into its word")
        words[program.states.index(name)] = int(n)
    return at(program, np.array(words))


def refuse_random(program: Program) -> None:
    refuse_fed(program)
    if any(o.rounding == "stochastic" and (o.shift or o.verb == "div") for o in program.operations):
        raise InvalidArgument("a program that rounds stochastically is no map of words")


def refuse_fed(program: Program) -> None:
    if program.feeds:
        raise InvalidArgument(
            f"{program.name} is given {program.feeds[0].text} in every step: it is no map of "
            "words; hold its inputs constant and leave out its noise"
        )
