"""One step of a scheme with noise, from given increments of the Wiener processes.

For dx_i = f_i dt + sum_j g_ij dW_j (Ito), with dW_j the increment of source j over the step and
dZ_j = int_t^(t+h) (W_j(s) - W_j(t)) ds,

    EULER_MARUYAMA   x + h f + sum_j g_ij dW_j
    MILSTEIN         + sum_jk (dW_j dW_k - h delta_jk)/2 sum_l g_lj dg_ik/dx_l, for noise that
                     commutes (commutative.py)
    SRK              for amplitudes g(t) that no state enters: SRA3 of Roessler (2010), table 6.3,
                     with h_j = dZ_j/h, g = g(t) and g' = g(t + h):
                         k1 = f(t, x),    k2 = f(t + h, x + h k1)
                         k3 = f(t + h/2, x + h (k1 + k2)/4 + sum_j (g'_ij + g_ij/2) h_j)
                         x + h (k1 + k2 + 4 k3)/6 + sum_j (g'_ij (dW_j - h_j) + g_ij h_j)

Strong orders 1/2 (1 if no state enters g), 1 and 3/2; weak orders 1, 1 and 2 (Kloeden & Platen
1992, sections 10.2, 10.3, 14.1; A. Roessler, SIAM J. Numer. Anal. 48 (2010) 922-952).
"""

from math import sqrt

from numba import njit

from .by_address import field, noise, noise_slope
from .compact import compact
from .dormand_prince import INNER
from .normal import normal
from .schemes import explicit_step, exponential_step

# what a step consists of; PLAIN and EXPONENTIAL have no Gaussian noise
EULER_MARUYAMA, MILSTEIN, SRK, PLAIN, EXPONENTIAL = range(5)


@njit(**INNER)
def draw_increments(scheme, h, sources, random, dw, dz):
    """Fill dW and dZ of a step of length h; random is the seed and how many numbers were drawn.

    dZ = h (dW + dV/sqrt(3))/2 with dV independent of dW and of its variance h has the variance
    h^3/3 and the covariance h^2/2 with dW, as it must.
    """
    compact()
    root = sqrt(h)
    for j in range(sources):
        dw[j] = root * normal(random[0], random[1] + j)
    random[1] += sources
    if scheme == SRK:
        for j in range(sources):
            other = root * normal(random[0], random[1] + j)
            dz[j] = 0.5 * h * (dw[j] + other / sqrt(3.0))
        random[1] += sources


@njit(**INNER)
def noisy_step(system, p, t, h, low, high, x, moving, x_new, scheme, sources, tableau, work):
    """The step from (t, x) with the increments in work; its end goes into x_new."""
    compact()
    y, g, _, k, dw, _, jac = work
    n = x.size
    if scheme == EXPONENTIAL:
        exponential_step(system, p, t, h, low, high, x, moving, x_new, g, jac)
        return
    if scheme == SRK:
        srk_step(system, p, t, h, low, high, x, moving, x_new, sources, work)
        return
    a, b, c = tableau
    explicit_step(system, p, t, h, low, high, x, moving, x_new, y, g, k, a, b, c)
    if scheme == PLAIN:
        return
    time = low if t < low else high if t > high else t
    noise(system, time, x, p, g)
    for i in range(n):
        for j in range(sources):
            x_new[i] += moving[i] * g[i * sources + j] * dw[j]
    if scheme == MILSTEIN:
        noise_slope(system, time, x, p, g)
        for i in range(n):
            for j in range(sources):
                for other in range(sources):
                    both = dw[j] * dw[other] - (h if j == other else 0.0)
                    slope = g[(i * sources + j) * sources + other]
                    x_new[i] += moving[i] * 0.5 * slope * both


@njit(**INNER)
def srk_step(system, p, t, h, low, high, x, moving, x_new, sources, work):
    """A step of SRA3."""
    compact()
    y, g, g_end, k, dw, dz, _ = work
    n = x.size
    time = low if t < low else high if t > high else t
    middle = t + 0.5 * h
    middle = low if middle < low else high if middle > high else middle
    end = t + h
    end = low if end < low else high if end > high else end
    field(system, time, x, p, g)
    for i in range(n):
        k[0, i] = moving[i] * g[i]
        y[i] = x[i] + h * k[0, i]
    field(system, end, y, p, g)
    for i in range(n):
        k[1, i] = moving[i] * g[i]
    noise(system, time, x, p, g)
    noise(system, end, x, p, g_end)
    for i in range(n):
        y[i] = x[i] + 0.25 * h * (k[0, i] + k[1, i])
        x_new[i] = x[i] + h * (k[0, i] + k[1, i]) / 6.0
        for j in range(sources):
            mean = dz[j] / h if h > 0.0 else 0.0
            early = moving[i] * g[i * sources + j]
            late = moving[i] * g_end[i * sources + j]
            y[i] += (late + 0.5 * early) * mean
            x_new[i] += late * (dw[j] - mean) + early * mean
    field(system, middle, y, p, g)
    for i in range(n):
        x_new[i] += h * moving[i] * g[i] * (2.0 / 3.0)


@njit(cache=True, _nrt=False)
def along_path(system, p, t, h, x, scheme, tableau, path, work):
    """Steps of length h from (t, x) on a given path: its rows hold all dW, then all dZ; x is moved
    along."""
    dw, dz = work[4], work[5]
    sources = path.shape[1] // 2
    moving, x_new = work[7], work[8]
    inner = (work[0], work[1], work[2], work[3], work[4], work[5], work[6])
    for step in range(path.shape[0]):
        for j in range(sources):
            dw[j] = path[step, j]
            dz[j] = path[step, sources + j]
        now = t + step * h
        noisy_step(
            system, p, now, h, -1e308, 1e308, x, moving, x_new, scheme, sources, tableau, inner
        )
        for i in range(x.size):
            x[i] = x_new[i]
