"""The loops of `hardware/kernels`, compiled once and kept in the user's cache.

A kernel's text becomes a generated module of the cache, named after its hash. What it imports from
its own folder is loaded in the same way and the import is written as the name of that module: the
hash of a kernel covers the kernels that it uses.
"""

import re
from functools import cache
from pathlib import Path
from types import ModuleType

from ..dynamics import cache as compiled

FOLDER = Path(__file__).with_name("kernels")
SIBLING = re.compile(r"^from \.(\w+) import", re.MULTILINE)


@cache
def kernel(name: str, **instead: str) -> ModuleType:
    """The module `kernels/<name>.py`; `instead` exchanges kernels that it imports for others.

    `kernel("izhikevich", multiply="stochastic")` compiles its program with another product.
    """
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")

    def module_name(found: re.Match) -> str:
        sibling = kernel(instead.get(found[1], found[1]), **instead)
        return f"from .{sibling.__name__.rpartition('.')[2]} import"

    return compiled.generated(name, SIBLING.sub(module_name, text))
