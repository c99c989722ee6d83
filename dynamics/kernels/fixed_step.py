"""Steps of one length, on the grid t0 + i h, with the resets inside the steps.

A step that ends beyond the threshold is taken again with a part theta of its length, such that it
ends on the threshold: the spike is not tied to the grid and the order of the scheme is kept. Then
comes the reset, and the rest of the step from there. A threshold that is crossed and crossed back
within one step is not seen. Steps with noise are in noisy_march.py.
"""

from numba import njit

from . import layout as at
from .dormand_prince import INNER
from .resets import begin
from .schemes import explicit_step, exponential_step
from .threshold import margin_at

ENTRY = INNER | dict(no_cpython_wrapper=False)
SPARE = 8 * at.ROOM  # nodes and spikes that one step of the grid may store


@njit(**INNER)
def step_to(system, p, t, h, low, high, x, moving, x_new, y, g, k, tableau, jac):
    """The deterministic part of a step."""
    if jac is None:
        a, b, c = tableau
        explicit_step(system, p, t, h, low, high, x, moving, x_new, y, g, k, a, b, c)
    else:
        exponential_step(system, p, t, h, low, high, x, moving, x_new, g, jac)


@njit(**INNER)
def record(t, x, kind, count, times, nodes, kinds):
    """Append a node."""
    node = count[at.NODES]
    times[node] = t
    kinds[node] = kind
    for i in range(x.size):
        nodes[node, i] = x[i]
    count[at.NODES] = node + 1


@njit(**INNER)
def part_to_threshold(
    system, p, t, h, low, high, before, after, x, moving, x_new, y, g, k, tableau, jac
):
    """The part theta of the step after which the margin is >= 0, x_new being the state there."""
    a = 0.0
    b = 1.0
    at_a = before
    at_b = after
    kept = 0
    for trial in range(100):
        if b - a <= 2.3e-16 * b or at_b == 0.0:
            break
        theta = b - at_b * (b - a) / (at_b - at_a)
        # where regula falsi is slow or meets numbers that are not finite
        if trial % 4 == 3 or not (theta > a and theta < b):
            theta = 0.5 * (a + b)
            if theta <= a or theta >= b:
                break
        step_to(system, p, t, theta * h, low, high, x, moving, x_new, y, g, k, tableau, jac)
        value = margin_at(system, p, t + theta * h, low, high, x_new, g)
        if value < 0.0:
            a = theta
            at_a = value
            if kept == 2:
                at_b *= 0.5
            kept = 2
        else:
            b = theta
            at_b = value
            if kept == 1:
                at_a *= 0.5
            kept = 1
    step_to(system, p, t, b * h, low, high, x, moving, x_new, y, g, k, tableau, jac)
    return b


@njit(**ENTRY)
def fixed_march(
    system,
    p,
    grid,
    edges,
    clock,
    count,
    x,
    x_new,
    y,
    g,
    k,
    moving,
    tableau,
    times,
    nodes,
    kinds,
    jac,
    resets,
):
    """Take steps on the grid until ARRIVED, PAUSED or in trouble.

    `grid` is t0, h, t1; `edges` has a row (i, below, above) for each
    stop that is a point i of the grid. `jac` is None or the work array of exponential Euler,
    `resets` None or as in resets.py.
    """
    n = x.size
    t0 = grid[0]
    length = grid[1]
    t1 = grid[2]
    last = count[at.GRID_LAST]
    code = at.PAUSED
    for _ in range(count[at.QUOTA]):
        if count[at.NODES] + SPARE > times.size:
            break
        if resets is not None:
            if count[at.SPIKES] + SPARE > resets[3].size:
                break
        index = count[at.GRID]
        t = t0 + index * length if index > 0 else t0
        target = t1 if index + 1 == last else t0 + (index + 1) * length
        # the stops that are points of the grid are seen from inside the step
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
        unfinished = True
        while unfinished:
            if resets is not None:
                due = begin(
                    system, p, t, 0.0, low, high, clock, count, x, times, nodes, moving, resets
                )
                if due != at.PAUSED:
                    clock[at.TIME] = t
                    return due
                if count[at.NODES] + at.ROOM > times.size:
                    return at.TOO_MANY_EVENTS
                if count[at.SPIKES] + at.ROOM > resets[3].size:
                    return at.TOO_MANY_EVENTS
            h = target - t
            held = count[at.HELD]
            releases = False
            if resets is not None:
                if held == 1 and clock[at.RELEASE] - t < h:
                    h = clock[at.RELEASE] - t
                    releases = True
            step_to(system, p, t, h, low, high, x, moving, x_new, y, g, k, tableau, jac)
            theta = 2.0
            lost = False
            if resets is not None:
                if held == 0:
                    before = clock[at.MARGIN]
                    after = margin_at(system, p, t + h, low, high, x_new, g)
                    # beyond the threshold the step may leave the range of numbers
                    beyond = after >= 0.0
                    if after != after:
                        total = 0.0
                        for i in range(n):
                            total += 0.0 * x_new[i]
                        beyond = total != 0.0
                        lost = not beyond
                    if before <= 0.0 and beyond and (before < 0.0 or after != 0.0):
                        theta = part_to_threshold(
                            system,
                            p,
                            t,
                            h,
                            low,
                            high,
                            before,
                            after,
                            x,
                            moving,
                            x_new,
                            y,
                            g,
                            k,
                            tableau,
                            jac,
                        )
                        count[at.DUE] = 1
            finite = 0.0
            for i in range(n):
                x[i] = x_new[i]
                finite += 0.0 * x[i]
            if theta <= 1.0:
                t += theta * h
            elif releases:
                t = clock[at.RELEASE]
            else:
                t = target
                unfinished = False
            if finite != 0.0:
                count[at.GRID] = index + 1
                clock[at.TIME] = t
                return at.NOT_FINITE
            if lost:
                clock[at.TIME] = t
                return at.NOT_A_MARGIN
            if unfinished:
                record(t, x, held, count, times, nodes, kinds)
            if releases:
                count[at.HELD] = 0
                for i in range(n):
                    moving[i] = 1.0
        count[at.GRID] = index + 1
        count[at.ACCEPTED] += 1
        clock[at.TIME] = t
        if (index + 1) % count[at.EVERY] == 0 or index + 1 == last:
            record(t, x, count[at.HELD], count, times, nodes, kinds)
        if index + 1 == last:
            code = at.ARRIVED
            break
    return code
