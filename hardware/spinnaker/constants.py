"""Numbers as the machine gets them: parameters from the host are rounded, literals truncated."""

from fractions import Fraction

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ..qformat import Numbers, reals
from .formats import FIXED, Format


def fixed_format(tag: str) -> Format:
    if tag not in FIXED:
        raise UnknownName(tag, "a fixed point type", FIXED)
    return FIXED[tag]


def host_bits(values: Numbers, tag: str = "k") -> np.ndarray:
    """The bit patterns of numbers that the host sends: to the nearest, ties to even.

    A number out of the type's range is refused, as the host's software refuses it.

    >>> [hex(host_bits(x)) for x in (0.04, -65.0)]
    ['0x51f', '0xffdf8000']
    """
    form = fixed_format(tag)
    given = reals(values)
    scaled = np.ldexp(given, form.fraction)
    nearest = np.rint(scaled)
    # 2.0**63 - 1 is no double: what is as large as 2^63 is beyond
    fits = (nearest >= float(form.lowest)) & (nearest < float(form.highest + 1))
    if not fits.all():
        worst = given.reshape(-1)[int(np.argmin(fits.reshape(-1)))]
        least, most = (Fraction(n, 1 << form.fraction) for n in (form.lowest, form.highest))
        raise InvalidArgument(
            f"{worst} does not fit into {form.c_type} ({tag}): its range is "
            f"{float(least):g} to {float(most):.10g}"
        )
    whole = nearest.astype(np.int64 if form.signed else np.uint64)
    return whole.astype(form.dtype)[()]


def literal_bits(values: Numbers, tag: str = "k") -> np.ndarray:
    """The bit patterns of literals in the chip's C: truncated toward zero.

    1.0 as a fraction is its largest value.

    >>> [hex(literal_bits(x)) for x in (0.04, 0.1)], hex(literal_bits(1.0, "ulr"))
    (['0x51e', '0xccc'], '0xffffffff')
    """
    form = fixed_format(tag)
    given = reals(values)
    found = [literal(form, float(value)) for value in given.reshape(-1)]
    return np.array(found, dtype=form.dtype).reshape(given.shape)[()]


def literal(form: Format, value: float) -> int:
    if not np.isfinite(value):
        raise InvalidArgument(f"{value} is no literal of {form.c_type}")
    whole = int(Fraction(value) * (1 << form.fraction))
    if whole == form.highest + 1 and form.integer == 0:
        whole = form.highest
    if not form.lowest <= whole <= form.highest:
        raise InvalidArgument(f"{value} does not fit into {form.c_type} ({form.tag})")
    return form.pattern(whole)
