"""The linear system behind Newton's method on orbits through resets, condensed and solved.

Unknown are a function u on each of K parts, their lengths L, and lambda:

    u' - L A u - rates L' - L A_lambda lambda' = r      at the Gauss points
    the end of a part and the begin of the next: a jump, or nothing after a pause
    g = 0 at the end of a passage, L = tau for a pause

(primes on L and lambda stand for their changes). The values at the Gauss points are eliminated
interval by interval, the maps of BLOCK neighbouring intervals are merged, and what is left, the
states at the heads of the blocks, the lengths and lambda, is solved with pivoting. A row that fixes
the last degree of freedom is braced on; other rows are met along the null vector.
"""

import warnings
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .gauss import Gauss, blocks
from .reset_field import Event

if TYPE_CHECKING:
    from .reset_curve import Linear

BLOCK = 8


class ResetSystem:
    """Factored; `particular` takes a right side, `null` is the solution without one."""

    def __init__(
        self,
        gauss: Gauss,
        h: np.ndarray,  # (K, N)
        L: np.ndarray,  # (K,)
        held: np.ndarray,  # (K,) whether a part is a pause
        rates: np.ndarray,  # (K, N, m, n)
        A: np.ndarray,  # (K, N, m, n, n + 1)
        event: Event,
        scale: np.ndarray,
    ):
        K, N, m, n = rates.shape
        self.shape, self.held, self.event, self.scale, self.L = (K, N, m, n), held, event, scale, L
        self.P = -(-N // BLOCK)  # blocks of a part
        tables = blocks(m, n)
        M = tables.coupling / h[:, :, None, None]
        stages = np.einsum("kjiaib->kjiab", M.reshape(K, N, m, n, m, n))  # a view of the blocks
        stages -= L[:, None, None, None, None] * A[..., :n]
        self.inverse = np.linalg.inv(M)
        right = np.empty((K, N, m * n, n + 2))
        right[..., :n] = tables.entering / h[:, :, None, None]
        right[..., n] = rates.reshape(K, N, -1)
        right[..., n + 1] = L[:, None, None] * A[..., n].reshape(K, N, -1)
        self.response = self.inverse @ right  # the stages from (u_j, L', lambda')
        self.leaving = tables.leaving
        maps = self.leaving @ self.response
        maps[..., :n] += gauss.end[0] * np.eye(n)
        self.maps = self.blocked(maps, np.eye(n, n + 2))
        self.reach = self.merged()

    def blocked(self, values: np.ndarray, filling: np.ndarray) -> np.ndarray:
        """(K, N, ...) as (K, P, BLOCK, ...), the last block filled up."""
        K, N = values.shape[:2]
        shape = values.shape[2:]
        padded = np.empty((K, self.P * BLOCK, *shape), dtype=values.dtype)
        padded[:, :N], padded[:, N:] = values, filling
        return padded.reshape(K, self.P, BLOCK, *shape)

    def unblocked(self, values: np.ndarray) -> np.ndarray:
        K, N = self.shape[:2]
        return values.reshape(K, self.P * BLOCK, *values.shape[3:])[:, :N]

    def merged(self) -> np.ndarray:
        """The maps from the head of its block to the end of each interval."""
        n = self.shape[3]
        reach = np.empty_like(self.maps)
        reach[:, :, 0] = product = self.maps[:, :, 0]
        for j in range(1, BLOCK):
            product = self.maps[:, :, j, :, :n] @ product
            product[..., n:] += self.maps[:, :, j, :, n:]
            reach[:, :, j] = product
        return reach

    @cached_property
    def before(self) -> np.ndarray:
        """The maps from the head of its block to the begin of each interval (K, N, n, n + 2)."""
        n = self.shape[3]
        before = np.empty_like(self.reach)
        before[:, :, 0] = np.eye(n, n + 2)
        before[:, :, 1:] = self.reach[:, :, :-1]
        return self.unblocked(before)

    @property
    def count(self) -> int:
        """Unknowns of the condensed system."""
        K, _, _, n = self.shape
        return K * self.P * n + K + 1

    def brace(self, row: np.ndarray) -> None:
        """Fix the last degree of freedom by this row (its components that remain)."""
        K, N, m, n = self.shape
        states = row[: -K - 1].reshape(K, N, m + 1, n).sum(axis=2)
        parts = self.blocked(states, np.zeros(n)).sum(axis=2)
        self.row = np.concatenate([parts.ravel(), row[-K - 1 :]])
        for name in ("factors", "null"):
            self.__dict__.pop(name, None)

    @cached_property
    def matrix(self) -> np.ndarray:
        """Without the last row: continuity between the blocks, jumps, ends."""
        K, _, _, n = self.shape
        P, size = self.P, self.count
        matrix = np.zeros((size - 1, size))
        event, lengths, one = self.event, K * P * n, np.eye(n)
        last = self.reach[:, :, -1]
        row = 0
        for k in range(K):
            for p in range(P - 1):
                here, rows = (k * P + p) * n, slice(row, row + n)
                matrix[rows, here : here + n] = last[k, p, :, :n]
                matrix[rows, here + n : here + 2 * n] = -one
                matrix[rows, lengths + k] = last[k, p, :, n]
                matrix[rows, -1] = last[k, p, :, n + 1]
                row += n
            slope = np.eye(n, n + 1) if self.held[k] else event.after_slope[:, :, k]
            rows, following = slice(row, row + n), ((k + 1) % K) * P * n
            self.put(matrix, rows, k, slope)
            matrix[rows, following : following + n] -= one
            row += n
            rows = slice(row, row + 1)
            if self.held[k]:
                self.put(matrix, rows, k - 1, event.pause_slope[None, :, k - 1])
                matrix[row, lengths + k] -= 1.0
            else:
                self.put(matrix, rows, k, event.margin_slope[None, :, k])
            row += 1
        return matrix

    def put(self, matrix: np.ndarray, rows: slice, k: int, slope: np.ndarray) -> None:
        """Rows that depend on the end of part k and on lambda."""
        K, _, _, n = self.shape
        k, P = k % K, self.P
        here = (k * P + P - 1) * n
        moved = slope[:, :n] @ self.reach[k, -1, -1]
        matrix[rows, here : here + n] += moved[:, :n]
        matrix[rows, K * P * n + k] += moved[:, n]
        matrix[rows, -1] += moved[:, n + 1] + slope[:, n]

    @cached_property
    def factors(self) -> tuple:
        """Of the matrix with rows and columns of like size."""
        from scipy.linalg import LinAlgWarning, lu_factor

        matrix = np.concatenate([self.matrix, self.row[None]])
        lengths = np.maximum(np.abs(self.L), 0.1)
        columns = np.concatenate([np.tile(self.scale, len(lengths) * self.P), lengths, [1.0]])
        beside = float(np.abs(matrix[:-1, -1]).max())
        columns[-1] = 1 / beside if beside > 0 else 1.0
        matrix *= columns
        rows = np.abs(matrix).max(axis=1)
        rows[rows == 0] = 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)  # what is singular gives inf: looked for
            return lu_factor(matrix / rows[:, None], check_finite=False), rows, columns

    def solved(self, right: np.ndarray) -> np.ndarray:
        from scipy.linalg import lu_solve

        factors, rows, columns = self.factors
        return columns * lu_solve(factors, right / rows, check_finite=False)

    @cached_property
    def null(self) -> np.ndarray:
        right = np.zeros(self.count)
        right[-1] = 1.0
        return self.expanded(self.solved(right), None, None)

    def particular(self, r: np.ndarray) -> np.ndarray:
        """The solution of F' y = r whose braced row vanishes; r in the order of the defects."""
        K, N, m, n = self.shape
        inner, gaps = K * N * m * n, K * (N - 1) * n
        stages = (self.inverse @ r[:inner].reshape(K, N, m * n, 1))[..., 0]
        added = stages @ self.leaving.T
        added[:, :-1] -= r[inner : inner + gaps].reshape(K, N - 1, n)
        jumps = r[inner + gaps : inner + gaps + K * n].reshape(K, n)
        ends = r[inner + gaps + K * n :]
        shift = self.blocked(added, np.zeros(n))[..., None]
        for j in range(1, BLOCK):
            shift[:, :, j] += self.maps[:, :, j, :, :n] @ shift[:, :, j - 1]
        shift = shift[..., 0]
        tops, event = shift[:, :, -1], self.event
        right = np.zeros(self.count)
        row = 0
        for k in range(K):
            size = (self.P - 1) * n
            right[row : row + size] = -tops[k, :-1].ravel()
            row += size
            last = tops[k, -1]
            slope = last if self.held[k] else event.after_slope[:, :n, k] @ last
            right[row : row + n] = jumps[k] - slope
            row += n
            if self.held[k]:
                right[row] = ends[k] - event.pause_slope[:n, k - 1] @ tops[k - 1, -1]
            else:
                right[row] = ends[k] - event.margin_slope[:n, k] @ last
            row += 1
        return self.expanded(self.solved(right), stages, shift)

    def expanded(
        self, x: np.ndarray, stages: np.ndarray | None, shift: np.ndarray | None
    ) -> np.ndarray:
        """All nodes from the heads, the lengths and lambda."""
        K, N, m, n = self.shape
        heads, lengths = x[: K * self.P * n].reshape(K, self.P, 1, n), x[K * self.P * n : -1]
        source = np.empty((K, self.P, 1, n + 2, 1))
        source[..., :n, 0], source[..., n + 1, 0] = heads, x[-1]
        source[..., n, 0] = lengths[:, None, None]
        reached = (self.reach @ source)[..., 0]
        if shift is not None:
            reached += shift
        entering = np.empty((K, self.P, BLOCK, n + 2))
        entering[..., n], entering[..., n + 1] = lengths[:, None, None], x[-1]
        entering[:, :, :1, :n] = heads
        entering[:, :, 1:, :n] = reached[:, :, :-1]
        begins = self.unblocked(entering)
        nodes = np.empty((K, N, m + 1, n))
        nodes[:, :, 0] = begins[..., :n]
        inner = (self.response @ begins[..., None])[..., 0]
        if stages is not None:
            inner += stages
        nodes[:, :, 1:] = inner.reshape(K, N, m, n)
        return np.concatenate([nodes.ravel(), x[K * self.P * n :]])

    @cached_property
    def heads(self) -> np.ndarray:
        """du/d(u(0), L) at the heads of the blocks and at the end (K, P + 1, n, n + 1)."""
        K, _, _, n = self.shape
        heads = np.zeros((K, self.P + 1, n, n + 1))
        heads[:, 0] = np.eye(n, n + 1)
        for p in range(self.P):
            last = self.reach[:, p, -1]
            heads[:, p + 1] = last[..., :n] @ heads[:, p]
            heads[:, p + 1, :, n] += last[..., n]
        return heads

    @property
    def passages(self) -> tuple[np.ndarray, np.ndarray]:
        """du(1)/du(0) (K, n, n), and du(1)/dL (K, n), of the parts."""
        n = self.shape[3]
        ends = self.heads[:, -1]
        return ends[..., :n], ends[..., n]

    @cached_property
    def nodes(self) -> np.ndarray:
        """d(states at the Gauss points)/d(u(0), L): (K, N, m n, n + 1)."""
        n = self.shape[3]
        head = np.repeat(self.heads[:, :-1], BLOCK, axis=1)[:, : self.shape[1]]
        begins = self.before[..., :n] @ head
        begins[..., n] += self.before[..., n]
        inner = self.response[..., :n] @ begins
        inner[..., n] += self.response[..., n]
        return inner


