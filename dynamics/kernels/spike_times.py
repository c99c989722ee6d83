"""The times of spikes: recorded, and interpolated for models without a reset.

Such models are only watched: the time of an upward crossing is the root of the cubic through the
margins at the ends of the step and their slopes (error O(h^4)); with noise, of a straight line.
"""

import numpy as np
from numba import njit

from . import ensemble_layout as at
from .elementary import bits_of
from .ensemble_layout import FIXED, GROUP, WIDTH
from .model_functions import slopes

PLAIN = dict(
    cache=True,
    error_model="numpy",
    fastmath={"contract"},
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    _nrt=False,
)


@njit(**PLAIN)
def record(t, member, lane, y, clock, span, spike_times, spike_members):
    """Count a spike, and store it if that is wanted."""
    if t >= span[at.AFTER_TIME]:
        count = y[at.COUNT * WIDTH + lane]
        if count == 0.0:
            y[at.FIRST * WIDTH + lane] = t
        y[at.LAST * WIDTH + lane] = t
        y[at.COUNT * WIDTH + lane] = count + 1.0
        if count < clock[at.KEEP]:
            place = clock[at.SPIKES]
            spike_times[place] = t
            spike_members[place] = member
            clock[at.SPIKES] = place + 1


@njit(**PLAIN)
def lowest(met):
    """The first member whose bit is set: the exponent of 2^lane."""
    return ((bits_of(np.float64(met & -met)) >> np.int64(52)) & np.int64(0x7FF)) - np.int64(1023)


@njit(**PLAIN)
def first_guess(before, after, slope_before, slope_after):
    """Where in [0, 1] a margin is zero: the inverse cubic, or the secant, or the middle."""
    theta = -1.0
    if slope_before > 0.0 and slope_after > 0.0:
        # theta(m) by Hermite in s = (m - before)/(after - before), at m = 0
        rise = after - before
        s = -before / rise
        a = rise / slope_before
        b = rise / slope_after
        r = 1.0 - s
        theta = s * s * (3.0 - 2.0 * s) + s * r * (r * a - s * b)
    if not (theta > 0.0 and theta < 1.0):
        theta = before / (before - after)
    if not (theta > 0.0 and theta < 1.0):
        theta = 0.5
    return theta


@njit(**PLAIN)
def cubic_root(before, after, slope_before, slope_after):
    """The root in [0, 1] of the cubic with these ends (before < 0 <= after) and slopes."""
    low = 0.0
    high = 1.0
    theta = first_guess(before, after, slope_before, slope_after)
    for _ in range(60):
        r = 1.0 - theta
        m = r * r * ((1.0 + 2.0 * theta) * before + theta * slope_before)
        m += theta * theta * ((3.0 - 2.0 * theta) * after - r * slope_after)
        if m < 0.0:
            low = theta
        else:
            high = theta
        slope = 6.0 * theta * r * (after - before)
        slope += r * (1.0 - 3.0 * theta) * slope_before + theta * (3.0 * theta - 2.0) * slope_after
        following = theta - m / slope
        if not (following > low and following < high):
            following = 0.5 * (low + high)
        if abs(following - theta) <= 1e-15:
            break
        theta = following
    return theta


@njit(**PLAIN)
def gather(y, s, n, rows, lanes, size):
    """Copy the members' columns from the block; empty lanes repeat the first member."""
    for g in range(GROUP):
        lane = lanes[g] if g < size else lanes[0]
        for i in range(n):  # the step is taken again from its begin
            s[(FIXED + n + i) * GROUP + g] = y[(FIXED + n + i) * WIDTH + lane]
        for i in range(2 * n, rows):
            s[(FIXED + i) * GROUP + g] = y[(FIXED + i) * WIDTH + lane]


@njit(**PLAIN)
def watched(met, functions, y, s, lanes, block, now, h, clock, span, found):
    """Record the upward crossings of a model without a reset; `met` has a bit a member."""
    spike_times, spike_members = found
    n, rows, sources = clock[at.STATES], clock[at.GROUP_ROWS], clock[at.SOURCES]
    while met != 0:
        size = 0
        while met != 0 and size < GROUP:
            lanes[size] = lowest(met)
            size += 1
            met &= met - 1
        if sources == 0:
            gather(y, s, n, rows, lanes, size)
            for g in range(GROUP):
                place = lanes[g] if g < size else lanes[0]
                s[at.OFFSET * GROUP + g] = 0.0
                s[at.LENGTH * GROUP + g] = h
                s[at.MOVING * GROUP + g] = 1.0
                for i in range(n):
                    s[(FIXED + i) * GROUP + g] = y[(FIXED + i) * WIDTH + place]
            slopes(functions, s, now, span[at.LEVEL])
        for g in range(size):
            before = y[at.RELEASE * WIDTH + lanes[g]]
            after = y[at.MARGIN * WIDTH + lanes[g]]
            if sources == 0:
                slope_before = h * s[at.SLOPE_BEFORE * GROUP + g]
                slope_after = h * s[at.SLOPE_AFTER * GROUP + g]
                theta = cubic_root(before, after, slope_before, slope_after)
            else:
                theta = before / (before - after)
            member = block * WIDTH + lanes[g]
            time = now + theta * h
            record(time, member, lanes[g], y, clock, span, spike_times, spike_members)


@njit(**PLAIN)
def record_on_grid(met, y, block, time, clock, span, found):
    """Record the spikes of a step whose resets took place at its end."""
    spike_times, spike_members = found
    while met != 0:
        lane = lowest(met)
        record(time, block * WIDTH + lane, lane, y, clock, span, spike_times, spike_members)
        met &= met - 1


@njit(cache=True, nogil=True)
def in_order(times, owners, places, ordered):
    """Put each time where its owner's next one belongs; owners beyond the last are left out."""
    for i in range(times.size):
        owner = owners[i]
        if owner < places.size:
            ordered[places[owner]] = times[i]
            places[owner] += 1
