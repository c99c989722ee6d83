"""The table that a sweep fills: columns by name in the shape of its grid, read when asked for."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidArgument, NotFound, UnknownName
from ..model import Model
from ..status import Status
from ..storage import storable
from .joined import joined, statuses
from .outcome import FINE, MISSING
from .part import Part
from .question import ENSEMBLE, plain
from .store import Memory, Store
from .table import Table

if TYPE_CHECKING:
    import pandas
    import xarray

STATUS, MESSAGE = "status", "message"
REPEAT = "repeat"  # the last axis of what an ensemble with repeats found
NEAR = 1e-9  # relative: how well a value must be known to name a point
MOST = 8  # columns that a repr lists


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Sweep:
    """What `sweep` returns, and `open_sweep` reads: complete, or as far as it came.

    result["I"], result["rate"]
        the values of an axis and of an outcome at all points, in the grid's shape. Outcomes have
        gaps (NaN, "", empty arrays) where a point failed or has not been computed. Of an ensemble
        with repeats= they have one more axis, in the tables called "repeat"
    result["status"], result["message"]
        how each point ended: "completed", "failed" (an error of rheobase or of arithmetic), "not
        finite", "error" (in the function's program), "diverged" and the other values of `Status`;
        "missing" where nothing has been computed yet. And what there is to say
    result.names
        the outcomes
    result.at(3, 5), result.at(I=10, g_K=8)
        the whole result of one point, as the function returned it
    result.complete, result.status, result.message
        whether every point has been computed; COMPLETED or INTERRUPTED; how many, and how many
        failed

    Columns are read from the parts when they are asked for; only the one in question is in memory.
    """

    model: Model
    function: str
    settings: Mapping[str, Any]
    table: Table
    chunk: int
    store: Store

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.table.shape

    @property
    def axes(self) -> tuple[str, ...]:
        """The names that vary: the axes of a grid in their order, or the columns of samples."""
        return self.table.names

    @property
    def grid(self) -> dict[str, np.ndarray]:
        """The values along each axis (of samples: the columns)."""
        return dict(zip(self.table.names, self.table.arrays, strict=True))

    @property
    def repeats(self) -> int | None:
        """How often an ensemble ran each point: outcomes have an axis of this length behind those
        of the grid. None where there is no such axis."""
        return self.settings.get("repeats") if self.function == ENSEMBLE else None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The outcomes: all columns that some point has, besides axes, status and message."""
        found = dict.fromkeys(n for _, part in self.parts() for n in part.names)
        return tuple(self._shown(name) for name in found)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column in the grid's shape."""
        if name in self.table.names:
            return self.table.column(name)
        if name in (STATUS, MESSAGE):
            pieces = ((first, getattr(part, name)) for first, part in self.parts())
            flat = statuses(pieces, len(self.table), MISSING if name == STATUS else "")
            return flat.reshape(self.shape)
        stored = {self._shown(stored): stored for stored in self._stored}
        if name not in stored:
            known = [*self.axes, *self.names, STATUS, MESSAGE]
            raise UnknownName(name, "a column of this sweep", known)
        found = ((first, part.column(stored[name])) for first, part in self.parts())
        flat = joined(((f, column) for f, column in found if column is not None), len(self.table))
        if self.repeats == 1 and flat.ndim == 1:  # lines of a single repeat
            flat = flat[:, None]
        return flat.reshape(*self.shape, *flat.shape[1:])

    @cached_property
    def _stored(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(n for _, part in self.parts() for n in part.names))

    def _shown(self, name: str) -> str:
        """The name of an outcome here: one that an axis has already gets `_found` behind it."""
        return f"{name}_found" if name in (*self.axes, STATUS, MESSAGE) else name

    def parts(self) -> Iterator[tuple[int, Part]]:
        """The parts there are, one after the other, each with its first point."""
        for index in self.store.indices():
            yield index * self.chunk, self._part(index)

    @cached_property
    def t(self) -> np.ndarray:
        """The times of a trace, where an ensemble kept one."""
        for _, part in self.parts():
            return part.arrays("").get("t", np.zeros(0))
        return np.zeros(0)

    def _part(self, index: int) -> Part:
        return Part(self.store.read(index), f"part {index} of {self.store.name}")

    def at(self, *position: int, **values: float):
        """The whole result of one point, by its position (one number, or one an axis) or values.

        Where only numbers were kept, a mapping with the point's row.
        """
        index = self._index(position, values)
        if index // self.chunk not in self.store.indices():
            raise NotFound(f"the point {self.table.words(index)} has not been computed yet")
        part, row = self._part(index // self.chunk), index % self.chunk
        whole = part.whole(row)
        if whole is not None:
            return whole
        told = {STATUS: str(part.status[row]), MESSAGE: str(part.message[row])}
        point = zip(self.axes, self.table.rows(index, 1)[0].tolist(), strict=True)
        found = {self._shown(name): value for name, value in part.row(row).items()}
        return {**dict(point), **found, **told}

    def _index(self, position: tuple[int, ...], values: Mapping[str, float]) -> int:
        if bool(position) == bool(values):
            raise InvalidArgument("name one point: at(3), at(3, 5) or at(I=10, g_K=8)")
        if values:
            return self._nearest(values)
        shape = (len(self.table),) if len(position) == 1 else self.shape
        if len(position) != len(shape):
            raise InvalidArgument(f"at takes one number, or {len(shape)}, not {len(position)}")
        for number, length in zip(position, shape, strict=True):
            if not 0 <= number < length:
                raise InvalidArgument(f"there is no point {number}: they count from 0 to {length}")
        return int(np.ravel_multi_index(position, shape))

    def _nearest(self, values: Mapping[str, float]) -> int:
        for name in values:
            if name not in self.axes:
                raise UnknownName(name, "an axis of this sweep", self.axes)
        if set(values) != set(self.axes):
            raise InvalidArgument(f"give every axis: {', '.join(f'{n}=...' for n in self.axes)}")
        apart = [
            np.abs(a - values[name]) <= NEAR * max(abs(values[name]), float(np.abs(a).max()))
            for name, a in self.grid.items()
        ]
        if self.table.grid:
            hits = [np.flatnonzero(near) for near in apart]
            if all(map(len, hits)):
                return int(np.ravel_multi_index([hit[0] for hit in hits], self.shape))
        elif len(rows := np.flatnonzero(np.logical_and.reduce(apart))):
            return int(rows[0])
        told = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        raise NotFound(f"{told} is no point of this sweep; result.grid has the values")

    @property
    def complete(self) -> bool:
        """Whether every point has been computed (well or not)."""
        return len(self.store.indices()) * self.chunk >= len(self.table)

    @property
    def status(self) -> Status:
        """COMPLETED, or INTERRUPTED where points are missing."""
        return Status.COMPLETED if self.complete else Status.INTERRUPTED

    @cached_property
    def _ends(self) -> Counter:
        found: Counter = Counter()
        for _, part in self.parts():
            words, counts = np.unique(part.status, return_counts=True)
            found.update(dict(zip(words.tolist(), counts.tolist(), strict=True)))
        return found

    @property
    def message(self) -> str:
        """How many points there are, how many failed, and how."""
        total, ends = len(self.table), self._ends
        done = sum(ends.values())
        bad = {word: count for word, count in ends.items() if word != FINE}
        told = ", ".join(f"{count} {word}" for word, count in sorted(bad.items()))
        said = f"{done} of {total} points" if done < total else f"{total} points"
        said += f"; {told}" if told else ""
        if done < total:
            again = (
                "" if self.store.name == "memory" else "; resume=True (--resume) goes on from here"
            )
            said += f". Interrupted{again}"
        return said

    def to_dict(self) -> dict:
        """JSON types: the question, every axis, every column in the grid's shape as lists."""
        from .tables import dictionary

        return dictionary(self)

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table, one row a point: axes, outcomes (one number a point), status, message.

        Of an ensemble with repeats one row a repeat, counted from 0 in the column "repeat".
        """
        from .tables import table

        return table(self)

    def to_xarray(self) -> "xarray.Dataset":
        """An xarray dataset with the axes as coordinates, units attached.

        Repeats of an ensemble are the dimension "repeat". Arrays of one shape get further
        dimensions; lines of different lengths are left out.
        """
        from .tables import dataset

        return dataset(self)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`: one file with all parts that there are."""
        fields = {
            "model": self.model.to_dict(),
            "function": self.function,
            "settings": {name: plain(name, value) for name, value in self.settings.items()},
            "names": list(self.axes),
            "grid": self.table.grid,
            "chunk": self.chunk,
            "parts": (indices := self.store.indices()),
        }
        arrays = {f"axis_{i}": array for i, array in enumerate(self.table.arrays)}
        for index in indices:
            arrays[f"part_{index}"] = np.frombuffer(self.store.read(index), dtype=np.int8)
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Sweep":
        """For `load`."""
        store = Memory()
        for index in fields["parts"]:
            store.put(index, arrays[f"part_{index}"].tobytes())
        axes = tuple(arrays[f"axis_{i}"] for i in range(len(fields["names"])))
        return cls(
            Model.from_dict(fields["model"]),
            fields["function"],
            fields["settings"],
            Table(tuple(fields["names"]), axes, fields["grid"]),
            fields["chunk"],
            store,
        )

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        if self.table.grid:
            told = [f"{n} {a[0]:g} to {a[-1]:g} ({len(a)})" for n, a in self.grid.items()]
        else:
            told = [f"{len(self.table)} samples of {', '.join(self.axes)}"]
        names = ", ".join(self.names[:MOST]) + ", ..." * (len(self.names) > MOST)
        short = self.function.rpartition(":")[2]
        over = " x ".join(told)
        return f"<Sweep of {self.model.name}: {short} over {over}: {names or '-'}; {self.message}>"
