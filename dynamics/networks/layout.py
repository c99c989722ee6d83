"""Where the loop keeps what: the arrays of a population, of a synapse, and the loop's counters.

Compiled code receives them as tables of addresses and shapes, four integers an array: passing
dozens of arrays as such takes numba seconds to compile. A line `@cell` (and so on) at the head of
a generated function stands for the arrays of this table that the function uses.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

# states: now, before the step, at a stage; slopes; the sum of a step
CELL = dict(X="matrix", Y="matrix", S="matrix", K="matrix", A="matrix")
# parameters: numbers, rows; 0 while held, end of it; below the spike level; needs a closer look
CELL |= dict(Q="vector", R="matrix", MOV="vector", REL="vector", ARM="vector", FLAG="vector")
# sums over connections: at a stage, at the beginning and the end of the step; noise
CELL |= dict(U="matrix", U0="matrix", U1="matrix", XI="matrix")
# the past: states, slopes, start values
CELL |= dict(H="cube", DH="cube", X0="matrix")
# spikes: times, neurons, (how many, how many were sent, who failed)
CELL |= dict(ST="vector", SI="ints", SC="longs")
# recorded neurons and states; keys of the noise; a few neurons side by side
CELL |= dict(RI="longs", RB="cube", KEYS="longs", B="vector")

# runs of connections with one delay: of each source, where they begin, the delay in steps
SYNAPSE = dict(RUN_PTR="longs", RUN_FIRST="longs", RUN_DELAY="longs")
# targets, weights, states of connections, when they were brought up to date
SYNAPSE |= dict(TG="ints", W="vector", E="matrix", LA="vector")
# connections to each target
SYNAPSE |= dict(IN_PTR="longs", IN_EDGES="longs", IN_SOURCES="ints")
# spikes on their way, by slot; delays in steps; connections of each source
SYNAPSE |= dict(HEAD="longs", TAIL="longs", DL="vector", EP="longs")
# what arrived at each target in this step: how many, how much weight
SYNAPSE |= dict(CT="ints", WS="vector")

# spikes on their way: connections from, to, source, the next one; (free place, number of them)
POOL = dict(EF="longs", EL="longs", ES="ints", EN="longs", FR="longs")
# a Poisson input: means, table, counts, draws, key
INPUT = dict(MEAN="vector", TABLE="vector", COUNT="longs", DRAW="vector", KEY="longs")

WIDTH = 64  # neurons side by side; as in kernels/network.py
# places in `count`
LEFT, STEP, LAST, PHASE, EVERY, POPULATION = range(6)

TAKE_CELL, TAKE_TARGET, TAKE_SOURCE = "@cell", "@target", "@source"
TAKE_SYNAPSE, TAKE_POOL, TAKE_INPUT = "@syn", "@pool", "@inp"
TABLES = {"cell": CELL, "target": CELL, "source": CELL}
TABLES |= {"syn": SYNAPSE, "pool": POOL, "inp": INPUT}
WORD = re.compile(r"[A-Za-z_]\w*")
NUMBERS = {"ints": "int32", "longs": "int64"}
DIMENSIONS = {"matrix": 2, "cube": 3}


def taken(body: Iterable[str]) -> list[str]:
    """The body with the `@` lines written out."""
    lines = list(body)
    used = set(WORD.findall("\n".join(line for line in lines if line[0] != "@")))
    found = []
    for line in lines:
        if line[0] != "@":
            found.append(line)
            continue
        table, letter = line[1:], "o" * (line == TAKE_SOURCE)
        for i, (name, kind) in enumerate(TABLES[table].items()):
            if letter + name in used:
                found.append(f"{letter}{name} = {kind}({table}, {i})")
    return found


def table(layout: dict[str, str], arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Addresses and shapes; the arrays must live as long as the table is used."""
    entries = np.zeros((len(layout), 4), dtype=np.int64)
    for row, (name, kind), array in zip(entries, layout.items(), arrays, strict=True):
        found = str(array.dtype), array.ndim, array.flags.c_contiguous
        wanted = NUMBERS.get(kind, "float64"), DIMENSIONS.get(kind, 1), True
        assert found == wanted, f"this is a bug: the array {name} is {found}"
        row[0] = array.ctypes.data
        row[1 : 1 + array.ndim] = array.shape
    return entries.ravel()


def tables(layout: dict[str, str], groups: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """One table a row."""
    rows = [table(layout, arrays) for arrays in groups]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 4 * len(layout))
