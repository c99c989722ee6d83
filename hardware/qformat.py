"""Fixed point words: how many bits, where the point is, what is done with what doesn't fit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from .random_words import Random, words
from .rounding import ROUNDINGS, divided, exact, largest, of_floats, shifted

OVERFLOWS = ("wrap", "saturate")
Numbers = float | list | np.ndarray
Words = int | list | np.ndarray


@dataclass(frozen=True)
class QFormat:
    """A fixed point word: an integer n that stands for n 2^-fraction, and its arithmetic.

    integer, fraction
        Bits before and behind the point; with the sign at most 64 (63 without one). `integer` may
        be negative, for small numbers.
    signed
        Two's complement, or no sign.
    rounding
        Of products, quotients, shifts to the right and of floats: "floor", "nearest" (halves up),
        "nearest-even", "zero" (toward it), "stochastic" (up with the probability of what is lost:
        give `random=` a NumPy generator, a `rb.spinnaker.LCG` or an array of 32-bit words).
    overflow
        "wrap" keeps the low bits, "saturate" gives the end of the range.

    The methods take and give arrays of words as signed integers (int64), exact whatever the length;
    `patterns` and `from_patterns` turn them into bit patterns and back. Every result is rounded
    once, then brought into the range.

    >>> word = QFormat(16, 15)
    >>> n = word.from_float([0.04, -65.0])
    >>> n, word.to_float(word.mul(n[0], n[1]))
    (array([    1310, -2129920]), np.float64(-2.59857177734375))
    >>> word
    QFormat(16, 15): s16.15, 32 bits, -65536 to 65535.99997 in steps of 2^-15, floor, wrap
    """

    integer: int
    fraction: int
    signed: bool = True
    rounding: str = "floor"
    overflow: str = "wrap"

    def __post_init__(self) -> None:
        for name in ("integer", "fraction"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer):
                raise InvalidArgument(f"{name}={value!r} must be a whole number of bits")
            object.__setattr__(self, name, int(value))
        if self.signed not in (True, False):
            raise InvalidArgument(f"signed={self.signed!r} must be True or False")
        object.__setattr__(self, "signed", bool(self.signed))
        if self.rounding not in ROUNDINGS:
            raise UnknownName(self.rounding, "a rounding", ROUNDINGS)
        if self.overflow not in OVERFLOWS:
            raise UnknownName(self.overflow, "a rule for overflow", OVERFLOWS)
        longest = 64 if self.signed else 63
        if self.fraction < 0 or not 1 + self.signed <= self.bits <= longest:
            raise InvalidArgument(
                f"QFormat({self.integer}, {self.fraction}) has {self.bits} bits; a word has "
                f"{1 + self.signed} to {longest}, at least 0 of them behind the point"
            )

    @property
    def bits(self) -> int:
        """The length of a word."""
        return self.integer + self.fraction + self.signed

    @property
    def lowest(self) -> int:
        """The least word."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        """The largest word."""
        return (1 << (self.bits - self.signed)) - 1

    @property
    def resolution(self) -> float:
        """The distance of neighbouring numbers."""
        return 2.0**-self.fraction

    @property
    def range(self) -> tuple[float, float]:
        """The least and the largest number (to the precision of a double)."""
        return float(self.to_float(self.lowest)), float(self.to_float(self.highest))

    @property
    def name(self) -> str:
        """s16.15, u0.32, ..."""
        return f"{'s' if self.signed else 'u'}{self.integer}.{self.fraction}"

    def from_float(self, values: Numbers, random: Random | None = None) -> np.ndarray:
        """The words of numbers. Infinities saturate where the format does."""
        given = reals(values)
        refused = ~np.isfinite(given) if self.overflow == "wrap" else np.isnan(given)
        if refused.any():
            worst = given.reshape(-1)[int(np.argmax(refused.reshape(-1)))]
            raise InvalidArgument(f"{worst} has no word in {self.name} ({self.overflow})")
        beyond = 2.0 * (self.highest + 1)
        with np.errstate(over="ignore"):
            scaled = np.ldexp(given, self.fraction)
        if self.overflow == "saturate":
            scaled = np.clip(scaled, -beyond, beyond)
        else:  # what is no double any more is a multiple of 2^971: its low bits are 0
            scaled = np.where(np.isinf(scaled), 0.0, scaled)
        drawn = self._words(random, given.shape)
        whole = of_floats(scaled.reshape(-1), self.rounding, drawn)
        if np.all(np.abs(whole) < 2.0**62):
            return self._shaped(whole.astype(np.int64), given.shape)
        return self._shaped(np.array([int(n) for n in whole], dtype=object), given.shape)

    def to_float(self, n: Words) -> np.ndarray:
        """The numbers that words stand for: exact up to 53 bits, else the nearest doubles."""
        return np.ldexp(self._given(n).astype(np.float64), -self.fraction)[()]

    def patterns(self, n: Words) -> np.ndarray:
        """The bit patterns of words, as unsigned integers of 8, 16, 32 or 64 bits."""
        mask = np.uint64((1 << self.bits) - 1)
        return (self._given(n).view(np.uint64) & mask).astype(self._dtype)[()]

    def from_patterns(self, patterns: Words) -> np.ndarray:
        """The words of bit patterns."""
        array = integers(patterns, "patterns")
        if array.size and not 0 <= int(array.min()) <= int(array.max()) < 1 << self.bits:
            raise InvalidArgument(f"{self.name} has patterns of {self.bits} bits, not {patterns!r}")
        return self._wrapped(array.astype(np.uint64).view(np.int64))[()]

    @property
    def _dtype(self) -> np.dtype:
        return np.dtype(f"uint{max(8, 1 << (self.bits - 1).bit_length())}")

    def add(self, a: Words, b: Words) -> np.ndarray:
        """a + b."""
        return self._combined(a, b, lambda x, y: x + y, 1)

    def sub(self, a: Words, b: Words) -> np.ndarray:
        """a - b."""
        return self._combined(a, b, lambda x, y: x - y, 1)

    def neg(self, a: Words) -> np.ndarray:
        """-a; that of the least word doesn't fit."""
        return self.sub(0, a)

    def mul(self, a: Words, b: Words, random: Random | None = None) -> np.ndarray:
        """a b, of which `fraction` bits are lost."""
        x, y, shape = self._pair(a, b)
        bound = max(largest(x) * largest(y), 2 << self.fraction)
        product = exact(x, bound) * exact(y, bound)
        drawn = self._words(random, shape)
        return self._shaped(shifted(product, self.fraction, self.rounding, drawn), shape)

    def div(self, a: Words, b: Words, random: Random | None = None) -> np.ndarray:
        """a / b; division by zero is refused."""
        x, y, shape = self._pair(a, b)
        if (y == 0).any():
            raise InvalidArgument(f"division by zero: {np.count_nonzero(y == 0)} of {y.size} are 0")
        # the remainder times 2^32 is compared in the stochastic rule
        longer = 32 if self.rounding == "stochastic" else 1
        bound = max(largest(x) << self.fraction, largest(y) << longer)
        drawn = self._words(random, shape)
        quotient = divided(exact(x, bound) << self.fraction, exact(y, bound), self.rounding, drawn)
        return self._shaped(quotient, shape)

    def shift_left(self, a: Words, count: int) -> np.ndarray:
        """a 2^count."""
        x, count = self._given(a), self._count(count)
        flat = x.reshape(-1)
        return self._shaped(exact(flat, largest(x) << count) << count, x.shape)

    def shift_right(self, a: Words, count: int, random: Random | None = None) -> np.ndarray:
        """a 2^-count, rounded as the format says; "floor" is the machine's arithmetic shift."""
        x, count = self._given(a), self._count(count)
        flat = exact(x.reshape(-1), max(largest(x), 2 << count))
        drawn = self._words(random, x.shape)
        return self._shaped(shifted(flat, count, self.rounding, drawn), x.shape)

    def convert(self, n: Words, source: "QFormat", random: Random | None = None) -> np.ndarray:
        """Words of another format as words of this one.

        >>> QFormat(8, 7, overflow="saturate").convert([40_000_000, 300], QFormat(16, 15))
        array([32767,     1])
        """
        x, up = source._given(n), self.fraction - source.fraction
        flat = x.reshape(-1)
        if up >= 0:
            return self._shaped(exact(flat, largest(x) << up) << up, x.shape)
        drawn = self._words(random, x.shape)
        flat = exact(flat, max(largest(x), 2 << -up))
        return self._shaped(shifted(flat, -up, self.rounding, drawn), x.shape)

    def outside(self, exact_words: np.ndarray) -> np.ndarray:
        """Which integers don't fit into a word."""
        return np.asarray((exact_words < self.lowest) | (exact_words > self.highest), dtype=bool)

    def fit(self, exact_words: np.ndarray) -> np.ndarray:
        """Integers brought into the range: their low bits, or the nearest end."""
        if self.overflow == "saturate":
            return np.clip(exact_words, self.lowest, self.highest).astype(np.int64)
        if exact_words.dtype == object:
            half = 1 << (self.bits - 1) if self.signed else 0
            return ((exact_words + half) % (1 << self.bits) - half).astype(np.int64)
        return self._wrapped(exact_words)

    def _wrapped(self, n: np.ndarray) -> np.ndarray:
        if not self.signed:
            return n & np.int64(self.highest)
        unused = 64 - self.bits
        return (n << unused) >> unused

    def _combined(self, a: Words, b: Words, operation: Callable, longer: int) -> np.ndarray:
        x, y, shape = self._pair(a, b)
        bound = max(largest(x), largest(y)) << longer
        return self._shaped(operation(exact(x, bound), exact(y, bound)), shape)

    def _shaped(self, exact_words: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        return self.fit(exact_words).reshape(shape)[()]

    def _pair(self, a: Words, b: Words) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
        """Two operands in rows of one length, and the shape that they have together."""
        x, y = self._given(a), self._given(b)
        try:
            x, y = np.broadcast_arrays(x, y)
        except ValueError:
            raise InvalidArgument(
                f"words of the shapes {x.shape} and {y.shape} don't broadcast"
            ) from None
        return x.reshape(-1), y.reshape(-1), x.shape

    def _given(self, n: Words) -> np.ndarray:
        """Words as int64, or a complaint."""
        array = integers(n, "words")
        if array.size and not self.lowest <= int(array.min()) <= int(array.max()) <= self.highest:
            worst = int(array.min()) if int(array.min()) < self.lowest else int(array.max())
            raise InvalidArgument(
                f"{worst} is no word of {self.name}: these run from {self.lowest} to "
                f"{self.highest}; from_patterns reads bit patterns"
            )
        return array.astype(np.int64)

    def _count(self, count: int) -> int:
        if isinstance(count, bool) or not isinstance(count, int | np.integer):
            raise InvalidArgument(f"a shift is by a whole number of bits, not {count!r}")
        if not 0 <= count < 64:
            raise InvalidArgument(f"a shift by {count} bits; 0 to 63 are possible")
        return int(count)

    def _words(self, random: Random | None, shape: tuple[int, ...]) -> np.ndarray | None:
        """A row of random words, if they are needed."""
        return words(random, shape).reshape(-1) if self.rounding == "stochastic" else None

    def __repr__(self) -> str:
        least, most = self.range
        unsigned = "" if self.signed else ", signed=False"
        return (
            f"QFormat({self.integer}, {self.fraction}{unsigned}): {self.name}, {self.bits} bits, "
            f"{least:.10g} to {most:.10g} in steps of 2^-{self.fraction}, {self.rounding}, "
            f"{self.overflow}"
        )


def integers(given: Words, what: str) -> np.ndarray:
    """An array of integers; floats are refused."""
    array = np.asarray(given)
    if not array.size:
        array = array.astype(np.int64)
    if array.dtype.kind not in "ui":
        raise InvalidArgument(
            f"{what} are integers, not {array.dtype}; from_float makes words of numbers"
        )
    return array


def reals(given: Numbers) -> np.ndarray:
    """An array of floats; what is no number is refused."""
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidArgument(f"numbers are asked for, not {given!r:.60}") from None
