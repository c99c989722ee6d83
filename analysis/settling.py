"""What a run comes to: a rest, a cycle, infinity, or nothing that could be told in the time."""

from dataclasses import dataclass

import numpy as np

from ..dynamics.model import Model
from .settle import recurrence
from .spike_level import SpikeLevel
from .time_course import Run, run_of, time_scale

DOUBLINGS = 14  # of the stretch of time
PATIENCE = 100_000  # steps in all
TOLERANCE = 1e-9
CLOSE = 1e-4  # of a rest, in units of the states' sizes
LATE = 6  # doublings before a run that does not spike is given up
GROWING = 1e-3  # of what is missing to the level
NEWTON = 12
STEADY, SAMPLES = 0.05, 2000


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    kind: str  # "rest", "cycle", "runaway", "unknown"
    x: np.ndarray  # the rest, or a state on the cycle
    spikes: int  # seen on the way
    period: float = np.nan
    low: np.ndarray | None = None  # extrema of the cycle
    high: np.ndarray | None = None


def heights(run: Run, model: Model, level: SpikeLevel) -> np.ndarray:
    """The quantity that spikes over a run, less the spike level."""
    p = model.field.parameter_array(model.parameters)
    return level.values(model, np.asarray(run.state(run.samples())), p) - level.level


def settled(
    model: Model, x: np.ndarray, level: SpikeLevel, size: np.ndarray, *, enough: int | None = None
) -> Outcome:
    """Run from a state until it is clear where it goes; with `enough`, until so many spikes were
    seen, or none is to be expected any more."""
    stretch, spikes, steps = 4.0 * time_scale(model, x), 0, 0
    for doubling in range(DOUBLINGS):
        run = run_of(model, x, stretch, TOLERANCE)
        height = heights(run, model, level)
        spikes += int(((height[:-1] < 0) & (height[1:] >= 0)).sum())
        steps += len(run.t)
        if enough is not None and spikes >= enough:
            return Outcome("spikes", run.x, spikes)
        if run.runaway:
            return Outcome("runaway", run.x, spikes)
        x = run.x
        rest = rest_near(model, x, size)
        if rest is not None:
            return Outcome("rest", rest, spikes)
        if enough is not None:
            if doubling >= LATE and run.complete and stays_below(height):
                return Outcome("cycle", x, spikes)
        else:
            loop = recurrence(run.state, 0.3 * stretch, float(run.t[-1]), run.t, model)
            if loop is not None and steady(run):
                orbit = loop.at(np.linspace(0, 1, 400))
                low, high = orbit.min(axis=0), orbit.max(axis=0)
                if (high - low > CLOSE * size).any():
                    return Outcome("cycle", x, spikes, loop.period, low, high)
        if not run.complete or steps > PATIENCE:
            break
        stretch *= 2
    return Outcome("unknown", x, spikes)


def stays_below(height: np.ndarray) -> bool:
    """Whether the peaks of a long run do not grow towards the spike level any more."""
    third = len(height) // 3
    second, last = height[third : 2 * third].max(), height[2 * third :].max()
    return bool(last - second <= GROWING * -last)


def steady(run: Run) -> bool:
    """Whether the states swing in the last third of a run as they did in the second."""
    second, third = (
        np.ptp(np.asarray(run.state(run.t[-1] * np.linspace(a, a + 1 / 3, SAMPLES))), axis=1)
        for a in (1 / 3, 2 / 3)
    )
    return bool((np.abs(second - third) <= STEADY * np.maximum(second, third)).all())


def rest_near(model: Model, x: np.ndarray, size: np.ndarray) -> np.ndarray | None:
    """The stable equilibrium that a state is close to, if there is one."""
    field, p = model.field, model.field.parameter_array(model.parameters)
    y = x.copy()
    for _ in range(NEWTON):
        f, A = field.linearisation(y, p)
        try:
            step = np.linalg.solve(A, -f)
        except np.linalg.LinAlgError:
            return None
        y = y + step
        if not np.isfinite(y).all() or (np.abs(y - x) > CLOSE * size).any():
            return None
        if (np.abs(step) <= 1e-12 * size).all():
            break
    values = np.linalg.eigvals(field.jacobian(y, p))
    return y if np.isfinite(values).all() and values.real.max() < 0 else None
