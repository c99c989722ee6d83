"""A branch: a curve of equilibria or cycles in a parameter, as columns by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound, UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .checks import is_number
from .jsonable import json_list
from .special_point import LABELS, SpecialPoint

if TYPE_CHECKING:
    import pandas

    from .fixed_point import FixedPoint
    from .homoclinic_orbit import HomoclinicOrbit
    from .limit_cycle import LimitCycle


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Branch:
    """Solutions along a curve, in order.

    branch["I"], branch["V"], for cycles branch["period"], branch["V_min"], branch["V_max"]
        columns; extrema are those of the orbit, not of the mesh points
    branch.stable, branch.eigenvalues, branch.multipliers
        one row a point
    branch.special, branch.first("hopf"), branch.all("LP")
        special points; kinds and labels are both accepted; `special_rows` says in which rows
    branch.at(I=10), branch.orbit(i)
        solutions, corrected at a parameter value, or of one row
    branch.ends, branch.status, branch.message
        how the two ends came about, the worse of them, and the sentences
    """

    model: Model
    parameter: str
    interval: tuple[float, float]  # the range that was asked for, first value first
    kind: str  # "equilibria", "cycles", or that of the points on a curve in two parameters
    columns: Mapping[str, np.ndarray]
    stable: np.ndarray
    spectrum: np.ndarray
    special: tuple[SpecialPoint, ...]
    special_rows: tuple[int, ...]
    ends: tuple[Status, Status]
    messages: tuple[str, str]
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)  # z, or meshes and orbits
    settings: Mapping[str, float] = field(default_factory=dict)
    engine: str = "numpy"
    plane: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of two parameters

    def __post_init__(self) -> None:
        for name in ("columns", "arrays", "settings", "plane"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for array in (self.stable, self.spectrum, *self.columns.values(), *self.arrays.values()):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.stable)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column, by name."""
        if name in self.columns:
            return self.columns[name]
        raise UnknownName(name, f"a column of this branch of {self.kind}", self.columns)

    @property
    def eigenvalues(self) -> np.ndarray:
        """Of the Jacobian, one row a point, the most unstable first."""
        if self.kind == "cycles":
            raise NotFound("cycles have multipliers: branch.multipliers")
        return self.spectrum

    @property
    def multipliers(self) -> np.ndarray:
        """Floquet multipliers, one row a point (for maps: eigenvalues of the Jacobian)."""
        if self.kind == "equilibria" and self.model.kind == "flow":
            raise NotFound("equilibria have eigenvalues: branch.eigenvalues")
        return self.spectrum

    @property
    def status(self) -> Status:
        """The worse of the two ends."""
        return max(self.ends, key=lambda end: end.severity)

    @property
    def message(self) -> str:
        """How the ends came about."""
        return "; ".join(dict.fromkeys(text for text in self.messages if text))

    def all(self, kind: str) -> list[SpecialPoint]:
        """The special points of a kind or label, in order along the branch; may be empty."""
        return matching(self.special, kind)

    def first(self, kind: str) -> SpecialPoint:
        """The first special point of a kind or label; raises `NotFound` if there is none."""
        return first_of(self.special, kind, f"this branch of {self.kind}", self.message)

    def at(self, **values: float) -> "list[FixedPoint | LimitCycle]":
        """The solutions at a parameter value, ``branch.at(I=10)``: one for each crossing."""
        from .solutions_at import solutions_at

        if self.plane:
            raise InvalidArgument(
                f"{' and '.join(self.plane)} both change along this curve: orbit(i) is the "
                "solution of a row, continue_bifurcation with a smaller box ends where you want"
            )
        return solutions_at(self, value_of(self.parameter, values))

    def orbit(self, i: int) -> "FixedPoint | LimitCycle | HomoclinicOrbit":
        """The solution of one row."""
        from .solutions_at import solution_of

        if not (isinstance(i, int | np.integer) and -len(self) <= i < len(self)):
            raise InvalidArgument(f"this branch has rows 0 to {len(self) - 1}, not {i!r}")
        return solution_of(self, i)

    def to_dict(self) -> dict:
        """Columns, stability, spectrum, special points and ends as JSON types."""
        return {
            "kind": self.kind,
            "model": self.model.name,
            "parameter": self.parameter,
            "columns": {name: json_list(column) for name, column in self.columns.items()},
            "stable": self.stable.tolist(),
            "spectrum": json_list(self.spectrum),
            "special": [point.to_dict() for point in self.special],
            "special_rows": list(self.special_rows),
            "ends": [end.value for end in self.ends],
            "message": self.message,
            "engine": self.engine,
            "plane": {name: list(ends) for name, ends in self.plane.items()},
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a point: columns, stability, and the label of special points."""
        import pandas

        labels = np.full(len(self), "", dtype=object)
        for row, point in zip(self.special_rows, self.special, strict=True):
            labels[row] = point.label
        return pandas.DataFrame({**self.columns, "stable": self.stable, "label": labels})

    @cached_property
    def span(self) -> tuple[float, float]:
        """Least and greatest value of the parameter."""
        values = self.columns[self.parameter]
        return float(values.min()), float(values.max())

    def __repr__(self) -> str:
        names = list(self.plane) or [self.parameter]
        where = ", ".join(
            f"{name} {self.columns[name].min():.6g} to {self.columns[name].max():.6g}"
            for name in names
        )
        counts = ", ".join(
            f"{p.label} " + ", ".join(f"{p.parameters[name]:.6g}" for name in names)
            for p in self.special
        )
        ends = " and ".join(end.value for end in self.ends)
        return (
            f"<{self.kind}{' curve' if self.plane else ''} of {self.model.name}, {where}, "
            f"{len(self)} points: {counts or 'no special points'}; {ends}>"
        )

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        stored = [point.to_storage() for point in self.special]
        fields = {
            "model": self.model.to_dict(),
            "parameter": self.parameter,
            "interval": list(self.interval),
            "kind": self.kind,
            "columns": list(self.columns),
            "special": [fields for fields, _ in stored],
            "special_rows": list(self.special_rows),
            "ends": [end.value for end in self.ends],
            "messages": list(self.messages),
            "settings": dict(self.settings),
            "engine": self.engine,
            "plane": {name: list(ends) for name, ends in self.plane.items()},
        }
        arrays = {f"column_{i}": column for i, column in enumerate(self.columns.values())}
        arrays |= {f"array_{name}": array for name, array in self.arrays.items()}
        for i, (_, parts) in enumerate(stored):
            arrays |= {f"special_{i}_{name}": array for name, array in parts.items()}
        spectrum = np.stack([self.spectrum.real, self.spectrum.imag])
        return fields, {**arrays, "stable": self.stable, "spectrum": spectrum}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping) -> "Branch":
        special = [
            SpecialPoint.from_storage(entry, under(arrays, f"special_{i}_"))
            for i, entry in enumerate(fields["special"])
        ]
        real, imaginary = arrays["spectrum"]
        return cls(
            Model.from_dict(fields["model"]),
            fields["parameter"],
            tuple(fields["interval"]),
            fields["kind"],
            {name: arrays[f"column_{i}"] for i, name in enumerate(fields["columns"])},
            arrays["stable"].astype(bool),
            real + 1j * imaginary,
            tuple(special),
            tuple(fields["special_rows"]),
            tuple(Status(end) for end in fields["ends"]),  # type: ignore[arg-type]
            tuple(fields["messages"]),
            under(arrays, "array_"),
            fields["settings"],
            fields["engine"],
            {name: tuple(ends) for name, ends in fields["plane"].items()},
        )


def stored_branches(branches: Sequence[Branch], name: str) -> tuple[list, dict[str, np.ndarray]]:
    """Fields and arrays of several branches, as `loaded_branches` reads them."""
    stored = [branch.to_storage() for branch in branches]
    arrays = {
        f"{name}_{i}_{part}": array
        for i, (_, parts) in enumerate(stored)
        for part, array in parts.items()
    }
    return [fields for fields, _ in stored], arrays


def loaded_branches(entries: Sequence[Mapping], arrays: Mapping, name: str) -> tuple[Branch, ...]:
    """Several branches from their fields and arrays."""
    return tuple(
        Branch.from_storage(entry, under(arrays, f"{name}_{i}_")) for i, entry in enumerate(entries)
    )


def under(arrays: Mapping, prefix: str) -> dict[str, np.ndarray]:
    """The arrays whose names begin so, without that."""
    return {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}


def joined(back: Branch, forth: Branch) -> Branch:
    """One branch from two that start at the same point and run in opposite directions."""
    turned = len(back) - 1

    def both(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.concatenate([a[:0:-1], b])

    rows = [turned - row for row in back.special_rows]
    special = sorted(
        [
            *((row, point) for row, point in zip(rows, back.special, strict=True) if row < turned),
            *((turned + r, p) for r, p in zip(forth.special_rows, forth.special, strict=True)),
        ],
        key=lambda pair: pair[0],
    )
    return replace(
        forth,
        columns={name: both(back.columns[name], column) for name, column in forth.columns.items()},
        stable=both(back.stable, forth.stable),
        spectrum=both(back.spectrum, forth.spectrum),
        special=tuple(point for _, point in special),
        special_rows=tuple(row for row, _ in special),
        ends=(back.ends[1], forth.ends[1]),
        messages=(back.messages[1], forth.messages[1]),
        arrays={name: both(back.arrays[name], array) for name, array in forth.arrays.items()},
    )


def matching(points: Sequence[SpecialPoint], kind: str) -> list[SpecialPoint]:
    """The points of a kind, or of a label."""
    if kind not in LABELS and kind not in LABELS.values():
        raise UnknownName(kind, "a kind or label of special points", [*LABELS, *LABELS.values()])
    return [point for point in points if kind in (point.kind, point.label)]


def first_of(points: Sequence[SpecialPoint], kind: str, where: str, message: str) -> SpecialPoint:
    found = matching(points, kind)
    if found:
        return found[0]
    there = ", ".join(f"{p.kind} at {p.parameter} = {p.value:.6g}" for p in points) or "none at all"
    raise NotFound(f"there is no {kind} on {where}; special points: {there}. {message}".rstrip())


def value_of(parameter: str, values: Mapping[str, float]) -> float:
    """The one value given for the branch's parameter."""
    if list(values) != [parameter]:
        raise InvalidArgument(f"give one value of {parameter}: at({parameter}=...), not {values}")
    value = values[parameter]
    if not is_number(value):
        raise InvalidArgument(f"{parameter} is a finite number, not {value!r}")
    return float(value)
