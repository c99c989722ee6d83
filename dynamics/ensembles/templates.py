"""The parts of an ensemble kernel that are the same for every model."""

HEAD = """from math import acos, asin, atan, sqrt, tan

import numpy as np
from numba import carray, cfunc, njit, types

from . import single
from .elementary import bits_of, cos, cosh, expm1, log, sin, sinh, tanh
from .ensemble_layout import *
from .model_functions import call_at
from .random_streams import fill_normals
from .removable import *
from .swift import bernoulli_from_exp, exp

floor = np.floor
FAST = dict(error_model="numpy", fastmath={{"reassoc", "contract", "nsz", "arcp", "afn"}})
ROWS = {rows}  # of states, parameters, sources and observed expressions
EXTRA_ROWS = {extra_rows}  # behind those
f4 = np.float32
NUMBERS = types.CPointer(types.float64)


@njit(forceinline=True, **FAST)
def relative_growth(z):
    return expm1(z) / z if z != 0.0 else 1.0
"""
GROUP_FUNCTION = """


@cfunc(types.void(NUMBERS, types.float64, types.float64), cache=True, **FAST)
def {name}(numbers, now, level):
    s = carray(numbers, ({size},))
    for lane in range({group}):
{body}
"""
OBSERVE = """

@njit(**FAST)
def observe(y, t, weight):
    for lane in range({width}):
{body}
"""
FORGET = """

@njit(**FAST)
def forget(y):
    for i in range({count}):
        y[{minimum} + i] = np.inf
        y[{maximum} + i] = -np.inf
        y[{integral} + i] = 0.0
"""
LOOP = """


@njit(**FAST)
def write_node(node, y, clock):
    states = clock[STATES] * {width}
    for i in range(states):
        node[i] = y[FIXED * {width} + i]
    for i in range(clock[TRACED_ROWS] * {width}):
        node[states + i] = y[clock[TRACED] * {width} + i]


@njit(nogil=True, cache=True, **FAST)
def advance(w, functions, keys, s, work, lanes, clock, span, found, trace, v):
    begin = span[BEGIN]
    length = span[STEP_LENGTH]
    until = span[UNTIL]
    level = span[LEVEL]
    last = clock[LAST_STEP]
    every = clock[EVERY]
    quota = clock[QUOTA]
    block = clock[BLOCK]
    index = clock[STEP]
    fresh = True
    while block < w.shape[0]:
        y = w[block]
{enter}
        if index == 0:
            if quota == 0 or found[0].size - clock[SPIKES] < ROOM:
                clock[BLOCK] = block
                clock[STEP] = 0
                return PAUSED if quota == 0 else FULL
{first}
            if every > 0:
                write_node(trace[block, 0], y, clock)
        while index < last:
            if quota == 0 or found[0].size - clock[SPIKES] < ROOM:
                clock[BLOCK] = block
                clock[STEP] = index
                return PAUSED if quota == 0 else FULL
            quota -= 1
            now = begin + index * length
            h = length if index + 1 < last else until - now
            end = now + h
{fill}
            met = np.int64(0)
{body}
{events}
            index += 1
{observe}
            if every > 0 and (index % every == 0 or index == last):
                node = (index + every - 1) // every
                write_node(trace[block, node], y, clock)
        index = 0
        fresh = True
        block += 1
    clock[BLOCK] = block
    clock[STEP] = 0
    return ARRIVED
"""
