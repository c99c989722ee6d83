"""Firing rates and the irregularity of intervals, from lists of spikes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..simulate import finite, positive


@dataclass(frozen=True, eq=False, repr=False)
class Rates:
    """Firing rates, in spikes per neuron and unit of time.

    rates.t
        the middles of the bins
    rates["E"]
        of a population, in time
    rates.neurons["E"]
        of each neuron, over all the bins
    """

    t: np.ndarray
    bin: float
    populations: Mapping[str, np.ndarray]
    neurons: Mapping[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        if name == "t":
            return self.t
        if name not in self.populations:
            raise UnknownName(name, "a population of this run", self.populations)
        return self.populations[name]

    def __repr__(self) -> str:
        means = ", ".join(f"{name}: {rate.mean():.4g}" for name, rate in self.populations.items())
        return f"<Rates in {len(self.t)} bins of {self.bin:g}; mean {means}>"


def binned(raster: Mapping, sizes: Mapping[str, int], bin: float, after: float, until: float):
    """Rates in as many whole bins as there are from `after` to `until`."""
    width, begin = positive("bin", bin), finite("after", after)
    count = int((until - begin) / width * (1 + 1e-12))
    if count < 1 or begin < 0:
        raise InvalidArgument(
            f"there is no bin of {width:g} between after = {begin:g} and {until:g}"
        )
    edges = begin + width * np.arange(count + 1)
    populations, neurons = {}, {}
    for name, (times, who) in raster.items():
        found = np.histogram(times, edges)[0]
        populations[name] = found / (sizes[name] * width)
        inside = (times >= edges[0]) & (times <= edges[-1])
        neurons[name] = np.bincount(who[inside], minlength=sizes[name]) / (count * width)
    return Rates(edges[:-1] + width / 2, width, populations, neurons)


def interval_variation(times: np.ndarray, who: np.ndarray, size: int) -> np.ndarray:
    """Standard deviation over mean of each neuron's intervals; NaN with fewer than two of them."""
    order = np.lexsort((times, who))
    t, i = times[order], who[order]
    same = np.diff(i) == 0
    intervals, owner = np.diff(t)[same], i[1:][same]
    n = np.bincount(owner, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owner, intervals, size) / n
        spread = np.bincount(owner, (intervals - mean[owner]) ** 2, size) / n
        return np.where(n >= 2, np.sqrt(spread) / mean, np.nan)
