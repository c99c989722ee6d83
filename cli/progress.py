"""A sign of life on stderr while something takes long; only on a terminal."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
DIM, PLAIN, CLEAR_LINE = "\x1b[2m", "\x1b[0m", "\r\x1b[K"


@contextmanager
def sign_of_life(what: str) -> Iterator[None]:
    """Show `what` and the seconds so far, from the first second on; nothing if not a terminal.

    `NO_COLOR` in the environment leaves out the colour (https://no-color.org).
    """
    if not sys.stderr.isatty():
        yield
        return
    start, done = time.monotonic(), threading.Event()
    dim, plain = ("", "") if os.environ.get("NO_COLOR") else (DIM, PLAIN)

    def tick() -> None:
        while not done.wait(PATIENCE):
            seconds = time.monotonic() - start
            sys.stderr.write(f"{CLEAR_LINE}{dim}{what} ... {seconds:.0f} s{plain}")
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        sys.stderr.write(CLEAR_LINE)
        sys.stderr.flush()
