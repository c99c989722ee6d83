"""A sign of life on stderr while something takes long; only on a terminal."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
DIM, PLAIN, CLEAR_LINE = "\x1b[2m", "\x1b[0m", "\r\x1b[K"


Tell = Callable[[float, float, float], None]


@contextmanager
def sign_of_life(what: str) -> Iterator[Tell | None]:
    """Show `what` and the seconds so far, from the first second on; nothing if not a terminal.

    Gives a function to call with (begin, now, until), which adds how much is done, or None where
    nobody watches. `NO_COLOR` in the environment leaves out the colour (https://no-color.org).
    """
    if not sys.stderr.isatty():
        yield None
        return
    start, done, share = time.monotonic(), threading.Event(), [""]
    dim, plain = ("", "") if os.environ.get("NO_COLOR") else (DIM, PLAIN)

    def tell(begin: float, now: float, until: float) -> None:
        share[0] = f" {(now - begin) / (until - begin):.0%}"

    def tick() -> None:
        while not done.wait(PATIENCE):
            seconds = time.monotonic() - start
            sys.stderr.write(f"{CLEAR_LINE}{dim}{what} ...{share[0]} {seconds:.0f} s{plain}")
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        done.set()
        thread.join()
        sys.stderr.write(CLEAR_LINE)
        sys.stderr.flush()
