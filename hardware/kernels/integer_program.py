"""A machine program, operation by operation, step after step.

`ops` has a row an operation: verb, result, three operands, shift, rounding, table, whether it
saturates in any case, and the register without which it is left out (-1: none). `x` holds the
registers; constants stand there already. What doesn't fit is counted in `overflows`, the step of
the first in `firsts`. `heads` and `coefficients` are the tables (`machine/tables.py`), `powers`,
`parts`, `c` those of the chip's exponential. `given` has a row a
step of the words that the registers `feeds` get.
"""

import numpy as np
from numba import njit

from .exponential import high_product, scaled


@njit(cache=True)
def shifted(p, s, rounding, negative, state):
    """p 2^-s rounded, and the random state."""
    if s == 0:
        return p, state
    down = p >> s
    if rounding == 0:
        return down, state
    if rounding == 1:
        return down + ((p >> (s - 1)) & 1), state
    lost = p - (down << s)
    if rounding == 4:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        w = state >> (32 - s) if s <= 32 else state << (s - 32)
        return down + np.int64(w < lost), state
    if rounding == 3:
        return down + np.int64(negative and lost != 0), state
    half = np.int64(1) << (s - 1)
    return down + np.int64(lost > half or (lost == half and (down & 1) == 1)), state


@njit(cache=True)
def divided(p, q, rounding, state):
    """p / q rounded, and the random state."""
    if q < 0:
        p, q = -p, -q
    down = p // q
    lost = p - down * q
    if rounding == 0:
        up = False
    elif rounding == 1:
        up = lost >= q - lost
    elif rounding == 2:
        up = lost > q - lost or (lost == q - lost and (down & 1) == 1)
    elif rounding == 3:
        up = p < 0 and lost != 0
    else:
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        up = np.uint64(state) * np.uint64(q) < (np.uint64(lost) << np.uint64(32))
    return down + np.int64(up), state


@njit(cache=True)
def exponential(n, powers, parts, c):
    """e^(n 2^-15) 2^32 for -340695 <= n <= 363408."""
    z = n >> 15
    f = n & 0x7FFF
    if f == 0:
        return powers[z + 13]
    f = 32768 - f
    t = powers[z + 14]
    t -= scaled(t, parts[f >> 11])
    y = np.uint64(f & 2047) << np.uint64(17)
    s = high_product(c[1] - high_product(c[2], y), y) + c[0]
    return t - scaled(t, s)


@njit(cache=True)
def root(n):
    """The whole part of a square root."""
    found = np.int64(0)
    bit = np.int64(1) << 62
    while bit > n:
        bit >>= 2
    while bit != 0:
        if n >= found + bit:
            n -= found + bit
            found = (found >> 1) + bit
        else:
            found >>= 1
        bit >>= 2
    return found


