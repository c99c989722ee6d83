"""The state of a march: the arrays that the compiled loop works in, and what it has stored."""

from collections.abc import Callable, Sequence
from math import copysign, inf, isfinite

import numpy as np

from .errors import InvalidArgument
from .kernels import layout as at
from .solution import Solution
from .status import Status

JACOBIAN, MARGIN = at.PARTS.index("jacobian"), at.PARTS.index("margin")
CALLS = 7  # in the memory of Radau
SMALLEST_CHUNK, LARGEST_CHUNK, LARGEST_MEMORY = 1024, 65536, 2**24


class March:
    """The arrays of one integration; `call` lets the compiled loop go on with them."""

    def __init__(
        self,
        system: Sequence[int],
        x0,
        p,
        t0: float,
        t1: float,
        rtol: float,
        atol,
        first_step: float | None,
        max_step: float,
        hold,
        store: bool,
        jacobian: Callable[[], int] | None,
    ):
        self.system = tuple(map(int, system)) + (0,) * (len(at.PARTS) - len(system))
        self.x0 = np.array(x0, dtype=float)
        if self.x0.ndim != 1 or not len(self.x0) or not np.all(np.isfinite(self.x0)):
            raise InvalidArgument(f"x0 must be a vector of finite numbers, not {x0!r}")
        if not (isfinite(t0) and isfinite(t1)):
            raise InvalidArgument(f"t0 and t1 must be finite, not {t0!r} and {t1!r}")
        if not rtol >= 0 or not np.all(np.asarray(atol) > 0):
            raise InvalidArgument(
                f"rtol must be >= 0 and atol > 0 in every component, not {rtol!r} and {atol!r}"
            )
        if not max_step > 0 or not (first_step is None or first_step > 0):
            raise InvalidArgument(
                f"max_step and first_step must be positive, not {max_step!r} and {first_step!r}"
            )
        n = len(self.x0)
        self.has_reset = self.system[MARGIN] != 0
        self.sign = copysign(1.0, t1 - t0)
        if self.has_reset and t1 < t0:
            raise InvalidArgument(
                f"a reset can't be undone: a model with one runs forward only, not from {t0:g} "
                f"to {t1:g}"
            )
        self.p = np.array(p, dtype=float)
        self.rtol, self.atol = float(rtol), np.full(n, atol, dtype=float)
        self.jacobian, self.store, self.t0 = jacobian, store, float(t0)
        self.x = self.x0.copy()
        self.f, self.x_new, self.f_new, self.y, self.g = (np.zeros(n) for _ in range(5))
        self.k, self.moving = np.zeros((at.WORK_ROWS, n)), np.ones(n)
        self.hold = np.zeros(n) if hold is None else np.array(hold, dtype=bool).astype(float)
        self.clock, self.count = np.zeros(at.SIZE), np.zeros(at.SIZE, np.int64)
        self.clock[[at.TIME, at.FIRST_STEP, at.MAX_STEP]] = t0, first_step or 0.0, max_step
        self.clock[at.LAST_EVENT] = -inf
        self.count[at.STORE] = int(store)
        self.radau: tuple | None = None
        self.methods: list[tuple[float, str]] = [(self.t0, "dormand-prince")]
        self.chunks: list[tuple[np.ndarray, ...]] = []
        self.spikes: list[np.ndarray] = []
        self._new_chunk()

    @property
    def time(self) -> float:
        return float(self.clock[at.TIME])

    @property
    def error(self) -> float:
        return float(self.clock[at.ERROR])

    @property
    def accepted(self) -> int:
        return int(self.count[at.ACCEPTED])

    @property
    def tried(self) -> int:
        return self.accepted + int(self.count[at.REJECTED])

    @property
    def implicit(self) -> bool:
        return self.radau is not None

    def remaining_steps(self, t1: float) -> float:
        """How many steps of the present length would lead to t1."""
        return abs(t1 - self.time) / max(abs(self.clock[at.STEP]), 1e-300)

    def use_radau(self) -> bool:
        """Go on with Radau from here; False if there is no Jacobian for it."""
        from .radau_arrays import radau_arrays

        if self.system[JACOBIAN] == 0 and self.jacobian is not None:
            address = (int(self.jacobian()),)
            self.system = self.system[:JACOBIAN] + address + self.system[JACOBIAN + 1 :]
        if self.system[JACOBIAN] == 0:
            return False
        self.radau = radau_arrays(len(self.x))
        self._explicit = (self.accepted, int(self.count[at.REJECTED]))
        self.clock[at.STEP] = 0.0
        if self.accepted == 0:
            self.methods.clear()
        self.methods.append((self.time, "radau"))
        return True

    def call(self, march: Callable, segment: np.ndarray, quota: int) -> int:
        """Let the compiled loop try so many steps towards the end of a segment; its code."""
        if self.count[at.NODES] + at.ROOM > len(self.times) or (
            self.has_reset and self.count[at.SPIKES] + at.ROOM > len(self.times)
        ):
            self._new_chunk()
        room = len(self.times) - int(self.count[at.NODES]) if self.store else quota
        self.count[at.QUOTA] = min(quota, room)
        begin = int(self.count[at.NODES])
        resets = None
        if self.has_reset:
            resets = (self.hold, self.y, self.g, self.spikes[-1], self.kinds)
        code = march(
            self.system,
            self.p,
            *map(float, segment),
            self.rtol,
            self.atol,
            self.clock,
            self.count,
            self.x,
            self.f,
            self.x_new,
            self.f_new,
            self.k,
            self.moving,
            self.times,
            self.nodes,
            resets,
            self.radau,
        )
        if not self.has_reset:
            self.kinds[begin : self.count[at.NODES]] = at.RADAU_STEP if self.implicit else 0
        return int(code)

    def _new_chunk(self) -> None:
        """Begin new storage, larger than the last."""
        self._close_chunk()
        n = len(self.x)
        size = SMALLEST_CHUNK if not self.chunks else 4 * len(self.times)
        size = max(2 * at.ROOM, min(size, LARGEST_CHUNK, LARGEST_MEMORY // (n + 2)))
        self.times, self.kinds = np.empty(size), np.zeros(size, np.int8)
        self.nodes = np.empty((size, n))
        self.chunks.append((self.times, self.nodes, self.kinds))
        self.spikes.append(np.empty(size if self.has_reset else 0))
        self.count[[at.NODES, at.SPIKES]] = 0

    def _close_chunk(self) -> None:
        """Keep of the present storage only what is filled."""
        if self.chunks:
            filled = int(self.count[at.NODES])
            self.chunks[-1] = tuple(array[:filled] for array in self.chunks[-1])
            self.spikes[-1] = self.spikes[-1][: int(self.count[at.SPIKES])]

    def solution(self, segments: np.ndarray, status: Status, message: str) -> Solution:
        """What was computed so far."""
        self._close_chunk()
        if self.store:
            first = (np.array([self.t0]), self.x0[None], np.zeros(1, np.int8))
            columns = zip(first, *self.chunks, strict=True)
            t, x, kinds = (np.concatenate(parts) for parts in columns)
        else:
            t, x, kinds = np.array([self.time]), self.x[None].copy(), np.zeros(1, np.int8)
        rejected, evaluations = int(self.count[at.REJECTED]), int(self.count[at.EVALUATIONS])
        explicit = self._explicit if self.implicit else (self.accepted, rejected)
        evaluations += 12 * explicit[0] + 11 * explicit[1]
        if self.radau is not None:
            evaluations += int(self.radau[0][CALLS])
        return Solution(
            t,
            x,
            kinds,
            np.concatenate(self.spikes),
            segments,
            status,
            message,
            self.accepted,
            rejected,
            evaluations,
            tuple(self.methods),
        )
