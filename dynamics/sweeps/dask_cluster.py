"""Chunks on a Dask cluster: its scheduler hands them out, repeats what a lost worker had, and
moves work to those who have none. Dask is imported here only, when it is asked for."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgument, RheobaseError
from .work import Report, Task, work

if TYPE_CHECKING:
    from distributed import Client

PATIENCE = "30s"  # for a scheduler to answer


def reports_from_dask(tasks: Sequence[Task], executor: "Client | str") -> Iterator[Report]:
    """Work off the tasks in any order, by a client or by the scheduler at an address."""
    distributed = imported()
    ours = isinstance(executor, str)
    client = connected(distributed, executor) if isinstance(executor, str) else executor
    check(distributed, client)
    waiting: dict[Any, Any] = {}
    try:
        # Their names are new each time: the scheduler must not answer from an earlier sweep.
        for future in (client.submit(work, task, pure=False) for task in tasks):
            waiting[future.key] = future
        for future in distributed.as_completed(list(waiting.values()), loop=client.loop):
            del waiting[future.key]
            yield result_of(distributed, future)
            future.release()
    finally:
        if waiting:
            with suppress(Exception):  # the cluster may be gone
                client.cancel(list(waiting.values()))
        if ours:
            client.close()


def imported() -> Any:
    """The library, or what to install."""
    try:
        import distributed
    except ImportError as error:
        raise RheobaseError(
            "sweeps on a cluster need Dask: pip install 'rheobase[sweeps]'"
        ) from error
    return distributed


def connected(distributed: Any, address: str) -> "Client":
    """A client of the scheduler at this address."""
    try:
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InvalidArgument(f"no Dask scheduler answers at {address!r}: {error}") from error


def check(distributed: Any, client: object) -> None:
    """Refuse what is no client that waits for its answers."""
    if not isinstance(client, distributed.Client):
        raise InvalidArgument(
            "executor is None (processes of this machine), a Dask Client or the address of its "
            f"scheduler, not {client!r}"
        )
    if client.asynchronous:
        raise InvalidArgument("executor is an asynchronous Client; make one without asynchronous=")
    if client.status != "running":
        raise InvalidArgument(f"executor is a Client that is {client.status}: connect a new one")


def result_of(distributed: Any, future: Any) -> Report:
    """What a worker sent; what kept it from doing so, in words."""
    try:
        return future.result()
    except RheobaseError:
        raise
    except distributed.scheduler.KilledWorker as error:
        raise RheobaseError(
            f"Dask gave a chunk up after several workers had died with it: {error}"
        ) from error
    except Exception as error:
        raise RheobaseError(
            f"the Dask cluster could not work off a chunk: {type(error).__name__}: {error} (its "
            "workers must have the same rheobase, and be able to import the function)"
        ) from error
