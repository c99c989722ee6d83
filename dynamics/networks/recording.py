"""What is recorded: which neurons of which population, and the names asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..equations import symbol
from ..errors import InvalidArgument, UnknownName
from .layout import CELL
from .plan import CellPlan, NetworkPlan


@dataclass
class Record:
    """Of one population: the neurons, and name -> row of the states, or name of a definition."""

    neurons: np.ndarray
    names: dict[str, int | str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)


def recording(plan: NetworkPlan, record: Sequence[str] | Mapping[str, object]) -> dict[int, Record]:
    """By population's number."""
    if isinstance(record, str):
        record = [record]
    wanted = record if isinstance(record, Mapping) else dict.fromkeys(record)
    known = known_names(plan.cells)
    found: dict[int, Record] = {}
    for name, which in wanted.items():
        if name not in known:
            raise UnknownName(str(name), "a name that can be recorded", known)
        k, what = known[name]
        size = plan.cells[k].size
        neurons = np.arange(size) if which is None else chosen(name, which, size)
        if k in found and not np.array_equal(found[k].neurons, neurons):
            raise InvalidArgument(
                f"record: all names of {plan.cells[k].name} are recorded of the same neurons; "
                f"{name!r} asks for others"
            )
        entry = found.setdefault(k, Record(neurons))
        entry.names[name] = what
        model = plan.cells[k].model
        if model is not None and name.split(".", 1)[1] in model.units:
            entry.units[name] = model.units[name.split(".", 1)[1]]
    return found


def known_names(cells: list[CellPlan]) -> dict[str, tuple[int, int | str]]:
    """Everything that can be recorded: (population, row or definition)."""
    known: dict[str, tuple[int, int | str]] = {}
    for k, cell in enumerate(cells):
        known |= {label: (k, row) for row, label in enumerate(cell.labels)}
        if cell.model is not None:
            known |= {f"{cell.name}.{name}": (k, name) for name in cell.model.definitions}
    return known


def chosen(name: str, which: object, size: int) -> np.ndarray:
    array = np.atleast_1d(np.asarray(which))
    whole = array.ndim == 1 and (not array.size or np.issubdtype(array.dtype, np.integer))
    if not whole or (array.size and not (array.min() >= 0 and array.max() < size)):
        raise InvalidArgument(
            f"record {name!r}: neurons are numbered from 0 to {size - 1}, not {which!r}"
        )
    return array.astype(np.int64)


def traces(
    cells: list[CellPlan],
    arrays: tuple[tuple[np.ndarray, ...], ...],
    wanted: dict[int, Record],
    t: np.ndarray,
) -> dict[str, np.ndarray]:
    """The recorded columns, (times, neurons) each."""
    found = {}
    for k, record in wanted.items():
        buffer = arrays[k][list(CELL).index("RB")][: len(t)]
        for name, what in record.names.items():
            if isinstance(what, int):
                found[name] = np.ascontiguousarray(buffer[:, what])
            else:
                found[name] = definition(cells[k], what, buffer, record.neurons, t)
    return found


def definition(
    cell: CellPlan, name: str, buffer: np.ndarray, neurons: np.ndarray, t: np.ndarray
) -> np.ndarray:
    """A definition of the model from the states of its cells."""
    model = cell.model
    assert model is not None, "this is a bug: a spike train has no definitions"
    n, shape = len(model.states), (len(t), len(neurons))
    x = buffer[:, :n].transpose(1, 0, 2).reshape(n, -1)
    values = []
    for parameter in model.parameters:
        place = symbol(parameter)
        column = cell.rows[place][neurons] if place in cell.rows else cell.scalars[place]
        values.append(np.broadcast_to(column, shape).ravel())
    p = np.array(values).reshape(len(values), -1)
    times = np.repeat(t, len(neurons))
    row = list(model.definitions).index(name)
    return np.broadcast_to(model.field.definitions(x, p, times)[row], x.shape[1]).reshape(shape)
