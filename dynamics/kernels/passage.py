"""Members that cross a threshold inside a step: the spike is located and the rest of it is taken.

The ensemble kernel takes each step for all members of a block and hands those that end beyond the
threshold (or whose refractory time ends) to this file, GROUP at a time. For these the step is taken
again with a part theta of its length such that it ends on the threshold, so that the order of the
scheme is kept; then come the reset and the rest of the step. theta is found by secants from the
inverse cubic through margins and slopes, inside a bracket. With noise, theta and the state at
the spike are interpolated linearly, and the rest of the step draws numbers of its own.

All of it is done lane by lane with the same operations, whatever the other lanes of the group do.
The model's own functions are called by address (`model_functions`), so that this file is compiled
once for all models.
"""

from math import isnan

import numpy as np
from numba import njit

from . import ensemble_layout as at
from .ensemble_layout import FIXED, FREE, GROUP, MANY, WIDTH
from .model_functions import jump, leap, margins, slopes
from .random_streams import normal_of_part
from .spike_times import PLAIN, first_guess, gather, lowest, record

CLOSE = 1e-13  # relative: a smaller change of theta is none


@njit(**PLAIN)
def locate(functions, s, work, now, level):
    """Find theta for the lanes that are SEEKING; s then holds the states at their thresholds."""
    slopes(functions, s, now, level)
    seeking = 0
    for g in range(GROUP):
        if work[at.SEEKING, g] != 0.0:
            length = work[at.WHOLE, g]
            before = s[at.BEFORE * GROUP + g]
            work[at.LOW, g] = 0.0
            work[at.HIGH, g] = 1.0
            theta = first_guess(
                before,
                s[at.AFTER * GROUP + g],
                length * s[at.SLOPE_BEFORE * GROUP + g],
                length * s[at.SLOPE_AFTER * GROUP + g],
            )
            if before == 0.0:
                theta = 0.0
                work[at.SEEKING, g] = 0.0
            else:
                seeking += 1
            work[at.THETA, g] = theta
            s[at.LENGTH * GROUP + g] = theta * length
    for trial in range(200):
        leap(functions, s, now, level)
        if seeking == 0:
            break
        if trial == 0:
            slopes(functions, s, now, level)
        for g in range(GROUP):
            if work[at.SEEKING, g] == 0.0:
                continue
            theta = work[at.THETA, g]
            m = s[at.AFTER * GROUP + g]
            if m < 0.0:
                work[at.LOW, g] = theta
            else:
                work[at.HIGH, g] = theta
            low = work[at.LOW, g]
            high = work[at.HIGH, g]
            if m == 0.0 or high - low <= 4.0 * CLOSE * high:
                work[at.SEEKING, g] = 0.0
                seeking -= 1
                continue
            if trial == 0:
                change = m / (work[at.WHOLE, g] * s[at.SLOPE_AFTER * GROUP + g])
            else:
                change = m * (theta - work[at.THETA_OLD, g]) / (m - work[at.MARGIN_OLD, g])
            if abs(change) <= CLOSE * high:  # look beyond the root, so that the bracket closes
                change = 2.0 * CLOSE * high if m > 0.0 else -2.0 * CLOSE * high
            work[at.THETA_OLD, g] = theta
            work[at.MARGIN_OLD, g] = m
            theta -= change
            if not (theta > low and theta < high) or trial % 8 == 7:
                theta = 0.5 * (low + high)
            work[at.THETA, g] = theta
            s[at.LENGTH * GROUP + g] = theta * work[at.WHOLE, g]
        if seeking == 0:
            break


