"""Normal random numbers of a machine: the inverse of the distribution, read from one random word.

Of a word of 32 bits the top one is the sign; the others, m, make p = (m + 1/2) 2^-32 < 1/2, and the
number's magnitude is -Phi^-1(p), up to 6.17. Between powers of two of m (0 counts as 1) lie eight
segments of equal length, each with a cubic in integers, as in `tables.py`:

    e = floor(log2 m),    8 m = (8 + s) 2^e + t 2^e,    y = c0 + t (c1 + t (c2 + t c3))

(R. C. C. Cheung, D.-U. Lee, W. Luk, J. D. Villasenor, IEEE Trans. VLSI Syst. 15 (2007) 952-962.)
The result has 28 bits behind the point; a register with fewer gets it rounded, halves up. Over all
words the mean is 0 exactly. The words are states of the generator of `random_words.LCG`, of a
sequence of their own, whose start is a hash of the seed.
"""

from functools import cache

import numpy as np

from ..random_words import INCREMENT, LCG, MULTIPLIER
from ..spinnaker.program_words import random_states

FRACTION, GUARD, PARTS, OCTAVES = 28, 3, 8, 31
LARGEST = 6.25
MASK = 0xFFFFFFFF


@cache
def coefficients() -> np.ndarray:
    """c0 ... c3 of each segment, row 8 e + s, with GUARD bits more than the result."""
    from scipy.special import ndtri

    unit = (1 - np.cos((np.arange(4) + 0.5) * np.pi / 4)) / 2
    e, s = np.divmod(np.arange(PARTS * OCTAVES), PARTS)
    m = (PARTS + s[:, None] + unit) * 2.0 ** e[:, None] / PARTS
    samples = -ndtri((m + 0.5) * 2.0**-32)
    cubics = np.linalg.solve(np.vander(unit, 4, increasing=True), samples.T).T
    return np.rint(np.ldexp(cubics, FRACTION + GUARD)).astype(np.int64)


def normal_word(word: int) -> int:
    """The normal number of a random word, times 2^28: the definition."""
    m = (word & 0x7FFFFFFF) or 1
    e = m.bit_length() - 1
    t = (m << 3) & ((1 << e) - 1)
    c = coefficients()[PARTS * e + ((m << 3) >> e) - PARTS].tolist()
    y = c[3]
    for k in (2, 1, 0):
        y = c[k] + (y * t >> e)
    y = (y + (1 << GUARD >> 1)) >> GUARD
    return -y if word >> 31 else y


def normal_words(words: np.ndarray) -> np.ndarray:
    """The same of an array of words."""
    given = np.asarray(words, dtype=np.int64)
    m = np.maximum(given & 0x7FFFFFFF, 1)
    e = np.frexp(m.astype(np.float64))[1].astype(np.int64) - 1
    t = (m << 3) & ((np.int64(1) << e) - 1)
    c = coefficients()[PARTS * e + ((m << 3) >> e) - PARTS].T
    y = c[3]
    for k in (2, 1, 0):
        y = c[k] + ((y * t) >> e)
    y = (y + (1 << GUARD >> 1)) >> GUARD
    return np.where(given >> 31 != 0, -y, y)


def first_state(seed: int) -> int:
    """The state before the first word, of a run with this seed."""
    return int(random_states(seed, 2)[1])


def drawn(seed: int, first: int, count: int) -> np.ndarray:
    """The words of this number and the next ones."""
    state, factor, step, left = first_state(seed), MULTIPLIER, INCREMENT, first
    while left:  # states ahead, by squaring
        if left & 1:
            state = (state * factor + step) & MASK
        factor, step, left = factor * factor & MASK, step * (factor + 1) & MASK, left >> 1
    return LCG(state).words(count)


def narrowed(words, fraction: int):
    """Normal words (integers or arrays) with fewer bits behind the point."""
    by = FRACTION - fraction
    return words if by <= 0 else (words + (1 << by >> 1)) >> by
