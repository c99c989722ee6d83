"""The period of firing by simulation: the time between returns to a section, when they repeat."""

from dataclasses import dataclass

import numpy as np

from ..dynamics.model import Model
from .time_course import Run, run_of

TOLERANCE = 1e-10
REPEATS = 1e-9  # of the states' swings: two returns are one
SAME = 1e-5
MOST_RETURNS, MOST_TURNS = 60, 8
WORSE = 3  # returns that come no closer
ROUNDING, SLOWEST = 1e-12, 0.98
ALLOWANCE = (2.1, 1.1)  # periods, for the first run and the others
CHEBYSHEV = np.cos(np.pi * (np.arange(14) + 0.5) / 14)
LONGEST = 8  # times that the allowance is doubled for one return


@dataclass(frozen=True)
class Repeated:
    """A period, a state on the section, and how well the last two returns agree."""

    period: float
    x: np.ndarray
    error: float
    run: Run  # the last one

    def swing(self, row: int) -> float:
        """Of a state, over the last run."""
        values = np.asarray(self.run.state(self.run.samples()))[row]
        return float(np.ptp(values))


def simulated_period(
    model: Model, x: np.ndarray, row: int, level: float, guess: float, size: np.ndarray
) -> Repeated | None:
    """Run until state number `row` comes back through `level` upward as it did before, after one
    passage or up to MOST_TURNS; None where it doesn't."""
    times: list[float] = []
    states: list[np.ndarray] = []
    periods: list[float] = []
    begin, silent, worse, best = 0.0, 0, 0, np.inf
    while len(times) < MOST_RETURNS and best > REPEATS and worse < WORSE:
        allowance = ALLOWANCE[bool(times or silent)]
        run = run_of(model, x, allowance * guess * 2**silent, TOLERANCE)
        if not run.complete:
            return None
        found = crossings(run, row, level)
        for t, state in found:
            times.append(begin + t)
            states.append(state)
            turns, error = repeated(states, size)
            if turns:
                periods.append(times[-1] - times[-1 - turns])
                worse = 0 if error < best else worse + 1
                best = min(best, error)
        silent = 0 if found else silent + 1
        if silent > LONGEST:
            break
        begin, x = begin + float(run.t[-1]), run.x
    if not periods:
        return None
    return Repeated(limit_of(periods), states[-1], best, run)


def limit_of(periods: list[float]) -> float:
    """Where the periods of a slowly settling cycle tend to, by Aitken's formula."""
    if len(periods) < 3:
        return periods[-1]
    a, b, c = periods[-3:]
    ratio = (c - b) / (b - a) if b != a else 0.0
    steady = abs(c - b) > ROUNDING * c and 0 < ratio < SLOWEST
    return c + (c - b) * ratio / (1 - ratio) if steady else c


def crossings(run: Run, row: int, level: float) -> list[tuple[float, np.ndarray]]:
    """The times within a run at which a state rises through a level, and the states then.

    Within a step the dense output is a polynomial: some values of it give it exactly.
    """
    from scipy.interpolate import BarycentricInterpolator
    from scipy.optimize import brentq

    t, values = run.t, run.nodes[row] - level
    steps = np.flatnonzero((values[:-1] < 0) & (values[1:] >= 0))
    if not len(steps):
        return []
    middle, half = 0.5 * (t[steps] + t[steps + 1]), 0.5 * (t[steps + 1] - t[steps])
    places = middle[:, None] + half[:, None] * CHEBYSHEV
    states = np.asarray(run.state(places.ravel())).reshape(-1, *places.shape)
    found = []
    for k in range(len(steps)):
        within = BarycentricInterpolator(CHEBYSHEV, states[:, k].T)

        def above(y: float, within=within) -> float:
            return float(within(y)[row]) - level

        ends = above(-1.0), above(1.0)
        if not ends[0] < 0 <= ends[1]:
            y = -1.0 if ends[0] >= 0 else 1.0
        else:
            y = brentq(above, -1.0, 1.0, xtol=1e-15, rtol=1e-14)
        found.append((float(middle[k] + half[k] * y), within(y)))
    return found


def repeated(states: list[np.ndarray], size: np.ndarray) -> tuple[int, float]:
    """After how many returns the last state came again, and how closely; 0 if it did not."""
    for turns in range(1, min(MOST_TURNS, len(states) - 1) + 1):
        error = float(np.max(np.abs(states[-1] - states[-1 - turns]) / size))
        if error < SAME:
            return turns, error
    return 0, np.inf
