"""exp, expm1, sinh, cosh, tanh, sin, cos, sincos and log that LLVM can vectorise.

libm's functions are calls: a loop over them stays scalar. These are arithmetic and selects only, so
that a loop over them becomes vector code (4 at a time with AVX2, 8 with AVX-512), and inlining them
costs a caller nothing. Each takes and returns one float64.

    function   stated error holds for   largest relative error   elsewhere
    exp        all                      2.3e-16                  inf, 0 where libm has them
    expm1      all                      3.4e-16                  inf, -1
    sinh       |x| < 709.7              4.5e-16                  inf, -inf
    cosh       |x| < 709.7              4.5e-16                  inf
    tanh       all                      4.4e-16                  1, -1
    log        x > 0                    2.3e-16                  -inf at 0, nan below
    sin, cos   |x| <= 1e8               3.4e-16 (see below)      nan

The errors of sin and cos are relative where the value exceeds 1e-3, absolute (1e-18) below.
Results below the normal range keep their last bit to one unit. Signs of zero are kept and nan gives
nan, as in libm, whatever flags the caller is compiled with.

sin, cos and sincos reduce x by a three-part multiple of pi (Cody & Waite 1980), which is
right to the last places up to 1e8 and costs no branch. Beyond, no short reduction exists and they
return nan rather than a wrong number; `sin_any`, `cos_any` are right for every x and can't be
vectorised (they branch to libm beyond 1e8).

Method: argument reduction and a polynomial of least largest relative error (Remez; its error
follows each table), as in Muller 2016, "Elementary Functions", chapters 3 and 11.

`ROUND` added and subtracted rounds to the nearest integer, whose two's complement then stands in
the low bits of the sum. Neither this nor the reduction survives reassociation. LLVM's flags belong
to instructions, so a caller's "reassoc" doesn't reach inlined ones, but numba hands a caller's
flags down to a function that states none: hence the explicit `fastmath` on each function here.
"""

import math

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

SCALAR = dict(cache=True, forceinline=True, error_model="numpy", fastmath={"contract"})

ROUND = 6755399441055744.0  # 1.5 * 2^52
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471805592082, 7.371002565167799e-13  # 40 bits, and the rest
INVERSE_PI = 0.3183098861837907
PI_1, PI_2, PI_3 = 3.141592651605606, 1.9841871479187034e-09, 1.1442377452219664e-17  # 28 bits, 28
TRIGONOMETRIC_LIMIT = 1e8
SMALLEST_NORMAL = 2.2250738585072014e-308

ONE_BITS = np.int64(0x3FF0000000000000)
MANTISSA_BITS = np.int64(0x000FFFFFFFFFFFFF)
ROUND_BITS = np.int64(0x4330000000000000)  # 2^52: its low bits hold an unsigned integer
SIGN_BIT = np.int64(-0x8000000000000000)
SQRT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)


@intrinsic
def bits_of(typing_context, x):
    """The 64 bits of a float64 as an int64."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


@intrinsic
def float_of(typing_context, i):
    """The float64 whose bits are those of an int64."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


@njit(**SCALAR)
def with_sign(x, sign):
    """|x| with the sign of `sign`, zeros included."""
    return float_of((bits_of(x) & ~SIGN_BIT) | (bits_of(sign) & SIGN_BIT))


@njit(**SCALAR)
def expm1_reduced(r):
    """exp(r) - 1 for |r| <= ln(2)/2: r + r^2 P(r), relative error of exp 3.7e-18.

    P's even and odd terms are summed apart: two short chains of dependent steps, not one long one.
    """
    s = r * r
    even = 2.7630389620259107e-07
    even = even * s + 2.4801492733211876e-05
    even = even * s + 0.0013888888943948603
    even = even * s + 0.041666666666529115
    even = even * s + 0.5000000000000011
    odd = 2.49998718661717e-08
    odd = odd * s + 2.755758790859045e-06
    odd = odd * s + 0.00019841269503756295
    odd = odd * s + 0.008333333333496302
    odd = odd * s + 0.16666666666666408
    return s * (odd * r + even) + r


