"""SpiNNaker's arithmetic, bit for bit as its compiled C computes.

    rb.spinnaker.apply("k_mul", a, b)       one operation on arrays of bit patterns
    rb.spinnaker.names()                    all operations
    rb.spinnaker.LCG                        the random source of the reference vectors

Reading order: formats (the types), operations (what the names mean), definition and explicit (the
rules, in plain integers), evaluate (the same for arrays), apply.
"""

from ..random_words import LCG
from .apply import apply
from .operations import names

__all__ = ["LCG", "apply", "names"]
