"""An exponential synapse behind a ring buffer: decay in u0.32, a 16-bit cell that saturates.

`words` has a row each for x, d and init, and a column a synapse; `states` are the random states of
the spikes that arrive.
"""

import numpy as np
from numba import njit

FULL = 0xFFFF


@njit(cache=True, error_model="numpy")
def advance(words, states, shift, steps, xs, cells, arrivals):
    """All steps of all synapses; `xs` and what follows are filled if they have rows."""
    count = states.size
    record = xs.shape[0] > 0
    for i in range(count):
        x, d, init = np.int64(words[0, i]), np.int64(words[1, i]), np.int64(words[2, i])
        s = states[i]
        for step in range(steps):
            x = (x * d) >> 32
            s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
            n = s >> 30
            if ((s >> 20) & 255) < 8:
                n = 40
            cell = np.int64(0)
            for _ in range(n):
                s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
                cell = min(cell + ((s >> 16) & 0x3FFF), FULL)
            arriving = np.int64(np.int32(cell << shift))
            x = np.int64(np.int32(x + ((arriving * init) >> 32)))
            if record:
                xs[step, i] = x
                cells[step, i] = cell
                arrivals[step, i] = n
        words[0, i] = x
        states[i] = s
