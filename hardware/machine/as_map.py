"""A program as a map of words to words: images, fixed words, cycles, the dead zone around rest.

A machine without random numbers has finitely many states, so every orbit ends in a cycle of words;
where nothing moves any more it is a fixed word. Around a rest state lie many of them: words from
which the change of a step, h f, is rounded away. Inside this dead zone a neuron neither relaxes nor
grows, whatever the equations say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ...dynamics.errors import InvalidArgument, NotFound, UnknownName
from ...dynamics.model import Model
from ..kernel_files import kernel
from ..qformat import QFormat
from ..quantize import quantize
from .building import built, check
from .emulate import counted
from .following import chip_tables, flat_tables, follow_program
from .graph import is_counter
from .program import Program

CHUNK = 1 << 16
MOST = 1 << 22  # words that a search looks at
STANDS = {"floor": 1.0, "nearest": 1.0, "nearest-even": 1.0, "zero": 2.0}  # units of h f lost


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
    kernel("integer_program").images(
        *(program.rows(), program.registers(), word.lowest, word.highest),
        *(word.overflow == "saturate", np.array(program.inputs), np.array(program.outputs)),
        *(found, *flat_tables(program), *chip_tables(), np.array([1]), stopped),
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
        in steps; 1 for a fixed word
    tail
        steps until the cycle is entered
    words
        the rows of words on it, from the first that is met (at most CHUNK)
    values
        the same as numbers, by state
    """

    period: int
    tail: int
    words: np.ndarray
    values: Mapping[str, np.ndarray]

    @property
    def is_fixed(self) -> bool:
        """Whether the machine stands still."""
        return self.period == 1

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        values = {name: column.tolist() for name, column in self.values.items()}
        return {"period": self.period, "tail": self.tail, "words": self.words.tolist(), **values}

    def __repr__(self) -> str:
        place = ", ".join(f"{name}={v[0]:.10g}" for name, v in self.values.items())
        what = "fixed word" if self.is_fixed else f"cycle of {self.period} steps"
        return f"<Cycle: {what} after {self.tail} steps, {place}>"


