"""The linear system behind Newton's method on orbits through resets, condensed and solved.

Unknown are a function u on each of K parts, their lengths L, and lambda:

    u' - L A u - rates L' - L A_lambda lambda' = r      at the Gauss points
    the end of a part and the begin of the next: a jump, or nothing after a pause
    g = 0 at the end of a passage, L = tau for a pause

(primes on L and lambda stand for their changes). The values at the Gauss points are eliminated
interval by interval; the maps of neighbouring intervals are merged as long as their product stays
moderate, and what is left is solved with pivoting. A row that fixes the last degree of freedom is
braced on, and solutions of other rows are combined from its null vector.
"""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .gauss import Gauss, blocks
from .reset_field import Event

if TYPE_CHECKING:
    from .reset_curve import Linear

GROWTH = 1e4  # a product larger than this is not formed


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
        self.maps = self.leaving @ self.response
        self.maps[..., :n] += gauss.end[0] * np.eye(n)
        self.merge()

    def merge(self) -> None:
        """`reach[:, j]`: the map from the head of its part to the end of interval j."""
        K, N, _, n = self.shape
        stretch = self.scale / self.scale[:, None]
        begin = np.zeros((K, n, n + 2))
        begin[:, :, :n] = np.eye(n)
        self.reach = np.empty((K, N, n, n + 2))
        self.heads = [0]
        product = begin
        for j in range(N):
            following = self.maps[:, j, :, :n] @ product
            if j > self.heads[-1] and np.abs(following[..., :n] * stretch).max() > GROWTH:
                self.heads.append(j)
                following = self.maps[:, j, :, :n] @ begin
            following[..., n:] += self.maps[:, j, :, n:]
            self.reach[:, j] = product = following
        self.tails = [*(head - 1 for head in self.heads[1:]), N - 1]

    @property
    def count(self) -> int:
        """Unknowns of the condensed system."""
        K, _, _, n = self.shape
        return K * len(self.heads) * n + K + 1

    def brace(self, row: np.ndarray) -> None:
        """Fix the last degree of freedom by this row (its components that remain)."""
        K, N, m, n = self.shape
        states = row[: -K - 1].reshape(K, N, m + 1, n).sum(axis=2)
        parts = np.add.reduceat(states, self.heads, axis=1)
        self.row = np.concatenate([parts.ravel(), row[-K - 1 :]])
        for name in ("factors", "null"):
            self.__dict__.pop(name, None)

    @cached_property
    def matrix(self) -> np.ndarray:
        """Without the last row: continuity between the parts, jumps, ends."""
        K, _, _, n = self.shape
        P = len(self.heads)
        size = self.count
        matrix = np.zeros((size - 1, size))
        row = 0
        event, lengths = self.event, K * P * n
        for k in range(K):
            for p in range(P):
                here = (k * P + p) * n
                reach = self.reach[k, self.tails[p]]
                if p < P - 1:
                    rows = slice(row, row + n)
                    matrix[rows, here : here + n] = reach[:, :n]
                    matrix[rows, lengths + k] = reach[:, n]
                    matrix[rows, -1] = reach[:, n + 1]
                    matrix[rows, here + n : here + 2 * n] -= np.eye(n)
                    row += n
            # the end of the part as a map of (u at its last head, L, lambda)
            slope = np.eye(n, n + 1) if self.held[k] else event.after_slope[:, :, k]
            rows, following = slice(row, row + n), ((k + 1) % K) * P * n
            self.put(matrix, rows, k, slope)
            matrix[rows, following : following + n] -= np.eye(n)
            row += n
            rows = slice(row, row + 1)
            if self.held[k]:
                before = (k - 1) % K
                self.put(matrix, rows, before, event.pause_slope[None, :, before])
                matrix[row, lengths + k] -= 1.0
            else:
                self.put(matrix, rows, k, event.margin_slope[None, :, k])
            row += 1
        return matrix

    def put(self, matrix: np.ndarray, rows: slice, k: int, slope: np.ndarray) -> None:
        """Rows that depend on the end of part k and on lambda."""
        K, _, _, n = self.shape
        P = len(self.heads)
        reach = self.reach[k, -1]
        last = (k * P + P - 1) * n
        moved = slope[:, :n] @ reach
        matrix[rows, last : last + n] += moved[:, :n]
        matrix[rows, K * P * n + k] += moved[:, n]
        matrix[rows, -1] += moved[:, n + 1] + slope[:, n]

    @cached_property
    def factors(self) -> tuple:
        from scipy.linalg import lu_factor

        K, P = self.shape[0], len(self.heads)
        matrix = np.vstack([self.matrix, self.row])
        lengths = np.where(self.L > 0, self.L, 1.0)
        columns = np.concatenate([np.tile(self.scale, K * P), lengths, [1.0]])
        top = np.abs(matrix[:, -1]).max()
        columns[-1] = 1.0
        matrix *= columns
        beside = np.abs(matrix[:-1, -1]).max()
        if top > 0 and beside > 0:
            columns[-1] = 1 / beside
            matrix[:, -1] /= beside
        rows = np.abs(matrix).max(axis=1)
        rows[rows == 0] = 1.0
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
        inner = K * N * m * n
        stages = (self.inverse @ r[:inner].reshape(K, N, m * n, 1))[..., 0]
        added = np.einsum("ab,kjb->kja", self.leaving, stages)
        gaps = K * (N - 1) * n
        added[:, :-1] -= r[inner : inner + gaps].reshape(K, N - 1, n)
        jumps = r[inner + gaps : inner + gaps + K * n].reshape(K, n)
        ends = r[inner + gaps + K * n :]
        shift = np.empty((K, N, n))
        total = np.zeros((K, n))
        for j in range(N):
            if j in self.heads:
                total = np.zeros((K, n))
            total = np.einsum("kab,kb->ka", self.maps[:, j, :, :n], total) + added[:, j]
            shift[:, j] = total
        right = []
        event = self.event
        for k in range(K):
            right += [-shift[k, tail] for tail in self.tails[:-1]]
            last = shift[k, -1]
            slope = np.eye(n) if self.held[k] else event.after_slope[:, :n, k]
            right.append(jumps[k] - slope @ last)
            if self.held[k]:
                before = (k - 1) % K
                right.append([ends[k] - event.pause_slope[:n, before] @ shift[before, -1]])
            else:
                right.append([ends[k] - event.margin_slope[:n, k] @ last])
        return self.expanded(self.solved(np.concatenate([*right, [0.0]])), stages, shift)

    def expanded(
        self, x: np.ndarray, stages: np.ndarray | None, shift: np.ndarray | None
    ) -> np.ndarray:
        """All nodes from the heads, the lengths and lambda."""
        K, N, m, n = self.shape
        P = len(self.heads)
        tops, lengths = x[: K * P * n].reshape(K, P, n), x[K * P * n : -1]
        entering = np.empty((K, N, n + 2))
        entering[..., n], entering[..., n + 1] = lengths[:, None], x[-1]
        part = np.searchsorted(self.heads, np.arange(N), side="right") - 1
        source = np.concatenate([tops[:, part], entering[..., n:]], axis=-1)
        reached = np.einsum("kjab,kjb->kja", self.reach, source)
        if shift is not None:
            reached += shift
        entering[:, 1:, :n] = reached[:, :-1]
        entering[:, self.heads, :n] = tops
        nodes = np.empty((K, N, m + 1, n))
        nodes[:, :, 0] = entering[..., :n]
        inner = np.einsum("kjab,kjb->kja", self.response, entering)
        if stages is not None:
            inner += stages
        nodes[:, :, 1:] = inner.reshape(K, N, m, n)
        return np.concatenate([nodes.ravel(), x[K * P * n :]])

    @cached_property
    def passages(self) -> tuple[np.ndarray, np.ndarray]:
        """du(1)/du(0) (K, n, n), and du(1)/dL (K, n), of the parts."""
        K, N, _, n = self.shape
        product = np.zeros((K, n, n + 1))
        product[:, :, :n] = np.eye(n)
        for j in range(N):
            product = self.maps[:, j, :, :n] @ product
            product[..., n] += self.maps[:, j, :, n]
        return product[..., :n], product[..., n]


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
    for k in curve.free:
        before = curve.free[np.flatnonzero(curve.free == k)[0] - 1]
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
    weight = (L[:, None, None, None] * share[..., None] * linear.B[..., :n]).reshape(K, N, m * n)
    entering = np.zeros((K, n, n + 1))
    entering[:, :, :n] = np.eye(n)
    total = np.zeros((K, n + 1))
    for j in range(N):
        stages = system.response[:, j, :, :n] @ entering
        stages[..., n] += system.response[:, j, :, n]
        total += np.einsum("ka,kab->kb", weight[:, j], stages)
        entering = system.maps[:, j, :, :n] @ entering
        entering[..., n] += system.maps[:, j, :, n]
    total[:, n] += np.einsum("kji,kji->k", share, linear.slowness)
    return total[:, :n], total[:, n]
