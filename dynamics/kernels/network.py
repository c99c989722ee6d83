"""What every network's loop uses: spikes on their way, and random numbers by number.

A spike on its way is an event: a run of connections of one source with the same delay. Events wait
in lists, one for each synapse and step of the near future (a ring of slots), and are delivered in
the order in which they were made. Their places come from one pool.

Random numbers are those of a key and a counter (see normal.py), so that each neuron has streams of
its own, whatever the others draw.
"""

from math import exp, floor

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from .compact import compact
from .dormand_prince import INNER
from .normal import GOLDEN, SHIFTS, mixed, normal

WIDTH = 64  # neurons side by side
CHUNK = 500.0  # the largest mean of one Poisson variate by inversion: exp(-mean) is not yet 0
ARRIVED, PAUSED, NO_ROOM, NOT_FINITE, TOO_MANY_EVENTS, NOT_A_PAUSE = range(6)


@intrinsic
def apart(typingctx):
    """Have the function in which this stands compiled once, not copied to every caller."""

    def generate(context, builder, signature, values):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


def view(kind, dimensions):
    """The intrinsic (table, i) that makes array i of a table of addresses and shapes, four integers
    an array, an array again."""

    @intrinsic
    def make(typingctx, table, i):
        array = types.Array(kind, dimensions, "C")

        def generate(context, builder, signature, values):
            entries = context.make_array(signature.args[0])(context, builder, values[0]).data
            place = builder.mul(values[1], values[1].type(4))
            words = []
            for word in range(1 + dimensions):
                here = builder.gep(entries, [builder.add(place, place.type(word))])
                words.append(builder.load(here))
            made = context.make_array(array)(context, builder)
            size = context.get_abi_sizeof(context.get_data_type(kind))
            strides = [words[0].type(size)]
            for length in words[:1:-1]:
                strides.insert(0, builder.mul(strides[0], length))
            data = builder.inttoptr(words[0], made.data.type)
            populate_array(
                made,
                data=data,
                shape=words[1:],
                strides=strides,
                itemsize=words[0].type(size),
                meminfo=None,
            )
            return made._getvalue()

        return array(table, types.int64), generate

    return make


vector, matrix, cube = (view(types.float64, dimensions) for dimensions in (1, 2, 3))
longs, ints = view(types.int64, 1), view(types.int32, 1)


@njit(**INNER)
def needed(first, last, neurons, run_ptr):
    """Events that the spikes first ... last - 1 of a list make in one synapse."""
    compact()
    total = 0
    for s in range(first, last):
        i = neurons[s]
        total += run_ptr[i + 1] - run_ptr[i]
    return total


@njit(**INNER)
def push(n, t0, h, first, last, times, neurons, run_ptr, run_first, run_delay, head, tail, pool):
    """Send spikes on their way; they arrive at the grid point nearest to their time and delay, but
    not before the spike itself, and after the present step, n."""
    compact()
    begin = longs(pool, 0)
    end = longs(pool, 1)
    source = ints(pool, 2)
    following = longs(pool, 3)
    free = longs(pool, 4)
    slots = head.size
    for s in range(first, last):
        i = neurons[s]
        place = (times[s] - t0) / h
        for run in range(run_ptr[i], run_ptr[i + 1]):
            when = floor(place + run_delay[run] + 0.5)
            if when < place - 1e-9 * max(1.0, place):
                when += 1
            if when <= n:
                when = n + 1
            e = free[0]
            free[0] = following[e]
            free[1] -= 1
            begin[e] = run_first[run]
            end[e] = run_first[run + 1]
            source[e] = i
            following[e] = -1
            slot = when % slots
            if head[slot] < 0:
                head[slot] = e
            else:
                following[tail[slot]] = e
            tail[slot] = e


@njit(**INNER)
def uniform(key, number):
    """The uniform variate in [0, 1) with this number."""
    seed = mixed(np.uint64(key) * GOLDEN + GOLDEN)
    bits = mixed(seed + (np.uint64(number) + np.uint64(1)) * GOLDEN) >> SHIFTS[3]
    return np.float64(bits) * 2.0**-53


