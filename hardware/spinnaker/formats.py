"""The types of the arithmetic: SpiNNaker's fixed point, C's integers, IEEE floats.

    tag      C type                      layout     range
    k        _Accum                      s16.15     [-65536, 65536)
    uk       unsigned _Accum             u16.16     [0, 65536)
    lr       long _Fract                 s0.31      [-1, 1)
    ulr      unsigned long _Fract        u0.32      [0, 1)
    hk       short _Accum                s8.7       [-256, 256)
    r, ur    _Fract, unsigned _Fract     s0.15, u0.16
    lk       long _Accum                 s32.31     what mixed expressions are computed in

A value is its two's complement bit pattern over 2^F. Types as in ISO/IEC TR 18037, layouts as
compilers for ARM choose them.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["fixed", "integer", "float"]


@dataclass(frozen=True)
class Format:
    """A machine type: `bits` wide, of which `fraction` stand behind the point."""

    tag: str
    c_type: str
    bits: int
    fraction: int = 0
    signed: bool = True
    kind: Kind = "fixed"

    @property
    def integer(self) -> int:
        """Bits before the point, without the sign."""
        return self.bits - self.fraction - self.signed

    @property
    def lowest(self) -> int:
        """The least integer that a pattern can stand for."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        """The largest."""
        return (1 << (self.bits - self.signed)) - 1

    @property
    def dtype(self) -> str:
        """NumPy's name for the bit patterns."""
        return f"uint{self.bits}"

    def wrap(self, value: int) -> int:
        """The integer that the low bits of `value` stand for."""
        value &= (1 << self.bits) - 1
        return value - (1 << self.bits) if value > self.highest else value

    def clamp(self, value: int) -> int:
        """`value`, or the end of the range that it lies beyond."""
        return max(self.lowest, min(self.highest, value))

    def pattern(self, value: int) -> int:
        """The bit pattern of an integer."""
        return value & ((1 << self.bits) - 1)


FIXED = {
    form.tag: form
    for form in (
        Format("k", "_Accum", 32, 15),
        Format("uk", "unsigned _Accum", 32, 16, signed=False),
        Format("lr", "long _Fract", 32, 31),
        Format("ulr", "unsigned long _Fract", 32, 32, signed=False),
        Format("hk", "short _Accum", 16, 7),
        Format("r", "_Fract", 16, 15),
        Format("ur", "unsigned _Fract", 16, 16, signed=False),
        Format("lk", "long _Accum", 64, 31),
    )
}
INTEGERS = {
    form.tag: form
    for form in (
        *(Format(f"i{bits}", f"int{bits}_t", bits, kind="integer") for bits in (16, 32, 64)),
        *(
            Format(f"u{bits}", f"uint{bits}_t", bits, signed=False, kind="integer")
            for bits in (16, 32, 64)
        ),
    )
}
BOOL = Format("bool", "_Bool", 8, signed=False, kind="integer")
FLOATS = {
    form.tag: form
    for form in (
        Format("f32", "float", 32, kind="float"),
        Format("f64", "double", 64, kind="float"),
    )
}
FORMATS = FIXED | INTEGERS | FLOATS

SIGNED_COUNTERPART = {"uk": "k", "ulr": "lr", "ur": "r"}
BY_SIZE = {
    True: ("r", "lr", "hk", "k", "lk"),
    False: ("ur", "ulr", "uk"),
}


def common(left: Format, right: Format) -> Format | None:
    """The type in which C computes an expression of both, or None where it has no tag here.

    A float stays a float. Of fixed point types, an unsigned one beside a signed one becomes its
    signed counterpart (and loses its last bit); then the least type with enough bits on both sides
    of the point is taken (TR 18037, 4.1.4, as GCC reads it). An integer counts as bits before the
    point.
    """
    for form in (left, right):
        if form.kind == "float":
            return form
    if "integer" in (left.kind, right.kind):
        fixed, other = (left, right) if right.kind == "integer" else (right, left)
        return FIXED["lk"] if other.bits == 32 and fixed.signed else None
    if left.signed != right.signed:
        left, right = (
            form if form.signed else FIXED[SIGNED_COUNTERPART[form.tag]] for form in (left, right)
        )
    fraction = max(left.fraction, right.fraction)
    integer = max(left.integer, right.integer)
    for tag in BY_SIZE[left.signed]:
        if FIXED[tag].fraction >= fraction and FIXED[tag].integer >= integer:
            return FIXED[tag]
    return None
