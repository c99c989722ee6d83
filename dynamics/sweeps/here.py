"""Chunks one after the other in this process."""

from collections.abc import Iterable, Iterator

from .work import Report, Task, work


def reports_from_here(tasks: Iterable[Task]) -> Iterator[Report]:
    """Work off the tasks in their order."""
    yield from map(work, tasks)
