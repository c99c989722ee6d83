"""Running a model until its orbit repeats itself: a loop to start Newton's method from.

A loop is found by recurrence: the orbit is cut by the plane through a late state x across f(x), and
the first return that comes close to x, after one passage or after the many of a burst, closes it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.model import Model
from ..dynamics.trajectory import Trajectory

CLOSE = 3e-3  # of a return, relative to the size of the orbit
STILL = 1e-9  # a swing below this part of the largest is rounding
REST = 1e-7  # an orbit smaller than this, relative to its states, has come to rest
LONGEST = 14  # times that the stretch of time is doubled
EVALUATIONS = 400_000
RUNAWAY = 1e7  # times the size of the start values
SAMPLES = 4000
PARTS, ROUNDS = 32, 8


@dataclass(frozen=True)
class Loop:
    """An orbit that nearly closes: `at(phase)` for phases in [0, 1]."""

    state: Callable[[np.ndarray], np.ndarray]  # times (k,) -> states (n, k)
    begin: float
    period: float
    steps: np.ndarray  # the times of the integrator's steps

    @property
    def mesh(self) -> np.ndarray:
        """The steps as phases: where the orbit is quick they are short."""
        phases = (self.steps - self.begin) / self.period
        inside = phases[(phases > 1e-9) & (phases < 1 - 1e-9)]
        return np.concatenate([[0.0], inside, [1.0]])

    def at(self, phases: np.ndarray) -> np.ndarray:
        flat = self.begin + self.period * np.ravel(phases)
        return self.state(flat).T.reshape(*np.shape(phases), -1)


def loop_of_run(run: Trajectory) -> Loop:
    """The last loop of a trajectory."""
    begin, end = float(run.t[0]), float(run.t[-1])
    loop = recurrence(run, begin + 0.3 * (end - begin), end, run.t, run.model)
    if loop is None:
        raise NotFound(
            "the end of this trajectory doesn't go round twice within "
            f"{CLOSE:.1%} of its size: run it longer, or let it settle first"
        )
    return loop


def settled_loop(model: Model, x: np.ndarray, patience: int = EVALUATIONS) -> Loop:
    """Integrate, over ever longer stretches, until the orbit repeats itself."""
    stretch, used = time_scale(model, x), 0
    for _ in range(LONGEST):
        state, steps, spent = integrated(model, x, stretch, patience - used)
        used += spent
        x, reached = state(np.array([steps[-1]]))[:, 0], float(steps[-1])
        if reached < stretch:
            break
        loop = recurrence(state, 0.3 * stretch, stretch, steps, model)
        if loop is not None:
            return loop
        late = state(np.linspace(0.5 * stretch, stretch, SAMPLES))
        size = np.abs(late).max(axis=1)
        if (np.ptp(late, axis=1) <= REST * np.maximum(size, 1e-3)).all():
            place = ", ".join(f"{name} = {v:.6g}" for name, v in zip(model.states, x, strict=True))
            raise NotFound(f"{model.name} comes to rest at {place}: no cycle from these values")
        stretch *= 2
    raise NotFound(
        f"{model.name} did not repeat itself within {stretch:.4g} units of time (chaos, or slow "
        "transients); give a Trajectory of a settled run as the guess"
    )


def integrated(
    model: Model, x: np.ndarray, until: float, patience: int
) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray, int]:
    """The run from x up to `until`, or as far as `patience` evaluations take it; the times of its
    steps, and the evaluations used."""
    from scipy.integrate import LSODA, OdeSolution

    size = np.maximum(np.abs(x), 1e-3)
    rates = model.field.at_points(model.field.parameter_array(model.parameters))
    solver = LSODA(rates, 0.0, x, until, rtol=1e-8, atol=1e-10 * size)
    times, pieces = [0.0], []
    while solver.status == "running" and solver.nfev < patience:
        solver.step()
        away = np.abs(solver.y) > RUNAWAY * np.maximum(size, 1.0)
        if solver.status == "failed" or not np.isfinite(solver.y).all() or away.any():
            raise NotFound(f"{model.name} runs away from these start values: no cycle to find")
        times.append(solver.t)
        pieces.append(solver.dense_output())
    return OdeSolution(np.array(times), pieces), np.array(times), solver.nfev


def time_scale(model: Model, x: np.ndarray) -> float:
    """Some turns of the slower of what the Jacobian at the start says."""
    field, p = model.field, model.field.parameter_array(model.parameters)
    rates = np.abs(np.linalg.eigvals(field.jacobian(x, p)))
    rates = rates[np.isfinite(rates) & (rates > 0)]
    slow = float(np.exp(np.mean(np.log(rates)))) if len(rates) else 1.0
    return 100.0 / slow


def recurrence(
    state: Callable[[np.ndarray], np.ndarray],
    begin: float,
    end: float,
    steps: np.ndarray,
    model: Model,
) -> Loop | None:
    """The last loop between two times."""
    t = np.linspace(begin, end, SAMPLES)
    x = np.asarray(state(t))
    size = np.ptp(x, axis=1)
    if (size <= REST * np.maximum(np.abs(x).max(axis=1), 1e-3)).all():
        return None
    scale = np.maximum(size, STILL * size.max())[:, None]
    p = model.field.parameter_array(model.parameters)
    last = x[:, -1]
    normal = model.field.f(last, p) / scale[:, 0]
    if not np.linalg.norm(normal) > 0:
        return None
    side = normal @ ((x - last[:, None]) / scale)
    rising = np.flatnonzero((side[:-1] < 0) & (side[1:] >= 0))[::-1]
    for row in rising:
        there = sharpened(state, (t[row], t[row + 1]), last, normal, scale[:, 0])
        if end - there < 4 * (t[1] - t[0]):
            continue
        away = np.max(np.abs(np.asarray(state(np.array([there])))[:, 0] - last) / scale[:, 0])
        if away < CLOSE and there - (end - there) >= begin:
            return Loop(state, there, end - there, steps)
    return None


def sharpened(
    state: Callable[[np.ndarray], np.ndarray],
    between: tuple[float, float],
    last: np.ndarray,
    normal: np.ndarray,
    scale: np.ndarray,
) -> float:
    """The time of a passage through the plane: the interval is cut into PARTS, ROUNDS times."""
    low, high = between
    for _ in range(ROUNDS):
        t = np.linspace(low, high, PARTS + 1)
        below = normal @ ((np.asarray(state(t)) - last[:, None]) / scale[:, None]) < 0
        k = int(np.flatnonzero(below)[-1]) if below.any() else 0
        low, high = float(t[k]), float(t[min(k + 1, PARTS)])
    return 0.5 * (low + high)
