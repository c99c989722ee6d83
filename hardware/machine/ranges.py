"""What the ranges of a graph's nodes say: how far tables reach, which nodes are whole numbers."""

import numpy as np

from ...dynamics.errors import InvalidArgument
from ..qformat import QFormat
from .graph import Graph, Node, apply, is_counter, is_whole
from .tables import FLAT

WIDER = (0.25, 0.1, 0.05, 0.02, 0.01, 0.003, 0.0)  # by which a table reaches beyond what was seen
LEAST = 0.125  # of its arguments' size that a table's width counts at least, as around a rest state
COMPARED = ("less", "lesseq", "equal")
Ranges = tuple[np.ndarray, np.ndarray]


def reach(
    node: Node, seen: tuple[float, float], source: int, goal: int, word: QFormat
) -> tuple[int, int]:
    """The arguments of a table, as words with `source` bits behind the point: what was seen and a
    part more on each side, if the function is defined there and its values fit."""
    least, most = (n * 2.0**-source for n in (word.lowest, word.highest))
    flat = node.name in FLAT
    low, high = (-FLAT[node.name], FLAT[node.name]) if flat else seen
    if low > high or low > most or high < least:
        raise InvalidArgument(f"the argument of {node.text} (in {node.where}) does not fit")
    width = max(high - low, LEAST * max(abs(low), abs(high)))
    ends = []
    for sign, inner in ((-1, low), (1, high)):
        for part in (0.0,) if flat else WIDER:
            more = part * width + part * 2.0**-source
            end = float(np.clip(inner + sign * more, least, most))
            values = apply(node, np.linspace(inner, end, 129))
            if np.isfinite(values).all() and abs(values).max() <= word.highest * 2.0**-goal:
                break
        ends.append(end)
    first, last = np.floor(np.ldexp(ends[0], source)), np.ceil(np.ldexp(ends[1], source))
    return max(int(first), word.lowest), min(int(last), word.highest)


def shared_ranges(graph: Graph, ranges: Ranges) -> Ranges:
    """Ranges with those of a function that occurs several times united: it needs one table."""
    low, high = (np.array(part) for part in ranges)
    families: dict[tuple, list[int]] = {}
    for i, node in enumerate(graph.nodes):
        if node.verb == "function":
            families.setdefault((node.name, node.value, node.decay), []).append(i)
    for family in families.values():
        for members in (family, [graph.nodes[i].args[0] for i in family]):
            if all(graph.nodes[i].verb not in ("state", "constant") for i in members):
                low[members], high[members] = low[members].min(), high[members].max()
    return low, high


def whole_nodes(graph: Graph) -> set[int]:
    """Nodes that only take on whole numbers: truth values, counters, and what is made of them."""
    found: set[int] = set()
    for i, node in enumerate(graph.nodes):
        parts = node.args
        if node.verb in COMPARED or (node.verb == "state" and is_counter(node.name)):
            found.add(i)
        elif node.verb in ("add", "sub", "neg", "mul", "select"):
            fixed = [graph.nodes[k].verb == "constant" for k in parts]
            if node.verb == "select":
                parts, fixed = parts[1:], fixed[1:]
                anywhere = True
            else:
                anywhere = not all(fixed)
            if anywhere and all(
                k in found or (f and is_whole(graph.nodes[k].value))
                for k, f in zip(parts, fixed, strict=True)
            ):
                found.add(i)
    return found
