"""Steps with noise on the grid t0 + i h: increments, arrivals, resets.

A step ends early where a refractory time ends or a Poisson source fires, and the rest of it draws
fresh increments: nothing is tied to the grid. A threshold that noise acts upon is crossed by the
Brownian bridge of bridge.py, also where both ends of a step lie below it; the state at the spike is
interpolated and moved onto the threshold along the noise. A threshold that noise does not act upon
is interpolated linearly; without Gaussian noise the step is taken again with a part of its length,
as in fixed_step.py.

One machine code serves all models: what one does not have is switched off at run time.
"""

from numba import njit

from . import layout as at
from .bridge import NEVER, passage_part
from .by_address import margin_noise
from .compact import compact
from .dormand_prince import INNER
from .grid import SPARE, accept, finish_step, next_step, record, release
from .noisy_schemes import EXPONENTIAL, PLAIN, draw_increments, noisy_step
from .regula_falsi import narrowed, trial_point
from .resets import begin
from .shots import arrive, new_budget, next_arrival, spend
from .threshold import margin_at

ENTRY = INNER | dict(no_cpython_wrapper=False, nogil=True)

# places of `random`: the seed, how many numbers were drawn; the Gaussian sources and the Poisson
# sources; 1 where all Poisson rates are constant
SEED, DRAWN, SOURCES, SHOTS, STEADY = range(5)
LOST = 3.0  # the margin is not a number


@njit(**INNER)
def quiet_part(
    system, p, t, h, low, high, before, after, x, moving, x_new, scheme, tableau, g, work
):
    """The part of a step without Gaussian noise whose end is on the threshold: regula falsi."""
    compact()
    a = 0.0
    b = 1.0
    at_a = before
    at_b = after
    kept = 0
    for number in range(100):
        part = trial_point(number, a, b, at_a, at_b)
        if part == b:
            break
        noisy_step(system, p, t, part * h, low, high, x, moving, x_new, scheme, 0, tableau, work)
        value = margin_at(system, p, t + part * h, low, high, x_new, g)
        beyond = not value < 0.0
        a, b, at_a, at_b, kept = narrowed(part, value, beyond, a, b, at_a, at_b, kept)
    noisy_step(system, p, t, b * h, low, high, x, moving, x_new, scheme, 0, tableau, work)
    return b


@njit(**INNER)
def crossing_part(
    system, p, t, h, low, high, before, x, moving, x_new, scheme, tableau, bridged, random, work
):
    """The part of the step after which the margin is 0, x_new being the state there; or NEVER.

    A margin that is 0 at the beginning and moved by noise is crossed at once.
    """
    g = work[1]
    after = margin_at(system, p, t + h, low, high, x_new, g)
    if after != after:
        return LOST
    variance = 0.0
    if bridged:
        time = low if t < low else high if t > high else t
        margin_noise(system, time, x, p, g)
        variance = g[x.size]
    if variance > 0.0:
        part = passage_part(before, after, variance * h, random)
    elif before <= 0.0 and not after < 0.0 and (before < 0.0 or after != 0.0):
        if scheme in (PLAIN, EXPONENTIAL):
            return quiet_part(
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
                scheme,
                tableau,
                g,
                work,
            )
        part = before / (before - after)
    else:
        return NEVER
    if part == NEVER:
        return NEVER
    for i in range(x.size):
        x_new[i] = x[i] + part * (x_new[i] - x[i])
    if variance > 0.0:
        value = margin_at(system, p, t + part * h, low, high, x_new, work[0])
        for i in range(x.size):
            x_new[i] -= value * g[i] / variance
    return part


@njit(**ENTRY)
def noisy_march(
    system,
    p,
    grid,
    edges,
    clock,
    count,
    x,
    x_new,
    moving,
    scheme,
    tableau,
    work,
    times,
    nodes,
    kinds,
    random,
    shots,
    has_reset,
    bridged,
    resets,
):
    """Take steps on the grid until ARRIVED, PAUSED or in trouble, as `fixed_march` does.

    `work` is that of `noisy_step`, `random` as above, `shots` as in shots.py, `resets` as in
    resets.py; `bridged` says that noise acts on the margin. With count[EVERY] = 0 nothing is stored
    but the spikes.
    """
    storing = count[at.EVERY] > 0
    poisson = random[SHOTS]
    for j in range(poisson):
        if shots[0][j] < 0.0:
            shots[0][j] = new_budget(random)
    for _ in range(count[at.QUOTA]):
        if not storing:
            count[at.NODES] = 0
        if count[at.NODES] + SPARE > times.size:
            return at.PAUSED
        if has_reset and count[at.SPIKES] + SPARE > resets[3].size:
            return at.PAUSED
        t, target, low, high = next_step(grid, edges, count)
        unfinished = True
        while unfinished:
            if not storing:
                count[at.NODES] = 0
            if has_reset:
                due = begin(
                    system, p, t, 0.0, low, high, clock, count, x, times, nodes, moving, resets
                )
                clock[at.TIME] = t
                if due != at.PAUSED:
                    return due
                if count[at.ENOUGH] > 0 and count[at.SPIKES] >= count[at.ENOUGH]:
                    return at.ARRIVED
                if count[at.SPIKES] + at.ROOM > resets[3].size:
                    return at.TOO_MANY_EVENTS
            if count[at.NODES] + at.ROOM > times.size:
                return at.TOO_MANY_ARRIVALS if poisson > 0 else at.TOO_MANY_EVENTS
            h = target - t
            held = count[at.HELD]
            releases = held == 1 and clock[at.RELEASE] - t < h
            if releases:
                h = clock[at.RELEASE] - t
            source = -1
            used = 1.0
            whole = h
            if poisson > 0:
                first, source = next_arrival(
                    system,
                    p,
                    t,
                    h,
                    low,
                    high,
                    x,
                    moving,
                    work[0],
                    work[1],
                    random[STEADY] == 1,
                    poisson,
                    shots,
                )
                if source < 0:
                    clock[at.TIME] = t
                    return at.NOT_A_RATE
                if first == NEVER:
                    source = -1
                else:
                    used = first
                    h = first * whole
                    releases = False
            if scheme != PLAIN and scheme != EXPONENTIAL:
                draw_increments(scheme, h, random[SOURCES], random, work[4], work[5])
            noisy_step(
                system,
                p,
                t,
                h,
                low,
                high,
                x,
                moving,
                x_new,
                scheme,
                random[SOURCES],
                tableau,
                work,
            )
            crossed = False
            lost = False
            if has_reset and held == 0:
                part = crossing_part(
                    system,
                    p,
                    t,
                    h,
                    low,
                    high,
                    clock[at.MARGIN],
                    x,
                    moving,
                    x_new,
                    scheme,
                    tableau,
                    bridged,
                    random,
                    work,
                )
                lost = part == LOST
                if part <= 1.0:
                    crossed = True
                    h = part * h
                    used = part * used
                    source = -1
                    count[at.DUE] = 1
            if poisson > 0:
                spend(used, whole, poisson, shots)
            finite = accept(x, x_new)
            if crossed or source >= 0:
                t += h
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
            if unfinished and storing:
                record(t, x, held, count, times, nodes, kinds)
            if source >= 0:
                arrive(system, p, t, low, high, x, moving, source, poisson, random, shots)
                if storing:
                    record(t, x, at.SHOT_JUMP, count, times, nodes, kinds)
            if releases:
                release(count, moving)
        if finish_step(t, x, clock, count, times, nodes, kinds):
            return at.ARRIVED
    return at.PAUSED
