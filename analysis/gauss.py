"""Gauss collocation on one interval: nodes, weights, differentiation and interpolation.

A polynomial of degree m on [0, 1] is given by its values at 0 and at the m Gauss points c_1..c_m.
Collocation at these points is superconvergent: of order 2m at the ends of the intervals, m + 1
between (de Boor and Swartz 1973).
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Gauss:
    """The tables of one degree; `nodes` are 0 and the Gauss points."""

    degree: int
    nodes: np.ndarray  # (m + 1,)
    weights: np.ndarray  # (m,): of the integral over [0, 1] by values at the Gauss points
    slopes: np.ndarray  # (m, m + 1): derivatives at the Gauss points from values at the nodes
    end: np.ndarray  # (m + 1,): the value at 1
    leading: np.ndarray  # (m + 1,): the m-th derivative
    monomials: np.ndarray  # (m + 1, m + 1): coefficients of the powers of y = 2 x - 1

    def values(self, x: np.ndarray) -> np.ndarray:
        """The rows that give the polynomial at x from its values at the nodes."""
        return np.vander(2 * np.asarray(x) - 1, self.degree + 1, increasing=True) @ self.monomials


@dataclass(frozen=True)
class Blocks:
    """The tables for vectors of n components; m n counts points, then components."""

    coupling: np.ndarray  # (m n, m n): derivatives at the Gauss points from the values there
    entering: np.ndarray  # (m n, n): minus what the value at 0 adds to them
    leaving: np.ndarray  # (n, m n): what the values at the Gauss points add to the one at 1


@lru_cache(maxsize=64)
def blocks(degree: int, n: int) -> Blocks:
    table, one = gauss(degree), np.eye(n)
    return Blocks(
        np.kron(table.slopes[:, 1:], one),
        np.kron(-table.slopes[:, :1], one),
        np.kron(table.end[1:], one),
    )


@lru_cache(maxsize=16)
def gauss(degree: int) -> Gauss:
    """By barycentric formulas (Berrut and Trefethen 2004), which lose no digits."""
    points, weights = np.polynomial.legendre.leggauss(degree)
    y = np.concatenate([[-1.0], points])  # the nodes within [-1, 1]
    nodes, one = (y + 1) / 2, np.eye(degree + 1)
    share = 1 / np.prod(y[:, None] - y + one, axis=1)  # of each node in the m-th difference
    slopes = 2 * share / share[:, None] / (y[:, None] - y + one)
    slopes -= one * slopes.sum(axis=1)  # rows sum to zero: a constant has no slope
    return Gauss(
        degree,
        nodes,
        weights / 2,
        slopes[1:],
        share * np.prod(np.where(one > 0, 1.0, 1 - y), axis=1),
        2.0**degree * math.factorial(degree) * share,
        np.stack([a * np.poly(np.delete(y, i))[::-1] for i, a in enumerate(share)], axis=1),
    )
