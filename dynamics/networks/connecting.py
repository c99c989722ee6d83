"""From the rules of a synapse to its edges: wiring, weights, delays, what was cut."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidArgument
from .draws import drawn, stream
from .edges import Edges
from .population import Population, SpikeTrain
from .synapse import Synapse
from .wiring import Ends, of_distance, positions_of

if TYPE_CHECKING:
    from .network import Network


def connected(network: "Network", synapse: Synapse) -> Edges:
    """The connections of a synapse in a network."""
    source = network.populations[synapse.source]
    target = network.populations[synapse.target]
    ends = Ends(
        source.size,
        target.size,
        synapse.source == synapse.target,
        places_of(source),
        places_of(target),
        synapse.name,
    )
    name, seed = synapse.name, network.seed
    edges = synapse.wiring.build(ends, stream(seed, "wiring", name))
    weight = drawn(
        f"the weight of {name}", synapse.weight, len(edges), stream(seed, "weight", name)
    )
    if isinstance(weight, np.ndarray) and len(weight) != len(edges):
        raise InvalidArgument(f"{name}: {len(weight)} weights for {len(edges)} connections")
    if synapse.wiring.weighted:
        weight = weight * edges.weights
    edges = replace(edges, weights=weight, delays=delays(synapse, edges, ends, seed))
    edges = without_cuts(network, synapse, edges)
    return edges.sorted()


def places_of(population: Population | SpikeTrain) -> np.ndarray | None:
    return population.positions if isinstance(population, Population) else None


def delays(synapse: Synapse, edges: Edges, ends: Ends, seed: int) -> float | np.ndarray:
    """One delay for all, or one a connection."""
    what, given = f"the delay of {synapse.name}", synapse.delay
    if synapse.wiring.delayed:
        if not (isinstance(given, float) and given == 0.0):
            raise InvalidArgument(
                f"{synapse.name}: the edges of its graph have delays; leave out delay="
            )
        given = np.asarray(edges.delays)
    if isinstance(given, float):
        return given
    if isinstance(given, str):
        from ..errors import RheobaseError
        from .draws import distribution

        try:
            distribution(what, given)
        except RheobaseError:
            here, there = positions_of(ends)
            apart = np.linalg.norm(here[edges.sources] - there[edges.targets], axis=1)
            found = of_distance(what, given, apart)
        else:
            found = np.asarray(drawn(what, given, len(edges), stream(seed, "delay", synapse.name)))
    elif given.ndim == 2:
        if given.shape != (ends.targets, ends.sources):
            raise InvalidArgument(
                f"{what}: the matrix has the shape {given.shape}, but there are {ends.targets} "
                f"targets (rows) and {ends.sources} sources (columns)"
            )
        found = given[edges.targets, edges.sources]
    else:
        found = given
    if found.shape != (len(edges),):
        raise InvalidArgument(f"{what}: {found.size} delays for {len(edges)} connections")
    if not (found >= 0).all():
        raise InvalidArgument(f"{what}: {found[~(found >= 0)][0]} is no delay; from 0 on")
    if len(found) and (found == found[0]).all():
        return float(found[0])
    return found


def without_cuts(network: "Network", synapse: Synapse, edges: Edges) -> Edges:
    """Less what was cut, and what leads from or to silenced neurons."""
    gone = [(s, t) for name, s, t in network.cuts if name == synapse.name]
    gone += [(quiet, None) for name, quiet in network.silenced.items() if name == synapse.source]
    gone += [(None, quiet) for name, quiet in network.silenced.items() if name == synapse.target]
    for sources, targets in gone:
        lost = np.ones(len(edges), dtype=bool)
        if sources is not None:
            lost &= np.isin(edges.sources, sources)
        if targets is not None:
            lost &= np.isin(edges.targets, targets)
        edges = edges.kept(~lost)
    return edges
