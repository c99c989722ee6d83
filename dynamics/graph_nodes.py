"""Which number each node of a NetworkX graph has."""

from typing import Any


def numbered(graph: Any) -> dict[Any, int]:
    """The number of each node: its own label where the labels are exactly 0 ... n - 1, in whatever
    order they were added; otherwise its place in the graph's order, that of insertion.
    """
    nodes = list(graph.nodes)
    if set(nodes) == set(range(len(nodes))):
        return {node: int(node) for node in nodes}
    return {node: i for i, node in enumerate(nodes)}
