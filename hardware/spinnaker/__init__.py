"""SpiNNaker's arithmetic, bit for bit as its compiled C computes.

    rb.spinnaker.apply("k_mul", a, b)       one operation on arrays of bit patterns
    rb.spinnaker.names()                    all operations
    rb.spinnaker.expk, expulr               the chip's exponentials
    rb.spinnaker.izhikevich, lif, synapse   the fixed programs, single or as populations
    rb.spinnaker.host_bits, literal_bits    numbers as the host, or the compiler, makes them words
    rb.spinnaker.LCG                        the random source of the reference vectors

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

__all__ = [
    "LCG",
    "apply",
    "expk",
    "expulr",
    "host_bits",
    "izhikevich",
    "lif",
    "literal_bits",
    "names",
    "synapse",
]
