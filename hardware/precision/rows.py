"""The rows of a study: one for each word's constants, one for each word and rounding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ...dynamics.errors import RheobaseError
from ..qformat import QFormat
from .dead_zones import Zone, dead_zone_of
from .lags import Lags, lags_of
from .onset import SILENT, Onset, find_onset, near_onset
from .onset_class import FEWEST, UNKNOWN, OnsetClass, distances, judged
from .programs import Programs, leaves
from .question import Question
from .rests import Rests, lost_by
from .verdicts import Classes, ExactRow, verdict_of
from .walks import Firing, RealWalk, WordWalk, followed

WEYL = 0x9E3779B9  # between the seeds: 2^32 over the golden ratio
Start = Mapping[str, float]
Run = Callable[[float, Start | None, int], Firing]


@dataclass(frozen=True)
class MachineRow(Classes):
    """A neuron on the machine, in a word and by a rounding.

    word
        the `QFormat`, with its rounding
    onset, onsets
        where it begins to fire: the median seed's, and all seeds'
    onset_class, rates
        by the rates above the onset; at the study's currents (means over the seeds)
    zone
        the dead zone at rest (None with random words, or where there is no rest state)
    lags
        of the n-th spike
    lost
        results of operations that did not fit, in all runs
    refused
        why the word can't hold the model, or ""
    lost_by
        how rest gives way at the onset: at a "hopf" point, at the "saddle-node" where it ends, at
        the "threshold" of a reset, "before" (a kick, or the noise of random rounding, is enough),
        "after" (held fast though unstable), "undecided" (a Hopf point and the end of the rest are
        both within the tolerance)
    trapped
        currents at which it is silent because it was put at its unstable rest (start="rest")
    """

    word: QFormat
    onset: Onset = SILENT
    onsets: tuple[Onset, ...] = ()
    onset_class: OnsetClass = UNKNOWN
    rates: tuple[float, ...] = ()
    zone: Zone | None = None
    lost: int = 0
    refused: str = ""
    lost_by: str = ""
    lags: Lags | None = None
    trapped: tuple[float, ...] = ()

    @property
    def spread(self) -> float:
        """Of the seeds' onsets: largest minus least; NaN where one stays silent."""
        found = [onset.value for onset in self.onsets]
        known = [value for value in found if value is not None]
        return max(known) - min(known) if found and len(known) == len(found) else np.nan


def exact_row(
    question: Question, programs: Programs, rests: Rests, word: QFormat | None
) -> ExactRow:
    """The neuron in double precision, with a word's constants or exact ones."""
    verdict = verdict_of(question, word)

    def run(value: float, start: Start | None, seed: int) -> Firing:
        begin = start or rests.start(value) if word is None else start or rounded(value)
        walk = RealWalk(programs.real(value, word), begin, question.spike)
        found = followed(walk, question.steps, question.step)
        if found.left:
            raise leaves(question, value)
        return found

    def rounded(value: float) -> dict[str, float]:
        fractions = programs.program(value, word).state_fractions()  # type: ignore[arg-type]
        start = rests.start(value)
        return {
            name: float(np.ldexp(np.rint(np.ldexp(x, fractions[name])), -fractions[name]))
            for name, x in start.items()
        }

    try:
        onset = find_onset(
            lambda value: run(value, None, 1).fires, programs.grid, question.resolution
        )
        found = class_of(question, run, onset, rests)
        rates = rates_of(question, run, (1,), [onset])
        how, why = lost_by(rests, onset.value), lost_by(rests, rests.loss())
        held = trapped_at(question, rests, rates)
        return ExactRow(word, verdict, rests.loss(), onset, found, rates, "", how, why, held)
    except RheobaseError as error:
        if word is None:
            raise
        return ExactRow(word, verdict, refused=str(error))


