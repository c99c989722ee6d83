"""Phase oscillators on a network: the steps of a Runge-Kutta chain over a sparse matrix.

    theta_i' = omega_i + K sum_j A_ij sin(theta_j - theta_i - lag)

With the field Z_i = sum_j A_ij e^(i theta_j) the sum is Im(Z_i e^(-i lag) e^(-i theta_i)): one sine
and cosine an oscillator, two products an edge. Rows of A are those of a CSR matrix.
"""

import numpy as np
from numba import njit

from .mean_field import FAST, phasor
from .random_streams import normal_pair


@njit(forceinline=True, **FAST)
def slope_of(i, pointers, neighbours, weights, omega, cosine, sine, pull, turn):
    """The rate of oscillator i."""
    x, y = 0.0, 0.0
    for edge in range(pointers[i], pointers[i + 1]):
        j = neighbours[edge]
        x += weights[edge] * cosine[j]
        y += weights[edge] * sine[j]
    X, Y = pull * x + turn * y, pull * y - turn * x
    return omega[i] + (Y * cosine[i] - X * sine[i])


@njit(**FAST)
def phasors(theta, cosine, sine):
    """Cosines and sines; their means."""
    x, y = 0.0, 0.0
    for i in range(theta.size):
        s, c = phasor(theta[i])
        cosine[i] = c
        sine[i] = s
        x += c
        y += s
    return x / theta.size, y / theta.size


@njit(**FAST)
def march(
    theta, pointers, neighbours, weights, omega, order, every, first, a, b, pull, turn, size, keys
):
    """`every` steps for each row of `order`, which gets the order parameter before them."""
    n, stages = theta.size, a.size
    cosine, sine = np.empty(n), np.empty(n)
    total, stage = theta.copy(), theta.copy()
    order_x, order_y = phasors(theta, cosine, sine)
    for row in range(order.shape[0]):
        order[row, 0], order[row, 1] = order_x, order_y
        for step in range(every):
            number = np.uint64(first + row * every + step) * np.uint64(n)
            for which in range(stages):
                for i in range(n):
                    slope = slope_of(
                        i, pointers, neighbours, weights, omega, cosine, sine, pull, turn
                    )
                    if which == 0 and size > 0.0:
                        noise = size * normal_pair(keys[0], keys[1], number + np.uint64(i))[0]
                        theta[i] += noise
                        total[i] += noise
                    total[i] += b[which] * slope
                    if which == stages - 1:
                        theta[i] = total[i]
                        stage[i] = total[i]
                    else:
                        stage[i] = theta[i] + a[which] * slope
                order_x, order_y = phasors(stage, cosine, sine)
    return order_x, order_y
