"""The frequency of firing against the drive: along the branch of cycles, and by simulation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.storage import storable
from .bifurcation_diagram import bifurcation_diagram
from .diagram import Diagram
from .firing import Firing, firing_parts
from .jsonable import json_list
from .onset_firing import law_of, sizes
from .onset_law import OnsetLaw
from .problem import problem_of
from .rest_path import rest_at
from .settling import settled
from .simulated_period import simulated_period
from .spike_level import SpikeLevel, spike_level
from .stable_cycle import cycle_of_part

if TYPE_CHECKING:
    import pandas

Progress = Callable[[str, float], None]
ASIDE = 1e-4  # of an orbit's swing: where a simulation begins, off the orbit
SINGLE = 1e-3  # of the least and greatest value: the range about a single one
KEPT = ("frequency", "simulated", "rests")


@storable
@dataclass(frozen=True, eq=False, repr=False)
class FrequencyCurve:
    """Frequencies by drive, per unit of time of the model; sorted as the drives were given.

    curve["I"], curve["frequency"]
        the drives, and 1/period of the stable firing there: 0 where the model rests and no stable
        firing was found, nan where nothing stable is known
    curve["simulated"]
        the same from simulation: 0 where a run ends at rest, nan where it was not asked for or did
        not repeat itself
    curve["rests"]
        whether a stable rest exists at the drive, too
    curve.parts
        the stable stretches of firing as (least, greatest) drives; curve.notes says more
    """

    model: Model
    parameter: str
    values: np.ndarray
    frequency: np.ndarray
    simulated: np.ndarray
    rests: np.ndarray
    parts: tuple[tuple[float, float], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("values", *KEPT):
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, name: str) -> np.ndarray:
        """A column, by name."""
        if name == self.parameter:
            return self.values
        if name in KEPT:
            return getattr(self, name)
        raise UnknownName(name, "a column of this frequency curve", [self.parameter, *KEPT])

    def to_dict(self) -> dict:
        """Columns as JSON types."""
        return {
            "model": self.model.name,
            "parameter": self.parameter,
            self.parameter: json_list(self.values),
            **{name: json_list(getattr(self, name)) for name in KEPT},
            "parts": [list(part) for part in self.parts],
            "notes": list(self.notes),
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """One row a drive."""
        import pandas

        columns = {name: getattr(self, name) for name in KEPT}
        return pandas.DataFrame({self.parameter: self.values, **columns})

    def __repr__(self) -> str:
        firing = self.frequency[np.isfinite(self.frequency) & (self.frequency > 0)]
        span = f"{firing.min():.6g} to {firing.max():.6g}" if len(firing) else "none"
        return (
            f"<frequency curve of {self.model.name} in {self.parameter}: {len(self)} drives from "
            f"{self.values.min():.6g} to {self.values.max():.6g}, {len(firing)} with firing, "
            f"frequencies {span}>"
        )

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        fields = {
            "model": self.model.to_dict(),
            "parameter": self.parameter,
            "parts": [list(part) for part in self.parts],
            "notes": list(self.notes),
        }
        return fields, {name: getattr(self, name) for name in ("values", *KEPT)}

    @classmethod
    def from_storage(cls, fields, arrays) -> "FrequencyCurve":
        return cls(
            Model.from_dict(fields["model"]),
            fields["parameter"],
            arrays["values"],
            arrays["frequency"],
            arrays["simulated"],
            np.asarray(arrays["rests"]).astype(bool),
            tuple((a, b) for a, b in fields["parts"]),
            tuple(fields["notes"]),
        )


def frequency_current(
    model: Model,
    parameter: str,
    values: "Sequence[float] | np.ndarray",
    simulate: bool = False,
    *,
    diagram: Diagram | None = None,
    progress: Progress | None = None,
) -> FrequencyCurve:
    """The frequency of stable firing at each value of a parameter, the drive.

    model, parameter, values
        the model, its drive, and the drives
    simulate
        whether the model is also run at each drive, from a state off its cycle (from its start
        values where no firing is known), until its spikes repeat themselves
    diagram
        a bifurcation diagram whose range holds the values; found if not given, over the model's
        natural range where that holds them
    progress
        called with a word on what is done and the drive

    Periods come from the stable cycles of the bifurcation diagram, corrected at each drive; between
    the last computed cycle and a saddle-node on the circle or a homoclinic orbit, from the law that
    holds there. Where two firing states coexist the one with the larger swing counts. Cycles that
    stay below the spike level all along their family are no firing.

    >>> import rheobase as rb
    >>> curve = rb.frequency_current(rb.models.morris_lecar("snic"), "I", [30, 40, 50])
    >>> curve["frequency"].round(6)
    array([0.      , 0.001059, 0.01326 ])
    """
    drives = checked(model, parameter, values)
    if model.reset is not None:
        from .reset_frequencies import reset_frequencies

        return reset_frequencies(model, parameter, drives, simulate, progress=progress)
    if len(model.states) == 1:
        return drifting(model, parameter, drives, simulate)
    if diagram is None:
        diagram = bifurcation_diagram(
            model, parameter, range_about(model, parameter, drives), progress=progress
        )
    elif diagram.model != model or diagram.parameter != parameter:
        raise InvalidArgument("the diagram is of another model or another parameter")
    level = spike_level(model, diagram.cycles)
    parts = [part for part in firing_parts(diagram, level) if part.spikes]
    laws = {id(part): law_of(part) for part in parts}
    size = sizes(diagram)
    columns = {name: np.full(len(drives), np.nan) for name in KEPT}
    columns["rests"] = np.zeros(len(drives), dtype=bool)
    for i, value in enumerate(drives.tolist()):
        if progress is not None:
            progress("frequency", value)
        columns["rests"][i] = bool(rest_at(diagram, value))
        here = [part for part in parts if part.holds(value)]
        part = max(here, key=lambda p: swing_at(p, value), default=None)
        silent = 0.0 if columns["rests"][i] else np.nan
        orbit, period = (None, np.nan) if part is None else period_at(part, value, laws[id(part)])
        columns["frequency"][i] = silent if part is None else frequency_of(period)
        if simulate:
            columns["simulated"][i] = frequency_by_run(
                model.replace({parameter: value}), orbit, period, level, size
            )
    notes = [] if diagram.status.ok else [diagram.message]
    spans = tuple((part.low, part.high) for part in parts)
    return FrequencyCurve(
        model,
        parameter,
        drives,
        columns["frequency"],
        columns["simulated"],
        columns["rests"],
        spans,
        tuple(notes),
    )


def checked(model: Model, parameter: str, values: "Sequence[float] | np.ndarray") -> np.ndarray:
    """The drives as an array of numbers."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"frequency_current takes a Model, not {model!r}")
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; frequencies are those of flows")
    try:
        drives = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InvalidArgument(f"values are numbers, not {values!r}") from None
    if drives.ndim != 1 or not len(drives) or not np.isfinite(drives).all():
        raise InvalidArgument(f"values are a list of finite numbers, not {values!r}")
    problem_of(model, parameter, (drives.min(), drives.max() + 1.0))  # checks the name
    return drives


