"""Arguments of the fixed programs: numbers, or machine words.

A float is a number and becomes the nearest word, as the host does it. An integer, or a text in
hexadecimal, is a word already: 0x28F, "28f" and 0.02 are the same s16.15 argument.
"""

from operator import index

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from .constants import host_bits
from .formats import FIXED

Word = float | int | str | list | np.ndarray
MULTIPLIES = {"fl": "floor", "rn": "nearest", "sr": "stochastic"}
MASK = 0xFFFFFFFF


def program_words(name: str, value: Word, tag: str = "k") -> np.ndarray:
    """Patterns of 32 bits."""
    if isinstance(value, str):
        try:
            value = int(value, 16)
        except ValueError:
            raise InvalidArgument(
                f"{name}={value!r} is no hexadecimal word; give a word such as 'ffdf8000', "
                "or a float"
            ) from None
    array = np.asarray(value)
    if array.ndim > 1:
        raise InvalidArgument(f"{name} has the shape {array.shape}; a population is one row")
    if not array.size:
        raise InvalidArgument(f"{name}={value!r} has no entries; a population has one a neuron")
    if array.dtype.kind == "f":
        try:
            return np.asarray(host_bits(array, tag))
        except InvalidArgument as error:
            raise InvalidArgument(f"{name}: {error}") from None
    if array.dtype.kind not in "ui":
        raise InvalidArgument(
            f"{name}={value!r:.60} is neither a float (a number) nor an integer (a word)"
        )
    if int(array.min()) < -(1 << 31) or int(array.max()) > MASK:
        raise InvalidArgument(f"{name}: a word has 32 bits; {value!r:.60} doesn't fit")
    return (array.astype(np.int64) & MASK).astype(np.uint32)


def shown(patterns: np.ndarray, tag: str = "k") -> float | np.ndarray:
    """The numbers that words stand for, for a result's `arguments`."""
    form = FIXED[tag]
    whole = patterns.view(np.int32) if form.signed else patterns
    values = np.ldexp(whole.astype(np.float64), -form.fraction)
    return values if values.ndim else float(values)


def whole_number(name: str, value: int | str, least: int, most: int) -> int:
    """A count: an integer, or its decimal text."""
    try:
        number = int(value) if isinstance(value, str) else index(value)
    except (TypeError, ValueError):
        number = None
    if number is None or isinstance(value, bool) or not least <= number <= most:
        raise InvalidArgument(f"{name}={value!r} must be a whole number from {least} to {most}")
    return number


def multiply_kernel(multiply: str, mode: str) -> str:
    """The kernel that multiplies: by its short name, and the mode for the C operator."""
    if multiply not in MULTIPLIES:
        raise UnknownName(multiply, "a multiply (floor, nearest, stochastic)", MULTIPLIES)
    if mode not in ("arm", "thumb"):
        raise UnknownName(mode, "a mode of the compiler", ("arm", "thumb"))
    return "half_up" if multiply == "fl" and mode == "thumb" else MULTIPLIES[multiply]


def random_states(seed: int, count: int) -> np.ndarray:
    """A state for each neuron: the seed itself for the first, hashes of it for the others.

    States in a row would give the generator's words in a row to all neurons at once; the hash is
    the last step of MurmurHash3.
    """
    states = (np.arange(count, dtype=np.uint64) * 0x9E3779B9 + np.uint64(seed)) & np.uint64(MASK)
    mixed = states[1:]
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        mixed = ((mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)) & np.uint64(MASK)
    return np.concatenate([states[:1], mixed]).astype(np.int64)