@njit(**PLAIN)
def passages(
    met,
    functions,
    y,
    s,
    work,
    lanes,
    block,
    index,
    now,
    h,
    clock,
    span,
    keys,
    found,
):
    """Take a step again for the members of a block that meet the threshold in it."""
    n, rows, sources = clock[at.STATES], clock[at.GROUP_ROWS], clock[at.SOURCES]
    if index == 0:  # a start beyond the threshold is reset at once
        met = np.int64(-1)
    while met != 0:
        size = 0
        while met != 0 and size < GROUP:
            lane = lowest(met)
            met &= met - 1
            if y[at.CODE * WIDTH + lane] == 0.0:
                lanes[size] = lane
                size += 1
        if size == 0:
            break
        gather(y, s, n, rows, lanes, size)
        if sources > 0:  # the numbers of odd steps stand behind those of even ones
            first = FIXED + rows - 2 * sources
            for j in range(sources * (index & 1)):
                for g in range(GROUP):
                    s[(first + j) * GROUP + g] = s[(first + sources + j) * GROUP + g]
        begin_group(y, s, work, lanes, size, n)
        part = 0
        active = size
        while active > 0 and part < 3 * MANY:
            active -= reset_those_due(
                functions, y, s, work, lanes, size, n, part, block, now, clock, span, found
            )
            if active == 0:
                break
            if part > 0 and sources > 0:
                draw_again(s, lanes, size, keys, index, part, sources, FIXED + rows - 2 * sources)
            active -= go_on(functions, y, s, work, lanes, size, n, sources, now, h, span)
            part += 1
        for g in range(size):
            if work[at.ACTIVE, g] != 0.0:
                give_up(y, s, work, lanes[g], g, n, at.TOO_MANY_EVENTS)


@njit(**PLAIN)
def begin_group(y, s, work, lanes, size, n):
    """All lanes at the begin of the step."""
    for g in range(GROUP):
        release = y[at.RELEASE * WIDTH + lanes[g if g < size else 0]]
        work[at.ACTIVE, g] = 1.0 if g < size else 0.0
        work[at.HELD, g] = 0.0 if release == FREE else 1.0
        work[at.END, g] = release
        work[at.RESETS, g] = 0.0
        work[at.SEEKING, g] = 0.0
        work[at.DUE, g] = 0.0
        s[at.OFFSET * GROUP + g] = 0.0
        s[at.LENGTH * GROUP + g] = 0.0
        s[at.MOVING * GROUP + g] = 1.0 if release == FREE else 0.0
        for i in range(n):
            s[(FIXED + i) * GROUP + g] = s[(FIXED + n + i) * GROUP + g]


@njit(**PLAIN)
def draw_again(s, lanes, size, keys, index, part, sources, first):
    """Fresh normal numbers for a part of a step."""
    for g in range(size):
        for j in range(sources):
            number = (index * (4 * MANY) + part) * sources + j
            z = normal_of_part(keys[lanes[g]], keys[WIDTH + lanes[g]], number)
            s[(first + j) * GROUP + g] = z


@njit(**PLAIN)
def give_up(y, s, work, lane, g, n, code):
    """A member that ends here."""
    work[at.ACTIVE, g] = 0.0
    y[at.CODE * WIDTH + lane] = code
    y[at.RELEASE * WIDTH + lane] = FREE
    for i in range(n):
        y[(FIXED + i) * WIDTH + lane] = np.nan
        s[(FIXED + i) * GROUP + g] = np.nan
        s[(FIXED + n + i) * GROUP + g] = np.nan


@njit(**PLAIN)
def reset_those_due(functions, y, s, work, lanes, size, n, part, block, now, clock, span, found):
    """Resets at the begin of a part, as long as they are due; how many members ended there."""
    spike_times, spike_members = found
    level = span[at.LEVEL]
    ended = 0
    if part == 0:
        margins(functions, s, now, level)
        for g in range(size):
            s[at.BEFORE * GROUP + g] = s[at.AFTER * GROUP + g]
            if work[at.HELD, g] == 0.0 and s[at.AFTER * GROUP + g] > 0.0:
                work[at.DUE, g] = 1.0
    while True:
        due = 0
        for g in range(size):
            if work[at.ACTIVE, g] != 0.0 and work[at.DUE, g] != 0.0:
                due += 1
        if due == 0:
            return ended
        jump(functions, s, now, level)
        for g in range(GROUP):
            if g >= size or work[at.ACTIVE, g] == 0.0 or work[at.DUE, g] == 0.0:
                for i in range(n):  # not concerned
                    s[(FIXED + n + i) * GROUP + g] = s[(FIXED + i) * GROUP + g]
                continue
            lane = lanes[g]
            code = at.GOOD
            finite = 0.0
            for i in range(n):
                finite += 0.0 * s[(FIXED + i) * GROUP + g]
            pause = s[at.PAUSE * GROUP + g]
            work[at.RESETS, g] += 1.0
            if finite != 0.0:
                code = at.NOT_FINITE
            elif not pause >= 0.0:
                code = at.NOT_A_PAUSE
            elif work[at.RESETS, g] > MANY:
                code = at.TOO_MANY_EVENTS
            if code != at.GOOD:
                give_up(y, s, work, lane, g, n, code)
                ended += 1
                continue
            time = now + s[at.OFFSET * GROUP + g]
            record(time, block * WIDTH + lane, lane, y, clock, span, spike_times, spike_members)
            for i in range(n):
                s[(FIXED + i) * GROUP + g] = s[(FIXED + n + i) * GROUP + g]
            after = s[at.AFTER * GROUP + g]
            s[at.BEFORE * GROUP + g] = after
            work[at.DUE, g] = 0.0
            if pause > 0.0:
                work[at.HELD, g] = 1.0
                work[at.END, g] = time + pause
                s[at.MOVING * GROUP + g] = 0.0
            elif after > 0.0:
                work[at.DUE, g] = 1.0


