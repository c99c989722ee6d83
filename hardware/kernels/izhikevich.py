"""Izhikevich's neuron in s16.15: the loop over steps and neurons.

`words` has a row each for v, u, a, b, c, d, I, h and a column a neuron, `states` their random
states; both are left as they are at the end. `vs` and `us` have one row a step, or none. `quick`
says whose next step is lengthened, 1.85 h; with `lengthen` that is done after each spike.

Neurons are taken in blocks, in one flat array whose rows have a length that the compiler knows, so
that it can compute on several at once. `fired` says who fired, by block, step and place in the
block.
"""

import numpy as np
from numba import njit

from .euler import advanced
from .floor import multiply

BLOCK = 128
V, U, A, B, C, D, I, H, NOW, QUICK, ROWS = range(0, 11 * BLOCK, BLOCK)
THRESHOLD = 30 << 15
LONGER = 0xECCC  # 1.85


@njit(cache=True, error_model="numpy")
def advance(words, states, quick, lengthen, fired, vs, us):
    """All steps of all neurons; `vs` and `us` are filled if they have rows."""
    steps, count = fired.shape[1], states.size
    record = vs.shape[0] > 0
    x = np.zeros(ROWS, np.int32)
    s = np.zeros(BLOCK, np.int64)
    for first in range(0, count, BLOCK):
        here = min(BLOCK, count - first)
        for i in range(here):
            for row in range(8):
                x[row * BLOCK + i] = words[row, first + i]
            x[NOW + i] = words[7, first + i]
            x[QUICK + i] = quick[first + i]
            s[i] = states[first + i]
        for step in range(steps):
            if lengthen:
                for i in range(here):
                    x[NOW + i] = x[H + i]
                    if x[QUICK + i]:
                        x[NOW + i], s[i] = multiply(np.int64(x[H + i]), LONGER, s[i])
            for i in range(here):
                v, u, s[i] = advanced(
                    np.int64(x[V + i]),
                    np.int64(x[U + i]),
                    np.int64(x[A + i]),
                    np.int64(x[B + i]),
                    np.int64(x[I + i]),
                    np.int64(x[NOW + i]),
                    s[i],
                )
                spike = v >= THRESHOLD
                x[V + i] = x[C + i] if spike else np.int32(v)
                x[U + i] = np.int32(u + x[D + i]) if spike else np.int32(u)
                x[QUICK + i] = np.int32(spike)
            for i in range(here):
                fired[first // BLOCK, step, i] = x[QUICK + i]
            if record:
                for i in range(here):
                    vs[step, first + i] = x[V + i]
                    us[step, first + i] = x[U + i]
        for i in range(here):
            words[0, first + i] = x[V + i]
            words[1, first + i] = x[U + i]
            quick[first + i] = x[QUICK + i]
            states[first + i] = s[i]
