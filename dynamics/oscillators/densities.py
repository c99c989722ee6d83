"""Densities of natural frequencies, each symmetric about its centre.

    Lorentzian    g(w) = (Delta/pi) / ((w - c)^2 + Delta^2), Delta the half width at half height
    Gaussian      g(w) = exp(-(w - c)^2/(2 sigma^2)) / (sigma sqrt(2 pi))
    Uniform       g(w) = 1/(2 gamma) for |w - c| <= gamma, else 0

A population of N is drawn in two ways. `quantiles(N)` takes the midpoints of N equal shares of
probability, w_i = G^-1((i + 1/2)/N): no luck of the draw, and what depends on N does so smoothly.
`sample(N, seed)` draws at random: what an experiment would meet.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from ..errors import InvalidArgument, UnknownName
from .seeded import FREQUENCIES, uniform_numbers


def positive(value: object, what: str) -> float:
    """A positive finite number."""
    number = finite(value, what)
    if not number > 0:
        raise InvalidArgument(f"{what} must be positive, not {value!r}")
    return number


def finite(value: object, what: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise InvalidArgument(f"{what} must be a number, not {value!r}")
    if not math.isfinite(float(value)):
        raise InvalidArgument(f"{what} must be finite, not {value!r}")
    return float(value)


def real_numbers(given: object, complaint: str) -> np.ndarray:
    """An array of real numbers, or the complaint; complex ones are not cut to their real part."""
    try:
        if np.asarray(given).dtype.kind in "cSUMm":
            raise TypeError
        return np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise InvalidArgument(complaint) from None


def whole(value: object, what: str, least: int = 1) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InvalidArgument(f"{what} must be a whole number, at least {least}, not {value!r}")
    return int(value)


class Density:
    """What the three have in common."""

    centre: float
    scale: float

    def pdf(self, frequency: float | np.ndarray) -> np.ndarray:
        """g at a frequency."""
        raise NotImplementedError

    def quantile(self, share: float | np.ndarray) -> np.ndarray:
        """The frequency below which this share of the oscillators lies."""
        raise NotImplementedError

    @property
    def peak(self) -> float:
        """g at the centre."""
        return float(self.pdf(self.centre))

    def quantiles(self, n: int) -> np.ndarray:
        """n frequencies, ascending: the midpoints of n equal shares of probability."""
        share = (np.arange(whole(n, "n")) + 0.5) / n
        return self.quantile(share)

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """n frequencies drawn at random; number i of a seed is the same for every n."""
        return self.quantile(uniform_numbers(seed, FREQUENCIES, whole(n, "n")))

    def to_dict(self) -> dict:
        """JSON types."""
        return {"kind": type(self).__name__, **asdict(self)}  # type: ignore[call-overload]


@dataclass(frozen=True)
class Lorentzian(Density):
    """The Cauchy density, `width` its half width at half height.

    >>> import rheobase as rb
    >>> rb.Lorentzian(1.0).quantiles(3).round(6).tolist()
    [-1.732051, 0.0, 1.732051]
    """

    width: float = 1.0
    centre: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", positive(self.width, "a Lorentzian's width"))
        object.__setattr__(self, "centre", finite(self.centre, "a Lorentzian's centre"))

    @property
    def scale(self) -> float:  # type: ignore[override]
        """Over which it falls to half its height."""
        return self.width

    def pdf(self, frequency: float | np.ndarray) -> np.ndarray:
        """g at a frequency."""
        away = (np.asarray(frequency, dtype=float) - self.centre) / self.width
        return 1 / (math.pi * self.width * (1 + away**2))

    def quantile(self, share: float | np.ndarray) -> np.ndarray:
        """The frequency below which this share of the oscillators lies."""
        return self.centre + self.width * np.tan(math.pi * (np.asarray(share) - 0.5))


@dataclass(frozen=True)
class Gaussian(Density):
    """The normal density with the standard deviation `sigma`."""

    sigma: float = 1.0
    centre: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "sigma", positive(self.sigma, "a Gaussian's sigma"))
        object.__setattr__(self, "centre", finite(self.centre, "a Gaussian's centre"))

    @property
    def scale(self) -> float:  # type: ignore[override]
        """The standard deviation."""
        return self.sigma

    def pdf(self, frequency: float | np.ndarray) -> np.ndarray:
        """g at a frequency."""
        away = (np.asarray(frequency, dtype=float) - self.centre) / self.sigma
        return np.exp(-0.5 * away**2) / (self.sigma * math.sqrt(2 * math.pi))

    def quantile(self, share: float | np.ndarray) -> np.ndarray:
        """The frequency below which this share of the oscillators lies."""
        from scipy.special import ndtri

        return self.centre + self.sigma * ndtri(np.asarray(share, dtype=float))


@dataclass(frozen=True)
class Uniform(Density):
    """The constant density on [centre - gamma, centre + gamma]."""

    gamma: float = 1.0
    centre: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "gamma", positive(self.gamma, "a Uniform's half width gamma"))
        object.__setattr__(self, "centre", finite(self.centre, "a Uniform's centre"))

    @property
    def scale(self) -> float:  # type: ignore[override]
        """Its half width."""
        return self.gamma

    def pdf(self, frequency: float | np.ndarray) -> np.ndarray:
        """g at a frequency."""
        away = np.abs(np.asarray(frequency, dtype=float) - self.centre)
        return np.where(away <= self.gamma, 0.5 / self.gamma, 0.0)

    def quantile(self, share: float | np.ndarray) -> np.ndarray:
        """The frequency below which this share of the oscillators lies."""
        return self.centre + self.gamma * (2 * np.asarray(share, dtype=float) - 1)


KINDS: Mapping[str, type[Density]] = {
    kind.__name__: kind for kind in (Lorentzian, Gaussian, Uniform)
}


def density_from(fields: Mapping) -> Density:
    """From `to_dict`."""
    fields = dict(fields)
    kind = fields.pop("kind")
    if kind not in KINDS:
        raise UnknownName(kind, "a density of frequencies", KINDS)
    return KINDS[kind](**fields)
