"""What a program is given in every step: values that the host computes of time, and normal numbers.

What depends on time and parameters alone the host computes in double precision, for the time of the
stage in which it is used (the start of a step, its middle, its end), and rounds once, ties to even:
as it does constants. The program reads one word a step of each. Tables and callables are joined as
in `rb.simulate`; at a jump the value behind it counts.

A source of noise is a normal number a step (`gaussian.py`), drawn before the other operations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...dynamics.drive import Pieces, coefficient_names
from ...dynamics.errors import InvalidArgument
from ..qformat import QFormat
from . import gaussian
from .graph import Node, apply

if TYPE_CHECKING:
    from .program import Program

Values = Callable[[np.ndarray], np.ndarray]
FUNCTIONS: dict[str, Callable] = {
    "add": np.add,
    "sub": np.subtract,
    "neg": np.negative,
    "mul": np.multiply,
    "div": np.divide,
    "floor": np.floor,
    "less": np.less,
    "lesseq": np.less_equal,
    "equal": np.equal,
    "select": lambda condition, a, b: np.where(condition != 0, a, b),
}


@dataclass(frozen=True)
class Feed:
    """Where a value goes and whence it comes.

    place
        of a graph the node, of a program the register
    text
        what it is
    offset
        of the stage's time from the start of the step, in steps
    values
        its values at times; None for a source of noise
    """

    place: int
    text: str
    offset: float = 0.0
    values: Values | None = None

    @property
    def is_noise(self) -> bool:
        """Whether it is drawn and not computed."""
        return self.values is None


def numbers(feeds: Sequence[Feed], first: int, count: int, step: float, seed: int) -> np.ndarray:
    """The values in steps `first` ..., a row a step."""
    found = np.empty((count, len(feeds)))
    for column, feed, given in columns(feeds, first, count, step, seed):
        found[:, column] = given * 2.0**-gaussian.FRACTION if feed.is_noise else given
    return found


def words(program: "Program", first: int, count: int, seed: int = 1) -> np.ndarray:
    """The words that a program is given in steps `first` ..., a row a step."""
    feeds = program.feeds
    found = np.empty((count, len(feeds)), dtype=np.int64)
    for column, feed, given in columns(feeds, first, count, program.step, seed):
        fraction = program.fractions[feed.place]
        if feed.is_noise:
            found[:, column] = gaussian.narrowed(given, fraction)
        else:
            found[:, column] = host_words(feed, given, fraction, program.word)
    return found


def columns(feeds: Sequence[Feed], first: int, count: int, step: float, seed: int):
    """(number, feed, its values): numbers of the host, or normal words."""
    noises = [feed for feed in feeds if feed.is_noise]
    if noises:
        drawn = gaussian.drawn(seed, first * len(noises), count * len(noises))
        normal = gaussian.normal_words(drawn).reshape(count, len(noises))
    for column, feed in enumerate(feeds):
        if feed.values is None:
            yield column, feed, normal[:, noises.index(feed)]
        else:
            times = (np.arange(first, first + count) + feed.offset) * step
            values = np.broadcast_to(np.asarray(feed.values(times), dtype=float), times.shape)
            if not np.isfinite(values).all():
                worst = int(np.argmin(np.isfinite(values)))
                raise InvalidArgument(
                    f"{feed.text} is {values[worst]} at t = {times[worst]:g}; a word needs a number"
                )
            yield column, feed, values


def host_words(feed: Feed, values: np.ndarray, fraction: int, word: QFormat) -> np.ndarray:
    """Values as the nearest words, ties to even, range checked."""
    n = np.rint(np.ldexp(values, fraction))
    if n.size and not (n.min() >= word.lowest and n.max() <= word.highest):
        low, high = values.min(), values.max()
        raise InvalidArgument(
            f"the input {feed.text} runs from {low:.6g} to {high:.6g}: that does not fit into "
            f"{word.name} with {fraction} bits behind the point; scale='auto' makes room"
        )
    return n.astype(np.int64)


def host_function(nodes: Sequence[Node], root: int, pieces: Mapping[str, Pieces]) -> Values:
    """The values of a node, of which the leaves are time and the coefficients of pieces."""

    def values(times: np.ndarray) -> np.ndarray:
        known = {"t": times, **coefficients(pieces, times)}
        found: list = []
        with np.errstate(all="ignore"):
            for node in nodes:
                args = [found[k] for k in node.args]
                if node.verb == "state":
                    found.append(known[node.name])
                elif node.verb == "constant":
                    found.append(np.float64(node.value))
                elif node.verb == "function":
                    found.append(apply(node, args[0]))
                else:
                    found.append(np.asarray(FUNCTIONS[node.verb](*args), dtype=float))
        return found[root]

    return values


def coefficients(pieces: Mapping[str, Pieces], times: np.ndarray) -> dict[str, np.ndarray]:
    """The coefficients in force at each time, by name; at a jump those behind it."""
    found: dict[str, np.ndarray] = {}
    for name, part in pieces.items():
        i = np.searchsorted(part.edges, times, side="right") - 1
        i = np.clip(i, 0, len(part.edges) - 2)
        *names, since = coefficient_names(name)
        found.update(zip(names, part.coefficients[:, i], strict=True))
        found[since] = part.edges[i]
    return found
