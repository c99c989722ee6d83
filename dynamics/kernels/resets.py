"""The reset in a march: when it is due, and what it does.

A step whose end is beyond the threshold crosses it; one whose ends both lie below it is looked at
more closely only where the cubic through its margins and their slopes has a top or comes near to
zero. No error control of the states sees a margin that contains t or bends in them (`CURVED`): its
cubic is compared with the dense output in every step, and where they differ, the step is taken
again with half its length. The
first crossing on the dense output is found to the last bits. Then the step is shortened to end
there and corrected by Newton's method, so that the state at the event has the full order of the
scheme and the interval that is stored is one step of it.

Arrays of a reset: hold (1 for the components that rest), y and g (scratch), spikes, kinds.
"""

from numba import njit

from . import layout as at
from .by_address import refractory, reset
from .compact import compact
from .dormand_prince import INNER, attempt
from .dormand_prince_dense import interpolant
from .radau import attempt_radau, interpolant_radau
from .threshold import AGAIN, NONE, disagreement, first_root, margin_at, margin_on, may_cross

# Resets that follow at once upon another: some are legitimate (a phase that lies several turns
# ahead), an endless row is not.
MANY = 100
# How far a margin may be from its cubic, as a part of its variation, and how often a step is halved
# for that (a margin that jumps is never near to a cubic).
RESOLVED, HALVINGS = 0.1, 30


@njit(**INNER)
def begin(system, p, t, t_low, low, high, clock, count, x, times, nodes, moving, resets):
    """Reset the state x as long as that is due; PAUSED, or why that can't be said or done.

    The refractory time and the assignments see the state before the reset. A state that is still
    beyond the threshold is reset again; one exactly on it only if it moves beyond.
    """
    compact()
    hold, y, g, spikes, kinds = resets
    time = low if t < low else high if t > high else t
    while count[at.HELD] == 0:
        if count[at.DUE] == 0:
            due = margin_at(system, p, t, low, high, x, g)
            clock[at.MARGIN] = due
            if due != due:
                return at.NOT_A_MARGIN
            if due <= 0.0:
                break
        count[at.DUE] = 0
        refractory(system, time, x, p, g)
        rest = g[0]
        if not rest >= 0.0:
            return at.NOT_A_PAUSE
        reset(system, time, x, p, y)
        node = count[at.NODES]
        for i in range(x.size):
            x[i] = y[i]
            nodes[node, i] = y[i]
        times[node] = t
        kinds[node] = at.RESET_JUMP
        count[at.NODES] = node + 1
        spikes[count[at.SPIKES]] = t
        count[at.SPIKES] += 1
        if t - clock[at.LAST_EVENT] <= 1e-12 * abs(t):
            count[at.STALLED] += 1
            if count[at.STALLED] > MANY:
                return at.TOO_MANY_EVENTS
        else:
            count[at.STALLED] = 0
        clock[at.LAST_EVENT] = t
        if rest > 0.0:
            total = t + rest
            part = total - t
            clock[at.RELEASE] = total
            clock[at.RELEASE_LOW] = (t - (total - part)) + (rest - part) + t_low
            count[at.HELD] = 1
            for i in range(x.size):
                moving[i] = 1.0 - hold[i]
    return at.PAUSED


@njit(**INNER)
def crossing(
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
):
    """The part theta of the accepted step at which the reset is due, NONE, or AGAIN.

    If there is one, x_new becomes the state there. AGAIN asks for a shorter step.
    """
    compact()
    _, y, g, _, _ = resets
    before = clock[at.MARGIN]
    after = margin_at(system, p, t + h, low, high, x_new, g)
    if after != after:
        # towards the place where it ceases to be a number, as far as halving leads
        count[at.HALVED] += 1
        if count[at.HALVED] <= HALVINGS and abs(h) > 1e-12 * abs(t):
            if radau is not None:
                radau[0][0] = 0.0
            return AGAIN
        count[at.HALVED] = 0
        clock[at.MARGIN] = after
        return NONE
    crosses = (after >= 0.0 and before < 0.0) or after > 0.0
    curved = count[at.CURVED] == 1
    start = 0.0
    end = 0.0
    if curved or not crosses:
        # the slopes of the margin along the flow at both ends, by differences
        small = h / 1024.0
        for i in range(x.size):
            y[i] = x[i] + small * f[i]
        start = 1024.0 * (margin_at(system, p, t + small, low, high, y, g) - before)
        for i in range(x.size):
            y[i] = x_new[i] - small * f_new[i]
        end = 1024.0 * (after - margin_at(system, p, t + h - small, low, high, y, g))
        if not curved and not may_cross(before, start, after, end):
            clock[at.MARGIN] = after
            return NONE
    if explicit is not None:
        interpolant(system, t, h, low, high, x, f, p, moving, x_new, f_new, y, g, k)
        count[at.EVALUATIONS] += 14
    if radau is not None:
        interpolant_radau(x, k, radau)
    if curved:
        apart = disagreement(system, p, t, h, low, high, before, start, after, end, x, k, resets)
        count[at.HALVED] += 1
        if apart > RESOLVED and count[at.HALVED] <= HALVINGS:
            if radau is not None:
                radau[0][0] = 0.0
            return AGAIN
        count[at.HALVED] = 0
    clock[at.MARGIN] = after
    theta = first_root(system, p, t, h, low, high, before, x, k, resets)
    if theta == NONE:
        # a margin that the dense output gives as just below 0
        if not crosses:
            return NONE
        theta = 1.0
    count[at.DUE] = 1
    for _ in range(5):
        part = theta * h
        error = 0.0
        if explicit is not None:
            error = attempt(
                system, t, part, low, high, x, f, p, moving, rtol, atol, x_new, f_new, k
            )
            count[at.EVALUATIONS] += 12
        if radau is not None:
            radau[0][0] = 0.0
            error = attempt_radau(
                system, t, part, low, high, x, f, p, moving, rtol, atol, x_new, f_new, radau
            )
        if not error < 1.0:
            margin_on(system, p, theta, t, h, low, high, x, k, resets)
            for i in range(x.size):
                x_new[i] = y[i]
            break
        value = margin_at(system, p, t + part, low, high, x_new, g)
        small = part / 1024.0
        for i in range(x.size):
            y[i] = x_new[i] - small * f_new[i]
        slope = (value - margin_at(system, p, t + part - small, low, high, y, g)) / small
        change = -value / (slope * h)
        if not (abs(change) > 2.3e-16 * theta and abs(change) < 0.01 * theta):
            break
        if theta + change > 1.0:
            break
        theta += change
    return theta
