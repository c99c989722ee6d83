"""The linear system behind boundary value problems with separate ends.

Unknown are a function u on [0, 1], by its values at the nodes of N intervals, and k numbers s; the
last n of s are u(1).

    u' - T A(t) u - C(t) s = r(t)    at the Gauss points of every interval
    <R, u> + L u(0) + S s = q        k rows

It is the system of `periodic_system` with u(1) among the numbers instead of u(1) = u(0).
"""

from dataclasses import dataclass

import numpy as np

from .periodic_system import Merge, PeriodicSystem


@dataclass
class TwoPointSystem(PeriodicSystem):
    """Factored; `solve` takes any number of right sides."""

    left: np.ndarray  # (k, n): L

    def _merged(self) -> tuple[list[Merge], np.ndarray]:
        n = len(self.scale)
        self.maps[0, n:, :n] += self.left
        self.maps[-1, :n, -n:] -= np.eye(n)
        return super()._merged()