@njit(cache=True, error_model="numpy")
def advance(
    ops, x, lowest, highest, saturate, inputs, outputs, spike, watched, level, first, steps, every,
    kept, fired, before, after, overflows, firsts, heads, coefficients, powers, parts, c, random,
    feeds, given,
):  # fmt: skip
    """`steps` steps, the first with this number.

    Returns how many were made, how many spikes found, and the operation that divided by 0, or -1.
    """
    count = 0
    states = inputs.size
    moved = np.empty(states, np.int64)
    state = random[0]
    wide = highest >= (np.int64(1) << 31)
    period = (highest - lowest) + 1
    for step in range(first, first + steps):
        for j in range(feeds.size):
            x[feeds[j]] = given[step - first, j]
        for k in range(ops.shape[0]):
            verb, out, a, b = ops[k, 0], ops[k, 1], x[ops[k, 2]], x[ops[k, 3]]
            if ops[k, 9] >= 0 and x[ops[k, 9]] == 0:
                x[out] = 0
                continue
            clamp = saturate or ops[k, 8] != 0
            s, rounding = ops[k, 5], ops[k, 6]
            lost = False
            if verb == 0:
                r = a + b
            elif verb == 1:
                r = a - b
            elif verb == 3:
                p = a * b
                lost = wide and abs(np.float64(a) * np.float64(b)) > 4.6e18
                r, state = shifted(p, s, rounding, (a < 0) != (b < 0), state)
                if lost and clamp:
                    r = highest if (a < 0) == (b < 0) else lowest
            elif verb == 2:
                r = -a
            elif verb == 4:
                if b == 0:
                    random[0] = state
                    return step - first, count, k
                r, state = divided(a << s, b, rounding, state)
            elif verb == 5:
                if s >= 0:
                    r, state = shifted(a, s, rounding, a < 0, state)
                else:
                    r = a << -s
            elif verb == 9:
                r = b if a != 0 else x[ops[k, 4]]
            elif verb <= 8:
                left = a << s if s > 0 else a
                right = b << -s if s < 0 else b
                r = np.int64(left < right or (verb == 7 and left == right))
                if verb == 8:
                    r = np.int64(left == right)
            elif verb == 10:
                if a > 363408:
                    r, lost = np.int64(0x7FFFFFFF), True
                elif a < -340695:
                    r = np.int64(0)
                else:
                    r = np.int64(min(exponential(a, powers, parts, c) >> np.uint64(17), 0x7FFFFFFF))
            elif verb == 11:
                r = np.int64(0)
                if a >= -340695:
                    lost = a >= 0
                    e = exponential(min(a, 363408), powers, parts, c)
                    r = np.int64(e & np.uint64(0xFFFFFFFF))
                x[out] = r
                if lost:
                    if overflows[k] == 0:
                        firsts[k] = step
                    overflows[k] += 1
                continue
            elif verb == 12:
                h = ops[k, 7]
                low, width, segments = heads[h, 0], heads[h, 1], heads[h, 2]
                d = a - low
                end = (segments << width) - 1
                if d < 0 or d > heads[h, 5]:
                    lost = heads[h, 4] == 0
                    d = min(max(d, 0), end)
                t = d & ((np.int64(1) << width) - 1)
                at = heads[h, 6] + 4 * (d >> width)
                y = coefficients[at + 3]
                y = coefficients[at + 2] + ((y * t) >> width)
                y = coefficients[at + 1] + ((y * t) >> width)
                y = coefficients[at] + ((y * t) >> width)
                guard = heads[h, 3]
                r = (y + ((np.int64(1) << guard) >> 1)) >> guard
            elif verb == 13:
                lost = a < 0
                r = np.int64(0) if lost else root(a << s)
            else:
                r = (a >> s) << s
            if r < lowest or r > highest:
                lost = True
                if clamp:
                    r = highest if r > highest else lowest
                else:
                    r = ((r - lowest) & (period - 1)) + lowest
            if lost:
                if overflows[k] == 0:
                    firsts[k] = step
                overflows[k] += 1
            x[out] = r
        for j in range(states):
            moved[j] = x[outputs[j]]
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
    random[0] = state
    return steps, count, -1


@njit(cache=True)
def images(
    ops, x, lowest, highest, saturate, inputs, outputs, starts, heads, coefficients, powers, parts,
    c, random, stopped,
):  # fmt: skip
    """One step from each row of `starts`, in place; `stopped` says where a divisor was 0."""
    states = inputs.size
    kept = np.empty((2, states), np.int64)
    fired, before, after = np.empty(1, np.int64), np.empty(1, np.int64), np.empty(1, np.int64)
    overflows, firsts = np.zeros(len(ops) + 1, np.int64), np.zeros(len(ops) + 1, np.int64)
    feeds, given = np.empty(0, np.int64), np.empty((1, 0), np.int64)
    for i in range(len(starts)):
        for j in range(states):
            x[inputs[j]] = starts[i, j]
        made, _, _ = advance(
            ops, x, lowest, highest, saturate, inputs, outputs, -1, -1, 0, 0, 1, 2, kept, fired,
            before, after, overflows, firsts, heads, coefficients, powers, parts, c, random, feeds,
            given,
        )  # fmt: skip
        stopped[i] = made == 0
        for j in range(states):
            starts[i, j] = x[inputs[j]]
