"""x/(exp(x) - 1), (exp(x) - 1)/x, sin(x)/x and their derivatives: kernels without a singular point.

    bernoulli_k(x) = d^k/dx^k x/(exp(x) - 1)    exprel_k(x) = d^k/dx^k (exp(x) - 1)/x
    sinc_k(x) = d^k/dx^k sin(x)/x               k = 0 ... 5

                k = 0      1        2        3        4        5
    bernoulli   4.5    7        5        7        6        6
    exprel      4      4        4.5      6        6.5      7.5
    sinc        3      3        3.5      3.5      7        5.5

Bounds of the error in units of 1e-16 (the tests'): of bernoulli_0, bernoulli_1 and all exprel_k
relative to the value; of bernoulli_k, k >= 2, relative to its largest value (1/6, 0.0423, 1/30,
0.021); of sinc_k relative to its largest value, 1/(k + 1), and beyond |x| = k + 1 to 1/|x|.
Limits at +-inf are right, nan gives nan. exprel_k overflows where its value does (x > 716), not
where exp does. The formulas stand in `removable_series`.

bernoulli_0 and bernoulli_from_exp are free of branches and become vector code; the others choose
between two formulas, which LLVM turns into selects where that pays. sinc uses libm beyond 1e8.
"""

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from . import removable_series as series
from .elementary import SCALAR, cos_any, exp, expm1, sin_any

__all__ = [f"{name}_{k}" for name in ("bernoulli", "exprel", "sinc") for k in range(6)]
__all__ += ["bernoulli_from_exp"]

BERNOULLI_1, BERNOULLI_2, BERNOULLI_3, BERNOULLI_4, BERNOULLI_5 = series.BERNOULLI[1:]
EXPREL_RISING_1, EXPREL_RISING_2, EXPREL_RISING_3 = series.EXPREL_RISING[1:4]
EXPREL_RISING_4, EXPREL_RISING_5 = series.EXPREL_RISING[4:]
EXPREL_FALLING_1, EXPREL_FALLING_2, EXPREL_FALLING_3 = series.EXPREL_FALLING[1:4]
EXPREL_FALLING_4, EXPREL_FALLING_5 = series.EXPREL_FALLING[4:]
SINC_1, SINC_2, SINC_3, SINC_4, SINC_5 = series.SINC[1:]
BERNOULLI_SHORT = series.BERNOULLI_SHORT
FLAT = 800.0  # exp(-800) = 0
TOP = 709.0  # exp(709) is finite

beyond_1 = njit(**SCALAR)(series.bernoulli_1)
beyond_2 = njit(**SCALAR)(series.bernoulli_2)
beyond_3 = njit(**SCALAR)(series.bernoulli_3)
beyond_4 = njit(**SCALAR)(series.bernoulli_4)
beyond_5 = njit(**SCALAR)(series.bernoulli_5)
exprel_beyond = njit(**SCALAR)(series.exprel_beyond)
sinc_beyond = njit(**SCALAR)(series.sinc_beyond)


@intrinsic
def polynomial(typing_context, x, coefficients):
    """Horner's rule, highest power first, without a loop: a loop over a tuple copies it first."""

    def generate(context, builder, signature, arguments):
        point, table = arguments
        y = builder.extract_value(table, 0)
        for i in range(1, signature.args[1].count):
            y = builder.fadd(builder.fmul(y, point), builder.extract_value(table, i))
        return y

    return types.float64(types.float64, coefficients), generate


@njit(**SCALAR)
def bernoulli_0(x):
    """a/(1 - exp(-a)) for x = -a < 0, and exp(-a) times that for x = a: nothing cancels."""
    a = abs(x)
    y = a / -expm1(-a)
    e = exp(-a)
    y = e * (FLAT if a > FLAT else y) if x > 0.0 else y
    return 1.0 if x == 0.0 else y


@njit(**SCALAR)
def bernoulli_from_exp(x, e):
    """bernoulli_0(x) where e = exp(x) is at hand; 1 - x/2 + x^2 Q(x^2) for |x| < 1.

    As accurate as e: its relative error is at most 1.6 times that of e, plus 3e-16.
    """
    s = x * x
    if s < 1.0:  # Estrin's scheme: few steps that wait for one another
        c6, c5, c4, c3, c2, c1, c0 = BERNOULLI_SHORT
        q = s * s
        high = (c6 * s + c5) * q * q + ((c4 * s + c3) * q + (c2 * s + c1))
        return high * q + (c0 * s - 0.5 * x + 1.0)
    return 0.0 if x > FLAT else x / (e - 1.0)


@njit(**SCALAR)
def bernoulli_1(x):
    """-1/2 + x A(x^2); from positive x to negative by B'(-a) = -1 - B'(a)."""
    a = abs(x)
    if a < 2.0:
        return x * polynomial(x * x * (2.0 / 4.0) - 1.0, BERNOULLI_1) - 0.5
    y = beyond_1(FLAT if a > FLAT else a, exp(-a))
    return y if x > 0.0 else -1.0 - y


