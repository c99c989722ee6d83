"""The rows of a study as columns."""

from typing import TYPE_CHECKING

import numpy as np

from .bits import ALONE, lag_of, lags_beside, rate_error
from .rows import MachineRow
from .verdicts import ExactRow

if TYPE_CHECKING:
    from .study import Precision


def table(study: "Precision") -> list[dict]:
    """Mappings, for each word its constants alone and then its roundings; onsets that were not
    found, and what constants alone have not, are NaN."""
    found = []
    for constants in study.constants:
        found.append(entry(study, constants, constants))
        found += [
            entry(study, row, constants)
            for row in study.rows
            if study._word(row.word) == constants.word
        ]
    return found


def entry(study: "Precision", row: MachineRow | ExactRow, constants: ExactRow) -> dict:
    """A row beside the constants of its word."""
    assert row.word is not None
    machine = row if isinstance(row, MachineRow) else None
    zone = machine.zone if machine else None
    low, high = row.onset.bracket or (np.nan, np.nan)
    columns = {
        "word": row.word.name,
        "fraction": row.word.fraction,
        "rounding": row.word.rounding if machine else ALONE,
        "onset from constants": number(constants.verdict.threshold),
        "class from constants": constants.verdict.hodgkin_class,
        "rest lost": number(constants.loss),
        "onset in double": number(constants.onset.value),
        "onset": number(row.onset.value),
        "onset low": low,
        "onset high": high,
        "onset spread": machine.spread if machine else np.nan,
        "onset predicted": np.nan if zone is None else number(zone.onset),
        "class": row.number,
        "lost by": row.lost_by,
        "class by loss": row.class_by_loss,
        "rate error": rate_error(study, row),
    }
    for name in study.model.states:
        columns[f"dead zone {name}"] = zone.measured[name] if zone else np.nan
        columns[f"dead zone {name} predicted"] = zone.predicted[name] if zone else np.nan
    columns["dead zone complete"] = zone.complete if zone else None
    columns["silent at unstable rest"] = len(row.trapped)
    lags = machine.lags if machine else lags_beside(study, constants)
    alone = number(lags.constants) if lags else np.nan
    return columns | {
        "lag of constants": alone,
        "lag of arithmetic": middle(lags.arithmetic) if machine and lags else np.nan,
        "lag": middle(lags.both) if machine and lags else alone,
        "largest lag": lag_of(study, row),
        "lost": machine.lost if machine else 0,
        "refused": row.refused,
    }


def middle(lags: tuple[float | None, ...]) -> float:
    """The median; NaN where a seed never gets there."""
    found = [lag for lag in lags if lag is not None]
    return float(np.median(found)) if found and len(found) == len(lags) else np.nan


def number(value: float | None) -> float:
    return np.nan if value is None else value
