"""Ctrl-C where a part of an answer is worth nothing.

Long questions take Ctrl-C as their end and answer with what they have. Within another question such
a part would pass for the whole; here Ctrl-C goes past them.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Halted(BaseException):
    """Ctrl-C, for nobody but `undivided`."""


@contextmanager
def undivided() -> Iterator[None]:
    """Let Ctrl-C end everything within at once, as a KeyboardInterrupt.

    Python delivers Ctrl-C to the main thread only; a program with a handler of its own keeps it.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    heard = False

    def halt(number, frame):
        nonlocal heard
        heard = True
        raise Halted

    signal.signal(signal.SIGINT, halt)
    try:
        yield
    except Halted:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if heard:  # also where a callback has swallowed the exception
        raise KeyboardInterrupt
