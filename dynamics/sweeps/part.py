"""A part of a sweep: the rows of one chunk as bytes, an .npz archive whose header is JSON.

The same rows give the same bytes. Numbers, truth values and texts are one array a column, with a
mask where rows lack them; arrays of one shape are stacked; lines of different lengths lie one
behind the other, with their offsets. Columns are read one at a time.
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import StorageError
from ..storage import restored
from .outcome import Outcome

HEADER = "header"
BOOL, INT, FLOAT, TEXT, STACK, LINES = "bool", "int", "float", "text", "stack", "lines"
DTYPES = {BOOL: np.bool_, INT: np.int64, FLOAT: np.float64}
EMPTY = {BOOL: False, INT: 0, FLOAT: np.nan, TEXT: ""}
LARGEST_INT = 2**63


@dataclass(frozen=True, eq=False)
class Column:
    """Values of consecutive points: an array (for lines: a list of arrays, `per` of them a point);
    where there are none, `missing` is true."""

    kind: str
    values: Any
    missing: np.ndarray
    per: int = 1


def encoded(outcomes: Sequence[Outcome]) -> bytes:
    """Rows as bytes."""
    names = list(dict.fromkeys(name for row in outcomes for name in row.columns))
    columns = {name: column_of([row.columns.get(name) for row in outcomes]) for name in names}
    wholes = {i: row.whole for i, row in enumerate(outcomes) if row.whole is not None}
    arrays = {
        f"w{i}_{key}": array for i, whole in wholes.items() for key, array in whole[1].items()
    }
    extra = {"wholes": {str(i): whole[0] for i, whole in wholes.items()}}
    status = np.array([row.status for row in outcomes])
    message = np.array([row.message for row in outcomes])
    return packed(columns, status, message, extra, arrays)


def packed(
    columns: Mapping[str, Column],
    status: np.ndarray,
    message: np.ndarray,
    extra: Mapping[str, Any],
    arrays: Mapping[str, np.ndarray],
) -> bytes:
    """Columns, and whatever else a part holds, as bytes."""
    content: dict[str, np.ndarray] = {"status": status, "message": message}
    told = {}
    for at, (name, column) in enumerate(columns.items()):
        told[name] = {"key": f"c{at}", "kind": column.kind, "per": column.per}
        values = column.values
        if column.kind == LINES:
            content[f"c{at}_offsets"] = np.cumsum([0, *map(len, values)])
            values = np.concatenate(values) if values else np.zeros(0)
        content[f"c{at}"] = values
        if column.missing.any():
            content[f"c{at}_missing"] = column.missing
    header = json.dumps({"rows": len(status), "columns": told, **extra})
    buffer = io.BytesIO()
    content[HEADER] = np.frombuffer(header.encode(), dtype=np.uint8)
    content |= {f"x_{key}": array for key, array in arrays.items()}
    np.savez_compressed(buffer, **content)  # type: ignore[arg-type]
    return buffer.getvalue()


def column_of(values: Sequence[Any]) -> Column:
    """The values of one name, None where a row has none, as a column."""
    missing = np.array([value is None for value in values])
    there = [value for value in values if value is not None]
    kind = kind_of(there)
    if kind == LINES:
        lines = [np.ravel(np.zeros(0) if value is None else value) for value in values]
        return Column(kind, lines, missing)
    if kind == STACK:
        shape = np.shape(there[0])
        gap = np.full(shape, np.nan)
        return Column(kind, np.array([gap if v is None else v for v in values], float), missing)
    if kind == TEXT:
        return Column(kind, np.array(["" if v is None else str(v) for v in values]), missing)
    filled = [EMPTY[kind] if value is None else value for value in values]
    return Column(kind, np.array(filled, dtype=DTYPES[kind]), missing)


def kind_of(values: Sequence[Any]) -> str:
    """What a column holds that has these values."""
    if any(isinstance(value, np.ndarray) for value in values):
        return STACK if len({np.shape(value) for value in values}) == 1 else LINES
    if any(isinstance(value, str) for value in values):
        return TEXT
    if values and all(isinstance(value, bool) for value in values):
        return BOOL
    whole = all(isinstance(v, int) and -LARGEST_INT <= v < LARGEST_INT for v in values)
    return INT if values and whole else FLOAT


class Part:
    """The bytes of a chunk, read as far as somebody asks; `where` names it in errors."""

    def __init__(self, content: bytes, where: str) -> None:
        self.where = where
        try:
            self._archive = np.load(io.BytesIO(content), allow_pickle=False)
            self.header = json.loads(self._archive[HEADER].tobytes())
        except (OSError, ValueError, LookupError, EOFError, zipfile.BadZipFile) as error:
            raise StorageError(f"{where} is no part of a sweep: {error}") from error

    @property
    def names(self) -> list[str]:
        """The columns that some row of this part has."""
        return list(self.header["columns"])

    @cached_property
    def status(self) -> np.ndarray:
        """How each row ended."""
        return self._archive["status"]

    @cached_property
    def message(self) -> np.ndarray:
        """What there is to say about each row."""
        return self._archive["message"]

    def column(self, name: str) -> Column | None:
        """The column of this name, if there is one."""
        told = self.header["columns"].get(name)
        if told is None:
            return None
        key = told["key"]
        values = self._archive[key]
        if told["kind"] == LINES:
            values = np.split(values, self._archive[f"{key}_offsets"][1:-1])
        mask = f"{key}_missing"
        there = mask in self._archive.files
        missing = self._archive[mask] if there else np.zeros(self.header["rows"], dtype=bool)
        return Column(told["kind"], values, missing, told["per"])

    def row(self, i: int) -> dict[str, Any]:
        """The cells of one row by name; what it lacks is left out."""
        found = {}
        for name in self.names:
            column = self.column(name)
            if column is not None and not column.missing[i]:
                value = column.values[i]
                if column.per > 1:
                    value = column.values[i * column.per : (i + 1) * column.per]
                found[name] = value.item() if isinstance(value, np.generic) else value
        return found

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """The further arrays whose names begin so, without that beginning."""
        start = f"x_{prefix}"
        keys = [key for key in self._archive.files if key.startswith(start)]
        return {key.removeprefix(start): self._archive[key] for key in keys}

    def whole(self, i: int):
        """The result of one row as the function returned it, or None where it isn't kept."""
        text = self.header.get("wholes", {}).get(str(i))
        return None if text is None else restored(text, self.arrays(f"w{i}_"), self.where)
