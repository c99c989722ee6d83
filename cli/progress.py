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
Say = Callable[[str], None]


@contextmanager
def sign_of_life(what: str) -> Iterator[Tell | None]:
    """Show `what` and the seconds so far, from the first second on; nothing if not a terminal.

    Gives a function to call with (begin, now, until), which adds how much is done, or None where
    nobody watches. `NO_COLOR` in the environment leaves out the colour (https://no-color.org).
    """
    with running_words(what) as say:
        if say is None:
            yield None
        else:
            yield lambda begin, now, until: say(f"{(now - begin) / (until - begin):.0%}")


@contextmanager
def running_words(what: str) -> Iterator[Say | None]:
    """The same; the function that it gives takes words, which stand behind `what`."""
    if not sys.stderr.isatty():
        yield None
        return
    start, done, words = time.monotonic(), threading.Event(), [""]
    dim, plain = ("", "") if os.environ.get("NO_COLOR") else (DIM, PLAIN)

    def say(text: str) -> None:
        words[0] = f" {text}"

    def tick() -> None:
        while not done.wait(PATIENCE):
            seconds = time.monotonic() - start
            sys.stderr.write(f"{CLEAR_LINE}{dim}{what} ...{words[0]} {seconds:.0f} s{plain}")
            sys.stderr.flush()

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield say
    finally:
        done.set()
        thread.join()
        sys.stderr.write(CLEAR_LINE)
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """A length of time in the unit that suits it.

    >>> duration(42.4), duration(200), duration(9000), duration(300_000)
    ('42 s', '3 min', '2.5 h', '3.5 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    return f"{hours:.2g} h" if hours < 48 else f"{hours / 24:.2g} days"
