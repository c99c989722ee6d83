"""A sweep as tables: JSON types, pandas, xarray."""

from typing import TYPE_CHECKING

import numpy as np

from .result import MESSAGE, STATUS, Sweep

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
    """One row a point."""
    import pandas

    columns = {name: sweep[name] for name in (*sweep.axes, *sweep.names, STATUS, MESSAGE)}
    flat = {
        name: column.ravel()
        for name, column in columns.items()
        if column.shape == sweep.shape and column.dtype != object
    }
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
            more = [f"{name}_{i}" for i in range(column.ndim - len(along))]
            variables[name] = ((*along, *more), column)
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