def spike_maps(linear: "Linear") -> list[tuple[np.ndarray, np.ndarray]]:
    """For each spike: how the state just before it follows from that just before the last one (the
    derivative of that map), and how the time between them does.

    A change v before the last spike becomes R' v by the jump, and makes the pause longer by tau' v;
    Psi (R' v) + M f tau' v is left after the pause. Phi carries it to the next crossing, which is
    shifted by L' with grad g (Phi ... + L' du/dL) = 0.
    """
    curve, system, event = linear.curve, linear.system, linear.event
    reach, stretched = system.passages
    clock, tick = passage_times(linear)
    n, found = curve.n, []
    for k, before in zip(curve.free, np.roll(curve.free, 1), strict=True):
        into, longer = event.after_slope[:, :n, before], np.zeros(n)
        if curve.field.pauses:
            longer = event.pause_slope[:n, before]
            into = reach[k - 1] @ into + np.outer(stretched[k - 1], longer)
        normal = event.margin_slope[:n, k]
        shift = -(normal @ reach[k]) / float(normal @ stretched[k])  # L' by the state at the begin
        crossed = reach[k] + np.outer(stretched[k], shift)
        found.append((crossed @ into, longer + (clock[k] + tick[k] * shift) @ into))
    return found


def passage_times(linear: "Linear") -> tuple[np.ndarray, np.ndarray]:
    """d(time of a part)/du(0) (K, n), and d/dL (K,)."""
    curve, system = linear.curve, linear.system
    K, N, m, n = system.shape
    L = curve.split(linear.z)[1]
    share = curve.h[:, :, None] * curve.gauss.weights  # (K, N, m)
    weight = L[:, None, None, None] * share[..., None] * linear.B[..., :n]
    total = (weight.reshape(K, 1, N * m * n) @ system.nodes.reshape(K, N * m * n, n + 1))[:, 0]
    total[:, n] += (share * linear.slowness).sum(axis=(1, 2))
    return total[:, :n], total[:, n]
