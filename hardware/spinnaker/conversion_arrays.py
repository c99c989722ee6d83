"""Arrays of patterns of one type as patterns of another."""

import numpy as np

from .float_arrays import fixed_of, floats_of
from .formats import Format

Array = np.ndarray


def numbers(form: Format, bits: Array) -> Array:
    """Patterns read as integers."""
    return bits.view(f"int{form.bits}") if form.signed else bits


def patterns(form: Format, values: Array) -> Array:
    """The low bits of integers."""
    if values.dtype.itemsize * 8 == form.bits:
        return values.view(form.dtype)
    return values.astype(form.dtype)


def converted(source: Format, goal: Format, a: Array, saturating: bool = False) -> Array:
    """Patterns of one type as patterns of another."""
    if source == goal:
        return a
    if source.kind == "float":
        return fixed_of(source, goal, a, saturating)
    values = numbers(source, a)
    if goal.kind == "float":
        return floats_of(source, goal, values)
    if goal.tag == "bool":
        return (values != 0).astype(np.uint8)
    if source.bits < 64:
        values = values.astype(np.int64)
    shift = goal.fraction - source.fraction
    if shift < 0:
        if goal.kind == "integer" and source.signed:
            values = values + np.where(values < 0, (1 << -shift) - 1, 0)
        values = values >> -shift
        if saturating and goal.bits < 64:
            values = np.clip(values, *ends(goal, values.dtype))
        return patterns(goal, values)
    result = values << shift
    if saturating:
        # v 2^s > highest just where v > highest >> s
        lowest, highest = ends(goal, values.dtype, shift)
        result = np.where(
            values > highest,
            np.array(goal.highest, np.uint64).view(np.int64),
            result.view(np.int64),
        )
        result = np.where(values < lowest, goal.lowest, result)
    return patterns(goal, result)


def ends(form: Format, dtype: np.dtype, shift: int = 0) -> tuple[int, int]:
    """The integers that just fit into a format after a left shift, if the dtype holds them."""
    least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
    return max(-(-form.lowest >> shift), least), min(form.highest >> shift, most)
