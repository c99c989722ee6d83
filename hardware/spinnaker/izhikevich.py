"""Izhikevich's neuron as SpiNNaker runs it, in s16.15."""

from typing import Any

import numpy as np

from ...dynamics.errors import UnknownName
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

SOLVERS = {"euler": "euler", "rk2": "midpoint", "rk2q": "midpoint"}


def izhikevich(
    solver: str = "rk2",
    multiply: str = "fl",
    a: Word = 0.02,
    b: Word = 0.2,
    c: Word = -65.0,
    d: Word = 8.0,
    I: Word = 10.0,
    h: Word = 1.0,
    v0: Word = -75.0,
    u0: Word = -15.0,
    steps: int | str = 1000,
    *,
    mode: str = "arm",
    seed: int = 1,
    record: bool | None = None,
) -> MachineRun:
    """Run v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u) in the chip's own operations.

    solver
        "euler"; "rk2", the midpoint rule merged with the equations (Hopkins & Furber 2015); "rk2q",
        which lengthens the step after a spike to 1.85 h.
    multiply
        "fl", the C operator (floored in ARM mode; mode="thumb" rounds it half up); "rn", nearest;
        "sr", stochastic.
    a, b, c, d, I, h, v0, u0
        A float is a number, an integer a bit pattern! I=10.0 is ten, I=0x50000 is ten, I=10 is
        10/32768. Texts are patterns in hexadecimal. Numbers are rounded to the nearest word. Arrays
        make a population, one entry a neuron. Times are in ms. 0.04 is 1311/32768.
    steps
        How many.
    seed
        For "sr": the state from which the first neuron draws (state = 1664525 state + 1013904223,
        one draw a multiply, inner products first); other neurons get states of their own.
    record
        Whether v and u are kept at every step; by default for a single neuron, not for populations.

    Row k of the result is the state after step k + 1, after the reset: where v >= 30, v is set to
    c and d is added to u. All + and - wrap. Bit for bit what a compiled program gives whose
    products stand in this order. (gcc's -O2 takes those of `_Accum` for associative and reorders
    them, unless it is told -fno-tree-reassoc or they are calls of functions.)

    >>> run = izhikevich(I=10.0, steps=200)
    >>> run.spikes
    array([  4,  20,  66, 112, 158])
    >>> run["v"][0], hex(run.bits("v")[0])
    (np.float64(-65.2186279296875), '0xffdf6404')
    """
    if solver not in SOLVERS:
        raise UnknownName(solver, "a solver of this program", SOLVERS)
    given = dict(v=v0, u=u0, a=a, b=b, c=c, d=d, I=I, h=h)
    words = {name: program_words(name, value) for name, value in given.items()}
    rows, count, single = broadcast(words)
    steps = whole_number("steps", steps, 1, 1 << 40)
    seed = whole_number("seed", seed, 0, (1 << 32) - 1)
    loops = kernel("izhikevich", floor=multiply_kernel(multiply, mode), euler=SOLVERS[solver])
    block = np.array(list(rows.values()), dtype=np.uint32).view(np.int32)
    drawn: dict[str, Any] = {"seed": seed} if multiply == "sr" else {}
    states, quick = random_states(seed, count), np.zeros(count, dtype=np.uint8)

    def advance(fired: np.ndarray, vs: np.ndarray, us: np.ndarray) -> None:
        loops.advance(block, states, quick, solver == "rk2q", fired, vs, us)

    course = follow(advance, ("v", "u"), steps, count, single if record is None else bool(record))
    form = {name: column[:, 0] if single else column for name, column in course.columns.items()}
    return MachineRun(
        program=f"izhikevich, {solver}, {multiply}" + (", thumb" if mode == "thumb" else ""),
        arguments={**{name: shown(value) for name, value in words.items()}, **drawn},
        steps=steps,
        count=count,
        columns=form,
        fractions=dict(v=15, u=15),
        final=dict(v=block[0].view(np.uint32), u=block[1].view(np.uint32)),
        spikes=course.spikes,
        neurons=course.neurons,
    )
