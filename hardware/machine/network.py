"""A small network as SpiNNaker runs it: one program for all neurons, synapses in ring buffers.

In every step, for every neuron and both kinds of synapse, as in `rb.spinnaker.synapse`:

    x <- (x d) >> 32,  x <- x + ((cell << shift) init) >> 32,    d = exp(-h/tau) in u0.32,

init = tau/h (1 - exp(-h/tau)); the cell of 16 bits is cleared. The neuron's input is its offset
plus the exciting x minus the inhibiting one. A spike adds the weight of each of its synapses to the
cell that its target reads `delay` steps later; a cell that is full stays at 0xFFFF.

Weights are cells' units of 2^(shift - 15). The shift is the least with which a cell holds what is
expected in a step if every neuron fires at 30 Hz, and five standard deviations more (the rule of
SpiNNaker's host software), and the largest single weight.
"""

from collections.abc import Mapping, Sequence
from math import ceil, isfinite, log2

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from ...dynamics.status import Status
from ..kernel_files import kernel
from ..qformat import QFormat
from ..random_words import LCG
from ..spinnaker.program_words import random_states, whole_number
from . import native
from .budget import MILLISECONDS, cycles_of
from .building import spike_level
from .following import chip_tables, flat_tables
from .network_ranges import RATE, SIGMAS, expected_currents, program_of_neurons
from .network_run import MachineNetworkRun
from .portions import FIRST, Progress, portions, watching
from .program import Program

SLOTS, FULL = 16, 0xFFFF
PORTION = 1 << 19  # neuron-steps
NOISE = 12345
LARGEST = 2.0**62  # of weights: what fits is asked of the cells


