"""Folders that hold code to be imported: the user's own, or none.

Whoever can write into a folder that Python imports from runs code as its owner. So such a folder is
created with mode 0700 and refused when somebody else owns it or may write to it; a temporary one,
removed when the process ends, takes its place, with one warning. Files are written under another
name and renamed, so that no process ever reads half of one.
"""

import atexit
import os
import shutil
import stat
import sys
import tempfile
import warnings
from pathlib import Path


def user_cache_folder() -> Path:
    """Where this system keeps what a program may rebuild; RHEOBASE_CACHE decides otherwise."""
    chosen = os.environ.get("RHEOBASE_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local or Path.home() / "AppData" / "Local") / "rheobase" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "rheobase"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "rheobase"


def objection(folder: Path) -> str | None:
    """Why code must not be imported from this folder, or None."""
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        return "it is not a folder"
    if hasattr(os, "geteuid"):
        if status.st_uid != os.geteuid():
            return f"it belongs to another user (number {status.st_uid})"
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return f"others may write to it (mode {stat.S_IMODE(status.st_mode):o}); chmod go-w it"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "it can't be written to"
    return None


def create(folder: Path) -> Path:
    """The folder, created with mode 0700 where it was missing; OSError when it can't be trusted."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    reason = objection(folder)
    if reason:
        raise PermissionError(reason)
    return folder


class PrivateFolder:
    """The cache's root: `path()` is always a folder that this user alone can write to."""

    def __init__(self) -> None:
        self._accepted: dict[Path, Path] = {}

    def path(self) -> Path:
        """The root that the environment asks for now, or a temporary one in its place."""
        wanted = self._wanted()
        accepted = self._accepted.get(wanted)
        if accepted is not None and accepted.is_dir():
            return accepted
        try:
            self._accepted[wanted] = create(wanted)
        except (OSError, ValueError) as error:
            self._accepted.pop(wanted, None)
            self.replace(error)
        return self._accepted[wanted]

    def replace(self, reason: Exception) -> Path:
        """A temporary folder from now on, removed at exit; where it is one already, give up."""
        wanted = self._wanted()
        if self._accepted.get(wanted, wanted) != wanted:
            raise reason
        temporary = Path(tempfile.mkdtemp(prefix="rheobase-"))
        atexit.register(remove_if_owner, temporary, os.getpid())
        self._accepted[wanted] = temporary
        warnings.warn(
            f"The cache folder {wanted} can't be used: {getattr(reason, 'strerror', '') or reason}."
            " Compiled code is kept in a temporary folder until this process ends. Set"
            " RHEOBASE_CACHE to a folder that only you can write to.",
            RuntimeWarning,
            stacklevel=2,
        )
        return temporary

    def is_temporary(self) -> bool:
        """Whether `path()` is a replacement."""
        return self.path() != self._wanted()

    @staticmethod
    def _wanted() -> Path:
        try:
            return user_cache_folder()
        except RuntimeError:  # no home
            return Path(os.devnull)


def remove_if_owner(folder: Path, process: int) -> None:
    """Remove a temporary folder, in the process that made it only (not in its forks)."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, content: bytes) -> None:
    """Make the file's content this, atomically; a file that is right already isn't touched."""
    if read(path) == content:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        if read(path) == content:  # Windows: another process wrote it and holds it open
            return
        raise


def read(path: Path) -> bytes | None:
    """The file's content, or None where there is none."""
    try:
        return path.read_bytes()
    except OSError:
        return None
