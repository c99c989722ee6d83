"""Interval arithmetic on arrays: bounds that hold whatever the rounding.

An `Interval` stands for N intervals at once. The operators and functions below give bounds of every
value that the operation takes on them, rounded outwards; generated code that is written for NumPy
runs on intervals when it finds these functions under NumPy's names. A bound may be infinite. Where
a function is defined on a part of an interval the bounds are those of that part; where it is
defined nowhere they are nan, which contain nothing.

`ok` is True where the operations so far were defined and continuous on the whole interval: only
there a change of sign means a zero. Numbers that are not whole are taken as known to one unit in
the last place, since 0.1 in a text is not the double 0.1.

Reference: R. E. Moore, R. B. Kearfott, M. J. Cloud, Introduction to Interval Analysis (SIAM, 2009).
"""

from functools import lru_cache

import numpy as np

Bounds = np.ndarray
OUT = np.array([[-np.inf], [np.inf]])
OUTWARD = np.array([[-1.0], [1.0]])
FINITE = np.finfo(float).max * -OUTWARD
UNIT, LEAST = 2.0**-52, 5e-324
EXACT = 2.0**53


def rounded(bounds: Bounds, times: int = 1) -> Bounds:
    """Each bound moved outwards by so many units in the last place, or a few more."""
    if times == 1:
        return np.nextafter(bounds, OUT)
    # x (1 + k 2^-52) is k units or more away from x, of which the product rounds one off
    moved = np.copysign((times + 1) * UNIT, bounds)
    moved *= OUTWARD
    moved += 1.0
    moved *= bounds
    moved += (times + 1) * LEAST * OUTWARD
    # what overflowed is still finite
    np.minimum(moved[0], FINITE[0], out=moved[0])
    np.maximum(moved[1], FINITE[1], out=moved[1])
    return moved


def sum_rounded(bounds: Bounds) -> Bounds:
    """The same for sums and differences: those that give zero are exact."""
    moved = np.nextafter(bounds, OUT)
    return moved if all_of(bounds) else np.where(bounds == 0, 0.0, moved)


def all_of(values: np.ndarray) -> bool:
    """Whether none is zero or False: the quickest way to ask."""
    return np.count_nonzero(values) == values.size


class Interval:
    """N intervals: `bounds` has the rows low and high; `ok` is None where all is well."""

    __array_ufunc__ = None  # NumPy's arrays and numbers leave the operators to this class
    __hash__ = None  # type: ignore[assignment]
    __slots__ = ("bounds", "ok")

    def __init__(self, bounds: Bounds, ok: np.ndarray | None = None):
        self.bounds, self.ok = bounds, ok

    @classmethod
    def between(cls, low, high) -> "Interval":
        """The intervals with these ends."""
        ends = np.broadcast_arrays(np.atleast_1d(low), np.atleast_1d(high))
        return cls(np.array(ends, dtype=float))

    @property
    def low(self) -> np.ndarray:
        return self.bounds[0]

    @property
    def high(self) -> np.ndarray:
        return self.bounds[1]

    def __repr__(self) -> str:
        return f"<Interval {self.bounds.T.tolist()}>"

    def __len__(self) -> int:
        return self.bounds.shape[1]

    def __neg__(self) -> "Interval":
        return Interval(-self.bounds[::-1], self.ok)

    def __pos__(self) -> "Interval":
        return self

    def __add__(self, other) -> "Interval":
        other = interval(other)
        return Interval(sum_rounded(self.bounds + other.bounds), both(self, other))

    __radd__ = __add__

    def __sub__(self, other) -> "Interval":
        other = interval(other)
        return Interval(sum_rounded(self.bounds - other.bounds[::-1]), both(self, other))

    def __rsub__(self, other) -> "Interval":
        return interval(other) - self

    def __mul__(self, other) -> "Interval":
        if other is self:
            return square(self)
        if isinstance(other, float) and other == 1.0:
            return self
        other = interval(other)
        bounds = products(self.bounds, other.bounds)
        result = rounded(bounds)
        if not all_of(bounds):  # what underflows from bounds >= 0 is not negative; 0 times x is 0
            positive = (self.low >= 0) & (other.low >= 0)
            zero = bounds == 0
            exact = ~(self.bounds.any(axis=0) & other.bounds.any(axis=0))
            result[0] = np.where(zero[0] & (positive | exact), 0.0, result[0])
            result[1] = np.where(zero[1] & exact, 0.0, result[1])
        return Interval(result, both(self, other))

    __rmul__ = __mul__

    def __truediv__(self, other) -> "Interval":
        return self * reciprocal(interval(other))

    def __rtruediv__(self, other) -> "Interval":
        inverse = reciprocal(self)
        return inverse if isinstance(other, float) and other == 1.0 else interval(other) * inverse

    def __lt__(self, other) -> "Interval":
        return compared(self, interval(other), strict=True)

    def __gt__(self, other) -> "Interval":
        return compared(interval(other), self, strict=True)

    def __le__(self, other) -> "Interval":
        return compared(self, interval(other), strict=False)

    def __ge__(self, other) -> "Interval":
        return compared(interval(other), self, strict=False)

    def __eq__(self, other) -> "Interval":  # type: ignore[override]
        return 1.0 - (self != other)

    def __ne__(self, other) -> "Interval":  # type: ignore[override]
        other = interval(other)
        apart = (self.low > other.high) | (self.high < other.low)
        same = (self.low == self.high) & (other.low == other.high) & (self.low == other.low)
        return decided(apart, same, both(self, other))


