"""Functions in single precision, for ensembles that ask for it.

exp and bernoulli_from_exp compute in single precision, twice as many members at a time; the others
compute in double precision and are rounded. Largest relative errors: exp 2e-7 (inf from 88.7 on, 0
below -87.6), bernoulli_from_exp 1e-5 (near 0 the difference exp(x) - 1 has lost up to five bits).
"""

import math

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from . import elementary, removable
from .elementary import SCALAR

f4, f8 = np.float32, np.float64
LOG2_E, LN2_HIGH, LN2_LOW = f4(1.4426950408889634), f4(0.693359375), f4(-2.12194440e-4)
ROUND = f4(12582912.0)  # 1.5 * 2^23
TOP, BOTTOM = f4(88.8), f4(-87.7)
NEAR, FLAT = f4(1.0 / 32.0), f4(100.0)
ZERO, HALF, ONE, TWELFTH = f4(0.0), f4(0.5), f4(1.0), f4(1.0 / 12.0)
# exp(r) = 1 + r + r^2 (1/2 + ...), Taylor's coefficients: 1e-8 for |r| <= ln(2)/2
C3, C4, C5, C6 = f4(1 / 6), f4(1 / 24), f4(1 / 120), f4(1 / 720)
INLINE = SCALAR


@intrinsic
def power_of_two(typing_context, shifted):
    """2^n, where n stands in the low bits of `shifted` = n + ROUND; 0 for -127, inf for 128."""

    def generate(context, builder, signature, arguments):
        whole = ir.IntType(32)
        bits = builder.bitcast(arguments[0], whole)
        bits = builder.shl(builder.add(bits, ir.Constant(whole, 127)), ir.Constant(whole, 23))
        return builder.bitcast(bits, ir.FloatType())

    return types.float32(types.float32), generate


@njit(**INLINE)
def exp(x):
    """2^n exp(r)."""
    c = TOP if x > TOP else x
    c = BOTTOM if c < BOTTOM else c
    shifted = c * LOG2_E + ROUND
    n = shifted - ROUND
    r = c - n * LN2_HIGH - n * LN2_LOW
    p = (((C6 * r + C5) * r + C4) * r + C3) * r + HALF
    return (p * (r * r) + r + ONE) * power_of_two(shifted)


@njit(**INLINE)
def bernoulli_from_exp(x, e):
    """x/(e - 1) where e = exp(x) is at hand; 1 - x/2 + x^2/12 near 0."""
    near = x * x * TWELFTH + (ONE - HALF * x)
    far = ZERO if x > FLAT else x / (e - ONE)
    return near if abs(x) < NEAR else far


@njit(**INLINE)
def relative_growth(z):
    """(exp(z) - 1)/z."""
    return f4(elementary_relative_growth(f8(z)))


@njit(**INLINE)
def elementary_relative_growth(z):
    return elementary.expm1(z) / z if z != 0.0 else 1.0


def rounded(function):
    """The function in double precision, its value rounded."""

    @njit(**(INLINE | dict(cache=False)))
    def single(x):
        return f4(function(f8(x)))

    return single


log, sin, cos, tanh = map(
    rounded, (elementary.log, elementary.sin, elementary.cos, elementary.tanh)
)
tan, sinh, cosh, asin, acos, atan = map(
    rounded, (math.tan, math.sinh, math.cosh, math.asin, math.acos, math.atan)
)
sqrt, floor = math.sqrt, np.floor
globals().update(
    {name: rounded(getattr(removable, name)) for name in removable.__all__ if name[-1].isdigit()}
)
