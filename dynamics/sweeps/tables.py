"""A sweep as tables: JSON types, pandas, xarray."""

from typing import TYPE_CHECKING

import numpy as np

from .result import MESSAGE, REPEAT, STATUS, Sweep

if TYPE_CHECKING:
    import pandas
    import xarray


def dictionary(sweep: Sweep) -> dict:
    """The question, the axes and all columns."""
    axes = {name: array.tolist() for name, array in sweep.grid.items()}
    return {
        "function": sweep.function,
        "model": sweep.model.name,
        "grid" if sweep.table.grid else "samples": axes,
        "columns": {name: listed(sweep[name]) for name in (*sweep.names, STATUS, MESSAGE)},
        "complete": sweep.complete,
        "status": sweep.status.value,
        "message": sweep.message,
    }


def table(sweep: Sweep) -> "pandas.DataFrame":
    """One row a point, or of an ensemble with repeats one a repeat."""
    import pandas

    again = () if sweep.repeats is None else (sweep.repeats,)
    shape = (*sweep.shape, *again)
    flat = {}
    for name in (*sweep.axes, *(REPEAT for _ in again), *sweep.names, STATUS, MESSAGE):
        if name == REPEAT and again:
            column = np.broadcast_to(np.arange(again[0]), shape)
        else:
            column = sweep[name]
        if again and column.shape == sweep.shape:
            column = np.broadcast_to(column[..., None], shape)
        if column.shape == shape and column.dtype != object:
            flat[name] = column.ravel()
    return pandas.DataFrame(flat)


def dataset(sweep: Sweep) -> "xarray.Dataset":
    """The columns over the axes."""
    import xarray

    facts = {name: {"units": unit} for name, unit in sweep.model.units.items() if unit}
    along = sweep.table.dimensions
    variables, coordinates = {}, {}
    for name, array in sweep.grid.items():
        own = (name,) if sweep.table.grid else along
        coordinates[name] = (own, array, facts.get(name, {}))
    for name in (*sweep.names, STATUS, MESSAGE):
        column = sweep[name]
        if column.dtype != object:
            dims = list(along)
            if sweep.repeats is not None and column.shape[len(along) :][:1] == (sweep.repeats,):
                dims.append(REPEAT)
            dims += [f"{name}_{i}" for i in range(column.ndim - len(dims))]
            variables[name] = (dims, column)
    if sweep.repeats is not None:
        coordinates[REPEAT] = ((REPEAT,), np.arange(sweep.repeats), {})
    told = {"function": sweep.function, "model": sweep.model.name, "digest": sweep.model.digest}
    return xarray.Dataset(variables, coordinates, told | {"message": sweep.message})


def listed(column: np.ndarray) -> list:
    """A column as JSON types."""
    if column.dtype == object:
        return [line.tolist() for line in column.ravel()]
    if column.dtype.kind == "f":
        cells = column.astype(object)
        cells[~np.isfinite(column)] = None
        return cells.tolist()
    return column.tolist()
