"""A map in discrete time, applied again and again."""

from numba import njit

from .by_address import field


@njit(cache=True)
def iterate(system, p, begin, nodes):
    """Fill the rows of `nodes` after the first; return how many are finite and consecutive."""
    for k in range(1, nodes.shape[0]):
        field(system, begin + k - 1.0, nodes[k - 1], p, nodes[k])
        total = 0.0
        for i in range(nodes.shape[1]):
            total += nodes[k, i] - nodes[k, i]
        if total != 0.0:
            return k
    return nodes.shape[0]
