"""What a worker does: one chunk of the table, in any process, on any machine."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..errors import EquationError, InvalidArgument, RheobaseError, UnknownName
from ..model import Model
from .outcome import FAULT, FINE, Outcome, failure, outcome_of
from .part import encoded
from .question import Question, version

WRONG = (InvalidArgument, UnknownName, EquationError)  # what a wrong question raises
SHOWN = 8  # complaints that a report carries


@dataclass(frozen=True, eq=False)
class Task:
    """One chunk: everything that a worker must know."""

    index: int
    function: Callable
    model: str  # JSON; compiled functions are the worker's own
    names: tuple[str, ...]
    rows: np.ndarray
    first: int
    settings: Mapping[str, Any]
    keep: bool
    ensemble: bool
    rheobase: str
    threads: int | None  # of an ensemble; None: all cores


@dataclass(frozen=True)
class Complaint:
    """A point at which the question, rather than the numerics, seems to be wrong."""

    point: int
    message: str
    fault: bool  # of the user's program


@dataclass(frozen=True)
class Report:
    """A chunk that is done: its bytes, how many rows failed, and the first complaints."""

    index: int
    content: bytes
    failed: int
    complaints: tuple[Complaint, ...]
    all_complain: bool


def task_of(question: Question, index: int, threads: int | None) -> Task:
    """The task of a chunk."""
    first, count = question.span(index)
    return Task(
        index,
        question.function,
        model_text(question.model),
        question.table.names,
        question.table.rows(first, count),
        first,
        question.settings,
        question.keep,
        question.ensemble,
        version(),
        threads,
    )


def work(task: Task) -> Report:
    """Call the function at every point of a chunk."""
    if task.rheobase != version():
        raise RheobaseError(
            f"this worker runs rheobase {version()}, the sweep {task.rheobase}: install the same"
        )
    if task.ensemble:
        from .ensemble_work import ensemble_part

        return ensemble_part(task, model_of(task.model))
    with one_engine():
        return points_of(task, model_of(task.model))


@contextmanager
def one_engine() -> Iterator[None]:
    """NumPy's engine unless another one is asked for: the choice by time and caches would make
    last digits depend on the machine's load."""
    name = "RHEOBASE_ENGINE"
    wish = os.environ.get(name)
    if wish in (None, "auto"):
        os.environ[name] = "numpy"
    try:
        yield
    finally:
        if wish is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = wish


def points_of(task: Task, model: Model) -> Report:
    """The function at each point."""
    outcomes: list[Outcome] = []
    complaints: list[Complaint] = []
    for i, row in enumerate(task.rows):
        try:
            there = model.replace(dict(zip(task.names, row.tolist(), strict=True)))
            outcomes.append(outcome_of(task.function(there, **task.settings), task.keep))
        except (Exception, SystemExit) as error:  # sys.exit() in it ends this point only
            outcomes.append(failure(error))
            fault = outcomes[-1].status == FAULT
            if fault or isinstance(error, WRONG):
                complaints.append(Complaint(task.first + i, outcomes[-1].message, fault))
    failed = sum(outcome.status != FINE for outcome in outcomes)
    everywhere = len(complaints) == len(outcomes)
    content = encoded(outcomes)
    return Report(task.index, content, failed, tuple(complaints[:SHOWN]), everywhere)


@lru_cache(maxsize=4)
def model_text(model: Model) -> str:
    """A model as JSON."""
    return json.dumps(model.to_dict())


@lru_cache(maxsize=4)
def model_of(text: str) -> Model:
    """The model that `model_text` wrote; a worker reads it once."""
    return Model.from_dict(json.loads(text))
