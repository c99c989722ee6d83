"""The state of an adaptive march, and the calls that let it go on."""

from collections.abc import Callable, Sequence
from math import copysign

import numpy as np

from .errors import InvalidArgument
from .kernels import layout as at
from .march_arrays import MarchArrays
from .radau_arrays import CALLS, radau_arrays
from .solution import Solution
from .status import Status

JACOBIAN = at.PARTS.index("jacobian")


class March(MarchArrays):
    """The arrays of one adaptive integration."""

    def __init__(
        self,
        system: Sequence[int],
        x0,
        p,
        t0: float,
        t1: float,
        *,
        rtol: float,
        atol,
        first_step: float | None,
        max_step: float,
        hold,
        store: bool,
        release: float | None,
        jacobian: Callable[[], int] | None,
    ):
        super().__init__(system, x0, p, t0, t1, hold, store, release)
        if not rtol >= 0 or not np.all(np.asarray(atol) > 0):
            raise InvalidArgument(
                f"rtol must be >= 0 and atol > 0 in every component, not {rtol!r} and {atol!r}"
            )
        if not max_step > 0 or not (first_step is None or first_step > 0):
            raise InvalidArgument(
                f"max_step and first_step must be positive, not {max_step!r} and {first_step!r}"
            )
        n = len(self.x)
        self.sign = copysign(1.0, t1 - t0)
        self.rtol, self.atol = float(rtol), np.full(n, atol, dtype=float)
        self.clock[[at.FIRST_STEP, at.MAX_STEP]] = first_step or 0.0, max_step
        self.f, self.f_new = np.zeros(n), np.zeros(n)
        self.jacobian = jacobian
        self.radau: tuple | None = None
        self.methods: list[tuple[float, str]] = [(self.t0, "dormand-prince")]

    @property
    def tried(self) -> int:
        return self.accepted + self.rejected

    @property
    def error(self) -> float:
        return float(self.clock[at.ERROR])

    @property
    def implicit(self) -> bool:
        return self.radau is not None

    def remaining_steps(self, t1: float) -> float:
        """How many steps of the present length would lead to t1."""
        return abs(t1 - self.time) / max(abs(self.clock[at.STEP]), 1e-300)

    def use_radau(self) -> bool:
        """Go on with Radau from here; False if there is no Jacobian for it."""
        if self.system[JACOBIAN] == 0 and self.jacobian is not None:
            address = (int(self.jacobian()),)
            self.system = self.system[:JACOBIAN] + address + self.system[JACOBIAN + 1 :]
        if self.system[JACOBIAN] == 0:
            return False
        self.radau = radau_arrays(len(self.x))
        self.explicit_steps = (self.accepted, self.rejected)
        self.clock[at.STEP] = 0.0
        if self.accepted == 0:
            self.methods.clear()
        self.methods.append((self.time, "radau"))
        return True

    def call(self, march: Callable, segment: np.ndarray, quota: int) -> int:
        """Let the compiled loop try so many steps towards the end of a segment; its code."""
        room = self.provide(at.ROOM)
        self.count[at.QUOTA] = min(quota, room)
        begin = int(self.count[at.NODES])
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
            self.resets(),
            None if self.implicit else 0,
            self.radau,
        )
        if not self.has_reset:
            self.kinds[begin : self.count[at.NODES]] = at.RADAU_STEP if self.implicit else 0
        return int(code)

    def ended(self, segments: np.ndarray, status: Status, message: str) -> Solution:
        """What was computed so far, with its cost."""
        accepted, rejected = (
            self.explicit_steps if self.implicit else (self.accepted, self.rejected)
        )
        evaluations = int(self.count[at.EVALUATIONS]) + 12 * accepted + 11 * rejected
        if self.radau is not None:
            evaluations += int(self.radau[0][CALLS])
        return self.solution(segments, status, message, evaluations, self.methods)
