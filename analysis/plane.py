"""Two parameters and the box they move in: what every curve of bifurcations starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.freed import FreedField, freed
from ..dynamics.model import Model
from .problem import numbers_of


@dataclass(frozen=True)
class Plane:
    """The field in (states, a, b), and the box of the two parameters."""

    model: Model
    names: tuple[str, str]
    low: np.ndarray  # (2,)
    high: np.ndarray
    field: FreedField

    @property
    def n(self) -> int:
        return self.field.n

    @property
    def width(self) -> np.ndarray:
        return self.high - self.low

    @property
    def box(self) -> dict[str, tuple[float, float]]:
        ends = zip(self.low, self.high, strict=True)
        return {
            name: (float(low), float(high))
            for name, (low, high) in zip(self.names, ends, strict=True)
        }

    @property
    def is_map(self) -> bool:
        return self.model.kind == "map"

    def named(self, x: np.ndarray) -> dict[str, float]:
        return dict(zip(self.model.states, map(float, x), strict=True))

    def model_at(self, x: np.ndarray, values: np.ndarray) -> Model:
        """The model with these states and values of the two parameters."""
        return self.field.model_at(np.concatenate([x, values]))


def plane_of(model: Model, names: Sequence[str], box: Mapping[str, tuple[float, float]]) -> Plane:
    """Checks the question."""
    if isinstance(names, str) or len(names) != 2 or names[0] == names[1]:
        raise InvalidArgument(
            f'two different parameters are needed, such as ("I", "g_K"), not {names!r}'
        )
    field = freed(model, *names)
    missing = [name for name in names if name not in box]
    if missing or len(box) != 2:
        raise InvalidArgument(
            f"the box gives a range for each of {names[0]} and {names[1]}, such as "
            f"dict({names[0]}=(0, 100), {names[1]}=(0, 1)), not {dict(box)!r}"
        )
    ends = np.array([sorted(numbers_of(name, box[name])) for name in names])
    here = np.array([model.parameters[name] for name in names])
    outside = (here < ends[:, 0]) | (here > ends[:, 1])
    if outside.any():
        i = int(np.argmax(outside))
        raise InvalidArgument(
            f"the start lies at {names[i]} = {here[i]:g}, outside the box from {ends[i, 0]:g} to "
            f"{ends[i, 1]:g}: give a box that holds it"
        )
    return Plane(model, (names[0], names[1]), ends[:, 0], ends[:, 1], field)
