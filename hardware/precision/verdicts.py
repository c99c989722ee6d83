"""Constants alone: the neuron whose constants are words, in exact arithmetic."""

from dataclasses import dataclass

import numpy as np

from ...analysis.classify_excitability import classify_excitability
from ...dynamics.errors import RheobaseError
from ..qformat import QFormat
from ..quantize import quantize
from .onset import SILENT, Onset
from .onset_class import UNKNOWN, OnsetClass
from .question import Question
from .rests import class_by_loss


@dataclass(frozen=True)
class Verdict:
    """What `classify_excitability` says of the equations.

    threshold
        where rest is lost
    firing_from
        the least value with stable firing
    hodgkin_class, onset
        the class on a slow ramp, and what happens there
    refused
        why there is no verdict, or ""
    """

    threshold: float | None = None
    firing_from: float | None = None
    hodgkin_class: int | None = None
    onset: str = "none"
    refused: str = ""

    @property
    def lost_by(self) -> str:
        """How rest is lost: "hopf", "saddle-node", "threshold" or ""."""
        if "hopf" in self.onset:
            return "hopf"
        return self.onset if self.onset == "threshold" else "saddle-node" * (self.onset != "none")


class Classes:
    """The two classes of a row: by its rates, and by how rest is lost."""

    onset_class: OnsetClass
    lost_by: str

    @property
    def number(self) -> int | None:
        """The class by the rates above the onset."""
        return self.onset_class.number

    @property
    def class_by_loss(self) -> int | None:
        """The class that the loss of rest suggests."""
        return class_by_loss(self.lost_by)


@dataclass(frozen=True)
class ExactRow(Classes):
    """A neuron in double precision: with exact constants, or those of a word.

    word
        None for exact constants
    verdict
        of the continuous equations (`Verdict`)
    loss
        where the scheme's own rest loses its stability
    onset, onset_class, rates
        by the study's protocol, in double precision
    lost_by
        how rest gives way at this onset: "hopf", "saddle-node", "threshold", "before", "after",
        "undecided"
    rest_lost_by
        how it gives way at `loss`
    trapped
        currents at which it is silent because it was put at its unstable rest
    """

    word: QFormat | None
    verdict: Verdict
    loss: float | None = None
    onset: Onset = SILENT
    onset_class: OnsetClass = UNKNOWN
    rates: tuple[float, ...] = ()
    refused: str = ""
    lost_by: str = ""
    rest_lost_by: str = ""
    trapped: tuple[float, ...] = ()


def verdict_of(question: Question, word: QFormat | None) -> Verdict:
    """The verdict with exact constants, or those of a word."""
    if not question.classify:
        return Verdict(refused="not asked for")
    try:
        model = question.model if word is None else quantize(question.model, word)
        found = classify_excitability(model, question.parameter, question.interval, simulate=False)
    except (RheobaseError, np.linalg.LinAlgError) as error:
        return Verdict(refused=str(error))
    return Verdict(found.threshold, found.firing_from, found.hodgkin_class, found.onset)
