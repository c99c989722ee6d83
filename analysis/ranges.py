"""Boxes: ranges of states, given by name or chosen for a model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.reduction import angles_of

Range = tuple[float, float]
FAR = 1000.0


@dataclass(frozen=True)
class Box:
    """Ranges by name; states without one have that of `usual`."""

    given: Mapping[str, Range]

    def range(self, model: Model, name: str) -> Range:
        return self.given.get(name) or usual(model, name)

    def corners(self, model: Model) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.array([self.range(model, name) for name in model.states]).T
        return low, high

    def scale(self, model: Model) -> np.ndarray:
        """The size of each state: that of its range, or of its start value where none is given."""
        sizes = [
            self.given[name][1] - self.given[name][0] if name in self.given else max(1.0, abs(x))
            for name, x in model.start.items()
        ]
        return np.array(sizes)

    def holds(self, model: Model, x: np.ndarray, ranges: Mapping[str, Range]) -> bool:
        """Whether a state lies in the box, its border taken as wide as rounding."""
        for name, (low, high) in {**ranges, **self.given}.items():
            value = x[model.states.index(name)]
            slack = 1e-12 * max(high - low, abs(low), abs(high))
            if not low - slack <= value <= high + slack:
                return False
        return True


def usual(model: Model, name: str) -> Range:
    """Where a state without a given range is looked for: one turn around zero for an angle, else
    1000 times its start value, at least 1000, on both sides of zero."""
    if name in angles_of(model.field.system):
        return -np.pi, np.pi
    far = FAR * max(1.0, abs(model.start[name]))
    return -far, far


def box_of(model: Model, box: Mapping[str, Range] | None) -> Box:
    """The box that was asked for, checked."""
    if box is None:
        return Box({})
    if not isinstance(box, Mapping):
        raise InvalidArgument(f"box is a mapping, dict(V=(-80, 20)), not {box!r}")
    for name in box:
        if name not in model.states:
            raise UnknownName(name, f"a state of {model.name}", model.states)
    return Box({name: range_of(name, edges) for name, edges in box.items()})


def range_of(name: str, edges: Range) -> Range:
    """A range that is finite and rises."""
    try:
        low, high = (float(edge) for edge in edges)
    except (TypeError, ValueError):
        raise InvalidArgument(f"box: the range of {name!r} is (low, high), not {edges!r}") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise InvalidArgument(f"box: the range of {name!r} must rise, not ({low:g}, {high:g})")
    return low, high


def box_text(model: Model, ranges: Mapping[str, Range], box: Box) -> str:
    """The box in words: `-1000 <= V <= 1000`."""
    every = {**ranges, **box.given}
    parts = [f"{low:g} <= {name} <= {high:g}" for name, (low, high) in every.items()]
    return ", ".join(parts)
