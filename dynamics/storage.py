"""Files: models and results, saved whole or not at all, loaded without pickle.

A storable type has `to_storage() -> (fields, arrays)`, JSON types and NumPy arrays by name, and a
class method `from_storage(fields, arrays)`. It registers itself here by name, and a file says in
which module of this package, so that loading needs to know no other room. `.npz` holds the arrays
and a JSON header; `.nc` the same as netCDF; models may also be `.toml` (see `model_file`).
"""

import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from .errors import InvalidArgument, StorageError, UnknownName

if TYPE_CHECKING:
    import xarray

    from .model import Model

FORMAT = "rheobase 1"
HEADER = "rheobase_header"
PACKAGE = __name__.rpartition(".dynamics.")[0]
HOME = re.compile(r"(dynamics|analysis|hardware)(\.[a-z][a-z0-9_]*)+")
ENDINGS = (".npz", ".nc", ".toml")
READ_ERRORS = (
    *(OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, zipfile.BadZipFile),
)


class Storable(Protocol):
    """What can be saved."""

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]: ...


Type = TypeVar("Type", bound=type)
_types: dict[str, type] = {}


def storable(cls: Type) -> Type:
    """Class decorator: `load` finds the class by its name."""
    _types[cls.__name__] = cls
    return cls


def save(result: "Storable | Model", path: str | Path) -> Path:
    """Write a model or a result to a file; its ending (.npz, .nc; .toml for models) says how.

    The file appears under its name only when it is complete. Returns the path.

    >>> import rheobase as rb, tempfile
    >>> model = rb.Model("decay", "x' = -k*x", parameters=dict(k=2), start=dict(x=1))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rb.load(rb.save(model, folder + "/decay.npz")) == model
    True
    """
    from .model import Model

    if not isinstance(path, str | Path):
        raise InvalidArgument(f"save(result, path) takes a file's name last, not {path!r}")
    path = Path(path)
    if path.suffix == ".toml":
        if not isinstance(result, Model):
            raise InvalidArgument(f"a .toml file holds a model, not a {type(result).__name__}")
        from .model_file import toml_of

        return written(path, lambda temporary: temporary.write_text(toml_of(result), "utf-8"))
    if path.suffix not in ENDINGS:
        raise InvalidArgument(f"{path.name!r}: the ending must be one of {', '.join(ENDINGS)}")
    text, arrays = described(result)
    write = write_npz if path.suffix == ".npz" else write_netcdf
    return written(path, lambda temporary: write(temporary, text, arrays))


def described(result: "Storable | Model") -> tuple[str, dict[str, np.ndarray]]:
    """A result as what a file holds: the header, JSON text, and its arrays."""
    if not hasattr(result, "to_storage"):
        raise InvalidArgument(f"a {type(result).__name__} can't be saved")
    fields, arrays = result.to_storage()
    kind = type(result)
    home = kind.__module__.removeprefix(f"{PACKAGE}.")
    header = {"format": FORMAT, "type": kind.__name__, "home": home, "fields": fields}
    return json.dumps(header, allow_nan=True), arrays


def load(path: str | Path):
    """Read what `save` wrote: a model or a result of the same type."""
    path = Path(path)
    if path.suffix == ".toml":
        from .model_file import read_model

        return read_model(path)
    if path.suffix not in ENDINGS:
        raise InvalidArgument(f"{path.name!r}: the ending must be one of {', '.join(ENDINGS)}")
    try:
        text, arrays = (read_npz if path.suffix == ".npz" else read_netcdf)(path)
    except FileNotFoundError:
        raise StorageError(f"there is no file {path}") from None
    except READ_ERRORS as error:
        raise StorageError(f"{path} is not a file that rheobase saved: {error}") from error
    return restored(text, arrays, str(path))


