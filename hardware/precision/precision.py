"""Will it still be the same neuron? A model's firing against word length and rounding."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ...dynamics.errors import InvalidArgument, RheobaseError
from ...dynamics.model import Model
from ...dynamics.status import Status
from ...dynamics.undivided import undivided
from ..qformat import QFormat
from .lags import place_of_lags
from .programs import Programs
from .question import USUAL, Progress, Question, asked
from .rests import Rests
from .rows import exact_row, machine_row
from .study import Precision
from .verdicts import ExactRow, Verdict
from .walks import with_rounding

if TYPE_CHECKING:
    import numpy as np

STEPS = (0.1, 0.05, 0.02, 0.01)
WHY = "not reached before the study was interrupted"
UNREACHED = ExactRow(None, Verdict(refused=WHY), refused=WHY)
ASIDE = 0.1  # of the way from a fold to the low end, where its rest has a dead zone


def precision(
    model: Model,
    parameter: str | None = None,
    words: Sequence[QFormat | int] | None = None,
    roundings: Sequence[str] = USUAL,
    kick: float | Mapping[str, float] = 0.0,
    *,
    start: str = "rest",
    range: tuple[float, float] | None = None,
    currents: "Sequence[float] | np.ndarray | None" = None,
    at: float | None = None,
    spikes: int = 100,
    until: float | None = None,
    step: float | None = None,
    scheme: str = "rk2",
    program: str = "model",
    literals: str = "host",
    fit: str = "refuse",
    scale: str | Mapping[str, int] | None = None,
    seeds: int = 5,
    tolerance: float = 0.01,
    grid: int = 17,
    classify: bool = True,
    progress: Progress | bool | None = None,
    resume: Precision | None = None,
) -> Precision:
    """What word length and rounding do to a neuron: onset, class, f-I curve, spike lag, dead zone.

    Returns a `Precision`: a row for each word and rounding, beside the same neuron in double
    precision with exact constants and with the constants of each word.

    model, parameter, range
        the model, its drive and the range of it (the model's natural ones if not given)
    words
        each a `QFormat`, or bits F behind the point for s16.F (8, 10, 12, 15, 18 and 22 if not
        given); their own rounding is replaced by each of
    roundings
        "floor", "nearest", "nearest-even", "zero", "stochastic" (of `seeds` seeds: the median onset
        and the spread, mean rates; quotients in words of more than 32 bits go to the nearest)
    start
        "rest": each run begins at the rest state that the neuron has at this value, stable or not;
        "step": at rest at the low end of the range, then the parameter steps to the value, as in an
        experiment; "model": at the model's own start
    kick
        added to the state at which a run begins: a number for the first state, or a mapping
        from states to numbers. Without a kick (or with one that rounding
        holds fast) a neuron that is put at its unstable rest stays there: double precision too
    currents
        values at which rates are measured, for the f-I curve; the middles of twelve equal parts of
        the range if not given
    at, spikes
        the value at which the lag of a spike is measured, and its number; the middle of the
        currents at which the exact neuron fires if `at` is not given
    until, step, scheme, program, literals, fit, scale
        as `emulate` takes them; 200,000 steps if `until` is not given. Without `step` the largest
        of 0.1, 0.05, 0.02 and 0.01 with which double precision stays finite over the range.
        program="chip" (for models that have one) runs the chip's hand-ordered program
    tolerance
        of onsets, in units of the parameter: they are bracketed to a tenth of it
    grid
        how many values of the range are tried first
    classify
        False leaves out what `classify_excitability` finds for the constants alone
    progress
        called with (row, rows done, all rows) before each; True prints them
    resume
        a study of the same question that was interrupted: its rows are kept

    Protocol. A run begins at the rest state of the step itself with the constants that it uses,
    rounded to words and kicked (at the model's start where there is no rest state, and not kicked),
    or as `start` says, and lasts for `until`. The neuron fires if it spikes in the second half; a
    run ends early where 32 intervals are equal (within 5 %, the means of their halves within
    0.1 %), and where a machine without random words is back in a state that it had. The rate is
    that of these intervals, else of those in the second half. The onset is the least value on the
    grid that fires, its bracket then halved. Hence an escape that takes longer than the run is not
    seen: with a rate of growth s(I) the onset is found where s(I) `until` exceeds the logarithm of
    the swing over the kick. The same protocol in double precision has this bias too, so that it
    stands beside. `study.protocol` says all this with numbers.

    Constants and arithmetic. `study.exact` has exact constants and doubles; `study.constants`
    doubles with the constants of each word: `verdict` what `classify_excitability` finds for
    `quantize(model, word)`, the continuous equations with rounded parameters and literals; `loss`,
    `onset` and `rates` those of the program, whose derived constants (the step, quotients of
    parameters) are rounded too. What a row of the machine has beyond them is its arithmetic's.

    The dead zone around rest is measured and predicted where rest is lost (next to it, at a fold);
    with it the onset that it leads to (`row.zone.onset`). Spike times are those of `spike_lag`,
    from the model's start.

    The class is that of the rates just above the machine's own onset, at distances falling by
    factors of 4: 1 where the period diverges, 2 where it has a limit, None where that is undecided
    (`row.onset_class.why`).

    Reference: for the words, S. Furber et al., Proc. IEEE 102 (2014) 652-665; for rounding, M.
    Hopkins, M. Mikaitis, D. R. Lester and S. Furber, Phil. Trans. R. Soc. A 378 (2020) 20190052.

    >>> import rheobase as rb
    >>> cell = rb.models.izhikevich()
    >>> study = precision(cell, "I", [15], ["nearest"], range=(3, 5), currents=[4.5], tolerance=0.1)
    >>> row = study["s16.15", "nearest"]
    >>> row.onset.value > 3.95, study.exact.verdict.hodgkin_class
    (True, 2)
    """
    ask = partial(
        asked,
        model,
        parameter,
        words,
        roundings,
        kick,
        range,
        currents,
        at=at,
        until=until,
        scheme=scheme,
        program=program,
        literals=literals,
        fit=fit,
        scale=scale,
        seeds=seeds,
        tolerance=tolerance,
        grid=grid,
        spikes=spikes,
        classify=classify,
        start=start,
    )
    question = ask(step=step) if step is not None else with_usual_step(ask)
    if progress is True:
        progress = printed
    elif progress is False:
        progress = None
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (row, done, all); {progress!r} can't be")
    if resume is not None and not isinstance(resume, Precision):
        raise InvalidArgument(f"resume= takes a Precision, not {resume!r:.60}")
    if resume is not None and (others := resume.question.differences(question)):
        raise InvalidArgument(
            f"resume= is a study of another question: {others}; begin a new one, or ask the same"
        )
    return studied(question, progress or silent, resume)


def with_usual_step(ask: Callable[..., Question]) -> Question:
    """The question with the largest usual step that double precision bears."""
    *longer, last = STEPS
    for step in longer:
        question = ask(step=step)
        with suppress(InvalidArgument):
            if Programs(question).seen:
                return question
    return ask(step=last)


def printed(row: str, done: int, rows: int) -> None:
    """A line for each row, on the error stream."""
    print(f"{done + 1} of {rows}: {row}", file=sys.stderr, flush=True)


def silent(row: str, done: int, rows: int) -> None:
    """No progress is told."""


def studied(question: Question, progress: Progress, before: Precision | None) -> Precision:
    """The rows, one after the other."""
    programs = Programs(question)
    count = 1 + len(question.words) * (1 + len(question.roundings))
    exact = before.exact if before else UNREACHED
    constants = {row.word: row for row in before.constants} if before else {}
    rows = {row.word: row for row in before.rows} if before else {}
    status = Status.COMPLETED
    try:
        with undivided():
            assert programs.seen  # a model that leaves the numbers is refused at once
            if exact.refused:
                progress("exact constants", 0, count)
                exact = exact_row(question, programs, Rests(question, programs, None), None)
            for word in question.words:
                machines = [with_rounding(word, rounding) for rounding in question.roundings]
                if word in constants and all(machine in rows for machine in machines):
                    continue
                rests = Rests(question, programs, word)
                if word not in constants:
                    progress(f"{word.name}, constants alone", 1 + len(constants) + len(rows), count)
                    constants[word] = exact_row(question, programs, rests, word)
                places = place_of_zone(question, rests), place_of_lags(question, exact.rates)
                for machine in machines:
                    if machine not in rows:
                        told = f"{word.name}, {machine.rounding}"
                        progress(told, 1 + len(constants) + len(rows), count)
                        rows[machine] = machine_row(question, programs, rests, machine, *places)
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    return Precision(question, exact, tuple(constants.values()), tuple(rows.values()), status)


def place_of_zone(question: Question, rests: Rests) -> float | None:
    """Where the dead zone is measured."""
    low, high = question.interval
    try:
        loss = rests.loss()
    except RheobaseError:  # the word can't hold the model; its rows say so
        return None
    if loss is None:
        return low if rests.at(low) is not None else None
    return loss if rests.end - loss > 1e-3 * (high - low) else loss - ASIDE * (loss - low)
