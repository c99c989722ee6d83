"""Arrivals of Poisson processes inside a step.

Each source holds a budget, an exponential variate of mean 1. Time passes until the integral of its
rate has used the budget up: that is the next arrival, whatever the rate does (the time change of a
Poisson process). Within a step the rate is taken to be the straight line between its values at the
beginning and at the end of an Euler step without noise, so that arrivals are exact where rates are
constant and otherwise of second order.
"""

from math import inf, log, sqrt

from numba import njit

from .by_address import field, shot_jump, shot_rate
from .compact import compact
from .dormand_prince import INNER
from .normal import uniform

NEVER = 2.0


@njit(**INNER)
def new_budget(random):
    """An exponential variate of mean 1."""
    drawn = -log(uniform(random[0], random[1]))
    random[1] += 1
    return drawn


@njit(**INNER)
def next_arrival(system, p, t, h, low, high, x, moving, y, g, steady, count, shots):
    """The part of the step at which the first arrival happens, NEVER if none, and its source; -1 as
    the source if a rate is negative, infinite or not a number."""
    compact()
    budget, early, late, _ = shots
    time = low if t < low else high if t > high else t
    end = t + h
    end = low if end < low else high if end > high else end
    shot_rate(system, time, x, p, early)
    if steady:
        for j in range(count):
            late[j] = early[j]
    else:
        field(system, time, x, p, g)
        for i in range(x.size):
            y[i] = x[i] + h * moving[i] * g[i]
        shot_rate(system, end, y, p, late)
    first = NEVER
    source = 0
    for j in range(count):
        a = early[j]
        rise = late[j] - a
        if not (a >= 0.0 and late[j] >= 0.0 and a < inf and late[j] < inf):
            return NEVER, -1
        need = budget[j] / h
        if need < a + 0.5 * rise:
            # a u + rise u^2/2 = need
            part = 2.0 * need / (a + sqrt(a * a + 2.0 * rise * need))
            if part < first:
                first = part
                source = j
    return first, source


@njit(**INNER)
def spend(part, h, count, shots):
    """Take from the budgets what a part of the step has used."""
    budget, early, late, _ = shots
    for j in range(count):
        used = h * part * (early[j] + 0.5 * part * (late[j] - early[j]))
        budget[j] = max(0.0, budget[j] - used)


@njit(**INNER)
def arrive(system, p, t, low, high, x, moving, source, count, random, shots):
    """Let the states jump and the source wait for its next arrival."""
    compact()
    budget, _, _, jumps = shots
    time = low if t < low else high if t > high else t
    shot_jump(system, time, x, p, jumps)
    for i in range(x.size):
        x[i] += moving[i] * jumps[i * count + source]
    budget[source] = new_budget(random)
