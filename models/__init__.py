"""The library of models: one model, or one close family, a file.

    rb.models.morris_lecar("snic")          a Model, in a named regime
    rb.models.named("morris-lecar:snic")    the same, by the name that commands use
    rb.models.catalog()                     what there is: regimes, states, parameters, reference
    rb.models.brunel()                      a whole Network

Reading order: library (the register), shape (what all files do alike), then any model. A model's
file is read when the model is first asked for.
"""

import sys
from importlib import import_module
from types import ModuleType

from ..dynamics.errors import did_you_mean
from .library import FACTORIES, NETWORKS, catalog, named

__all__ = ["catalog", "named", *FACTORIES, *NETWORKS]


class Doorway(ModuleType):
    """A package whose factories are never hidden by the files that define them.

    Importing `models/lorenz.py` sets the attribute `lorenz` of this package to that file; here
    the factory of the same name takes its place.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name in __all__ and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = Doorway


def __getattr__(name: str):
    if name not in (*FACTORIES, *NETWORKS):
        guess = did_you_mean(name, __all__)
        raise AttributeError(f"rheobase.models has no model {name!r}.{guess}")
    globals()[name] = factory = getattr(import_module(f".{name}", __name__), name)
    return factory


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
