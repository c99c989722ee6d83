"""A program's operations in double precision: the machine's constants without its arithmetic.

Registers become real numbers. A constant is what its word stands for, n 2^-fraction, and so is a
start value; sums and products have the error of a double, shifts none, functions are those that the
machine's tables and exponentials approximate, nothing leaves the word. The order is the program's.
What a run on the machine does beside this one is due to rounding (and overflow) alone; what this
one does beside the same steps with exact constants is due to the constants alone.
"""

from dataclasses import replace

import numpy as np

from ...dynamics.errors import InvalidArgument
from ...dynamics.status import Status
from .building import spike_level
from .emulation import Emulation, SteppedRun
from .following import Course, follow_graph
from .graph import Graph, Node
from .program import Operation, Program

FUNCTIONS = {"expk": "exp", "expulr": "exp", "sqrt": "sqrt"}


def constants_run(
    program: Program,
    steps: int,
    every: int = 1,
    watched: int = -1,
    level: float = 0.0,
    seed: int = 1,
) -> Course:
    """The course of a program in double precision with the constants of its words.

    every
        Keep every so many steps; `rows` are numbers, not words.
    watched, level
        A state whose upward crossings of a level, as a number, are spikes.
    seed
        Of the noise.

    Where the states leave the numbers the course ends; `steps` says how many were made.

    >>> import rheobase as rb
    >>> machine = rb.emulate(rb.models.izhikevich().replace(I=10), until=200)
    >>> constants_run(machine.program, 2000).spikes
    array([  34,  204,  653, 1101, 1549, 1997])
    """
    if watched >= len(program.states):
        raise InvalidArgument(
            f"watched={watched} is no state's number; {program.name} has {len(program.states)}"
        )
    return follow_graph(real_graph(program), steps, every, watched, level, program.step, seed)


def constants_only(machine: Emulation) -> SteppedRun:
    """The steps of a run on the machine once more, with its constants, in double precision."""
    model, program = machine.model, machine.program
    every = int(machine.settings["every"])  # type: ignore[call-overload]
    watched, level = spike_level(model)
    seed = int(machine.settings["seed"])  # type: ignore[call-overload]
    course = constants_run(program, machine.steps, every, watched, level or 0.0, seed)
    whole = course.steps == machine.steps
    return SteppedRun(
        model=model,
        t=np.arange(len(course.rows)) * (every * program.step),
        x=course.rows[:, : len(model.states)],
        status=Status.COMPLETED if whole else Status.NOT_FINITE,
        message=f"{course.steps} steps in double precision with the constants of "
        f"{machine.word.name}" + ("" if whole else "; then a state leaves the numbers"),
        scheme=machine.scheme,
        step=program.step,
        steps=course.steps,
        evaluations=course.steps,
        engine="double precision",
        spike_times=course.times(program.step, level),
        driven=machine.driven,
        pieces=machine.pieces,
    )


def real_graph(program: Program) -> Graph:
    """The operations as nodes on real numbers, shifts left out."""
    nodes: list[Node] = []
    place: dict[int, int] = {}  # of registers

    def enter(register: int, node: Node) -> None:
        place[register] = len(nodes)
        nodes.append(node)

    for name, register in zip(program.states, program.inputs, strict=True):
        enter(register, Node("state", name=name, text=name))
    for feed in program.feeds:
        enter(feed.place, Node("input", name=feed.text, value=feed.offset, text=feed.text))
    for register, n in program.constants.items():
        enter(register, Node("constant", value=n * 2.0 ** -program.fractions[register]))
    for o in program.operations:
        if o.verb == "shift":
            place[o.out] = place[o.args[0]]
        else:
            enter(o.out, real_node(program, o, tuple(place[a] for a in o.args)))
    unit = 2.0 ** -np.array([program.fractions[r] for r in program.inputs], dtype=float)
    return Graph(
        nodes=tuple(nodes),
        inputs=tuple(place[r] for r in program.inputs),
        outputs=tuple(place[r] for r in program.outputs),
        states=program.states,
        start=tuple((np.array(program.start) * unit).tolist()),
        spike=None if program.spike is None else place[program.spike],
        feeds=tuple(replace(feed, place=place[feed.place]) for feed in program.feeds),
    )


def real_node(program: Program, o: Operation, args: tuple[int, ...]) -> Node:
    """An operation as a node on real numbers."""
    verb, value, name = o.verb, 0.0, ""
    if verb == "table":
        table = program.tables[o.table]
        verb, value, name = "function", table.exponent, table.function
    elif verb in FUNCTIONS:
        verb, name = "function", FUNCTIONS[verb]
    return Node(verb, args, value, name, where=o.where, text=o.text)