@njit(**SCALAR)
def exp(x):
    """exp(x) = 2^n exp(r), with x = n ln 2 + r and |r| <= ln(2)/2.

    2^n is applied as two factors, so that neither overflows and a subnormal result is rounded once.
    """
    c = 710.0 if x > 710.0 else x
    c = -746.0 if c < -746.0 else c
    shifted = c * LOG2_E + ROUND
    n = shifted - ROUND
    r = c - n * LN2_HIGH - n * LN2_LOW
    exponents = bits_of(shifted) + np.int64(2046)
    half = exponents >> np.int64(1)  # bits 0..10 count: the shift by 52 drops the others
    first, second = float_of(half << np.int64(52)), float_of((exponents - half) << np.int64(52))
    return (1.0 + expm1_reduced(r)) * first * second


@njit(**SCALAR)
def expm1(x):
    """exp(x) - 1 with full relative precision: 2^n (exp(r) - 1) + (2^n - 1)."""
    c = 710.0 if x > 710.0 else x
    c = -40.0 if c < -40.0 else c
    shifted = c * LOG2_E + ROUND
    n = shifted - ROUND
    r = c - n * LN2_HIGH - n * LN2_LOW
    half_power = float_of((bits_of(shifted) + np.int64(1022)) << np.int64(52))  # 2^(n-1)
    y = 2.0 * (half_power * expm1_reduced(r) + (half_power - 0.5))
    return x if abs(x) < 1e-17 else y  # keeps -0 and subnormals


@njit(**SCALAR)
def sinh(x):
    """sinh(x) = (E + E/(E + 1))/2, E = exp(|x|) - 1: no cancellation."""
    e = expm1(abs(x))
    rest = e / (e + 1.0) if e < 1e300 else 1.0
    return with_sign(0.5 * e + 0.5 * rest, x)


@njit(**SCALAR)
def cosh(x):
    """cosh(x) = (E + 1/E)/2, E = exp(|x|)."""
    e = exp(abs(x))
    return 0.5 * e + 0.5 / e


@njit(**SCALAR)
def tanh(x):
    """tanh(x) = -E/(E + 2), E = exp(-2|x|) - 1: no cancellation, saturates by itself."""
    e = expm1(-2.0 * abs(x))
    return with_sign(e / (e + 2.0), x)


@njit(**SCALAR)
def sin_reduced(r):
    """sin(r) for |r| <= pi/2: r + r^3 P(r^2), relative error 2.8e-19."""
    s = r * r
    p = 2.720993665932131e-15
    p = p * s - 7.642974606230826e-13
    p = p * s + 1.605893907061648e-10
    p = p * s - 2.505210686044533e-08
    p = p * s + 2.755731921100555e-06
    p = p * s - 0.0001984126984120847
    p = p * s + 0.008333333333333193
    p = p * s - 0.16666666666666666
    return s * r * p + r


@njit(**SCALAR)
def sin(x):
    """sin(x) = (-1)^n sin(r), with x = n pi + r and |r| <= pi/2; |x| <= 1e8, else nan."""
    shifted = x * INVERSE_PI + ROUND
    n = shifted - ROUND
    r = x - n * PI_1 - n * PI_2 - n * PI_3
    y = float_of(bits_of(sin_reduced(r)) ^ (bits_of(shifted) << np.int64(63)))
    y = x if x == 0.0 else y
    return y if abs(x) <= TRIGONOMETRIC_LIMIT else np.nan


@njit(**SCALAR)
def cos(x):
    """cos(x) = (-1)^n sin(r), with |x| + pi/2 = n pi + r and |r| <= pi/2; |x| <= 1e8, else nan.

    n - 1/2 is exact and has one bit more than n.
    """
    shifted = abs(x) * INVERSE_PI + 0.5 + ROUND
    n = shifted - ROUND - 0.5
    r = abs(x) - n * PI_1 - n * PI_2 - n * PI_3
    y = float_of(bits_of(sin_reduced(r)) ^ (bits_of(shifted) << np.int64(63)))
    return y if abs(x) <= TRIGONOMETRIC_LIMIT else np.nan


