"""Spike times of many members: ragged, in one flat array with offsets."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class SpikeTrains:
    """The spikes of an ensemble.

    trains[3, 5]
        the times of one member, by its index in the ensemble's shape
    trains.times, trains.offsets
        all times, member by member; those of member k stand from offsets[k] to offsets[k + 1]
    trains.counts
        how many there are, in the ensemble's shape
    """

    times: np.ndarray
    offsets: np.ndarray
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("times", "offsets"):
            array = getattr(self, name).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def counts(self) -> np.ndarray:
        return np.diff(self.offsets).reshape(self.shape)

    @property
    def members(self) -> np.ndarray:
        """The number of the member that each of `times` belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def __getitem__(self, index: int | tuple[int, ...]) -> np.ndarray:
        index = index if isinstance(index, tuple) else (index,)
        k = int(np.arange(len(self.offsets) - 1).reshape(self.shape)[index])
        return self.times[self.offsets[k] : self.offsets[k + 1]]

    def __len__(self) -> int:
        return len(self.times)

    def __iter__(self):
        """The trains of all members, in their order."""
        for k in range(len(self.offsets) - 1):
            yield self.times[self.offsets[k] : self.offsets[k + 1]]

    def within(
        self, after: float, until: float | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each member, in their order, the number of spikes from `after` on and before `until`
        (to the end without it), and the first and the last of them; NaN without any.

        These are three arrays with one place a member: `.reshape(trains.shape)` for the grid's.
        """
        starts, late = self.offsets[:-1], self.offsets[1:]
        early = starts + self._before(after)
        if until is not None:
            late = starts + self._before(until)
        counts = np.maximum(late - early, 0)
        some = counts > 0
        last = np.full(len(counts), np.nan)
        first = last.copy()
        last[some] = self.times[late[some] - 1]
        first[some] = self.times[early[some]]
        return counts, first, last

    def _before(self, t: float) -> np.ndarray:
        """How many spikes of each member come before a time."""
        passed = np.concatenate([[0], np.cumsum(self.times < t)])
        return passed[self.offsets[1:]] - passed[self.offsets[:-1]]

    def __repr__(self) -> str:
        return f"<{len(self.times)} spikes of {len(self.offsets) - 1} members>"
