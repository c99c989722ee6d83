"""Portions of given sizes in the place of those that a clock decides, and Ctrl-C in one of them."""

from collections.abc import Callable, Iterator, Sequence

from hypothesis import strategies as st

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=6)


def chopped(sizes: Sequence[int], stop: int | None = None) -> Callable:
    """Portions of these sizes, again and again; Ctrl-C before the one with the number `stop`."""

    def portions(total: int, most: int, watch=None, first: int = 0) -> Iterator[tuple[int, int]]:
        done = number = 0
        while done < total:
            if number == stop:
                raise KeyboardInterrupt
            count = min(sizes[number % len(sizes)], total - done, most - done % most)
            yield done, count
            done, number = done + count, number + 1
            if watch is not None:
                watch(done)

    return portions
