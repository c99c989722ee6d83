"""Ensembles whose members run one after the other on each thread: each is a run of `rb.simulate`.

So run Poisson input, whose arrivals differ from member to member, the scheme srk, resets whose
threshold noise may cross between two points of the grid, and maps with noise. Member k has the seed
`member_seed(seed, k)`, and is bit for bit what `rb.simulate` gives with it.
"""

from collections.abc import Callable

import numpy as np

from .. import compiled
from ..breakpoints import breakpoints
from ..integrate_fixed import WANTS, integrate_fixed
from ..model import Model
from ..running import RESET_PARTS, SHOT_PARTS
from ..simulate import simulate
from ..solution import Solution
from ..status import Status
from .adaptive import Observer, stacked, summary
from .collecting import Collected
from .crew import Progress, ranges, run_all, threads_of
from .ensemble import Ensemble
from .members import Members
from .outcome import ENDS, Outcome
from .saving import Saved


def member_seed(seed: int, member: int) -> int:
    """The seed of one member for `rb.simulate`."""
    return int(np.random.SeedSequence([seed, member]).generate_state(1, np.uint64)[0] >> 11)


class Runner:
    """Integrates a model with noise for other values, start states and seeds, without its nodes;
    unless it is `bridged`, thresholds are interpolated linearly."""

    def __init__(self, model: Model, scheme: str, step: float, bridged: bool = True):
        self.model, self.system, self.scheme, self.step = model, model._system, scheme, step
        system = self.system
        parts = {"field", *WANTS.get(scheme, ())}
        if system.margin is not None:
            parts.update(RESET_PARTS)
            if system.sources and bridged:
                parts.add("margin_noise")
        if system.shots:
            parts.update(SHOT_PARTS)
        self.addresses = compiled.addresses(system, parts)

    def solve(
        self, x: np.ndarray, p: np.ndarray, span: tuple[float, float], seed: int, enough: int = 0
    ) -> Solution:
        """The last state and the spikes; after `enough` spikes the run ends."""
        system = self.system
        stops = np.zeros(0)
        if not system.autonomous:
            values = dict(zip(self.model.parameters, p.tolist(), strict=True))
            stops = breakpoints(system, values, *span)
        return integrate_fixed(
            self.addresses,
            x,
            p,
            *span,
            scheme=self.scheme,
            step=self.step,
            seed=seed,
            sources=len(system.sources),
            shots=len(system.shot_sources),
            steady=system.steady_rates,
            stops=stops,
            hold=system.held or None,
            store=False,
            enough=enough,
        )


def run_by_member(
    model: Model,
    driven: Model,
    members: Members,
    saved: Saved,
    scheme: str,
    step: float,
    nodes: np.ndarray,
    common: dict,
    threads: int | None,
    progress: Progress | None,
) -> Ensemble:
    """All members; `nodes` are the times of a trace."""
    begin, until = common["begin"], common["until"]
    collected = Collected(members, saved, nodes)
    observer = Observer(driven, saved, common["after"])
    iterates = driven.kind == "map"
    runner = None if iterates else Runner(driven, scheme, step)
    settings: dict = {} if iterates else dict(scheme=scheme, step=step)
    # a spike level without a reset is looked for on the nodes
    whole = runner is None or bool(saved.observed or saved.tracing)
    whole |= saved.spiking and driven.reset is None
    crew = threads_of(threads)

    def run(start: int, stop: int, go_on: Callable[[float], bool]) -> Outcome | None:
        outcomes = []
        rows = zip(range(start, stop), *members.rows(start, stop), strict=True)
        for number, x, p in rows:
            seed = member_seed(common["seed"], common["first_member"] + number)
            if whole or runner is None:
                changes = dict(zip(driven.states, x.tolist(), strict=True))
                changes |= dict(zip(driven.parameters, p.tolist(), strict=True))
                one = driven.replace(changes)
                course = simulate(one, until, begin=begin, seed=seed, **settings)
                outcomes.append(summary(course, one, saved, observer, nodes, common))
            else:
                outcomes.append(ending(runner.solve(x, p, (begin, until), seed), common))
            if not go_on(1.0):
                return None
        return stacked(outcomes)

    run_all(run, ranges(members.count, crew, block=1), crew, collected.take, progress)
    remedy = f"Shorten the step ({step:g}), or look at a member with rb.simulate."
    message = collected.message(until, remedy, common["max_spikes"])
    return collected.ensemble(model, message, common, scheme=scheme, step=step)


def ending(run: Solution, common: dict) -> Outcome:
    """What is kept of a run without nodes."""
    spikes = run.events[run.events >= common["after"]]
    kept = spikes[: common["max_spikes"]]
    known = run.status in ENDS
    code = ENDS.index(run.status if known else Status.DIVERGED)
    return Outcome(
        states=run.x[-1:].copy(),
        codes=np.array([code], dtype=np.uint8),
        counts=np.array([len(spikes)]),
        first=spikes[:1] if len(spikes) else np.full(1, np.nan),
        last=spikes[-1:] if len(spikes) else np.full(1, np.nan),
        observed=np.zeros((1, 0)),
        spike_times=kept,
        spike_counts=np.array([len(kept)]),
    )
