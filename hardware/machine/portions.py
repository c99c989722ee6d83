"""Long work in portions of a tenth of a second, so that Ctrl-C is heard and progress is told.

Compiled loops hear no Ctrl-C: it is raised between their calls. Where a portion ends changes no
result: the loops go on where they stopped.
"""

from collections.abc import Callable, Iterator
from time import perf_counter

from ...dynamics.errors import InvalidArgument

FIRST, PATIENCE = 1 << 13, 0.1  # of the first portion; seconds
Progress = Callable[[float, float, float], None]
Watch = Callable[[int], None]


def portions(
    total: int, most: int, watch: Watch | None = None, first: int = FIRST
) -> Iterator[tuple[int, int]]:
    """(begin, count) of each portion; none reaches across a multiple of `most`.

    watch
        told about ten times a second, and at the end, how much is done
    first
        how long the first portion is

    >>> list(portions(10, 4))
    [(0, 4), (4, 4), (8, 2)]
    """
    done, quota, told = 0, max(1, min(first, most)), perf_counter()
    while done < total:
        begin = perf_counter()
        count = min(quota, total - done, most - done % most)
        yield done, count
        done += count
        now = perf_counter()
        pace = max(0.25, PATIENCE / max(now - begin, 1e-9))  # a first call may have been compiled
        quota = max(1, int(min(most, count * pace)))
        if watch is not None and (now - told >= PATIENCE or done == total):
            told = now
            watch(done)


def watching(progress: Progress | None, before: int, total: float, unit: float = 1.0) -> Watch:
    """Tells `progress` of (0, done, total): what was done `before` is done too."""
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (begin, done, all); {progress!r} can't be")

    def watch(done: int) -> None:
        if progress is not None:
            progress(0.0, min((before + done) * unit, total), float(total))

    return watch
