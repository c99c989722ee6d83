"""Whether an explicit march is held up by stability: Hairer's estimate, on one step at a time.

The last stage of Dormand-Prince and its end lie at the same time t + h, so that

    |h lambda| = |h| |f(x_new) - k_11| / |x_new - y_11|

estimates the dominant eigenvalue; beyond 6.1 it lies at the edge of the region of stability
(Hairer & Wanner 1996, section IV.2, and their program dop853). Step control at that edge lets the
ratio swing around it from step to step, so that its geometric mean over many steps is judged.
"""

from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from . import cache
from .kernels import layout as at
from .kernels.dormand_prince_tableau import A, C

if TYPE_CHECKING:
    from .marching import March

LOOKS = 40
EDGE = 6.0


@np.errstate(over="ignore", invalid="ignore")  # a solution that runs away is not stiff
def is_stiff(march: "March", segment: np.ndarray) -> bool:
    """Whether the last steps went, in the mean, to the edge of the region of stability."""
    nodes = int(march.count[at.NODES])
    if nodes < LOOKS + 1:
        return False
    last = range(nodes - LOOKS, nodes)
    logarithms = [log(max(step_ratio(march, i, segment), 1.0)) for i in last]
    return exp(sum(logarithms) / LOOKS) > EDGE


def step_ratio(march: "March", node: int, segment: np.ndarray) -> float:
    """|h lambda| of the step that led to a node of the present storage."""
    field_at = cache.kernel("evaluate").field_at
    _, low, high = segment
    t, h = march.times[node - 1], march.times[node] - march.times[node - 1]
    x, x_new = march.nodes[node - 1], march.nodes[node]
    k, out = np.zeros((13, len(x))), np.empty(len(x))
    for s in range(13):
        y = x + h * (A[s, :s] @ k[:s]) if s < 12 else x_new
        at_time = min(max(t + C[s] * h, low), high)
        field_at(march.system, float(at_time), np.ascontiguousarray(y), march.p, out)
        k[s] = out * march.moving
        if s == 11:
            last = y
    apart = np.linalg.norm(x_new - last)
    return float(abs(h) * np.linalg.norm(k[12] - k[11]) / apart) if apart > 0 else 0.0
