"""One operation of the machine on arrays of bit patterns."""

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ..random_words import Random, words
from .definition import MODES
from .evaluate import evaluate
from .formats import Format
from .operations import operation

Patterns = np.ndarray | int | list


def apply(
    name: str,
    a: Patterns,
    b: Patterns | None = None,
    mode: str = "arm",
    random: Random | None = None,
) -> np.ndarray:
    """The bit patterns that SpiNNaker's compiled C would give, one result for each row.

    name
        `k_mul`, `lr_ulr_mul`, `k_to_hk_sat`, `x_mulrn`, ...; `rb.spinnaker.names()` lists them all,
        `rb.spinnaker.operations` says how the names are built.
    a, b
        Bit patterns, not values: unsigned integers of the operand's width. Signed integers of that
        range are read as two's complement; other integer types are taken where the values fit.
        Shapes are broadcast. Operations on one operand take no b.
    mode
        "arm", SpiNNaker's default build, or "thumb", where * on k, uk, lr, hk and r rounds half up.
    random
        For `x_mulsr` and `x_k_ulr_sr`: 32-bit words, or what they are drawn from (a NumPy
        generator, `rb.spinnaker.LCG`). Without it b may be of 64 bits, the word on top.

    Returns unsigned integers of the result's width: 8 bits for `cmp`, `bool` and `countlsk`.
    Division by zero is refused, since the machine's result is not defined. The results are those of
    `arm-linux-gnueabi-gcc` 12.2 with -O2 -march=armv5te, bit for bit; the rules are in
    `rheobase.hardware.spinnaker.definition`.

    >>> import numpy as np
    >>> one_and_a_half, third = np.uint32(0xC000), np.uint32(0x2AAA)
    >>> hex(apply("k_mul", one_and_a_half, third))
    '0x3fff'
    >>> apply("k_to_i32", np.array([0x28000, -0x28000], dtype=np.int32)).view(np.int32)
    array([ 5, -5], dtype=int32)
    """
    what = operation(name)
    if mode not in MODES:
        raise UnknownName(mode, "a mode of the compiler", MODES)
    if what.right is None:
        if b is not None:
            raise InvalidArgument(f"{name} takes one operand; b={b!r:.60} is given as well")
        left, right, drawn = bits(name, "a", what.left, a), None, None
        shape = left.shape
    else:
        if b is None:
            raise InvalidArgument(f"{name} takes two operands; b is missing")
        packed = None
        if (
            what.random
            and random is None
            and getattr(getattr(b, "dtype", None), "name", "") == "uint64"
        ):
            both = np.asarray(b)
            packed, b = both >> np.uint64(32), both & np.uint64(0xFFFFFFFF)
        left, right = bits(name, "a", what.left, a), bits(name, "b", what.right, b)
        try:
            shape = np.broadcast_shapes(left.shape, right.shape)
        except ValueError:
            raise InvalidArgument(
                f"{name}: a has the shape {left.shape}, b has {right.shape}; they don't broadcast"
            ) from None
        right = flat(right, shape)
        drawn = (
            flat(words(random if packed is None else packed, shape), shape) if what.random else None
        )
    if random is not None and not what.random:
        raise InvalidArgument(f"{name} draws no random words; leave out random=")
    return evaluate(what, flat(left, shape), right, drawn, mode).reshape(shape)[()]


def flat(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """One row, contiguous."""
    if array.shape != shape:
        array = np.broadcast_to(array, shape)
    return np.ascontiguousarray(array).reshape(-1)


def bits(name: str, which: str, form: Format, given: Patterns) -> np.ndarray:
    """An operand as unsigned integers of the format's width, or a complaint."""
    array = np.asarray(given)
    if not array.size:
        array = array.astype(form.dtype)
    if array.dtype.kind not in "ui":
        raise InvalidArgument(
            f"{name} takes bit patterns: {which} must hold integers of {form.bits} bits "
            f"({form.tag}), not {array.dtype}; rb.QFormat turns numbers into words, .view() floats"
        )
    if array.dtype.itemsize * 8 == form.bits:
        return array.astype(array.dtype.newbyteorder("="), copy=False).view(form.dtype)
    least, most = -(1 << (form.bits - 1)), (1 << form.bits) - 1
    if array.size and (int(array.min()) < least or int(array.max()) > most):
        worst = int(array.max()) if int(array.max()) > most else int(array.min())
        raise InvalidArgument(
            f"{name} takes words of {form.bits} bits ({form.tag}); {which} holds {worst}"
        )
    return array.astype(form.dtype)
