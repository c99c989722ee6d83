"""Ranges of all nodes that hold whatever the states do within theirs, by interval arithmetic."""

from collections.abc import Mapping, Sequence

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from .enclosures import enclosures
from .graph import Graph, is_counter
from .ranges import Ranges

GUARANTEED = "guaranteed"
MORE = 0.1  # of its width, by which what a state was seen to do is widened


def check_ranges(model: Model, ranges: Mapping[str, Sequence[float]] | None, scale: object) -> None:
    """A complaint about ranges that mean nothing."""
    if ranges and scale != GUARANTEED:
        raise InvalidArgument(f"ranges= go with scale='guaranteed', not with scale={scale!r}")
    for name, ends in (ranges or {}).items():
        if name not in model.states:
            raise UnknownName(name, f"a state of {model.name} (in ranges)", model.states)
        if len(ends) != 2 or not -np.inf < ends[0] < ends[1] < np.inf:
            raise InvalidArgument(f"ranges: {name} runs from a number to a larger one, not {ends}")


def guaranteed(
    graph: Graph, low: np.ndarray, high: np.ndarray, given: Mapping[str, Sequence[float]]
) -> Ranges:
    """Bounds of the nodes while the states are within what is given, or was seen and MORE."""
    box = []
    for name, i in zip(graph.states, graph.inputs, strict=True):
        more = 0.0 if is_counter(name) else MORE * (high[i] - low[i])
        ends = given.get(name, (low[i] - more, high[i] + more))
        if not (ends[0] <= low[i] and high[i] <= ends[1]):
            raise InvalidArgument(
                f"ranges: {name} runs from {low[i]:.6g} to {high[i]:.6g} in double precision, "
                f"beyond {ends[0]:.6g} to {ends[1]:.6g}"
            )
        box.append(ends)
    least, most = (np.array(part, dtype=float) for part in zip(*box, strict=True))
    fed = {f.place: (float(low[f.place]), float(high[f.place])) for f in graph.feeds}
    bounds = np.array(enclosures(graph, least, most, fed))
    for node, ends in zip(graph.nodes, bounds, strict=True):
        if not np.isfinite(ends).all():
            raise InvalidArgument(
                f"{node.text} (in {node.where or 'the states'}) has no bound while the states are "
                "in their ranges: narrower ranges= or a shorter step may give one; scale='auto' "
                "takes what is seen in double precision"
            )
    return bounds[:, 0].copy(), bounds[:, 1].copy()