def range_about(model: Model, parameter: str, drives: np.ndarray) -> tuple[float, float]:
    """The range of the diagram: that of the drives and the natural one."""
    low, high = float(drives.min()), float(drives.max())
    if model.natural is not None and model.natural[0] == parameter:
        low, high = min(low, *model.natural[1]), max(high, *model.natural[1])
    if low == high:
        away = SINGLE * max(abs(low), 1.0)
        low, high = low - away, high + away
    return low, high


def swing_at(part: Firing, value: float) -> float:
    """The swing of the first state on a part's cycles near a drive."""
    return float(np.ptp(part.branch.arrays["orbit"][part.near(value)][..., 0]))


def period_at(part: Firing, value: float, law: OnsetLaw) -> tuple[np.ndarray, float]:
    """An orbit at or near a drive, and the period there; inf where it diverges."""
    found = cycle_of_part(part, value)
    if found is not None:
        return found
    orbit = part.branch.arrays["orbit"][part.near(value)]
    if value == law.at and law.kind in ("square root", "logarithmic"):
        return orbit, np.inf
    if law.kind == "square root" and "T0" in law.constants:
        return orbit, float(1 / law.frequency(value) + law["T0"])
    if law.kind == "logarithmic" and "c" in law.constants:
        return orbit, float(1 / law.frequency(value))
    return orbit, np.nan


def frequency_of(period: float) -> float:
    return 0.0 if np.isinf(period) else 1 / period


def frequency_by_run(
    model: Model, orbit: np.ndarray | None, period: float, level: SpikeLevel, size: np.ndarray
) -> float:
    """1/period of the firing that a run shows; 0 where it comes to rest."""
    if orbit is None or not np.isfinite(period):
        outcome = settled(model, np.array(list(model.start.values())), level, size)
        if outcome.kind == "rest":
            return 0.0
        low, high = outcome.low, outcome.high
        if outcome.kind != "cycle" or low is None or high is None:
            return np.nan
        x, period = outcome.x, outcome.period
        middle, swing = 0.5 * float(low[0] + high[0]), high - low
    else:
        X = orbit.reshape(-1, orbit.shape[-1])
        swing = np.ptp(X, axis=0)
        x = X[int(np.argmax(X[:, 0]))] + ASIDE * swing
        middle = 0.5 * float(X[:, 0].min() + X[:, 0].max())
    swing = np.maximum(swing, 1e-12)
    run = simulated_period(model, x, 0, middle, period, swing)
    if run is None and orbit is not None:  # a narrow basin: from the orbit itself
        X = orbit.reshape(-1, orbit.shape[-1])
        run = simulated_period(model, X[int(np.argmax(X[:, 0]))], 0, middle, period, swing)
    if run is None:
        return 0.0 if settled(model, x, level, size).kind == "rest" else np.nan
    return 1 / run.period


def drifting(model: Model, parameter: str, drives: np.ndarray, simulate: bool) -> FrequencyCurve:
    """Of a flow of one state: turns of an angle, or passages through infinity."""
    from .drift import NOTE, kind_of, passage_time
    from .find_fixed_points import find_fixed_points

    times = np.array([passage_time(model.replace({parameter: v})) for v in drives.tolist()])
    points = [find_fixed_points(model.replace({parameter: v})) for v in drives.tolist()]
    rests = np.array([any(point.stable for point in found) for found in points])
    still = np.array([len(found) > 0 for found in points])
    with np.errstate(divide="ignore"):
        frequency = np.where(np.isinf(times), np.where(still, 0.0, np.nan), 1 / times)
    notes = [NOTE[kind_of(model)]]
    if simulate:
        notes.append("a flow of one state is not simulated: the quadrature is exact")
    empty = np.full(len(drives), np.nan)
    return FrequencyCurve(model, parameter, drives, frequency, empty, rests, notes=tuple(notes))
