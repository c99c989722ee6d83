"""Where a step crosses the threshold of the reset, on its dense output.

The margin is sampled at the ends of PARTS parts of the step. Beside a sample that is higher than
its neighbours lies a top, which golden section climbs until the margin is > 0 there or the top is
found to lie below: a crossing and its return between two samples are not missed.
"""

from math import sqrt

from numba import njit

from .by_address import margin
from .compact import compact
from .dormand_prince import INNER
from .layout import DENSE
from .regula_falsi import narrowed, trial_point

NONE, AGAIN = 2.0, 3.0
PARTS = 16
GOLDEN, CLIMBS = 0.6180339887498949, 40


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
    """Whether a curve with these values and slopes at the ends of [0, 1] may reach zero from below.

    The cubic through them has the derivative rate_before + 2 b u + 3 a u^2. Where it has a maximum
    inside, the curve is always looked at; elsewhere it must come near: to a quarter of its
    variation, far more than the dense output of an accepted step differs from its cubic.
    """
    compact()
    rise = after - before
    b = 3.0 * rise - 2.0 * rate_before - rate_after
    a = rate_before + rate_after - 2.0 * rise
    root = b * b - 3.0 * a * rate_before
    if rate_before > 0.0 and rate_after < 0.0:
        return True
    if root > 0.0:
        # the zero of c' with c'' = -2 sqrt(root), in the form without cancellation
        root = sqrt(root)
        u = -(b + root) / (3.0 * a) if b > 0.0 else rate_before / (root - b)
        if u > 0.0 and u < 1.0:
            return True
    highest = before if before > after else after
    variation = abs(rise)
    if abs(rate_before) > variation:
        variation = abs(rate_before)
    if abs(rate_after) > variation:
        variation = abs(rate_after)
    return highest + 0.25 * variation >= 0.0


@njit(**INNER)
def disagreement(system, p, t, h, low, high, before, start, after, end, x, k, resets):
    """How far the cubic through values and slopes is from the margin, in parts of its variation."""
    compact()
    least = before if before < after else after
    greatest = before if before > after else after
    worst = 0.0
    for j in range(1, 6):
        u = (j - 0.17) / 5.8
        v = 1.0 - u
        cubic = v * v * ((1.0 + 2.0 * u) * before + u * start)
        cubic += u * u * ((1.0 + 2.0 * v) * after - v * end)
        value = margin_on(system, p, u, t, h, low, high, x, k, resets)
        if abs(cubic - value) > worst:
            worst = abs(cubic - value)
        if value < least:
            least = value
        if value > greatest:
            greatest = value
    # differences that are the rounding errors of the slopes say nothing
    return worst / (greatest - least + 1e-11 * (abs(least) + abs(greatest)) + 1e-300)


@njit(**INNER)
def climb(system, p, left, right, t, h, low, high, x, k, resets):
    """A theta in [left, right] at which the margin is > 0, on the way to its top; NONE if none."""
    compact()
    inner = right - GOLDEN * (right - left)
    outer = left + GOLDEN * (right - left)
    at_inner = margin_on(system, p, inner, t, h, low, high, x, k, resets)
    at_outer = margin_on(system, p, outer, t, h, low, high, x, k, resets)
    for _ in range(CLIMBS):
        if at_inner > 0.0:
            return inner
        if at_outer > 0.0:
            return outer
        if at_inner >= at_outer:
            right = outer
            outer = inner
            at_outer = at_inner
            inner = right - GOLDEN * (right - left)
            at_inner = margin_on(system, p, inner, t, h, low, high, x, k, resets)
        else:
            left = inner
            inner = outer
            at_inner = at_outer
            outer = left + GOLDEN * (right - left)
            at_outer = margin_on(system, p, outer, t, h, low, high, x, k, resets)
    return NONE


@njit(**INNER)
def first_root(system, p, t, h, low, high, before, x, k, resets):
    """The first theta in (0, 1] at which the margin on the dense output becomes >= 0, or NONE.

    From a margin that is 0 at the beginning it must become > 0.
    """
    compact()
    part = 1.0 / PARTS
    b = NONE
    a = 0.0
    at_a = before
    at_b = 0.0
    older = before
    for j in range(1, PARTS + 1):
        value = margin_on(system, p, j * part, t, h, low, high, x, k, resets)
        bend = abs(value - at_a) + abs(at_a - older)
        left = -1.0
        if j == 2 and older >= at_a and older + bend >= 0.0:
            left = 0.0
            b = climb(system, p, 0.0, part, t, h, low, high, x, k, resets)
        if b == NONE and j > 1 and at_a >= older and at_a >= value and at_a + bend >= 0.0:
            left = (j - 2) * part
            b = climb(system, p, left, j * part, t, h, low, high, x, k, resets)
        if b != NONE:
            a = left
            at_a = older
        elif value > 0.0 or (value == 0.0 and at_a < 0.0):
            b = j * part
        elif j == PARTS and value >= at_a and value + bend >= 0.0:
            b = climb(system, p, 1.0 - part, 1.0, t, h, low, high, x, k, resets)
        if b != NONE:
            break
        older = at_a
        a = j * part
        at_a = value
    if b == NONE:
        return NONE
    at_b = margin_on(system, p, b, t, h, low, high, x, k, resets)
    kept = 0
    for number in range(200):
        theta = trial_point(number, a, b, at_a, at_b)
        if theta == b:
            break
        value = margin_on(system, p, theta, t, h, low, high, x, k, resets)
        beyond = value > 0.0 or (value == 0.0 and at_a < 0.0)
        a, b, at_a, at_b, kept = narrowed(theta, value, beyond, a, b, at_a, at_b, kept)
    return b