def machine_row(
    question: Question,
    programs: Programs,
    rests: Rests,
    word: QFormat,
    zone_at: float | None,
    lags_at: float | None,
) -> MachineRow:
    """The neuron on the machine; where its dead zone and its spike times are looked at."""
    lost = 0

    def run(value: float, start: Start | None, seed: int) -> Firing:
        nonlocal lost
        begin = start or rests.start(value)
        walk = WordWalk(programs.program(value, word), begin, question.spike, seed)
        found = followed(walk, question.steps, question.step)
        lost += found.lost
        return found

    seeds: tuple[int, ...] = (1,)
    if word.rounding == "stochastic":
        seeds = tuple((1 + WEYL * k) & 0xFFFFFFFF for k in range(question.seeds))
    try:
        onsets: list[Onset] = []
        for seed in seeds:

            def fires(value: float, seed: int = seed) -> bool:
                return run(value, None, seed).fires

            onsets.append(
                near_onset(fires, onsets[0], programs.grid, question.resolution)
                if onsets
                else find_onset(fires, programs.grid, question.resolution)
            )
        onset = middle(onsets)
        found = class_of(question, run, onset, rests)
        rates = rates_of(question, run, seeds, onsets)
        held = trapped_at(question, rests, rates)
        zone = None
        if zone_at is not None and word.rounding != "stochastic":
            zone = dead_zone_of(rests, programs.program(zone_at, word), word.rounding, zone_at)
        lags = lags_of(question, word, lags_at, seeds)
    except RheobaseError as error:
        return MachineRow(word, refused=str(error))
    how = lost_by(rests, onset.value)
    return MachineRow(word, onset, tuple(onsets), found, rates, zone, lost, "", how, lags, held)


def middle(onsets: list[Onset]) -> Onset:
    """The median seed's; none if most are silent."""
    firing = sorted(onsets, key=lambda o: np.inf if o.value is None else o.value)
    return firing[(len(firing) - 1) // 2]


def trapped_at(question: Question, rests: Rests, rates: tuple[float, ...]) -> tuple[float, ...]:
    """The currents at which a run began at an unstable rest and stayed silent."""
    if question.start != "rest":
        return ()
    silent = [value for value, rate in zip(question.currents, rates, strict=True) if rate == 0]
    loss = rests.loss()
    return tuple(v for v in silent if loss is not None and v > loss and rests.unstable(v))


def class_of(question: Question, run: Run, onset: Onset, rests: Rests) -> OnsetClass:
    """From the rates above the least value that fired, each run going on from the one before; with
    random words those of the first seed."""
    if onset.firing is None:
        return UNKNOWN
    if onset.bracket is not None and onset.bracket[0] == onset.bracket[1]:
        return OnsetClass(None, why="it fires at the low end of the range already")
    away = distances(question.resolution, question.interval[1] - onset.firing)
    start, rates, fewest = None, [], FEWEST
    for distance in away:
        found = run(onset.firing + distance, start, 1)
        start = found.end
        rates.append(found.rate if found.fires else 0.0)
        if found.fires:
            fewest = min(fewest, found.intervals)
    shown = judged(away, tuple(rates))
    if shown.number is not None and fewest < FEWEST:
        why = f"a run shows {fewest} interval{'s' * (fewest != 1)} only: give a longer until"
        return replace(shown, number=None, why=why)
    if shown.number != 1:
        return shown
    how = lost_by(rests, onset.value)
    loss, high = rests.loss(), question.interval[1]
    blurred = loss is not None and rests.end < high and rests.end - loss < away[-1]
    if how == "undecided" or (how == "hopf" and blurred):
        why = "Hopf point and saddle-node are nearer to each other than these distances: undecided"
        return replace(shown, number=None, why=f"{shown.why}; {why}")
    return shown


def rates_of(
    question: Question, run: Run, seeds: tuple[int, ...], onsets: list[Onset]
) -> tuple[float, ...]:
    """The rates at the study's currents, from the start of the protocol; below all onsets the first
    seed speaks for the others."""
    least = min((o.bracket[0] for o in onsets if o.bracket is not None), default=np.inf)
    found = []
    for value in question.currents:
        runs = [run(value, None, seed) for seed in (seeds[:1] if value <= least else seeds)]
        found.append(float(np.mean([r.rate if r.fires else 0.0 for r in runs])))
    return tuple(found)
