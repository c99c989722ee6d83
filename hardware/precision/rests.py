"""Where runs begin: the rest state, by the value of the parameter.

The branch of equilibria from the rest state at the low end of the range is followed up to its first
fold; beyond it there is no rest state. At a value, the fixed point of the step itself is found from
there by Newton's method, so that derived constants (a step times a rate, sums of parameters) count
as the program has them. An equilibrium that fires at once, above the threshold of a reset, is none.
"""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from ...analysis.continue_equilibria import continue_equilibria
from ...dynamics.errors import NotFound, RheobaseError
from ..qformat import QFormat
from ..quantize import quantize
from .programs import Programs
from .question import Question
from .walks import RealWalk

ITERATIONS = 20
NEAR = 0.05  # of the states' change along the branch: how far the step's own rest may lie off
OFF = 1e-6
BEYOND = 1e-6  # of the range: where a rest that lost its stability is still there


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
        self.values, self.states = stretch(question, word)
        self.lost: tuple[float | None] | None = None

    @property
    def end(self) -> float:
        """The last value with a rest state."""
        return float(self.values[-1]) if len(self.values) else -np.inf

    def at(self, value: float) -> Rest | None:
        """The rest state at a value, or None."""
        if value not in self.known:
            inside = len(self.values) > 0 and self.values[0] <= value <= self.end
            self.known[value] = self.polished(value) if inside else None
        return self.known[value]

    def polished(self, value: float) -> Rest | None:
        model = self.question.model
        guess = np.array([np.interp(value, self.values, column) for column in self.states.T])
        graph = self.programs.real(value, self.word)
        walk = RealWalk(graph, {}, self.question.spike)
        size = np.maximum(np.ptp(self.states, axis=0), 1e-3 * np.abs(guess).max() + 1e-9)
        count = len(model.states)
        more = np.zeros(len(graph.states) - count)  # counters of a pause

        def step(x: np.ndarray) -> tuple[np.ndarray, bool]:
            moved, fired = walk.image(np.append(x, more))
            return moved[:count], fired

        x = guess
        for _ in range(ITERATIONS):
            moved, fired = step(x)
            if fired or not np.isfinite(moved).all():
                return None
            columns = []
            for k in range(count):
                off = np.zeros(count)
                off[k] = OFF * max(size[k], abs(x[k]))
                ahead, behind = step(x + off)[0], step(x - off)[0]
                columns.append((ahead - behind) / (2 * off[k]))
            matrix = np.array(columns).T
            try:
                change = np.linalg.solve(matrix - np.eye(count), x - moved)
            except np.linalg.LinAlgError:
                return None
            x = x + change
            if not np.isfinite(x).all():
                return None
            if (np.abs(change) <= 1e-11 * size).all():
                break
        else:
            return None
        fits = (np.abs(x - guess) <= NEAR * size + 0.05 * np.abs(guess)).all()
        return Rest(x, matrix) if fits else None

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
    loss, end = rests.loss(), rests.end
    if onset is None or loss is None:
        return ""
    near = rests.question.tolerance
    fold = end < rests.question.interval[1]
    if fold and abs(onset - end) <= near:
        return "saddle-node"
    if abs(onset - loss) <= near:
        low, high = rests.question.interval
        lives_on = rests.at(min(high, loss + BEYOND * (high - low))) is not None
        return "hopf" if lives_on else "threshold"
    return "before" if onset < loss else "after"


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