@njit(**SCALAR)
def bernoulli_2(x):
    """Even."""
    a = abs(x)
    if a < 3.0:
        return polynomial(x * x * (2.0 / 9.0) - 1.0, BERNOULLI_2)
    return beyond_2(FLAT if a > FLAT else a, exp(-a))


@njit(**SCALAR)
def bernoulli_3(x):
    """Odd."""
    a = abs(x)
    if a < 4.5:
        return x * polynomial(x * x * (2.0 / 20.25) - 1.0, BERNOULLI_3)
    y = beyond_3(FLAT if a > FLAT else a, exp(-a))
    return y if x > 0.0 else -y


@njit(**SCALAR)
def bernoulli_4(x):
    """Even."""
    a = abs(x)
    if a < 5.0:
        return polynomial(x * x * (2.0 / 25.0) - 1.0, BERNOULLI_4)
    return beyond_4(FLAT if a > FLAT else a, exp(-a))


@njit(**SCALAR)
def bernoulli_5(x):
    """Odd."""
    a = abs(x)
    if a < 6.0:
        return x * polynomial(x * x * (2.0 / 36.0) - 1.0, BERNOULLI_5)
    y = beyond_5(FLAT if a > FLAT else a, exp(-a))
    return y if x > 0.0 else -y


@njit(**SCALAR)
def exprel_far(x, k):
    """The k-th derivative away from 0; for x > 0 the recurrence runs on exp(-x) times it."""
    if x > 0.0:
        y = exprel_beyond(x, -expm1(-x) / x, 1.0, k)
        c = TOP if x > TOP else x
        return y * exp(c) * exp(x - c) if x < FLAT else np.inf
    return exprel_beyond(x, expm1(x) / x, exp(x), k)


@njit(**SCALAR)
def exprel_0(x):
    """Exact but for rounding wherever exp(x) doesn't overflow: expm1 has no cancellation."""
    if x > TOP:
        return exprel_far(x, 0)
    y = expm1(x) / x
    return 1.0 if x == 0.0 else y


@njit(**SCALAR)
def exprel_1(x):
    """Sums of positive terms for |x| < 2."""
    if not abs(x) < 2.0:
        return exprel_far(x, 1)
    if x < 0.0:
        return exp(x) * polynomial(-x, EXPREL_FALLING_1)
    return polynomial(x, EXPREL_RISING_1)


@njit(**SCALAR)
def exprel_2(x):
    """Sums of positive terms for |x| < 3."""
    if not abs(x) < 3.0:
        return exprel_far(x, 2)
    if x < 0.0:
        return exp(x) * polynomial(-x, EXPREL_FALLING_2)
    return polynomial(x, EXPREL_RISING_2)


@njit(**SCALAR)
def exprel_3(x):
    """Sums of positive terms for |x| < 4."""
    if not abs(x) < 4.0:
        return exprel_far(x, 3)
    if x < 0.0:
        return exp(x) * polynomial(-x, EXPREL_FALLING_3)
    return polynomial(x, EXPREL_RISING_3)


@njit(**SCALAR)
def exprel_4(x):
    """Sums of positive terms for |x| < 5."""
    if not abs(x) < 5.0:
        return exprel_far(x, 4)
    if x < 0.0:
        return exp(x) * polynomial(-x, EXPREL_FALLING_4)
    return polynomial(x, EXPREL_RISING_4)


@njit(**SCALAR)
def exprel_5(x):
    """Sums of positive terms for |x| < 6."""
    if not abs(x) < 6.0:
        return exprel_far(x, 5)
    if x < 0.0:
        return exp(x) * polynomial(-x, EXPREL_FALLING_5)
    return polynomial(x, EXPREL_RISING_5)


@njit(**SCALAR)
def sinc_far(x, k):
    """The k-th derivative away from 0."""
    y = sinc_beyond(x, sin_any(x), cos_any(x), k)
    return 0.0 if abs(x) == np.inf else y


@njit(**SCALAR)
def sinc_0(x):
    """sin(x)/x."""
    y = sinc_far(x, 0)
    return 1.0 if x == 0.0 else y


@njit(**SCALAR)
def sinc_1(x):
    """Odd."""
    if abs(x) < 2.0:
        return x * polynomial(x * x * (2.0 / 4.0) - 1.0, SINC_1)
    return sinc_far(x, 1)


@njit(**SCALAR)
def sinc_2(x):
    """Even."""
    if abs(x) < 3.0:
        return polynomial(x * x * (2.0 / 9.0) - 1.0, SINC_2)
    return sinc_far(x, 2)


@njit(**SCALAR)
def sinc_3(x):
    """Odd."""
    if abs(x) < 4.0:
        return x * polynomial(x * x * (2.0 / 16.0) - 1.0, SINC_3)
    return sinc_far(x, 3)


@njit(**SCALAR)
def sinc_4(x):
    """Even."""
    if abs(x) < 5.0:
        return polynomial(x * x * (2.0 / 25.0) - 1.0, SINC_4)
    return sinc_far(x, 4)


@njit(**SCALAR)
def sinc_5(x):
    """Odd."""
    if abs(x) < 6.0:
        return x * polynomial(x * x * (2.0 / 36.0) - 1.0, SINC_5)
    return sinc_far(x, 5)
