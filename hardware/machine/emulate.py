"""Run a model as a machine would: every operation on words, every bit as there."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...dynamics.drive import Drive
from ...dynamics.errors import InvalidArgument
from ...dynamics.model import Model
from ...dynamics.status import Status
from ..qformat import QFormat
from ..spinnaker.program_words import whole_number
from .budget import cycles_of
from .building import Built, built
from .driving import plain_drive, planned
from .emulation import Emulation, Overflow, SteppedRun
from .following import Course, follow_program
from .guarantees import GUARANTEED
from .lost_words import lost_text
from .portions import Progress, watching
from .vanished import refuse_vanished, vanished_text

MOST = 1 << 32


def emulate(
    model: Model,
    word: QFormat | None = None,
    until: float | None = None,
    step: float = 0.1,
    scheme: str = "rk2",
    *,
    program: str = "model",
    scale: str | Mapping[str, int] | None = None,
    literals: str = "host",
    roundings: Mapping[str, str] | None = None,
    seed: int = 1,
    every: int = 1,
    fit: str = "refuse",
    drive: Mapping[str, Drive] | None = None,
    ranges: Mapping[str, Sequence[float]] | None = None,
    progress: Progress | None = None,
) -> Emulation:
    """Run a model in fixed point, as a program of integer operations in a stated order.

    word
        The `QFormat` of the registers, with its rounding and overflow; s16.15, floored and
        wrapping, as on SpiNNaker, if not given. Up to 32 bits with a sign or without one
        (then no result may be negative), or up to 62 with a sign where these and the bits behind
        the point are no more than 62: a product must fit.
    until, step, scheme
        "euler", "rk2" (midpoint) or "exponential-euler" (closed form of linear equations, the
        factor of decay in u0.32). `until` is the model's own or 1000 if not given; maps make whole
        steps of 1.
    program
        "model" lowers the equations (order: `hardware/machine/lowering.py`); "chip" runs the
        programs that are ordered by hand on SpiNNaker (`hardware/machine/hand_ordered.py`), for
        Izhikevich's neuron (euler, rk2, and "rk2q", which lengthens the step after a spike) and the
        leaky integrate-and-fire neuron (exponential-euler). In s16.15 they give the bits of
        `rb.spinnaker.izhikevich` and `rb.spinnaker.lif`.
    scale
        None: every variable is a word of the format. "auto": every register keeps the word's
        length and puts the point where its range in double precision asks for it; a mapping from
        states to powers of two does so with these states stored as x / 2^power. "guaranteed" takes
        bounds by interval arithmetic instead: while the states stay within `ranges`, nothing can
        overflow.
    literals
        "host" rounds all constants to the nearest, ties to even; "truncate" truncates those that
        are made of literals alone, as a compiler does.
    roundings
        Other roundings than the word's by operation: "mul", "div", "shift". Division truncates
        toward zero where the word's rounding is "floor", as in C.
    seed
        The state of the source of random words, for stochastic rounding and for noise (each has a
        sequence of its own).
    every
        Keep every so many steps.
    fit
        "refuse" a model whose variables or intermediate results, in double precision, don't fit
        into the word, or of which a factor or divisor becomes 0; "report" runs it and reports the
        overflows. Of other constants that are 0 in the word the message says so.
    drive
        Parameters as functions of time: text, tables or callables, as in `rb.simulate`.
    ranges
        The least and the most of states, for the scale "guaranteed"; of those that are not given
        what is seen in double precision, and a tenth more.
    progress
        Called about ten times a second with (0, steps that are made, steps in all): those in
        double precision, and then those of the machine.

    What depends on time alone the host computes for every step and rounds once: the program reads a
    word a step. Gaussian noise of the model is drawn by the program, g sqrt(h) xi added to the step
    of any scheme ("euler" is Euler-Maruyama then), xi from one random word through the inverse of
    the normal distribution (`hardware/machine/gaussian.py`); `double` has the same xi.

    exp is the chip's own in s16.15; other functions and words have tables with measured errors
    (`program.tables`). Overflows are counted and located; with any, the status is LEFT_BOUNDS.
    Ctrl-C leaves the steps that are made, bit for bit those of the whole run, and the status
    INTERRUPTED.

    >>> import rheobase as rb
    >>> model = rb.models.izhikevich().replace(I=10)
    >>> machine = emulate(model, rb.QFormat(16, 15), until=200)
    >>> len(machine.spikes), machine.overflows, machine.status.value
    (6, (), 'completed')
    >>> hex(machine.bits("v")[-1]), float(machine["v"][-1])
    ('0xffdedddb', -66.26675415039062)
    """
    word = QFormat(16, 15) if word is None else word
    steps, step = counted(model, until, step)
    every = whole_number("every", every, 1, steps)
    seed = whole_number("seed", seed, 0, (1 << 32) - 1)
    if model.kind == "map":
        scheme = "rk2"
    settings: dict[str, Any] = dict(
        program=program,
        scheme=scheme,
        scale=dict(scale) if isinstance(scale, Mapping) else scale,
        literals=literals,
        roundings=dict(roundings) if roundings else None,
        every=every,
        fit=fit,
        drive=plain_drive(model, drive, steps * step),
        ranges={n: [float(x) for x in ends] for n, ends in ranges.items()} if ranges else None,
    )
    watch = watching(progress, 0, 2 * steps)
    made = built(model, word, steps, step, **settings, seed=seed, watch=watch)
    code = made.program
    if fit == "refuse":
        refuse_vanished(made)
    fractions = code.state_fractions()
    level = 0
    if made.level is not None:
        watched = model.states[made.watched]
        level = round(made.level * 2.0 ** fractions[watched])
    asked = made.double.steps  # all, unless interrupted
    watch = watching(progress, steps, 2 * steps)
    part = 0 if made.double.interrupted else steps
    course = follow_program(code, part, every, made.watched, level, seed, watch)
    status, message, overflows = ending(made, course, step, steps, scale == GUARANTEED)
    names = model.states
    words = course.rows[:, : len(names)]
    places = np.array([fractions[name] for name in names])
    run = Emulation(
        model=model,
        t=np.arange(len(words)) * (every * step),
        x=np.ldexp(words.astype(np.float64), -places),
        status=status,
        message=message,
        scheme=code.scheme,
        step=step,
        steps=course.steps,
        evaluations=course.steps,
        engine="integers",
        spike_times=course.times(step, None if made.level is None else level),
        word=word,
        words=words,
        fractions={name: fractions[name] for name in names},
        overflows=overflows,
        cycles=round(cycles_of(code) * course.steps),
        settings={**settings, "seed": seed, "steps": asked},
        **driven_parts(model, settings),
    )
    run.__dict__["program"] = code
    run.__dict__["double"] = double_run(run, made)
    return run


def driven_parts(model: Model, settings: Mapping) -> dict:
    """The fields of a run that say how its parameters were driven."""
    plan = planned(model, settings.get("drive"))
    return dict(driven=plan.model, pieces=plan.pieces) if settings.get("drive") else {}


def counted(model: Model, until: float | None, step: float) -> tuple[int, float]:
    """The number of steps and their length."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"the model must be a Model, not {model!r:.60}")
    if until is None:
        until = float(model.options.get("until", 1000.0))
    if model.kind == "map":
        step = 1.0
    for name, value in (("until", until), ("step", step)):
        if isinstance(value, str | bool) or not 0 < float(value) < np.inf:
            raise InvalidArgument(f"{name}={value!r} must be a positive number")
    steps = round(until / step)
    if not 1 <= steps < MOST:
        raise InvalidArgument(
            f"until={until:g} is {steps} steps of {step:g}; 1 to 2^32 are possible"
        )
    return steps, float(step)


