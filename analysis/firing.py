"""The stable parts of families of cycles: over which drives a model can fire, and what bounds them.

A part fires if somewhere along it the cycles cross the spike level: a family that is born small at
a supercritical Hopf point and grows into spikes is firing from the Hopf point on.
"""

from dataclasses import dataclass

import numpy as np

from ..dynamics.status import Status
from .branch import Branch
from .diagram import Diagram
from .sharper_fold import sharper_fold
from .special_point import SpecialPoint
from .spike_level import SpikeLevel

NEAR = 1e-5  # of the range: a Hopf point is where its family begins
CANARD = 1e-8  # of the range: folds this close count as one
TINY = 1e-9  # of the range: shorter stretches are rounding
ENDS = ("snic", "homoclinic", "cycle fold", "period doubling", "torus", "cycle branch point")


@dataclass(frozen=True)
class Firing:
    """A run of stable cycles of one branch, from the lower to the higher drive."""

    branch: Branch
    rows: tuple[int, int]  # first and last, inclusive
    low: float
    high: float
    born: SpecialPoint | None  # at `low`; None at the end of the range or where nothing is known
    ended: SpecialPoint | None  # at `high`
    spikes: bool

    @property
    def values(self) -> np.ndarray:
        """The drives of its rows."""
        a, b = self.rows
        return self.branch[self.branch.parameter][a : b + 1]

    @property
    def periods(self) -> np.ndarray:
        """The periods of its rows."""
        a, b = self.rows
        return self.branch["period"][a : b + 1]

    def holds(self, value: float) -> bool:
        """Whether a drive lies within it."""
        return self.low <= value <= self.high

    def near(self, value: float) -> int:
        """The row whose drive is nearest."""
        return self.rows[0] + int(np.argmin(np.abs(self.values - value)))


def firing_parts(diagram: Diagram, level: SpikeLevel) -> list[Firing]:
    """All stable parts of all families, in order of their lower drives."""
    found = []
    width = abs(diagram.interval[1] - diagram.interval[0])
    for branch in diagram.cycles:
        crossed = level.crossed(branch)
        for a, b in stable_runs(branch):
            values = branch[branch.parameter]
            rising = values[b] >= values[a]
            first, last = bound(diagram, branch, a, -1), bound(diagram, branch, b, 1)
            low, high = (first, last) if rising else (last, first)
            spikes = bool(crossed[a : b + 1].any())
            if high[0] - low[0] > TINY * width:
                low, high = sharpened(*low), sharpened(*high)
                found.append(Firing(branch, (a, b), low[0], high[0], low[1], high[1], spikes))
    return sorted(found, key=lambda part: part.low)


def sharpened(value: float, point: SpecialPoint | None) -> tuple[float, SpecialPoint | None]:
    """A bound, a fold of cycles located once more on a finer mesh."""
    if point is None or point.kind != "cycle fold":
        return value, point
    finer = sharper_fold(point)
    return finer.value, finer


def stable_runs(branch: Branch) -> list[tuple[int, int]]:
    """First and last rows of the stretches of stable cycles; cut where the parameter turns."""
    stable = branch.stable.copy()
    turning = [
        row
        for row, point in zip(branch.special_rows, branch.special, strict=True)
        if point.kind == "cycle fold"
    ]
    stable[turning] = False  # at the fold itself rounding decides
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stable.astype(int), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def bound(
    diagram: Diagram, branch: Branch, row: int, sense: int
) -> tuple[float, SpecialPoint | None]:
    """The drive where a stable stretch ends beyond a row, and the special point there."""
    here = [
        point
        for place, point in zip(branch.special_rows, branch.special, strict=True)
        if place in (row, row + sense) and point.kind in ENDS
    ]
    if here:
        point = min(here, key=lambda p: ENDS.index(p.kind))
        return point.value, point
    value = float(branch[branch.parameter][row])
    ends = {0: branch.ends[0], len(branch) - 1: branch.ends[1]}
    last = row + sense if row + sense in ends else row
    if ends.get(last) is Status.HOPF_REACHED:
        hopf = hopf_near(diagram, branch, float(branch[branch.parameter][last]))
        return (value, None) if hopf is None else (hopf.value, hopf)
    if row in ends and row + sense not in range(len(branch)):
        return value, None
    width = abs(diagram.interval[1] - diagram.interval[0])
    same = [p for p in branch.special if p.kind in ENDS and abs(p.value - value) < CANARD * width]
    if same:
        point = min(same, key=lambda p: abs(p.value - value))
        return point.value, point
    return value, None


def hopf_near(diagram: Diagram, branch: Branch, value: float) -> SpecialPoint | None:
    """The Hopf point where a family begins or ends."""
    width = abs(diagram.interval[1] - diagram.interval[0])
    hopfs = [p for p in diagram.all("hopf") if abs(p.value - value) < NEAR * width]
    return min(hopfs, key=lambda p: abs(p.value - value), default=None)
