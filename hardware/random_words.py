"""Random words for stochastic rounding: 32 bits each, from a generator that the caller chooses."""

from typing import Protocol

import numpy as np

from ..dynamics.errors import InvalidArgument

MULTIPLIER, INCREMENT = 1664525, 1013904223


class Source(Protocol):
    """What can be drawn from: any object with this method."""

    def words(self, count: int) -> np.ndarray: ...


Random = np.random.Generator | Source | np.ndarray


class LCG:
    """state = 1664525 state + 1013904223 mod 2^32; each state is a word (Numerical Recipes).

    Its low bits are poor; the rules of `rb.spinnaker` compare the top ones.

    >>> LCG(1).words(3)
    array([1015568748, 1586005467, 2165703038], dtype=uint32)
    """

    def __init__(self, state: int = 1):
        if isinstance(state, bool) or not isinstance(state, int | np.integer):
            raise InvalidArgument(f"the state of an LCG is an integer, not {state!r}")
        self.state = int(state) & 0xFFFFFFFF

    def words(self, count: int) -> np.ndarray:
        """The next `count` words; the state moves on.

        All at once: state i is A^i state + C (1 + A + ... + A^(i-1)), in 32 bits.
        """
        if count < 0:
            raise InvalidArgument(f"{count} random words can't be drawn")
        powers = np.full(count + 1, MULTIPLIER, dtype=np.uint32)
        powers[0] = 1
        powers = np.multiply.accumulate(powers, dtype=np.uint32)
        sums = np.add.accumulate(powers[:-1], dtype=np.uint32)
        states = powers[1:] * np.uint32(self.state) + sums * np.uint32(INCREMENT)
        if count:
            self.state = int(states[-1])
        return states

    def __repr__(self) -> str:
        return f"LCG({self.state})"


def words(random: "Random | None", shape: tuple[int, ...]) -> np.ndarray:
    """As many 32-bit words as the shape holds, from a generator, a source or an array of them."""
    if random is None:
        raise InvalidArgument(
            "stochastic rounding needs random=: a NumPy generator, an LCG, or an array of words"
        )
    if isinstance(random, np.random.Generator):
        return random.integers(0, 1 << 32, shape, dtype=np.uint32)
    if hasattr(random, "words"):
        return np.asarray(random.words(int(np.prod(shape))), dtype=np.uint32).reshape(shape)
    given = np.asarray(random)
    if given.dtype.kind not in "ui":
        raise InvalidArgument(
            "random= takes a NumPy generator, an LCG or an array of 32-bit words, "
            f"not {random!r:.80}"
        )
    if given.dtype != np.uint32 and given.size and not (given.min() >= 0 and given.max() < 1 << 32):
        raise InvalidArgument(f"random words have 32 bits; {int(given.max())} is given")
    try:
        return np.broadcast_to(given.astype(np.uint32, copy=False), shape)
    except ValueError:
        raise InvalidArgument(
            f"random= has the shape {given.shape}, the operands have {shape}"
        ) from None
