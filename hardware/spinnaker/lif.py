"""The leaky integrate-and-fire neuron as SpiNNaker runs it, in s16.15."""

from typing import Any

import numpy as np

from ..kernel_files import kernel
from ..machine_run import MachineRun
from .population import broadcast, follow
from .program_words import (
    Word,
    multiply_kernel,
    program_words,
    random_states,
    shown,
    whole_number,
)

NOISE = 12345  # the state at the start


def lif(
    multiply: str = "fl",
    I: Word = 0.8,
    R: Word = 20.0,
    Vrest: Word = -65.0,
    Vreset: Word = -65.0,
    Vth: Word = -50.0,
    E: Word = 0.951229424500714,
    Tref: int | str = 2,
    noise: int | str = 0,
    steps: int | str = 1000,
    *,
    mode: str = "arm",
    seed: int = 1,
    record: bool | None = None,
) -> MachineRun:
    """Run tau V' = V_rest - V + R I by its closed form over a step, V <- A - E (A - V).

    A = R I + V_rest and E = exp(-h/tau), exact between the steps but for rounding (h = 1 and
    tau = 20 unless given). Where V >= V_th there is a spike, V is set to V_reset and stays for
    `Tref` steps.

    I, R, Vrest, Vreset, Vth, E
        A float is a number, an integer a bit pattern! A text is a pattern in hexadecimal. Arrays
        make a population.
    noise
        1 adds int32(s) >> 17 to the word I in every step, s = 1664525 s + 1013904223 from 12345
        (populations: from states of their own).

    `multiply`, `steps`, `mode`, `seed` and `record` as in `izhikevich`. Columns are V, `refr` (the
    steps of the pause that are left) and `spike`, after each step.

    >>> run = lif(I=0.8, R=20.0, steps=300)
    >>> run.spikes
    array([ 55, 113, 171, 229, 287])
    """
    given = dict(I=I, R=R, Vrest=Vrest, Vreset=Vreset, Vth=Vth, E=E)
    words = {name: program_words(name, value) for name, value in given.items()}
    rows, count, single = broadcast(words)
    steps = whole_number("steps", steps, 1, 1 << 40)
    pause = whole_number("Tref", Tref, 0, (1 << 31) - 1)
    noisy = whole_number("noise", noise, 0, 1)
    seed = whole_number("seed", seed, 0, (1 << 32) - 1)
    loops = kernel("lif", floor=multiply_kernel(multiply, mode))
    whole = np.zeros(count, dtype=np.uint32)
    block = np.array(
        [rows["Vrest"], whole, *rows.values(), whole + np.uint32(pause)], dtype=np.uint32
    ).view(np.int32)
    drawn: dict[str, Any] = {"seed": seed} if multiply == "sr" else {}
    states, noises = random_states(seed, count), random_states(NOISE, count)

    def advance(fired: np.ndarray, vs: np.ndarray, lefts: np.ndarray) -> None:
        loops.advance(block, states, noises, bool(noisy), fired, vs, lefts)

    kept = single if record is None else bool(record)
    course = follow(advance, ("V", "refr"), steps, count, kept)
    return MachineRun(
        program=f"lif, {multiply}" + (", thumb" if mode == "thumb" else ""),
        arguments={name: shown(value) for name, value in words.items()}
        | dict(Tref=pause, noise=noisy, **drawn),
        steps=steps,
        count=count,
        columns={name: col[:, 0] if single else col for name, col in course.columns.items()},
        fractions=dict(V=15),
        final=dict(V=block[0].view(np.uint32), refr=block[1].view(np.uint32)),
        spikes=course.spikes,
        neurons=course.neurons,
    )
