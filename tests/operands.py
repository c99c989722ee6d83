"""Operands for the machine's operations: bits of every length, of both signs, and the ends."""

import numpy as np
from rheobase.hardware.spinnaker.definition import converted
from rheobase.hardware.spinnaker.formats import Format
from rheobase.hardware.spinnaker.operations import Operation


def operands(rng, what: Operation, count: int) -> tuple[np.ndarray, np.ndarray | None]:
    """a and b, or a and None; divisors are never 0 in the type that is computed in."""
    a = patterns(rng, what.left, count)
    if what.right is None:
        return a, None
    b = patterns(rng, what.right, count)
    if "div" in what.verb:
        shared = what.computed_in or what.right
        b[[shared.kind != "float" and not converted(what.right, shared, int(y)) for y in b]] = 2
    return a, b


def patterns(rng, form: Format, count: int) -> np.ndarray:
    """Bit patterns of a type."""
    all_bits = np.uint64((1 << form.bits) - 1)
    words = rng.integers(0, 1 << 64, count, dtype=np.uint64) & all_bits
    words >>= rng.integers(0, form.bits, count).astype(np.uint64)
    words = np.where(rng.random(count) < 0.5, ~words + np.uint64(1), words) & all_bits
    top = 1 << (form.bits - 1)
    ends = np.array([0, 1, 2, 2 * top - 1, 2 * top - 2, top, top - 1, top + 1, top // 2], np.uint64)
    words = np.where(rng.random(count) < 0.15, rng.choice(ends, count), words)
    if form.kind == "float":
        values = [*rng.normal(size=20), *10.0 ** rng.integers(-8, 8, 20), np.inf, -np.inf, -0.0]
        shown = np.array([*values, np.nan], f"float{form.bits}").view(form.dtype)
        words = np.where(rng.random(count) < 0.5, rng.choice(shown, count), words)
    return words.astype(form.dtype)
