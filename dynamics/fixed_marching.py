"""The state of a march with steps of one length."""

from collections.abc import Callable, Sequence

import numpy as np

from .kernels import layout as at
from .march_arrays import MarchArrays


class FixedMarch(MarchArrays):
    """The arrays of one integration on a grid (t0, h, t1) with so many points.

    `edges` are the stops on the grid, as the kernel wants them; `tableau` is that of an explicit
    scheme.
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
        tableau: tuple[np.ndarray, ...],
        exponential: bool,
        hold,
        store: bool,
        release: float | None,
    ):
        super().__init__(system, x0, p, grid[0], grid[2], hold, store, release)
        n = len(self.x)
        self.grid, self.edges, self.tableau = np.array(grid, dtype=float), edges, tableau
        self.count[at.GRID_LAST], self.count[at.EVERY] = points, every
        self.jac = np.zeros((n, n)) if exponential else None

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
            self.y,
            self.g,
            self.k,
            self.moving,
            self.tableau,
            self.times,
            self.nodes,
            self.kinds,
            self.jac,
            self.resets(),
        )
        return int(code)
