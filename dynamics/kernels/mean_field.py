"""Phase oscillators: steps of a Runge-Kutta chain, all-to-all through the mean field or sparse.

    theta_i' = omega_i + K Im(Z_i e^(-i theta_i)),    Z_i the field that oscillator i feels

Oscillators lie in blocks of WIDTH, a block's rows one after the other: phase, frequency, sum of
the step, cosine, sine. The compiler then knows the offsets and computes several lanes at a time. A
scheme is a chain of stages at theta + a h k_previous with weights b h, the last at the new phase,
so that each stage costs one sine and cosine an oscillator: those that the field is summed from.

Blocks are summed by CHUNK, chunks in their order, so that the bits of a run don't depend on how
many threads share the chunks. Lanes beyond the last oscillator move, and are not summed.
"""

import numpy as np
from numba import njit, prange

from .elementary import INVERSE_PI, PI_1, PI_2, PI_3, ROUND, SCALAR, bits_of, float_of
from .random_streams import normal_pair

FAST = dict(
    cache=True,
    error_model="numpy",
    nogil=True,
    fastmath={"reassoc", "contract", "nsz", "arcp", "afn"},
)
WIDTH = 64
ROWS = 5
CHUNK = 32  # blocks


@njit(**SCALAR)
def phasor(x):
    """(sin(x), cos(x)) for |x| <= 1e8, with absolute errors of 3e-16.

    x = n pi + r, |r| <= pi/2, and the sign of both is (-1)^n: longer polynomials than those of
    `sincos`, but nothing to swap. Remez, absolute errors 1.1e-16 and 4.2e-18.
    """
    shifted = x * INVERSE_PI + ROUND
    n = shifted - ROUND
    r = x - n * PI_1 - n * PI_2 - n * PI_3
    s = r * r
    p = -7.364646408139078e-13
    p = p * s + 1.6047301193236818e-10
    p = p * s - 2.505185149690161e-08
    p = p * s + 2.7557316077005955e-06
    p = p * s - 0.00019841269820094194
    p = p * s + 0.00833333333326288
    p = p * s - 0.1666666666666581
    q = 4.6102941392539863e-14
    q = q * s - 1.1463039367487322e-11
    q = q * s + 2.0876567740958933e-09
    q = q * s - 2.7557316525226586e-07
    q = q * s + 2.480158727914901e-05
    q = q * s - 0.0013888888888785652
    q = q * s + 0.04166666666666437
    q = q * s - 0.49999999999999983
    sign = bits_of(shifted) << np.int64(63)
    return float_of(bits_of(s * r * p + r) ^ sign), float_of(bits_of(q * s + 1.0) ^ sign)


@njit(forceinline=True, **FAST)
def summed(y, count, part, k):
    """Add a block's cosines and sines to its chunk."""
    x = 0.0
    for i in range(count):
        x += y[3 * WIDTH + i]
    part[k, 0] += x
    x = 0.0
    for i in range(count):
        x += y[4 * WIDTH + i]
    part[k, 1] += x


@njit(forceinline=True, **FAST)
def begun(y):
    """Cosines and sines of the phases; the sum of the step begins at them."""
    for i in range(WIDTH):
        s, c = phasor(y[i])
        y[2 * WIDTH + i] = y[i]
        y[3 * WIDTH + i] = c
        y[4 * WIDTH + i] = s


@njit(forceinline=True, **FAST)
def inner(y, a, b, X, Y):
    """A stage that is not the last: X + iY is the field."""
    for i in range(WIDTH):
        slope = y[WIDTH + i] + (Y * y[3 * WIDTH + i] - X * y[4 * WIDTH + i])
        y[2 * WIDTH + i] += b * slope
        s, c = phasor(y[i] + a * slope)
        y[3 * WIDTH + i] = c
        y[4 * WIDTH + i] = s


@njit(forceinline=True, **FAST)
def last(y, b, X, Y):
    """The last stage: the phases move."""
    for i in range(WIDTH):
        slope = y[WIDTH + i] + (Y * y[3 * WIDTH + i] - X * y[4 * WIDTH + i])
        x = y[2 * WIDTH + i] + b * slope
        y[i] = x
        y[2 * WIDTH + i] = x
        s, c = phasor(x)
        y[3 * WIDTH + i] = c
        y[4 * WIDTH + i] = s


@njit(forceinline=True, **FAST)
def kicked(y, size, keys, number):
    """The noise of a step joins its sum, and the phases that the first stage goes on from."""
    for i in range(WIDTH):
        noise = size * normal_pair(keys[0], keys[1], number + np.uint64(i))[0]
        y[i] += noise
        y[2 * WIDTH + i] += noise


@njit(forceinline=True, **FAST)
def stage(y, which, stages, a, b, X, Y, size, keys, number):
    """One stage of a block. Noise comes before it where it is the first: the slope still belongs to
    the cosines and sines of the phase before."""
    if which == 0 and size > 0.0:
        kicked(y, size, keys, number)
    if which == stages - 1:
        last(y, b, X, Y)
    else:
        inner(y, a, b, X, Y)


@njit(**FAST)
def start(y, n, part):
    """Cosines, sines and their sums at the phases."""
    for k in range(part.shape[0]):
        part[k, 0] = 0.0
        part[k, 1] = 0.0
        for j in range(k * CHUNK, min(y.shape[0], (k + 1) * CHUNK)):
            begun(y[j])
            summed(y[j], min(WIDTH, n - j * WIDTH), part, k)


@njit(**FAST)
def field(part, n):
    """The order parameter: its real and imaginary part."""
    x, y = 0.0, 0.0
    for k in range(part.shape[0]):
        x += part[k, 0]
        y += part[k, 1]
    return x / n, y / n


@njit(forceinline=True, **FAST)
def chunk(y, n, part, k, which, stages, a, b, X, Y, size, keys, number):
    """One stage of the blocks of chunk k, whose sum begins anew."""
    part[k, 0] = 0.0
    part[k, 1] = 0.0
    for j in range(k * CHUNK, min(y.shape[0], (k + 1) * CHUNK)):
        lane = np.uint64(number) * np.uint64(n) + np.uint64(j * WIDTH)
        stage(y[j], which, stages, a, b, X, Y, size, keys, lane)
        summed(y[j], min(WIDTH, n - j * WIDTH), part, k)


@njit(**FAST)
def march(y, n, part, order, every, first, a, b, pull, turn, size, keys):
    """`every` steps for each row of `order`, which gets the order parameter before them. `pull` and
    `turn` are K cos(lag) and K sin(lag), `first` is the number of the first step."""
    stages = a.size
    for row in range(order.shape[0]):
        order[row, 0], order[row, 1] = field(part, n)
        for step in range(every):
            number = first + row * every + step
            for which in range(stages):
                x, z = field(part, n)
                X, Y = pull * x + turn * z, pull * z - turn * x
                for k in range(part.shape[0]):
                    chunk(
                        y, n, part, k, which, stages, a[which], b[which], X, Y, size, keys, number
                    )


@njit(parallel=True, **FAST)
def march_threaded(y, n, part, order, every, first, a, b, pull, turn, size, keys):
    """The same, chunks shared by threads."""
    stages = a.size
    for row in range(order.shape[0]):
        order[row, 0], order[row, 1] = field(part, n)
        for step in range(every):
            number = first + row * every + step
            for which in range(stages):
                x, z = field(part, n)
                X, Y = pull * x + turn * z, pull * z - turn * x
                for k in prange(part.shape[0]):
                    chunk(
                        y, n, part, k, which, stages, a[which], b[which], X, Y, size, keys, number
                    )
