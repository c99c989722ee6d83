"""Who pulls whom: a weight matrix from an array, a SciPy sparse matrix or a NetworkX graph.

A_ij is the weight with which j pulls i; in a directed graph the edge j -> i.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InvalidArgument
from ..graph_nodes import numbered
from .densities import real_numbers


@dataclass(frozen=True, eq=False)
class Adjacency:
    """The rows of a sparse matrix."""

    pointers: np.ndarray  # int64 (n + 1,)
    neighbours: np.ndarray  # int64
    weights: np.ndarray

    @property
    def size(self) -> int:
        """How many oscillators it joins."""
        return len(self.pointers) - 1

    @property
    def strongest(self) -> float:
        """The largest sum of |weights| onto one oscillator."""
        if not len(self.weights):
            return 0.0
        sums = np.concatenate([[0.0], np.cumsum(np.abs(self.weights))])[self.pointers]
        return float(np.diff(sums).max())


def adjacency_of(given: object) -> Adjacency:
    """From a square array, a SciPy sparse matrix or array, or a NetworkX graph."""
    from scipy import sparse

    if hasattr(given, "is_directed") and hasattr(given, "adjacency"):  # a graph of NetworkX
        given = sparse.coo_array(*edges_of(given))
    if not sparse.issparse(given):
        given = real_numbers(
            given,
            "adjacency is a square array of real numbers (or rows of them), a SciPy sparse matrix "
            f"or a NetworkX graph, not {given!r:.200}",
        )
    elif given.dtype.kind == "c":  # type: ignore[attr-defined]
        raise InvalidArgument("adjacency holds complex weights; they must be real")
    shape = given.shape  # type: ignore[attr-defined]
    if len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise InvalidArgument(f"adjacency must be square; its shape is {shape}")
    rows = sparse.csr_matrix(given, dtype=float)
    rows.sum_duplicates()
    if not np.isfinite(rows.data).all():
        raise InvalidArgument("adjacency holds a weight that is not finite")
    return Adjacency(
        rows.indptr.astype(np.int64),
        rows.indices.astype(np.int64),
        np.ascontiguousarray(rows.data, dtype=float),
    )


def edges_of(graph: Any) -> tuple[tuple, tuple[int, int]]:
    """The edges of a NetworkX graph as a matrix's entries: row the target, column the source. Edges
    without a weight have the weight 1, parallel ones add up."""
    place = numbered(graph)
    entries = []
    for source, targets in graph.adjacency():
        for target, found in targets.items():
            edges = tuple(found.values()) if graph.is_multigraph() else (found,)
            if any("delay" in edge for edge in edges):
                raise InvalidArgument(
                    f"the edge from {source!r} to {target!r} has a delay; kuramoto's coupling has "
                    "none (rb.Network has): take a copy of the graph without it"
                )
            try:
                weight = sum(float(edge.get("weight", 1.0)) for edge in edges)
            except (TypeError, ValueError):
                raise InvalidArgument(
                    f"a weight of the edge from {source!r} to {target!r} is no real number"
                ) from None
            entries.append((place[target], place[source], weight))
    rows, columns, weights = np.array(entries, dtype=float).reshape(-1, 3).T
    n = len(place)
    return (weights, (rows.astype(np.int64), columns.astype(np.int64))), (n, n)
