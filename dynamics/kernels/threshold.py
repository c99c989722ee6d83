"""Where a step crosses the threshold of the reset, on its dense output."""

from numba import njit

from .by_address import margin
from .compact import compact
from .dormand_prince import INNER
from .layout import DENSE

NONE = 2.0
PARTS = 16  # of a step, and how often to look at parts of parts
LEVELS = 6


@njit(**INNER)
def margin_at(system, p, t, low, high, x, g):
    """The margin of a state, at a time that is kept within [low, high]."""
    compact()
    margin(system, low if t < low else high if t > high else t, x, p, g)
    return g[0]


@njit(**INNER)
def margin_on(system, p, theta, t, h, low, high, x, k, resets):
    """The margin on the dense output, whose state goes into y."""
    compact()
    y = resets[1]
    for i in range(x.size):
        total = 0.0
        for row in range(6, -1, -1):
            total = k[DENSE + row, i] + (theta if row % 2 else 1.0 - theta) * total
        y[i] = x[i] + theta * total
    return margin_at(system, p, t + theta * h, low, high, y, resets[2])


@njit(**INNER)
def may_cross(before, rate_before, after, rate_after):
    """Whether the cubic with these values and slopes on [0, 1] comes near to zero from below.

    Near means: twice its rise above the ends would reach it, which for a parabola is where the
    tangents at both ends meet.
    """
    compact()
    highest = before if before > after else after
    reach = highest
    for j in range(1, 8):
        u = 0.125 * j
        v = 1.0 - u
        value = v * v * ((1.0 + 2.0 * u) * before + u * rate_before)
        value += u * u * ((1.0 + 2.0 * v) * after - v * rate_after)
        if value > reach:
            reach = value
    return reach > highest and reach + (reach - highest) >= 0.0


@njit(**INNER)
def first_root(system, p, t, h, low, high, before, x, k, resets):
    """The first theta in (0, 1] at which the margin on the dense output becomes >= 0, or NONE."""
    compact()
    # between points that all lie below, look closer around the highest
    left = 0.0
    width = 1.0
    b = NONE
    a = 0.0
    at_a = before
    at_b = 0.0
    for _ in range(LEVELS):
        best = left
        at_best = -1e308
        for j in range(PARTS + 1):
            theta = left + width * j / PARTS
            value = margin_on(system, p, theta, t, h, low, high, x, k, resets)
            if value >= 0.0 and theta > 0.0:
                b = theta
                at_b = value
                break
            a = theta
            at_a = value
            if value > at_best:
                best = theta
                at_best = value
        if b != NONE:
            break
        width *= 2.0 / PARTS
        left = best - 0.5 * width
        left = left if left > 0.0 else 0.0
        left = left if left + width < 1.0 else 1.0 - width
    # regula falsi with halved weights (Illinois), and bisection where it is slow
    kept = 0
    for trial in range(200):
        if b - a <= 2.3e-16 * b or at_b == 0.0:
            break
        theta = b - at_b * (b - a) / (at_b - at_a)
        if trial % 4 == 3 or not (theta > a and theta < b):
            theta = 0.5 * (a + b)
            if theta <= a or theta >= b:
                break
        value = margin_on(system, p, theta, t, h, low, high, x, k, resets)
        if value >= 0.0:
            b = theta
            at_b = value
            if kept == 1:
                at_a *= 0.5
            kept = 1
        else:
            a = theta
            at_a = value
            if kept == 2:
                at_b *= 0.5
            kept = 2
    return b
