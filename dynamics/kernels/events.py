"""What treats the members of a block that meet a threshold, for calls by address.

located    spikes inside the step, with a reset          (passage.passages)
watched    spikes inside the step, without a reset       (spike_times.watched)
on_grid    spikes at the end of the step                 (spike_times.record_on_grid)
"""

from numba import carray, cfunc

from . import passage, spike_times
from .ensemble_layout import GROUP, WORK_ROWS
from .model_functions import EVENT, TREATMENT

ENTRY = dict(cache=True, error_model="numpy", fastmath={"contract"})
LONG = (1 << 40,)  # the lengths are not known here, and not looked at


@cfunc(EVENT, **ENTRY)
def located(
    met, functions, y, s, work, lanes, block, index, now, h, clock, span, keys, times, members
):
    passage.passages(
        met,
        carray(functions, (TREATMENT + 1,)),
        carray(y, LONG),
        carray(s, LONG),
        carray(work, (WORK_ROWS, GROUP)),
        carray(lanes, (GROUP,)),
        block,
        index,
        now,
        h,
        carray(clock, LONG),
        carray(span, LONG),
        carray(keys, LONG),
        (carray(times, LONG), carray(members, LONG)),
    )


@cfunc(EVENT, **ENTRY)
def watched(
    met, functions, y, s, work, lanes, block, index, now, h, clock, span, keys, times, members
):
    spike_times.watched(
        met,
        carray(functions, (TREATMENT + 1,)),
        carray(y, LONG),
        carray(s, LONG),
        carray(lanes, (GROUP,)),
        block,
        now,
        h,
        carray(clock, LONG),
        carray(span, LONG),
        (carray(times, LONG), carray(members, LONG)),
    )


@cfunc(EVENT, **ENTRY)
def on_grid(
    met, functions, y, s, work, lanes, block, index, now, h, clock, span, keys, times, members
):
    spike_times.record_on_grid(
        met,
        carray(y, LONG),
        block,
        now + h,
        carray(clock, LONG),
        carray(span, LONG),
        (carray(times, LONG), carray(members, LONG)),
    )
