"""Bits that keep something: the least word such that it and all longer ones do."""

from typing import TYPE_CHECKING

import numpy as np

from .rows import MachineRow
from .verdicts import ExactRow

if TYPE_CHECKING:
    from .study import Precision

ALONE = "constants alone"
USUAL_RATE = 0.01


def bits_for(study: "Precision", what: str, tolerance: float | None) -> dict[str, int | None]:
    """By rounding, and for constants alone."""
    lanes: dict[str, list] = {rounding: [] for rounding in study.roundings}
    for row in study.rows:
        lanes[row.word.rounding].append(row)
    lanes[ALONE] = list(study.constants)
    return {name: least(study, rows, what, tolerance) for name, rows in lanes.items()}


def least(study: "Precision", rows: list, what: str, tolerance: float | None) -> int | None:
    found = None
    for row in sorted(rows, key=lambda row: -row.word.fraction):
        if row.refused or not kept(study, row, what, tolerance):
            break
        found = row.word.fraction
    return found


def kept(
    study: "Precision", row: MachineRow | ExactRow, what: str, tolerance: float | None
) -> bool:
    """Whether a row keeps it."""
    if what == "class":
        return class_in(row) is not None and class_in(row) == true_class(study)
    if what == "rate":
        return rate_error(study, row) <= (USUAL_RATE if tolerance is None else tolerance)
    here, there = row.onset.value, study.exact.onset.value
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
