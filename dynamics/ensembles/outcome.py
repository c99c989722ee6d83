"""What the members of a chunk did, and how they ended."""

from dataclasses import dataclass, field

import numpy as np

from ..kernels import ensemble_layout as at
from ..status import Status

# A member's code is its place in this row; the kernel's own codes come first.
ENDS = (
    Status.COMPLETED,
    Status.DIVERGED,
    Status.TOO_MANY_EVENTS,
    Status.NOT_FINITE,
    Status.INTERRUPTED,
    Status.TOO_MANY_EVENTS,  # more spikes than max_spikes: the states are good
    Status.STEP_TOO_SMALL,
    Status.TOO_MANY_STEPS,
)
NOT_RUN, CAPPED = 4, 5
USABLE = (at.GOOD, CAPPED)


@dataclass
class Outcome:
    """One row a member."""

    states: np.ndarray
    codes: np.ndarray
    counts: np.ndarray
    first: np.ndarray
    last: np.ndarray
    observed: np.ndarray  # minima, maxima and means of all observables
    spike_times: np.ndarray = field(default_factory=lambda: np.zeros(0))
    spike_counts: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    trace: np.ndarray | None = None
