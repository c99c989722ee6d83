"""One step of a scheme with a given length.

Explicit Runge-Kutta schemes are their tableau (a, b, c): x + h sum_i b_i k_i with
k_i = f(t + c_i h, x + h sum_j a_ij k_j). Exponential Euler freezes the diagonal of the Jacobian,

    x_i + h phi(J_ii h) f_i,        phi(z) = (e^z - 1)/z,

which is exact where equation i is linear in x_i and all else stands still. Noise g_ij(x) dW_j (Ito,
independent sources j) adds, after the Euler step of the drift (Kloeden & Platen 1992, sections
10.2, 10.3),

    sum_j g_ij dW_j                               Euler-Maruyama, strong order 1/2
    + (dW_j^2 - h)/2 g_ij dg_ij/dx_i              Milstein, strong order 1 for diagonal noise
"""

from math import expm1, sqrt

from numba import njit

from .by_address import field, jacobian, noise, noise_slope
from .dormand_prince import INNER
from .normal import normal


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


@njit(**INNER)
def add_noise(system, p, t, h, low, high, x, moving, x_new, g, random, milstein):
    """Add the noise of a step that begins at (t, x) to its end.

    `random` is seed, draws so far, sources; g receives a row of amplitudes for each equation.
    """
    n = x.size
    sources = random[2]
    time = low if t < low else high if t > high else t
    noise(system, time, x, p, g)
    for j in range(sources):
        change = sqrt(h) * normal(random[0], random[1] + j)
        for i in range(n):
            x_new[i] += moving[i] * g[i * sources + j] * change
    if milstein is not None:
        noise_slope(system, time, x, p, g)
        for j in range(sources):
            z = normal(random[0], random[1] + j)
            for i in range(n):
                x_new[i] += moving[i] * 0.5 * g[i * sources + j] * h * (z * z - 1.0)
    random[1] += sources
