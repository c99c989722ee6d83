"""Writing results: text or JSON on stdout, figures and tables into files that appear complete."""

import argparse
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dynamics.errors import InvalidArgument

if TYPE_CHECKING:
    from ..dynamics.storage import Storable

FIGURES, STORED = (".pdf", ".svg", ".png"), (".npz", ".nc")


def present(
    arguments: argparse.Namespace,
    *,
    text: Callable[[], str],
    data: Callable[[], Any],
    figure: Callable[[], Any] | None = None,
    table: Callable[[], Any] | None = None,
    dataset: Callable[[], Any] | None = None,
    rows: Callable[[], Iterable[Sequence[Any]]] | None = None,
    result: "Storable | None" = None,
) -> None:
    """Print `text()` or, with --json, `data()`; write every -o FILE from the source it needs.

    `figure` gives matplotlib Axes, `table` a pandas DataFrame or `rows` the lines of a table, the
    heading first; `dataset` an xarray Dataset; a `result` is saved as `rb.load` reads it (in a
    `.nc` file beside the dataset).
    """
    from ..dynamics.storage import save, written

    write: Callable[[Path], object]
    print(as_json(data()) if arguments.json else text())
    for path in arguments.output:
        ending = path.suffix.lower()
        if ending in FIGURES and figure:
            write = partial(_draw, figure, form=ending[1:])
        elif ending == ".csv" and table:
            write = partial(_tabulate, table)
        elif ending == ".csv" and rows:
            write = partial(_list, rows)
        elif ending == ".nc" and dataset:
            write = partial(_store, dataset, result)
        elif ending in STORED and result is not None:
            write = partial(save, result)
        else:
            raise InvalidArgument(f"this result can't be written as {ending} (to {str(path)!r})")
        written(path, write)
        if not arguments.json:
            print(f"wrote {path}")


def _draw(figure: Callable[[], Any], goal: Path, *, form: str) -> None:
    figure().figure.savefig(goal, format=form)


def _tabulate(table: Callable[[], Any], goal: Path) -> None:
    frame = table()
    frame.to_csv(goal, index=frame.index.name is not None)


def _list(rows: Callable[[], Iterable[Sequence[Any]]], goal: Path) -> None:
    import csv

    with goal.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows())


def _store(dataset: Callable[[], Any], result: "Storable | None", goal: Path) -> None:
    from ..dynamics.storage import described, write_netcdf

    if result is None:
        dataset().to_netcdf(goal, engine="scipy")
    else:
        write_netcdf(goal, *described(result), dataset())


def as_json(value: Any) -> str:
    """JSON text: complex numbers as [re, im], NaN and infinities as null.

    >>> print(as_json({"a": [1.0, float("nan")], "b": 1 + 2j}))
    {
      "a": [
        1.0,
        null
      ],
      "b": [
        1.0,
        2.0
      ]
    }
    """
    return json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    if isinstance(value, complex):
        return [_plain(value.real), _plain(value.imag)]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def columns(rows: Sequence[tuple[str, ...]], *, indent: str = "") -> str:
    """Rows of words as a table with aligned columns.

    >>> print(columns([("a", "1"), ("bcd", "22")]))
    a    1
    bcd  22
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(f"{indent}{line}".rstrip() for line in lines)
