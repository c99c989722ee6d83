"""Where runs begin: the rest state, by the value of the parameter.

The branch of equilibria from the rest state at the low end of the range is followed up to its first
fold; beyond it there is no rest state. At a value, the fixed point of the step itself is found from
there by Newton's method, so that derived constants (a step times a rate, sums of parameters) count
as the program has them. An equilibrium that fires at once, above the threshold of a reset, is none.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...analysis.continue_equilibria import continue_equilibria
from ...dynamics.errors import NotFound, RheobaseError
from ..qformat import QFormat
from ..quantize import quantize
from .programs import Programs
from .question import Question
from .walks import RealWalk

ITERATIONS = 20
NEAR = 0.15  # of the states' change along the branch: how far the step's own rest may lie off
OFF = 1e-6
SLACK = 0.05  # of the range, beyond a fold, where the step's own fold may lie
FINE = 1e-6
BEYOND = 1e-5  # of the range: where a rest that lost its stability is still there


@dataclass(frozen=True)
class Rest:
    """A rest state, and the matrix of a step there."""

    x: np.ndarray
    matrix: np.ndarray

    @property
    def growth(self) -> float:
        """The largest modulus of a multiplier: above 1 the rest is unstable."""
        return float(np.abs(np.linalg.eigvals(self.matrix)).max())


class Rests:
    """Rest states with the constants of a word (None: exact)."""

    def __init__(self, question: Question, programs: Programs, word: QFormat | None):
        self.question, self.programs, self.word = question, programs, word
        self.known: dict[float, Rest | None] = {}
        self.firing: set[float] = set()  # values at which the equilibrium fires at once
        self.values, self.states = stretch(question, word)
        self.lost: tuple[float | None] | None = None

    @cached_property
    def end(self) -> float:
        """Where the rest states end, or the end of the range."""
        loss, high = self.loss(), self.question.interval[1]
        if loss is None:
            return high
        low, high = self.question.interval
        before = loss
        for value in [v for v in self.programs.grid.tolist() if v > loss]:
            if self.at(value) is None:
                return halved(lambda v: self.at(v) is not None, before, value, FINE * (high - low))
            before = value
        return high

    def guess(self, value: float) -> np.ndarray:
        """The equilibrium by interpolation along the branch."""
        return np.array([np.interp(value, self.values, column) for column in self.states.T])

    def at(self, value: float) -> Rest | None:
        """The rest state at a value, or None."""
        if value not in self.known:
            low, high = self.question.interval
            inside = len(self.values) > 0 and (
                self.values[0] <= value <= self.values[-1] + SLACK * (high - low)
            )
            self.known[value] = self.polished(value) if inside else None
        return self.known[value]

    def polished(self, value: float) -> Rest | None:
        """The fixed point of the step near the branch."""
        guess = self.guess(value)
        graph = self.programs.real(value, self.word)
        walk = RealWalk(graph, {}, self.question.spike)
        size = np.maximum(np.ptp(self.states, axis=0), 1e-3 * np.abs(guess).max() + 1e-9)
        count = len(self.question.model.states)
        more = np.zeros(len(graph.states) - count)  # counters of a pause

        def step(x: np.ndarray) -> tuple[np.ndarray, bool]:
            moved, fired = walk.image(np.append(x, more))
            return moved[:count], fired

        x = guess
        for _ in range(ITERATIONS):
            moved, fired = step(x)
            if fired and (np.abs(x - guess) <= NEAR * size).all():
                self.firing.add(value)
            if fired or not np.isfinite(moved).all():
                return None
            matrix = slopes(step, x, moved, OFF * np.maximum(size, np.abs(x)))
            try:
                change = np.linalg.solve(matrix - np.eye(count), x - moved)
            except np.linalg.LinAlgError:
                return None
            x = x + change
            if not np.isfinite(x).all():
                return None
            if (np.abs(change) <= 1e-11 * size).all():
                return Rest(x, matrix) if (np.abs(x - guess) <= NEAR * size).all() else None
        return None

    def start(self, value: float) -> dict[str, float]:
        """Where a run begins: at rest and kicked, or at the model's start."""
        model, rest = self.question.model, self.at(value)
        if rest is None:
            return dict(model.start)
        found = dict(zip(model.states, rest.x.tolist(), strict=True))
        return {name: x + self.question.kick.get(name, 0.0) for name, x in found.items()}

    def loss(self) -> float | None:
        """Where the rest first loses its stability as the parameter rises, or ends; None if it
        doesn't, or is not stable at the low end."""
        if self.lost is None:
            self.lost = (self.found_loss(),)
        return self.lost[0]

    def found_loss(self) -> float | None:
        low, high = self.question.interval

        def stable(value: float) -> bool:
            rest = self.at(value)
            return rest is not None and rest.growth <= 1.0

        if not stable(low):
            return None
        before = low
        for value in [*self.programs.grid.tolist(), high]:
            if not stable(value):
                return halved(stable, before, value, 1e-7 * (high - low))
            before = value
        return None


def lost_by(rests: Rests, onset: float | None) -> str:
    """How the rest gives way to firing at an onset.

    "saddle-node"
        where the rest state ends
    "hopf"
        where it loses stability, before it ends
    "threshold"
        where it reaches the threshold of a reset
    "before"
        sooner: a kick, or the noise of random rounding, is enough
    "after"
        later: held fast though unstable

    Equal means within the study's tolerance; "" where there is no onset or no rest.
    """
    loss = rests.loss()
    if onset is None or loss is None:
        return ""
    (low, high), near = rests.question.interval, rests.question.tolerance
    beyond = min(high, loss + BEYOND * (high - low))
    if abs(onset - loss) <= near:
        if rests.at(beyond) is not None:
            return "saddle-node" if rests.end < high and abs(onset - rests.end) <= near else "hopf"
        return "threshold" if beyond in rests.firing else "saddle-node"
    if rests.end < high and abs(onset - rests.end) <= near:
        return "saddle-node"
    return "before" if onset < loss else "after"


def class_by_loss(how: str) -> int | None:
    """The class that the loss of rest suggests: an integrator's, 1, at a saddle-node or a
    threshold, a resonator's, 2, at a Hopf point (Izhikevich 2007, section 7.1)."""
    return {"saddle-node": 1, "threshold": 1, "hopf": 2}.get(how)


def slopes(step, x: np.ndarray, moved: np.ndarray, off: np.ndarray) -> np.ndarray:
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


def halved(holds, inside: float, outside: float, width: float) -> float:
    """Where a property ends between two values."""
    while abs(outside - inside) > width:
        middle = 0.5 * (inside + outside)
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return 0.5 * (inside + outside)


def stretch(question: Question, word: QFormat | None) -> tuple[np.ndarray, np.ndarray]:
    """Values and states along the branch from the low end to its first fold."""
    model = question.model
    if word is not None:
        with suppress(RheobaseError):  # a constant becomes 0: then the exact branch is the guess
            model = quantize(model, word)
    try:
        branch = continue_equilibria(model, question.parameter, question.interval)
    except NotFound:
        return np.zeros(0), np.zeros((0, len(model.states)))
    values = np.asarray(branch[question.parameter])
    states = np.column_stack([branch[name] for name in model.states])
    back = np.flatnonzero(np.diff(values) <= 0)
    count = int(back[0]) + 1 if len(back) else len(values)
    values, states = values[:count], states[:count]
    for point in branch.all("fold"):
        place = point.parameters[question.parameter]
        if place > values[-1]:
            values = np.append(values, place)
            states = np.vstack([states, [point.state[name] for name in model.states]])
            break
    return values, states
