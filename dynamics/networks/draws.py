"""Values for many neurons or edges: a number, an array, or a distribution as text.

    "uniform(0, 20)"  "normal(1.5, 0.1)"  "lognormal(0, 1)"  "exponential(2)"  "lorentzian(0, 1)"

The arguments are those of the distribution's usual form: bounds; mean and standard deviation (of
the logarithm for lognormal); mean; centre and half width at half height. What is drawn depends on
the network's seed and on the names of what it is drawn for, on nothing else.
"""

import hashlib
import re
from collections.abc import Callable

import numpy as np

from ..errors import InvalidArgument, UnknownName

FORM = re.compile(r"\s*([A-Za-z]\w*)\s*\(([^()]*)\)\s*")
Value = float | str | np.ndarray
DRAWS: dict[str, tuple[int, Callable]] = {
    "uniform": (2, lambda random, size, a, b: random.uniform(a, b, size)),
    "normal": (2, lambda random, size, mean, sd: random.normal(mean, sd, size)),
    "lognormal": (2, lambda random, size, mean, sd: random.lognormal(mean, sd, size)),
    "exponential": (1, lambda random, size, mean: random.exponential(mean, size)),
    "lorentzian": (
        2,
        lambda random, size, centre, width: centre + width * random.standard_cauchy(size),
    ),
}


def stream(seed: int, *names: str) -> np.random.Generator:
    """The random numbers of one purpose: they depend on the seed and these names only."""
    return np.random.Generator(np.random.Philox(key=key(seed, *names)))


def key(seed: int, *names: str) -> int:
    """A number below 2^62 for the seed and these names."""
    text = "\0".join((str(int(seed)), *names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 2


def checked(what: str, value: object, size: int | None = None) -> Value:
    """The value if it can be one: a finite float, a distribution, or an array of finite numbers
    (of this size, if it is known)."""
    if isinstance(value, str):
        distribution(what, value)
        return value
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        array = np.array(np.nan)
    if not np.isfinite(array).all() or array.ndim > 1:
        raise InvalidArgument(
            f"{what} is a finite number, a list of them, or a distribution such as "
            f"'uniform(0, 1)', not {value!r}"
        )
    if array.ndim == 0:
        return float(array)
    if size is not None and array.shape != (size,):
        raise InvalidArgument(f"{what} has {len(array)} values for {size} neurons")
    array = array.copy()
    array.flags.writeable = False
    return array


def distribution(what: str, text: str) -> tuple[Callable, list[float]]:
    """The function and the arguments that a distribution's text means."""
    match = FORM.fullmatch(text)
    if match is None:
        raise InvalidArgument(f"{what}: {text!r} is no distribution; write 'uniform(0, 1)'")
    name = match[1]
    if name not in DRAWS:
        raise UnknownName(name, f"a distribution ({what})", DRAWS)
    count, draw = DRAWS[name]
    try:
        arguments = [float(part) for part in match[2].split(",")]
    except ValueError:
        arguments = []
    if len(arguments) != count or not np.isfinite(arguments).all():
        plural = "s" * (count != 1)
        raise InvalidArgument(f"{what}: {name} takes {count} number{plural}, not {match[2]!r}")
    return draw, arguments


def drawn(what: str, value: Value, size: int, random: np.random.Generator) -> float | np.ndarray:
    """The number itself, or one for each of `size`."""
    if not isinstance(value, str):
        return value
    draw, arguments = distribution(what, value)
    try:
        return draw(random, size, *arguments)
    except ValueError as error:
        raise InvalidArgument(f"{what}: {value!r}: {error}") from None
