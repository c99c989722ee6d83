"""Connections as arrays: for every source the targets, in rows that are compressed (CSR)."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class Edges:
    """indptr, targets
        source i sends to targets[indptr[i]:indptr[i + 1]]
    weights, delays
        one number for all, or one a connection
    """

    indptr: np.ndarray  # int64 (sources + 1,)
    targets: np.ndarray  # int32
    weights: float | np.ndarray = 1.0
    delays: float | np.ndarray = 0.0

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def sources(self) -> np.ndarray:
        """The source of each connection."""
        counts = np.diff(self.indptr)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    def kept(self, chosen: np.ndarray) -> "Edges":
        """Only the connections for which `chosen` is true."""
        counts = np.concatenate([[0], np.cumsum(chosen)])
        return Edges(
            counts[self.indptr],
            self.targets[chosen],
            taken(self.weights, chosen),
            taken(self.delays, chosen),
        )

    def sorted(self) -> "Edges":
        """The targets of each source by delay, then by number."""
        if not isinstance(self.delays, np.ndarray):
            return self
        order = np.lexsort((self.targets, self.delays, self.sources))
        return replace(
            self,
            targets=self.targets[order],
            weights=taken(self.weights, order),
            delays=self.delays[order],
        )

    def incoming(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """For every target the numbers of the connections that end there: (indptr, numbers)."""
        order = np.argsort(self.targets, kind="stable")
        counts = np.bincount(self.targets, minlength=size)
        return np.concatenate([[0], np.cumsum(counts)]), order


def taken(values: float | np.ndarray, index: np.ndarray) -> float | np.ndarray:
    return values[index] if isinstance(values, np.ndarray) else values


def from_pairs(
    sources: np.ndarray,
    targets: np.ndarray,
    count: int,
    weights: float | np.ndarray = 1.0,
    delays: float | np.ndarray = 0.0,
) -> Edges:
    """Edges from pairs in any order, among `count` sources."""
    order = np.lexsort((targets, sources))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=count))])
    return Edges(
        indptr.astype(np.int64),
        np.ascontiguousarray(targets[order], dtype=np.int32),
        taken(weights, order),
        taken(delays, order),
    )
