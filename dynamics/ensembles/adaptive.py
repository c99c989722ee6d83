"""Ensembles by the adaptive schemes: each member is a run of `simulate`."""

from collections.abc import Callable

import numpy as np

from ..model import Model
from ..simulate import positive, simulate
from ..status import Status
from ..trajectory import Trajectory
from .collecting import Collected
from .crew import Progress, ranges, run_all, threads_of
from .ensemble import Ensemble
from .members import Members
from .outcome import ENDS, Outcome
from .saving import Saved

PARTS = 8  # of a step, at whose ends expressions are evaluated


def run_adaptive(
    model: Model,
    driven: Model,
    members: Members,
    saved: Saved,
    scheme: str,
    tolerance: float,
    every: float | None,
    common: dict,
    threads: int | None,
    progress: Progress | None,
) -> Ensemble:
    """All members, one after the other on each thread."""
    begin, until = common["begin"], common["until"]
    t = np.zeros(0)
    if saved.tracing:
        spacing = (until - begin) / 100 if every is None else positive("every", every)
        t = np.append(np.arange(begin, until - 1e-9 * spacing, spacing), until)
    collected = Collected(members, saved, t)
    observer = Observer(driven, saved, common["after"])
    crew = threads_of(threads)

    def run(start: int, stop: int, go_on: Callable[[float], bool]) -> Outcome | None:
        outcomes = []
        for x, p in zip(*members.rows(start, stop), strict=True):
            changes = dict(zip(driven.states, x.tolist(), strict=True))
            changes |= dict(zip(driven.parameters, p.tolist(), strict=True))
            one = driven.replace(changes)
            course = simulate(one, until, begin=begin, tolerance=tolerance, scheme=scheme)
            outcomes.append(summary(course, one, saved, observer, t, common))
            if not go_on(1.0):
                return None
        return stacked(outcomes)

    run_all(run, ranges(members.count, crew, block=1), crew, collected.take, progress)
    remedy = "rb.simulate(many.member(...)) says where it ended, and why."
    message = collected.message(until, remedy, common["max_spikes"])
    return collected.ensemble(model, message, common, scheme=scheme, tolerance=tolerance)


class Observer:
    """Evaluates the observables along a run."""

    def __init__(self, model: Model, saved: Saved, after: float):
        self.names, self.after = tuple(saved.observed), after
        self.states = model.states
        self.model = None
        if set(self.names) - set(self.states):
            from ..writer import write

            lines = [f"{OBSERVABLE}{i} = {write(e)}" for i, e in enumerate(saved.observed.values())]
            self.model = Model(
                model.name,
                "\n".join([model.text, *lines]),
                parameters=model.parameters,
                start=model.start,
            )

    def values(self, states: np.ndarray, one: Model, t: np.ndarray) -> np.ndarray:
        """One row an observable."""
        if self.model is None:
            return states[[self.states.index(name) for name in self.names]]
        p = self.model.field.parameter_array(one.parameters)
        found = self.model.field.definitions(states, p, t)
        names = list(self.model.definitions)
        rows = [names.index(f"{OBSERVABLE}{i}") for i in range(len(self.names))]
        return np.array([np.broadcast_to(found[row], t.shape) for row in rows])

    def extremes(self, course: Trajectory, one: Model) -> np.ndarray:
        """Minima, maxima and means, of PARTS + 1 points in each step after `after`."""
        if not self.names:
            return np.zeros(0)
        nodes = course.t[(course.t > self.after)]
        edges = np.concatenate([[self.after], nodes])
        t = np.append(
            (edges[:-1, None] + np.diff(edges)[:, None] * np.arange(PARTS) / PARTS).ravel(),
            edges[-1],
        )
        values = self.values(course(t), one, t)
        mean = np.trapezoid(values, t, axis=1) / (t[-1] - t[0])
        return np.concatenate([values.min(axis=1), values.max(axis=1), mean])


OBSERVABLE = "observable_"


def summary(
    course: Trajectory,
    one: Model,
    saved: Saved,
    observer: Observer,
    t: np.ndarray,
    common: dict,
) -> Outcome:
    """What is kept of one run."""
    spikes = np.zeros(0)
    if saved.spiking:
        spikes = course.spikes[course.spikes >= common["after"]]
    good = course.status is Status.COMPLETED
    code = ENDS.index(course.status) if course.status in ENDS else ENDS.index(Status.DIVERGED)
    kept = spikes[: common["max_spikes"]]
    trace = None
    if len(t):
        reached = t <= course.t[-1]
        states = course(t[reached])
        names = saved.traced(one.states)
        values = states
        if len(names) > len(states):
            beside = observer.values(states, one, t[reached])
            values = np.concatenate([states, beside[len(states) - len(names) :]])
        trace = np.full((1, len(values), len(t)), np.nan)
        trace[0][:, reached] = values
    k = 3 * len(saved.observed)
    observed = observer.extremes(course, one) if good else np.full(k, np.nan)
    return Outcome(
        states=course.x[-1:].copy(),
        codes=np.array([code], dtype=np.uint8),
        counts=np.array([len(spikes)]),
        first=spikes[:1] if len(spikes) else np.full(1, np.nan),
        last=spikes[-1:] if len(spikes) else np.full(1, np.nan),
        observed=observed.reshape(1, k),
        spike_times=kept.copy(),
        spike_counts=np.array([len(kept)]),
        trace=trace,
    )


def stacked(outcomes: list[Outcome]) -> Outcome:
    """The outcomes of single members as one."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(outcome, name) for outcome in outcomes])

    names = (
        "states",
        "codes",
        "counts",
        "first",
        "last",
        "observed",
        "spike_times",
        "spike_counts",
    )
    trace = joined("trace") if outcomes[0].trace is not None else None
    return Outcome(**{name: joined(name) for name in names}, trace=trace)