def interval(value) -> Interval:
    """A number as an interval, as wide as its last place unless it is whole."""
    return value if isinstance(value, Interval) else around_number(float(value))


@lru_cache(maxsize=1024)
def exactly(number: float) -> Interval:
    """A parameter: it is the double that it is."""
    bounds = np.full((2, 1), number)
    bounds.flags.writeable = False  # all who ask for the number have the same
    return Interval(bounds)


@lru_cache(maxsize=1024)
def around_number(number: float) -> Interval:
    point = np.full((2, 1), number)
    whole = number == np.floor(number) and abs(number) <= EXACT
    bounds = point if whole else rounded(point)
    bounds.flags.writeable = False
    return Interval(bounds)


def both(a: Interval, b: Interval) -> np.ndarray | None:
    if a.ok is None or b.ok is None:
        return b.ok if a.ok is None else a.ok
    return a.ok & b.ok


def also(ok: np.ndarray | None, condition: np.ndarray) -> np.ndarray | None:
    if all_of(condition):
        return ok
    return condition if ok is None else ok & condition


def products(a: Bounds, b: Bounds) -> Bounds:
    """Least and greatest product of intervals, or of intervals and one positive number."""
    if b.shape[1] != 1:
        a, b = b, a
    if b.shape[1] == 1 and (low := float(b[0, 0])) > 0 and (high := float(b[1, 0])) < np.inf:
        if low == high:
            return a * low
        one, other = a * low, a * high
        np.minimum(one[0], other[0], out=one[0])
        np.maximum(one[1], other[1], out=one[1])
        return one
    return corners(a, b)


def corners(a: Bounds, b: Bounds) -> Bounds:
    """Least and greatest of the four products; 0 times an unbounded value is 0."""
    products = (a[:, None] * b[None, :]).reshape(4, -1)
    result = np.empty((2, products.shape[1]))
    np.minimum.reduce(products, axis=0, out=result[0])
    np.maximum.reduce(products, axis=0, out=result[1])
    if np.count_nonzero(np.isnan(result[0])):
        undefined = np.isnan(a).any(axis=0) | np.isnan(b).any(axis=0)
        products = np.where(np.isnan(products) & ~undefined, 0.0, products)
        result = np.array([products.min(axis=0), products.max(axis=0)])
    return result


def square(a: Interval) -> Interval:
    size = np.abs(a.bounds)
    low, high = size.min(axis=0), size.max(axis=0)
    low = np.where((a.low <= 0) & (a.high >= 0), 0.0, low)
    return Interval(at_least(0.0, rounded(np.array([low * low, high * high]))), a.ok)


def at_least(least: float, bounds: Bounds) -> Bounds:
    """Bounds of what can't be smaller than this."""
    bounds[0] = np.maximum(bounds[0], least)
    return bounds


def reciprocal(a: Interval) -> Interval:
    low, high = a.low, a.high
    bounds = 1.0 / a.bounds[::-1]
    around = (low <= 0) & (high >= 0)
    if np.count_nonzero(around):
        bounds[0] = np.where(around & (low < 0), -np.inf, bounds[0])
        bounds[1] = np.where(around & (high > 0), np.inf, bounds[1])
        bounds[0] = np.where(around & (low == 0) & (high == 0), -np.inf, bounds[0])
        bounds[1] = np.where(around & (low == 0) & (high == 0), np.inf, bounds[1])
    result = rounded(bounds)
    result[0] = np.where(low > 0, np.maximum(result[0], 0.0), result[0])
    return Interval(result, also(a.ok, ~around))


def compared(a: Interval, b: Interval, *, strict: bool) -> Interval:
    """a < b or a <= b as 1, 0 or [0, 1]."""
    if strict:
        return decided(a.high < b.low, a.low >= b.high, both(a, b))
    return decided(a.high <= b.low, a.low > b.high, both(a, b))


def decided(yes: np.ndarray, no: np.ndarray, ok: np.ndarray | None) -> Interval:
    bounds = np.array([np.where(yes, 1.0, 0.0), np.where(no, 0.0, 1.0)])
    return Interval(bounds, also(ok, yes | no))
