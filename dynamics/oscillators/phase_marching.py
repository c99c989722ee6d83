"""The march of phase oscillators: arrays in the kernels' layout, in stretches, over threads.

The kernels' sine and cosine are exact up to 1e8. A stretch therefore ends before any phase can have
got so far; whole turns are then taken off and counted.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from .. import cache
from .adjacency import Adjacency

WIDTH, ROWS, CHUNK = 64, 5, 32  # as in kernels/mean_field.py
# (a, b): each stage at theta + a h k_previous, its weight b in the sum
SCHEMES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "euler": ((0.0,), (1.0,)),
    "euler-maruyama": ((0.0,), (1.0,)),
    "heun": ((1.0, 0.0), (0.5, 0.5)),
    "rk2": ((0.5, 0.0), (0.0, 1.0)),
    "rk4": ((0.5, 0.5, 1.0, 0.0), (1 / 6, 1 / 3, 1 / 3, 1 / 6)),
}
TURN = 2 * np.pi
FARTHEST = 5e7
STRETCH = 4e7  # oscillator-steps, between looks at what goes on
_one_at_a_time = threading.Lock()  # numba's pool must not be entered twice


@dataclass
class Oscillators:
    """Phases under way."""

    omega: np.ndarray
    phases: np.ndarray
    coupling: float
    lag: float
    step: float
    scheme: str
    kick: float  # the standard deviation of the noise of a step
    keys: np.ndarray
    adjacency: Adjacency | None
    threads: int
    done: int = 0  # steps
    turns: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.turns = np.zeros(len(self.omega))
        a, b = SCHEMES[self.scheme]
        self.a, self.b = self.step * np.array(a), self.step * np.array(b)
        self.pull = self.coupling * np.cos(self.lag)
        self.turn = self.coupling * np.sin(self.lag)

    @property
    def advance(self) -> float:
        """A bound of how far a phase gets in a step."""
        strength = 1.0 if self.adjacency is None else self.adjacency.strongest
        rate = float(np.abs(self.omega).max()) + abs(self.coupling) * strength
        return rate * self.step + 12 * self.kick

    def march(
        self, rows: int, every: int, told: Callable[[float], None] | None = None
    ) -> Iterator[np.ndarray]:
        """The order parameter before each `every` steps, in stretches (k, 2)."""
        n = len(self.omega)
        far = int(FARTHEST / max(self.advance * every, 1e-300))
        most = max(1, min(far, int(STRETCH / (n * every))))
        left = rows
        while left:
            count = min(most, left)
            yield self.stretch(count, every)
            left -= count
            self.wrap()
            if told is not None:
                told(1 - left / rows)

    def wrap(self) -> None:
        """Take whole turns off where phases have got far."""
        if np.abs(self.phases).max() > 0.02 * FARTHEST:
            turns = np.rint(self.phases / TURN)
            self.phases = self.phases - turns * TURN
            self.turns += turns

    @property
    def unwrapped(self) -> np.ndarray:
        """The phases with all their turns."""
        return self.phases + TURN * self.turns

    def order(self) -> complex:
        """The order parameter now."""
        return complex(np.exp(1j * self.phases).mean())

    def stretch(self, rows: int, every: int) -> np.ndarray:
        order = np.zeros((rows, 2))
        settings = (order, every, self.done, self.a, self.b, self.pull, self.turn, self.kick)
        if self.adjacency is None:
            self.mean_field(settings)
        else:
            edges = self.adjacency.pointers, self.adjacency.neighbours, self.adjacency.weights
            march = cache.kernel("sparse_phases").march
            march(self.phases, *edges, self.omega, *settings, self.keys)
        self.done += rows * every
        return order

    def mean_field(self, settings: tuple) -> None:
        """All to all."""
        kernel = cache.kernel("mean_field")
        n = len(self.omega)
        blocks = -(-n // WIDTH)
        y = np.zeros((blocks, ROWS, WIDTH))
        for row, values in enumerate((self.phases, self.omega)):
            padded = np.zeros(blocks * WIDTH)
            padded[:n] = values
            y[:, row] = padded.reshape(blocks, WIDTH)
        part = np.zeros((-(-blocks // CHUNK), 2))
        flat = y.reshape(blocks, ROWS * WIDTH)
        kernel.start(flat, n, part)
        if self.threads == 1:
            kernel.march(flat, n, part, *settings, self.keys)
        else:
            import numba

            with _one_at_a_time:
                before = numba.get_num_threads()
                numba.set_num_threads(min(self.threads, numba.config.NUMBA_NUM_THREADS))
                try:
                    kernel.march_threaded(flat, n, part, *settings, self.keys)
                finally:
                    numba.set_num_threads(before)
        self.phases = y[:, 0].reshape(-1)[:n].copy()
