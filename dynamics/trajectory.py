"""A trajectory: what `simulate` returns, indexed by name, callable between its nodes.

The nodes are the accepted steps. Between them the dense output of the scheme is computed when it is
asked for, and only in the steps that are asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .errors import InvalidArgument, NotFound, UnknownName
from .model import Model
from .status import Status
from .storage import storable

if TYPE_CHECKING:
    import pandas
    import xarray


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """The course of a model in time.

    run.t, run["V"]
        the times of the nodes and a state, definition or driven parameter there
    run(t), run(t, "V")
        all states (rows), or one name, at any time between
    run.spikes
        the times of the resets, or of the upward crossings of the model's spike level
    run.status, run.message
        how it ended; what is here was computed before that
    """

    model: Model
    t: np.ndarray
    x: np.ndarray  # one row a node
    status: Status
    message: str
    scheme: str
    tolerance: float | None = None
    step: float | None = None
    steps: int = 0
    rejected: int = 0
    evaluations: int = 0
    engine: str = ""
    driven: Model | None = None
    kinds: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    resets: np.ndarray = field(default_factory=lambda: np.zeros(0))
    legs: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    coefficients: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        for name in ("t", "x", "kinds", "resets", "legs", "coefficients"):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def equations(self) -> Model:
        """The model that was integrated: driven parameters are definitions in it."""
        return self.model if self.driven is None else self.driven

    def parameters_at(self, intervals: np.ndarray) -> np.ndarray:
        """The parameter array of each interval (m, M), or one for all (m,)."""
        if len(self.legs):
            return self.coefficients[:, self.legs[intervals]]
        return self.equations.field.parameter_array(self.equations.parameters)

    def __getitem__(self, name: str) -> np.ndarray:
        """A state, definition or parameter at the nodes, or the times ("t")."""
        if name == "t":
            return self.t
        intervals = np.maximum(np.arange(len(self.t)) - 1, 0)
        return self._named(name, self.t, self.x.T, intervals)

    def __call__(self, t: float | np.ndarray, name: str | None = None) -> np.ndarray:
        """The states at any time of the run (rows), or one name: the scheme's dense output."""
        try:
            times = np.asarray(t, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(
                f"run(t, name) takes times, not {t!r}; run[name] the nodes"
            ) from None
        flat = times.ravel()
        low, high = sorted((float(self.t[0]), float(self.t[-1])))
        outside = ~((flat >= low) & (flat <= high))
        if outside.any():
            raise InvalidArgument(
                f"t = {flat[outside][0]} lies outside this run, which goes from {low} to {high}"
            )
        intervals = self._intervals(flat)
        states = self._states_at(flat, intervals)
        values = states if name is None else self._named(name, flat, states, intervals)
        return values.reshape((*values.shape[:-1], *times.shape))

    def _named(
        self, name: str, t: np.ndarray, states: np.ndarray, intervals: np.ndarray
    ) -> np.ndarray:
        model = self.equations
        if name in model.states:
            return states[model.states.index(name)]
        if name in model.definitions:
            p = self.parameters_at(intervals)
            row = list(model.definitions).index(name)
            return np.broadcast_to(model.field.definitions(states, p, t)[row], t.shape)
        if name in model.parameters:
            return np.full(t.shape, model.parameters[name])
        if name == "t":
            return t
        known = [*model.states, *model.definitions, *model.parameters, "t"]
        raise UnknownName(name, f"a state, definition or parameter of {model.name}", known)

    def _intervals(self, t: np.ndarray) -> np.ndarray:
        """For each time the interval between nodes that holds it (never the jump of a reset)."""
        forward = self.t[-1] >= self.t[0]
        nodes, t = (self.t, t) if forward else (-self.t, -t)
        return np.clip(np.searchsorted(nodes, t, side="right") - 1, 0, max(len(nodes) - 2, 0))

    def _states_at(self, t: np.ndarray, intervals: np.ndarray) -> np.ndarray:
        from .between import states_between

        if len(self.t) == 1 or self.model.kind == "map":
            return self.x.T[:, intervals + (t == self.t[-1]) * (len(self.t) > 1)]
        return states_between(self, t, intervals)

    @cached_property
    def spikes(self) -> np.ndarray:
        """The times of the spikes: resets, or upward crossings of the model's spike level."""
        if self.model.reset is not None:
            return self.resets
        name, level = self.model.spike or (self.model.states[0], 0.0)
        return self.crossings(name, level)

    def crossings(self, name: str, level: float, rising: bool = True) -> np.ndarray:
        """The times at which a state or definition crosses a level, on the dense output."""
        from .crossings import crossings

        if not isinstance(level, int | float | np.number):
            raise InvalidArgument(f"a level is a number, not {level!r}")
        return crossings(self, name, level, rising)

    def period(self, after: float | None = None) -> float:
        """The mean interval between spikes after a time (the middle of the run if none is given).

        Raises `NotFound` where there are fewer than two spikes.
        """
        if after is None:
            after = 0.5 * float(self.t[0] + self.t[-1])
        spikes = np.sort(self.spikes[self.spikes >= after])
        if len(spikes) < 2:
            raise NotFound(
                f"no period: {len(spikes)} spike{'s' * (len(spikes) != 1)} after t = {after:g} "
                f"({len(self.spikes)} in all); simulate longer, or set the model's spike level"
            )
        return float(spikes[-1] - spikes[0]) / (len(spikes) - 1)

    def firing_rate(self, after: float | None = None) -> float:
        """Spikes per unit of time after a time: 1/period, and 0 with fewer than two spikes.

        In models with noise it is the number of spikes divided by the time, which has no bias where
        spikes are rare and irregular.
        """
        if self.model.noise:
            since, end = self.t[0] if after is None else after, self.t[-1]
            return np.count_nonzero(self.spikes >= since) / (end - since) if end > since else 0.0
        try:
            return 1.0 / self.period(min(self.t[0], self.t[-1]) if after is None else after)
        except NotFound:
            return 0.0

    def cv(self, after: float | None = None) -> float:
        """The coefficient of variation of the intervals between spikes from a time on; NaN with
        fewer than two intervals. `rb.spike_statistics` has its error, and serial correlations."""
        from .spike_statistics import spike_statistics

        return spike_statistics(self, after).cv

    def to_dict(self) -> dict:
        """The nodes and how the run ended, as JSON types."""
        columns = {name: numbers(self[name]) for name in self.model.states}
        return {
            "model": self.model.name,
            "t": numbers(self.t),
            **columns,
            "spikes": numbers(self.spikes),
            "status": self.status.value,
            "message": self.message,
            "scheme": self.scheme,
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table of the nodes: t, states, definitions."""
        import pandas

        names = ["t", *self.equations.states, *self.equations.definitions]
        return pandas.DataFrame({name: self[name] for name in names})

    def to_xarray(self) -> "xarray.Dataset":
        """An xarray dataset over t: states and definitions with their units, spikes beside them."""
        import xarray

        model = self.equations
        variables = {}
        for name in (*model.states, *model.definitions):
            facts = {"units": model.units.get(name, ""), "long_name": model.meanings.get(name, "")}
            variables[name] = ("t", self[name], {k: v for k, v in facts.items() if v})
        time = {"units": model.time_unit} if model.time_unit else {}
        facts = {
            "model": model.name,
            "digest": self.model.digest,
            "scheme": self.scheme,
            "status": self.status.value,
            "message": self.message,
        }
        variables["spikes"] = ("spike", self.spikes, time)
        return xarray.Dataset(variables, coords={"t": ("t", self.t, time)}, attrs=facts)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {
            "model": self.model.to_dict(),
            "driven": None if self.driven is None else self.driven.to_dict(),
            "status": self.status.name,
            **{name: getattr(self, name) for name in PLAIN},
        }
        return fields, {name: getattr(self, name) for name in ARRAYS}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Trajectory":
        """For `load`."""
        driven = fields["driven"]
        return cls(
            model=Model.from_dict(fields["model"]),
            driven=None if driven is None else Model.from_dict(driven),
            status=Status[fields["status"]],
            **{name: fields[name] for name in PLAIN},
            **{name: arrays[name] for name in ARRAYS},  # type: ignore[arg-type]
        )

    def __len__(self) -> int:
        return len(self.t)

    def __repr__(self) -> str:
        unit = f" {self.model.time_unit}" if self.model.time_unit else ""
        spikes = ""
        if len(self.t) < FEW or "spikes" in self.__dict__:
            spikes = f"{len(self.spikes)} spike{'s' * (len(self.spikes) != 1)}, "
        return (
            f"<Trajectory of {self.model.name}: t from {self.t[0]:g} to {self.t[-1]:g}{unit}, "
            f"{len(self.t)} nodes, {spikes}{self.scheme}, {self.status.value}>"
        )


FEW = 100_000  # nodes: fewer are searched for spikes when the run is printed
PLAIN = (*("message", "scheme", "tolerance", "step", "steps", "rejected", "evaluations", "engine"),)
ARRAYS = ("t", "x", "kinds", "resets", "legs", "coefficients")


def numbers(array: np.ndarray) -> list:
    """JSON numbers; NaN and infinities as null."""
    return [value if np.isfinite(value) else None for value in array.tolist()]
