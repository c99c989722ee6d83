"""Writing results: text or JSON on stdout, figures and tables into files.

A file is written under a temporary name beside its goal and renamed when it is complete.
"""

import argparse
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from ..dynamics.errors import InvalidArgument, StorageError

FIGURES = (".pdf", ".svg", ".png")
PNG_DOTS_PER_INCH = 200


def present(
    arguments: argparse.Namespace,
    *,
    text: Callable[[], str],
    data: Callable[[], Any],
    figure: Callable[[], Any] | None = None,
    table: Callable[[], Any] | None = None,
    dataset: Callable[[], Any] | None = None,
) -> None:
    """Print `text()` or, with --json, `data()`; write every -o FILE from the source it needs.

    `figure` gives matplotlib Axes, `table` a pandas DataFrame, `dataset` an xarray Dataset.
    """
    print(as_json(data()) if arguments.json else text())
    for path in arguments.output:
        ending = path.suffix.lower()
        if ending in FIGURES and figure:
            write = partial(_draw, figure, form=ending[1:])
        elif ending == ".csv" and table:
            write = partial(_tabulate, table)
        elif ending == ".nc" and dataset:
            write = partial(_store, dataset)
        else:
            raise InvalidArgument(f"this result can't be written as {ending} (to {str(path)!r})")
        replace_file(path, write)
        if not arguments.json:
            print(f"wrote {path}")


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write(goal)` fill a temporary file in the folder of `path`, then give it that name."""
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
        os.close(handle)
    except OSError as error:
        raise StorageError(f"can't write {str(path)!r}: {error.strerror}") from error
    goal = Path(name)
    try:
        write(goal)
        goal.chmod(0o666 & ~_umask())
        goal.replace(path)
    except OSError as error:
        raise StorageError(f"can't write {str(path)!r}: {error.strerror or error}") from error
    finally:
        goal.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _draw(figure: Callable[[], Any], goal: Path, *, form: str) -> None:
    figure().figure.savefig(goal, format=form, dpi=PNG_DOTS_PER_INCH, bbox_inches="tight")


def _tabulate(table: Callable[[], Any], goal: Path) -> None:
    frame = table()
    frame.to_csv(goal, index=frame.index.name is not None)


def _store(dataset: Callable[[], Any], goal: Path) -> None:
    dataset().to_netcdf(goal, engine="scipy")


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
