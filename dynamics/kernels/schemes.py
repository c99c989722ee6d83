"""One step of a scheme with a given length.

Explicit Runge-Kutta schemes are their tableau (a, b, c): x + h sum_i b_i k_i with
k_i = f(t + c_i h, x + h sum_j a_ij k_j). Exponential Euler freezes the diagonal of the Jacobian,

    x_i + h phi(J_ii h) f_i,        phi(z) = (e^z - 1)/z,

which is exact where equation i is linear in x_i and all else stands still.
"""

from math import expm1

from numba import njit

from .by_address import field, jacobian
from .dormand_prince import INNER


@njit(**INNER)
def explicit_step(system, p, t, h, low, high, x, moving, x_new, y, g, k, a, b, c):
    """An explicit Runge-Kutta step."""
    n = x.size
    for i in range(n):
        x_new[i] = x[i]
    for s in range(b.size):
        for i in range(n):
            total = 0.0
            for j in range(s):
                total += a[s, j] * k[j, i]
            y[i] = x[i] + h * total
        time = t + c[s] * h
        time = low if time < low else high if time > high else time
        field(system, time, y, p, g)
        for i in range(n):
            k[s, i] = g[i] * moving[i]
            x_new[i] += h * b[s] * k[s, i]


@njit(**INNER)
def exponential_step(system, p, t, h, low, high, x, moving, x_new, g, jac):
    """A step of exponential Euler."""
    n = x.size
    time = low if t < low else high if t > high else t
    field(system, time, x, p, g)
    jacobian(system, time, x, p, jac)
    for i in range(n):
        z = jac[i, i] * h
        phi = expm1(z) / z if z != 0.0 else 1.0
        x_new[i] = x[i] + moving[i] * h * phi * g[i]
