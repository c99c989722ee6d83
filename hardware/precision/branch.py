"""The rest states of the step itself, followed upward through the range of the parameter.

A step x -> S(x; p) is the program's in double precision, with the constants of its words: quotients
and products that the program makes of parameters are rounded too, so that its fixed points may lie
far from the equilibria of the equations, and so may their fold. From the rest state at the low end
the fixed point is followed by the secant and Newton's method on S(x; p) - x; where that fails, or
finds a state that does not belong to the branch (too far off, or det(S' - 1) of the other sign: at
a fold it changes), the step is halved. What is left when it is minute is the end of the branch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .programs import Programs
from .walks import RealWalk

ITERATIONS = 30
NEAR = 0.1  # of the states' swing: how far a rest state may lie from where it is expected
OFF = 1e-6
LONGEST, LEAST = 1 / 32, 1e-7  # steps along the branch, of the range
SETTLING = 40_000  # steps of the run that looks for the first rest state
Step = Callable[[np.ndarray], tuple[np.ndarray, bool]]


@dataclass(frozen=True)
class Rest:
    """A rest state, and the matrix of a step there."""

    x: np.ndarray
    matrix: np.ndarray

    @property
    def growth(self) -> float:
        """The largest modulus of a multiplier: above 1 the rest is unstable."""
        return float(np.abs(np.linalg.eigvals(self.matrix)).max())

    @property
    def side(self) -> float:
        """The sign of det(S' - 1)."""
        return float(np.linalg.slogdet(self.matrix - np.eye(len(self.x)))[0])


class Steps:
    """The step at any value, with the constants of a word."""

    def __init__(self, programs: Programs, word):
        self.programs, self.word = programs, word
        self.count = len(programs.question.model.states)

    @cached_property
    def swing(self) -> np.ndarray:
        """By how much the states move in runs over the range."""
        names = self.programs.question.model.states
        ends = dict.fromkeys(names, (np.inf, -np.inf))
        for nodes, (low, high) in self.programs.seen[0].items():
            for i, (verb, _, name) in enumerate(nodes):
                if verb == "state" and name in ends:
                    ends[name] = min(ends[name][0], low[i]), max(ends[name][1], high[i])
        least, most = np.array([ends[name] for name in names]).T
        return np.maximum(most - least, 0.01 * np.maximum(np.abs(least), np.abs(most)) + 1e-9)

    def at(self, value: float) -> Step:
        """The step, and whether it was a spike; counters of a pause are 0."""
        graph = self.programs.real(value, self.word)
        walk = RealWalk(graph, {}, self.programs.question.spike)
        more = np.zeros(len(graph.states) - self.count)

        def step(x: np.ndarray) -> tuple[np.ndarray, bool]:
            moved, fired = walk.image(np.append(x, more))
            return moved[: self.count], fired

        return step

    def settled(self, value: float) -> np.ndarray | None:
        """Where a run from the model's start comes to, if it ends without a spike."""
        model, question = self.programs.question.model, self.programs.question
        walk = RealWalk(self.programs.real(value, self.word), dict(model.start), question.spike)
        walk.go(SETTLING)
        if walk.left or len(walk.go(1000)):
            return None
        end = walk.state()
        return np.array([end[name] for name in model.states])


def fixed_point(step: Step, guess: np.ndarray, swing: np.ndarray) -> tuple[Rest | None, bool]:
    """The rest state near a guess by Newton's method; whether it fires at once there."""
    x, near = guess, NEAR * swing
    for _ in range(ITERATIONS):
        moved, fired = step(x)
        if fired or not np.isfinite(moved).all():
            return None, fired and bool((np.abs(x - guess) <= near).all())
        matrix = slopes(step, x, moved, OFF * np.maximum(swing, np.abs(x)))
        try:
            change = np.linalg.solve(matrix - np.eye(len(x)), x - moved)
        except np.linalg.LinAlgError:
            return None, False
        x = x + change
        if not np.isfinite(x).all():
            return None, False
        if (np.abs(change) <= 1e-11 * swing).all():
            return (Rest(x, matrix) if (np.abs(x - guess) <= near).all() else None), False
    return None, False


def slopes(step: Step, x: np.ndarray, moved: np.ndarray, off: np.ndarray) -> np.ndarray:
    """The matrix of a step by differences: from one side where the other side fires."""
    columns = []
    for k, h in enumerate(off):
        there, back = x.copy(), x.copy()
        there[k] += h
        back[k] -= h
        (ahead, jumped), (behind, fell) = step(there), step(back)
        if jumped:
            columns.append((moved - behind) / h)
        elif fell:
            columns.append((ahead - moved) / h)
        else:
            columns.append((ahead - behind) / (2 * h))
    return np.array(columns).T


def first_rest(steps: Steps, guesses: list[np.ndarray], low: float) -> Rest | None:
    """The rest state at the low end: near one of the guesses, else where a run settles."""
    step, swing = steps.at(low), steps.swing
    for guess in guesses:
        found, _ = fixed_point(step, guess, swing)
        if found is not None:
            return found
    end = steps.settled(low)
    return None if end is None else fixed_point(step, end, swing)[0]


def followed_rests(
    steps: Steps, guesses: list[np.ndarray], low: float, high: float, longest: float
) -> tuple[list[float], list[Rest]]:
    """Values and rest states from the low end to the end of the branch, or of the range."""
    first, swing = first_rest(steps, guesses, low), steps.swing
    if first is None:
        return [], []
    values, rests = [low], [first]
    width = longest = min(longest, LONGEST * (high - low))
    while values[-1] < high:
        value = min(high, values[-1] + width)
        found = near_branch(steps, values, rests, value, swing)
        if found is not None:
            values.append(value)
            rests.append(found)
            width = min(longest, 2 * width)
        elif width <= LEAST * (high - low):
            break
        else:
            width *= 0.5
    return values, rests


def near_branch(
    steps: Steps, values: list[float], rests: list[Rest], value: float, swing: np.ndarray
) -> Rest | None:
    """The next rest state: by the secant, else from the last one."""
    last, step = rests[-1], steps.at(value)
    guesses = [last.x]
    if len(values) > 1:
        part = (value - values[-1]) / (values[-1] - values[-2])
        if part <= 4:
            guesses.insert(0, last.x + part * (last.x - rests[-2].x))
    for guess in guesses:
        found, _ = fixed_point(step, guess, swing)
        if found is None or found.side != last.side:
            continue
        if (np.abs(found.x - last.x) <= NEAR * swing).all():
            return found
    return None
