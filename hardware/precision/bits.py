"""Bits that keep something: the least word such that it and all longer ones do.

Like is compared with like: the machine, the constants alone and the exact neuron by the same
protocol. A row keeps it, does not, or it is not known: not reached, not measured, or nothing to
compare with.
"""

from typing import TYPE_CHECKING

import numpy as np

from .lags import Lags, worst
from .onset import Onset
from .rows import MachineRow
from .verdicts import ExactRow
from .walks import with_rounding

if TYPE_CHECKING:
    from .study import Precision

ALONE = "constants alone"
USUAL_RATE = 0.01
USUAL_TIME = 1.0
Row = MachineRow | ExactRow


def bits_for(
    study: "Precision", what: str, tolerance: float | None
) -> dict[str, int | float | None]:
    """By rounding, and for constants alone."""
    lanes: dict[str, list] = {rounding: [] for rounding in study.roundings}
    for row in study.rows:
        lanes[row.word.rounding].append(row)
    lanes[ALONE] = list(study.constants)
    return {name: least(study, rows, what, tolerance) for name, rows in lanes.items()}


def least(study: "Precision", rows: list, what: str, tolerance: float | None) -> int | float | None:
    """None where the longest word loses it; NaN where it is not known of a word that decides."""
    known = {with_rounding(row.word, "floor"): row for row in rows}
    found = None
    for word in sorted(study.words, key=lambda word: (-word.fraction, -word.bits)):
        row = known.get(word)
        same = None if row is None else kept(study, row, what, tolerance)
        if same is None:
            return np.nan
        if not same:
            break
        found = word.fraction
    return found


def kept(study: "Precision", row: Row, what: str, tolerance: float | None) -> bool | None:
    """Whether a row keeps it; None where that is not known."""
    if row.refused:
        return False
    if nothing_to_compare(study, what):
        return None
    if what == "class":
        if at_edge(row.onset):
            return None
        return row.number == study.exact.number and same_loss(study, row)
    if what == "rate":
        if isinstance(row, ExactRow) and row.trapped:
            return None
        error = rate_error(study, row)
        return None if np.isnan(error) else error <= (tolerance or USUAL_RATE)
    if what == "spike time":
        lag = lag_of(study, row)
        return None if np.isnan(lag) else lag <= (tolerance or USUAL_TIME)
    here, there = onset_of(study, row), true_onset(study)
    if at_edge(row.onset) or there is None:
        return None
    return here is not None and abs(here - there) <= (tolerance or study.question.tolerance)


def nothing_to_compare(study: "Precision", what: str) -> str:
    """Why the exact neuron decides nothing, or ""."""
    exact, name = study.exact, study.parameter
    if exact.refused:
        return exact.refused
    if what in ("class", "onset") and at_edge(exact.onset):
        return f"it fires at {name} = {exact.onset.value:g} already: begin the range lower"
    if what == "class" and exact.onset.value is None and trapped(study):
        return "double precision stays at its unstable rest: give kick=, or start='step'"
    if what == "class" and exact.number is None:
        return f"the exact neuron's is undecided: {exact.onset_class.why}"
    if what == "onset" and true_onset(study) is None:
        return "the exact neuron fires nowhere in the range"
    if what == "rate" and exact.trapped:
        places = ", ".join(f"{value:g}" for value in exact.trapped[:3])
        return (
            f"double precision is silent too at its unstable rest, {name} = {places}"
            f"{' ...' * (len(exact.trapped) > 3)}: give kick=, or start='step'"
        )
    if what == "rate" and not any(exact.rates):
        return "the exact neuron fires at none of the currents"
    return ""


def not_known(study: "Precision", what: str) -> str:
    """Why some of the bits for it are not known."""
    why = nothing_to_compare(study, what)
    if why:
        return why
    if not study.status.ok:
        return "not all words were reached"
    if what == "spike time":
        told = [row.lags.why for row in study.rows if row.lags and row.lags.why]
        return f"not measured: {told[0]}" if told else "not measured"
    return "a row begins at the edge of the range, or in an unstable rest"


def at_edge(onset: Onset) -> bool:
    """Whether it fires at the low end of the range already: the onset is there or lower."""
    return onset.bracket is not None and onset.bracket[0] == onset.bracket[1]


def trapped(study: "Precision") -> bool:
    """Whether double precision, put at rest without a kick, stays beyond where rest is lost."""
    exact, question = study.exact, study.question
    if question.start != "rest" or any(question.kick.values()) or exact.loss is None:
        return False
    return exact.onset.value is None or exact.onset.value > exact.loss + question.tolerance


def onset_of(study: "Precision", row: Row) -> float | None:
    """By the protocol; of constants where double precision is trapped, where rest is lost."""
    if isinstance(row, ExactRow) and trapped(study):
        return row.loss
    return row.onset.value


def true_onset(study: "Precision") -> float | None:
    """The exact neuron's, likewise."""
    return onset_of(study, study.exact)


def same_loss(study: "Precision", row: Row) -> bool:
    """Whether rest gives way as the exact neuron's does, by the same protocol; where double
    precision is trapped, as at the loss of the exact rest."""
    exact = study.exact
    if trapped(study):
        here = row.rest_lost_by if isinstance(row, ExactRow) else row.lost_by
        return here == exact.rest_lost_by
    if row.lost_by == exact.lost_by == "after":
        return abs(delay(study, row) - delay(study, exact)) <= study.question.tolerance
    ways = {exact.lost_by}
    if exact.lost_by in ("before", "after"):
        ways.add(exact.rest_lost_by)
    return row.lost_by in ways and row.lost_by != "undecided"


def delay(study: "Precision", row: Row) -> float:
    """Of the onset, from where rest is lost on: by the protocol's bias, or held fast."""
    loss = row.loss if isinstance(row, ExactRow) else study[row.word].loss
    return np.nan if row.onset.value is None or loss is None else row.onset.value - loss


def lag_of(study: "Precision", row: Row) -> float:
    """The largest lag of the n-th spike; NaN where it was not measured."""
    if isinstance(row, MachineRow):
        return np.nan if row.lags is None else row.lags.worst
    lags = lags_beside(study, row)
    return np.nan if lags is None or lags.why else worst([lags.constants])


def lags_beside(study: "Precision", row: ExactRow) -> Lags | None:
    """The lags of a machine with the same constants."""
    same = [r.lags for r in study.rows if row.word and study._word(r.word) == row.word and r.lags]
    return next((lags for lags in same if not lags.why), same[0] if same else None)


def rate_error(study: "Precision", row: Row) -> float:
    """The largest error of a rate, relative to the exact neuron's by the same protocol; infinite
    where one of the two is silent, NaN where that never fires or nothing was measured."""
    if row.refused or len(row.rates) != len(study.exact.rates):
        return np.nan
    if row.rates and not any(study.exact.rates):
        return np.nan
    worst, compared = 0.0, not row.rates
    for value, here, there in zip(study.currents, row.rates, study.exact.rates, strict=True):
        if value in study.exact.trapped:
            continue
        compared = True
        if here != there:
            worst = max(worst, abs(here - there) / there if there > 0 < here else np.inf)
    return worst if compared else np.nan


def silences(study: "Precision", row: Row) -> tuple[int, int, int]:
    """Of the currents: where the row is silent and the exact neuron fires, where that fires, and
    where the row alone fires."""
    pairs = list(zip(row.rates, study.exact.rates, strict=False))
    return (
        sum(here == 0 < there for here, there in pairs),
        sum(there > 0 for _, there in pairs),
        sum(there == 0 < here for here, there in pairs),
    )
