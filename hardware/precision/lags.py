"""Clocks: the lag of the n-th spike, by constants and by arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...dynamics.errors import RheobaseError
from ...dynamics.status import Status
from ..qformat import QFormat
from ..spike_lag import spike_lag
from .question import Question


@dataclass(frozen=True)
class Lags:
    """By how much the n-th spike is later than in double precision; None where it never comes.

    at, spike
        the value of the parameter, and n
    constants
        what the constants of the word do, both runs in double precision
    arithmetic, both
        what rounding does beside them, and all of it: one entry a seed
    why
        what spoke against measuring, or ""
    """

    at: float
    spike: int
    constants: float | None = None
    arithmetic: tuple[float | None, ...] = ()
    both: tuple[float | None, ...] = ()
    why: str = ""

    @property
    def worst(self) -> float:
        """The largest |lag| of all seeds; infinite where one never gets there."""
        return worst(self.both)

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {
            "at": self.at,
            "spike": self.spike,
            "constants": self.constants,
            "arithmetic": list(self.arithmetic),
            "both": list(self.both),
            "why": self.why,
        }

    @classmethod
    def from_dict(cls, fields: Mapping) -> "Lags":
        """Those of a stored study."""
        given = dict(fields)
        for name in ("arithmetic", "both"):
            given[name] = tuple(given[name])
        return cls(**given)


def worst(lags: Sequence[float | None]) -> float:
    return max((np.inf if lag is None else abs(lag) for lag in lags), default=np.nan)


def lags_of(
    question: Question, word: QFormat, at: float | None, seeds: tuple[int, ...]
) -> Lags | None:
    """The lags of a word and rounding; None where there is no value to measure at."""
    if at is None or question.scale is not None:
        return None
    try:
        found = spike_lag(
            question.model_at(at),
            [word],
            question.spikes,
            question.step,
            question.scheme,
            roundings=None,
            seeds=seeds,
            program=question.program,
            literals=question.literals,
            fit=question.fit,
        )
    except RheobaseError as error:
        return Lags(at, question.spikes, why=str(error))
    if found.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    rows = found.rows
    return Lags(
        at,
        question.spikes,
        rows[0].constants,
        tuple(row.arithmetic for row in rows),
        tuple(row.both for row in rows),
    )


def place_of_lags(question: Question, rates: Sequence[float]) -> float | None:
    """The value given, or the middle of the currents at which the exact neuron fires."""
    if question.at is not None:
        return question.at
    firing = [v for v, rate in zip(question.currents, rates, strict=True) if rate > 0]
    return firing[len(firing) // 2] if firing else None