@njit(**INNER)
def poisson_counts(key, n, mean, table, counts, draws):
    """Poisson variates of step n, one a neuron: `mean` for each, or for all the table of the
    distribution function up to where it is 1 in doubles."""
    apart()
    size = counts.size
    if mean.size == 1 and table.size > 0:
        base = np.uint64(n) * np.uint64(size)
        seed = mixed(np.uint64(key) * GOLDEN + GOLDEN)
        for j in range(size):
            number = base + np.uint64(j) + np.uint64(1)
            draws[j] = np.float64(mixed(seed + number * GOLDEN) >> SHIFTS[3]) * 2.0**-53
            counts[j] = 0
        for k in range(table.size):
            bound = table[k]
            for j in range(size):
                counts[j] += 1 if draws[j] >= bound else 0
        return
    for j in range(size):
        m = mean[j] if mean.size > 1 else mean[0]
        parts = int(m / CHUNK) + 1
        share = m / parts
        total = 0
        for part in range(parts):
            u = uniform(key, (n * size + j) * parts + part)
            term = exp(-share)
            reached = term
            k = 0
            while u >= reached and k < 5000:
                k += 1
                term *= share / k
                reached += term
            total += k
        counts[j] = total


@njit(**INNER)
def normals(keys, n, out):
    """Standard normal variates of step n: out[source, neuron]."""
    apart()
    for s in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[s, j] = normal(keys[s], n * out.shape[1] + j)


@njit(**INNER)
def rest_normal(keys, s, n, j, size, event):
    """A variate for the rest of a step after a spike, from a stream of its own."""
    return normal(keys[s] ^ 0x2AAAAAAAAAAAAAA, (n * size + j) * 128 + event)


@njit(**INNER)
def past(pos, h, history, slopes, start, k, i):
    """State k of neuron i at the grid position pos, by the cubic through values and slopes at the
    points beside it; before the run its start value."""
    apart()
    if pos < 0.0:
        return start[k, i]
    m = floor(pos)
    f = pos - m
    slots = history.shape[0]
    a = m % slots
    if f == 0.0:
        return history[a, k, i]
    b = (m + 1) % slots
    g = 1.0 - f
    return (
        (1.0 + 2.0 * f) * g * g * history[a, k, i]
        + f * f * (3.0 - 2.0 * f) * history[b, k, i]
        + h * f * g * (g * slopes[a, k, i] - f * slopes[b, k, i])
    )


@njit(**INNER)
def load_row(buffer, place, values, start, width):
    """WIDTH values from `start` on; where there are fewer, the last places repeat the first. The
    place behind them."""
    apart()
    for lane in range(width):
        buffer[place + lane] = values[start + lane]
    for lane in range(width, WIDTH):
        buffer[place + lane] = values[start]
    return place + WIDTH


@njit(**INNER)
def load_rows(buffer, place, values, start, width):
    """The same for each row."""
    apart()
    for i in range(values.shape[0]):
        for lane in range(width):
            buffer[place + lane] = values[i, start + lane]
        for lane in range(width, WIDTH):
            buffer[place + lane] = values[i, start]
        place += WIDTH
    return place


@njit(**INNER)
def store_row(buffer, place, values, start, width):
    """The values back."""
    apart()
    for lane in range(width):
        values[start + lane] = buffer[place + lane]
    return place + WIDTH


@njit(**INNER)
def store_rows(buffer, place, values, start, width):
    """The same for each row."""
    apart()
    for i in range(values.shape[0]):
        for lane in range(width):
            values[i, start + lane] = buffer[place + lane]
        place += WIDTH
    return place


@njit(**INNER)
def remember(n, x, history):
    """The states at grid point n."""
    compact()
    slot = n % history.shape[0]
    for k in range(x.shape[0]):
        for j in range(x.shape[1]):
            history[slot, k, j] = x[k, j]


@njit(**INNER)
def copied(source, goal):
    """goal = source."""
    compact()
    for k in range(source.shape[0]):
        for j in range(source.shape[1]):
            goal[k, j] = source[k, j]


@njit(**INNER)
def recorded(row, x, chosen, buffer):
    """The states of the chosen neurons into a row of the record."""
    compact()
    for k in range(x.shape[0]):
        for c in range(chosen.size):
            buffer[row, k, c] = x[k, chosen[c]]


@njit(**INNER)
def extended(reach, start, last, end):
    """end: on the straight line that leads from start, at 0, through last, at `reach`, to 1."""
    compact()
    for k in range(start.shape[0]):
        for j in range(start.shape[1]):
            end[k, j] = start[k, j] + (last[k, j] - start[k, j]) / reach
