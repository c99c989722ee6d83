"""The state of a march with noise: Gaussian increments and Poisson arrivals."""

from collections.abc import Callable, Sequence

import numpy as np

from .kernels import layout as at
from .march_arrays import MarchArrays

MARGIN_NOISE = at.PARTS.index("margin_noise")
SCHEMES = ("euler-maruyama", "milstein", "srk")
PLAIN, EXPONENTIAL = 3, 4  # schemes without Gaussian noise, as the kernel numbers them
STAGES = 4
SEEDS = 2**62


def number_of(scheme: str) -> int:
    """The scheme as the kernels number it."""
    if scheme in SCHEMES:
        return SCHEMES.index(scheme)
    return EXPONENTIAL if scheme == "exponential-euler" else PLAIN


def work_arrays(n: int, sources: int) -> tuple[np.ndarray, ...]:
    """y, g, g at the end, stages, dW, dZ and the Jacobian, as `noisy_step` wants them."""
    room = max(n * max(1, sources) ** 2, n + 1)
    vectors = (np.zeros(n), np.zeros(room), np.zeros(room), np.zeros((STAGES, n)))
    return (*vectors, np.zeros(max(1, sources)), np.zeros(max(1, sources)), np.zeros((n, n)))


class NoisyMarch(MarchArrays):
    """The arrays of one integration with noise on a grid (t0, h, t1) with so many points.

    `sources` and `shots` are the numbers of Gaussian and of Poisson sources; `steady` says that no
    Poisson rate changes. With `enough`, the march ends after so many spikes.
    """

    def __init__(
        self,
        system: Sequence[int],
        x0,
        p,
        grid: tuple[float, float, float],
        *,
        points: int,
        every: int,
        edges: np.ndarray,
        scheme: str,
        tableau: tuple[np.ndarray, ...],
        seed: int,
        sources: int,
        shots: int = 0,
        steady: bool = False,
        hold=None,
        store: bool = True,
        release: float | None = None,
        enough: int = 0,
    ):
        super().__init__(system, x0, p, grid[0], grid[2], hold, store, release)
        n = len(self.x)
        self.grid, self.edges, self.tableau = np.array(grid, dtype=float), edges, tableau
        self.count[at.GRID_LAST], self.count[at.EVERY] = points, every if store else 0
        self.count[at.ENOUGH] = enough
        self.scheme, self.work = number_of(scheme), work_arrays(n, sources)
        self.random = np.array([seed % SEEDS, 0, sources, shots, steady], np.int64)
        self.bridged = self.has_reset and sources > 0 and self.system[MARGIN_NOISE] != 0
        # a budget below 0 is still to be drawn
        rates = [np.zeros(max(1, shots)) for _ in range(2)]
        self.shots = (np.full(max(1, shots), -1.0), *rates, np.zeros(max(1, n * shots)))

    def resets(self) -> tuple[np.ndarray, ...]:
        """The arrays of `kernels/resets.py`."""
        return self.hold, self.y, self.g, self.spikes[-1], self.kinds

    def call(self, march: Callable, quota: int) -> int:
        """Let the compiled loop take so many steps; its code."""
        self.provide(16 * at.ROOM)
        self.count[at.QUOTA] = quota
        code = march(
            self.system,
            self.p,
            self.grid,
            self.edges,
            self.clock,
            self.count,
            self.x,
            self.x_new,
            self.moving,
            self.scheme,
            self.tableau,
            self.work,
            self.times,
            self.nodes,
            self.kinds,
            self.random,
            self.shots,
            self.has_reset,
            self.bridged,
            self.resets(),
        )
        return int(code)
