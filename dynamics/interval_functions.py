"""The functions of the equations' language on intervals, under the names that NumPy gives them.

Monotone functions are evaluated at the ends; NumPy's errors are below the few units in the last
place by which the results are widened. Generated code imports from here instead of NumPy.
"""

from collections.abc import Callable

import numpy as np

from . import removable
from .intervals import (
    Interval,
    all_of,
    also,
    at_least,
    both,
    decided,
    interval,
    reciprocal,
    rounded,
)

WIDER, MUCH_WIDER = 4, 32
TURN = 2.0 * np.pi


def increasing(function: Callable, low: float = -np.inf, high: float = np.inf) -> Callable:
    """The function of intervals for an increasing function with values between low and high."""

    def evaluate(x) -> Interval:
        x = interval(x)
        return Interval(np.clip(rounded(function(x.bounds), WIDER), low, high), x.ok)

    return evaluate


def exp(x) -> Interval:
    x = interval(x)
    return Interval(np.maximum(rounded(np.exp(x.bounds), WIDER), 0.0), x.ok)


sinh = increasing(np.sinh)
tanh = increasing(np.tanh, -1.0, 1.0)
arctan = increasing(np.arctan)


def within(x: Interval, low: float, high: float) -> tuple[np.ndarray, np.ndarray | None]:
    """The part of x in a domain (nan where there is none), and where that is the whole."""
    inside = (x.low >= low) & (x.high <= high)
    bounds = np.array([np.maximum(x.low, low), np.minimum(x.high, high)])
    return np.where(bounds[0] > bounds[1], np.nan, bounds), also(x.ok, inside)


def log(x) -> Interval:
    part, ok = within(interval(x), 0.0, np.inf)
    return Interval(rounded(np.log(part), WIDER), also(ok, part[0] > 0))


def sqrt(x) -> Interval:
    part, ok = within(interval(x), 0.0, np.inf)
    return Interval(at_least(0.0, rounded(np.sqrt(part))), ok)


def arcsin(x) -> Interval:
    part, ok = within(interval(x), -1.0, 1.0)
    return Interval(rounded(np.arcsin(part), WIDER), ok)


def arccos(x) -> Interval:
    part, ok = within(interval(x), -1.0, 1.0)
    return Interval(rounded(np.arccos(part)[::-1], WIDER), ok)


def cosh(x) -> Interval:
    x = interval(x)
    size = abs(x).bounds
    return Interval(at_least(1.0, rounded(np.cosh(size), WIDER)), x.ok)


def cos(x) -> Interval:
    """Extrema where the interval holds a multiple of 2 pi, or one and a half turn."""
    x = interval(x)
    ends = np.cos(x.bounds)
    bounds = rounded(np.array([ends.min(axis=0), ends.max(axis=0)]), WIDER)
    slack = 1e-15 * (1.0 + np.abs(x.bounds).max(axis=0))
    first, last = (x.low - slack) / TURN, (x.high + slack) / TURN
    top = np.ceil(first) <= np.floor(last)
    bottom = np.ceil(first - 0.5) <= np.floor(last - 0.5)
    unbounded = ~np.isfinite(x.bounds).all(axis=0) & ~np.isnan(x.low)
    bounds[0] = np.where(bottom | unbounded, -1.0, bounds[0])
    bounds[1] = np.where(top | unbounded, 1.0, bounds[1])
    return Interval(np.clip(bounds, -1.0, 1.0), x.ok)


def sin(x) -> Interval:
    return cos(interval(x) - interval(np.pi / 2))


def tan(x) -> Interval:
    x = interval(x)
    slack = 1e-15 * (1.0 + np.abs(x.bounds).max(axis=0))
    first, last = (x.low - slack) / np.pi - 0.5, (x.high + slack) / np.pi - 0.5
    pole = ~(np.floor(first) == np.floor(last))
    bounds = rounded(np.tan(x.bounds), WIDER)
    bounds[0] = np.where(pole, -np.inf, bounds[0])
    bounds[1] = np.where(pole, np.inf, bounds[1])
    return Interval(np.where(np.isnan(x.bounds), np.nan, bounds), also(x.ok, ~pole))


def abs(x) -> Interval:
    x = interval(x)
    size = np.abs(x.bounds)
    low = np.where((x.low <= 0) & (x.high >= 0), 0.0, size.min(axis=0))
    return Interval(np.array([low, size.max(axis=0)]), x.ok)


def sign(x) -> Interval:
    x = interval(x)
    return Interval(np.sign(x.bounds), also(x.ok, (x.low > 0) | (x.high < 0)))


def heaviside(x, middle: float = 0.5) -> Interval:
    x = interval(x)
    found = decided((x.low > 0) | ((middle == 1.0) & (x.low >= 0)), x.high < 0, x.ok)
    return Interval(np.where(np.isnan(x.bounds), np.nan, found.bounds), found.ok)


def floor(x) -> Interval:
    x = interval(x)
    bounds = np.floor(x.bounds)
    return Interval(bounds, also(x.ok, bounds[0] == bounds[1]))


def minimum(a, b) -> Interval:
    a, b = interval(a), interval(b)
    return Interval(np.minimum(a.bounds, b.bounds), both(a, b))


