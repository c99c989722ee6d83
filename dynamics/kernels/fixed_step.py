"""Steps of one length, on the grid t0 + i h, with the resets inside the steps.

A step that ends beyond the threshold is taken again with a part theta of its length, such that it
ends on the threshold: the spike is not tied to the grid and the order of the scheme is kept. Then
comes the reset, and the rest of the step from there. A threshold that is crossed and crossed back
within one step is not seen. Steps with noise are in noisy_march.py.
"""

from numba import njit

from . import layout as at
from .dormand_prince import INNER
from .grid import SPARE, accept, finish_step, next_step, record, release
from .regula_falsi import narrowed, trial_point
from .resets import begin
from .schemes import explicit_step, exponential_step
from .threshold import margin_at

ENTRY = INNER | dict(no_cpython_wrapper=False)


@njit(**INNER)
def step_to(system, p, t, h, low, high, x, moving, x_new, y, g, k, tableau, jac):
    """The deterministic part of a step."""
    if jac is None:
        a, b, c = tableau
        explicit_step(system, p, t, h, low, high, x, moving, x_new, y, g, k, a, b, c)
    else:
        exponential_step(system, p, t, h, low, high, x, moving, x_new, g, jac)


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
    for number in range(100):
        theta = trial_point(number, a, b, at_a, at_b)
        if theta == b:
            break
        step_to(system, p, t, theta * h, low, high, x, moving, x_new, y, g, k, tableau, jac)
        value = margin_at(system, p, t + theta * h, low, high, x_new, g)
        beyond = not value < 0.0
        a, b, at_a, at_b, kept = narrowed(theta, value, beyond, a, b, at_a, at_b, kept)
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

    `grid` and `edges` are as in grid.py, `jac` is None or the work array of exponential Euler,
    `resets` None or as in resets.py.
    """
    for _ in range(count[at.QUOTA]):
        if count[at.NODES] + SPARE > times.size:
            break
        if resets is not None:
            if count[at.SPIKES] + SPARE > resets[3].size:
                break
        t, target, low, high = next_step(grid, edges, count)
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
                        for i in range(x.size):
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
            finite = accept(x, x_new)
            if theta <= 1.0:
                t += theta * h
            elif releases:
                t = clock[at.RELEASE]
            else:
                t = target
                unfinished = False
            if not finite:
                count[at.GRID] += 1
                clock[at.TIME] = t
                return at.NOT_FINITE
            if lost:
                clock[at.TIME] = t
                return at.NOT_A_MARGIN
            if unfinished:
                record(t, x, held, count, times, nodes, kinds)
            if releases:
                release(count, moving)
        if finish_step(t, x, clock, count, times, nodes, kinds):
            return at.ARRIVED
    return at.PAUSED
