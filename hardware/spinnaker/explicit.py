"""The kernels that neuron code writes out itself, in plain integers; x and y as `definition` says.

Each takes x, y, a random word and whether to saturate, and gives the integer of its result, to be
wrapped. p = x y is the exact product.
"""

from ...dynamics.errors import InvalidArgument
from .formats import FIXED

K = FIXED["k"]
MASK = (1 << 64) - 1


def mulsat(x: int, y: int, word: int = 0, saturating: bool = True) -> int:
    """Floor, clamped."""
    return K.clamp((x * y) >> 15)


def mulrn(x: int, y: int, word: int = 0, saturating: bool = True) -> int:
    """Nearest, half up, clamped."""
    p = x * y
    return K.clamp((p >> 15) + ((p >> 14) & 1))


def mulsr(x: int, y: int, word: int = 0, saturating: bool = True) -> int:
    """Up with the probability of the lost bits d / 2^15; the word's 15 top bits decide."""
    p = x * y
    return K.clamp((p >> 15) + ((word >> 17) < (p & 0x7FFF)))


def k_lr(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k times lr, floored."""
    return (x * y) >> 31


def k_lr_rn(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k times lr, half up: 2^30 is added, wrapping at 64 bits."""
    return FIXED["lk"].wrap(x * y + (1 << 30)) >> 31


def k_ulr(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k times ulr, floored: the decay of a synapse."""
    return (x * y) >> 32


def k_ulr_rn(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k times ulr, half up."""
    p = x * y
    return (p >> 32) + ((p >> 31) & 1)


def k_ulr_sr(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k times ulr, up where the random word is below the lost 32 bits."""
    p = x * y
    return (p >> 32) + (word < (p & 0xFFFFFFFF))


def kdivk(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """Both as unsigned 64-bit words, x << 15 over y: right for x >= 0 and y > 0 only."""
    return unsigned_quotient(x << 15, y)


def kdivui(x: int, y: int, word: int = 0, saturating: bool = False) -> int:
    """k over an unsigned integer, x as an unsigned 64-bit word: right for x >= 0 only."""
    return unsigned_quotient(x, y)


def unsigned_quotient(x: int, y: int) -> int:
    if y == 0:
        raise InvalidArgument("division by zero: the machine's result is not defined")
    return (x & MASK) // (y & MASK)


def roundk(x: int, y: int, word: int = 0, saturating: bool = True) -> int:
    """To n = y mod 15 bits behind the point, half up, clamped."""
    s = 15 - y % 15
    return K.clamp(((x >> s) + ((x >> (s - 1)) & 1)) << s)


def absolute(x: int, y: int = 0, word: int = 0, saturating: bool = False) -> int:
    """|x|; that of the least number has no room and wraps, or is clamped."""
    return K.clamp(abs(x)) if saturating else abs(x)


def countlsk(x: int, y: int = 0, word: int = 0, saturating: bool = False) -> int:
    """By how many bits x can be shifted to the left without overflow."""
    return 31 - (~x if x < 0 else x).bit_length()


RULES = {
    "mulsat": mulsat,
    "mulrn": mulrn,
    "mulsr": mulsr,
    "k_lr": k_lr,
    "k_lr_rn": k_lr_rn,
    "k_ulr": k_ulr,
    "k_ulr_rn": k_ulr_rn,
    "k_ulr_sr": k_ulr_sr,
    "kdivk": kdivk,
    "kdivui": kdivui,
    "roundk": roundk,
    "abs": absolute,
    "countlsk": countlsk,
}
