"""What counts as a spike: the upward crossing of a level.

It is the model's own (`Model.spike`); else zero of the first state, as for the spikes of a run,
if some cycle of the diagram crosses that; else the middle of the widest swing of the first state
on a stable cycle.
"""

from dataclasses import dataclass

import numpy as np

from ..dynamics.model import Model
from .branch import Branch

POINTLIKE = 1e-9  # of the widest swing: the row of a Hopf point


@dataclass(frozen=True)
class SpikeLevel:
    """A state or definition, and the level."""

    name: str
    level: float
    origin: str
    infinite: bool = False  # a spike is a flight to infinity

    @property
    def words(self) -> str:
        """What a spike is."""
        if self.infinite:
            return f"a spike is a flight of {self.name} to infinity"
        return f"a spike is an upward crossing of {self.name} = {self.level:.6g}, {self.origin}"

    def values(self, model: Model, x: np.ndarray, p: np.ndarray) -> np.ndarray:
        """The quantity at states (n, k), parameters (m,) or (m, k)."""
        if self.name in model.states:
            return np.asarray(x[model.states.index(self.name)])
        row = list(model.definitions).index(self.name)
        return np.broadcast_to(model.field.definitions(x, p)[row], x.shape[1:])

    def swing(self, branch: Branch) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest value on every cycle of a branch."""
        model = branch.model
        if self.name in model.states:
            return branch[f"{self.name}_min"], branch[f"{self.name}_max"]
        X = branch.arrays["orbit"]
        k, n = len(branch), len(model.states)
        p = np.repeat(model.field.parameter_array(model.parameters)[:, None], X[..., 0].size, 1)
        row = list(model.parameters).index(branch.parameter)
        p[row] = np.repeat(branch[branch.parameter], X[0, ..., 0].size)
        values = self.values(model, X.reshape(-1, n).T, p).reshape(k, -1)
        return values.min(axis=1), values.max(axis=1)

    def crossed(self, branch: Branch) -> np.ndarray:
        """Which cycles of a branch cross the level."""
        low, high = self.swing(branch)
        return (low < self.level) & (high > self.level)


def spike_level(model: Model, families: list[Branch]) -> SpikeLevel:
    """The level for a model whose families of cycles are known."""
    if model.spike is not None:
        return SpikeLevel(*model.spike, "the model's spike level")
    first = model.states[0]
    zero = SpikeLevel(first, 0.0, "the usual level of a first state")
    stable = [branch for branch in families if branch.stable.any()]
    if not stable or any((zero.crossed(branch) & branch.stable).any() for branch in stable):
        return zero
    low, high = (np.concatenate(ends) for ends in zip(*map(zero.swing, stable), strict=True))
    swing = np.where(np.concatenate([branch.stable for branch in stable]), high - low, 0.0)
    row = int(np.argmax(swing))
    if swing[row] <= POINTLIKE * (high - low).max():  # a Hopf point alone
        return zero
    middle = float(0.5 * (low[row] + high[row]))
    return SpikeLevel(first, middle, "the middle of the widest swing of a stable cycle")
