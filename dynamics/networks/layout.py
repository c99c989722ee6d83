"""Where the loop keeps what: the arrays of a population, of a synapse, and the loop's counters.

A line `@cell` (and so on) at the head of a generated function stands for the arrays of this tuple
that the function uses.
"""

import re
from collections.abc import Iterable

# states: now, before the step, at a stage; slopes; the sum of a step
CELL = (
    *("X", "Y", "S", "K", "A"),
    # parameters: numbers, rows; 0 while held; end of it; below the spike level; needs a closer look
    *("Q", "R", "MOV", "REL", "ARM", "FLAG"),
    # sums over connections: at a stage, at the beginning and the end of the step; noise
    *("U", "U0", "U1", "XI"),
    # the past: states, slopes, start values
    *("H", "DH", "X0"),
    # spikes: times, neurons, (how many, how many were sent, who failed)
    *("ST", "SI", "SC"),
    # recorded neurons and states; keys of the noise
    *("RI", "RB", "KEYS"),
)
SYNAPSE = (
    # runs of connections with one delay: of each source, where they begin, the delay in steps
    *("RUN_PTR", "RUN_FIRST", "RUN_DELAY"),
    # targets, weights, states of connections, when they were brought up to date
    *("TG", "W", "E", "LA"),
    # connections to each target
    *("IN_PTR", "IN_EDGES", "IN_SOURCES"),
    # spikes on their way, by slot; delays in steps; connections of each source
    *("HEAD", "TAIL", "DL", "EP"),
    # what arrived at each target in this step: how many, how much weight
    *("CT", "WS"),
)
POOL = ("EF", "EL", "ES", "EN", "FR")
INPUT = ("MEAN", "TABLE", "COUNT", "DRAW", "KEY")
# places in `count`
LEFT, STEP, LAST, PHASE, EVERY, POPULATION = range(6)

TAKE_CELL, TAKE_TARGET, TAKE_SOURCE = "@cell", "@target", "@source"
TAKE_SYNAPSE, TAKE_POOL, TAKE_INPUT = "@syn", "@pool", "@inp"
TUPLES = {"cell": CELL, "target": CELL, "syn": SYNAPSE, "pool": POOL, "inp": INPUT}
TUPLES["source"] = tuple(f"o{name}" for name in CELL)
WORD = re.compile(r"[A-Za-z_]\w*")


def taken(body: Iterable[str]) -> list[str]:
    """The body with the `@` lines written out."""
    lines = list(body)
    used = set(WORD.findall("\n".join(line for line in lines if line[0] != "@")))
    found = []
    for line in lines:
        if line[0] == "@":
            which = line[1:]
            names = enumerate(TUPLES[which])
            found += [f"{name} = {which}[{i}]" for i, name in names if name in used]
        else:
            found.append(line)
    return found
