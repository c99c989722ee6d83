"""Bounds of every node of a graph by interval arithmetic, from bounds of the states."""

from collections.abc import Mapping

import numpy as np

from ...dynamics import interval_functions as functions
from ...dynamics.intervals import Interval, interval
from .gaussian import LARGEST
from .graph import Graph, Node

NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def enclosures(
    graph: Graph,
    low: np.ndarray,
    high: np.ndarray,
    given: Mapping[int, tuple[float, float]] | None = None,
) -> list[tuple[float, float]]:
    """(least, most) of each node while the states are between these bounds, and inputs between
    those that are given for their nodes: guaranteed, often much wider than what happens, since a
    state that occurs twice counts as two. Noise is bounded by the largest number of its table."""
    noises = {feed.place for feed in graph.feeds if feed.is_noise}
    found: list[Interval] = []
    with np.errstate(all="ignore"):
        for number, node in enumerate(graph.nodes):
            if number in noises:
                found.append(Interval.between(-LARGEST, LARGEST))
            elif node.verb == "input":
                found.append(Interval.between(*(given or {})[number]))
            elif node.verb == "state":
                i = graph.states.index(node.name)
                found.append(Interval.between(low[i], high[i]))
            else:
                found.append(enclosed(node, [found[k] for k in node.args]))
    return [(float(x.low[0]), float(x.high[0])) for x in found]


def enclosed(node: Node, args: list[Interval]) -> Interval:
    match node.verb:
        case "constant":
            return interval(node.value)
        case "add":
            return args[0] + args[1]
        case "sub":
            return args[0] - args[1]
        case "neg":
            return -args[0]
        case "mul":
            return args[0] * args[1]
        case "div":
            return args[0] / args[1]
        case "less":
            return args[0] < args[1]
        case "lesseq":
            return args[0] <= args[1]
        case "equal":
            return args[0] == args[1]
        case "select":
            return functions.where(*args)
        case "floor":
            return functions.floor(args[0])
        case "function" if node.name == "power":
            return functions.power(args[0], node.value)
        case "function":
            return getattr(functions, NAMES.get(node.name, node.name))(args[0])
    raise AssertionError(f"this is a bug: no bounds for {node.verb!r}")
