"""A bifurcation diagram: all branches that were found, and all special points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .branch import Branch, first_of, loaded_branches, matching, stored_branches, value_of
from .jsonable import json_list
from .special_point import SpecialPoint

if TYPE_CHECKING:
    import pandas

    from .fixed_point import FixedPoint
    from .limit_cycle import LimitCycle

SAME = 1e-6


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Diagram:
    """Branches of equilibria, then of cycles, in one parameter.

    diagram.branches, diagram.equilibria, diagram.cycles
        the branches
    diagram.special, diagram.first("hopf"), diagram.all("LPC")
        special points, branch by branch; kinds and labels are both accepted
    diagram.at(I=8), diagram.attractors(I=8)
        every solution at a parameter value; the stable ones among them
    diagram.status, diagram.message
        the worst end among the branches; what could not be done, or was noticed
    """

    model: Model
    parameter: str
    interval: tuple[float, float]
    branches: tuple[Branch, ...]
    status: Status = Status.COMPLETED
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def equilibria(self) -> list[Branch]:
        """The branches of equilibria."""
        return [branch for branch in self.branches if branch.kind == "equilibria"]

    @property
    def cycles(self) -> list[Branch]:
        """The branches of cycles."""
        return [branch for branch in self.branches if branch.kind == "cycles"]

    @property
    def special(self) -> tuple[SpecialPoint, ...]:
        """All special points; where two branches cross, the crossing counts once."""
        found: list[SpecialPoint] = []
        for point in (point for branch in self.branches for point in branch.special):
            if point.kind != "branch point" or not any(same_place(point, p) for p in found):
                found.append(point)
        return tuple(found)

    @property
    def message(self) -> str:
        """What was noticed, in sentences."""
        return "; ".join(self.notes)

    def all(self, kind: str) -> list[SpecialPoint]:
        """The special points of a kind or label; may be empty."""
        return matching(self.special, kind)

    def first(self, kind: str) -> SpecialPoint:
        """The first special point of a kind or label; raises `NotFound` if there is none."""
        return first_of(self.special, kind, "this diagram", self.message)

    def at(self, **values: float) -> "list[FixedPoint | LimitCycle]":
        """All equilibria and cycles at a parameter value: ``diagram.at(I=8)``."""
        value_of(self.parameter, values)
        return [solution for branch in self.branches for solution in branch.at(**values)]

    def attractors(self, **values: float) -> "list[FixedPoint | LimitCycle]":
        """The stable ones among `at`; of a model with a reset, those this side of its threshold."""
        return [s for s in self.at(**values) if s.stable and not beyond_threshold(s)]

    def to_dict(self) -> dict:
        """JSON types; the layout is that of ``rheobase diagram --json``."""
        return {
            "model": self.model.name,
            "parameter": self.parameter,
            "range": list(self.interval),
            "branches": [
                {
                    "kind": branch.kind,
                    "columns": {name: json_list(c) for name, c in branch.columns.items()},
                    "stable": branch.stable.tolist(),
                    "ends": [end.value for end in branch.ends],
                    "message": branch.message,
                }
                for branch in self.branches
            ],
            "special": [point.to_dict() for point in self.special],
            "status": self.status.value,
            "message": self.message,
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """All branches below one another, numbered, one row a point."""
        import pandas

        frames = [
            branch.to_dataframe().assign(branch=number, kind=branch.kind)
            for number, branch in enumerate(self.branches)
        ]
        if not frames:
            return pandas.DataFrame(columns=["branch", "kind", self.parameter, "stable", "label"])
        whole = pandas.concat(frames, ignore_index=True)
        first = ["branch", "kind"]
        return whole[first + [name for name in whole.columns if name not in first]]

    def __repr__(self) -> str:
        labels = ", ".join(f"{p.label} {p.value:.6g}" for p in self.special) or "no special points"
        lines = [
            f"<bifurcation diagram of {self.model.name} in {self.parameter}, "
            f"{self.interval[0]:g} to {self.interval[1]:g}: {labels}"
        ]
        lines += [f"  {branch!r}" for branch in self.branches]
        if self.message:
            lines.append(f"  {self.message}")
        return "\n".join(lines) + ">"

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        branches, arrays = stored_branches(self.branches, "branch")
        fields = {
            "model": self.model.to_dict(),
            "parameter": self.parameter,
            "interval": list(self.interval),
            "branches": branches,
            "status": self.status.value,
            "notes": list(self.notes),
        }
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "Diagram":
        first, last = fields["interval"]
        return cls(
            Model.from_dict(fields["model"]),
            fields["parameter"],
            (first, last),
            loaded_branches(fields["branches"], arrays, "branch"),
            Status(fields["status"]),
            tuple(fields["notes"]),
        )


def beyond_threshold(solution: "FixedPoint | LimitCycle") -> bool:
    """Whether a reset comes before this fixed point is reached."""
    model = solution.model
    if model.reset is None or not hasattr(solution, "x"):
        return False
    p = model.field.parameter_array(model.parameters)
    return bool(model.field.values("margin", solution.x, p)[0] >= 0)


def same_place(a: SpecialPoint, b: SpecialPoint) -> bool:
    """Whether two special points of a kind are one."""
    if a.kind != b.kind:
        return False
    width = abs(a.interval[1] - a.interval[0])
    x, y = np.array(list(a.state.values())), np.array(list(b.state.values()))
    size = np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-3)
    return bool(abs(a.value - b.value) < SAME * width and np.max(np.abs(x - y) / size) < 100 * SAME)
