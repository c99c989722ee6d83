"""Where the parts of a sweep are kept: a folder that survives anything, or the memory.

    DIR/sweep.json                    the question (see question.Question.manifest)
    DIR/samples.npz                   the points, where they are no grid
    DIR/part-000012-<digest>.npz      the rows of a chunk; the digest is that of its bytes
    DIR/lock                          held while a run works here

A file is written under another name, brought to the disk and renamed: a part is there as a whole
or not at all, and one whose bytes don't answer to its name is computed again.
"""

import io
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np

from ..errors import InvalidArgument, StorageError
from .lock import NAME as LOCK
from .outcome import FAULT
from .part import Part
from .question import differences
from .store_files import (
    MANIFEST,
    SAMPLES,
    UNFINISHED,
    bring_to_disk,
    digest,
    manifest_of,
    ours,
    parts_of,
    remove,
)
from .table import Table


class Store(Protocol):
    """Parts by their number."""

    name: str

    def indices(self) -> list[int]: ...

    def read(self, index: int) -> bytes: ...

    def put(self, index: int, content: bytes) -> None: ...


class Memory:
    """A store that ends with the process."""

    name = "memory"

    def __init__(self) -> None:
        self._parts: dict[int, bytes] = {}

    def indices(self) -> list[int]:
        return sorted(self._parts)

    def read(self, index: int) -> bytes:
        return self._parts[index]

    def put(self, index: int, content: bytes) -> None:
        self._parts[index] = content


class Folder:
    """A store on a disk; `manifest` is what stands in it, None in an empty one."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path.absolute(), str(path)
        self.manifest = manifest_of(self.path)
        self._parts = parts_of(self.path)

    def indices(self) -> list[int]:
        return sorted(self._parts)

    def read(self, index: int) -> bytes:
        """The bytes of a part, if they are those that were written."""
        path = self._parts[index]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StorageError(f"{path} can't be read: {error.strerror}") from error
        if digest(content) not in path.name:
            raise StorageError(
                f"{path} is damaged: run the same sweep with resume=True to compute it again"
            )
        return content

    def put(self, index: int, content: bytes) -> None:
        """Write a part; it replaces one of the same number."""
        path = self.path / f"part-{index:06}-{digest(content)}.npz"
        self._write(path, content)
        former = self._parts.get(index, path)
        if former != path:
            remove(former)
        self._parts[index] = path

    def begin(self, manifest: dict, table: Table) -> None:
        """Write down the question."""
        if not table.grid:
            buffer = io.BytesIO()
            np.savez_compressed(buffer, *table.arrays)
            self._write(self.path / SAMPLES, buffer.getvalue())
        self._write(self.path / MANIFEST, json.dumps(manifest, indent=1).encode())
        self.manifest = manifest

    def mend(self, known: Callable[[int], bool]) -> None:
        """Remove what a killed run left unfinished, damaged parts, and parts with rows that ended
        in an error of the program: they are to be computed (again)."""
        for left in self.path.glob(f"{UNFINISHED}*"):
            remove(left)
        for index, path in list(self._parts.items()):
            try:
                sound = known(index) and FAULT not in Part(self.read(index), str(path)).status
            except StorageError:
                sound = False
            if not sound:
                remove(path)
                del self._parts[index]

    def discard(self) -> None:
        """Forget the question, where nothing has been computed yet."""
        if not self._parts:
            for name in (MANIFEST, SAMPLES):
                remove(self.path / name)

    def _write(self, path: Path, content: bytes) -> None:
        temporary = ""
        try:
            handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=self.path)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            bring_to_disk(self.path)
        except OSError as error:
            raise StorageError(
                f"{path} can't be written: {error.strerror or error}. What the store holds is "
                "whole: make room and run the same sweep with resume=True"
            ) from error
        finally:
            if temporary:
                with suppress(OSError):
                    os.unlink(temporary)


def folder_for(path: Path, manifest: dict, defaults: dict, resume: bool) -> Folder:
    """The store in a folder, ready for a question: empty, or with parts of this very question."""
    folder = Folder(path)
    if folder.manifest is None:
        strangers = [p.name for p in path.iterdir() if p.name != LOCK and not ours(p.name)]
        if strangers:
            raise InvalidArgument(
                f"the folder {path} is no store of a sweep and not empty ({strangers[0]} ...): "
                "choose another"
            )
        return folder
    if not resume:
        raise InvalidArgument(
            f"the store {path} holds a sweep already ({len(folder.indices())} parts): give "
            "resume=True (--resume) to go on with it, or choose another folder"
        )
    differing = differences(folder.manifest, manifest, defaults)
    if differing:
        raise InvalidArgument(
            f"the store {path} holds another sweep; it differs in\n  " + "\n  ".join(differing)
        )
    return folder
