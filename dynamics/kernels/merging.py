"""Maps from one end of an interval to the other, merged pair by pair while they stay small.

A map is [G, Gamma; rho, sigma] of (u, s): what follows it is u at the end, and a share of the rows.
Of each pair are kept [G, Gamma] of the first, `reach`, and [G; rho] of the second, `carry`.
"""

from numba import njit

from .compact import compact
from .dormand_prince import INNER


@njit(**INNER)
def merged_growth(n, scale, before, after):
    """The largest entry of the product of two maps, in units of the states."""
    compact()
    most = 0.0
    for i in range(n):
        for c in range(n):
            total = 0.0
            for v in range(n):
                total += after[i, v] * before[v, c]
            size = abs(total) * scale[c] / scale[i]
            most = size if not size <= most else most
    return most


@njit(**INNER)
def merge(straight, few, growth, maps, scale, pairs, reach, carry, heads):
    """Merge neighbours, level by level; how many pairs, and how many parts remain.

    `straight` is what u at the head of an interval itself makes of u at its end.
    """
    compact()
    N, both, n = carry.shape
    for j in range(N):
        heads[j] = j
        for i in range(n):
            maps[j, i, i] += straight
    count = 0
    parts = N
    fresh = 1
    while parts > few and fresh > 0:
        fresh = 0
        kept = 0
        for place in range(0, parts, 2):
            a = heads[place]
            heads[kept] = a
            kept += 1
            if place + 1 == parts:
                break
            b = heads[place + 1]
            if not merged_growth(n, scale, maps[a], maps[b]) < growth:
                heads[kept] = b
                kept += 1
                continue
            for i in range(both):
                for v in range(n):
                    carry[count, i, v] = maps[b, i, v]
                    reach[count, v, i] = maps[a, v, i]
            for i in range(both):
                for c in range(both):
                    total = maps[a, i, c] if i >= n else 0.0
                    if c >= n:
                        total += maps[b, i, c]
                    for v in range(n):
                        total += carry[count, i, v] * reach[count, v, c]
                    maps[a, i, c] = total
            pairs[count, 0] = a
            pairs[count, 1] = b
            count += 1
            fresh += 1
        parts = kept
    return count, parts


@njit(**INNER)
def forward(gaps, pairs, carry, added, nodes):
    """What right sides add, merged; the first's share is kept where the second's u will be."""
    compact()
    for j in range(gaps.shape[0]):
        for v in range(gaps.shape[1]):
            for c in range(gaps.shape[2]):
                added[j, v, c] += gaps[j, v, c]
    for pair in range(pairs.shape[0]):
        a = pairs[pair, 0]
        b = pairs[pair, 1]
        for c in range(added.shape[2]):
            for v in range(carry.shape[2]):
                nodes[b, 0, v, c] = added[a, v, c]
            for i in range(carry.shape[1]):
                total = added[b, i, c]
                if i >= carry.shape[2]:
                    total += added[a, i, c]
                for v in range(carry.shape[2]):
                    total += carry[pair, i, v] * nodes[b, 0, v, c]
                added[a, i, c] = total


@njit(**INNER)
def backward(pairs, reach, nodes, s):
    """u at the heads of all intervals."""
    compact()
    n = reach.shape[1]
    for pair in range(pairs.shape[0] - 1, -1, -1):
        a = pairs[pair, 0]
        b = pairs[pair, 1]
        for c in range(s.shape[1]):
            for i in range(n):
                total = nodes[b, 0, i, c]
                for v in range(n):
                    total += reach[pair, i, v] * nodes[a, 0, v, c]
                for v in range(s.shape[0]):
                    total += reach[pair, i, n + v] * s[v, c]
                nodes[b, 0, i, c] = total
