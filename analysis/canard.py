"""Canard explosions: cycles that grow from small to large within hardly any change of the drive.

In a slow-fast system the family born at a Hopf point follows the unstable sheet of the critical
manifold for a while (a canard); the cycles grow over an interval of the drive that is exponentially
small in the ratio of the time scales. Reference: E. Benoit, J. L. Callot, F. Diener and M. Diener,
Collect. Math. 32 (1981) 37-119; M. Krupa and P. Szmolyan, J. Differ. Equ. 174 (2001) 312-368.
"""

import numpy as np

from .firing import Firing
from .spike_level import SpikeLevel

NARROW = 1e-4  # of the range
MOST = 0.4  # of the largest swing, within NARROW


def canard_note(part: Firing, level: SpikeLevel) -> str:
    """A sentence on the canard explosion at the birth of a part; empty if there is none."""
    branch = part.branch
    values = branch[branch.parameter]
    low, high = level.swing(branch)
    swing = high - low
    width = abs(branch.interval[1] - branch.interval[0])
    around = np.abs(values - part.low) <= NARROW * width
    rows = np.flatnonzero(around)
    if len(rows) < 3 or not swing.max() > 0:
        return ""
    grown = swing[rows].max() - swing[rows].min()
    if grown < MOST * swing.max():
        return ""
    return (
        f"near {branch.parameter} = {part.low:.9g} the cycles grow from a swing of "
        f"{swing[rows].min():.4g} to {swing[rows].max():.4g} in {level.name} within "
        f"{np.ptp(values[rows]):.2g} of the drive: a canard explosion"
    )
