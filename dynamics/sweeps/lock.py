"""One run at a time on a store: a lock of the operating system, which dies with its process."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..errors import StorageError

NAME = "lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a store; refused while another run holds it, with its process and host.

    A run that was killed holds nothing: the file that it leaves is only a name.
    """
    path = folder / NAME
    try:
        file = path.open("a+")
    except OSError as error:
        raise StorageError(f"the store {folder} can't be written: {error.strerror}") from error
    with file:
        if not seized(file):
            file.seek(0)
            raise StorageError(
                f"the store {folder} is in use by {holder(file.read())}; wait for that run, or "
                "choose another folder"
            )
        try:
            with suppress(OSError):  # a full disk: the lock holds without its holder's name
                file.truncate(0)
                ours = {"process": os.getpid(), "host": socket.gethostname()}
                os.write(file.fileno(), json.dumps(ours).encode())
            yield
        finally:
            with suppress(OSError):
                file.truncate(0)


def seized(file: IO) -> bool:
    """Whether the lock is ours now; it is released when the file is closed."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(2**30)  # beyond the text, which others may then read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        raise StorageError(
            f"{file.name} can't be locked ({error.strerror}): put the store on a file system that "
            "has locks"
        ) from error
    return True


def holder(text: str) -> str:
    """Who holds a lock, by what stands in its file."""
    try:
        told = json.loads(text)
        return f"process {int(told['process'])} on {str(told['host'])[:60]}"
    except (ValueError, TypeError, KeyError):
        return "another process"