@njit(**PLAIN)
def go_on(functions, y, s, work, lanes, size, n, sources, now, h, span):
    """To the threshold, to the end of the refractory time, or to the end of the step.

    Returns how many members arrived at the end of the step; these are in their block again.
    """
    level = span[at.LEVEL]
    arrived = 0
    for g in range(GROUP):
        offset = s[at.OFFSET * GROUP + g]
        length = h - offset
        if work[at.ACTIVE, g] == 0.0:
            length = 0.0
        elif work[at.HELD, g] != 0.0 and work[at.END, g] - (now + offset) < length:
            length = max(work[at.END, g] - (now + offset), 0.0)
            work[at.HELD, g] = 2.0
        work[at.WHOLE, g] = length
        work[at.THETA, g] = 1.0
        s[at.LENGTH * GROUP + g] = length
    leap(functions, s, now, level)
    seeking = 0
    for g in range(size):
        if work[at.ACTIVE, g] != 0.0 and work[at.HELD, g] == 0.0:
            before = s[at.BEFORE * GROUP + g]
            after = s[at.AFTER * GROUP + g]
            # beyond the threshold the step may leave the range of numbers
            beyond = after >= 0.0
            if isnan(after) and sources == 0:
                finite = 0.0
                for i in range(n):
                    finite += 0.0 * s[(FIXED + i) * GROUP + g]
                beyond = finite != 0.0
            if before <= 0.0 and beyond and (before < 0.0 or after != 0.0):
                work[at.DUE, g] = 1.0
                work[at.SEEKING, g] = 1.0
                seeking += 1
    if seeking > 0 and sources == 0:
        locate(functions, s, work, now, level)
    for g in range(size):
        if work[at.ACTIVE, g] == 0.0:
            continue
        if sources > 0 and work[at.DUE, g] != 0.0:
            before = s[at.BEFORE * GROUP + g]
            theta = before / (before - s[at.AFTER * GROUP + g])
            work[at.THETA, g] = theta
            work[at.SEEKING, g] = 0.0
            for i in range(n):
                x = s[(FIXED + n + i) * GROUP + g]
                s[(FIXED + i) * GROUP + g] = x + theta * (s[(FIXED + i) * GROUP + g] - x)
        s[at.OFFSET * GROUP + g] += work[at.THETA, g] * work[at.WHOLE, g]
        after = s[at.AFTER * GROUP + g]
        s[at.BEFORE * GROUP + g] = after
        for i in range(n):
            s[(FIXED + n + i) * GROUP + g] = s[(FIXED + i) * GROUP + g]
        if work[at.HELD, g] == 2.0:
            work[at.HELD, g] = 0.0
            work[at.END, g] = FREE
            s[at.MOVING * GROUP + g] = 1.0
            if after > 0.0:
                work[at.DUE, g] = 1.0
        elif work[at.DUE, g] == 0.0:
            work[at.ACTIVE, g] = 0.0
            arrived += 1
            lane = lanes[g]
            y[at.RELEASE * WIDTH + lane] = work[at.END, g]
            if isnan(after):
                # where the states are not finite either, the member diverged
                finite = 0.0
                for i in range(n):
                    finite += 0.0 * s[(FIXED + i) * GROUP + g]
                code = at.NOT_A_MARGIN if finite == 0.0 else at.NOT_FINITE
                y[at.CODE * WIDTH + lane] = code
            for i in range(n):
                y[(FIXED + i) * WIDTH + lane] = s[(FIXED + i) * GROUP + g]
    return arrived
