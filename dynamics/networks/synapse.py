"""A synapse: who sends to whom, and what happens in between, as equations."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..declared import numbers, texts
from ..errors import InvalidArgument
from .draws import Value, checked
from .wiring import Wiring, wiring_of


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Synapse:
    """Connections from one population to another (or itself), all of one kind.

    Parameters
    ----------
    source, target
        names of populations
    equations
        of what a target cell has once for all its connections of this synapse, such as the
        conductance ``"g' = -g/tau"``: what arrives by different connections adds up in it
    edges
        equations of what each connection has for itself: ``"x' = (1 - x)/tau_d"``. Where each
        line is linear in its own variable, with constant coefficients, the course between spikes
        is exact; other equations take one midpoint step a step
    on_spike
        what a spike that arrives does, in this order:
        ``"u += U*(1 - u); g += weight*u*x; x -= u*x"``. It may change states of the target cell, of
        `equations` and of `edges`, and the weight
    on_target_spike
        what a spike of the target cell does to the connections that lead to it (edges and weight)
    into
        what is added to the rates of the target's states: ``dict(V="g*(E - V)/C")``. Where names
        of one connection stand in it (weight, edge states, source states such as `V_other`), it is
        summed over all connections: a gap junction is ``dict(V="weight*(V_other - V)")``
    parameters, start
        of the synapse; what is not given starts at 0
    wiring
        a `Wiring`, "all", "one to one", a matrix (targets by sources) or a networkx graph
    weight
        a number, a distribution as text, or one number a connection; with a matrix, a number
        that multiplies its entries
    delay
        a number, a distribution, a text in the distance d of the positions (``"1 + d/0.3"``), one
        number a connection, or a matrix; the edges of a graph may have their own ("delay")
    name
        "source to target", if not given

    Names mean the target cell's states, parameters and definitions; with `_other` those of the
    source cell; and the synapse's own.

    >>> import rheobase as rb
    >>> rb.Synapse("E", "I", "g' = -g/tau", on_spike="g += weight", into=dict(V="-g*V"),
    ...            parameters=dict(tau=5), wiring=rb.Wiring.indegree(100), weight=0.1, delay=1.5)
    <Synapse E to I: indegree 100, g' = -g/tau; on spike g += weight; into V: -g*V>
    """

    source: str
    target: str
    equations: str
    edges: str
    on_spike: str
    on_target_spike: str
    into: Mapping[str, str]
    parameters: Mapping[str, float]
    start: Mapping[str, float]
    wiring: Wiring
    weight: Value
    delay: Value
    name: str

    def __init__(
        self,
        source: str,
        target: str,
        equations: str = "",
        *,
        edges: str = "",
        on_spike: str = "",
        on_target_spike: str = "",
        into: Mapping[str, str] | None = None,
        parameters: Mapping[str, float] | None = None,
        start: Mapping[str, float] | None = None,
        wiring: object = "all",
        weight: object = 1.0,
        delay: object = 0.0,
        name: str | None = None,
    ):
        words = dict(source=source, target=target, equations=equations, edges=edges)
        words |= dict(on_spike=on_spike, on_target_spike=on_target_spike)
        words |= dict(name=f"{source} to {target}" if name is None else name)
        for what, text in words.items():
            if not isinstance(text, str):
                raise InvalidArgument(f"{what} of a synapse is text, not {text!r}")
            object.__setattr__(self, what, text)
        object.__setattr__(self, "into", MappingProxyType(dict(texts("into", into or {}))))
        if not (self.on_spike.strip() or self.into):
            raise InvalidArgument(
                f"{self.name} does nothing: give on_spike= (such as 'V += weight') or into="
            )
        object.__setattr__(self, "parameters", numbers("parameter", parameters or {}))
        object.__setattr__(self, "start", numbers("start", start or {}))
        object.__setattr__(self, "wiring", wiring_of(wiring))
        object.__setattr__(self, "weight", checked(f"the weight of {self.name}", weight))
        object.__setattr__(self, "delay", delay_of(self.name, delay))

    @property
    def event_driven(self) -> bool:
        """Whether spikes travel along it."""
        return bool(self.on_spike.strip())

    def __repr__(self) -> str:
        parts = [self.wiring.description, *shown(self.equations), *shown(self.edges)]
        words = [", ".join(parts)]
        if self.event_driven:
            words.append(f"on spike {'; '.join(shown(self.on_spike))}")
        if self.on_target_spike.strip():
            words.append(f"on target spike {'; '.join(shown(self.on_target_spike))}")
        if self.into:
            words.append("into " + ", ".join(f"{k}: {v}" for k, v in self.into.items()))
        return f"<Synapse {self.name}: {'; '.join(words)}>"


def shown(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def delay_of(name: str, delay: object) -> Value:
    """A number, a text, an array; a matrix stays two-dimensional."""
    if isinstance(delay, str):
        return delay
    array = np.array(np.nan)
    with contextlib.suppress(TypeError, ValueError):
        array = np.array(delay, dtype=float)
    if array.ndim > 2 or np.isnan(array).all() or not (array[~np.isnan(array)] >= 0).all():
        raise InvalidArgument(
            f"the delay of {name} is a number from 0, a text, a list or a matrix of them, not "
            f"{delay!r}"
        )
    if array.ndim == 0:
        return float(array)
    array.flags.writeable = False
    return array
