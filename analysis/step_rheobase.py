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
    threshold: float | None = None,
    certain: float | None = None,
    told: Callable[[float], None] | None = None,
) -> Steps:
    """`threshold` is the drive at which rest gives way to firing, if it does, and `certain` the one
    from which on that firing has spikes."""
    low, high = interval
    width = high - low
    undecided: list[float] = []

    def spikes(value: float) -> bool:
        if told is not None:
            told(value)
        outcome = settled(model.replace({parameter: value}), rest, level, size, enough=1)
        if outcome.kind == "unknown":
            undecided.append(value)
        return outcome.spikes > 0 or (level.infinite and outcome.kind == "runaway")

    protocol = (
        f"a step of {parameter} from {low:g}, where the model rests, held until it spikes or "
        f"rests again; {level.words}"
    )
    grid = np.linspace(low, high if certain is None else min(certain, high), GRID + 1)[1:]
    below, above = low, None
    if threshold is not None and threshold - BELOW * width > low:
        under = threshold - BELOW * width
        if not spikes(under):
            if certain is None or certain - threshold <= BELOW * width:
                protocol += f"; steps that end {BELOW * width:g} below the loss of rest give none"
                return Steps(threshold, protocol, tuple(undecided))
            below, above = under, certain
        else:
            grid = np.linspace(low, under, GRID + 1)[1:]
            certain = under
    if above is None:
        known = (value for value in grid if value == certain or spikes(float(value)))
        above = next(known, None)
        if above is None:
            none = f"; {GRID} steps up to {grid[-1]:g} give none"
            return Steps(None, protocol + none, tuple(undecided))
        below = float(above) - float(grid[1] - grid[0])
    above = float(above)
    while above - below > RESOLVED * width:
        middle = 0.5 * (below + above)
        if spikes(middle):
            above = middle
        else:
            below = middle
    protocol += f"; found by bisection to {RESOLVED * width:.1g}"
    return Steps(above, protocol, tuple(undecided))
