"""Bits that keep something: the least word such that it and all longer ones do."""

from typing import TYPE_CHECKING

import numpy as np

from .lags import Lags, worst
from .rows import MachineRow
from .verdicts import ExactRow

if TYPE_CHECKING:
    from .study import Precision

ALONE = "constants alone"
USUAL_RATE = 0.01
USUAL_TIME = 1.0


def bits_for(study: "Precision", what: str, tolerance: float | None) -> dict[str, int | None]:
    """By rounding, and for constants alone."""
    lanes: dict[str, list] = {rounding: [] for rounding in study.roundings}
    for row in study.rows:
        lanes[row.word.rounding].append(row)
    lanes[ALONE] = list(study.constants)
    return {name: least(study, rows, what, tolerance) for name, rows in lanes.items()}


def least(study: "Precision", rows: list, what: str, tolerance: float | None) -> int | None:
    found = None
    for row in sorted(rows, key=lambda row: (-row.word.fraction, -row.word.bits)):
        if row.refused or not kept(study, row, what, tolerance):
            break
        found = row.word.fraction
    return found


def kept(
    study: "Precision", row: MachineRow | ExactRow, what: str, tolerance: float | None
) -> bool:
    """Whether a row keeps it."""
    if what == "class":
        same = class_in(row) is not None and class_in(row) == true_class(study)
        return same and same_loss(study, row)
    if what == "rate":
        return rate_error(study, row) <= (USUAL_RATE if tolerance is None else tolerance)
    if what == "spike time":
        return lag_of(study, row) <= (USUAL_TIME if tolerance is None else tolerance)
    here, there = row.onset.value, true_onset(study)
    if here is None or there is None:
        return here is there
    return abs(here - there) <= (study.question.tolerance if tolerance is None else tolerance)


def class_in(row: MachineRow | ExactRow) -> int | None:
    """The machine's by its rates; that of constants alone by the analysis, if there is one."""
    if isinstance(row, ExactRow) and row.verdict.hodgkin_class is not None:
        return row.verdict.hodgkin_class
    return row.number


def true_class(study: "Precision") -> int | None:
    """The exact neuron's: by the analysis, else by its rates."""
    return class_in(study.exact)


def same_loss(study: "Precision", row: MachineRow | ExactRow) -> bool:
    """Whether rest gives way as that of the exact equations does; where the protocol's kick makes
    the exact neuron fire before, as there."""
    exact = study.exact
    if isinstance(row, ExactRow) and row.verdict.lost_by:
        return row.verdict.lost_by == exact.verdict.lost_by
    ways = {exact.verdict.lost_by or exact.lost_by}
    return row.lost_by in (ways | {"before"} if exact.lost_by == "before" else ways)


def true_onset(study: "Precision") -> float | None:
    """The exact neuron's onset by the protocol, no later than where its rest is lost."""
    exact = study.exact
    lost = exact.loss if exact.verdict.refused else exact.verdict.threshold
    known = [v for v in (exact.onset.value, lost) if v is not None]
    return min(known, default=None)


def lag_of(study: "Precision", row: MachineRow | ExactRow) -> float:
    """The largest lag of the n-th spike; NaN where it was not measured."""
    if isinstance(row, MachineRow):
        return np.nan if row.lags is None else row.lags.worst
    lags = lags_beside(study, row)
    return np.nan if lags is None or lags.why else worst([lags.constants])


def lags_beside(study: "Precision", row: ExactRow) -> Lags | None:
    """The lags of a machine with the same constants."""
    same = (r.lags for r in study.rows if row.word and study._word(r.word) == row.word)
    return next((lags for lags in same if lags is not None), None)


def rate_error(study: "Precision", row: MachineRow | ExactRow) -> float:
    """The largest error of a rate, relative to the exact neuron's by the same protocol; infinite
    where one of the two is silent."""
    if row.refused or len(row.rates) != len(study.exact.rates):
        return np.nan
    worst = 0.0
    for here, there in zip(row.rates, study.exact.rates, strict=True):
        if here != there:
            worst = max(worst, abs(here - there) / there if there > 0 < here else np.inf)
    return worst
