"""The physiologist's rheobase: the least sustained step, from rest, that gives a spike.

The model rests at the low end of the range; the drive steps to a value and stays there. The least
value with a spike is bracketed on a grid and bisected. Where even a step to just below the loss of
rest gives none while rest gives way to spikes beyond, the two coincide. Simulated throughout.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.model import Model
from .settling import settled
from .spike_level import SpikeLevel

GRID = 12  # steps that are tried before bisection
RESOLVED = 1e-7  # of the range
BELOW = 1e-6


@dataclass(frozen=True)
class Steps:
    """The least step with a spike, None if there was none; and how it was looked for."""

    value: float | None
    protocol: str
    undecided: tuple[float, ...] = ()


def step_rheobase(
    model: Model,
    parameter: str,
    interval: tuple[float, float],
    rest: np.ndarray,
    level: SpikeLevel,
    size: np.ndarray,
    threshold: float | None,
    told: Callable[[float], None] | None = None,
) -> Steps:
    """`threshold` is the drive at which rest gives way to spikes, if it does."""
    low, high = interval
    width = high - low
    undecided: list[float] = []

    def spikes(value: float) -> bool:
        if told is not None:
            told(value)
        at = model.replace({parameter: value})
        outcome = settled(at, rest, level, size, enough=1)
        if outcome.kind == "unknown":
            undecided.append(value)
        return outcome.spikes > 0

    protocol = (
        f"a step of {parameter} from {low:g}, where the model rests, held until it spikes or "
        f"rests again; {level.words}"
    )
    top = high if threshold is None else min(threshold, high)
    if threshold is not None and threshold - BELOW * width > low:
        if not spikes(threshold - BELOW * width):
            protocol += f"; steps that end {BELOW * width:g} below the loss of rest give none"
            return Steps(threshold, protocol, tuple(undecided))
        top = threshold - BELOW * width
    values = np.linspace(low, top, GRID + 1)[1:]
    answers = (
        value for value in values if (threshold is not None and value == top) or spikes(value)
    )
    first = next(answers, None)
    if first is None:
        return Steps(None, f"{protocol}; {GRID} steps up to {top:g} give none", tuple(undecided))
    above = float(first)
    below = above - (top - low) / GRID
    while above - below > RESOLVED * width:
        middle = 0.5 * (below + above)
        if spikes(middle):
            above = middle
        else:
            below = middle
    return Steps(
        above, f"{protocol}; found by bisection to {RESOLVED * width:.1g}", tuple(undecided)
    )
