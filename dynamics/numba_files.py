"""numba's cache files with a checksum, so that a damaged one is recompiled and never loaded.

numba unpickles its index (.nbi) and data (.nbc) files as they are: a damaged index is an exception
in the middle of a user's call, damaged machine code a crash. Here each file ends with the SHA-256
of what precedes it and is checked before anything in it is read. numba also numbers its data files,
so two processes that compile two signatures of one function at once can write the same name; here
the name comes from a hash of the signature. Both concern rheobase's own folders only: elsewhere
numba's files stay as numba makes them.
"""

import hashlib
import io
import os
from contextlib import contextmanager, suppress

DIGEST_SIZE = hashlib.sha256().digest_size


@contextmanager
def checksummed(package: str):
    """Functions decorated inside this block keep their object code in checked files.

    `package` occurs in the path of each cache folder meant. numba builds the object that reads and
    writes the files when a function is decorated, so the exchange lasts for an import only.
    """
    from numba.core import caching

    plain = getattr(caching, "IndexDataCacheFile", None)
    if plain is None:  # a numba that arranges its files otherwise
        yield
        return

    def choose(cache_path, filename_base, source_stamp):
        kind = checked_file_class(plain) if package in str(cache_path) else plain
        return kind(cache_path=cache_path, filename_base=filename_base, source_stamp=source_stamp)

    caching.IndexDataCacheFile = choose
    try:
        yield
    finally:
        caching.IndexDataCacheFile = plain


def checked_file_class(plain):
    """numba's class of index and data files, with checksums and names by signature."""

    class CheckedFiles(plain):
        def _load_index(self):
            return super()._load_index() if intact(self._index_path) else {}

        def _load_data(self, name):
            if not intact(self._data_path(name)):
                raise FileNotFoundError(name)  # what numba takes as "not there"
            return super()._load_data(name)

        def save(self, key, data):
            overloads = self._load_index()
            signature = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
            overloads[key] = name = self._index_name.removesuffix(".nbi") + f".{signature}.nbc"
            with suppress(OSError):  # a full disk costs the cache, not the answer
                self._save_data(name, data)
                self._save_index(overloads)

        @contextmanager
        def _open_for_write(self, filepath):
            buffer = io.BytesIO()
            yield buffer
            content = buffer.getvalue()
            with super()._open_for_write(filepath) as file:
                file.write(content + hashlib.sha256(content).digest())

    return CheckedFiles


def intact(path) -> bool:
    """Whether the file is there and ends with its checksum; a damaged one is deleted."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    body, digest = content[:-DIGEST_SIZE], content[-DIGEST_SIZE:]
    if body and hashlib.sha256(body).digest() == digest:
        return True
    with suppress(OSError):
        os.unlink(path)
    return False
