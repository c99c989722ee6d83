"""Outcomes of chunks, put together into an Ensemble."""

import numpy as np

from ..model import Model
from ..status import Status
from .ensemble import Ensemble, status_counts
from .members import Members
from .outcome import CAPPED, ENDS, NOT_RUN, USABLE, Outcome
from .saving import Saved
from .spike_trains import SpikeTrains


class Collected:
    """The arrays of all members, filled chunk by chunk in any order."""

    def __init__(self, members: Members, saved: Saved, t: np.ndarray):
        n, k, count = len(members.model.states), len(saved.observed), members.count
        self.members, self.saved, self.t = members, saved, t
        self.states = np.full((count, n), np.nan)
        self.codes = np.full(count, NOT_RUN, dtype=np.uint8)
        self.counts = np.zeros(count, dtype=np.int64)
        self.first, self.last = np.full(count, np.nan), np.full(count, np.nan)
        self.observed = np.full((count, 3 * k), np.nan)
        quantities = len(saved.traced(members.model.states))
        self.trace = np.full((count, quantities, len(t)) if len(t) else (0, 0, 0), np.nan)
        self.spikes: dict[int, np.ndarray] = {}

    def take(self, start: int, stop: int, outcome: Outcome) -> None:
        """The outcome of the members from start to stop."""
        part = slice(start, stop)
        self.states[part], self.codes[part] = outcome.states, outcome.codes
        self.counts[part], self.observed[part] = outcome.counts, outcome.observed
        self.first[part], self.last[part] = outcome.first, outcome.last
        if outcome.trace is not None:
            self.trace[part] = outcome.trace
        self.spikes[start] = outcome.spike_times
        if "spikes" in self.saved.modes:
            kept = outcome.spike_counts
            capped = (outcome.counts > kept) & (outcome.codes == 0)
            self.codes[part][capped] = CAPPED

    def ensemble(self, model: Model, message: str, common: dict, **more: object) -> Ensemble:
        """The result; what did not come to its end is NaN."""
        broken = ~np.isin(self.codes, USABLE)
        self.states[broken] = np.nan
        self.observed[broken] = np.nan
        settings = {name: value for name, value in common.items() if name != "max_spikes"}
        trains = None
        if "spikes" in self.saved.modes:
            kept = np.minimum(self.counts, common["max_spikes"])
            offsets = np.concatenate([[0], np.cumsum(kept)])
            parts = [self.spikes.pop(start) for start in sorted(self.spikes)]
            times = np.concatenate(parts) if parts else np.zeros(0)
            trains = SpikeTrains(times, offsets, self.members.shape)
        modes = [mode for mode in self.saved.modes if mode != "last"]
        return Ensemble(
            model=model,
            driven=None if self.members.model == model else self.members.model,
            values=self.members.values,
            grid=self.members.grid,
            repeats=self.members.repeats,
            saved=("last", *sorted(modes), *(("expressions",) * self.has_expressions)),
            observables=tuple(self.saved.observed),
            states=self.states,
            codes=self.codes,
            counts=self.counts,
            first=self.first,
            last=self.last,
            observed=self.observed,
            message=message,
            t=self.t,
            trace=self.trace,
            trains=trains,
            **settings,
            **more,  # type: ignore[arg-type]
        )

    @property
    def has_expressions(self) -> bool:
        return any(name not in self.members.model.states for name in self.saved.observed)

    def message(self, until: float, remedy: str, max_spikes: int) -> str:
        """How the members ended, the first that did not complete with its values, the remedy."""
        count = len(self.codes)
        if not self.codes.any():
            return (
                f"All {count} members reached t = {until:.10g}."
                if count > 1
                else (f"Reached t = {until:.10g}.")
            )
        ended = status_counts(self.codes)
        listed = ", ".join(
            f"{number} {status.value}" for status, number in ended.items() if not status.ok
        )
        sentences = [f"Of {count} members {listed}."]
        failed = np.flatnonzero(~np.isin(self.codes, (*USABLE, NOT_RUN)))
        if len(failed):
            k = int(failed[0])
            index = np.unravel_index(k, self.members.shape) if self.members.shape else ()
            changes = self.members.changes(tuple(map(int, index)))
            values = ", ".join(f"{name} = {value:.6g}" for name, value in changes.items())
            ending = ENDS[self.codes[k]]
            sentences.append(
                f"The first, member {k}{f' ({values})' * bool(values)}: {ending.value}."
            )
            system = self.members.model._system
            if ending is Status.NOT_FINITE and (system.margin is not None or system.shots):
                known = (
                    ["the threshold", "the refractory time"] if system.margin is not None else []
                )
                known += ["a Poisson rate"] if system.shots else []
                sentences.append(
                    f"Look at {', '.join(known)} and the right sides: one is no number there."
                )
            sentences.append(f"{remedy} The others are not affected.")
        if (self.codes == CAPPED).any():
            sentences.append(
                f"Members with more than {max_spikes} spikes keep the first ones only: raise "
                "max_spikes, or save='rates'."
            )
        if (self.codes == NOT_RUN).any():
            sentences.append("Those that were interrupted are NaN.")
        return " ".join(sentences)
