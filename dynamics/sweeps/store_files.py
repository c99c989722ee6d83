"""The files of a store: how they are called, read and brought to the disk."""

import hashlib
import json
import os
import re
from pathlib import Path

import numpy as np

from ..errors import StorageError
from .question import FORMAT
from .table import Table

MANIFEST, SAMPLES = "sweep.json", "samples.npz"
PART = re.compile(r"part-(\d{6,})-([0-9a-f]{16})\.npz")
UNFINISHED = ".unfinished-"


def manifest_of(path: Path) -> dict | None:
    """The question in a store, or None where there is none."""
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StorageError(f"{path / MANIFEST} can't be read: {error}") from error
    form = manifest.get("format") if isinstance(manifest, dict) else None
    if form != FORMAT:
        raise StorageError(f"{path / MANIFEST} has the format {form!r}; this is {FORMAT!r}")
    return manifest


def table_in(path: Path, manifest: dict) -> Table:
    """The points of a store."""
    names = tuple(manifest["names"])
    if manifest["grid"] is not None:
        table = Table(names, tuple(np.array(manifest["grid"][n], float) for n in names), True)
    else:
        try:
            with np.load(path / SAMPLES, allow_pickle=False) as content:
                columns = tuple(content[f"arr_{i}"] for i in range(len(names)))
                table = Table(names, columns, False)
        except (OSError, ValueError, LookupError) as error:
            raise StorageError(f"{path / SAMPLES} can't be read: {error}") from error
    if table.digest != manifest["table"]:
        raise StorageError(f"the points in {path} are damaged: compute the sweep in a new folder")
    return table


def parts_of(path: Path) -> dict[int, Path]:
    """The parts in a folder by number; of two with one number, the newer."""
    try:
        found = [p for p in path.iterdir() if PART.fullmatch(p.name)]
        found.sort(key=lambda p: p.stat().st_mtime_ns)
    except OSError as error:
        raise StorageError(f"the store {path} can't be read: {error.strerror}") from error
    return {int(p.name.split("-")[1]): p for p in found}


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path} is of no use and can't be removed: {error.strerror}. Remove it, and run the "
            "same sweep with resume=True"
        ) from error


def ours(name: str) -> bool:
    """Whether a run that was killed before it wrote the question down may have left this file."""
    return name == SAMPLES or name.startswith(UNFINISHED)


def digest(content: bytes) -> str:
    """The part of a file's name that its bytes decide."""
    return hashlib.sha256(content).hexdigest()[:16]


def bring_to_disk(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
