"""A folder of sources that rheobase wrote, imported as a package.

The package's name is the folder's, whatever the path: numba's object code remembers the names of
the modules it came from, so a cache that was moved stays valid. Nothing is added to `sys.path`.
"""

import importlib
import importlib.util
import sys
from contextlib import nullcontext
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from .numba_files import checksummed
from .private_folder import read, write

DAMAGED = (EOFError, ValueError, TypeError, SyntaxError, ImportError)  # what bad bytecode raises


class DiskPackage:
    """A package of fixed `sources` (name -> content) in a folder, to which modules can be added."""

    def __init__(self, folder: Path, sources: dict[str, bytes], numba: bool) -> None:
        self.folder, self.name, self.numba = folder, folder.name, numba
        self._modules: dict[str, ModuleType] = {}
        for stem, content in {"__init__": b"", **sources}.items():
            place(folder / f"{stem}.py", content)
        self.forget()
        importlib.invalidate_caches()  # Python may have listed the folder before these files came
        init = folder / "__init__.py"
        load(spec_of(self.name, init, [str(folder)]))

    def add(self, stem: str, content: bytes) -> None:
        """Write a module's source, unless it was imported or is there already."""
        if stem not in self._modules:
            place(self.folder / f"{stem}.py", content)

    def module(self, stem: str) -> ModuleType:
        """Import a module once.

        Damaged bytecode, of this module or of one that it imports, is removed and made again.
        """
        if stem in self._modules:
            return self._modules[stem]
        path = self.folder / f"{stem}.py"
        with checksummed(self.name) if self.numba else nullcontext():
            try:
                module = load(spec_of(f"{self.name}.{stem}", path))
            except DAMAGED:
                for source in self.folder.glob("*.py"):
                    bytecode(source).unlink(missing_ok=True)
                module = load(spec_of(f"{self.name}.{stem}", path))
        self._modules[stem] = module
        return module

    def forget(self) -> None:
        """Let the next import of each module read the disk again; modules in use live on."""
        self._modules.clear()
        for name in [n for n in sys.modules if n == self.name or n.startswith(f"{self.name}.")]:
            del sys.modules[name]


def place(path: Path, content: bytes) -> None:
    """Write a source where its content is wrong, and drop the bytecode of the wrong one."""
    if read(path) != content:
        write(path, content)
        bytecode(path).unlink(missing_ok=True)


def bytecode(source: Path) -> Path:
    """The file in which Python keeps the bytecode of a source."""
    return Path(importlib.util.cache_from_source(str(source)))


def spec_of(name: str, path: Path, package: list[str] | None = None) -> ModuleSpec:
    """How to import a file under a name; a package says where its modules are."""
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=package)
    assert spec is not None, "this is a bug: the cache holds a file that isn't Python"
    return spec


def load(spec: ModuleSpec) -> ModuleType:
    """Import by a spec, unless another module of the package has done so."""
    if spec.name in sys.modules:
        return sys.modules[spec.name]
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        assert spec.loader is not None  # it has one: it was made from a file
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(spec.name, None)
        raise
    return module
