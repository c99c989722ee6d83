"""Chunks of an ensemble over threads, results in the members' order whoever came first.

The kernels release Python's lock, so that threads are as good as processes. The main thread waits,
reports progress and takes Ctrl-C: the chunks in progress are then given up.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial

from ..errors import InvalidArgument
from ..kernels.ensemble_layout import WIDTH
from .outcome import Outcome

MOST_BLOCKS = 64  # of a chunk
LOOK = 0.1  # seconds from one report of progress to the next

Progress = Callable[[float, float, float], None]
Run = Callable[[int, int, Callable[[float], bool]], Outcome | None]


def threads_of(given: object) -> int:
    """How many threads: all processors that this process may use, if none are named."""
    if given is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise InvalidArgument(f"threads is a whole number from 1, not {given!r}")
    return given


def ranges(members: int, threads: int, block: int = WIDTH) -> list[tuple[int, int]]:
    """Chunks of whole blocks, several for each thread."""
    blocks = -(-members // block)
    size = block * max(1, min(MOST_BLOCKS, -(-blocks // (4 * threads))))
    return [(start, min(start + size, members)) for start in range(0, members, size)]


def run_all(
    run: Run,
    chunks: list[tuple[int, int]],
    threads: int,
    take: Callable[[int, int, Outcome], None],
    progress: Progress | None,
) -> bool:
    """Run every chunk and hand each outcome over; False if it was interrupted.

    `run(start, stop, go_on)` calls go_on with the number of members' runs done since the last call.
    """
    stopped = threading.Event()
    done, total = dict.fromkeys(chunks, 0.0), float(chunks[-1][1])

    def go_on(chunk: tuple[int, int], members: float) -> bool:
        done[chunk] += members
        return not stopped.is_set()

    pool = ThreadPoolExecutor(threads)
    waiting = {}
    try:
        for chunk in chunks:
            waiting[pool.submit(run, *chunk, partial(go_on, chunk))] = chunk
        while waiting:
            finished, _ = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
            for future in finished:
                start, stop = chunk = waiting.pop(future)
                outcome, done[chunk] = future.result(), float(stop - start)
                if outcome is not None:
                    take(start, stop, outcome)
            if progress is not None:
                progress(0.0, min(sum(done.values()), total), total)
        return True
    except KeyboardInterrupt:
        stopped.set()
        for future in waiting:
            future.cancel()
        for future, (start, stop) in waiting.items():
            if not future.cancelled() and future.exception() is None:
                outcome = future.result()
                if outcome is not None:
                    take(start, stop, outcome)
        return False
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)
