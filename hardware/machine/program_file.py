"""A program as fields and arrays for a file, and back: bit for bit the same program."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from ...dynamics.errors import StorageError
from ..qformat import QFormat
from .program import Operation, Program
from .tables import Table

PLAIN = ("name", "scheme", "step", "spike")
LISTS = ("states", "fractions", "inputs", "outputs", "start")
FACTS = tuple(field.name for field in fields(Table) if field.name != "coefficients")


def program_to_storage(program: Program) -> tuple[dict, dict[str, np.ndarray]]:
    """JSON types, and an array for each table."""
    if program.feeds:
        raise StorageError(
            f"{program.name} is fed values in every step ({program.feeds[0].text}, ...), which no "
            "file holds; save the model, or the run"
        )
    stored: dict[str, Any] = {name: getattr(program, name) for name in PLAIN}
    stored |= {name: list(getattr(program, name)) for name in LISTS}
    stored["word"] = asdict(program.word)
    stored["constants"] = [
        [register, int(n), float(program.values[register])]
        for register, n in program.constants.items()
    ]
    stored["operations"] = [asdict(operation) for operation in program.operations]
    stored["tables"] = [{name: plain(getattr(t, name)) for name in FACTS} for t in program.tables]
    return stored, {f"table {i}": t.coefficients for i, t in enumerate(program.tables)}


def program_from_storage(stored: Mapping, arrays: Mapping[str, np.ndarray]) -> Program:
    """The program of such fields and arrays."""
    constants = stored["constants"]
    known: dict[str, Any] = {name: stored[name] for name in PLAIN}
    known |= {name: tuple(stored[name]) for name in LISTS}
    return Program(
        **known,
        word=QFormat(**stored["word"]),
        constants={register: n for register, n, _ in constants},
        values={register: value for register, _, value in constants},
        operations=tuple(
            Operation(**{**entry, "args": tuple(entry["args"])}) for entry in stored["operations"]
        ),
        tables=tuple(
            Table(**facts, coefficients=np.asarray(arrays[f"table {i}"], dtype=np.int64))
            for i, facts in enumerate(stored["tables"])
        ),
    )


def plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
