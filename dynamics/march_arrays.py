"""What every integration has in hand: the state, the clock, and the storage of nodes and spikes."""

from collections.abc import Sequence
from math import inf, isfinite

import numpy as np

from .errors import InvalidArgument
from .kernels import layout as at
from .solution import Solution
from .status import Status

MARGIN = at.PARTS.index("margin")
SMALLEST_CHUNK, LARGEST_CHUNK, LARGEST_MEMORY = 1024, 65536, 2**24


class MarchArrays:
    """The arrays that a compiled loop works in, and the chunks of nodes that it has filled."""

    def __init__(
        self,
        system: Sequence[int],
        x0,
        p,
        t0: float,
        t1: float,
        hold,
        store: bool,
        release: float | None,
    ):
        self.system = tuple(map(int, system)) + (0,) * (len(at.PARTS) - len(system))
        self.x0 = np.array(x0, dtype=float)
        if self.x0.ndim != 1 or not len(self.x0) or not np.all(np.isfinite(self.x0)):
            raise InvalidArgument(f"x0 must be a vector of finite numbers, not {x0!r}")
        if not (isfinite(t0) and isfinite(t1)):
            raise InvalidArgument(f"t0 and t1 must be finite, not {t0!r} and {t1!r}")
        self.has_reset = self.system[MARGIN] != 0
        if self.has_reset and t1 < t0:
            raise InvalidArgument(
                f"a reset can't be undone: a model with one runs forward only, not from {t0:g} "
                f"to {t1:g}"
            )
        n = len(self.x0)
        self.p, self.t0, self.store = np.array(p, dtype=float), float(t0), store
        self.x = self.x0.copy()
        self.x_new, self.y, self.g = (np.zeros(n) for _ in range(3))
        self.k, self.moving = np.zeros((at.WORK_ROWS, n)), np.ones(n)
        self.hold = np.zeros(n) if hold is None else np.array(hold, dtype=bool).astype(float)
        self.clock, self.count = np.zeros(at.SIZE), np.zeros(at.SIZE, np.int64)
        self.clock[at.TIME], self.clock[at.LAST_EVENT] = t0, -inf
        if release is not None and release > t0:
            self.clock[at.RELEASE], self.count[at.HELD] = release, 1
            self.moving[:] = 1.0 - self.hold
        self.chunks: list[tuple[np.ndarray, ...]] = []
        self.spikes: list[np.ndarray] = []
        self._new_chunk(SMALLEST_CHUNK)

    @property
    def time(self) -> float:
        return float(self.clock[at.TIME])

    @property
    def accepted(self) -> int:
        return int(self.count[at.ACCEPTED])

    @property
    def rejected(self) -> int:
        return int(self.count[at.REJECTED])

    def resets(self) -> tuple[np.ndarray, ...] | None:
        """The arrays of `kernels/resets.py`; None where the model has no reset."""
        if not self.has_reset:
            return None
        return self.hold, self.y, self.g, self.spikes[-1], self.kinds

    def provide(self, room: int) -> int:
        """Begin new storage unless there is room for so many nodes and spikes; what there is."""
        if not self.store:
            self.count[at.NODES] = 0
        filled = max(self.count[at.NODES], self.count[at.SPIKES])
        if filled + room > len(self.times):
            self._close_chunk()
            self._new_chunk(max(room, 4 * len(self.times)))
        return len(self.times) - int(self.count[at.NODES])

    def _new_chunk(self, size: int) -> None:
        n = len(self.x)
        size = max(2 * at.ROOM, min(size, LARGEST_CHUNK, LARGEST_MEMORY // (n + 2)))
        self.times, self.kinds = np.empty(size), np.zeros(size, np.int8)
        self.nodes = np.empty((size, n))
        if not self.store:
            self.chunks.clear()
        self.chunks.append((self.times, self.nodes, self.kinds))
        self.spikes.append(np.empty(size if self.has_reset else 0))
        self.count[[at.NODES, at.SPIKES]] = 0

    def _close_chunk(self) -> None:
        """Keep of the present storage what is filled, and where that is little, nothing else."""
        filled, spikes = int(self.count[at.NODES]), int(self.count[at.SPIKES])
        self.chunks[-1] = tuple(array[:filled] for array in self.chunks[-1])
        self.spikes[-1] = self.spikes[-1][:spikes].copy()
        if 2 * filled < len(self.times):
            self.chunks[-1] = tuple(array.copy() for array in self.chunks[-1])

    def solution(
        self,
        segments: np.ndarray,
        status: Status,
        message: str,
        evaluations: int,
        methods: Sequence[tuple[float, str]],
    ) -> Solution:
        """What was computed so far."""
        self._close_chunk()
        if self.store:
            first = (np.array([self.t0]), self.x0[None], np.zeros(1, np.int8))
            columns = zip(first, *self.chunks, strict=True)
            t, x, kinds = (np.concatenate(parts) for parts in columns)
        else:
            t, x, kinds = np.array([self.time]), self.x[None].copy(), np.zeros(1, np.int8)
        return Solution(
            t=t,
            x=x,
            kinds=kinds,
            events=np.concatenate(self.spikes),
            segments=segments,
            status=status,
            message=message,
            steps=self.accepted,
            rejected=self.rejected,
            evaluations=evaluations,
            methods=tuple(methods),
            release=float(self.clock[at.RELEASE]) if self.count[at.HELD] else None,
        )
