"""The grid t0 + i h on which marches with and without noise take their steps."""

from numba import njit

from . import layout as at
from .dormand_prince import INNER

INLINE = INNER | dict(forceinline=True)  # calls would cost a cheap model a tenth of its time
SPARE = 8 * at.ROOM  # nodes and spikes that one step of the grid may store


@njit(**INLINE)
def next_step(grid, edges, count):
    """Begin and end of the next step, and the times between which the field is seen in it.

    `grid` is t0, h, t1; `edges` has a row (i, below, above) for each stop that is a point i of the
    grid: it is seen from inside the steps beside it.
    """
    length = grid[1]
    index = count[at.GRID]
    t = grid[0] + index * length if index > 0 else grid[0]
    target = grid[2] if index + 1 == count[at.GRID_LAST] else grid[0] + (index + 1) * length
    low = -1e308
    high = 1e308
    edge = count[at.EDGE]
    if edge < edges.shape[0] and edges[edge, 0] == index:
        if length > 0.0:
            low = edges[edge, 2]
        else:
            high = edges[edge, 1]
        edge += 1
        count[at.EDGE] = edge
    if edge < edges.shape[0] and edges[edge, 0] == index + 1:
        if length > 0.0:
            high = edges[edge, 1]
        else:
            low = edges[edge, 2]
    return t, target, low, high


@njit(**INNER)
def record(t, x, kind, count, times, nodes, kinds):
    """Append a node."""
    node = count[at.NODES]
    times[node] = t
    kinds[node] = kind
    for i in range(x.size):
        nodes[node, i] = x[i]
    count[at.NODES] = node + 1


@njit(**INLINE)
def accept(x, x_new):
    """Go on from x_new; whether all of it is finite."""
    total = 0.0
    for i in range(x.size):
        x[i] = x_new[i]
        total += 0.0 * x[i]
    return total == 0.0


@njit(**INNER)
def release(count, moving):
    """The end of a refractory time."""
    count[at.HELD] = 0
    for i in range(moving.size):
        moving[i] = 1.0


@njit(**INLINE)
def finish_step(t, x, clock, count, times, nodes, kinds):
    """Count the step that is done, store its end if that is wanted; whether it was the last."""
    done = count[at.GRID] + 1
    every = count[at.EVERY]
    last = done == count[at.GRID_LAST]
    count[at.GRID] = done
    count[at.ACCEPTED] += 1
    clock[at.TIME] = t
    if every > 0 and (last or done % every == 0):
        record(t, x, count[at.HELD], count, times, nodes, kinds)
    return last
