"""A map in discrete time, applied again and again, with or without noise."""

from numba import njit

from .by_address import field, noise
from .normal import normal


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


@njit(cache=True)
def iterate_with_noise(system, p, begin, nodes, seed, sources, g):
    """The same with sum_j g_ij(x) z_j added to each iterate, z_j independent normal numbers."""
    n = nodes.shape[1]
    for k in range(1, nodes.shape[0]):
        field(system, begin + k - 1.0, nodes[k - 1], p, nodes[k])
        noise(system, begin + k - 1.0, nodes[k - 1], p, g)
        total = 0.0
        for i in range(n):
            for j in range(sources):
                nodes[k, i] += g[i * sources + j] * normal(seed, (k - 1) * sources + j)
            total += nodes[k, i] - nodes[k, i]
        if total != 0.0:
            return k
    return nodes.shape[0]
