"""What the machine's arithmetic costs: its run beside the exact one."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from ..dynamics.storage import storable
from ..dynamics.trajectory import Trajectory
from .machine_run import MachineRun


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Spikes and values of two runs of one model.

    matched
        how many spikes are compared, the n-th with the n-th
    lag
        by how much each of them is later on the machine
    missing, surplus
        spikes that only the exact run has, or only the machine's
    variable, t, error
        the machine's value minus the exact one, at the machine's times
    median_error, worst_error
        of |error|; None where the machine kept spikes only
    """

    variable: str
    lag: np.ndarray
    missing: int
    surplus: int
    t: np.ndarray
    error: np.ndarray

    @property
    def matched(self) -> int:
        return len(self.lag)

    @property
    def median_error(self) -> float | None:
        return float(np.median(np.abs(self.error))) if len(self.error) else None

    @property
    def worst_error(self) -> float | None:
        return float(np.max(np.abs(self.error))) if len(self.error) else None

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "variable": self.variable,
            "matched": self.matched,
            "missing": self.missing,
            "surplus": self.surplus,
            "lag": self.lag.tolist(),
            "median_error": self.median_error,
            "worst_error": self.worst_error,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {"variable": self.variable, "missing": self.missing, "surplus": self.surplus}
        return fields, {"lag": self.lag, "t": self.t, "error": self.error}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Comparison":
        """For `load`."""
        lag, t, error = (arrays[name] for name in ("lag", "t", "error"))
        return cls(**fields, lag=lag, t=t, error=error)

    def __repr__(self) -> str:
        parts = [f"{self.matched} spike{'s' * (self.matched != 1)} matched"]
        if self.matched:
            parts[0] += f", lag of the last {self.lag[-1]:+.6g}"
        unmatched = {"missing": self.missing, "more": self.surplus}
        parts += [f"{count} {what}" for what, count in unmatched.items() if count]
        if len(self.error):
            parts.append(
                f"|error| of {self.variable}: median {self.median_error:.3g}, "
                f"worst {self.worst_error:.3g}"
            )
        return f"<Comparison: {'; '.join(parts)}>"


def compare(
    exact: Trajectory | MachineRun,
    machine: Trajectory | MachineRun,
    variable: str | None = None,
    step: float | None = None,
) -> Comparison:
    """How a run on the machine differs from the exact one: lags of spikes, errors of a variable.

    exact
        A Trajectory; its dense output is compared at the machine's times. Or a MachineRun with the
        same steps, to compare two arithmetics.
    variable
        A name that both have; the first state or column of the machine's run if not given.
    step
        For a MachineRun, which counts steps: their length.

    Spikes are matched by their number: one that is missing shifts all that follow. After a spike
    that comes at another time the worst error is the height of a spike; the median tells more.

    >>> import rheobase as rb
    >>> settings = dict(I=10.0, h=0.1, steps=2000)
    >>> floored = rb.spinnaker.izhikevich("rk2", "fl", **settings)
    >>> nearest = rb.spinnaker.izhikevich("rk2", "rn", **settings)
    >>> compare(floored, nearest, step=0.1)
    <Comparison: 6 spikes matched, lag of the last -2.1; |error| of v: median 0.398, worst 99.4>
    """
    for name, run in (("exact", exact), ("machine", machine)):
        if not isinstance(run, Trajectory | MachineRun):
            raise InvalidArgument(f"compare: {name} is a run, not {run!r:.60}")
        if isinstance(run, MachineRun):
            if run.count != 1:
                raise InvalidArgument(f"compare: {name} has {run.count} neurons; give one")
            if step is None:
                raise InvalidArgument(f"compare: {name} counts steps; say how long one is: step=")
    if step is not None and not 0 < step < float("inf"):
        raise InvalidArgument(f"compare: step={step!r} must be a positive number")
    t, spikes = times(machine, step)
    first = spike_times(exact, step)
    matched = min(len(first), len(spikes))
    if variable is None:
        known = machine.columns if isinstance(machine, MachineRun) else machine.model.states
        variable = next(iter(known), "")
    here = np.zeros(0)
    if not isinstance(machine, MachineRun) or machine.columns:
        here, t = differences(exact, machine, variable, t)
    return Comparison(
        variable=variable,
        lag=spikes[:matched] - first[:matched],
        missing=len(first) - matched,
        surplus=len(spikes) - matched,
        t=t[: len(here)],
        error=here,
    )


def times(run: Trajectory | MachineRun, step: float | None) -> tuple[np.ndarray, np.ndarray]:
    """The times of a run's rows and of its spikes: row k is the state after step k + 1."""
    if isinstance(run, MachineRun):
        assert step is not None
        return (np.arange(run.steps) + 1) * step, spike_times(run, step)
    return run.t, spike_times(run, step)


def spike_times(run: Trajectory | MachineRun, step: float | None) -> np.ndarray:
    if isinstance(run, Trajectory):
        return run.spikes
    assert step is not None
    return (run.spikes + 1) * step


def differences(
    exact: Trajectory | MachineRun, machine: Trajectory | MachineRun, variable: str, t: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """machine - exact where both are, and the times."""
    values = column(machine, variable)
    if isinstance(exact, MachineRun):
        if not isinstance(machine, MachineRun):
            raise InvalidArgument("compare: a Trajectory is the exact run, a MachineRun the other")
        rows = min(exact.steps, machine.steps)
        return values[:rows] - column(exact, variable)[:rows], t[:rows]
    low, high = sorted((float(exact.t[0]), float(exact.t[-1])))
    both = (t >= low) & (t <= high)
    if not both.any():
        raise NotFound(f"the runs have no time in common: the exact one goes from {low} to {high}")
    return values[both] - exact(t[both], variable), t[both]


def column(run: Trajectory | MachineRun, variable: str) -> np.ndarray:
    """A variable in one row, also of a population of one."""
    return np.asarray(run[variable], dtype=np.float64).reshape(-1)
