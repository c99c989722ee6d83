"""Between the nodes of a trajectory: the interpolant of its scheme, interval by interval.

Steps of Dormand-Prince and Radau have their own dense output (see `dense_output`). A step of a
deterministic fixed-step scheme is continued by the cubic through its ends and their slopes, a step
with noise by a straight line.
"""

from typing import TYPE_CHECKING

import numpy as np

from .dense_output import dormand_prince_terms, evaluate, radau_terms
from .integrate import METHODS
from .integrate_fixed import STOCHASTIC
from .kernels.layout import HELD_STEP, RADAU_STEP
from .solution import seen_from_inside

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
        self.x, self.x_new = run.x[intervals].T, run.x[intervals + 1].T
        self.terms = np.zeros((7, *self.x.shape))
        kinds = run.kinds[intervals + 1]
        if run.scheme in STOCHASTIC:
            self.terms[0] = self.x_new - self.x
        elif run.scheme in METHODS:
            implicit = (kinds & RADAU_STEP) != 0
            self._fill(~implicit, dormand_prince_terms, kinds)
            self._fill(implicit, radau_terms, kinds, run.equations.field.jacobian)
        else:
            self._fill(np.ones(len(kinds), dtype=bool), cubic_terms, kinds)

    def _fill(self, chosen: np.ndarray, terms_of, kinds: np.ndarray, *jacobian) -> None:
        """The terms of the chosen intervals."""
        if not chosen.any():
            return
        begin, width = self.begin[chosen], self.width[chosen]
        # a drive may jump at the ends of an interval: it is seen from inside
        low, high = np.sort([begin, begin + width], axis=0)
        low, high = seen_from_inside(low, high)
        held = np.zeros((len(self.x), 1), dtype=bool)
        if self.run.equations._system.held:
            held[:, 0] = self.run.equations._system.held
        moving = np.where(held & ((kinds[chosen] & HELD_STEP) != 0), 0.0, 1.0)
        terms = terms_of(
            self.run.equations.field.f,
            *jacobian,
            self.run.parameters_at(self.intervals[chosen]),
            begin,
            width,
            self.x[:, chosen],
            self.x_new[:, chosen],
            low=low,
            high=high,
            moving=moving,
        )
        self.terms[: len(terms)][:, :, chosen] = terms

    def states(self, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """The states (n, M) at the parts theta of the intervals with these row numbers."""
        return evaluate(self.terms[:, :, rows], self.x[:, rows], theta)

    def named(self, name: str, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        """A state or definition at these places."""
        states = self.states(rows, theta)
        return self.run._named(name, self.times(rows, theta), states, self.intervals[rows])

    def times(self, rows: np.ndarray, theta: np.ndarray) -> np.ndarray:
        return self.begin[rows] + theta * self.width[rows]


def cubic_terms(f, p, t, h, x, x_new, *, low, high, moving) -> np.ndarray:
    """The cubic through the ends and their slopes, as terms of `dense_output`."""
    before = h * moving * f(x, p, np.clip(t, low, high))
    after = h * moving * f(x_new, p, np.clip(t + h, low, high))
    rise = x_new - x
    bend = before - rise
    return np.array([rise, bend, rise - after - bend])
