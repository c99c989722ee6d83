"""x/(exp(x) - 1), (exp(x) - 1)/x, sin(x)/x and their derivatives for NumPy: no singular point.

    bernoulli(x, k) = d^k/dx^k x/(exp(x) - 1)    exprel(x, k) = d^k/dx^k (exp(x) - 1)/x
    sinc(x, k) = d^k/dx^k sin(x)/x               k = 0 ... 5, x not multiplied by pi

A number gives a float, anything else an array. Tables, formulas and hence errors are those of
`kernels/removable.py`, a few 1e-16 on both sides of 0 and at 0; they stand in
`kernels/removable_series.py`. Limits at +-inf are right, nan gives nan, nothing warns.
"""

import math
from types import SimpleNamespace

import numpy as np

from .errors import InvalidArgument
from .kernels import removable_series as series

FLAT = 800.0  # exp(-800) = 0
MODERATE = 30.0  # |x| up to which exp(x) and its logarithm lose nothing of x
TOP = 709.0  # exp(709) is finite
BERNOULLI_RADIUS = series.RADIUS["bernoulli"]
BERNOULLI_SCALE = tuple(2.0 / (r * r) if r else 0.0 for r in BERNOULLI_RADIUS)

# What the formulas below need, for floats: far quicker than numpy's functions on one number.
FLOATS = SimpleNamespace(
    exp=math.exp,
    expm1=math.expm1,
    sin=lambda x: math.sin(x) if math.isfinite(x) else math.nan,
    cos=lambda x: math.cos(x) if math.isfinite(x) else math.nan,
    where=lambda condition, a, b: a if condition else b,
    minimum=lambda a, b: b if a > b else a,
)


def bernoulli(x, k: int = 0):
    """The k-th derivative of x/(exp(x) - 1); at x = 0 the k-th Bernoulli number (1, -1/2, ...)."""
    return _evaluate("bernoulli", x, k)


def exprel(x, k: int = 0):
    """The k-th derivative of (exp(x) - 1)/x, the integral of t^k exp(x t) over 0..1."""
    return _evaluate("exprel", x, k)


def sinc(x, k: int = 0):
    """The k-th derivative of sin(x)/x."""
    return _evaluate("sinc", x, k)


def _evaluate(name, x, k):
    if k not in range(series.HIGHEST + 1):
        raise InvalidArgument(f"{name}'s derivatives go from k = 0 to {series.HIGHEST}, not {k!r}.")
    near, far = FORMULAS[name]
    radius = series.RADIUS[name][k]
    if isinstance(x, (float, int)):
        x = float(x)
        if name == "bernoulli":
            return bernoulli_of_float(x, k)
        if k == 0 and x == 0.0:
            return 1.0
        return float(near(x, k, FLOATS) if abs(x) < radius else far(x, k, FLOATS))
    x = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        if name == "bernoulli" and k == 0 and x.ndim and x.size and np.abs(x).max() < MODERATE:
            return _bernoulli_moderate(x)
        inside = np.abs(x) < radius if k else x == 0.0
        if not inside.any():
            return far(x, k, np)
        if inside.all():
            return near(x, k, np) if k else np.ones_like(x)
        below = near(np.where(inside, x, 0.0), k, np) if k else 1.0
        return np.where(inside, below, far(np.where(inside, 1.0 + radius, x), k, np))


def bernoulli_of_float(x, k):
    """`bernoulli` by the formulas below, written out: half of what one point of a model with gates
    costs."""
    a = abs(x)
    if k == 0:
        if a == 0.0:
            return 1.0
        y = a / -math.expm1(-a)
        return math.exp(-a) * min(y, FLAT) if x > 0.0 else y
    if a < BERNOULLI_RADIUS[k]:
        t, y = x * x * BERNOULLI_SCALE[k] - 1.0, 0.0
        for c in series.BERNOULLI[k]:
            y = y * t + c
        return x * y - 0.5 if k == 1 else x * y if k % 2 else y
    y = series.BERNOULLI_BEYOND[k](min(a, FLAT), math.exp(-a))
    if x > 0.0:
        return y
    return -1.0 - y if k == 1 else -y if k % 2 else y


def _symmetric(x, k, radius, table):
    """A(t), or x A(t) for odd k, with t = 2 (x/R)^2 - 1."""
    y = series.polynomial(x * x * (2.0 / (radius * radius)) - 1.0, table)
    return x * y if k % 2 else y


def _bernoulli_near(x, k, _):
    y = _symmetric(x, k, BERNOULLI_RADIUS[k], series.BERNOULLI[k])
    return y - 0.5 if k == 1 else y


def _bernoulli_far(x, k, m):
    """From a = |x|: b(-a) = a + b(a), so b'(-a) = -1 - b'(a), and then even and odd in turn."""
    a = abs(x)
    e = m.exp(-a)
    if k == 0:
        y = a / -m.expm1(-a)
        return m.where(x > 0.0, e * m.minimum(y, FLAT), y)
    y = series.BERNOULLI_BEYOND[k](m.minimum(a, FLAT), e)
    if k == 1:
        return m.where(x > 0.0, y, -1.0 - y)
    return m.where(x > 0.0, y, -y) if k % 2 else y


def _bernoulli_moderate(x):
    """log(y)/(y - 1) with y = exp(x) rounded: what rounding does to y cancels (Kahan)."""
    y = np.exp(x)
    return np.divide(np.log(y), y - 1.0, out=np.ones_like(y), where=y != 1.0)


def _exprel_near(x, k, m):
    return m.where(
        x < 0.0,
        m.exp(m.minimum(x, 0.0)) * series.polynomial(-x, series.EXPREL_FALLING[k]),
        series.polynomial(x, series.EXPREL_RISING[k]),
    )


def _exprel_far(x, k, m):
    """For x > 0 the recurrence runs on exp(-x) times the value, which then overflows last."""
    a, positive = abs(x), x > 0.0
    y = series.exprel_beyond(x, -m.expm1(-a) / a, m.where(positive, 1.0, m.exp(-a)), k)
    c = m.minimum(x, TOP)
    grown = y * m.exp(c) * m.exp(m.minimum(x - c, FLAT - TOP))
    return m.where(x > FLAT, math.inf, m.where(positive, grown, y))


def _sinc_near(x, k, _):
    return _symmetric(x, k, series.RADIUS["sinc"][k], series.SINC[k])


def _sinc_far(x, k, m):
    y = series.sinc_beyond(x, m.sin(x), m.cos(x), k)
    return m.where(abs(x) == math.inf, 0.0, y)


FORMULAS = {
    "bernoulli": (_bernoulli_near, _bernoulli_far),
    "exprel": (_exprel_near, _exprel_far),
    "sinc": (_sinc_near, _sinc_far),
}