def maximum(a, b) -> Interval:
    a, b = interval(a), interval(b)
    return Interval(np.maximum(a.bounds, b.bounds), both(a, b))


def where(condition, a, b) -> Interval:
    """One of the two where the condition is decided, else the hull of both."""
    if not isinstance(condition, Interval):
        return interval(a) if condition else interval(b)
    a, b = interval(a), interval(b)
    yes, no = condition.low > 0, condition.high <= 0
    hull = np.array([np.fmin(a.low, b.low), np.fmax(a.high, b.high)])
    bounds = np.where(yes, a.bounds, np.where(no, b.bounds, hull))
    if a.ok is None and b.ok is None:
        return Interval(bounds, also(None, yes | no))
    true = np.ones(bounds.shape[1], dtype=bool)
    ok_a, ok_b = (true if part.ok is None else part.ok for part in (a, b))
    return Interval(bounds, np.where(yes, ok_a, np.where(no, ok_b, False)))


def power(base, exponent) -> Interval:
    """base^exponent for bases >= 0 (NumPy gives nan below), whole exponents for any base."""
    if not isinstance(exponent, Interval) and float(exponent).is_integer():
        return whole_power(interval(base), int(exponent))
    base, exponent = interval(base), interval(exponent)
    point = (exponent.low == exponent.high) & (exponent.low == np.floor(exponent.low))
    if point.all() and len(exponent) == 1 and np.abs(exponent.low[0]) < 1e6:
        return whole_power(base, int(exponent.low[0]))
    part, ok = within(base, 0.0, np.inf)
    negative = base.low < 0
    values = np.array([np.power(x, y) for x in part for y in exponent.bounds])
    bounds = rounded(np.array([values.min(axis=0), values.max(axis=0)]), WIDER)
    if negative.any():  # a whole exponent somewhere in the interval has values there
        loose = negative & (np.floor(exponent.high) >= np.ceil(exponent.low))
        bounds = np.where(loose, [[-np.inf], [np.inf]], bounds)
    zero = (part[0] == 0) & (exponent.low <= 0)
    return Interval(bounds, also(both(Interval(bounds, ok), exponent), ~negative & ~zero))


def whole_power(x: Interval, n: int) -> Interval:
    """x^n for a whole number n."""
    if n < 0:
        return reciprocal(whole_power(x, -n))
    if n == 0:
        return Interval(np.ones_like(x.bounds), x.ok)
    if n % 2 == 0:
        size = abs(x).bounds
        return Interval(at_least(0.0, rounded(np.power(size, float(n)), WIDER)), x.ok)
    return Interval(rounded(np.power(x.bounds, float(n)), WIDER), x.ok)


def share(a, b) -> Interval:
    """a / (a + b), tight where both are >= 0: it grows with a and falls with b."""
    a, b = interval(a), interval(b)
    total = a + b
    positive = (a.low >= 0) & (b.low >= 0) & (total.high > 0)
    if not np.count_nonzero(positive):
        return a * reciprocal(total)
    low = a.low / (a.low + b.high)
    high = 1.0 / (1.0 + b.low / a.high)
    low = np.where(np.isnan(low) | np.isinf(b.high), 0.0, low)
    high = np.where(np.isnan(high), 1.0, high)
    bounds = np.minimum(np.maximum(rounded(np.array([low, high]), WIDER), 0.0), 1.0)
    if all_of(positive):
        return Interval(bounds, also(both(a, b), total.low > 0))
    plain = a * reciprocal(total)
    ok = np.where(positive, total.low > 0, True if plain.ok is None else plain.ok)
    return Interval(np.where(positive, bounds, plain.bounds), also(both(a, b), ok))


def bernoulli(x, k: int = 0) -> Interval:
    """Derivatives of x/(exp(x) - 1): B falls, B' grows; of higher ones the bounds are loose."""
    x = interval(x)
    values = removable.bernoulli(x.bounds, k)
    if k == 0:
        return Interval(at_least(0.0, rounded(values[::-1], MUCH_WIDER)), x.ok)
    if k == 1:
        return Interval(np.clip(rounded(values, MUCH_WIDER), -1.0, 0.0), x.ok)
    return Interval(np.tile([[-1.0], [1.0]], (1, len(x))), x.ok)


def exprel(x, k: int = 0) -> Interval:
    """Derivatives of (exp(x) - 1)/x, the integral of t^k exp(x t) over 0..1: they all grow."""
    x = interval(x)
    return Interval(at_least(0.0, rounded(removable.exprel(x.bounds, k), MUCH_WIDER)), x.ok)


def sinc(x, k: int = 0) -> Interval:
    """Derivatives of sin(x)/x: the k-th is at most 1/(k + 1), its slope at most 1/(k + 2)."""
    x = interval(x)
    most = 1.0 / (k + 1)
    with np.errstate(invalid="ignore"):
        middle = 0.5 * (x.low + x.high)
        reach = 0.5 * (x.high - x.low) / (k + 2) + 1e-14
        values = np.nan_to_num(removable.sinc(middle, k))
    reach = np.where(np.isfinite(reach), reach, 2.0)
    return Interval(np.clip(np.array([values - reach, values + reach]), -most, most), x.ok)
