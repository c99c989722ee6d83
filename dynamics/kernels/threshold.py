"""Where a step crosses the threshold of the reset, on its dense output."""

from numba import njit

from .by_address import margin
from .compact import compact
from .dormand_prince import INNER
from .layout import DENSE

NONE = 2.0
PARTS = 16


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
    """Whether the cubic with these values and slopes on [0, 1] comes near to zero from below."""
    compact()
    highest = before if before > after else after
    # where both slopes point to a top between them, it lies below where the tangents meet
    if rate_before > 0.0 and rate_after < 0.0:
        meet = (after - rate_after - before) / (rate_before - rate_after)
        return before + rate_before * meet >= 0.0
    reach = highest
    for j in range(1, 8):
        u = j / 8.0
        v = 1.0 - u
        value = v * v * ((1.0 + 2.0 * u) * before + u * rate_before)
        value += u * u * ((1.0 + 2.0 * v) * after - v * rate_after)
        if value > reach:
            reach = value
    return reach + 0.5 * (reach - highest) >= 0.0 and reach > highest


@njit(**INNER)
def first_root(system, p, t, h, low, high, before, x, k, resets):
    """The first theta in (0, 1] at which the margin on the dense output becomes >= 0, or NONE."""
    compact()
    a = 0.0
    at_a = before
    b = NONE
    at_b = 0.0
    top = 0.0
    at_top = at_a
    for j in range(1, PARTS + 1):
        theta = j / PARTS
        value = margin_on(system, p, theta, t, h, low, high, x, k, resets)
        if value >= 0.0:
            b = theta
            at_b = value
            break
        a = theta
        at_a = value
        if value > at_top:
            top = theta
            at_top = value
    if b == NONE:
        # a top between two of the points: by ternary search, a stops at the first value >= 0
        left = top - 1.0 / PARTS
        right = top + 1.0 / PARTS
        left = left if left > 0.0 else 0.0
        right = right if right < 1.0 else 1.0
        a = left
        for _ in range(60):
            u = left + (right - left) / 3.0
            v = right - (right - left) / 3.0
            at_u = margin_on(system, p, u, t, h, low, high, x, k, resets)
            at_v = margin_on(system, p, v, t, h, low, high, x, k, resets)
            if at_u >= 0.0 or at_v >= 0.0:
                b = u if at_u >= 0.0 else v
                at_b = at_u if at_u >= 0.0 else at_v
                break
            if at_u < at_v:
                left = u
            else:
                right = v
        if b == NONE:
            return NONE
        at_a = margin_on(system, p, a, t, h, low, high, x, k, resets)
    # regula falsi with halved weights (Illinois), and bisection where it is slow
    width = b - a
    kept = 0
    for trial in range(200):
        if b - a <= 2.3e-16 * b or at_b == 0.0:
            break
        theta = b - at_b * (b - a) / (at_b - at_a)
        if trial % 3 == 2:
            if b - a > 0.25 * width:
                theta = 0.5 * (a + b)
            width = b - a
        if not (theta > a and theta < b):
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
