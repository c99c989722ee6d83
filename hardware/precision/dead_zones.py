"""What rounding holds fast: the dead zone around rest, and the onset that it leads to.

Near a rest state x* a step is x -> x* + M (x - x*), M its matrix. The machine stands still while
the change (M - 1)(x - x*) of every state is less than what one rounding loses: half a unit
(nearest), or one (floor, zero). So a kick k is held fast where

    |(M - 1) k|_i < loss_i  for every state i,

and a neuron that is kicked so does not fire, though its rest is unstable, until the parameter
reaches a value where this fails, or where the rest state ends: the predicted onset. The linear
argument counts one rounding per state and step; those inside a right side shift the zone and widen
it, and what begins outside may still drift in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..machine.as_map import at as started_at
from ..machine.dead_zone import fixed_words, settled
from ..machine.program import Program
from .branch import Rest
from .rests import Rests, halved
from .walks import RealWalk

LOSS = {"floor": 1.0, "nearest": 0.5, "nearest-even": 0.5, "zero": 1.0}  # units
WIDTH = {"floor": 1.0, "nearest": 1.0, "nearest-even": 1.0, "zero": 2.0}  # from end to end
MOST = 24_000_000  # operations that the search for words takes
POINTS = 64
FINE = 1e-5  # of the range: how well the predicted onset is placed


@dataclass(frozen=True)
class Zone:
    """The dead zone at a value of the parameter, and what it does to the onset.

    at
        the value
    measured, predicted
        widths by state, from the first word that stands still to the last; NaN where none does
    count, complete
        words that stand still; False if there may be more than was searched
    kick
        the largest kick of the first state that is held fast there, predicted
    onset
        predicted: where the study's kick from rest is held fast no more (None for other starts)
    """

    at: float
    measured: Mapping[str, float]
    predicted: Mapping[str, float]
    count: int
    complete: bool
    kick: float
    onset: float | None

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        measured = {name: None if np.isnan(w) else w for name, w in self.measured.items()}
        return {
            "at": self.at,
            "measured": measured,
            "predicted": dict(self.predicted),
            "count": self.count,
            "complete": self.complete,
            "kick": self.kick if np.isfinite(self.kick) else None,
            "onset": self.onset,
        }


def dead_zone_of(rests: Rests, program: Program, rounding: str, at: float) -> Zone | None:
    """The zone at a value with a rest state; None where there is none."""
    rest = rests.at(at)
    if rest is None or rounding not in LOSS:
        return None
    names = rests.question.model.states
    fractions = program.state_fractions()
    units = np.array([2.0 ** -fractions[name] for name in names])
    change = rest.matrix - np.eye(len(names))
    try:
        wide = WIDTH[rounding] * np.abs(np.linalg.inv(change)) @ units
    except np.linalg.LinAlgError:
        return None
    words, complete = standing(program, np.rint(rest.x / units).astype(np.int64), wide / units)
    widths = np.ptp(words, axis=0) * units if len(words) else np.full(len(names), np.nan)
    first = np.abs(change[:, 0])
    with np.errstate(divide="ignore"):
        limit = float(np.min(LOSS[rounding] * units / first))
    return Zone(
        at=at,
        measured=dict(zip(names, widths.tolist(), strict=True)),
        predicted=dict(zip(names, wide.tolist(), strict=True)),
        count=len(words),
        complete=complete,
        kick=limit,
        onset=predicted_onset(rests, units, rounding),
    )


def standing(program: Program, rest: np.ndarray, wide: np.ndarray) -> tuple[np.ndarray, bool]:
    """The words that stand still around where a run from rest settles, and whether these are
    all."""
    more = len(program.states) - len(rest)  # a counter of a pause, at 0
    begun = started_at(program, np.append(rest, np.zeros(more, dtype=np.int64)))
    centre = np.array(settled(begun)[: len(rest)])
    reach = np.maximum(8, np.ceil(0.6 * wide)).astype(np.int64)
    most = MOST // len(program)
    while np.prod(2.0 * reach + 1) > most:
        reach = np.maximum(1, reach * 9 // 10)
    while True:
        words = fixed_words(program, centre, reach)
        touched = (np.abs(words - centre) == reach).any(axis=0)
        if not touched.any():
            return words, True
        # the box moves to what was found, and grows where this touches its border
        least, last = words.min(axis=0), words.max(axis=0)
        half = (last - least + 1) // 2
        wider = np.where(touched, 3 * half // 2 + 2, 9 * half // 8 + 2)  # a few lie apart
        if np.prod(2.0 * wider + 1) > most:
            return words, False
        centre, reach = (least + last) // 2, wider


def held(rest: Rest, kick: np.ndarray, units: np.ndarray, rounding: str) -> bool:
    """Whether a kick from rest is held fast, by the linear argument."""
    change = np.abs((rest.matrix - np.eye(len(kick))) @ kick)
    return bool((change < LOSS[rounding] * units).all())


def predicted_onset(rests: Rests, units: np.ndarray, rounding: str) -> float | None:
    """Where a kicked neuron is held fast no more, from the loss of stability on."""
    loss, question = rests.loss(), rests.question
    if loss is None or question.start != "rest":
        return None
    names, (low, high) = question.model.states, question.interval
    kick = np.array([question.kick.get(name, 0.0) for name in names])

    def fast(value: float) -> bool:
        rest = rests.at(value)
        return rest is not None and held(rest, kick, units, rounding)

    last, fine = rests.end, FINE * (high - low)
    before = loss
    for value in np.linspace(loss, last, POINTS).tolist():
        if not fast(value):
            stop = before if value == before else halved(fast, before, value, fine)
            break
        before = value
    else:
        if last >= high:
            return None
        stop = last
    beyond = last + 2 * fine
    at_end = stop >= last - 2 * fine and rests.at(beyond) is None and beyond in rests.firing
    return at_threshold(rests, last, units, rounding) if at_end else stop


def at_threshold(rests: Rests, end: float, units: np.ndarray, rounding: str) -> float:
    """Where what comes from below reaches the threshold of a reset, if rest ends there: it stands
    still before, where its change is less than what rounding loses.

    The linear argument: the machine stands still at x* -+ |M - 1|^-1 loss, x* the equilibrium.
    """
    low, high = rests.question.interval
    fine = FINE * (high - low)
    # a word's own threshold may lie a little below: the matrix is taken where there is a rest
    near = (rests.at(end - fine * 10**k) for k in range(1, 5))
    rest = next((found for found in near if found is not None), None)
    if rest is None:
        return end
    model, count = rests.question.model, len(units)
    start = np.array([model.start[name] for name in model.states])
    reach = np.abs(np.linalg.inv(rest.matrix - np.eye(count))) @ (LOSS[rounding] * units)

    def silent(value: float) -> bool:
        there = rests.guess(value)
        graph = rests.programs.real(value, rests.word)
        x = there + np.sign(start - there) * reach
        walk = RealWalk(graph, {}, rests.question.spike)
        return not walk.image(np.append(x, np.zeros(len(graph.states) - count)))[1]

    return halved(silent, end, high, fine) if silent(end) else end
