"""Kernels as compiled modules, from the cache where they were made before."""

import json
from pathlib import Path
from types import ModuleType

from .. import cache
from ..compiled import SOURCES as COMPILED_SOURCES
from ..writer import write
from .kernel import Kernel
from .source import Writer

HERE = Path(__file__).parent
GENERATORS = (
    *("kernel", "source", "templates", "printing"),
    *("noise_terms", "parted", "rows", "single_precision", "stages"),
)
SOURCES = [
    *COMPILED_SOURCES,
    *(HERE / f"{name}.py" for name in GENERATORS),
    HERE.parent / "unrolled.py",
    HERE.parent / "kernels" / "ensemble_layout.py",
]


def compiled_kernel(kernel: Kernel) -> ModuleType:
    """The module with `prepare` and `advance`."""
    parts = [
        kernel.system.structure,
        kernel.scheme,
        None if kernel.watched is None else write(kernel.watched),
        [write(e) for e in kernel.observed],
        kernel.on_grid,
        kernel.counted,
        kernel.single,
    ]
    text = cache.store_text("ensemble", json.dumps(parts), lambda: Writer(kernel).source(), SOURCES)
    return cache.generated("ensemble", text)
