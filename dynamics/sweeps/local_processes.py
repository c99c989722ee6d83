"""Chunks in worker processes of this machine, started afresh (spawned), never forked."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from multiprocessing import get_context

from ..errors import RheobaseError
from .lifeline import begin
from .named import of_the_script, script_left_out
from .work import Report, Task, work

AHEAD = 2  # tasks a worker that wait in its queue
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
    while left:
        try:
            for report in reports_of_one_pool(list(left.values()), processes):
                del left[report.index]
                deaths = 0
                yield report
        except BrokenProcessPool as error:
            deaths += 1
            if deaths == DEATHS:
                raise RheobaseError(
                    f"worker processes died {DEATHS} times, without finishing a chunk (killed for "
                    "want of memory? then take fewer processes= or a smaller chunk=. Workers must "
                    "be able to import the function; a script that holds it must call sweep "
                    'below  if __name__ == "__main__":)'
                ) from error


def reports_of_one_pool(tasks: Sequence[Task], processes: int) -> Iterator[Report]:
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
            with starting():  # submitting is what starts a process
                while len(waiting) < AHEAD * workers and (task := next(coming, None)) is not None:
                    waiting.add(pool.submit(work, task))
            if not waiting:
                break
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        pool.shutdown()
    finally:
        ours.close()
        pool.shutdown(cancel_futures=True)
        lifeline.close()
