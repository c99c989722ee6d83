"""The members of a network: populations of cells, and given spike trains."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..model import Model
from ..simulate import positive, whole
from .draws import Value, checked, stream

MOST = 2**31 - 1  # neurons are numbered by int32


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Population:
    """Many cells of one model.

    Parameters
    ----------
    model
        of every cell: a flow, with or without a reset and noise
    size
        how many there are
    parameters, start
        what differs from the model's own values: a number, one number a cell, or a distribution:
        ``start=dict(V="uniform(0, 20)")``, ``"normal(mean, sd)"``, ``"lognormal(mean, sd)"``,
        ``"exponential(mean)"``, ``"lorentzian(centre, width)"``
    positions
        one row of coordinates a cell, for spatial wiring and delays

    Spikes are the model's resets, or where it has none the upward crossings of its spike level.

    >>> import rheobase as rb
    >>> rb.Population(rb.models.leaky(), 100, parameters=dict(I="normal(1.6, 0.1)"))
    <Population of 100 x leaky integrate-and-fire; I: normal(1.6, 0.1)>
    """

    model: Model
    size: int
    parameters: Mapping[str, Value]
    start: Mapping[str, Value]
    positions: np.ndarray | None

    def __init__(
        self,
        model: Model,
        size: int,
        *,
        parameters: Mapping[str, object] | None = None,
        start: Mapping[str, object] | None = None,
        positions: object = None,
    ):
        if not isinstance(model, Model):
            raise InvalidArgument(f"a population consists of a Model, not of {model!r}")
        if model.kind == "map":
            raise InvalidArgument(f"{model.name} is a map; a network's time is continuous")
        if model._system.shots:
            raise InvalidArgument(
                f"{model.name} has Poisson noise; in a network that is a rb.PoissonInput"
            )
        count = size_of("a population", size)
        known = {"parameters": tuple(model.parameters), "start": model.states}
        given = {"parameters": parameters or {}, "start": start or {}}
        for what, names in known.items():
            found = {}
            for name, value in given[what].items():
                if name not in names:
                    kind = "parameter" if what == "parameters" else "state"
                    raise UnknownName(name, f"a {kind} of {model.name}", names)
                found[name] = checked(f"{what} {name!r}", value, count)
            object.__setattr__(self, what, MappingProxyType(found))
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "size", count)
        object.__setattr__(self, "positions", places(positions, count))

    def __repr__(self) -> str:
        special = {**self.parameters, **self.start}
        words = [
            f"{name}: {value if isinstance(value, str | float) else 'given'}"
            for name, value in special.items()
        ]
        return f"<Population of {self.size} x {'; '.join([self.model.name, *words])}>"


@dataclass(frozen=True, init=False, eq=False, repr=False)
class SpikeTrain:
    """Given spikes, as a population that sends and receives nothing.

    times
        of the spikes, in any order
    neurons
        who fires them: a number for each time, or one number for all (0)
    size
        how many neurons there are; as many as fire, if not given

    >>> import rheobase as rb
    >>> rb.SpikeTrain([5, 10, 15])
    <SpikeTrain: 3 spikes of 1 neuron>
    """

    times: np.ndarray
    neurons: np.ndarray
    size: int

    def __init__(self, times: object, neurons: object = 0, size: int | None = None):
        try:
            t = np.atleast_1d(np.asarray(times, dtype=float))
            who = np.broadcast_to(np.asarray(neurons), t.shape)
        except (TypeError, ValueError):
            raise InvalidArgument(
                "a SpikeTrain takes times and, for each of them, the number of a neuron"
            ) from None
        if t.ndim != 1 or not (np.isfinite(t) & (t >= 0)).all():
            raise InvalidArgument("the times of a SpikeTrain are numbers from 0, in one list")
        if who.size and (not np.issubdtype(who.dtype, np.integer) or who.min() < 0):
            raise InvalidArgument("the neurons of a SpikeTrain are whole numbers from 0")
        least = int(who.max()) + 1 if who.size else 1
        count = least if size is None else size_of("a SpikeTrain", size)
        if count < least:
            raise InvalidArgument(f"neuron {least - 1} fires, but the size is {count}")
        order = np.lexsort((who, t))
        for name, array in (("times", t[order]), ("neurons", who[order].astype(np.int32))):
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "size", count)

    @classmethod
    def poisson(cls, rate: float, size: int, until: float, *, seed: int = 0) -> "SpikeTrain":
        """Independent Poisson neurons of this rate (spikes per unit of time), from 0 to `until`."""
        random = stream(whole("seed", seed, 0), "poisson train")
        count = size_of("a SpikeTrain", size)
        mean = positive("rate", rate) * positive("until", until)
        number = random.poisson(mean, count)
        return cls(
            random.uniform(0, until, number.sum()), np.repeat(np.arange(count), number), count
        )

    def __repr__(self) -> str:
        plural = "s" * (self.size != 1)
        return f"<SpikeTrain: {len(self.times)} spikes of {self.size} neuron{plural}>"


def size_of(what: str, size: object) -> int:
    count = whole(f"the size of {what}", size, 1)
    if count > MOST:
        raise InvalidArgument(f"{what} has at most {MOST} neurons, not {count}")
    return count


def places(positions: object, size: int) -> np.ndarray | None:
    """Coordinates as an array (size, dimensions)."""
    if positions is None:
        return None
    try:
        array = np.array(positions, dtype=float)
    except (TypeError, ValueError):
        array = np.full((0, 0), np.nan)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or len(array) != size or not np.isfinite(array).all():
        raise InvalidArgument(
            f"positions has one row of finite coordinates for each of {size} neurons, not the "
            f"shape {array.shape}"
        )
    array.flags.writeable = False
    return array
