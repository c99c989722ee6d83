"""A chunk of the table as one ensemble: all its points in a single call of simulate_ensemble.

Columns: the last state of every member under the state's name (its course, where a trace is
saved), "rate" and "spike_count" where spikes are looked for, "spikes" where their times are kept,
and of extrema and expressions "V_min", "V_max", "V_mean". Repeats are a last axis.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model import Model
from ..status import Status
from .outcome import FINE
from .part import FLOAT, INT, LINES, STACK, Column, packed

if TYPE_CHECKING:
    from ..ensembles.ensemble import Ensemble
    from ..ensembles.saving import Saved
    from .work import Report, Task

OBSERVED = (("min", "minimum"), ("max", "maximum"), ("mean", "mean"))


def ensemble_part(task: "Task", model: Model) -> "Report":
    """The report of a chunk whose members are numbered as those of the whole sweep."""
    from ..ensembles.simulate_ensemble import simulate_ensemble
    from .work import Report

    settings = {"threads": task.threads, **task.settings}
    repeats = settings.get("repeats") or 1
    many = simulate_ensemble(
        model,
        samples=dict(zip(task.names, task.rows.T, strict=True)),
        first_member=task.first * repeats,
        **settings,
    )
    if any(status is Status.INTERRUPTED for status in np.ravel(many.status)):
        raise KeyboardInterrupt
    columns = {name: column_of(values, len(task.rows)) for name, values in found_in(many)}
    status, message = endings(many.status)
    arrays = {"t": many.t} if len(many.t) else {}
    content = packed(columns, status, message, {}, arrays)
    return Report(task.index, content, int((status != FINE).sum()), (), False)


def found_in(many: "Ensemble") -> Iterator[tuple[str, Any]]:
    """What an ensemble holds, by the names of the sweep's columns."""
    if "rates" in many.saved or "spikes" in many.saved:
        yield "rate", many.firing_rate()
        yield "spike_count", many.spike_count()
    if "spikes" in many.saved:
        yield "spikes", list(many.spikes)
    for name in many.observables:
        for ending, part in OBSERVED:
            yield f"{name}_{ending}", getattr(many, part)[name]
    traced = many.traced if len(many.t) else ()
    for name in (*many.model.states, *(n for n in traced if n not in many.model.states)):
        # a varied start value has the state's name: it is the table's, the state is asked for
        yield name, course(many, name) if name in traced else state(many, name)


def columns_of_save(saved: "Saved", model: Model) -> list[str]:
    """The columns with one number a member that an ensemble will have which saves this."""
    spiking = ["rate", "spike_count"] if saved.spiking else []
    observed = [f"{name}_{ending}" for name in saved.observed for ending, _ in OBSERVED]
    return [*spiking, *observed, *(() if saved.tracing else model.states)]


def course(many: "Ensemble", name: str) -> np.ndarray:
    """The course of a name, times along the last axis."""
    return many[name]


def state(many: "Ensemble", name: str) -> np.ndarray:
    """The last values of a state, in the ensemble's shape."""
    return many.states[:, many.model.states.index(name)].reshape(many.shape)


def column_of(values: Any, rows: int) -> Column:
    """Values of the members of a chunk as a column."""
    missing = np.zeros(rows, dtype=bool)
    if isinstance(values, list):
        return Column(LINES, values, missing, per=len(values) // rows)
    if values.ndim > 1:
        return Column(STACK, values.astype(float), missing)
    if values.dtype.kind in "iu":
        return Column(INT, values.astype(np.int64), missing)
    return Column(FLOAT, values.astype(float), np.isnan(values))


def endings(statuses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One status and message a row: of repeats the worst, and how many of them."""
    if all(status is Status.COMPLETED for status in np.ravel(statuses)):
        return np.full(len(statuses), FINE), np.full(len(statuses), "")
    words, messages = [], []
    for row in statuses.reshape(len(statuses), -1):
        worst = max(row, key=lambda status: status.severity)
        bad = sum(not status.ok for status in row)
        words.append(FINE if worst.ok else worst.value)
        messages.append(f"{bad} of {len(row)} repeats" if bad and len(row) > 1 else "")
    return np.array(words), np.array(messages)
