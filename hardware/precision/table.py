"""The rows of a study as columns."""

from typing import TYPE_CHECKING

import numpy as np

from .bits import rate_error

if TYPE_CHECKING:
    from .study import Precision


def table(study: "Precision") -> list[dict]:
    """A mapping for each word and rounding; onsets that were not found are NaN."""
    alone = {row.word: row for row in study.constants}
    found = []
    for row in study.rows:
        constants = alone[study._word(row.word)]
        low, high = row.onset.bracket or (np.nan, np.nan)
        entry = {
            "word": row.word.name,
            "fraction": row.word.fraction,
            "rounding": row.word.rounding,
            "onset from constants": number(constants.verdict.threshold),
            "class from constants": constants.verdict.hodgkin_class,
            "rest lost": number(constants.loss),
            "onset in double": number(constants.onset.value),
            "onset": number(row.onset.value),
            "onset low": low,
            "onset high": high,
            "onset spread": row.spread,
            "onset predicted": np.nan if row.zone is None else number(row.zone.onset),
            "class": row.number,
            "lost by": row.lost_by,
            "class by loss": row.class_by_loss,
            "rate error": rate_error(study, row),
        }
        for name in study.model.states:
            entry[f"dead zone {name}"] = row.zone.measured[name] if row.zone else np.nan
            entry[f"dead zone {name} predicted"] = row.zone.predicted[name] if row.zone else np.nan
        entry["dead zone complete"] = row.zone.complete if row.zone else None
        entry["silent at unstable rest"] = len(row.trapped)
        lags = row.lags
        entry |= {
            "lag of constants": number(lags.constants) if lags else np.nan,
            "lag of arithmetic": middle(lags.arithmetic) if lags else np.nan,
            "lag": middle(lags.both) if lags else np.nan,
            "largest lag": lags.worst if lags else np.nan,
        }
        entry |= {"lost": row.lost, "refused": row.refused}
        found.append(entry)
    return found


def middle(lags: tuple[float | None, ...]) -> float:
    """The median; NaN where a seed never gets there."""
    found = [lag for lag in lags if lag is not None]
    return float(np.median(found)) if found and len(found) == len(lags) else np.nan


def number(value: float | None) -> float:
    return np.nan if value is None else value
