"""What two parameters do: all curves of bifurcations that were found in a plane."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .branch import Branch, first_of, loaded_branches, matching, stored_branches
from .special_point import SpecialPoint

if TYPE_CHECKING:
    import pandas

SAME = 1e-6  # of the box


@storable
@dataclass(frozen=True, eq=False, repr=False)
class BifurcationCurves:
    """Curves in a plane of parameters, and the points of codimension two on them.

    found.curves, found.all_of("hopf")
        the curves, of one kind
    found.special, found.first("cusp"), found.all("BT")
        points of codimension two, each once although several curves have it
    found.notes, found.status, found.message
        what could not be followed, and why
    """

    model: Model
    plane: Mapping[str, tuple[float, float]]
    curves: tuple[Branch, ...]
    notes: tuple[str, ...] = ()
    status: Status = Status.COMPLETED

    def __post_init__(self) -> None:
        plane = {name: (float(low), float(high)) for name, (low, high) in self.plane.items()}
        object.__setattr__(self, "plane", MappingProxyType(plane))

    @cached_property
    def special(self) -> tuple[SpecialPoint, ...]:
        found: list[SpecialPoint] = []
        for point in (point for curve in self.curves for point in curve.special):
            if not any(point.kind == one.kind and self.same(point, one) for one in found):
                found.append(point)
        return tuple(found)

    def same(self, one: SpecialPoint, other: SpecialPoint) -> bool:
        return all(
            abs(one.parameters[name] - other.parameters[name]) < SAME * (high - low)
            for name, (low, high) in self.plane.items()
        )

    @property
    def message(self) -> str:
        return "; ".join(self.notes)

    def all(self, kind: str) -> list[SpecialPoint]:
        """The points of a kind or label; may be empty."""
        return matching(self.special, kind)

    def first(self, kind: str) -> SpecialPoint:
        """The first point of a kind or label; raises `NotFound` if there is none."""
        return first_of(self.special, kind, "these curves", self.message)

    def all_of(self, kind: str) -> list[Branch]:
        """The curves of a kind."""
        return [curve for curve in self.curves if curve.kind == kind]

    def to_dict(self) -> dict:
        return {
            "model": self.model.name,
            "plane": {name: list(ends) for name, ends in self.plane.items()},
            "curves": [curve.to_dict() for curve in self.curves],
            "special": [point.to_dict() for point in self.special],
            "status": self.status.value,
            "notes": list(self.notes),
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """All curves below one another, one row a point."""
        import pandas

        frames = []
        for i, curve in enumerate(self.curves):
            frame = curve.to_dataframe()
            frame.insert(0, "curve", i)
            frame.insert(1, "kind", curve.kind)
            frames.append(frame)
        return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        curves, arrays = stored_branches(self.curves, "curve")
        fields = {
            "model": self.model.to_dict(),
            "plane": {name: list(ends) for name, ends in self.plane.items()},
            "curves": curves,
            "notes": list(self.notes),
            "status": self.status.value,
        }
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "BifurcationCurves":
        return cls(
            Model.from_dict(fields["model"]),
            fields["plane"],
            loaded_branches(fields["curves"], arrays, "curve"),
            tuple(fields["notes"]),
            Status(fields["status"]),
        )

    def __repr__(self) -> str:
        first, second = self.plane
        lines = [f"<bifurcations of {self.model.name} in {first} and {second}"]
        lines += [f"  {curve!r}" for curve in self.curves] or ["  no curves"]
        return "\n".join(lines) + ">"
