"""The march through time: steps as long as the error allows, to the next stop.

It is called again and again with the same arrays: a call ends when its quota of steps is used up
or its storage full, so that Python can show progress and be interrupted. Whatever is rare is left
to Python or, for models with a reset, to resets.py; whatever a run does not use (None) is not
compiled. The places of `clock` and `count` are named in layout.py.

Step control: `step_factor` of dormand_prince.py; after Gustafsson for Radau (Hairer & Wanner 1996,
section IV.8).

A model-specific copy of this file is made by replacing its import of `attempt`.
"""

from math import inf, sqrt

from numba import njit

from . import layout as at
from .by_address import field
from .compact import compact
from .dormand_prince import INNER, attempt, step_factor
from .radau import attempt_radau, next_factor
from .resets import begin, crossing
from .threshold import AGAIN

ENTRY = INNER | dict(no_cpython_wrapper=False)


@njit(**ENTRY)
def march(
    system,
    p,
    end,
    low,
    high,
    rtol,
    atol,
    clock,
    count,
    x,
    f,
    x_new,
    f_new,
    k,
    moving,
    times,
    nodes,
    resets,
    explicit,
    radau,
):
    """March on until ARRIVED at `end`, PAUSED or in trouble.

    The field is seen at times in [low, high] only. `resets` is None for a model without one, else
    the tuple of arrays that resets.py wants. Either `explicit` is 0 and `radau` None, for
    Dormand-Prince, or `explicit` is None and `radau` has the work arrays of Radau.
    """
    compact()
    n = x.size
    t = clock[at.TIME]
    t_low = 0.0
    h = clock[at.STEP]
    error_old = clock[at.ERROR_OLD]
    longest = clock[at.MAX_STEP]
    node = count[at.NODES]
    accepted = 0
    rejected = 0
    error = 0.0
    power = -0.125
    if radau is not None:
        power = -0.25
    most = clock[at.GROWTH]
    code = at.PAUSED
    if resets is not None:
        t_low = clock[at.TIME_LOW]
    for _ in range(count[at.QUOTA]):
        if resets is not None:
            if node + at.ROOM > times.size or count[at.SPIKES] + at.ROOM > resets[3].size:
                break
        if h == 0.0:
            if resets is not None:
                due = begin(
                    system,
                    p,
                    t,
                    t_low,
                    low,
                    high,
                    clock,
                    count,
                    x,
                    times,
                    nodes,
                    moving,
                    resets,
                )
                node = count[at.NODES]
                if due != at.PAUSED:
                    code = due
                    break
            # a step of 1/100 of the state (or of what the tolerance ignores) at the present speed
            time = low if t < low else high if t > high else t
            field(system, time, x, p, f)
            size = 1.0
            speed = 0.0
            for i in range(n):
                f[i] *= moving[i]
                scale = atol[i] + rtol * abs(x[i])
                size += (x[i] / scale) * (x[i] / scale)
                speed += (f[i] / scale) * (f[i] / scale)
            if not speed < inf:
                code = at.NOT_FINITE
                break
            h = clock[at.FIRST_STEP]
            if h == 0.0:
                h = 0.01 * sqrt(size / speed)
            if end < t:
                h = -h
            error_old = 1e-4
            most = 6.0
            count[at.EVALUATIONS] += 1
            if radau is not None:
                radau[0][0] = 0.0
                clock[at.STEP_OLD] = 0.0
        rest = (end - t) - t_low
        smallest = 1e-15 * abs(t)
        releases = 0
        if resets is not None:
            smallest = 1e-290
            if count[at.HELD] == 1:
                until = (clock[at.RELEASE] - t) + (clock[at.RELEASE_LOW] - t_low)
                if until < rest:
                    rest = until
                    releases = 1
        if abs(h) > longest:
            h = longest if h > 0.0 else -longest
        arrives = abs(h) >= abs(rest) * 0.9999999999
        if arrives:
            h = rest
        elif abs(h) > 0.5 * abs(rest):
            h = 0.5 * rest
        # where t resolves h, let the step be what the nodes say
        if abs(h) > 1e-12 * abs(t) and not arrives:
            h = (t + h) - t
        if explicit is not None:
            error = attempt(system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, k)
        if radau is not None:
            error = attempt_radau(
                system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, radau
            )
        if not error < 1.0:
            rejected += 1
            if abs(h) <= smallest:
                code = at.COLLAPSED
                break
            factor = 0.25
            if error >= 1.0:
                factor = 0.9 * error**power
                factor = factor if factor > 0.2 else 0.2
            h *= factor
            most = 1.0
            continue
        accepted += 1
        if resets is not None:
            kind = count[at.HELD]
            if radau is not None:
                kind += at.RADAU_STEP
            resets[4][node] = kind
            if count[at.HELD] == 0:
                theta = crossing(
                    system,
                    p,
                    t,
                    h,
                    low,
                    high,
                    rtol,
                    atol,
                    clock,
                    count,
                    x,
                    f,
                    x_new,
                    f_new,
                    k,
                    moving,
                    resets,
                    explicit,
                    radau,
                )
                if theta == AGAIN:
                    accepted -= 1
                    rejected += 1
                    h *= 0.5
                    most = 1.0
                    continue
                if theta <= 1.0:
                    h *= theta
                    arrives = False
        t_old = t
        t = t + h
        if arrives:
            t = end
        if resets is not None:
            part = t - t_old
            t_low += (t_old - (t - part)) + (h - part)
            if arrives:
                t_low = 0.0
                if releases == 1:
                    t = clock[at.RELEASE]
                    t_low = clock[at.RELEASE_LOW]
            clock[at.TIME_LOW] = t_low
        for i in range(n):
            x[i] = x_new[i]
            f[i] = f_new[i]
            nodes[node, i] = x_new[i]
        times[node] = t
        node += 1
        # the next step
        factor = 0.9
        if explicit is not None:
            factor = step_factor(error, error_old)
            error_old = error if error > 1e-4 else 1e-4
        if radau is not None:
            factor *= next_factor(h, error, clock, radau)
        factor = factor if factor > 0.2 else 0.2
        h *= factor if factor < most else most
        most = 6.0
        if resets is not None:
            if count[at.CURVED] == 1:
                most = 2.0
            count[at.NODES] = node
            if clock[at.MARGIN] != clock[at.MARGIN]:
                code = at.NOT_A_MARGIN
                break
            if count[at.DUE] == 1:
                h = 0.0
            if releases == 1 and arrives:
                h = 0.0
                arrives = False
                count[at.HELD] = 0
                for i in range(n):
                    moving[i] = 1.0
        if arrives:
            h = 0.0
            code = at.ARRIVED
            break
    clock[at.TIME] = t
    clock[at.STEP] = h
    clock[at.GROWTH] = most
    clock[at.ERROR] = error
    if explicit is not None:
        clock[at.ERROR_OLD] = error_old
    count[at.NODES] = node
    count[at.ACCEPTED] += accepted
    count[at.REJECTED] += rejected
    return code
