"""Gauss collocation on one interval: nodes, weights, differentiation and interpolation.

A polynomial of degree m on [0, 1] is given by its values at 0 and at the m Gauss points c_1..c_m.
Collocation at these points is superconvergent: of order 2m at the ends of the intervals, m + 1
between (de Boor and Swartz 1973).
"""

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
    monomials: np.ndarray  # (m + 1, m + 1): coefficients of 1, x, x^2, ... from the values

    def values(self, x: np.ndarray) -> np.ndarray:
        """The rows that give the polynomial at x from its values at the nodes."""
        return np.vander(x, self.degree + 1, increasing=True) @ self.monomials


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
    points, weights = np.polynomial.legendre.leggauss(degree)
    nodes = np.concatenate([[0.0], (points + 1) / 2])
    monomials = np.linalg.inv(np.vander(nodes, degree + 1, increasing=True))
    powers = np.arange(1, degree + 1)
    slopes = (np.vander(nodes[1:], degree, increasing=True) * powers) @ monomials[1:]
    factorial = float(np.prod(powers))
    return Gauss(
        degree,
        nodes,
        weights / 2,
        slopes,
        monomials.sum(axis=0),
        factorial * monomials[-1],
        monomials,
    )
