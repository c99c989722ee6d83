"""The linear system behind every boundary value problem of cycles, condensed and solved.

Unknown are a function u on [0, 1], by its values at the nodes of N intervals, and k numbers s:

    u' - T A(t) u - C(t) s = r(t)    at the Gauss points of every interval
    u(1) = twist u(0)                1: periodic, -1: period doubling, exp(i theta): torus
    <R, u> + S s = q                 k rows

The values at the Gauss points are eliminated interval by interval (a stack of small inverses),
which leaves u_(j+1) = G_j u_j + Gamma_j s + gamma_j. Neighbours are then merged pair by pair, as
long as the products do not grow, and the rest is solved with pivoting: growth and decay along
the orbit (canards, long periods) don't meet in one product. See Ascher, Mattheij and Russell 1995,
chapter 7, and Doedel, Keller and Kernevez 1991.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .gauss import Gauss

FEW = 6  # intervals that are not merged further
GROWTH = 1e4  # a product larger than this is not formed


@dataclass
class Level:
    """The affine maps of one level of merging, and the rows in their terms."""

    G: np.ndarray  # (L, n, n)
    Gamma: np.ndarray  # (L, n, k)
    rho: np.ndarray  # (L, k, n)


@dataclass
class PeriodicSystem:
    """Factored; `solve` takes any number of right sides."""

    gauss: Gauss
    h: np.ndarray  # (N,) lengths of the intervals, sum 1
    TA: np.ndarray  # (N, m, n, n)
    columns: np.ndarray  # (N, m, n, k): C
    rows: np.ndarray  # (k, N, m, n): R, weights included
    corner: np.ndarray  # (k, k): S
    twist: complex
    scale: np.ndarray  # (n,)
    levels: list[Level] = field(default_factory=list)

    def __post_init__(self) -> None:
        N, m, n, k = self.columns.shape
        D, end = self.gauss.slopes, self.gauss.end
        M = np.zeros((N, m, n, m, n))
        diagonal = np.arange(n)
        M[:, :, diagonal, :, diagonal] += (D[:, 1:] / self.h[:, None, None])[None]
        stage = np.arange(m)
        M[:, stage, :, stage, :] -= self.TA.transpose(1, 0, 2, 3)
        self.inverse = np.linalg.inv(M.reshape(N, m * n, m * n))
        wide = self.inverse.reshape(N, m * n, m, n)
        self.P = np.einsum("jxin,ji->jxn", wide, -D[:, 0] / self.h[:, None])
        self.Q = self.inverse @ self.columns.reshape(N, m * n, k)
        G = np.einsum("i,jinl->jnl", end[1:], self.P.reshape(N, m, n, n))
        G[:, diagonal, diagonal] += end[0]
        Gamma = np.einsum("i,jink->jnk", end[1:], self.Q.reshape(N, m, n, k))
        flat = self.rows.reshape(k, N, m * n).transpose(1, 0, 2)
        self.flat_rows = flat
        rho = flat @ self.P
        self.sigma = self.corner + (flat @ self.Q).sum(axis=0)
        self.levels = [Level(G, Gamma, rho)]
        self._merge()

    def _merge(self) -> None:
        stretch = self.scale[None, :] / self.scale[:, None]
        while len(self.levels[-1].G) > FEW:
            level = self.levels[-1]
            even = len(level.G) // 2 * 2
            a, b = slice(0, even, 2), slice(1, even, 2)
            G = level.G[b] @ level.G[a]
            if not np.abs(G * stretch).max() < GROWTH:
                return
            Gamma = level.G[b] @ level.Gamma[a] + level.Gamma[b]
            rho = level.rho[a] + level.rho[b] @ level.G[a]
            self.sigma = self.sigma + (level.rho[b] @ level.Gamma[a]).sum(axis=0)
            rest = slice(even, None)
            self.levels.append(
                Level(
                    np.concatenate([G, level.G[rest]]),
                    np.concatenate([Gamma, level.Gamma[rest]]),
                    np.concatenate([rho, level.rho[rest]]),
                )
            )

    @cached_property
    def dense(self) -> np.ndarray:
        """The matrix of what is left after merging: u at the heads of the parts, and s."""
        top = self.levels[-1]
        L, n, k = top.Gamma.shape
        matrix = np.zeros((L * n + k, L * n + k), dtype=type(self.twist))
        blocks = matrix[: L * n, : L * n].reshape(L, n, L, n)
        part = np.arange(L)
        blocks[part, :, part, :] = -top.G
        last = self.twist * np.eye(n)
        for j in range(L):
            blocks[j, :, (j + 1) % L, :] += last if j == L - 1 else np.eye(n)
        matrix[: L * n, L * n :] = -top.Gamma.reshape(L * n, k)
        matrix[L * n :, : L * n] = top.rho.transpose(1, 0, 2).reshape(k, L * n)
        matrix[L * n :, L * n :] = self.sigma
        return matrix

    @cached_property
    def orientation(self) -> float:
        """The sign of the determinant of the whole system, the same for all ways of merging."""
        top = self.levels[-1]
        L, n, _ = top.Gamma.shape
        sign = np.linalg.slogdet(self._balanced[0])[0]
        return float(np.real(sign)) * (-1.0) ** (n * (L - 1))

    @cached_property
    def _balanced(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The dense matrix with rows and columns of like size, and their factors."""
        L = len(self.levels[-1].G)
        k = len(self.sigma)
        column = np.concatenate([np.tile(self.scale, L), np.ones(k)])
        matrix = self.dense * column
        sizes = np.abs(matrix[:, -k:]).max(axis=0) if k else np.ones(0)
        column[-k:] /= np.where(sizes > 0, sizes, 1.0)
        matrix = self.dense * column
        row = np.abs(matrix).max(axis=1)
        row[row == 0] = 1.0
        return matrix / row[:, None], row, column

    def solve(
        self,
        r: np.ndarray | None,
        q: np.ndarray,
        gaps: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """u at the nodes (N, m + 1, n, right sides) and s (k, right sides).

        r (N, m, n, right sides) at the Gauss points, q (k, right sides) of the rows, and gaps
        (N, n, right sides) added to the value that the next interval begins with.
        """
        N, m, n, _ = self.columns.shape
        count = q.shape[1]
        if r is None:
            w = None
            gamma = np.zeros((N, n, count))
            right = q
        else:
            w = self.inverse @ r.reshape(N, m * n, count)
            gamma = np.einsum("i,jinc->jnc", self.gauss.end[1:], w.reshape(N, m, n, count))
            right = q - (self.flat_rows @ w).sum(axis=0)
        if gaps is not None:
            gamma = gamma + gaps
        trail = [gamma]
        for level in self.levels[:-1]:
            gamma = trail[-1]
            even = len(level.G) // 2 * 2
            a, b = slice(0, even, 2), slice(1, even, 2)
            right = right - (level.rho[b] @ gamma[a]).sum(axis=0)
            merged = level.G[b] @ gamma[a] + gamma[b]
            trail.append(np.concatenate([merged, gamma[even:]]))
        top = trail[-1]
        matrix, row, column = self._balanced
        whole = np.concatenate([top.reshape(-1, count), right]) / row[:, None]
        solution = column[:, None] * np.linalg.solve(matrix, whole)
        heads, s = solution[: -len(self.sigma)].reshape(top.shape), solution[-len(self.sigma) :]
        for level, gamma in zip(self.levels[-2::-1], trail[-2::-1], strict=True):
            even = len(level.G) // 2 * 2
            a = slice(0, even, 2)
            below = np.empty((len(level.G), n, count), dtype=heads.dtype)
            below[a] = heads[: even // 2]
            below[1:even:2] = level.G[a] @ below[a] + level.Gamma[a] @ s + gamma[a]
            below[even:] = heads[even // 2 :]
            heads = below
        stages = self.P @ heads + self.Q @ s
        if w is not None:
            stages = stages + w
        return np.concatenate([heads[:, None], stages.reshape(N, m, n, count)], axis=1), s

    @property
    def passages(self) -> np.ndarray:
        """The fundamental matrices of the parts in order; their product is the monodromy."""
        return self.levels[-1].G
