"""Who pulls whom: a weight matrix from an array, a SciPy sparse matrix or a NetworkX graph.

A_ij is the weight with which j pulls i; in a directed graph the edge j -> i.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import InvalidArgument


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
        import importlib

        given = importlib.import_module("networkx").to_scipy_sparse_array(given, dtype=float).T
    if not sparse.issparse(given):
        try:
            given = np.asarray(given, dtype=float)
        except (TypeError, ValueError):
            raise InvalidArgument(
                "adjacency is a square array, a SciPy sparse matrix or a NetworkX graph, not a "
                f"{type(given).__name__}"
            ) from None
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