def double_run(machine: Emulation, made: Built) -> SteppedRun:
    """The course of the graph in double precision as a run, as far as the machine came; all of it
    where that made no step."""
    course, step, model = made.double, made.program.step, machine.model
    steps = machine.steps or course.steps
    spikes = course.times(step, made.level)[course.spikes < steps]
    rows = course.rows[: steps // course.every + 1, : len(model.states)]
    return SteppedRun(
        model=model,
        t=np.arange(len(rows)) * (course.every * step),
        x=rows,
        status=machine.status if machine.status is Status.INTERRUPTED else Status.COMPLETED,
        message=f"{steps} steps in double precision",
        scheme=machine.scheme,
        step=step,
        steps=steps,
        evaluations=steps,
        engine="double precision",
        spike_times=spikes,
        driven=machine.driven,
        pieces=machine.pieces,
    )


def ending(
    made: Built, course: Course, step: float, steps: int, guaranteed: bool
) -> tuple[Status, str, tuple[Overflow, ...]]:
    """How a run ended, in a sentence, and the overflows in the order of their first times."""
    operations = made.program.operations
    lost = [
        Overflow(i, o.verb, o.text, o.where, int(course.low[i]), float(course.high[i] * step))
        for i, o in enumerate(operations)
        if course.low[i]
    ]
    found = tuple(sorted(lost, key=lambda entry: (entry.first, entry.operation)))
    if course.stopped >= 0:
        o = operations[course.stopped]
        return (
            Status.NOT_FINITE,
            f"division by zero in step {course.steps + 1}, t = {course.steps * step:g}: {o.text} "
            f"in {o.where}; its divisor is below the word's resolution: more bits behind the point "
            "(scale='auto') keep it",
            found,
        )
    lost_words = lost_text(made.program, found, guaranteed)
    if made.double.interrupted:
        reached = (
            f"interrupted in double precision at t = {made.double.steps * step:.10g}, before "
            f"{steps * step:g}: the machine has made no step"
        )
        return Status.INTERRUPTED, reached, found
    if course.interrupted:
        reached = f"interrupted at t = {course.steps * step:.10g}, before {steps * step:g}"
        return Status.INTERRUPTED, "; ".join(filter(None, (reached, lost_words))), found
    if found:
        return Status.LEFT_BOUNDS, lost_words, found
    lost_constants = vanished_text(made)
    return Status.COMPLETED, f"{course.steps} steps, no overflow{lost_constants}", found
