"""Populations with the synapses that end on them, as one system each; and what synapses do.

A cell's states come first, then those of each synapse that has some; parameters that differ from
cell to cell are rows, all others scalars.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import sympy
from sympy import Expr, Symbol

from ..equations import symbol
from ..errors import InvalidArgument
from ..model import Model
from ..program import along
from .draws import drawn, stream
from .poisson_input import PoissonInput
from .population import Population, SpikeTrain
from .reading import Assignment, SynapseParts, read_synapse

if TYPE_CHECKING:
    from .network import Network


@dataclass
class CellPlan:
    """One population: symbols, numbers and expressions (`model` is None for a spike train)."""

    name: str
    size: int
    model: Model | None
    train: SpikeTrain | None = None
    states: list[Symbol] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    rates: list[Expr] = field(default_factory=list)
    start: list[np.ndarray] = field(default_factory=list)
    scalars: dict[Symbol, float] = field(default_factory=dict)
    rows: dict[Symbol, np.ndarray] = field(default_factory=dict)
    inputs: list[Symbol] = field(default_factory=list)
    margin: Expr | None = None
    after: list[Expr] = field(default_factory=list)
    pause: Expr | None = None
    held: list[bool] = field(default_factory=list)
    noise: list[list[Expr]] = field(default_factory=list)
    sources: int = 0

    @property
    def resets(self) -> bool:
        return bool(self.after)


@dataclass
class SynapsePlan:
    """One synapse between the populations number `source` and `target`."""

    name: str
    source: int
    target: int
    parts: SynapseParts
    inputs: dict[int, Expr]  # number of the target's input -> what each connection adds to it
    exact: dict[Symbol, tuple[Expr, Expr]] | None  # edge state -> (a, b) of its rate a z + b
    delayed: bool


def cell_plan(name: str, population: Population | SpikeTrain, seed: int) -> CellPlan:
    """A population without synapses."""
    if isinstance(population, SpikeTrain):
        return CellPlan(name, population.size, None, population)
    model, n = population.model, population.size
    system = model._system
    plan = CellPlan(name, n, model)
    for state in model.states:
        value = population.start.get(state, model.start[state])
        what = f"start {state!r} of {name}"
        values = drawn(what, value, n, stream(seed, "start", name, state))
        plan.start.append(np.broadcast_to(np.asarray(values, dtype=float), (n,)))
        plan.states.append(symbol(state))
        plan.labels.append(f"{name}.{state}")
    for parameter in model.parameters:
        value = population.parameters.get(parameter, model.parameters[parameter])
        what = f"parameter {parameter!r} of {name}"
        values = drawn(what, value, n, stream(seed, "parameter", name, parameter))
        if isinstance(values, np.ndarray):
            plan.rows[symbol(parameter)] = values
        else:
            plan.scalars[symbol(parameter)] = float(values)
    plan.rates = list(system.right_sides)
    if system.margin is not None:
        plan.margin, plan.after = system.margin, list(system.after)
        plan.pause = system.pause if system.pause is not None else sympy.Integer(0)
        plan.held = list(system.held)
    else:
        variable, level = model.spike or (model.states[0], 0.0)
        value = system.definitions_in_full.get(symbol(variable), symbol(variable))
        plan.margin = value - sympy.Rational(repr(float(level)))
        plan.held = [True] * len(plan.states)
    plan.noise, plan.sources = [list(row) for row in system.noise], len(system.sources)
    return plan


def add_synapse(
    plans: list[CellPlan],
    name: str,
    source: int,
    target: int,
    parts: SynapseParts,
    parameters: dict[str, float],
    start: dict[str, float],
    delayed: bool,
) -> SynapsePlan:
    """Add what a synapse has at its target to the target's system."""
    plan = plans[target]
    for own, place in parts.parameters.items():
        plan.scalars[place] = parameters[own]
    for (own, place), rate in zip(parts.states.items(), parts.rates, strict=True):
        plan.states.append(place)
        plan.labels.append(f"{name}.{own}")
        plan.rates.append(rate)
        plan.start.append(np.full(plan.size, start.get(own, 0.0)))
        plan.held.append(False)
        if plan.after:
            plan.after.append(place)
        if plan.noise:
            plan.noise.append([sympy.Integer(0)] * plan.sources)
    for state, value in parts.added.items():
        plan.rates[plan.states.index(symbol(state))] += value
    inputs = {}
    for state, value in parts.summed.items():
        place = symbol(f"input {len(plan.inputs)}")
        inputs[len(plan.inputs)] = value
        plan.inputs.append(place)
        plan.rates[plan.states.index(symbol(state))] += place
    return SynapsePlan(name, source, target, parts, inputs, exact_course(parts), delayed)


def exact_course(parts: SynapseParts) -> dict[Symbol, tuple[Expr, Expr]] | None:
    """(a, b) of every edge state whose rate is a z + b with constant a and b; None if one is not.

    z(t + s) = z + (a z + b) (e^(a s) - 1)/a
    """
    constants = set(parts.parameters.values())
    found = {}
    for state, rate in zip(parts.edge_states.values(), parts.edge_rates, strict=True):
        a = sympy.expand(along(rate, {state: sympy.Integer(1)}))
        b = rate.xreplace({state: sympy.Integer(0)})
        if (a.free_symbols | b.free_symbols) - constants:
            return None
        found[state] = (a, b)
    return found


@dataclass
class NetworkPlan:
    """All plans of a network, in its order."""

    cells: list[CellPlan]
    synapses: list[SynapsePlan]
    inputs: list[tuple[int, tuple[Assignment, ...]]]


def read_all(network: "Network") -> NetworkPlan:
    """Every population and synapse; weights, connections and what is drawn for them apart."""
    names = list(network.populations)
    cells = [cell_plan(name, p, network.seed) for name, p in network.populations.items()]
    synapses = []
    for index, synapse in enumerate(network.synapses):
        source, target = names.index(synapse.source), names.index(synapse.target)
        model = cells[target].model
        assert model is not None, "this is a bug: a spike train as a target"
        parts = read_synapse(
            synapse.name,
            index,
            model,
            cells[source].model,
            {
                "equations": synapse.equations,
                "edges": synapse.edges,
                "on_spike": synapse.on_spike,
                "on_target_spike": synapse.on_target_spike,
            },
            synapse.into,
            synapse.parameters,
            synapse.start,
        )
        delayed = not (isinstance(synapse.delay, float) and synapse.delay == 0)
        arguments = dict(synapse.parameters), dict(synapse.start), delayed
        synapses.append(add_synapse(cells, synapse.name, source, target, parts, *arguments))
    inputs = []
    for index, outside in enumerate(network.inputs):
        target = names.index(outside.target)
        inputs.append((target, read_input(outside, index, cells[target])))
    return NetworkPlan(cells, synapses, inputs)


def read_input(source: PoissonInput, index: int, plan: CellPlan) -> tuple[Assignment, ...]:
    """What a spike from outside does; its parameters become the population's."""
    assert plan.model is not None, "this is a bug: a spike train as a target"
    texts = {"equations": "", "edges": "", "on_spike": source.on_spike, "on_target_spike": ""}
    parts = read_synapse(
        source.name, -index - 1, plan.model, None, texts, {}, source.parameters, ()
    )
    if parts.edge_states or any(
        parts.weight in event.value.free_symbols for event in parts.on_spike
    ):
        raise InvalidArgument(f"{source.name}: a Poisson input has no weight; use a parameter")
    for own, place in parts.parameters.items():
        plan.scalars[place] = source.parameters[own]
    return parts.on_spike
