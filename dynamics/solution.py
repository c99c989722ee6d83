"""What an integration in time returns: its nodes, its spikes, how it ended."""

from dataclasses import dataclass

import numpy as np

from .kernels.layout import HELD_STEP, RADAU_STEP, RESET_JUMP
from .status import Status

BITS = 4  # rounding may move a jump by as many last bits of its time


@dataclass(frozen=True, eq=False)
class Solution:
    """The nodes of a trajectory: t (k,), x (k, n), and what led to each of them.

    `kinds` (k,) holds bits: HELD_STEP (some components were at rest), RESET_JUMP (the node is the
    state after a reset, at the same time as the node before), RADAU_STEP. `events` are the times
    of the resets. `segments` (m, 3) are the stretches between stops: their end and the least and
    greatest time at which the field was seen there. With `store=False` only the last node is kept.
    """

    t: np.ndarray
    x: np.ndarray
    kinds: np.ndarray
    events: np.ndarray
    segments: np.ndarray
    status: Status
    message: str
    steps: int
    rejected: int
    evaluations: int
    methods: tuple[tuple[float, str], ...]
    release: float | None = None

    @property
    def resets(self) -> np.ndarray:
        """The numbers i of the nodes after a reset; node i - 1 is the state before it."""
        return np.flatnonzero(self.kinds & RESET_JUMP)

    @property
    def held(self) -> np.ndarray:
        """For each interval (i, i + 1), whether components were at rest in it."""
        return (self.kinds[1:] & HELD_STEP) != 0

    @property
    def implicit(self) -> np.ndarray:
        """For each interval, whether it is a step of Radau."""
        return (self.kinds[1:] & RADAU_STEP) != 0


def seen_from_inside(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of stretches moved inwards by what rounding may move a jump: a few last bits of the
    time, or of what varies over the stretch."""
    part = 1e-13 * (high - low)
    below = np.maximum(part, BITS * np.spacing(np.abs(low)))
    above = np.maximum(part, BITS * np.spacing(np.abs(high)))
    return low + below, high - above


def segments_between(t0: float, t1: float, stops) -> np.ndarray:
    """Rows (end, low, high): the stretches from t0 to t1 between the stops inside.

    The field is seen in a stretch at times within [low, high] only, which excludes its ends by a
    few bits where they are stops, so that a drive that jumps there is seen from the right side. The
    ends of the run count as such only if they are among the stops.
    """
    if not len(stops):
        return np.array([[t1, -np.inf, np.inf]])
    stops = np.unique(np.asarray(stops, dtype=float))
    sign = 1.0 if t1 >= t0 else -1.0
    inside = stops[(stops > min(t0, t1)) & (stops < max(t0, t1))][:: int(sign)]
    ends = np.append(inside, t1)
    begins = np.concatenate([[t0], inside])
    low, high = np.minimum(begins, ends), np.maximum(begins, ends)
    inside = seen_from_inside(low, high)
    low = np.where(np.isin(low, stops), inside[0], -np.inf)
    high = np.where(np.isin(high, stops), inside[1], np.inf)
    return np.ascontiguousarray(np.stack([ends, low, high], axis=1))
