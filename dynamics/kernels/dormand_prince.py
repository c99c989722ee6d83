"""One step of Dormand-Prince 8(5,3), with the error norm of Hairer's dop853.

    x_new = x + h sum_j b_j k_j,      k_s = f(t + c_s h, x + h sum_{j<s} a_sj k_j)

The norm combines the estimates of orders 5 and 3 (Hairer, Norsett & Wanner 1993, section II.10):

    error = |h| E5^2 / sqrt((E5^2 + E3^2 / 100) n),    E_i^2 = sum_components (e_i / scale)^2
    scale = atol + rtol max(|x|, |x_new|)

The step is good if error < 1. NaN anywhere in it makes the error NaN, hence a rejection.
"""

from math import sqrt

import numpy as np
from numba import njit

from .by_address import field
from .compact import compact
from .dormand_prince_tableau import E3, E5, A, C
from .elementary import ONE_BITS, bits_of, float_of

# The first column after 0 that a row of the tableau uses.
FIRST = np.array([1] + [1 + int(np.argmax(row[1:] != 0)) for row in A[1:]])
SAFETY, MEMORY = 0.9, 0.02
# Only called by other kernels, without allocation; flags that can't hide NaN.
INNER = dict(
    cache=True,
    error_model="numpy",
    fastmath={"contract", "nsz", "arcp"},
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    _nrt=False,
)


@njit(**INNER)
def attempt(system, t, h, low, high, x, f, p, moving, rtol, atol, x_new, f_new, k):
    """Try a step of length h from (t, x), where dx/dt = f; return the norm of its error.

    Writes x_new and, if the error is < 1, f_new. The field is seen at times within [low, high]
    only; `moving` is 1, or 0 for components at rest. Rows 0..15 of k are free to use.
    """
    compact()
    n = x.size
    for s in range(1, 14):
        if s < 13:
            for i in range(n):
                total = A[s, 0] * f[i]
                for j in range(FIRST[s], s):
                    total += A[s, j] * k[j, i]
                x_new[i] = x[i] + h * total
        else:
            fifth = 0.0
            third = 0.0
            for i in range(n):
                e5 = E5[0] * f[i]
                e3 = E3[0] * f[i]
                for j in range(5, 12):
                    e5 += E5[j] * k[j, i]
                    e3 += E3[j] * k[j, i]
                size = abs(x[i])
                if abs(x_new[i]) > size:
                    size = abs(x_new[i])
                scale = atol[i] + rtol * size
                e5 /= scale
                e3 /= scale
                fifth += e5 * e5
                third += e3 * e3
            error = fifth
            if fifth > 0.0:
                error = abs(h) * fifth / sqrt((fifth + 0.01 * third) * n)
            if not error < 1.0:
                return error
        if s != 12:
            time = t + (C[s] * h if s < 13 else h)
            time = low if time < low else high if time > high else time
            field(system, time, x_new, p, f_new)
            for i in range(n):
                k[s, i] = f_new[i] * moving[i]
    for i in range(n):
        f_new[i] = k[13, i]
        # NaN if the state or the derivative is not finite
        error += 0.0 * f_new[i] + 0.0 * x_new[i]
    return error


@njit(forceinline=True, **INNER)
def step_factor(error, error_old):
    """By how much to change the step: about 0.9 error^-(1/8 - b) error_old^b, b = 0.02.

    A PI controller (Hairer & Wanner 1996, section IV.2). The powers are rough (to 6 per cent),
    since every step waits for them: the bits of a float64 as an integer are, but for scale and
    offset, its logarithm to base 2 with the mantissa as the digits behind the point.
    """
    size = bits_of(error if error > 1e-8 else 1e-8) - ONE_BITS
    change = (MEMORY - 0.125) * size + MEMORY * (bits_of(error_old) - ONE_BITS)
    return SAFETY * float_of(ONE_BITS + np.int64(change))
