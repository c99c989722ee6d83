"""What was compiled once is not compiled again: the user's cache of generated and compiled code.

    <root>/rheobase_compiled_<tag>/   the kernels, copied, and the generated modules that use numba;
                                      numba's object code in its __pycache__
    <root>/rheobase_plain_<tag>/      generated modules of plain NumPy
    <root>/rheobase_texts_<tag>/      texts that took symbolic work to make, by a key

A tag is a hash of everything that the folder's contents depend on and that a file's name doesn't
say: versions of Python, numba, llvmlite and numpy, the processor, all kernel sources; for texts,
the sources that generate them. Another version therefore never sees the folder, and nothing is ever
updated in place. A module's name holds the hash of its text; a file whose content doesn't answer to
its name is written again. `private_folder` says where the root is and whom it trusts,
`disk_package` imports, `numba_files` guards what numba writes. Importing a plain module imports
neither numba nor llvmlite.
"""

import hashlib
import platform
import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache as memoised
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

from .disk_package import DiskPackage
from .errors import NotFound
from .private_folder import PrivateFolder, create, read, write

FORMAT = "1"
PREFIX = "rheobase_"
SOURCES = Path(__file__).with_name("kernels")

_root = PrivateFolder()
_lock = threading.RLock()
_packages: dict[str, DiskPackage] = {}


def root() -> Path:
    """The cache's folder: RHEOBASE_CACHE, or this system's place for caches, or a temporary one."""
    return _root.path()


def kernel(name: str) -> ModuleType:
    """The module `dynamics/kernels/<name>.py`, imported from its copy in the cache."""
    if name not in kernel_sources():
        raise NotFound(f"There is no kernel {name!r}. Kernels: {', '.join(kernel_sources())}.")
    with _lock:
        return _compiled_package().module(name)


def generated(kind: str, text: str, needs_numba: bool = True) -> ModuleType:
    """The module with this text, written and imported once.

    With `needs_numba` it stands beside the kernels (`from .elementary import exp`).
    """
    with _lock:
        stem, choose = _stem(kind, text), _compiled_package if needs_numba else _plain_package
        try:
            choose().add(stem, text.encode())
        except OSError as error:  # a full disk, a folder that went away
            _root.replace(error)
            choose().add(stem, text.encode())
        return choose().module(stem)


def generated_exists(kind: str, text: str, needs_numba: bool = True) -> bool:
    """Whether `generated` has nothing to make: the file is right, and its object code is there."""
    with _lock:
        package = _compiled_package() if needs_numba else _plain_package()
        path = package.folder / f"{_stem(kind, text)}.py"
        return read(path) == text.encode() and (not needs_numba or has_object_code(path))


def kernel_exists(name: str) -> bool:
    """Whether object code of this kernel stands in the cache, so that importing it is quick."""
    with _lock:
        return has_object_code(_compiled_package().folder / f"{name}.py")


def has_object_code(path: Path) -> bool:
    """Whether numba has saved a function of this file."""
    return any(path.parent.glob(f"__pycache__/{path.stem}.*.nbc"))


def stored_text(kind: str, key: str, generators: Iterable[Path | str] = ()) -> str | None:
    """The text stored under the key, or None; `generators` are the source files that make it."""
    with _lock:
        content = read(_text_path(kind, key, generators))
    digest, _, text = (content or b"").partition(b"\n")
    return text.decode() if digest.decode("latin-1") == _hash(text, 64) else None


def store_text(
    kind: str, key: str, maker: Callable[[], str], generators: Iterable[Path | str] = ()
) -> str:
    """The text stored under the key; where there is none, `maker()` makes it and it is stored."""
    generators = tuple(generators)
    text = stored_text(kind, key, generators)
    if text is None:
        text = maker()
        content = text.encode()
        with _lock, suppress(OSError):  # a full disk costs the cache, not the answer
            write(_text_path(kind, key, generators), _hash(content, 64).encode() + b"\n" + content)
    return text


def clear() -> None:
    """Remove what rheobase keeps in the cache, of every version; other files there stay."""
    with _lock:
        for entry in root().glob(f"{PREFIX}*"):
            shutil.rmtree(entry, ignore_errors=True)
        for package in _packages.values():
            package.forget()
        _packages.clear()


def report() -> dict:
    """Where the cache is, its size in bytes, how many modules, object files and texts it has."""
    files = [path for entry in root().glob(f"{PREFIX}*") for path in entry.rglob("*")]
    return {
        "path": str(root()),
        "temporary": _root.is_temporary(),
        "size": sum(path.stat().st_size for path in files if path.is_file()),
        "modules": sum(path.suffix == ".py" and path.stem != "__init__" for path in files),
        "object_files": sum(path.suffix == ".nbc" for path in files),
        "texts": sum(path.suffix == ".txt" for path in files),
    }


@memoised
def kernel_sources() -> dict[str, bytes]:
    """The kernels' sources by name, as they were when this process first asked."""
    return {path.stem: path.read_bytes() for path in sorted(SOURCES.glob("[!_.]*.py"))}


@memoised
def _compiled_tag() -> str:
    import llvmlite.binding

    facts = [f"{name} {_version(name)}" for name in ("numba", "llvmlite", "numpy")]
    facts += [llvmlite.binding.get_host_cpu_name(), *_interpreter()]
    facts += [f"{name} {_hash(content, 64)}" for name, content in kernel_sources().items()]
    return _hash("\n".join(facts).encode())


@memoised
def _generators_tag(paths: tuple[str, ...]) -> str:
    return _hash(
        "\n".join([*_interpreter(), *(_hash(Path(p).read_bytes()) for p in paths)]).encode()
    )


def _interpreter() -> list[str]:
    return [FORMAT, sys.implementation.name, platform.python_version(), platform.machine()]


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _hash(content: bytes, length: int = 20) -> str:
    return hashlib.sha256(content).hexdigest()[:length]


def _stem(kind: str, text: str) -> str:
    return f"{kind}_{_hash(text.encode())}"


def _text_path(kind: str, key: str, generators: Iterable[Path | str]) -> Path:
    folder = _folder(f"{PREFIX}texts_{_generators_tag(tuple(map(str, generators)))}")
    return folder / f"{kind}_{_hash(key.encode(), 40)}.txt"


def _folder(name: str) -> Path:
    """The folder of this name in the root; in a temporary root where it can't be trusted."""
    try:
        return create(root() / name)
    except OSError as error:
        return create(_root.replace(error) / name)


def _compiled_package() -> DiskPackage:
    """The package of kernels and of generated modules that use them."""
    return _package(f"{PREFIX}compiled_{_compiled_tag()}", kernel_sources(), numba=True)


def _plain_package() -> DiskPackage:
    return _package(
        f"{PREFIX}plain_{_hash(chr(10).join(_interpreter()).encode())}", {}, numba=False
    )


def _package(name: str, sources: dict[str, bytes], numba: bool) -> DiskPackage:
    """The package of this name in the present root, its sources in place."""
    known = _packages.get(name)
    if known is not None and known.folder.parent == root() and known.folder.is_dir():
        return known
    if known is not None:
        known.forget()
    try:
        _packages[name] = DiskPackage(_folder(name), sources, numba)
    except OSError as error:
        _root.replace(error)
        _packages[name] = DiskPackage(_folder(name), sources, numba)
    return _packages[name]
