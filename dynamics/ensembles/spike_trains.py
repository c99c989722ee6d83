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

    def within(self, after: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each member the number of spikes from a time on, the first and the last of them."""
        late = np.concatenate([[0], np.cumsum(self.times >= after)])
        counts = late[self.offsets[1:]] - late[self.offsets[:-1]]
        some = counts > 0
        last = np.full(len(counts), np.nan)
        first = last.copy()
        last[some] = self.times[self.offsets[1:][some] - 1]
        first[some] = self.times[(self.offsets[1:] - counts)[some]]
        return counts, first, last

    def __repr__(self) -> str:
        return f"<{len(self.times)} spikes of {len(self.offsets) - 1} members>"
