"""Arrays of float patterns: to and from fixed point, and arithmetic as ARM's library has it."""

import numpy as np

from .formats import Format

Array = np.ndarray


def floats_of(source: Format, goal: Format, values: Array) -> Array:
    """Patterns of the floats nearest to values 2^-F; scaling by a power of two is exact."""
    dtype = np.dtype(f"float{goal.bits}")
    nearest = values.astype(dtype)
    return np.ldexp(nearest, -source.fraction).astype(dtype).view(goal.dtype)


def fixed_of(source: Format, goal: Format, a: Array, saturating: bool) -> Array:
    """Patterns of floats times 2^F toward zero, as `definition.from_float` says."""
    with np.errstate(invalid="ignore", over="ignore"):
        values = a.view(f"float{source.bits}").astype(np.float64)
        values = np.where(np.isnan(values), 0.0, np.trunc(np.ldexp(values, goal.fraction)))
    if goal.bits == 64:
        return long_of(goal, values, saturating)
    if saturating:
        lowest, highest = goal.lowest, goal.highest
    else:
        lowest, highest = (-(1 << 31), (1 << 31) - 1) if goal.signed else (0, (1 << 32) - 1)
    return np.clip(values, lowest, highest).astype(np.int64).astype(goal.dtype)


def long_of(goal: Format, values: Array, saturating: bool) -> Array:
    """For 64 bits: a sign and an unsigned magnitude."""
    end = 2.0 ** (63 if saturating else 64)
    size = np.abs(values)
    over = size >= end
    magnitude = np.where(over, 0.0, size).astype(np.uint64)
    negative = values < 0
    if saturating:
        magnitude[over] = np.uint64(goal.highest) + negative[over].astype(np.uint64)
    else:
        magnitude[over] = np.uint64(0xFFFFFFFFFFFFFFFF)
    return np.where(negative, np.uint64(0) - magnitude, magnitude)


def float_results(verb: str, a: Array, b: Array) -> Array:
    """An operation on patterns of float32, with the library's patterns for what is not a number."""
    x, y = a.view(np.float32), b.view(np.float32)
    with np.errstate(all="ignore"):
        match verb:
            case "add":
                result = x + y
            case "sub":
                result = x - y
            case "mul":
                result = x * y
            case _:
                result = x / y
    found = result.view(np.uint32).copy()
    quiet = np.uint32(0x00400000)
    given = b ^ np.uint32(0x80000000) if verb == "sub" else b
    lost = np.isnan(result)
    found[lost] = np.uint32(0x7FC00000)
    handed_on = np.isnan(y) | (lost & np.isinf(y)) if verb == "mul" else np.isnan(y)
    found[handed_on] = given[handed_on] | quiet
    return found
