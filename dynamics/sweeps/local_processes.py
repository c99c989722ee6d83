"""Chunks in worker processes of this machine, started afresh (spawned), never forked."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context

from ..errors import RheobaseError
from .lifeline import begin
from .named import of_the_script, script_left_out
from .work import Report, Task, work

AHEAD = 2  # tasks a worker that wait in its queue
LOOK = 0.1  # seconds between two looks for Ctrl-C
DEATHS = 3  # of workers, without a chunk that was finished in between


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_each(processes: int) -> int:
    """How many threads each of these processes may run."""
    return max(1, cores() // processes)


def reports_from_processes(tasks: Sequence[Task], processes: int) -> Iterator[Report]:
    """Work off the tasks in any order; a worker that dies is replaced, and its tasks repeated."""
    left = {task.index: task for task in tasks}
    deaths = 0
    with interrupts_noted() as raise_noted:
        while left:
            try:
                for report in reports_of_one_pool(list(left.values()), processes, raise_noted):
                    del left[report.index]
                    deaths = 0
                    yield report
            except BrokenProcessPool as error:
                deaths += 1
                if deaths == DEATHS:
                    raise RheobaseError(
                        f"worker processes died {DEATHS} times, without finishing a chunk (killed "
                        "for want of memory? then take fewer processes= or a smaller chunk=. "
                        "Workers must be able to import the function; a script that holds it must "
                        'call sweep below  if __name__ == "__main__":)'
                    ) from error


def reports_of_one_pool(
    tasks: Sequence[Task], processes: int, raise_noted: Callable[[], None]
) -> Iterator[Report]:
    """The same until a worker dies, which raises BrokenProcessPool."""
    context = get_context("spawn")
    lifeline, ours = context.Pipe(duplex=False)
    workers = min(processes, len(tasks))
    threads = threads_each(workers)
    pool = ProcessPoolExecutor(workers, context, begin, (lifeline, threads))
    sent = [(task.function, *task.settings.values()) for task in tasks[:1]]
    starting = nullcontext if any(map(of_the_script, sent)) else script_left_out
    coming = iter(tasks)
    waiting: set[Future[Report]] = set()
    try:
        while True:
            raise_noted()
            with starting():  # submitting is what starts a process
                while len(waiting) < AHEAD * workers and (task := next(coming, None)):
                    waiting.add(pool.submit(work, task))
            if not waiting:
                break
            done, waiting = wait(waiting, LOOK, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        pool.shutdown()
    finally:
        ours.close()
        pool.shutdown(cancel_futures=True)
        lifeline.close()


@contextmanager
def interrupts_noted() -> Iterator[Callable[[], None]]:
    """Ctrl-C is raised by the function that this gives, not where it comes: in the midst of the
    pool's own work it would leave locks behind that nobody opens again. It is remembered beyond a
    pool, since a worker that is only just starting dies of the same Ctrl-C."""
    noted: list[int] = []

    def raise_noted() -> None:
        if noted:
            raise KeyboardInterrupt

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield raise_noted
        return
    signal.signal(signal.SIGINT, lambda number, frame: noted.append(number))
    try:
        yield raise_noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
