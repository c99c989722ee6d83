"""Runs of a model in time, for verdicts that rest on simulation.

Compiled code integrates about a hundred times as fast, but takes a second to make. It is used where
it is in the cache already, and after as much work on one model as takes COMPILING seconds without
it; until then SciPy's solvers run on the NumPy field. The work is counted in evaluations, not by
the clock, so that a busy machine gives the same numbers. RHEOBASE_ENGINE=compiled or numpy decides
otherwise.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics import cache, compiled
from ..dynamics.engine_wish import engine_wish
from ..dynamics.model import Model

COMPILING = 3.0  # seconds of work
EVALUATION = 2.5e-5  # seconds that SciPy's solvers take for one, usually
RUNAWAY = 1e7  # times the size of the states at the start
EVALUATIONS = 400_000
STEPS = 200_000
SHARP = 3e-10  # tolerances below are for an explicit method of high order
STIFF = 150_000  # evaluations after which it is given up
SMALLEST = 1e-3  # size of a state, for its absolute tolerance
# Of this process, by the model's structure: seconds without compiled code, and where it is there.
_seconds: dict[str, float] = defaultdict(float)
_ready: set[str] = set()


@dataclass(frozen=True)
class Run:
    """A solution in time."""

    state: Callable[[np.ndarray], np.ndarray]  # times (k,) -> states (n, k)
    t: np.ndarray  # of the steps, from 0
    nodes: np.ndarray  # the states there, (n, k)
    x: np.ndarray  # where it ends
    until: float
    runaway: bool
    engine: str

    @property
    def complete(self) -> bool:
        """Whether it came as far as it was to."""
        return not self.runaway and float(self.t[-1]) >= self.until

    def samples(self, between: int = 4) -> np.ndarray:
        """The times of the steps and some between them."""
        parts = np.arange(between) / between
        inner = (self.t[:-1, None] + np.diff(self.t)[:, None] * parts).ravel()
        return np.append(inner, self.t[-1])


def run_of(model: Model, x: np.ndarray, until: float, tolerance: float = 1e-9) -> Run:
    """The solution from x at time 0 on."""
    if compiled_pays(model):
        return compiled_run(model, x, until, tolerance)
    return plain_run(model, x, until, tolerance)


def compiled_pays(model: Model) -> bool:
    """Whether compiled code is there, wished for, or worth its making."""
    wish = engine_wish()
    if wish == "numpy":
        return False
    if wish == "compiled" or _seconds[model.structure] > COMPILING:
        return True
    if model.structure not in _ready:
        there = cache.kernel_exists("march")
        if not (there and compiled.address_exists(model.field.system, "field")):
            return False
        _ready.add(model.structure)
    return True


def compiled_run(model: Model, x: np.ndarray, until: float, tolerance: float) -> Run:
    """By Dormand and Prince's method of order 8(5,3), by Radau IIA where it is stiff."""
    from ..dynamics.simulate import simulate
    from ..dynamics.status import Status

    at = model.replace(dict(zip(model.states, np.asarray(x, dtype=float).tolist(), strict=True)))
    smallest = float(np.maximum(np.abs(x), SMALLEST).min())
    run = simulate(
        at,
        until,
        tolerance=tolerance,
        absolute=tolerance * min(1.0, smallest),
        max_steps=STEPS,
    )
    away = run.status in (Status.DIVERGED, Status.NOT_FINITE)
    return Run(run, run.t, run.x.T, run.x[-1], until, away or far(run.x[-1], x), "compiled")


def plain_run(model: Model, x: np.ndarray, until: float, tolerance: float) -> Run:
    """On the NumPy field: by LSODA, and where much is asked by Dormand and Prince's method, as long
    as that is not slow because the equations are stiff."""
    from scipy.integrate import DOP853, LSODA

    if tolerance < SHARP:
        run = stepped(DOP853, model, x, until, tolerance, STIFF)
        if run.complete or run.runaway:
            return run
    return stepped(LSODA, model, x, until, tolerance, EVALUATIONS)


def stepped(
    method: type, model: Model, x: np.ndarray, until: float, tolerance: float, most: int
) -> Run:
    """The run by a method of SciPy, with so many evaluations at most."""
    from scipy.integrate import OdeSolution

    x = np.asarray(x, dtype=float)
    size = np.maximum(np.abs(x), SMALLEST)
    rates = model.field.at_points(model.field.parameter_array(model.parameters))
    solver = method(rates, 0.0, x, until, rtol=tolerance, atol=0.1 * tolerance * size)
    bound = RUNAWAY * np.maximum(np.abs(x), 1.0)
    times, nodes, pieces, away = [0.0], [x], [], False
    while solver.status == "running" and solver.nfev < most:
        solver.step()
        stuck = solver.t <= times[-1]  # no step is short enough
        away = stuck or solver.status == "failed" or not (np.abs(solver.y) < bound).all()
        if away:
            break
        times.append(solver.t)
        nodes.append(solver.y.copy())
        pieces.append(solver.dense_output())
    _seconds[model.structure] += EVALUATION * solver.nfev
    columns = np.array(nodes).T
    if not pieces:
        still = np.zeros(1)
        return Run(lambda t: np.repeat(columns, len(t), 1), still, columns, x, until, True, "numpy")
    solution = OdeSolution(np.array(times), pieces)
    return Run(solution, np.array(times), columns, nodes[-1], until, away, "numpy")


def far(x: np.ndarray, start: np.ndarray) -> bool:
    """Whether the states have run away."""
    return bool(~np.isfinite(x).all() or (np.abs(x) > RUNAWAY * np.maximum(np.abs(start), 1)).any())


def time_scale(model: Model, x: np.ndarray) -> float:
    """The time of the slowest eigenvalue at a state, but no more than 1000 times the mean one."""
    p = model.field.parameter_array(model.parameters)
    rates = np.abs(np.linalg.eigvals(model.field.jacobian(x, p)))
    rates = rates[np.isfinite(rates) & (rates > 0)]
    if not len(rates):
        return 1.0
    return float(1 / max(rates.min(), 1e-3 * np.exp(np.mean(np.log(rates)))))
