"""An operation on whole arrays of bit patterns: what `definition.defined` gives, row by row."""

import numpy as np

from . import explicit_arrays
from .arrays import compared, negated, on_one_type, shifted
from .conversion_arrays import converted, numbers, patterns
from .float_arrays import float_results
from .operations import Operation

Array = np.ndarray


def evaluate(what: Operation, a: Array, b: Array | None, words: Array | None, mode: str) -> Array:
    """The result's patterns; the operands' patterns are of one shape, contiguous."""
    if what.name.startswith("x_"):
        if b is None:
            return explicit_arrays.of_one(what, a)
        if words is None:
            return explicit_arrays.of_two(what, a, b)
        return explicit_arrays.drawn(what, a, b, words)
    if what.verb == "to":
        return converted(what.left, what.result, a, what.saturating)
    if b is None:
        result = negated(what, numbers(what.left, a))
    elif what.computed_in is None and what.verb in ("shl", "shr"):
        result = shifted(what, numbers(what.left, a), b & np.uint32(what.left.bits - 1))
    else:
        form = what.computed_in or what.left
        assert what.right is not None
        a, b = converted(what.left, form, a), converted(what.right, form, b)
        if form.kind == "float":
            if what.verb == "cmp":
                return compared(a.view(np.float32), b.view(np.float32))
            return float_results(what.verb, a, b)
        result = on_one_type(what, form, numbers(form, a), numbers(form, b), mode)
    return patterns(what.result, result)
