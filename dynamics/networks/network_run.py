"""What a network did: spikes, rates, recorded traces, the connections that changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..status import Status
from ..storage import storable
from .spike_statistics import Rates, binned, interval_variation

if TYPE_CHECKING:
    import pandas
    import xarray

BINS = 200


class SpikeList(NamedTuple):
    """Spikes in the order of time: when, and by whom."""

    times: np.ndarray
    neurons: np.ndarray


@storable
@dataclass(frozen=True, eq=False, repr=False)
class NetworkRun:
    """What `Network.simulate` returns.

    run.raster["E"].times, .neurons
        the spikes of a population, in the order of time
    run.rates
        firing rates: `run.rates.t`, `run.rates["E"]` of a population in time,
        `run.rates.neurons["E"]` of each neuron; `run.rates_in(bin)` with other bins
    run.t, run["E.V"]
        recorded traces: a row a time, a column a neuron (`run.recorded["E.V"]` says which)
    run.synapses["E to E"]["weight"]
        connections that have states of their own, at the end of the run
    run.status, run.message, run.failure
        how it ended; where it failed (population, neuron, time)
    """

    sizes: Mapping[str, int]
    until: float
    step: float
    scheme: str
    seed: int
    network_seed: int
    time_unit: str | None
    t: np.ndarray
    raster: Mapping[str, SpikeList]
    traces: Mapping[str, np.ndarray]
    recorded: Mapping[str, np.ndarray]
    units: Mapping[str, str]
    synapses: Mapping[str, Mapping[str, np.ndarray]]
    status: Status
    message: str
    failure: tuple[str, int, float] | None = None

    def __getitem__(self, name: str) -> np.ndarray:
        """A recorded trace (times, neurons), or the times ("t")."""
        if name == "t":
            return self.t
        if name not in self.traces:
            raise UnknownName(
                name, "recorded in this run; ask for it by record=[...]", ["t", *self.traces]
            )
        return self.traces[name]

    @cached_property
    def rates(self) -> Rates:
        """Firing rates in 200 bins or fewer."""
        return self.rates_in(max(self.step, self.until / BINS))

    def rates_in(self, bin: float, after: float = 0.0) -> Rates:
        """Firing rates in bins of this width, from a time on."""
        return binned(self.raster, self.sizes, bin, after, self.until)

    def firing_rate(self, population: str, after: float = 0.0) -> float:
        """Spikes per neuron and unit of time of a population after a time."""
        times = self._spikes(population, after).times
        return len(times) / (self.sizes[population] * (self.until - after))

    def interval_variation(self, population: str, after: float = 0.0) -> np.ndarray:
        """The coefficient of variation of each neuron's intervals after a time; NaN for neurons
        with fewer than three spikes there."""
        times, who = self._spikes(population, after)
        return interval_variation(times, who, self.sizes[population])

    def _spikes(self, population: str, after: float) -> SpikeList:
        if population not in self.raster:
            raise UnknownName(population, "a population of this run", self.raster)
        if not 0 <= after < self.until:
            raise InvalidArgument(f"after = {after:g} is not within the run, 0 to {self.until:g}")
        times, who = self.raster[population]
        return SpikeList(times[times > after], who[times > after])

    def to_dict(self) -> dict:
        """Everything as JSON types."""
        return {
            "sizes": dict(self.sizes),
            "until": self.until,
            "step": self.step,
            "scheme": self.scheme,
            "seed": self.seed,
            "network_seed": self.network_seed,
            "raster": {
                name: {"times": s.times.tolist(), "neurons": s.neurons.tolist()}
                for name, s in self.raster.items()
            },
            "t": self.t.tolist(),
            "traces": {name: finite_lists(trace) for name, trace in self.traces.items()},
            "synapses": {
                name: {column: finite_lists(values) for column, values in columns.items()}
                for name, columns in self.synapses.items()
            },
            "status": self.status.value,
            "message": self.message,
            "failure": None if self.failure is None else list(self.failure),
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """All spikes as a pandas table: population, neuron, time."""
        import pandas

        parts = [
            pandas.DataFrame({"population": name, "neuron": s.neurons, "time": s.times})
            for name, s in self.raster.items()
        ]
        return pandas.concat(parts, ignore_index=True).sort_values("time", kind="stable")

    def to_xarray(self) -> "xarray.Dataset":
        """An xarray dataset: spikes of each population, recorded traces over t."""
        import xarray

        time = {"units": self.time_unit} if self.time_unit else {}
        variables: dict = {}
        coords: dict = {"t": ("t", self.t, time)} if self.traces else {}
        for name, spikes in self.raster.items():
            variables[f"{name}.spikes"] = (f"{name}.spike", spikes.times, time)
            variables[f"{name}.neurons"] = (f"{name}.spike", spikes.neurons)
        for name, trace in self.traces.items():
            column = f"{name.split('.', 1)[0]}.neuron"
            coords[column] = self.recorded[name]
            facts = {"units": self.units[name]} if name in self.units else {}
            variables[name] = (("t", column), trace, facts)
        about: dict = {"scheme": self.scheme, "step": self.step, "seed": self.seed}
        about |= {"status": self.status.value, "message": self.message}
        return xarray.Dataset(variables, coords=coords, attrs=about)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {name: getattr(self, name) for name in PLAIN}
        fields |= {
            "sizes": dict(self.sizes),
            "units": dict(self.units),
            "status": self.status.name,
            "failure": None if self.failure is None else list(self.failure),
            "traces": list(self.traces),
            "synapses": {name: list(columns) for name, columns in self.synapses.items()},
        }
        arrays = {"t": self.t}
        for i, spikes in enumerate(self.raster.values()):
            arrays |= {f"times_{i}": spikes.times, f"neurons_{i}": spikes.neurons}
        for i, name in enumerate(self.traces):
            arrays |= {f"trace_{i}": self.traces[name], f"recorded_{i}": self.recorded[name]}
        for i, columns in enumerate(self.synapses.values()):
            arrays |= {f"synapse_{i}_{j}": values for j, values in enumerate(columns.values())}
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "NetworkRun":
        """For `load`."""
        failure = fields["failure"]
        return cls(
            **{name: fields[name] for name in PLAIN},
            sizes=fields["sizes"],
            units=fields["units"],
            status=Status[fields["status"]],
            failure=None if failure is None else (failure[0], failure[1], failure[2]),
            t=arrays["t"],
            raster={
                name: SpikeList(arrays[f"times_{i}"], arrays[f"neurons_{i}"])
                for i, name in enumerate(fields["sizes"])
            },
            traces={name: arrays[f"trace_{i}"] for i, name in enumerate(fields["traces"])},
            recorded={name: arrays[f"recorded_{i}"] for i, name in enumerate(fields["traces"])},
            synapses={
                name: {column: arrays[f"synapse_{i}_{j}"] for j, column in enumerate(columns)}
                for i, (name, columns) in enumerate(fields["synapses"].items())
            },
        )

    def __repr__(self) -> str:
        unit = f" {self.time_unit}" if self.time_unit else ""
        counts = ", ".join(
            f"{name}: {self.sizes[name]} neurons, {len(spikes.times)} spikes"
            for name, spikes in self.raster.items()
        )
        traced = f", traces {', '.join(self.traces)}" if self.traces else ""
        return (
            f"<NetworkRun to {self.until:g}{unit}, {counts}{traced}; {self.scheme}, "
            f"{self.status.value}>"
        )


PLAIN = ("until", "step", "scheme", "seed", "network_seed", "time_unit", "message")


def finite_lists(array: np.ndarray) -> list:
    """Nested lists of JSON numbers; NaN and infinities as null."""
    if array.ndim > 1:
        return [finite_lists(row) for row in array]
    return [value if np.isfinite(value) else None for value in array.tolist()]
