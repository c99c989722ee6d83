"""Where runs begin: the rest state, by the value of the parameter.

Rest states are those of the step itself (branch.py), followed from the low end of the range; the
first is sought at the equilibrium of the equations there. Beyond the end of the branch there is no
rest state. An equilibrium that fires at once, above the threshold of a reset, is none.
"""

from contextlib import suppress
from functools import cached_property

import numpy as np

from ...analysis.continue_equilibria import continue_equilibria
from ...dynamics.errors import NotFound, RheobaseError
from ..qformat import QFormat
from ..quantize import quantize
from .branch import Rest, Steps, fixed_point, followed_rests
from .programs import Programs
from .question import Question

SLACK = 0.05  # of the range, beyond the end, where a rest that fires at once is looked for
BEYOND = 1e-5  # of the range: where a rest that lost its stability is still there
FINEST = 1e-7  # of the range: how well the loss of stability is placed


class Rests:
    """Rest states with the constants of a word (None: exact)."""

    def __init__(self, question: Question, programs: Programs, word: QFormat | None):
        self.question, self.programs, self.word = question, programs, word
        self.known: dict[float, Rest | None] = {}
        self.firing: set[float] = set()  # values at which the equilibrium fires at once
        self.equations = stretch(question, word)
        self.steps = Steps(programs, word)
        self.lost: tuple[float | None] | None = None

    @cached_property
    def branch(self) -> tuple[np.ndarray, np.ndarray]:
        """Values and states along the step's own branch."""
        low, high = self.question.interval
        near = [self.equations]
        if self.word is not None:
            near.append(stretch(self.question, None))
        guesses = [states[0] for _, states in near if len(states)]
        longest = float(np.diff(self.programs.grid).max())
        values, rests = followed_rests(self.steps, guesses, low, high, longest)
        self.known.update(zip(values, rests, strict=True))
        states = [rest.x for rest in rests]
        return np.array(values), np.array(states).reshape(-1, self.steps.count)

    @property
    def values(self) -> np.ndarray:
        return self.branch[0]

    @property
    def end(self) -> float:
        """Where the rest states end, or the end of the range."""
        return float(self.values[-1]) if len(self.values) else self.question.interval[1]

    def guess(self, value: float) -> np.ndarray:
        """By interpolation along the branch; beyond its end parallel to that of the equations."""
        values, states = self.branch
        there = np.array([np.interp(value, values, column) for column in states.T])
        if value <= values[-1] or not len(self.equations[0]):
            return there
        shift = [np.interp([values[-1], value], self.equations[0], x) for x in self.equations[1].T]
        return there + np.diff(shift)[:, 0]

    def at(self, value: float) -> Rest | None:
        """The rest state at a value, or None."""
        values = self.values
        if value not in self.known:
            low, high = self.question.interval
            inside = len(values) > 0 and (values[0] <= value <= values[-1] + SLACK * (high - low))
            self.known[value] = self.polished(value) if inside else None
        return self.known[value]

    def polished(self, value: float) -> Rest | None:
        """The fixed point of the step near the branch."""
        found, fires = fixed_point(self.steps.at(value), self.guess(value), self.steps.swing)
        if fires:
            self.firing.add(value)
        first = self.known[float(self.values[0])]
        if found is None or first is None or found.side != first.side or value > self.end:
            return None
        return found

    def start(self, value: float) -> dict[str, float]:
        """Where a run begins: at rest and kicked (there, or at the low end of the range), or at the
        model's start."""
        question, model = self.question, self.question.model
        rest = self.at(question.interval[0] if question.start == "step" else value)
        found = dict(model.start)
        if question.start == "rest" and rest is None:
            return found
        if question.start != "model" and rest is not None:
            found = dict(zip(model.states, rest.x.tolist(), strict=True))
        return {name: x + self.question.kick.get(name, 0.0) for name, x in found.items()}

    def loss(self) -> float | None:
        """Where the rest first loses its stability as the parameter rises, or ends; None if it
        doesn't, or is not stable at the low end."""
        if self.lost is None:
            self.lost = (self.found_loss(),)
        return self.lost[0]

    def unstable(self, value: float) -> bool:
        """Whether there is a rest state that is not stable."""
        rest = self.at(value)
        return rest is not None and rest.growth > 1.0

    def stable(self, value: float) -> bool:
        """Whether there is a rest state, and it is stable."""
        rest = self.at(value)
        return rest is not None and rest.growth <= 1.0

    def found_loss(self) -> float | None:
        low, high = self.question.interval
        if not self.stable(low):
            return None
        before = low
        for value in self.values.tolist():
            if not self.stable(value):
                return halved(self.stable, before, value, FINEST * (high - low))
            before = value
        return self.end if self.end < high else None


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
    "undecided"
        it loses stability and ends, both within the tolerance

    Equal means within the study's tolerance; "" where there is no onset or no rest.
    """
    loss = rests.loss()
    if onset is None or loss is None:
        return ""
    (low, high), near = rests.question.interval, rests.question.tolerance
    beyond = min(high, loss + BEYOND * (high - low))
    if abs(onset - loss) <= near:
        if rests.at(beyond) is not None:
            ends = rests.end < high and abs(onset - rests.end) <= near
            return "undecided" if ends else "hopf"
        return "threshold" if beyond in rests.firing else "saddle-node"
    if rests.end < high and abs(onset - rests.end) <= near:
        return "saddle-node"
    return "before" if onset < loss else "after"


def class_by_loss(how: str) -> int | None:
    """The class that the loss of rest suggests: an integrator's, 1, at a saddle-node or a
    threshold, a resonator's, 2, at a Hopf point (Izhikevich 2007, section 7.1)."""
    return {"saddle-node": 1, "threshold": 1, "hopf": 2}.get(how)


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