@njit(**SCALAR)
def sincos(x):
    """(sin(x), cos(x)) with one reduction by pi/2: |r| <= pi/4, then swap and sign by n mod 4.

    sin(r) = r + r^3 P(r^2), cos(r) = 1 - r^2/2 + r^4 Q(r^2), relative errors 3.7e-18, 5.7e-20;
    |x| <= 1e8, else nan.
    """
    shifted = x * (2.0 * INVERSE_PI) + ROUND
    n = shifted - ROUND
    r = x - n * (0.5 * PI_1) - n * (0.5 * PI_2) - n * (0.5 * PI_3)
    s = r * r
    p = 1.589590545783776e-10
    p = p * s - 2.5050742320765373e-08
    p = p * s + 2.755731358770842e-06
    p = p * s - 0.00019841269829495804
    p = p * s + 0.008333333333322005
    p = p * s - 0.1666666666666663
    q = -1.1358311641518492e-11
    q = q * s + 2.087569659593883e-09
    q = q * s - 2.755731414880449e-07
    q = q * s + 2.480158728874885e-05
    q = q * s - 0.0013888888888872895
    q = q * s + 0.041666666666666595
    sine, cosine = s * r * p + r, s * s * q - 0.5 * s + 1.0
    bits = bits_of(shifted)
    odd = (bits & np.int64(1)) != np.int64(0)
    first, second = cosine if odd else sine, sine if odd else cosine
    first_sign = (bits << np.int64(62)) & SIGN_BIT
    second_sign = ((bits + np.int64(1)) << np.int64(62)) & SIGN_BIT
    first = float_of(bits_of(first) ^ first_sign)
    second = float_of(bits_of(second) ^ second_sign)
    first = x if x == 0.0 else first
    inside = abs(x) <= TRIGONOMETRIC_LIMIT
    return first if inside else np.nan, second if inside else np.nan


@njit(**SCALAR)
def log(x):
    """log(x) = k ln 2 + log(1 + f), 1/sqrt(2) <= 1 + f < sqrt(2), after Ng's log in fdlibm (1993).

    With s = f/(2 + f): log(1 + f) = 2s + s R = f - (f^2/2 - s (f^2/2 + R)), R = s^2 P(s^2), whose
    error is 1.3e-18 of 2s. Subnormal x is scaled by 2^54 first.
    """
    subnormal = x < SMALLEST_NORMAL
    bits = bits_of(x * 18014398509481984.0 if subnormal else x)
    shifted = bits + (ONE_BITS - SQRT_HALF_BITS)
    mantissa = (shifted & MANTISSA_BITS) + SQRT_HALF_BITS
    exponent = (shifted >> np.int64(52)) & np.int64(0xFFF)
    k = float_of(exponent | ROUND_BITS) - (4503599627370496.0 + 1023.0)
    k = k - 54.0 if subnormal else k
    f = float_of(mantissa) - 1.0
    s = f / (f + 2.0)
    z = s * s
    p = 0.14799063978042587
    p = p * z + 0.15313755854786168
    p = p * z + 0.1818357516709774
    p = p * z + 0.22222198378324004
    p = p * z + 0.28571428744144417
    p = p * z + 0.39999999999407465
    p = p * z + 0.6666666666666735
    half_square = 0.5 * f * f
    y = k * LN2_HIGH - ((half_square - (s * (half_square + z * p) + k * LN2_LOW)) - f)
    y = np.nan if x < 0.0 else y
    y = -np.inf if x == 0.0 else y
    return y if x < np.inf else x  # inf and nan are their own logarithms


@njit(**SCALAR)
def sin_any(x):
    """sin(x) for every x; a branch to libm beyond 1e8, so not for loops to be vectorised."""
    return sin(x) if abs(x) <= TRIGONOMETRIC_LIMIT else math.sin(x)


@njit(**SCALAR)
def cos_any(x):
    """cos(x) for every x; a branch to libm beyond 1e8, so not for loops to be vectorised."""
    return cos(x) if abs(x) <= TRIGONOMETRIC_LIMIT else math.cos(x)
