"""Neurons of one program joined by synapses as on the chip: ring buffers, decay, left shift.

`cells` has a ring of slots for each kind of synapse (0 excites, 1 inhibits) and neuron, `currents`
a row a kind. `words` has a row a neuron; its column `column` is the input, which is set in every
step. `lost` counts cells that were full, wrapped inputs, holds the step of the first of each, and
how many steps are made in all.
`address` is that of the program's compiled step of a population (`machine/native.py`), or 0; what
does not fit there the interpreter does.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from .integer_program import advance

FULL = 0xFFFF
LCG_A, LCG_C, MASK = 1664525, 1013904223, 0xFFFFFFFF


@intrinsic
def population(typingctx, address, given):
    """The function at an address, of integers of 64 bits."""
    count = len(given)

    def generate(context, builder, signature, values):
        whole = ir.IntType(64)
        kind = ir.FunctionType(whole, [whole] * count)
        function = builder.inttoptr(values[0], kind.as_pointer())
        return builder.call(function, [builder.extract_value(values[1], k) for k in range(count)])

    return types.int64(address, given), generate


@njit(cache=True)
def run(
    ops, x, lowest, highest, saturate, inputs, outputs, spike, watched, level, words, column,
    offsets, amplitudes, noises, cells, currents, decays, inits, shift, starts, targets, weights,
    delays, kinds, first, steps, fired, overflows, firsts, heads, coefficients, powers, parts, c,
    random, lost, chip, address,
):  # fmt: skip
    """`steps` steps; `fired[step, neuron]` says who fired.

    Returns the operation that divided by 0, or -1.
    """
    count, slots, states = words.shape[0], cells.shape[0], words.shape[1]
    kept = np.empty((2, states), np.int64)
    feeds, given = np.empty(0, np.int64), np.empty((1, 0), np.int64)
    totals = np.empty(count, np.int64)
    who, before, after = np.empty(2, np.int64), np.empty(2, np.int64), np.empty(2, np.int64)
    for step in range(first, first + steps):
        slot = step % slots
        for i in range(count):
            total, wraps = offsets[i], False
            for kind in range(2):
                cell = cells[slot, kind, i] << shift
                arriving = np.int64(np.int32(cell))
                cells[slot, kind, i] = 0
                grown = ((currents[kind, i] * decays[kind]) >> 32) + (
                    (arriving * inits[kind]) >> 32
                )
                now = np.int64(np.int32(grown))
                wraps |= arriving != cell or now != grown
                currents[kind, i] = now
                total += now if kind == 0 else -now
            if amplitudes[i] != 0:
                noises[i] = (noises[i] * LCG_A + LCG_C) & MASK
                total += (np.int64(np.int32(noises[i])) * amplitudes[i]) >> 31
            if wraps or total < lowest or total > highest:
                if lost[1] == 0:
                    lost[3] = step
                lost[1] += 1
                total = min(max(total, lowest), highest)
            totals[i] = total
        i = 0
        while i < count:
            if address != 0:
                i = population(
                    address,
                    (
                        np.int64(i), np.int64(count), np.int64(x.ctypes.data),
                        np.int64(words.ctypes.data), np.int64(totals.ctypes.data),
                        np.int64(heads.ctypes.data), np.int64(coefficients.ctypes.data),
                        np.int64(chip.ctypes.data), np.int64(random.ctypes.data), np.int64(level),
                        np.int64(fired[step - first].ctypes.data),
                    ),
                )  # fmt: skip
                if i == count:
                    break
            for j in range(states):
                x[inputs[j]] = words[i, j]
            x[inputs[column]] = totals[i]
            _, spikes, stopped = advance(
                ops, x, lowest, highest, saturate, inputs, outputs, spike, watched, level, step, 1,
                1 << 62, kept, who, before, after, overflows, firsts, heads, coefficients, powers,
                parts, c, random, feeds, given,
            )  # fmt: skip
            if stopped >= 0:
                return stopped
            for j in range(states):
                words[i, j] = x[inputs[j]]
            fired[step - first, i] = spikes
            i += 1
        for i in range(count):
            if fired[step - first, i]:
                for k in range(starts[i], starts[i + 1]):
                    place = (step + delays[k]) % slots
                    held = cells[place, kinds[k], targets[k]] + weights[k]
                    if held > FULL:
                        if lost[0] == 0:
                            lost[2] = step
                        lost[0] += 1
                        held = FULL
                    cells[place, kinds[k], targets[k]] = held
        lost[4] = step + 1
    return -1
