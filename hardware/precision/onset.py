"""The onset by trial: the least value on a grid at which a run fires, its bracket then halved."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Decide = Callable[[float], bool]


@dataclass(frozen=True)
class Onset:
    """Where firing begins, as far as runs can tell.

    value
        the middle of the bracket; None if no value of the grid fires, the low end of the range if
        that fires already
    bracket
        the last value that was silent and the least that fired (equal at the low end)
    """

    value: float | None
    bracket: tuple[float, float] | None

    @property
    def firing(self) -> float | None:
        """The least value that fired."""
        return None if self.bracket is None else self.bracket[1]


SILENT = Onset(None, None)


def find_onset(fires: Decide, grid: np.ndarray, resolution: float) -> Onset:
    """Scan and halve."""
    before = None
    for value in grid.tolist():
        if fires(value):
            if before is None:
                return Onset(value, (value, value))
            return narrowed(fires, before, value, resolution)
        before = value
    return SILENT


def narrowed(fires: Decide, silent: float, firing: float, resolution: float) -> Onset:
    """A bracket halved to the resolution."""
    while firing - silent > resolution:
        middle = 0.5 * (silent + firing)
        if fires(middle):
            firing = middle
        else:
            silent = middle
    return Onset(0.5 * (silent + firing), (silent, firing))


def near_onset(fires: Decide, first: Onset, grid: np.ndarray, resolution: float) -> Onset:
    """The onset of another seed: the bracket is sought around the first seed's."""
    if first.bracket is None or first.bracket[0] == first.bracket[1]:
        return find_onset(fires, grid, resolution)
    low, high = float(grid[0]), float(grid[-1])
    silent, firing = first.bracket
    reach = resolution
    while not fires(firing):
        silent = firing
        if firing >= high:
            return SILENT
        firing, reach = min(high, firing + reach), 2 * reach
    reach = resolution
    while fires(silent):
        firing = silent
        if silent <= low:
            return Onset(low, (low, low))
        silent, reach = max(low, silent - reach), 2 * reach
    return narrowed(fires, silent, firing, resolution)
