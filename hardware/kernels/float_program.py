"""A graph of operations in double precision, step after step, and the range of every node.

`rows` has a verb and three arguments a node; `x` the nodes' values, of which constants stand there
already. `lows` and `highs` are widened to what each node takes on. `watched` is the state whose
upward crossings of `level` count as spikes (-1: none); `spike` the node that says so (-1: none).
`given` has a row a step of what the nodes `feeds` are given.
"""

import math

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def function(verb, x, exponent):
    if verb == 12:
        return math.exp(x) if x < 709.0 else np.inf
    if verb == 13:
        return math.log(x) if x > 0 else np.nan
    if verb == 14:
        return math.sqrt(x) if x >= 0 else np.nan
    if verb == 15:
        return math.sin(x)
    if verb == 16:
        return math.cos(x)
    if verb == 17:
        return math.tan(x)
    if verb == 18:
        return np.sinh(x)
    if verb == 19:
        return np.cosh(x)
    if verb == 20:
        return math.tanh(x)
    if verb == 21:
        return np.arcsin(x)
    if verb == 22:
        return np.arccos(x)
    if verb == 23:
        return math.atan(x)
    if verb == 24:
        return 1.0 if x == 0 else x / np.expm1(x)
    if verb == 25:
        return 1.0 if x == 0 else np.expm1(x) / x
    if verb == 26:
        return 1.0 if x == 0 else math.sin(x) / x
    return x**exponent if x >= 0 or exponent == np.floor(exponent) else np.nan


@njit(cache=True, error_model="numpy")
def advance(
    rows, x, values, inputs, outputs, spike, watched, level, first, steps, every, kept, lows, highs,
    fired, before, after, feeds, given,
):  # fmt: skip
    """`steps` steps, the first with this number; how many were made and how many spikes found."""
    count = 0
    states = inputs.size
    moved = np.empty(states)
    for step in range(first, first + steps):
        for j in range(feeds.size):
            x[feeds[j]] = given[step - first, j]
        for i in range(rows.shape[0]):
            verb, a, b, c = rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3]
            if verb == 2:
                x[i] = x[a] + x[b]
            elif verb == 3:
                x[i] = x[a] - x[b]
            elif verb == 5:
                x[i] = x[a] * x[b]
            elif verb == 4:
                x[i] = -x[a]
            elif verb == 6:
                x[i] = x[a] / x[b]
            elif verb == 7:
                x[i] = np.floor(x[a])
            elif verb == 8:
                x[i] = 1.0 if x[a] < x[b] else 0.0
            elif verb == 9:
                x[i] = 1.0 if x[a] <= x[b] else 0.0
            elif verb == 10:
                x[i] = 1.0 if x[a] == x[b] else 0.0
            elif verb == 11:
                x[i] = x[b] if x[a] != 0 else x[c]
            elif verb >= 12:
                x[i] = function(verb, x[a], values[i])
            if not (x[i] >= lows[i]):
                lows[i] = x[i]
            if not (x[i] <= highs[i]):
                highs[i] = x[i]
        total = 0.0
        for j in range(states):
            moved[j] = x[outputs[j]]
            total += moved[j] - moved[j]
        if total != 0.0:
            return step - first, count
        crossed = watched >= 0 and x[inputs[watched]] < level and moved[watched] >= level
        if crossed or (spike >= 0 and x[spike] != 0):
            fired[count] = step
            if watched >= 0:
                before[count], after[count] = x[inputs[watched]], moved[watched]
            count += 1
        for j in range(states):
            x[inputs[j]] = moved[j]
        if (step + 1) % every == 0:
            for j in range(states):
                kept[(step + 1) // every, j] = moved[j]
    return steps, count