def restored(text: str, arrays: dict[str, np.ndarray], path: str):
    """The result that `described` took apart; `path` says in errors where it was."""
    from .model import Model

    try:
        header = json.loads(text)
        kind, fields, form = header["type"], header["fields"], header["format"]
    except READ_ERRORS as error:
        raise StorageError(f"{path} is not a file that rheobase saved: {error}") from error
    if form != FORMAT:
        raise StorageError(f"{path} has the format {form!r}; this is {FORMAT!r}")
    known: dict[str, Any] = {"Model": Model, **registered(header.get("home"))}
    if kind not in known:
        raise UnknownName(kind, f"a type of result that can be loaded ({path})", known)
    try:
        return known[kind].from_storage(fields, arrays)
    except (KeyError, TypeError, IndexError) as error:
        raise StorageError(f"{path} lacks a part of its {kind}: {error}") from error


def registered(home: object = None) -> dict[str, type]:
    """The types that can be loaded; `home` is the module of this package that registers one."""
    from . import trajectory  # noqa: F401  (registers Trajectory)

    if isinstance(home, str) and HOME.fullmatch(home):
        with suppress(ImportError):
            import_module(f"{PACKAGE}.{home}")
    return _types


def written(path: Path, write: Callable[[Path], object]) -> Path:
    """Write to a temporary name in the same folder, then rename."""
    try:
        handle, name = tempfile.mkstemp(suffix=path.suffix, prefix=".saving-", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise StorageError(f"{path} can't be written: {error}") from error
    temporary = Path(name)
    try:
        write(temporary)
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        os.replace(temporary, path)
    except OSError as error:
        raise StorageError(f"{path} can't be written: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def write_npz(path: Path, header: str, arrays: dict[str, np.ndarray]) -> None:
    content = {HEADER: np.frombuffer(header.encode(), dtype=np.uint8), **arrays}
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **content)


def read_npz(path: Path) -> tuple[str, dict[str, np.ndarray]]:
    with np.load(path, allow_pickle=False) as content:
        arrays = {name: content[name] for name in content.files if name != HEADER}
        return content[HEADER].tobytes().decode(), arrays


def write_netcdf(
    path: Path, header: str, arrays: dict[str, np.ndarray], table: "xarray.Dataset | None" = None
) -> None:
    """The header and the arrays; a table for other programs may stand beside them, by its names."""
    import xarray

    variables, kinds, prefix = {}, {}, "" if table is None else "saved_"
    for name, array in arrays.items():
        kinds[name] = [str(array.dtype), list(array.shape)]
        if array.size:  # netCDF-3 has no empty dimensions, no truth values, no complex numbers
            stored = array.astype(np.int8) if array.dtype == bool else array
            if np.iscomplexobj(array):
                stored = np.stack([array.real, array.imag], axis=-1)
            own = f"{prefix}{name}"
            variables[own] = (tuple(f"{own}_{i}" for i in range(stored.ndim)), stored)
    attributes = {HEADER: header, "kinds": json.dumps(kinds)}
    attributes |= {"prefix": prefix} if prefix else {}
    whole = (xarray.Dataset() if table is None else table).assign(variables)
    whole.assign_attrs(attributes).to_netcdf(path, engine="scipy")


def read_netcdf(path: Path) -> tuple[str, dict[str, np.ndarray]]:
    from scipy.io import netcdf_file

    with netcdf_file(path, mmap=False) as content:
        if not hasattr(content, HEADER):
            raise ValueError(
                "it is a table that `xarray.open_dataset` reads, without the result that it is of"
            )
        kinds, prefix = json.loads(content.kinds), getattr(content, "prefix", b"").decode()
        arrays = {}
        for name, (kind, shape) in kinds.items():
            there = f"{prefix}{name}" in content.variables
            stored = np.asarray(content.variables[f"{prefix}{name}"][:] if there else ())
            if there and kind.startswith("complex"):
                stored = stored[..., 0] + 1j * stored[..., 1]
            arrays[name] = np.array(stored, dtype=np.dtype(kind)).reshape(shape)
        return getattr(content, HEADER).decode(), arrays
