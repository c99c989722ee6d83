"""The linear system behind every boundary value problem of cycles, condensed and solved.

Unknown are a function u on [0, 1], by its values at the nodes of N intervals, and k numbers s:

    u' - T A(t) u - C(t) s = r(t)    at the Gauss points of every interval
    u(1) = twist u(0)                1: periodic, -1: period doubling, exp(i theta): torus
    <R, u> + S s = q                 k rows

The values at the Gauss points are eliminated interval by interval, which leaves an affine map from
one end to the other, and what the interval adds to the rows:

    (u_(j+1), sum_(j+1)) = [G, Gamma; rho, sigma] (u_j, s) + (gamma, alpha) + (0, sum_j)

Neighbours are merged pair by pair, as long as their product doesn't grow too large, and the rest
is solved with pivoting: growth and decay along the orbit (canards, long periods) don't meet in one
product. See Ascher, Mattheij and Russell 1995, chapter 7, and Doedel, Keller and Kernevez 1991.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .gauss import Gauss, blocks

FEW = 6  # parts that are not merged further
GROWTH = 1e4  # a product larger than this is not formed


@dataclass(frozen=True)
class Merge:
    """Pairs of neighbours that became one part; a part goes by its first interval."""

    first: np.ndarray  # (pairs,)
    second: np.ndarray
    reach: np.ndarray  # (pairs, n, n + k): [G, Gamma] of the first
    carry: np.ndarray  # (pairs, n + k, n): [G; rho] of the second


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

    def __post_init__(self) -> None:
        N, m, n, k = self.columns.shape
        self.shape = N, m, n, k
        kind = np.result_type(self.columns, self.rows, type(self.twist))
        tables = blocks(m, n)
        M = tables.coupling / self.h[:, None, None]
        stages = np.einsum("jiaib->jiab", M.reshape(N, m, n, m, n))  # a view of the blocks
        stages -= self.TA
        self.inverse = np.linalg.inv(M)
        right = np.empty((N, m * n, n + k), dtype=kind)
        right[:, :, :n] = tables.entering / self.h[:, None, None]
        right[:, :, n:] = self.columns.reshape(N, m * n, k)
        self.response = self.inverse @ right  # the stages from (u_j, s)
        self.readout = np.empty((N, n + k, m * n), dtype=kind)  # the map's values from the stages
        self.readout[:, :n] = tables.leaving
        self.readout[:, n:] = self.rows.reshape(k, N, m * n).transpose(1, 0, 2)
        self.maps = self.readout @ self.response
        self.maps[:, :n, :n] += self.gauss.end[0] * np.eye(n)
        self.merges, self.heads = self._merged()

    def _merged(self) -> tuple[list[Merge], np.ndarray]:
        """Merge within `maps`; in what order, and the first intervals of the parts that remain."""
        maps, n = self.maps, len(self.scale)
        stretch = self.scale / self.scale[:, None]
        merges: list[Merge] = []
        heads = np.arange(len(maps))
        while len(heads) > FEW:
            first, second = heads[:-1:2], heads[1::2]
            before, after = maps[first], maps[second]
            both = after[:, :, :n] @ before[:, :n]
            fine = np.abs(both[:, :n, :n] * stretch).max(axis=(1, 2)) < GROWTH
            if not fine.all():
                if not fine.any():
                    break
                first, second, both = first[fine], second[fine], both[fine]
                before, after = before[fine], after[fine]
            both[:, :, n:] += after[:, :, n:]
            both[:, n:] += before[:, n:]
            maps[first] = both
            merges.append(Merge(first, second, before[:, :n], after[:, :, :n]))
            alone = np.ones(len(heads), dtype=bool)
            alone[1::2] = ~fine
            heads = heads[alone]
        return merges, heads

    @cached_property
    def parts(self) -> np.ndarray:
        """The maps that are left after merging, in order."""
        return self.maps[self.heads]

    @property
    def passages(self) -> np.ndarray:
        """The fundamental matrices of the parts; their product is the monodromy."""
        n = self.shape[2]
        return self.parts[:, :n, :n]

    @property
    def sigma(self) -> np.ndarray:
        """What s adds to the rows, in the end."""
        n = self.shape[2]
        return self.corner + self.parts[:, n:, n:].sum(axis=0)

    @cached_property
    def dense(self) -> np.ndarray:
        """The matrix of what is left after merging: u at the heads of the parts, and s."""
        _, _, n, k = self.shape
        L = len(self.heads)
        matrix = np.eye(L * n + k, k=n, dtype=type(self.twist))
        blocks = matrix[: L * n, : L * n].reshape(L, n, L, n)
        blocks = np.einsum("jajb->jab", blocks)  # a view of those on the diagonal
        blocks -= self.passages
        matrix[(L - 1) * n : L * n, :n] += self.twist * np.eye(n)
        matrix[: L * n, L * n :] = -self.parts[:, :n, n:].reshape(L * n, k)
        matrix[L * n :, : L * n] = self.parts[:, n:, :n].transpose(1, 0, 2).reshape(k, L * n)
        matrix[L * n :, L * n :] = self.sigma
        return matrix

    @cached_property
    def orientation(self) -> float:
        """The sign of the determinant of the whole system, the same for all ways of merging."""
        sign = np.linalg.slogdet(self._balanced[0])[0]
        return float(np.real(sign)) * (-1.0) ** (self.shape[2] * (len(self.heads) - 1))

    @cached_property
    def _balanced(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The dense matrix with rows and columns of like size, and their factors."""
        k = self.shape[3]
        column = np.concatenate([np.tile(self.scale, len(self.heads)), np.ones(k)])
        matrix = self.dense * column
        sizes = np.abs(matrix[:, -k:]).max(axis=0)
        column[-k:] = 1 / np.where(sizes > 0, sizes, 1.0)
        matrix[:, -k:] *= column[-k:]
        row = np.abs(matrix).max(axis=1)
        row[row == 0] = 1.0
        return matrix / row[:, None], row[:, None], column[:, None]

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
        N, m, n, k = self.shape
        count = q.shape[1]
        sides = [side for side in (r, gaps) if side is not None]
        added = np.zeros((N, n + k, count), dtype=np.result_type(self.maps, *sides))
        if r is not None:
            stages = self.inverse @ r.reshape(N, m * n, count)
            added += self.readout @ stages  # gamma, alpha
        if gaps is not None:
            added[:, :n] += gaps
        trail = []
        for merge in self.merges if sides else ():
            before = added[merge.first]
            both = merge.carry @ before[:, :n]
            both += added[merge.second]
            both[:, n:] += before[:, n:]
            added[merge.first] = both
            trail.append(before[:, :n])
        top = added[self.heads]
        matrix, row, column = self._balanced
        right = np.concatenate([top[:, :n].reshape(-1, count), q - top[:, n:].sum(axis=0)])
        solution = column * np.linalg.solve(matrix, right / row)
        s = solution[-k:]
        u = np.empty((N, n + k, count), dtype=solution.dtype)
        u[:, n:] = s
        u[self.heads, :n] = solution[:-k].reshape(-1, n, count)
        for merge in reversed(self.merges):
            reached = merge.reach @ u[merge.first]
            if sides:
                reached += trail.pop()
            u[merge.second, :n] = reached
        nodes = np.empty((N, m + 1, n, count), dtype=solution.dtype)
        nodes[:, 0] = u[:, :n]
        nodes[:, 1:] = (self.response @ u).reshape(N, m, n, count)
        if r is not None:
            nodes[:, 1:] += stages.reshape(N, m, n, count)
        return nodes, s