def network(
    model: Model,
    connections: Sequence[np.ndarray],
    count: int = 1000,
    until: float = 1000.0,
    step: float = 1.0,
    scheme: str = "rk2",
    *,
    word: QFormat | None = None,
    parameters: Mapping[str, np.ndarray] | None = None,
    input: str = "I",
    noise: float | np.ndarray = 0.0,
    tau: tuple[float, float] = (5.0, 10.0),
    shift: int | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> MachineNetworkRun:
    """Run neurons of one model, joined by exponential synapses, as the machine would.

    connections
        Four arrays of one length: sources, targets, weights, delays. A weight is the current, in
        the unit of `input`, that a spike adds; where it is negative the synapse inhibits. Delays
        are 1 to 15 steps.
    parameters
        Arrays with an entry a neuron for parameters that differ, `input` among them (its offset);
        start values too.
    noise
        The half-width of a uniform random current, new in every step, one for all or one a neuron.
    tau
        Time constants of the exciting and the inhibiting synapses.
    shift
        Of the cells; by the rule above if not given.
    progress
        Called about ten times a second with (0, t, until).

    Every neuron runs the program that `rb.emulate` runs, in s16.15 if no other word of up to 32
    bits is given, unscaled; stochastic rounding draws from one source for all. Ctrl-C leaves the
    steps that are made, with the status INTERRUPTED.
    """
    word = QFormat(16, 15) if word is None else word
    count = whole_number("count", count, 1, 1 << 20)
    seed = whole_number("seed", seed, 0, (1 << 32) - 1)
    if not isinstance(word, QFormat):
        raise InvalidArgument(f"network: word= is a QFormat, not {word!r:.60}")
    if word.bits > 32:
        raise InvalidArgument(f"networks have words of up to 32 bits, not {word.name}")
    steps = round(until / step) if step > 0 and isfinite(until / step) else 0
    if not 1 <= steps <= 1 << 32:
        raise InvalidArgument(f"until={until!r} is no number of steps of {step!r}")
    watch = watching(progress, 0, steps * step, step)
    if model.noise or not model._system.autonomous:
        what = "has noise" if model.noise else "depends on time"
        raise InvalidArgument(
            f"{model.name} {what}; neurons of a network get their input from synapses, "
            "parameters= and noise="
        )
    columns = per_neuron(model, parameters or {}, input, count)
    promoted = with_states(model, columns)
    amplitudes = host_words("noise", per_entry("noise", noise, count), word, word.fraction)
    sources, targets, weights, delays = checked(connections, count)
    decays, inits = factors(tau, step)
    reach = np.abs(amplitudes).max() * 2.0**-word.fraction
    rate = RATE * MILLISECONDS.get(model.time_unit or "", 1.0)
    least, most = expected_currents(targets, weights, count, tau, rate)
    span = (columns[input].min() - reach - least, columns[input].max() + reach + most)
    program = program_of_neurons(promoted, columns, input, span, word, steps, step, scheme)
    watched, threshold = spike_level(promoted)
    words = np.tile(np.array(program.start, dtype=np.int64), (count, 1))
    fractions = program.state_fractions()
    for name, values in columns.items():
        words[:, program.states.index(name)] = host_words(name, values, word, fractions[name])
    column = program.states.index(input)
    if shift is None:
        shift = left_shift(targets, weights, count, rate * step, word)
    shift = whole_number("shift", shift, 0, 31)
    units = np.rint(np.abs(weights) * 2.0 ** (word.fraction - shift))
    if units.max(initial=0.0) > FULL:
        raise InvalidArgument(
            f"a weight of {np.abs(weights).max():g} needs more than 16 bits with shift={shift}"
        )
    cells = units.astype(np.int64)
    kept = units * 2.0 ** (shift - word.fraction)
    weight_error = float(np.max(np.abs(kept - np.abs(weights)), initial=0.0))
    order = np.argsort(sources, kind="stable")
    starts = np.searchsorted(sources[order], np.arange(count + 1))
    overflows, firsts = (np.zeros(len(program) + 1, dtype=np.int64) for _ in range(2))
    lost, random = np.zeros(5, dtype=np.int64), np.array([LCG(seed).state])
    noises = random_states(NOISE ^ seed, count)
    level = 0 if threshold is None else round(threshold * 2.0**word.fraction)
    spike = -1 if program.spike is None else program.spike
    ring, currents = np.zeros((SLOTS, 2, count), np.int64), np.zeros((2, count), np.int64)
    offsets, registers = words[:, column].copy(), program.registers()
    chip = chip_tables()
    address, _code = native.population(program, watched, column, steps * count)
    before = (
        *(program.rows(), registers, word.lowest, word.highest, word.overflow == "saturate"),
        *(np.array(program.inputs), np.array(program.outputs), spike, watched, level),
        *(words, column, offsets, amplitudes),
        *(noises, ring, currents, decays, inits, shift, starts, targets[order], cells[order]),
        *(delays[order], (weights[order] < 0).astype(np.int64)),
    )
    behind = *flat_tables(program), *chip, random, lost, np.concatenate(chip[:2]), address
    longest, short = (max(1, size // count) for size in (PORTION, FIRST))
    rasters: dict[int, tuple[np.ndarray, ...]] = {}  # by the first step
    last = 0, np.zeros((0, count), dtype=np.uint8)
    stopped, interrupted = -1, False
    try:
        for first, rows in portions(steps, longest, watch, short):
            last = first, np.zeros((rows, count), dtype=np.uint8)
            stopped = kernel("network").run(
                *before, first, rows, last[1], overflows, firsts, *behind
            )
            rasters[first] = np.nonzero(last[1])
            if stopped >= 0:
                break
    except KeyboardInterrupt:
        interrupted = True
    # the loop says itself how far it came: an interrupt may hide what it returned
    done, (first, fired) = int(lost[4]), last
    rasters[first] = np.nonzero(fired[: done - first])
    when = np.concatenate([first + rows for first, (rows, _) in rasters.items()])
    who = np.concatenate([neurons for _, neurons in rasters.values()])
    status, message = ending(program, stopped, lost, overflows, done)
    if interrupted:
        reached = f"interrupted at t = {done * step:.10g}, before {steps * step:g}"
        status, message = Status.INTERRUPTED, f"{reached}; {message}"
    return MachineNetworkRun(
        model=model,
        program=program,
        count=count,
        step=step,
        steps=done,
        spikes=(when + 1) * step,
        neurons=who,
        final={name: words[:, i].copy() for i, name in enumerate(program.states)},
        shift=shift,
        weight_error=weight_error,
        saturated=int(lost[0]),
        wrapped=int(lost[1]),
        overflows=int(overflows.sum()),
        cycles=round(cycles_of(program) * count * done),
        status=status,
        message=message,
    )


def factors(tau: Sequence[float], step: float) -> tuple[np.ndarray, np.ndarray]:
    """What decays in a step, and what arrives: words of u0.32 for both kinds of synapse."""
    times = np.asarray(tau, dtype=float)
    if times.shape != (2,) or not (np.isfinite(times) & (times > 0)).all():
        raise InvalidArgument(f"tau={tau!r} is no pair of positive times, exciting and inhibiting")
    decays = np.rint(np.exp(-step / times) * 2.0**32)
    inits = np.rint(-times / step * np.expm1(-step / times) * 2.0**32)
    if max(decays.max(), inits.max()) >= 2.0**32:
        raise InvalidArgument(f"tau={tau!r} is too long: the decay in a step is 1 in u0.32")
    return decays.astype(np.int64), inits.astype(np.int64)


def ending(
    program: Program, stopped: int, lost: np.ndarray, overflows: np.ndarray, steps: int
) -> tuple[Status, str]:
    if stopped >= 0:
        o = program.operations[stopped]
        return Status.NOT_FINITE, f"division by zero in step {steps + 1}: {o.text} in {o.where}"
    if lost[0] or lost[1] or overflows.any():
        worst = program.operations[int(np.argmax(overflows[:-1]))]
        where = f", most of {worst.text} in {worst.where}" if overflows.any() else ""
        return (
            Status.LEFT_BOUNDS,
            f"{lost[0]} cells were full (a larger shift= makes room), {lost[1]} inputs and "
            f"{int(overflows.sum())} results left the word{where}",
        )
    return Status.COMPLETED, f"{steps} steps, nothing lost"


def per_neuron(
    model: Model, parameters: Mapping[str, np.ndarray], input: str, count: int
) -> dict[str, np.ndarray]:
    """The input and what differs between neurons, an entry a neuron."""
    if input not in model.parameters:
        raise UnknownName(input, f"a parameter of {model.name} (input=)", model.parameters)
    known = [*model.parameters, *model.states]
    found = {}
    given: dict[str, float | np.ndarray] = {input: model.parameters[input], **parameters}
    for name, values in given.items():
        if name not in known:
            raise UnknownName(name, f"a parameter or state of {model.name}", known)
        found[name] = per_entry(name, values, count)
    return found


def per_entry(name: str, values: float | np.ndarray, count: int) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.shape not in ((), (count,)) or not np.isfinite(array).all():
        raise InvalidArgument(f"{name} is a number or {count} of them, not the shape {array.shape}")
    return np.broadcast_to(array, count)


def with_states(model: Model, columns: Mapping[str, np.ndarray]) -> Model:
    """The model with parameters as states that stand still: each neuron has its own."""
    held = {name: float(np.mean(v)) for name, v in columns.items() if name in model.parameters}
    return Model(
        model.name,
        model.text + "".join(f"\n{name}' = 0" for name in held),
        parameters={n: v for n, v in model.parameters.items() if n not in held},
        start={**model.start, **held},
        reset=model.reset,
        spike=model.spike or (None if model.reset else (model.states[0], 0.0)),
        time_unit=model.time_unit,
    )


def host_words(name: str, values: np.ndarray, word: QFormat, fraction: int) -> np.ndarray:
    n = np.rint(values * 2.0**fraction)
    if n.size and not (n.min() >= word.lowest and n.max() <= word.highest):
        raise InvalidArgument(f"{name} does not fit into {word.name}")
    return n.astype(np.int64)


def checked(connections: Sequence[np.ndarray], count: int) -> tuple[np.ndarray, ...]:
    """Sources, targets, weights and delays as arrays of one length."""
    if not isinstance(connections, Sequence | np.ndarray) or len(connections) != 4:
        raise InvalidArgument("connections are four arrays: sources, targets, weights, delays")
    found = []
    for what, values, low, high in (
        ("sources", connections[0], 0, count - 1),
        ("targets", connections[1], 0, count - 1),
        ("weights", connections[2], -LARGEST, LARGEST),
        ("delays", connections[3], 1, SLOTS - 1),
    ):
        array = np.atleast_1d(np.asarray(values, dtype=float if what == "weights" else None))
        array = array if array.size else array.astype(float if what == "weights" else np.int64)
        if what != "weights" and array.dtype.kind not in "ui":
            raise InvalidArgument(f"{what} are whole numbers")
        if array.size and not (low <= array.min() and array.max() <= high):
            raise InvalidArgument(f"{what} run from {low:g} to {high:g}")
        found.append(array if what == "weights" else array.astype(np.int64))
    length = max(len(array) for array in found)
    if any(len(array) not in (1, length) for array in found):
        raise InvalidArgument(
            f"connections have {[len(a) for a in found]} entries; give one length"
        )
    return tuple(np.ascontiguousarray(np.broadcast_to(array, length)) for array in found)


def left_shift(
    targets: np.ndarray, weights: np.ndarray, count: int, rate: float, word: QFormat
) -> int:
    """The least shift with which the cells hold what is expected, at so many spikes a step."""
    largest = 0.0
    for sign in (1, -1):
        w = np.maximum(sign * weights, 0.0)
        total, squares = (np.bincount(targets, w**k, minlength=count) for k in (1, 2))
        expected = rate * total + SIGMAS * np.sqrt(rate * squares)
        largest = max(largest, float(expected.max(initial=0.0)), float(w.max(initial=0.0)))
    if largest == 0:
        return 0
    return max(0, ceil(log2(largest * 2.0**word.fraction / FULL * (1 + 2.0**-17))))
