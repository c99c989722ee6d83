"""The columns of a sweep, put together from its parts: one column at a time, nothing kept."""

from collections.abc import Iterable
from itertools import chain

import numpy as np

from .part import DTYPES, EMPTY, FLOAT, LINES, STACK, TEXT, Column

Piece = tuple[int, Column]  # the first row, and the values from there on


def joined(pieces: Iterable[Piece], count: int) -> np.ndarray:
    """One column over all points (the first axis); gaps where no part has a value.

    Gaps are NaN in numbers, "" in texts; whole numbers with gaps become floats, truth values 1, 0
    and NaN. Lines of different lengths give an array of arrays, empty where there is none.
    """
    found = [(first, column) for first, column in pieces if not column.missing.all()]
    kinds = {column.kind for _, column in found}
    gaps = sum(len(c.missing) - int(c.missing.sum()) for _, c in found) < count
    if kinds == {STACK} and len({c.values.shape[1:] for _, c in found}) == 1:
        whole = np.full((count, *found[0][1].values.shape[1:]), np.nan)
        for first, column in found:
            whole[first : first + len(column.missing)] = column.values
        return whole
    if kinds & {STACK, LINES}:
        return lines(found, count)
    if TEXT in kinds:
        return texts(found, count)
    kind = kinds.pop() if len(kinds) == 1 and not gaps else FLOAT
    whole = np.full(count, EMPTY[kind], dtype=DTYPES[kind])
    for first, column in found:
        here = whole[first : first + len(column.missing)]
        here[~column.missing] = column.values[~column.missing]
    return whole


def texts(found: list[Piece], count: int) -> np.ndarray:
    """A column of texts; numbers among them are written out."""
    width = max(1, *(np.asarray(c.values).astype(str).dtype.itemsize // 4 for _, c in found))
    whole = np.zeros(count, dtype=f"U{width}")
    for first, column in found:
        here = whole[first : first + len(column.missing)]
        here[~column.missing] = np.asarray(column.values)[~column.missing].astype(str)
    return whole


def lines(found: list[Piece], count: int) -> np.ndarray:
    """A column of arrays."""
    per = max(column.per for _, column in found)
    whole = np.empty(count * per, dtype=object)
    whole[:] = [np.zeros(0)] * len(whole)
    for first, column in found:
        for i, value in enumerate(column.values):
            if not column.missing[i // column.per]:
                whole[first * per + i] = np.atleast_1d(value)
    return whole.reshape(count, per) if per > 1 else whole


def statuses(pieces: Iterable[tuple[int, np.ndarray]], count: int, empty: str) -> np.ndarray:
    """A column of words that every part has; `empty` where there is no part."""
    found = list(pieces)
    width = max(chain([len(empty), 1], (len(max(words, key=len)) for _, words in found)))
    whole = np.full(count, empty, dtype=f"U{width}")
    for first, words in found:
        whole[first : first + len(words)] = words
    return whole
