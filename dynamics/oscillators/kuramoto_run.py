"""What a run of Kuramoto's model shows: the order parameter in time, and what it settles to."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import InvalidArgument, NotFound
from ..status import Status
from ..storage import storable
from .densities import Density, density_from, finite

if TYPE_CHECKING:
    import xarray

PLAIN = (*("coupling", "noise", "lag", "edges", "step", "scheme", "sampling", "seed", "message"),)
WINDOW = 6.0  # correlation times that an autocorrelation is summed over
FEWEST = 20


class Estimate(NamedTuple):
    """A mean with its standard error.

    value, error
        `error` counts what is correlated once, and holds the drift between the two halves
    deviation
        the standard deviation of the fluctuations
    correlation_time
        over which they forget themselves
    """

    value: float
    error: float
    deviation: float
    correlation_time: float


@storable
@dataclass(frozen=True, eq=False, repr=False)
class KuramotoRun:
    """The course of a population of phase oscillators.

    run.t, run.order, run.complex_order
        times, the order parameter r, and r e^(i psi)
    run.mean_order(after=)
        the stationary mean of r: value, standard error, deviation, correlation time
    run.phases, run.frequencies
        the phases at the end (turns included), the natural frequencies
    run.mean_frequencies(after=), run.group_order(groups), run.history
        what phases kept by save="phases" show: the frequencies that oscillators settle to, the
        order within groups, the phases themselves (times, oscillators)
    run.status, run.message
        how it ended
    """

    density: Density | None
    frequencies: np.ndarray
    coupling: float
    noise: float
    lag: float
    t: np.ndarray
    complex_order: np.ndarray
    phases: np.ndarray
    history: np.ndarray | None
    edges: int | None
    step: float
    scheme: str
    sampling: str
    seed: int
    status: Status
    message: str

    def __post_init__(self) -> None:
        for name in ("frequencies", "t", "complex_order", "phases", "history"):
            array = getattr(self, name)
            if array is not None:
                array = np.asarray(array).view()
                array.flags.writeable = False
                object.__setattr__(self, name, array)

    @property
    def n(self) -> int:
        """The number of oscillators."""
        return len(self.frequencies)

    @property
    def order(self) -> np.ndarray:
        """r at the times: 1 in step, of the size 1/sqrt(N) where phases are independent."""
        return np.abs(self.complex_order)

    @property
    def unresolved(self) -> float:
        """The share of oscillators that turn by more than a radian in a step."""
        return float(np.mean(np.abs(self.frequencies) * self.step > 1))

    def mean_order(self, after: float | None = None) -> Estimate:
        """The mean of r over the times from `after` on (half of the run if none is given)."""
        r = self.order[self._rows(after)]
        spacing = float(self.t[1] - self.t[0])
        if not np.isfinite(r).all():
            raise NotFound(f"no mean: {self.message}")
        tau = correlation_steps(r)
        deviation = float(r.std())
        half = len(r) // 2
        drift = 0.5 * abs(float(r[:half].mean() - r[-half:].mean()))
        error = deviation * math.sqrt(min(1.0, 2 * tau / len(r)))
        return Estimate(float(r.mean()), max(error, drift), deviation, tau * spacing)

    def mean_frequencies(self, after: float | None = None) -> np.ndarray:
        """How fast each oscillator turns on average; needs save="phases"."""
        history, rows = self._kept(), self._rows(after)
        t, theta = self.t[rows], history[rows]
        return (theta[-1] - theta[0]) / (t[-1] - t[0])

    def group_order(self, groups: "np.ndarray | list") -> np.ndarray:
        """r within groups, a row each in the order of their sorted labels; needs save="phases"."""
        history = self._kept()
        labels = np.asarray(groups)
        if labels.shape != (self.n,):
            raise InvalidArgument(f"groups are {self.n} labels, not an array of {labels.shape}")
        phasors = np.exp(1j * history)
        return np.array([np.abs(phasors[:, labels == g].mean(axis=1)) for g in np.unique(labels)])

    def _kept(self) -> np.ndarray:
        if self.history is None:
            raise NotFound('the phases in time were not kept; run it with save="phases"')
        return self.history

    def _rows(self, after: float | None) -> np.ndarray:
        after = 0.5 * float(self.t[-1]) if after is None else finite(after, "after")
        rows = np.flatnonzero(self.t >= after)
        if len(rows) < FEWEST:
            raise InvalidArgument(
                f"only {len(rows)} of the times lie after t = {after:g}, the run ends at "
                f"{self.t[-1]:g}; a mean needs {FEWEST}"
            )
        return rows

    def to_dict(self) -> dict:
        """JSON types: what it is and the order parameter in time."""
        return {
            "oscillators": self.n,
            "density": None if self.density is None else self.density.to_dict(),
            **{name: getattr(self, name) for name in PLAIN},
            "t": self.t.tolist(),
            "order": [r if math.isfinite(r) else None for r in self.order.tolist()],
            "status": self.status.value,
        }

    def to_xarray(self) -> "xarray.Dataset":
        """An xarray dataset: order over t, frequency and last phase over oscillators."""
        import xarray

        variables: dict[str, tuple] = {
            "order": ("t", self.order),
            "mean_phase": ("t", np.angle(self.complex_order)),
            "frequency": ("oscillator", self.frequencies),
            "phase": ("oscillator", self.phases),
        }
        if self.history is not None:
            variables["phases"] = (("t", "oscillator"), self.history)
        facts = {name: getattr(self, name) for name in PLAIN if getattr(self, name) is not None}
        facts |= {"status": self.status.value, "density": repr(self.density)}
        return xarray.Dataset(variables, coords={"t": self.t}, attrs=facts)

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {name: getattr(self, name) for name in PLAIN}
        fields["density"] = None if self.density is None else self.density.to_dict()
        fields["status"] = self.status.name
        names = ("frequencies", "t", "complex_order", "phases", "history")
        arrays = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "KuramotoRun":
        """For `load`."""
        density = fields["density"]
        return cls(
            density=None if density is None else density_from(density),
            status=Status[fields["status"]],
            history=arrays.get("history"),
            **{name: fields[name] for name in PLAIN},
            **{name: arrays[name] for name in ("frequencies", "t", "complex_order", "phases")},  # type: ignore[arg-type]
        )

    def __len__(self) -> int:
        return len(self.t)

    def __repr__(self) -> str:
        what = "frequencies given" if self.density is None else repr(self.density)
        how = "all to all" if self.edges is None else f"{self.edges} edges"
        return (
            f"<Kuramoto: {self.n} oscillators, {what}, K = {self.coupling:g}, {how}; t to "
            f"{self.t[-1]:g}, r = {self.order[-1]:.4g} at the end, {self.status.value}>"
        )


def correlation_steps(values: np.ndarray) -> float:
    """The integrated autocorrelation time in steps, summed up to WINDOW times itself (A. D. Sokal,
    in Functional Integration (Plenum, 1997) 131-192)."""
    away = values - values.mean()
    size = 1 << (2 * len(away) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(away, size)) ** 2
    correlation = np.fft.irfft(spectrum, size)[: len(away)]
    if not correlation[0] > 0:
        return 0.5
    tau = np.cumsum(correlation / correlation[0]) - 0.5
    enough = np.flatnonzero(np.arange(len(tau)) >= WINDOW * tau)
    return float(max(tau[enough[0]] if len(enough) else tau.max(), 0.5))
