"""Between the nodes of a trajectory: the interpolant of its scheme, interval by interval.

Every interpolant is written as that of Dormand-Prince (Hairer, Norsett & Wanner 1993, section II.6)

    x(theta) = x + theta (F0 + (1 - theta) (F1 + theta (F2 + (1 - theta) (F3 + ...))))

whose first three terms are the cubic through both ends and their slopes. Dormand-Prince adds four
terms and reaches order 7; the cubic serves Radau and the fixed-step schemes (error h^4).
"""

from typing import TYPE_CHECKING

import numpy as np

from .kernels.dormand_prince_tableau import A, C, D

if TYPE_CHECKING:
    from .trajectory import Trajectory

BATCH = 4096


def states_between(run: "Trajectory", t: np.ndarray, intervals: np.ndarray) -> np.ndarray:
    """The states (n, M) at times t, each in its interval."""
    unique, rows = np.unique(intervals, return_inverse=True)
    result = np.empty((run.x.shape[1], len(t)))
    for start in range(0, len(unique), BATCH):
        chosen = (rows >= start) & (rows < start + BATCH)
        between = Between(run, unique[start : start + BATCH])
        inside = rows[chosen] - start
        width = between.width[inside]
        with np.errstate(divide="ignore", invalid="ignore"):
            theta = np.where(width != 0, (t[chosen] - between.begin[inside]) / width, 0.0)
        result[:, chosen] = between.states(inside, theta)
    return result


class Between:
    """The interpolants of some intervals."""

    def __init__(self, run: "Trajectory", intervals: np.ndarray):
        self.run, self.intervals = run, intervals
        self.begin = run.t[intervals]
        self.width = run.t[intervals + 1] - self.begin
        self.x = run.x[intervals].T
        self.terms = self._terms(run.x[intervals + 1].T)

    def states(self, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """The states (n, M) at the parts theta of the intervals with these row numbers."""
        total = np.zeros((len(self.x), len(rows)))
        for i in range(len(self.terms) - 1, -1, -1):
            total = self.terms[i][:, rows] + (theta if i % 2 else 1.0 - theta) * total
        return self.x[:, rows] + theta * total

    def named(self, name: str, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """A state or definition at these places."""
        states = self.states(rows, theta)
        return self.run._named(name, self.times(rows, theta), states, self.intervals[rows])

    def times(self, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        return self.begin[rows] + theta * self.width[rows]

    def _terms(self, x_new: np.ndarray) -> np.ndarray:
        """F0, F1, ... of all intervals: (7, n, M) for Dormand-Prince, else (3, n, M)."""
        h, x = self.width, self.x
        p = self.run.parameters_at(self.intervals)
        kinds = self.run.kinds[self.intervals + 1]
        field = self.run.equations.field
        moving = np.ones((len(x), len(h)))
        held = self.run.equations._system.held
        if held:
            moving[np.array(held)[:, None] & ((kinds & 1) != 0)[None, :]] = 0.0
        # a drive may jump at the ends of an interval: it is seen from inside
        end = self.begin + h
        inside = np.sort([np.nextafter(self.begin, end), np.nextafter(end, self.begin)], axis=0)

        def f(state: np.ndarray, theta: float) -> np.ndarray:
            return moving * field.f(state, p, np.clip(self.begin + theta * h, *inside))

        k = np.zeros((16, *x.shape))
        k[0], k[12] = f(x, 0.0), f(x_new, 1.0)
        rise = x_new - x
        bend = h * k[0] - rise
        cubic = [rise, bend, rise - h * k[12] - bend]
        if self.run.scheme not in ("dormand-prince", "auto"):
            return np.array(cubic)
        for s in (*range(1, 12), 13, 14, 15):
            k[s] = f(x + h * np.tensordot(A[s, :s], k[:s], 1), C[s])
        terms = np.array([*cubic, *(h * np.tensordot(row, k, 1) for row in D)])
        terms[3:, :, (kinds & 4) != 0] = 0.0
        return terms
