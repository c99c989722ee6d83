"""Models as TOML files: text that people read, edit and keep under version control.

name = "decay"
text = '''
x' = -k*x
'''
[parameters]
k = 2.0
[start]
x = 1.0
"""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import InvalidArgument, StorageError, UnknownName, did_you_mean

if TYPE_CHECKING:
    from .model import Model

LARGEST = 4_000_000


def read_model(path: str | Path) -> "Model":
    """The model in a .toml file, as `save` writes it."""
    from .model import Model

    path = Path(path)
    try:
        if path.stat().st_size > LARGEST:
            raise StorageError(f"{path} is larger than {LARGEST} bytes: not a model")
        fields = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise StorageError(f"there is no file {path}") from None
    except StorageError:
        raise
    except OSError as error:
        raise StorageError(f"{path} can't be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise StorageError(f"{path} is not a TOML file: {error}") from error
    check_shapes(path, fields)
    try:
        return Model.from_dict(fields)
    except (InvalidArgument, UnknownName) as error:
        raise StorageError(f"{path} is not a model: {error}") from error


def check_shapes(path: Path, fields: dict) -> None:
    """Every field has the type that a Model needs: a file may hold anything."""
    for name, value in fields.items():
        if name not in SHAPES:
            raise StorageError(f"{path} is not a model: it has no {name!r}.{guess(name)}")
        shape, what = SHAPES[name]
        if not shape(value):
            raise StorageError(f"{path} is not a model: {name} must be {what}, not {value!r}")


def guess(name: str) -> str:
    return did_you_mean(name, SHAPES)


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return isinstance(value, float) or abs(value) < 2**1023


def table_of(shape: Callable) -> Callable:
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def one_of(*shapes: Callable) -> Callable:
    return lambda value: any(shape(value) for shape in shapes)


def is_pair(value: object) -> bool:
    """A name with a number, or with the two ends of a range."""
    if not (isinstance(value, list) and len(value) == 2 and is_text(value[0])):
        return False
    return is_number(value[1]) or (isinstance(value[1], list) and all(map(is_number, value[1])))


def is_noise(value: object) -> bool:
    term = one_of(is_text, table_of(is_text))
    return table_of(one_of(is_text, table_of(term)))(value)


def is_reset(value: object) -> bool:
    """The fields of a Reset; `hold` and `refractory` may be left out."""
    if not isinstance(value, dict) or not is_text(value.get("condition")):
        return False
    if value.keys() - {"condition", "assignments", "refractory", "hold"}:
        return False
    assigned = table_of(lambda v: is_text(v) or is_number(v))(value.get("assignments"))
    pause = value.get("refractory", "0")
    held = value.setdefault("hold", [])
    whole = isinstance(held, list) and all(map(is_text, held))
    return assigned and whole and (is_text(pause) or is_number(pause))


TEXT, NUMBERS, TEXTS = (
    (is_text, "text"),
    (table_of(is_number), "a table of numbers"),
    (table_of(is_text), "a table of texts"),
)
SHAPES = dict(
    name=TEXT,
    text=TEXT,
    kind=TEXT,
    reference=TEXT,
    time_unit=TEXT,
    parameters=NUMBERS,
    start=NUMBERS,
    units=TEXTS,
    meanings=TEXTS,
    natural=(is_pair, 'a parameter and its range, ["I", [0, 100]]'),
    spike=(is_pair, 'a variable and a level, ["V", 0.0]'),
    noise=(is_noise, "a table of amplitudes"),
    reset=(is_reset, "a table with condition and assignments, as texts"),
    options=(table_of(lambda v: is_text(v) or is_number(v)), "a table of numbers and texts"),
)


def toml_of(model: "Model") -> str:
    """The model as TOML; reading it gives an equal model."""
    fields = {
        key: value
        for key, value in model.to_dict().items()
        if key == "name" or value not in (None, {}, "")
    }
    tables = {key: value for key, value in fields.items() if isinstance(value, dict)}
    lines = [f"{key} = {value_of(fields[key])}" for key in fields if key not in tables]
    for key, table in tables.items():
        lines += table_lines(key, table)
    return "\n".join(lines) + "\n"


def table_lines(key: str, table: dict) -> list[str]:
    """A table and those in it."""
    inner = {k: v for k, v in table.items() if isinstance(v, dict)}
    lines = ["", f"[{key}]"]
    plain = {k: v for k, v in table.items() if v is not None and k not in inner}
    lines += [f"{quoted(k)} = {value_of(v)}" for k, v in plain.items()]
    for name, entries in inner.items():
        lines += table_lines(f"{key}.{quoted(name)}", entries)
    return lines


def value_of(value: object) -> str:
    if isinstance(value, str):
        lines = value.split("\n")
        if len(lines) > 1 and "'''" not in value and all(line.isprintable() for line in lines):
            return f"'''\n{value}'''"
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(value_of(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(float(value) if isinstance(value, float) else value)


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for surrogates and DEL."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise StorageError(f"half of a surrogate pair can't be written: {text!r}")
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
