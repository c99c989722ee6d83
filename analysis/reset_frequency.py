"""Frequency against drive of models with a reset, along the families of their spiking orbits."""

from collections.abc import Callable

import numpy as np

from ..dynamics.model import Model
from .diagram import Diagram, beyond_threshold
from .fixed_point import FixedPoint
from .frequency_current import FrequencyCurve
from .reset_families import parts_of
from .reset_field import ResetField
from .reset_onset import classify_reset
from .reset_simulation import simulated_period
from .rest_path import rest_at

ROUNDING = 1e-9  # of the range: an onset is located as well as that


def reset_frequencies(
    model: Model,
    parameter: str,
    drives: np.ndarray,
    interval: tuple[float, float],
    simulate: bool,
    progress: Callable[[str, float], None] | None,
) -> FrequencyCurve:
    """1/period of the stable spiking orbits, by their branches and by runs."""
    verdict = classify_reset(model, parameter, interval, progress, simulate=False)
    diagram = verdict.diagram
    assert diagram is not None, "this is a bug: a verdict without its diagram"
    parts, field = parts_of(diagram), ResetField(model, parameter)
    rests = np.array([bool(below_threshold(diagram, v)) for v in drives.tolist()])
    frequency, runs = np.full(len(drives), np.nan), np.full(len(drives), np.nan)
    for i, value in enumerate(drives.tolist()):
        if progress is not None:
            progress("frequency", value)
        least = verdict.firing_from
        slack = ROUNDING * max(abs(value), interval[1] - interval[0])
        if least is not None and abs(value - least) <= slack and verdict.onset_frequency == 0:
            frequency[i] = 0.0  # the period diverges here
            continue
        here = [part for part in parts if part.low <= value <= part.high]
        if not here:
            frequency[i] = 0.0 if rests[i] else np.nan
            runs[i] = frequency[i] if simulate else np.nan
            continue
        part = here[0]
        cycles = [c for c in part.branch.at(**{parameter: value}) if c.stable]
        periods = [c.period for c in cycles if hasattr(c, "period")]
        if periods:
            frequency[i] = 1 / min(periods)
        elif verdict.birth is not None and part.low == verdict.firing_from:
            frequency[i] = float(verdict.onset_law.frequency(value))
        if simulate:
            period = simulated_period(field, part, value)
            runs[i] = np.nan if period is None else 1 / period
    spans = tuple((part.low, part.high) for part in parts)
    return FrequencyCurve(
        model, parameter, drives, frequency, runs, rests, spans, tuple(verdict.notes)
    )


def below_threshold(diagram: Diagram, value: float) -> list[FixedPoint]:
    """The stable equilibria that are reached before the reset."""
    return [point for point in rest_at(diagram, value) if not beyond_threshold(point)]
