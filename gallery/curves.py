"""The points through which a run is drawn: dense enough to be smooth, few enough for a file."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

# Between two steps of an adaptive solver of high order a spike's top may lie.
ENOUGH, A_STEP, MOST = 2_000, 12, 20_000


def drawn_times(run: "Trajectory", begin: float, end: float) -> np.ndarray:
    """Times from begin to end: the solver's own steps and some between them.

    Beside every reset, and beside every step of a model that depends on time, stand the
    neighbouring doubles, so that a jump is drawn as a vertical line.
    """
    inside = run.t[(run.t > begin) & (run.t < end)]
    steps = np.unique(np.concatenate([[begin], inside, [end]]))
    if run.model.kind == "map":
        return steps
    pieces = int(np.clip(np.ceil(ENOUGH / len(steps)), 1, A_STEP))
    if len(steps) * A_STEP <= MOST:
        pieces = A_STEP
    parts = np.arange(pieces) / pieces
    times = (steps[:-1, None] + np.diff(steps)[:, None] * parts).ravel()
    times = np.append(times, steps[-1])
    jumps = run.resets if run.equations.autonomous else np.concatenate([run.resets, steps])
    if len(jumps) == 0 or len(jumps) > MOST:
        return times
    jumps = jumps[(jumps > begin) & (jumps < end)]
    return np.unique(np.concatenate([times, np.nextafter(jumps, begin), jumps]))


def thinned(times: np.ndarray, values: np.ndarray, most: int = MOST) -> tuple:
    """At most about `most` points of a curve, with all its peaks: extrema of equal shares."""
    if len(times) <= most:
        return times, values
    share = int(np.ceil(4 * len(times) / most))
    kept = {len(times) - 1}
    for first in range(0, len(times), share):
        part = values[first : first + share]
        kept |= {first, first + len(part) - 1}
        kept |= {first + int(np.argmin(part)), first + int(np.argmax(part))}
    chosen = np.array(sorted(kept))
    return times[chosen], values[chosen]
