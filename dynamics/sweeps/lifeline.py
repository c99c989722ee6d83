"""How a worker process begins, and how it ends with the run that it belongs to.

Workers hold one end of a pipe whose other end is the run's alone. When that is closed, on purpose
or because the run was killed, they end at once; Ctrl-C they leave to the run. This file imports
next to nothing: threads are counted before the libraries that read it are loaded.
"""

import os
import signal
import threading
from multiprocessing.connection import Connection

COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def begin(lifeline: Connection, threads: int) -> None:
    """The first thing that a worker runs; a count of threads that the user chose stays."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in COUNTS:
        os.environ.setdefault(name, str(threads))
    threading.Thread(target=watch, args=(lifeline,), daemon=True).start()


def watch(lifeline: Connection) -> None:
    """Wait for the end of the run."""
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