def find_cycle(
    model: Model | Program,
    word: QFormat | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
    start: Mapping[str, float] | None = None,
    longest: int = 10_000_000,
) -> Cycle:
    """The cycle of words in which a model's program ends, from its start or another one.

    model
        a Model, whose program is that of `emulate(model, word, step=step, scheme=scheme)`, s16.15
        if no word is given; or a program that is there, `machine.program`, which has its own

    Exact, by Brent's algorithm on the words (R. P. Brent, BIT 20 (1980) 176-184): spikes and resets
    are part of the orbit. Raises `NotFound` where it is not closed within `longest` steps.

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
    refuse_random(program)
    program = started(program, start)
    period = brent(program, longest)
    # the tail: the first step k with x[k] = x[k + period]
    ahead = moved(program, period)
    tail, here = 0, program
    while True:
        count = min(CHUNK, longest)
        rows, others = orbit(here, count), orbit(ahead, count)
        same = np.flatnonzero((rows == others).all(axis=1))
        if same.size:
            tail += int(same[0])
            break
        tail += count
        here, ahead = (at(p, r[-1]) for p, r in ((here, rows), (ahead, others)))
    words = orbit(moved(program, tail), min(period, CHUNK) - 1)
    fractions = program.state_fractions()
    values = {
        name: np.ldexp(words[:, i].astype(np.float64), -fractions[name])
        for i, name in enumerate(program.states)
        if not is_counter(name)
    }
    return Cycle(period, tail, words, values)


def brent(program: Program, longest: int) -> int:
    """The period of the cycle."""
    power, turtle, hare = 1, program, program
    done = 0
    while done < longest:
        left = power
        while left:
            count = min(left, CHUNK)
            rows = orbit(hare, count)[1:]
            same = np.flatnonzero((rows == turtle.start).all(axis=1))
            if same.size:
                return power - left + int(same[0]) + 1
            hare, left = at(hare, rows[-1]), left - count
        done += power
        turtle, power = hare, 2 * power
    raise NotFound(
        f"{program.name} in {program.word.name} is in no cycle of up to {longest} steps; raise "
        "longest="
    )


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


@dataclass(frozen=True, eq=False, repr=False)
class DeadZone:
    """The fixed words around a rest state.

    rest
        of the equations with the machine's constants (`rb.quantize`), solved exactly
    words
        the fixed words, rows of the states
    extent
        by state: how far they reach below and above `rest`, in the state's unit
    predicted
        by state: the width from the linearisation, where h f is less than what one rounding loses
    complete
        False where fixed words lie on the border of what was searched: there are more
    """

    rest: Mapping[str, float]
    words: np.ndarray
    extent: Mapping[str, tuple[float, float]]
    predicted: Mapping[str, float]
    complete: bool
    program: Program = field(repr=False)

    @property
    def count(self) -> int:
        """How many words stand still."""
        return len(self.words)

    @property
    def width(self) -> dict[str, float]:
        """By state: from the first fixed word to the last."""
        return {name: high - low for name, (low, high) in self.extent.items()}

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "rest": dict(self.rest),
            "count": self.count,
            "extent": {name: list(ends) for name, ends in self.extent.items()},
            "width": self.width,
            "predicted": dict(self.predicted),
            "complete": self.complete,
            "words": self.words.tolist(),
        }

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name} {self.width[name]:.4g} wide (predicted {self.predicted[name]:.4g})"
            for name in self.extent
        )
        more = "" if self.complete else " or more"
        return f"<DeadZone: {self.count} words{more} stand still; {shown or 'none'}>"


def dead_zone(
    model: Model,
    word: QFormat | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
    at: Mapping[str, float] | None = None,
) -> DeadZone:
    """The fixed words of a model's program around a rest state, measured and predicted.

    at
        Where the rest state is sought; the model's start if not given.

    Every word in a box is tried, four times as wide as predicted (up to four million words), around
    the rest state, or around the fixed word in which the program settles from there. Predicted: f
    is linear there, and a step stands still while h f is less than what one rounding loses, one
    unit if floored (or two halves), two if truncated. That is so of steps that add h f; a decay in
    closed form ("exponential-euler") whose product is truncated stands still at its goal only.

    >>> import rheobase as rb
    >>> dead_zone(rb.models.leaky().replace(I=1))
    <DeadZone: 101 words stand still; V 0.003052 wide (predicted 0.003052)>
    """
    word = QFormat(16, 15) if word is None else word
    check(model, word, None, "host", None, "report")
    names = model.states
    if not 0 < step < float("inf"):
        raise InvalidArgument(f"step={step!r} must be a positive number")
    if model.kind == "map":
        raise InvalidArgument(
            f"{model.name} is a map, whose steps are its own; find_cycle finds its fixed words"
        )
    near = {**model.start, **(at or {})}
    for name in near:
        if name not in names:
            raise UnknownName(name, f"a state of {model.name} (in at)", names)
    rest = rest_state(quantize(model, word), near)
    here = model.replace(rest)
    slopes = jacobian(here)
    if np.linalg.matrix_rank(slopes) < len(names):
        raise NotFound(
            f"the rest state of {model.name} is not isolated: its Jacobian is singular, the zone "
            "along a line of rest states has no end"
        )
    program = built(here, word, 100, step, scheme, fit="report").program
    refuse_random(program)
    fractions = np.array([program.state_fractions()[name] for name in names])
    wide = STANDS[word.rounding] * np.abs(np.linalg.inv(slopes)) @ 2.0**-fractions / step
    predicted = dict(zip(names, wide.tolist(), strict=True))
    reach = np.maximum(8, np.ceil(2 * wide * 2.0**fractions)).astype(np.int64)
    while np.prod(2.0 * reach + 1) > MOST:
        reach = np.maximum(1, reach * 9 // 10)
    centre = np.array(settled(program)[: len(names)])
    words = fixed_words(program, centre, reach)
    while len(words) and on_border(words, centre, reach) and np.prod(4.0 * reach + 1) <= MOST:
        reach = 2 * reach
        words = fixed_words(program, centre, reach)
    values = words * 2.0**-fractions - np.array([rest[name] for name in names])
    extent = {
        name: (float(values[:, i].min()), float(values[:, i].max()))
        for i, name in enumerate(names)
        if len(words)
    }
    complete = not on_border(words, centre, reach)
    return DeadZone(rest, words, extent, predicted, complete, program)


def fixed_words(program: Program, centre: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """The words in a box that stand still, of the model's states."""
    word = program.word
    axes = [
        np.arange(max(c - r, word.lowest), min(c + r, word.highest) + 1)
        for c, r in zip(centre, reach, strict=True)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
    pauses = np.zeros((1, len(program.states) - len(axes)), dtype=np.int64)
    found = []
    for first, last in pairwise([*range(0, len(grid), MOST // 16), len(grid)]):
        rows = np.hstack([grid[first:last], np.repeat(pauses, last - first, axis=0)])
        found.append(rows[(image(program, rows) == rows).all(axis=1)][:, : len(axes)])
    return np.concatenate(found)


def on_border(words: np.ndarray, centre: np.ndarray, reach: np.ndarray) -> bool:
    return bool((np.abs(words - centre) == reach).any())


def settled(program: Program) -> tuple[int, ...]:
    """The fixed word in which a program ends soon, or its start."""
    try:
        cycle = find_cycle(program, longest=CHUNK)
    except NotFound:
        return program.start
    return tuple(cycle.words[0].tolist()) if cycle.is_fixed else program.start


def rest_state(model: Model, near: Mapping[str, float]) -> dict[str, float]:
    """A zero of the right sides near a place, by Newton's method."""
    from scipy.optimize import root

    p = model.field.parameter_array(model.parameters)
    first = np.array([near[name] for name in model.states], dtype=float)
    found = root(
        lambda x: model.field.f(x, p), first, jac=lambda x: model.field.jacobian(x, p), tol=1e-13
    )
    if not found.success or not np.isfinite(found.x).all():
        raise NotFound(f"no rest state of {model.name} near {dict(near)}; say where: at=dict(...)")
    return dict(zip(model.states, found.x.tolist(), strict=True))


def jacobian(model: Model) -> np.ndarray:
    p = model.field.parameter_array(model.parameters)
    return np.asarray(model.field.jacobian(np.array(list(model.start.values())), p))
