"""A function of a Model at every point of a table: `sweep`, and `open_sweep` to read its store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgument, NotFound, StorageError
from ..model import Model
from .judge import Judge
from .local_processes import cores, reports_from_processes, threads_each
from .lock import locked
from .named import refuse_for_processes
from .question import Question, asked
from .result import Sweep
from .store import Folder, Memory, folder_for
from .store_files import manifest_of, table_in
from .table import table_of
from .work import Report, Task, task_of, work

if TYPE_CHECKING:
    import pandas
    from distributed import Client

Progress = Callable[[int, int, int], object]
Send = Callable[[Sequence[int]], Iterator[Report]]


def sweep(
    function: Callable,
    model: Model,
    grid: Mapping[str, Any] | None = None,
    *,
    samples: "Mapping[str, Any] | pandas.DataFrame | None" = None,
    store: str | Path | None = None,
    resume: bool = False,
    executor: "Client | str | None" = None,
    processes: int | None = None,
    chunk: int | None = None,
    keep: bool = True,
    progress: Progress | None = None,
    **settings: Any,
) -> Sweep:
    """Call a function of a Model at every point of a table of parameters.

    Parameters
    ----------
    function
        `rb.simulate_ensemble`, `rb.classify_excitability`, `rb.bifurcation_diagram`, `rb.simulate`
        or any function of your own that takes a Model first, and stands in a file that can be
        imported (with processes=1 and no store also a lambda). It returns a number, a mapping from
        names to numbers or arrays, or a result of rheobase
    grid, samples
        the points: names of parameters or start values, each with its values, one axis each; or a
        table with columns of one length
    store
        a folder (created), where every part is kept as soon as it is computed; None keeps all in
        memory
    resume
        go on with the sweep in the store, or begin one if it is empty
    executor
        None works in processes of this machine; a Dask client, or the address of a Dask scheduler,
        on its cluster
    processes
        how many at the same time, the number of cores if not given; with 1 in this process
    chunk
        how many points make a part: what is lost at most, in each worker, when a run is killed
    keep
        False keeps numbers only, not the whole results of rheobase that `Sweep.at` returns
    progress
        called with (points that were there, points done, all points) after every part
    settings
        go to the function

    A point that fails is marked in the columns "status" and "message" and stops nothing. Killed at
    any moment, a run resumes from its store and ends with the same bits as an undisturbed one.
    Ctrl-C returns what there is.

    `simulate_ensemble` gets whole chunks of the table; the bits of a member depend neither on
    the chunk nor on the worker. It uses all cores by itself, and so works in this process if
    `processes` isn't given.

    >>> import rheobase as rb
    >>> lif = rb.models.leaky()
    >>> found = rb.sweep(rb.simulate, lif, dict(I=[1, 2, 3]), until=200, processes=1)
    >>> found["spikes"].tolist()
    [0, 12, 22]
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"sweep(function, model, grid) takes a Model second, not {model!r}")
    check(store, resume, processes, chunk, keep, progress)
    table = table_of(model, grid, samples)
    folder = None if store is None else Path(store)
    if chunk is None and folder is not None and resume and (there := manifest_of(folder)):
        chunk = there["chunk"] if there["points"] == len(table) else None
    stays = folder is None and executor is None and processes == 1
    question = asked(function, model, table, settings, chunk, keep, stays)
    send = sender(question, executor, processes)
    if folder is None:
        memory = Memory()
        return carried_out(question, memory, send, progress)
    question.manifest  # noqa: B018  (settings that can't be written down are refused here)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the store {folder} can't be made: {error.strerror}") from error
    with locked(folder):
        kept = folder_for(folder, question.manifest, question.defaults, resume)
        if kept.manifest is None:
            kept.begin(question.manifest, table)
        kept.mend(lambda index: index < question.parts)
        try:
            return carried_out(question, kept, send, progress)
        except Exception:
            kept.discard()
            raise


def open_sweep(store: str | Path) -> Sweep:
    """The sweep in a store, complete or not; also while it is running."""
    check_store(store)
    path = Path(store)
    manifest = manifest_of(path) if path.is_dir() else None
    if manifest is None:
        raise NotFound(f"there is no sweep in {path}")
    table, folder = table_in(path, manifest), Folder(path)
    if strange := [i for i in folder.indices() if i * manifest["chunk"] >= len(table)]:
        raise StorageError(
            f"the store {path} holds a part {strange[0]} that begins beyond its {len(table)} "
            "points: run the same sweep with resume=True, which removes it"
        )
    return Sweep(
        Model.from_dict(manifest["model"]),
        manifest["function"],
        manifest["settings"],
        table,
        manifest["chunk"],
        folder,
    )


def check_store(store: object) -> None:
    """Refuse what names no folder; the current one is called "."."""
    if not isinstance(store, str | Path) or store == "":
        raise InvalidArgument(f"store is the name of a folder, not {store!r}")


def check(
    store: object, resume: object, processes: object, chunk: object, keep: object, progress: object
) -> None:
    """Refuse what makes no sense, whatever the question is."""
    if store is not None:
        check_store(store)
    for name, value in (("resume", resume), ("keep", keep)):
        if not isinstance(value, bool):
            raise InvalidArgument(f"{name} is True or False, not {value!r}")
    if resume and store is None:
        raise InvalidArgument("resume=True goes on with what is in a store: give store=")
    for name, value in (("processes", processes), ("chunk", chunk)):
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        if value is not None and not whole:
            raise InvalidArgument(f"{name} is a whole number from 1, not {value!r}")
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (begin, done, all); {progress!r} can't be")


def sender(question: Question, executor: "Client | str | None", processes: int | None) -> Send:
    """Who works on the chunks with these numbers: this process, others here, or a cluster."""

    def tasks(indices: Sequence[int], threads: int | None) -> list[Task]:
        return [task_of(question, index, threads) for index in indices]

    if executor is not None:
        if processes is not None:
            raise InvalidArgument("processes= is for this machine; the cluster has its own workers")
        from .dask_cluster import reports_from_dask

        return lambda indices: reports_from_dask(tasks(indices, 1), executor)
    usual = 1 if question.ensemble else cores()
    workers = min(usual if processes is None else processes, question.parts)
    if workers == 1:
        return lambda indices: map(work, tasks(indices, None))
    refuse_for_processes(question.function)
    threads = threads_each(workers)
    return lambda indices: reports_from_processes(tasks(indices, threads), workers)


def carried_out(
    question: Question,
    store: Memory | Folder,
    send: Send,
    progress: Progress | None,
) -> Sweep:
    """Have every missing chunk computed, keep each as it comes; Ctrl-C ends this early."""
    there = set(store.indices())
    missing = [index for index in range(question.parts) if index not in there]
    total = len(question.table)
    left = sum(question.span(index)[1] for index in missing)
    began = done = total - left
    judge = Judge(question, left)
    if there:
        judge.settled = True
    reports = send(missing) if missing else iter(())
    try:
        for report in reports:
            judge.hear(report)
            store.put(report.index, report.content)
            done += question.span(report.index)[1]
            if progress is not None:
                progress(began, done, total)
    except KeyboardInterrupt:
        pass  # the result says how far it came
    finally:
        if hasattr(reports, "close"):
            reports.close()
    name, table = question.name, question.table
    return Sweep(question.model, name, question.settings, table, question.chunk, store)
