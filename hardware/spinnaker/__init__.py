"""SpiNNaker's arithmetic, bit for bit as its compiled C computes.

    rb.spinnaker.apply("k_mul", a, b)       one operation on arrays of bit patterns
    rb.spinnaker.names()                    all operations
    rb.spinnaker.expk, expulr               the chip's exponentials
    rb.spinnaker.izhikevich, lif, synapse   the fixed programs, single or as populations
    rb.spinnaker.host_bits, literal_bits    numbers as the host, or the compiler, makes them words
    rb.spinnaker.LCG                        the random source of the reference vectors
    rb.spinnaker.network                    a network of any model's program, with ring buffers
    rb.spinnaker.budget, suggest            what a model's program costs, which word it asks for
    rb.spinnaker.dead_zone, find_cycle      where a model's program stands still, where it ends

Reading order: formats (the types), operations (what the names mean), definition and explicit (the
rules, in plain integers), evaluate (the same for arrays), apply; exponentials; constants,
program_words, population, and the programs.
"""

from ..random_words import LCG
from .apply import apply
from .constants import host_bits, literal_bits
from .exponentials import expk, expulr
from .izhikevich import izhikevich
from .lif import lif
from .operations import names
from .synapse import synapse

_OF_MODELS = {  # these ask the package machine, which uses this one
    "budget": "budget",
    "suggest": "suggest",
    "dead_zone": "dead_zone",
    "find_cycle": "as_map",
    "network": "network",
}

__all__ = [
    "LCG",
    "apply",
    "budget",
    "dead_zone",
    "expk",
    "expulr",
    "find_cycle",
    "host_bits",
    "izhikevich",
    "lif",
    "literal_bits",
    "names",
    "network",
    "suggest",
    "synapse",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    if name not in _OF_MODELS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"..machine.{_OF_MODELS[name]}", __name__), name)
    globals()[name] = found
    return found
