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
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import StorageError

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
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StorageError(f"{path} is not a TOML file: {error}") from error
    return Model.from_dict(fields)


def toml_of(model: "Model") -> str:
    """The model as TOML; reading it gives an equal model."""
    fields = {key: value for key, value in model.to_dict().items() if value not in (None, {}, "")}
    tables = {key: value for key, value in fields.items() if isinstance(value, dict)}
    lines = [f"{key} = {value_of(fields[key])}" for key in fields if key not in tables]
    for key, table in tables.items():
        inner = {k: v for k, v in table.items() if isinstance(v, dict)}
        lines += ["", f"[{key}]"]
        plain = {k: v for k, v in table.items() if v is not None and k not in inner}
        lines += [f"{quoted(k)} = {value_of(v)}" for k, v in plain.items()]
        for name, entries in inner.items():
            lines += ["", f"[{key}.{quoted(name)}]"]
            lines += [f"{quoted(k)} = {value_of(v)}" for k, v in entries.items()]
    return "\n".join(lines) + "\n"


def value_of(value: object) -> str:
    if isinstance(value, str):
        lines = value.split("\n")
        if len(lines) > 1 and "'''" not in value and all(line.isprintable() for line in lines):
            return f"'''\n{value}'''"
        return quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(value_of(v) for v in value) + "]"
    return repr(value)


def quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for surrogates and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
