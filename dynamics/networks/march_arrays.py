"""The arrays of a run: of each population, of each synapse, of the spikes on their way."""

from math import ceil, floor

import numpy as np

from ..errors import InvalidArgument
from .draws import drawn, key, stream
from .edges import Edges
from .layout import WIDTH
from .plan import CellPlan, SynapsePlan
from .poisson_input import PoissonInput

NEVER = 1e300
TABLE = 64  # entries of a Poisson table: beyond, variates are found one by one


def cell_arrays(
    plan: CellPlan, quiet: tuple[int, ...], slots: int, seed: int, chosen: np.ndarray, rows: int
) -> tuple[np.ndarray, ...]:
    """One population, in the order of CELL."""
    n, size, inputs = len(plan.states), plan.size, len(plan.inputs)
    x = np.array(plan.start).reshape(n, size)
    moving, release = np.ones(size), np.full(size, -NEVER)
    moving[list(quiet)], release[list(quiet)] = 0.0, NEVER
    if plan.train is None:
        times, who = np.zeros(8 * size + 1024), np.zeros(8 * size + 1024, dtype=np.int32)
    else:
        times, who = plan.train.times.copy(), plan.train.neurons.copy()
    sums = [np.zeros((inputs, size)) for _ in range(3)]
    history = [np.zeros((slots, n, size)) for _ in range(2)]
    keys = [key(seed, "noise", plan.name, str(s)) for s in range(plan.sources)]
    stages = [np.zeros((n, size)) for _ in range(4)]
    return (
        *(x, *stages, np.array([float(v) for v in plan.scalars.values()])),
        np.array(list(plan.rows.values())).reshape(len(plan.rows), size),
        *(moving, release, np.zeros(size), np.zeros(size)),
        *(*sums, np.zeros((plan.sources, size)), *history, x.copy()),
        *(times, who, np.zeros(3, dtype=np.int64)),
        *(chosen, np.zeros((rows, n, len(chosen))), np.array(keys, dtype=np.int64)),
        np.zeros(WIDTH * (4 * n + len(plan.rows) + inputs + plan.sources + 4)),
    )


def synapse_arrays(
    plan: SynapsePlan, edges: Edges, step: float, slots: int, size: int, start: dict[str, float]
) -> tuple[np.ndarray, ...]:
    """One synapse, in the order of SYNAPSE; `slots` for what is on its way."""
    ptr, first, delay = runs(edges, step)
    states = np.zeros((len(plan.parts.edge_states), len(edges)))
    for row, (name, place) in enumerate(plan.parts.edge_states.items()):
        states[row] = edges.weights if place == plan.parts.weight else start.get(name, 0.0)
    incoming, order, sources = np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32)
    if plan.parts.on_target_spike:
        incoming, order = edges.incoming(size)
        sources = edges.sources[order]
    return (
        *(ptr, first, delay, edges.targets, np.atleast_1d(np.asarray(edges.weights, dtype=float))),
        *(states, np.zeros(len(edges) if len(states) else 0), incoming, order, sources),
        *(np.full(slots, -1), np.full(slots, -1)),
        *(np.atleast_1d(np.asarray(edges.delays, dtype=float)) / step, edges.indptr),
        *(np.zeros(size, dtype=np.int32), np.zeros(size)),
    )


def runs(edges: Edges, step: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Connections of one source with the same delay in steps: which runs a source has, where each
    begins (and the last ends), its delay."""
    steps = delay_steps(edges, step)
    count = len(edges.indptr) - 1
    if steps.ndim == 0:
        return np.arange(count + 1), edges.indptr, np.full(count, steps, dtype=np.int64)
    sources = edges.sources
    new = np.ones(len(edges), dtype=bool)
    new[1:] = (np.diff(sources) != 0) | (np.diff(steps) != 0)
    first = np.flatnonzero(new)
    ptr = np.searchsorted(sources[first], np.arange(count + 1))
    return ptr.astype(np.int64), np.append(first, len(edges)), steps[first]


def delay_steps(edges: Edges, step: float) -> np.ndarray:
    """Delays as whole numbers of steps."""
    return np.rint(np.asarray(edges.delays) / step).astype(np.int64)


def rounding(edges: Edges, step: float) -> float:
    """By how much the delays of spikes were rounded."""
    if not len(edges):
        return 0.0
    return float(np.abs(delay_steps(edges, step) * step - edges.delays).max())


def check_history(name: str, edges: Edges, step: float) -> int:
    """Slots that a delayed coupling needs of the past; its delays are a step or more."""
    delays = np.atleast_1d(np.asarray(edges.delays, dtype=float))
    if len(edges) and delays.min() < step * (1 - 1e-9):
        raise InvalidArgument(
            f"{name}: the delay {delays.min():g} is shorter than a step ({step:g}); shorten the "
            "step, or give delay=0 for coupling without delay"
        )
    return ceil(delays.max() / step) + 3 if len(edges) else 1


def input_arrays(
    source: PoissonInput, size: int, step: float, seeds: tuple[int, int]
) -> tuple[np.ndarray, ...]:
    """Means, table, counts, draws and key of a Poisson input; seeds of network and run."""
    rate = drawn(
        f"the rate of {source.name}", source.rate, size, stream(seeds[0], "rate", source.name)
    )
    mean = np.atleast_1d(np.asarray(rate, dtype=float)) * source.count * step
    if mean.min() < 0:
        raise InvalidArgument(f"{source.name}: a rate is negative")
    table = np.zeros(0)
    if mean.size == 1:
        from scipy.special import pdtr

        reached = pdtr(np.arange(TABLE), mean[0])
        full = np.flatnonzero(reached >= 1 - 2.0**-53)
        table = reached[: full[0]] if len(full) else table
        if mean[0] == 0:
            table = np.ones(1)
    numbers = np.array([key(seeds[1], "input", source.name)])
    return mean, table, np.zeros(size, dtype=np.int64), np.zeros(size), numbers


class Pool:
    """Places for the spikes on their way: begin, end, source, following, (free, number free)."""

    def __init__(self, room: int):
        self.arrays = (
            *(np.zeros(room, dtype=np.int64), np.zeros(room, dtype=np.int64)),
            np.zeros(room, dtype=np.int32),
            np.append(np.arange(1, room), -1),
            np.array([0, room]),
        )

    def grow(self) -> None:
        """Twice as many places."""
        begin, end, source, following, free = self.arrays
        room = len(begin)
        more = np.append(np.arange(room + 1, 2 * room), free[0])
        self.arrays = (
            *(np.append(begin, np.zeros_like(begin)), np.append(end, np.zeros_like(end))),
            np.append(source, np.zeros_like(source)),
            np.append(following, more),
            np.array([room, free[1] + room]),
        )


def grid_steps(until: float, step: float) -> int:
    """How many steps lead to the end."""
    if step <= 0 or until <= 0:
        raise InvalidArgument(f"until and step are positive, not {until:g} and {step:g}")
    count = floor(until / step + 0.5)
    if count < 1 or abs(count * step - until) > 1e-6 * step:
        raise InvalidArgument(f"until = {until:g} is not a multiple of the step, {step:g}")
    return count
