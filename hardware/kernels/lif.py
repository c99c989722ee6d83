"""The leaky integrate-and-fire neuron in s16.15, by its closed form over a step.

`words` has a row each for V, the pause that is left, I, R, V_rest, V_reset, V_th, E and the length
of a pause, and a column a neuron. `states` are the random states of the products, `noises` those of
the noise in the input. Blocks and `fired` as in `izhikevich`.
"""

import numpy as np
from numba import njit

from .floor import multiply

BLOCK = 128
V, LEFT, I, R, REST, RESET, THRESHOLD, DECAY, PAUSE, FIRED, ROWS = range(0, 11 * BLOCK, BLOCK)


@njit(cache=True, forceinline=True)
def wrap(x):
    return np.int64(np.int32(x))


@njit(cache=True, error_model="numpy")
def advance(words, states, noises, noise, fired, vs, lefts):
    """All steps of all neurons; `vs` and `lefts` are filled if they have rows."""
    steps, count = fired.shape[1], states.size
    record = vs.shape[0] > 0
    x = np.zeros(ROWS, np.int32)
    s = np.zeros(BLOCK, np.int64)
    drawn = np.zeros(BLOCK, np.int64)
    for first in range(0, count, BLOCK):
        here = min(BLOCK, count - first)
        for i in range(here):
            for row in range(9):
                x[row * BLOCK + i] = words[row, first + i]
            s[i] = states[first + i]
            drawn[i] = noises[first + i]
        for step in range(steps):
            if noise:
                for i in range(here):
                    drawn[i] = (drawn[i] * 1664525 + 1013904223) & 0xFFFFFFFF
                    x[I + i] = words[2, first + i] + (np.int32(drawn[i]) >> 17)
            for i in range(here):
                v = np.int64(x[V + i])
                alpha, s1 = multiply(np.int64(x[I + i]), np.int64(x[R + i]), s[i])
                alpha = wrap(alpha + x[REST + i])
                part, s1 = multiply(np.int64(x[DECAY + i]), wrap(alpha - v), s1)
                left = x[LEFT + i]
                free = left <= 0
                v = wrap(alpha - part) if free else v
                s[i] = s1 if free else s[i]
                left = left if free else left - np.int32(1)
                spike = v >= np.int64(x[THRESHOLD + i])
                x[V + i] = x[RESET + i] if spike else np.int32(v)
                x[LEFT + i] = x[PAUSE + i] if spike else left
                x[FIRED + i] = np.int32(spike)
            for i in range(here):
                fired[first // BLOCK, step, i] = x[FIRED + i]
            if record:
                for i in range(here):
                    vs[step, first + i] = x[V + i]
                    lefts[step, first + i] = x[LEFT + i]
        for i in range(here):
            words[0, first + i] = x[V + i]
            words[1, first + i] = x[LEFT + i]
            states[first + i] = s[i]
            noises[first + i] = drawn[i]
