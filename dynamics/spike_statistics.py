"""How regular is firing: rate, coefficient of variation and serial correlations of intervals."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np

from .errors import InvalidArgument
from .simulate import finite, whole
from .trajectory import Trajectory, numbers


@dataclass(frozen=True, eq=False, repr=False)
class SpikeStatistics:
    """The intervals between spikes of one train, or of many that are alike.

    count
        how many intervals there are
    mean, rate
        the mean interval and 1/mean
    cv
        the standard deviation of the intervals, divided by their mean: 0 for a clock, 1 for a
        Poisson process
    serial_correlation
        rho_k of an interval and the k-th after it, for k = 1, 2, ...: 0 for a renewal process
    rate_error, cv_error, serial_errors
        standard errors; those of the rate and of rho_k as for independent intervals, that of CV by
        the jackknife in BLOCKS parts

    What can't be said (no intervals, no second one) is NaN.
    """

    count: int
    mean: float
    rate: float
    rate_error: float
    cv: float
    cv_error: float
    serial_correlation: np.ndarray
    serial_errors: np.ndarray

    def to_dict(self) -> dict:
        """JSON types; NaN as null."""
        lists = {name: numbers(getattr(self, name)) for name in LISTS}
        plain = {name: value for name, value in self.__dict__.items() if name not in LISTS}
        return {name: None if value != value else value for name, value in plain.items()} | lists

    def __repr__(self) -> str:
        first = self.serial_correlation[0] if len(self.serial_correlation) else nan
        return (
            f"<SpikeStatistics of {self.count} intervals: rate {self.rate:.5g} +- "
            f"{self.rate_error:.1g}, CV {self.cv:.4g} +- {self.cv_error:.1g}, rho_1 {first:.3f}>"
        )


LISTS = ("serial_correlation", "serial_errors")
BLOCKS = 20


def spike_statistics(spikes: object, after: float | None = None, lags: int = 5) -> SpikeStatistics:
    """The statistics of the intervals between spikes.

    Parameters
    ----------
    spikes
        the result of `rb.simulate`, or of `rb.simulate_ensemble` with save="spikes" (whose members
        are then taken to be alike), spike times in order, or several such trains
    after
        spikes from this time on count
    lags
        how many serial correlations

    rho_k = cov(T_i, T_(i+k))/var(T) (D. R. Cox and P. A. W. Lewis, The Statistical Analysis of
    Series of Events, 1966, section 4.5).

    >>> spike_statistics([0.0, 1.0, 3.0, 4.0, 6.0, 7.0], lags=1).rate
    0.7142857142857143
    """
    lags = whole("lags", lags, 1)
    since = -inf if after is None else finite("after", after)
    trains = [train[train >= since] for train in trains_of(spikes)]
    intervals = [np.diff(train) for train in trains]
    every = np.concatenate(intervals) if intervals else np.zeros(0)
    count = len(every)
    if not count:
        nothing = np.full(lags, nan)
        return SpikeStatistics(0, nan, nan, nan, nan, nan, nothing, nothing)
    mean = float(every.mean())
    if not mean > 0:
        first = next(train[0] for train in trains if len(train) > 1)
        raise InvalidArgument(
            f"all spikes of a train coincide, the first at t = {first:g}: intervals of length 0 "
            "have no rate"
        )
    deviation = float(every.std(ddof=1)) if count > 1 else nan
    cv = deviation / mean
    rho, errors = np.full(lags, nan), np.full(lags, nan)
    for k in range(1, lags + 1):
        pairs = [(part[:-k] - mean, part[k:] - mean) for part in intervals if len(part) > k]
        size = sum(len(a) for a, _ in pairs)
        if size > 1 and deviation > 0:
            rho[k - 1] = sum(float(a @ b) for a, b in pairs) / size / deviation**2
            errors[k - 1] = 1 / sqrt(size)
    rate = 1 / mean
    return SpikeStatistics(
        count, mean, rate, rate * cv / sqrt(count), cv, cv_error(every, mean), rho, errors
    )


def trains_of(spikes: object) -> list[np.ndarray]:
    """One or several rising rows of times."""
    from .ensembles.ensemble import Ensemble

    if isinstance(spikes, Trajectory):
        return [np.asarray(spikes.spikes)]
    if isinstance(spikes, Ensemble):
        return list(spikes.spikes)
    if not isinstance(spikes, Iterable):
        raise InvalidArgument(f"spikes are times, or the result of a simulation, not {spikes!r}")
    rows = list(spikes)
    try:
        if all(np.ndim(row) == 0 for row in rows):
            rows = [rows]
        trains = [np.asarray(row, dtype=float) for row in rows]
    except (TypeError, ValueError):
        raise InvalidArgument(f"spike times are numbers, not {spikes!r}") from None
    for train in trains:
        if train.ndim != 1 or not np.isfinite(train).all() or np.any(np.diff(train) < 0):
            raise InvalidArgument("spike times are finite and rise along each train")
    return trains


def cv_error(intervals: np.ndarray, mean: float) -> float:
    """The standard error of CV: the jackknife, leaving out one block after the other."""
    if len(intervals) < 2 * BLOCKS or not mean > 0:
        return nan
    values = []
    blocks = np.array_split(np.arange(len(intervals)), BLOCKS)
    for block in blocks:
        rest = np.delete(intervals, block)
        values.append(rest.std(ddof=1) / rest.mean())
    spread = np.asarray(values) - np.mean(values)
    return sqrt((BLOCKS - 1) / BLOCKS * float(spread @ spread))
