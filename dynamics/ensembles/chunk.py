"""A chunk of an ensemble: some blocks of members, from their start to the end of the run."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from types import ModuleType

import numpy as np

from ..cache import kernel
from ..kernels import ensemble_layout as at
from ..kernels.ensemble_layout import FIXED, GROUP, WIDTH
from .outcome import Outcome
from .rows import Rows
from .single_precision import size

PARTS = ("margins", "leap", "slopes", "jump")  # by address, in the order of `model_functions`
SPIKES_AT_ONCE = 8 * at.ROOM
PATIENCE = 0.05  # seconds between two looks at whether to stop


@dataclass(frozen=True)
class Plan:
    """What all members have in common.

    The run has `steps` steps of length `step` from `begin`, the last one shorter where `until`
    asks for it; spikes and observables count from `after` on; a node is stored every so many steps
    (0 for none), of the states and of the last `expressions` rows of those that are observed.
    """

    rows: Rows
    begin: float
    until: float
    step: float
    steps: int
    after: float
    level: float = 0.0
    every: int = 0
    expressions: int = 0
    keep: int = 0
    seed: int = 0
    treatment: str | None = None

    @property
    def observed_from(self) -> int:
        """The first point of the grid at or after `after`."""
        return int(np.ceil((self.after - self.begin) / self.step * (1 - 1e-12) - 1e-9))

    @property
    def nodes(self) -> int:
        return 0 if self.every == 0 else -(-self.steps // self.every) + 1

    @property
    def traced(self) -> int:
        """How many quantities a node has."""
        return self.rows.states + self.expressions


def run_chunk(
    module: ModuleType,
    plan: Plan,
    x: np.ndarray,
    p: np.ndarray,
    first_member: int,
    go_on: Callable[[float], bool],
) -> Outcome | None:
    """The members with start values x (members, n) and parameters p (members, m).

    `go_on` is called now and then with the number of members' runs since the last call; where it
    says no, the chunk is given up and None returned.
    """
    members, rows = len(x), plan.rows
    blocks = -(-members // WIDTH)
    height = rows.total + module.EXTRA_ROWS
    w = np.zeros((blocks, height * WIDTH))
    view = w.reshape(blocks, height, WIDTH)
    padded = np.minimum(np.arange(blocks * WIDTH), members - 1)
    for i in range(rows.states):
        view[:, FIXED + i] = x[padded, i].reshape(blocks, WIDTH)
    for j in range(p.shape[1]):
        view[:, rows.p + j] = p[padded, j].reshape(blocks, WIDTH)
    view[:, at.RELEASE] = at.FREE
    view[:, at.BIT] = (np.uint64(1) << np.arange(WIDTH, dtype=np.uint64)).view(np.float64)
    view[:, at.FIRST] = view[:, at.LAST] = np.nan
    view[:, rows.minimum : rows.maximum] = np.inf
    view[:, rows.maximum : rows.integral] = -np.inf
    keys = np.zeros((blocks, 2 * WIDTH), dtype=np.uint64)
    if rows.sources:
        kernel("random_streams").fill_keys(plan.seed, first_member, keys)
    s = np.zeros((FIXED + rows.in_groups) * GROUP)
    work, lanes = np.zeros((at.WORK_ROWS, GROUP)), np.zeros(GROUP, dtype=np.int64)
    found = room_for_spikes()
    trace = np.zeros((blocks, plan.nodes, plan.traced * WIDTH))
    v = np.zeros(size(rows), dtype=np.float32)
    clock = np.zeros(at.CLOCK_SIZE, dtype=np.int64)
    clock[at.LAST_STEP], clock[at.EVERY], clock[at.KEEP] = plan.steps, plan.every, plan.keep
    clock[at.TRACED] = rows.minimum - plan.expressions  # the last of the values
    clock[at.TRACED_ROWS] = plan.expressions
    clock[at.OBSERVED_FROM] = plan.observed_from
    clock[at.STATES], clock[at.GROUP_ROWS] = rows.states, rows.in_groups
    clock[at.SOURCES] = rows.sources
    span = np.array([plan.begin, plan.step, plan.until, plan.after, plan.level])
    parts = (getattr(module, name, None) for name in PARTS)
    addresses = [0 if part is None else part.address for part in parts]
    treatment = getattr(kernel("events"), plan.treatment).address if plan.treatment else 0
    functions = np.array([*addresses, treatment])
    module.prepare(w, plan.begin, plan.level)
    taken: list[tuple[np.ndarray, np.ndarray]] = []
    quota, code = 2000, at.PAUSED
    while code != at.ARRIVED:
        clock[at.QUOTA] = quota
        before = perf_counter()
        code = module.advance(w, functions, keys, s, work, lanes, clock, span, found, trace, v)
        elapsed = perf_counter() - before
        count = int(clock[at.SPIKES])
        if count:
            taken.append((found[0][:count], found[1][:count]))
            found = room_for_spikes()
            clock[at.SPIKES] = 0
        if code == at.PAUSED:
            if not go_on(quota / plan.steps * WIDTH):
                return None
            quota = int(max(200, min(1e8, quota * min(4.0, PATIENCE / max(elapsed, 1e-9)))))
    return gathered(view, plan, members, taken, trace)


def room_for_spikes() -> tuple[np.ndarray, np.ndarray]:
    """Their times, and their members."""
    return np.empty(SPIKES_AT_ONCE), np.empty(SPIKES_AT_ONCE, dtype=np.int64)


def gathered(
    view: np.ndarray,
    plan: Plan,
    members: int,
    taken: list[tuple[np.ndarray, np.ndarray]],
    trace: np.ndarray,
) -> Outcome:
    """Rows of blocks as columns of members; spikes in the order of the members."""
    rows = plan.rows

    def column(row: int) -> np.ndarray:
        return view[:, row].reshape(-1)[:members].copy()

    states = np.stack([column(FIXED + i) for i in range(rows.states)], axis=1)
    codes = column(at.CODE).astype(np.uint8)
    codes[(codes == at.GOOD) & ~np.isfinite(states).all(axis=1)] = at.NOT_FINITE
    observed = [column(row) for row in range(rows.minimum, rows.total)]
    span = plan.until - (plan.begin + plan.observed_from * plan.step)
    for integral in observed[2 * rows.observed :]:
        integral /= span
    outcome = Outcome(
        states=states,
        codes=codes,
        counts=column(at.COUNT).astype(np.int64),
        first=column(at.FIRST),
        last=column(at.LAST),
        observed=np.array(observed).reshape(-1, members).T,
    )
    if plan.keep:
        kept = np.minimum(outcome.counts, plan.keep)
        ordered, places = np.empty(kept.sum()), np.cumsum(kept) - kept
        for times, owners in taken:
            kernel("spike_times").in_order(times, owners, places, ordered)
        outcome.spike_times, outcome.spike_counts = ordered, kept
    if plan.every:
        blocks, nodes = trace.shape[:2]
        shaped = trace.reshape(blocks, nodes, plan.traced, WIDTH).transpose(0, 3, 2, 1)
        outcome.trace = shaped.reshape(blocks * WIDTH, plan.traced, nodes)[:members]
    return outcome
