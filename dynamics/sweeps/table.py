"""The points of a sweep: a grid over named axes, or the rows of a table."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InvalidArgument, UnknownName

if TYPE_CHECKING:
    from ..model import Model

SAMPLE = "sample"  # the dimension of a table that is no grid
MOST = 10**8  # points


@dataclass(frozen=True, eq=False)
class Table:
    """Named values for every point: `arrays` are the axes of a grid (the last one varies fastest),
    or the columns of a table of samples."""

    names: tuple[str, ...]
    arrays: tuple[np.ndarray, ...]
    grid: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """How many points along each axis."""
        return tuple(map(len, self.arrays)) if self.grid else (len(self.arrays[0]),)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the axes of `shape`."""
        return self.names if self.grid else (SAMPLE,)

    def __len__(self) -> int:
        size = 1
        for length in self.shape:
            size *= length
        return size

    def rows(self, first: int, count: int) -> np.ndarray:
        """The values at `count` points from `first` on, one row a point."""
        flat = np.arange(first, min(first + count, len(self)))
        where = np.unravel_index(flat, self.shape) if self.grid else (flat,) * len(self.names)
        return np.stack([a[i] for a, i in zip(self.arrays, where, strict=True)], axis=1)

    def column(self, name: str) -> np.ndarray:
        """The values of one name at all points, in the table's shape (not a copy)."""
        at = self.names.index(name)
        if not self.grid:
            return self.arrays[at]
        along = [1] * len(self.names)
        along[at] = -1
        return np.broadcast_to(self.arrays[at].reshape(along), self.shape)

    def words(self, index: int) -> str:
        """A point in words: `I = 3, g_K = 8`."""
        (row,) = self.rows(index, 1)
        return ", ".join(f"{name} = {value:g}" for name, value in zip(self.names, row, strict=True))

    @property
    def digest(self) -> str:
        """A fingerprint of all values."""
        content = hashlib.sha256(repr((self.names, self.grid, self.shape)).encode())
        for array in self.arrays:
            content.update(array.tobytes())
        return content.hexdigest()


def table_of(model: "Model", grid: Any, samples: Any) -> Table:
    """The table that `grid=` or `samples=` describe, its names and values checked."""
    if (grid is None) == (samples is None):
        raise InvalidArgument(
            "give the points as grid=dict(I=values, ...), one axis each, or as samples=, a table "
            f"with columns of one length ({'neither' if grid is None else 'both'} was given)"
        )
    given = grid if samples is None else samples
    what = "grid" if samples is None else "samples"
    if not isinstance(given, Mapping) and not hasattr(given, "columns"):
        raise InvalidArgument(f"{what} maps names to values: {what}=dict(I=[...]), not {given!r}")
    names = list(given)
    if not names:
        raise InvalidArgument(f"{what} is empty: name a parameter or start value and its values")
    for name in names:
        if name not in model.parameters and name not in model.start:
            known = [*model.parameters, *model.start]
            raise UnknownName(name, f"a parameter or state of {model.name}", known)
    arrays = tuple(values_of(what, name, given[name]) for name in names)
    lengths = {name: len(array) for name, array in zip(names, arrays, strict=True)}
    if samples is not None and len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidArgument(f"the columns of samples must have one length; they have {told}")
    table = Table(tuple(names), arrays, samples is None)
    if len(table) > MOST:
        counts = " x ".join(map(str, table.shape))
        raise InvalidArgument(
            f"{what} has {counts} points, a sweep takes {MOST:.0e} at most: take fewer values, or "
            "make several sweeps of it"
        )
    return table


def values_of(what: str, name: str, given: Any) -> np.ndarray:
    """The values of one name: a line of finite numbers."""
    try:
        if np.iscomplexobj(given):
            raise TypeError
        array = np.array(given, dtype=float)
    except (TypeError, ValueError):
        raise InvalidArgument(f"{what}: the values of {name} must be numbers") from None
    except OverflowError:
        raise InvalidArgument(f"{what}: a value of {name} is beyond 1e308") from None
    if array.ndim != 1 or not array.size:
        raise InvalidArgument(
            f"{what}: {name} takes one or more values in a line, not an array of shape "
            f"{array.shape}"
        )
    bad = array[~np.isfinite(array)]
    if bad.size:
        raise InvalidArgument(f"{what}: the values of {name} must be finite, not {bad[0]}")
    array.flags.writeable = False
    return array
