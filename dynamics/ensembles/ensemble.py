"""An ensemble: what `simulate_ensemble` returns, indexed by name, in the shape of its grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidArgument, NotFound, UnknownName
from ..model import Model
from ..status import Status
from ..storage import storable
from .members import Members
from .outcome import CAPPED, ENDS, USABLE
from .saving import beside_states
from .spike_trains import SpikeTrains

if TYPE_CHECKING:
    import pandas
    import xarray

PLAIN = (
    *("scheme", "step", "tolerance", "begin", "until", "after", "seed", "first_member"),
    *("dtype", "message", "resets", "loss"),
)
ARRAYS = ("states", "codes", "counts", "first", "last", "observed", "t", "trace")


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Ensemble:
    """Many runs of one model.

    many["V"]
        the last state of each member, in the ensemble's shape; its course with the times `many.t`
        along a last axis if a trace was saved; of an expression that was saved its mean over time.
        A varied name gives the values that were given
    many.minimum["V"], many.maximum["V"], many.mean["V"]
        over the points of the grid of steps, where extrema or expressions were saved
    many.spikes[i, j], many.firing_rate(after=20)
        spike times of one member, and rates of all
    many.status, many.message
        how each member ended, and a sentence on all; what was not computed is NaN
    many.member(i, j)
        one member as a Model, for `rb.simulate`
    """

    model: Model
    values: Mapping[str, np.ndarray]
    grid: bool
    repeats: int | None
    saved: tuple[str, ...]
    observables: tuple[str, ...]
    states: np.ndarray  # one row a member
    codes: np.ndarray
    counts: np.ndarray
    first: np.ndarray
    last: np.ndarray
    observed: np.ndarray  # minima, maxima, means
    message: str
    scheme: str
    begin: float
    until: float
    after: float
    step: float | None = None
    tolerance: float | None = None
    seed: int = 0
    first_member: int = 0
    dtype: str = "float64"
    resets: str = "located"
    loss: float | None = None
    t: np.ndarray = field(default_factory=lambda: np.zeros(0))
    trace: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0)))
    trains: SpikeTrains | None = None
    driven: Model | None = None

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def equations(self) -> Model:
        """The model that was integrated: driven parameters are definitions in it."""
        return self.model if self.driven is None else self.driven

    @cached_property
    def members(self) -> Members:
        return Members(self.equations, self.values, self.grid, self.repeats)

    @property
    def shape(self) -> tuple[int, ...]:
        """One axis for each varied name (or one for all samples), and one for repeats."""
        return self.members.shape

    @property
    def dims(self) -> tuple[str, ...]:
        """The names of the axes."""
        return self.members.dims

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def status(self) -> np.ndarray:
        """How each member ended: an array of `Status`."""
        table = np.empty(len(ENDS), dtype=object)
        table[:] = ENDS
        return table[self.codes].reshape(self.shape)

    @property
    def completed(self) -> np.ndarray:
        """Whether each member's last state was reached."""
        return np.isin(self.codes, USABLE).reshape(self.shape)

    def __getitem__(self, name: str) -> np.ndarray:
        model = self.equations
        if len(self.t) and name in self.traced:
            course = self.trace[:, self.traced.index(name)]
            return course.reshape((*self.shape, len(self.t)))
        if name == "t" and len(self.t):
            return self.t
        if name in model.states:
            return self.states[:, model.states.index(name)].reshape(self.shape)
        if name in self.values:
            return self.members.of(name)
        if name in model.parameters:
            return np.full(self.shape, model.parameters[name])
        if name in self.observables:
            return self.mean[name]
        if name in model.definitions:
            return self._definition(name)
        known = [*self.observables, *model.states, *model.definitions, *model.parameters]
        raise UnknownName(name, f"a name of {model.name} or what was saved", known)

    def _definition(self, name: str) -> np.ndarray:
        """A definition at the last states."""
        row = list(self.equations.definitions).index(name)
        _, p = self.members.rows(0, len(self))
        found = self.equations.field.definitions(self.states.T, p.T, self.until)[row]
        return np.where(
            self.completed, np.broadcast_to(found, len(self)).reshape(self.shape), np.nan
        )

    @property
    def traced(self) -> tuple[str, ...]:
        """What a trace holds: the states and the expressions."""
        if self.trace.shape[1] == len(self.observables):  # as older files have it
            return self.observables
        return beside_states(self.model.states, self.observables)

    @cached_property
    def minimum(self) -> Mapping[str, np.ndarray]:
        return self._observed(0)

    @cached_property
    def maximum(self) -> Mapping[str, np.ndarray]:
        return self._observed(1)

    @cached_property
    def mean(self) -> Mapping[str, np.ndarray]:
        return self._observed(2)

    def _observed(self, part: int) -> Mapping[str, np.ndarray]:
        if not self.observables:
            raise NotFound(
                'nothing was observed; say save="extrema", or save an expression, for instance '
                f'save="{self.model.states[0]}^2"'
            )
        k = len(self.observables)
        return {
            name: self.observed[:, part * k + i].reshape(self.shape)
            for i, name in enumerate(self.observables)
        }

    @property
    def spikes(self) -> SpikeTrains:
        """The spike times of all members."""
        if self.trains is None:
            raise NotFound('no spike times were kept; say save="spikes"')
        return self.trains

    def spike_count(self, after: float | None = None) -> np.ndarray:
        """How many spikes each member fired from a time on."""
        return self._spiking(after)[0]

    def firing_rate(self, after: float | None = None) -> np.ndarray:
        """Spikes per unit of time from a time on: 1 / mean interval, and 0 with fewer than two.

        In models with noise it is the number of spikes divided by the time, which has no bias where
        spikes are rare and irregular; in the others it does not depend on where the time ends. NaN
        for members that did not complete, and for those with more than max_spikes spikes.
        `after` is the time from which spikes were saved if it is not given.
        """
        counts, first, last = self._spiking(after)
        if self.model.noise:
            span = self.until - (self.after if after is None else after)
            return counts / span if span > 0 else 0.0 * counts
        with np.errstate(invalid="ignore", divide="ignore"):
            rates = np.where(counts > 1, (counts - 1) / (last - first), 0.0)
        return np.where(np.isnan(counts), np.nan, rates)

    def cv(self, after: float | None = None) -> np.ndarray:
        """The coefficient of variation of each member's intervals from a time on; NaN with fewer
        than two intervals. `rb.spike_statistics` takes all members together."""
        from ..spike_statistics import spike_statistics

        found = [spike_statistics(train, after, lags=1).cv for train in self.spikes]
        usable = np.isin(self.codes, USABLE)
        return np.where(usable, found, np.nan).reshape(self.shape)

    def _spiking(self, after: float | None) -> tuple[np.ndarray, ...]:
        if self.trains is None and "rates" not in self.saved:
            raise NotFound('spikes were not looked for; say save="rates" or save="spikes"')
        if after is not None and after < self.after:
            raise InvalidArgument(f"spikes before t = {self.after:g} were not saved; after={after}")
        found: tuple[np.ndarray, ...] = (self.counts, self.first, self.last)
        usable = np.isin(self.codes, USABLE)
        if after is not None and after > self.after:
            if self.trains is None:
                raise NotFound(
                    f'save="rates" counted spikes after t = {self.after:g} only; for another time '
                    'say so in the call, simulate_ensemble(..., after=...), or save="spikes"'
                )
            found = self.trains.within(after)
            usable = usable & (self.codes != CAPPED)
        return tuple(np.where(usable, part, np.nan).reshape(self.shape) for part in found)

    def member(self, *index: int) -> Model:
        """The model of one member, with its parameters and start values."""
        if len(index) != len(self.shape):
            raise InvalidArgument(f"a member of this ensemble has {len(self.shape)} indices")
        return self.model.replace(self.members.changes(index))

    def to_xarray(self) -> "xarray.Dataset":
        """An xarray dataset whose dimensions are the varied names."""
        from .tables import dataset

        return dataset(self)

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table with one row a member: varied values, last states, status, rates."""
        from .tables import table

        return table(self)

    def to_dict(self) -> dict:
        """Everything as JSON types; NaN as null."""
        from .tables import dictionary

        return dictionary(self)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {
            "model": self.model.to_dict(),
            "driven": None if self.driven is None else self.driven.to_dict(),
            "names": list(self.values),
            "grid": self.grid,
            "repeats": self.repeats,
            "saved": list(self.saved),
            "observables": list(self.observables),
            "spikes": self.trains is not None,
            **{name: getattr(self, name) for name in PLAIN},
        }
        arrays = {name: getattr(self, name) for name in ARRAYS}
        arrays |= {f"value_{i}": values for i, values in enumerate(self.values.values())}
        if self.trains is not None:
            arrays |= {"spike_times": self.trains.times, "spike_offsets": self.trains.offsets}
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Ensemble":
        """For `load`."""
        model, other = Model.from_dict(fields["model"]), fields.get("driven")
        values = {name: arrays[f"value_{i}"] for i, name in enumerate(fields["names"])}
        trains = None
        if fields["spikes"]:
            shape = Members(model, values, fields["grid"], fields["repeats"]).shape
            trains = SpikeTrains(arrays["spike_times"], arrays["spike_offsets"], shape)
        return cls(
            model=model,
            driven=None if other is None else Model.from_dict(other),
            values=values,
            grid=fields["grid"],
            repeats=fields["repeats"],
            saved=tuple(fields["saved"]),
            observables=tuple(fields["observables"]),
            trains=trains,
            **{name: fields[name] for name in PLAIN},
            **{name: arrays[name] for name in ARRAYS},  # type: ignore[arg-type]
        )

    def __repr__(self) -> str:
        axes = " x ".join(
            f"{length} {name}" for name, length in zip(self.dims, self.shape, strict=True)
        )
        unit = f" {self.model.time_unit}" if self.model.time_unit else ""
        failed = len(self) - int(np.count_nonzero(self.codes == 0))
        ending = f", {failed} not completed" if failed else ""
        return (
            f"<Ensemble of {self.model.name}: {axes or 'one member'}, t from {self.begin:g} to "
            f"{self.until:g}{unit}, {self.scheme}, saved {', '.join(self.saved)}{ending}>"
        )


def status_counts(codes: np.ndarray) -> dict[Status, int]:
    """How many members ended in which way."""
    found: dict[Status, int] = {}
    for code, count in enumerate(np.bincount(codes, minlength=len(ENDS)).tolist()):
        if count:
            found[ENDS[code]] = found.get(ENDS[code], 0) + count
    return found
