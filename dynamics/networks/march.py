"""A network's run: its plan, its arrays, the compiled loop, and how it ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from .. import cache
from ..errors import InvalidArgument, UnknownName
from ..status import Status
from . import layout as at
from .edges import Edges
from .layout import CELL, INPUT, POOL, SYNAPSE, table, tables
from .loop_code import LoopWriter
from .march_arrays import (
    Pool,
    cell_arrays,
    check_history,
    delay_steps,
    grid_steps,
    input_arrays,
    rounding,
    synapse_arrays,
)
from .network_run import NetworkRun, SpikeList
from .noisy_threshold import unseen
from .plan import CellPlan, NetworkPlan, read_all
from .recording import Record, recording, traces
from .step_code import SCHEMES

if TYPE_CHECKING:
    from .network import Network

ARRIVED, PAUSED, NO_ROOM, NOT_FINITE, TOO_MANY_EVENTS, NOT_A_PAUSE = range(6)
PATIENCE = 0.1
NOISY = "euler-maruyama"
RECORD_LIMIT = 4 * 2**30  # bytes


def march(
    network: "Network",
    until: float,
    step: float,
    scheme: str,
    seed: int,
    record: Sequence[str] | Mapping[str, object],
    every: int,
    progress: Callable[[float, float, float], None] | None,
) -> NetworkRun:
    """Run a network from 0 to `until`."""
    plan = read_all(network)
    scheme = chosen_scheme(plan.cells, scheme)
    count = grid_steps(until, step)
    wanted = recording(plan, record)
    all_edges = network._edges
    rows = count // every + 1
    check_size(plan.cells, wanted, rows)
    for i, (synapse, edges) in enumerate(zip(plan.synapses, all_edges, strict=True)):
        delayed = not (isinstance(edges.delays, float) and edges.delays == 0.0)
        plan.synapses[i] = replace(synapse, delayed=delayed)
    state = March(network, plan, all_edges, step, seed, wanted, rows)
    state.count[at.LAST], state.count[at.EVERY] = count, every
    single = [
        (not isinstance(e.weights, np.ndarray), not isinstance(e.delays, np.ndarray))
        for e in all_edges
    ]
    text = LoopWriter(plan.cells, plan.synapses, plan.inputs, scheme, single).text()
    advance = cache.generated("network", text).advance
    status, message = state.run(advance, until, progress)
    message += state.rounded() + unseen(plan.cells, step)
    return state.result(scheme, seed, every, status, message)


class March:
    """The arrays of a run, and what was collected so far."""

    def __init__(
        self,
        network: "Network",
        plan: NetworkPlan,
        edges: tuple[Edges, ...],
        step: float,
        seed: int,
        wanted: dict[int, Record],
        rows: int,
    ):
        self.network, self.plan, self.edges, self.step = network, plan, edges, step
        self.wanted = wanted
        history, slots = [1] * len(plan.cells), 4
        for synapse, found in zip(plan.synapses, edges, strict=True):
            if synapse.inputs and synapse.delayed:
                needed = check_history(synapse.name, found, step)
                history[synapse.source] = max(history[synapse.source], needed)
            if synapse.parts.on_spike and len(found):
                slots = max(slots, int(delay_steps(found, step).max()) + 4)
        self.cells = tuple(
            cell_arrays(
                cell,
                network.silenced.get(cell.name, ()),
                history[k],
                seed,
                wanted[k].neurons if k in wanted else np.zeros(0, dtype=np.int64),
                rows if k in wanted else 0,
            )
            for k, cell in enumerate(plan.cells)
        )
        self.synapses = tuple(
            synapse_arrays(
                synapse, found, step, slots, plan.cells[synapse.target].size, dict(given.start)
            )
            for synapse, found, given in zip(plan.synapses, edges, network.synapses, strict=True)
        )
        self.inputs = tuple(
            input_arrays(source, plan.cells[target].size, step, (network.seed, seed))
            for source, (target, _) in zip(network.inputs, plan.inputs, strict=True)
        )
        self.pool = Pool(1024 + 2 * sum(cell.size for cell in plan.cells))
        self.count = np.zeros(8, dtype=np.int64)
        self.count[at.STEP], self.count[at.PHASE] = -1, 1  # given spikes at the very start
        self.found: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in plan.cells]

    @property
    def time(self) -> float:
        return max(0, int(self.count[at.STEP])) * self.step

    def run(
        self,
        advance: Callable,
        until: float,
        progress: Callable[[float, float, float], None] | None,
    ) -> tuple[Status, str]:
        """Let the loop run; how it ended."""
        grid, quota, code = np.array([0.0, self.step]), 20, PAUSED
        layouts = (CELL, self.cells), (SYNAPSE, self.synapses), (INPUT, self.inputs)
        groups = [tables(layout, arrays) for layout, arrays in layouts]
        try:
            while code in (PAUSED, NO_ROOM):
                begin = perf_counter()
                self.count[at.LEFT] = quota
                before = self.count[at.STEP]
                code = advance(grid, self.count, *groups, table(POOL, self.pool.arrays))
                if code == NO_ROOM and self.count[at.PHASE] == 1:
                    self.pool.grow()
                else:
                    self.collect()
                taken = max(1, self.count[at.STEP] - before)
                pace = max(perf_counter() - begin, 1e-6) / taken
                quota = max(1, min(1_000_000, 4 * quota, int(PATIENCE / pace)))
                if progress is not None:
                    progress(0.0, self.time, until)
        except KeyboardInterrupt:
            self.collect()
            return Status.INTERRUPTED, f"Interrupted at t = {self.time:.10g}, before {until:g}."
        self.collect()
        return self.ending(int(code), until)

    def collect(self) -> None:
        """Take the spikes out of the lists of the loop."""
        for k, cell in enumerate(self.plan.cells):
            if cell.train is not None:
                continue
            arrays = dict(zip(CELL, self.cells[k], strict=True))
            fired = int(arrays["SC"][0])
            if fired:
                self.found[k].append((arrays["ST"][:fired].copy(), arrays["SI"][:fired].copy()))
            arrays["SC"][:2] = 0

    def ending(self, code: int, until: float) -> tuple[Status, str]:
        if code == ARRIVED:
            return Status.COMPLETED, f"Reached t = {until:.10g}."
        name, neuron = self.failed
        where = f"neuron {neuron} of {name} between t = {self.time:.10g} and the next step"
        if code == NOT_FINITE:
            return Status.DIVERGED, (
                f"The state ceased to be finite in {where}. Shorten the step ({self.step:g}); if "
                "that does not help, the equations themselves diverge."
            )
        if code == NOT_A_PAUSE:
            return Status.NOT_FINITE, (
                f"The refractory time is negative or no number in {where}. Change the reset."
            )
        return Status.TOO_MANY_EVENTS, (
            f"Too many resets within one step in {where}. Shorten the step, change the reset or "
            "its condition, or give a refractory time."
        )

    @property
    def failed(self) -> tuple[str, int]:
        """The population and the neuron at which the loop gave up."""
        k = int(self.count[at.POPULATION])
        return self.plan.cells[k].name, int(self.cells[k][list(CELL).index("SC")][2])

    def rounded(self) -> str:
        """A sentence on the delays that had to be rounded."""
        pairs = zip(self.plan.synapses, self.edges, strict=True)
        worst = max(
            (rounding(edges, self.step) for plan, edges in pairs if plan.parts.on_spike),
            default=0.0,
        )
        if worst <= 1e-9 * self.step:
            return ""
        return f" Delays of spikes were rounded to whole steps, by {worst:.2g} at most."

    def spikes(self) -> dict[str, SpikeList]:
        """The spikes of each population in the order of time."""
        found = {}
        for cell, parts in zip(self.plan.cells, self.found, strict=True):
            if cell.train is not None:
                keep = cell.train.times <= self.time
                found[cell.name] = SpikeList(cell.train.times[keep], cell.train.neurons[keep])
                continue
            times = np.concatenate([np.zeros(0), *(t for t, _ in parts)])
            who = np.concatenate([np.zeros(0, dtype=np.int32), *(i for _, i in parts)])
            order = np.lexsort((who, times))
            found[cell.name] = SpikeList(times[order], who[order])
        return found

    def result(
        self, scheme: str, seed: int, every: int, status: Status, message: str
    ) -> NetworkRun:
        """What was computed, by name."""
        reached = int(self.count[at.STEP])
        rows = -(-reached // every) if status is Status.INTERRUPTED else reached // every + 1
        rows = max(0, rows) if self.wanted else 0
        t = np.arange(rows) * every * self.step
        failure = None
        if status not in (Status.COMPLETED, Status.INTERRUPTED):
            failure = (*self.failed, self.time)
        units = {cell.model.time_unit for cell in self.plan.cells if cell.model is not None}
        return NetworkRun(
            sizes={cell.name: cell.size for cell in self.plan.cells},
            until=self.time,
            step=self.step,
            scheme=scheme,
            seed=seed,
            network_seed=self.network.seed,
            time_unit=units.pop() if len(units) == 1 else None,
            t=t,
            raster=self.spikes(),
            traces=traces(self.plan.cells, self.cells, self.wanted, t),
            recorded={n: r.neurons for r in self.wanted.values() for n in r.names},
            units={n: u for r in self.wanted.values() for n, u in r.units.items()},
            synapses=self.edge_states(),
            status=status,
            message=message,
            failure=failure,
        )

    def edge_states(self) -> dict[str, dict[str, np.ndarray]]:
        """The connections of synapses that have states of their own, at the end of the run."""
        found = {}
        for plan, arrays, edges in zip(self.plan.synapses, self.synapses, self.edges, strict=True):
            if not plan.parts.edge_states:
                continue
            columns = {"source": edges.sources, "target": edges.targets}
            names = dict(self.plan.cells[plan.target].scalars)
            gap = self.time - arrays[6]
            for row, (name, place) in enumerate(plan.parts.edge_states.items()):
                values = arrays[5][row]
                if plan.exact is not None:
                    a, b = (float(part.xreplace(names)) for part in plan.exact[place])
                    growth = np.expm1(a * gap) / a if a else gap
                    values = values + (a * values + b) * growth
                columns[name] = values
            found[plan.name] = columns
        return found


def chosen_scheme(cells: list[CellPlan], scheme: str) -> str:
    """The scheme that is meant, refused where it can't serve the network."""
    noisy = [cell.name for cell in cells if cell.sources]
    known = [*SCHEMES, NOISY]
    name = str(scheme).replace("_", "-").lower()
    if name == "auto":
        return NOISY if noisy else "rk4"
    if name not in known:
        raise UnknownName(str(scheme), "a scheme for networks", known)
    if noisy and name != NOISY:
        raise InvalidArgument(f"{noisy[0]} has noise, which {name} leaves out; use {NOISY}")
    if not noisy and name == NOISY:
        raise InvalidArgument(f"no population has noise; use one of {', '.join(SCHEMES)}")
    return name


def check_size(cells: list[CellPlan], wanted: dict[int, Record], rows: int) -> None:
    """Refuse a record that would not fit."""
    numbers = sum(rows * len(cells[k].states) * len(r.neurons) for k, r in wanted.items())
    if 8 * numbers > RECORD_LIMIT:
        raise InvalidArgument(
            f"the record would take {8 * numbers / 2**30:.1f} GiB; raise every=, or record fewer "
            'neurons: record={"E.V": range(100)}'
        )
