"""A network: populations of models, joined by synapses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..simulate import finite, whole
from .connecting import connected
from .edges import Edges
from .poisson_input import PoissonInput
from .population import Population, SpikeTrain
from .synapse import Synapse

if TYPE_CHECKING:
    from .network_run import NetworkRun

Cut = tuple[str, tuple[int, ...] | None, tuple[int, ...] | None]


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Network:
    """Populations by name, the synapses between them, and inputs from outside.

    Parameters
    ----------
    populations
        ``dict(E=rb.Population(model, 8000), I=...)``; a `SpikeTrain` sends given spikes
    synapses
        a list of `Synapse`
    inputs
        a list of `PoissonInput`
    seed
        of what is random about the network itself: connections, weights, parameters, start values.
        Each has a stream of its own that depends on the seed and on names only

    A network never changes: `cut` and `silence` give another one.

    >>> import rheobase as rb
    >>> cell = rb.models.leaky().replace(I=1.6)
    >>> net = rb.Network(
    ...     dict(cells=rb.Population(cell, 3, start=dict(V=[-65, -60, -55]))),
    ...     [rb.Synapse("cells", "cells", on_spike="V += weight", weight=-2, delay=1)],
    ... )
    >>> run = net.simulate(until=100, step=0.1)
    >>> sorted(set(run.raster["cells"].neurons.tolist()))
    [0, 1, 2]
    """

    populations: Mapping[str, Population | SpikeTrain]
    synapses: tuple[Synapse, ...]
    inputs: tuple[PoissonInput, ...]
    seed: int
    cuts: tuple[Cut, ...] = ()
    silenced: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __init__(
        self,
        populations: Mapping[str, Population | SpikeTrain],
        synapses: Iterable[Synapse] = (),
        inputs: Iterable[PoissonInput] = (),
        *,
        seed: int = 0,
    ):
        if not isinstance(populations, Mapping) or not populations:
            raise InvalidArgument("populations is a mapping by name: dict(E=rb.Population(...))")
        for name, population in populations.items():
            if not isinstance(name, str) or not name or "." in name:
                raise InvalidArgument(f"{name!r} can't name a population (a text without dots)")
            if not isinstance(population, Population | SpikeTrain):
                raise InvalidArgument(f"{name!r} is a rb.Population, not {population!r}")
        given = listed("synapses", synapses, Synapse)
        outside = listed("inputs", inputs, PoissonInput)
        self.__dict__.update(
            populations=MappingProxyType(dict(populations)),
            synapses=given,
            inputs=outside,
            seed=whole("seed", seed, 0),
            cuts=(),
            silenced=MappingProxyType({}),
        )
        names = [part.name for part in (*given, *outside)]
        for name in names:
            if names.count(name) > 1:
                raise InvalidArgument(f"two synapses or inputs are called {name!r}: give name=...")
            if name in populations or "." in name:
                raise InvalidArgument(
                    f"{name!r} can't name a synapse: a dot, or a population's name"
                )
        for synapse in given:
            self._population(synapse.source)
            self._cells(synapse.target, synapse.name)
        for source in outside:
            self._cells(source.target, source.name)
        self._read()

    def _population(self, name: str) -> Population | SpikeTrain:
        if name not in self.populations:
            raise UnknownName(name, "a population of this network", self.populations)
        return self.populations[name]

    def _cells(self, name: str, what: str) -> Population:
        found = self._population(name)
        if isinstance(found, SpikeTrain):
            raise InvalidArgument(f"{what}: {name!r} is a SpikeTrain, which receives nothing")
        return found

    def _read(self) -> None:
        """Read all equations: what is wrong with them is said when the network is made."""
        from .plan import read_all

        read_all(self)

    def edges(self, name: str) -> Edges:
        """The connections of a synapse, as arrays; `sources` and `targets` are its pairs."""
        return self._edges[self._number(name)]

    def _number(self, name: str) -> int:
        names = [synapse.name for synapse in self.synapses]
        if name not in names:
            raise UnknownName(name, "a synapse of this network", names)
        return names.index(name)

    @cached_property
    def _edges(self) -> tuple[Edges, ...]:
        return tuple(connected(self, synapse) for synapse in self.synapses)

    def cut(self, name: str, *, sources: object = None, targets: object = None) -> "Network":
        """The network without the connections of a synapse that lead from `sources` to `targets`
        (all of them, where nothing is given).

        >>> import rheobase as rb
        >>> cell = rb.models.leaky()
        >>> net = rb.Network(dict(a=rb.Population(cell, 5)),
        ...                  [rb.Synapse("a", "a", on_spike="V += weight")])
        >>> len(net.cut("a to a", sources=0).edges("a to a"))
        16
        """
        synapse = self.synapses[self._number(name)]
        ends = []
        for what, given, end in (
            ("sources", sources, synapse.source),
            ("targets", targets, synapse.target),
        ):
            size = self.populations[end].size
            ends.append(None if given is None else neurons(what, given, size))
        return self._changed(cuts=(*self.cuts, (name, ends[0], ends[1])))

    def silence(self, population: str, which: object = None) -> "Network":
        """The network in which these neurons (all of a population, if none are given) neither
        fire nor act on others: it runs as the network built without them.

        Their states stand still.
        """
        members = self._cells(population, "silence")
        chosen = range(members.size) if which is None else neurons("neurons", which, members.size)
        before = self.silenced.get(population, ())
        quiet = {**self.silenced, population: tuple(sorted({*before, *chosen}))}
        return self._changed(silenced=MappingProxyType(quiet))

    def _changed(self, **changes: object) -> "Network":
        other = object.__new__(Network)
        kept = ("populations", "synapses", "inputs", "seed", "cuts", "silenced")
        other.__dict__.update({name: self.__dict__[name] for name in kept} | changes)
        return other

    def simulate(
        self,
        until: float,
        *,
        step: float,
        scheme: str = "auto",
        seed: int = 0,
        record: Sequence[str] | Mapping[str, object] = (),
        every: int = 1,
        progress: Callable[[float, float, float], None] | None = None,
    ) -> "NetworkRun":
        """Run from 0 to `until` on a grid of steps.

        Parameters
        ----------
        step
            of the grid; `until` is a multiple of it
        scheme
            "rk4", "heun", "rk2" (midpoint), "euler"; "euler-maruyama" where a model has noise.
            "auto" is the last with noise, and rk4 without
        seed
            of noise and Poisson inputs: the same seed gives the same bits
        record
            names "population.state", "population.definition" or "synapse.state": of all neurons, or
            as a mapping of some: ``{"E.V": [0, 1, 2]}``
        every
            steps from one recorded point to the next
        progress
            called now and then with (begin, t, until)

        Spikes and resets are located inside a step. What is bound to the grid is their arrival: at
        the grid point nearest to the time of the spike and its delay, but not before the spike, and
        after the step in which it was fired. Delays of continuous coupling are not rounded.
        """
        from .march import march

        if progress is not None and not callable(progress):
            raise InvalidArgument(
                f"progress is called with (begin, t, until); {progress!r} can't be"
            )
        return march(
            self,
            finite("until", until),
            finite("step", step),
            scheme,
            whole("seed", seed, 0),
            record,
            whole("every", every, 1),
            progress,
        )

    def __repr__(self) -> str:
        lines = [f"<Network, seed {self.seed}"]
        for name, population in self.populations.items():
            quiet = len(self.silenced.get(name, ()))
            silent = f" ({quiet} silenced)" if quiet else ""
            lines.append(f"  {name}: {population!r}{silent}")
        lines += [f"  {part!r}" for part in (*self.synapses, *self.inputs)]
        lines += [f"  cut: {name}" for name, _, _ in self.cuts]
        return "\n".join(lines) + ">"


def listed(what: str, given: object, kind: type) -> tuple:
    """The entries, all of one kind."""
    if isinstance(given, kind) or not isinstance(given, Iterable) or isinstance(given, str):
        raise InvalidArgument(f"{what} is a list of rb.{kind.__name__}, not {given!r}")
    found = tuple(given)
    for entry in found:
        if not isinstance(entry, kind):
            raise InvalidArgument(f"{what} is a list of rb.{kind.__name__}, and {entry!r} is none")
    return found


def neurons(what: str, given: object, size: int) -> tuple[int, ...]:
    """Numbers of neurons."""
    array = np.atleast_1d(np.asarray(given))
    if array.ndim != 1 or (array.size and not np.issubdtype(array.dtype, np.integer)):
        raise InvalidArgument(f"{what} are the numbers of neurons, not {given!r}")
    if array.size and not (array.min() >= 0 and array.max() < size):
        raise InvalidArgument(f"{what}: neurons are numbered from 0 to {size - 1}, not {given!r}")
    return tuple(array.tolist())
