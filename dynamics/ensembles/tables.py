"""An ensemble as a dataset, as a table, as JSON."""

from typing import TYPE_CHECKING

import numpy as np

from .members import SAMPLE

if TYPE_CHECKING:
    import pandas
    import xarray

    from .ensemble import Ensemble

TIME, SPIKE = "t", "spike"


def coordinate(many: "Ensemble", name: str) -> str:
    """The name of a varied name's coordinate: start values stand beside the states."""
    return f"{name}_start" if name in many.model.states else name


def dataset(many: "Ensemble") -> "xarray.Dataset":
    """States (or traces), observables, rates and status over the varied names."""
    import xarray

    model = many.model
    dims = [coordinate(many, name) for name in many.dims]

    def facts(name: str) -> dict:
        known = {"units": model.units.get(name, ""), "long_name": model.meanings.get(name, "")}
        return {key: value for key, value in known.items() if value}

    coords: dict = {}
    for name, values in many.values.items():
        own = coordinate(many, name)
        coords[own] = ((own if many.grid else SAMPLE), values, facts(name))
    if many.repeats is not None:
        coords["repeat"] = np.arange(many.repeats)
    time = {"units": model.time_unit} if model.time_unit else {}
    variables: dict = {}
    for name in model.states:
        last = many.states[:, model.states.index(name)].reshape(many.shape)
        variables[name] = (dims, last, facts(name))
    if len(many.t):
        coords[TIME] = (TIME, many.t, time)
        for name in many.traced:
            variables[f"{name}_trace"] = ([*dims, TIME], many[name], facts(name))
    for name in many.observables:
        variables[f"{name}_min"] = (dims, many.minimum[name], facts(name))
        variables[f"{name}_max"] = (dims, many.maximum[name], facts(name))
        variables[f"{name}_mean"] = (dims, many.mean[name], facts(name))
    variables["status"] = (dims, status_words(many))
    if "rates" in many.saved or many.trains is not None:
        per = {"units": f"1/{model.time_unit}"} if model.time_unit else {}
        variables["rate"] = (dims, many.firing_rate(), per)
        variables["spike_count"] = (dims, many.spike_count())
    if many.trains is not None:
        variables["spike_time"] = (SPIKE, many.trains.times, time)
        variables["spike_member"] = (SPIKE, many.trains.members)
    attributes = {
        "model": model.name,
        "digest": model.digest,
        "scheme": many.scheme,
        "begin": many.begin,
        "until": many.until,
        "seed": many.seed,
        "message": many.message,
    }
    return xarray.Dataset(variables, coords=coords, attrs=attributes)


def status_words(many: "Ensemble") -> np.ndarray:
    return np.array([status.value for status in many.status.ravel()]).reshape(many.shape)


def table(many: "Ensemble") -> "pandas.DataFrame":
    """One row a member."""
    import pandas

    columns: dict = {coordinate(many, name): many.members.of(name).ravel() for name in many.values}
    if many.repeats is not None:
        columns["repeat"] = np.arange(len(many)) % many.repeats
    for i, name in enumerate(many.model.states):
        columns[name] = many.states[:, i]
    for name in many.observables:
        columns[f"{name}_min"] = many.minimum[name].ravel()
        columns[f"{name}_max"] = many.maximum[name].ravel()
        columns[f"{name}_mean"] = many.mean[name].ravel()
    if "rates" in many.saved or many.trains is not None:
        columns["rate"] = many.firing_rate().ravel()
        columns["spike_count"] = many.spike_count().ravel()
    columns["status"] = status_words(many).ravel()
    return pandas.DataFrame(columns)


def dictionary(many: "Ensemble") -> dict:
    """Lists in the shape of the ensemble; NaN as null."""
    found: dict = {
        "model": many.model.name,
        "shape": list(many.shape),
        "dims": list(many.dims),
        "values": {name: values.tolist() for name, values in many.values.items()},
        "scheme": many.scheme,
        "begin": many.begin,
        "until": many.until,
        "status": status_words(many).tolist(),
        "message": many.message,
    }
    for i, name in enumerate(many.model.states):
        found[name] = plain(many.states[:, i].reshape(many.shape))
    if many.observables:
        found["minimum"] = {name: plain(a) for name, a in many.minimum.items()}
        found["maximum"] = {name: plain(a) for name, a in many.maximum.items()}
        found["mean"] = {name: plain(a) for name, a in many.mean.items()}
    if "rates" in many.saved or many.trains is not None:
        found["rate"] = plain(many.firing_rate())
    if many.trains is not None:
        found["spikes"] = [train.tolist() for train in many.trains]
    if len(many.t):
        found["t"] = many.t.tolist()
        found["trace"] = {name: plain(many[name]) for name in many.traced}
    return found


def plain(array: np.ndarray) -> list | float | None:
    """Nested lists of JSON numbers."""
    if array.ndim == 0:
        value = float(array)
        return value if np.isfinite(value) else None
    return [plain(part) for part in array]
