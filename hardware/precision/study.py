"""What `precision` returns: rows by word and rounding, beside exact arithmetic."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from ...dynamics.errors import InvalidArgument, NotFound, UnknownName
from ...dynamics.status import Status
from ...dynamics.storage import storable
from ..qformat import QFormat
from .dead_zones import Zone
from .lags import Lags
from .onset import Onset
from .onset_class import OnsetClass
from .question import Question, finite, word_fields
from .rows import MachineRow
from .verdicts import ExactRow, Verdict
from .walks import with_rounding

if TYPE_CHECKING:
    import pandas

Word = QFormat | str | int
KEPT = ("class", "onset", "rate", "spike time")


@storable
@dataclass(frozen=True, eq=False, repr=False)
class Precision:
    """A neuron's firing by word length and rounding.

    study["s16.15", "nearest"], study[15, "nearest"], study[word, "nearest"]
        the row of a word and a rounding: .onset, .number (the class), .rates, .zone, .lags,
        .lost, .refused
    study["s16.15"]
        the row of this word's constants alone, in double precision
    study.exact, study.constants, study.rows
        the exact neuron; all rows
    study.currents
        the values at which `rates` were measured
    study.bits_for("onset", 0.01)
        or "class", "rate", "spike time", by rounding: the least bits behind the point such that
        this word of the study and all longer ones keep it; None where the longest loses it, NaN
        where that is not known
    study.protocol, study.text
        how all this was measured; everything as a report
    study.status, study.message
        INTERRUPTED where Ctrl-C ended it: precision(..., resume=study) goes on
    """

    question: Question
    exact: ExactRow
    constants: tuple[ExactRow, ...]
    rows: tuple[MachineRow, ...]
    status: Status = Status.COMPLETED

    @property
    def model(self):
        return self.question.model

    @property
    def parameter(self) -> str:
        return self.question.parameter

    @property
    def currents(self) -> np.ndarray:
        """The values of the f-I curve."""
        return np.array(self.question.currents)

    @property
    def protocol(self) -> str:
        """How onsets and rates were measured."""
        return self.question.protocol()

    @property
    def roundings(self) -> tuple[str, ...]:
        return self.question.roundings

    @property
    def words(self) -> tuple[QFormat, ...]:
        return self.question.words

    @property
    def message(self) -> str:
        """How many rows there are where some are missing."""
        if self.status.ok:
            return ""
        count = 1 + len(self.words) * (1 + len(self.roundings))
        done = (not self.exact.refused) + len(self.constants) + len(self.rows)
        return f"interrupted after {done} of {count} rows; resume goes on with them"

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, key: tuple[Word, str]) -> MachineRow: ...

    @overload
    def __getitem__(self, key: Word) -> ExactRow: ...

    def __getitem__(self, key: Word | tuple[Word, str]) -> MachineRow | ExactRow:
        """The row of a word and a rounding, or of a word's constants."""
        name, rounding = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        word = self._word(name)
        if rounding is None:
            return self._found(self.constants, word, f"the constants of {word.name}")
        if rounding not in self.roundings:
            raise UnknownName(str(rounding), "a rounding of this study", self.roundings)
        machine = with_rounding(word, rounding)
        return self._found(self.rows, machine, f"{word.name}, {rounding}")

    def _word(self, name) -> QFormat:
        for word in self.words:
            if name in (word.name, word.fraction) or (
                isinstance(name, QFormat) and with_rounding(name, word.rounding) == word
            ):
                return word
        shown = name.name if isinstance(name, QFormat) else str(name)
        raise UnknownName(shown, "a word of this study", [word.name for word in self.words])

    def _found(self, rows, word: QFormat, what: str):
        for row in rows:
            if row.word == word:
                return row
        raise NotFound(f"{what} was not reached before the study was interrupted; resume= goes on")

    def bits_for(self, what: str, tolerance: float | None = None) -> dict[str, int | float | None]:
        """Bits behind the point that keep something, by rounding and for constants alone.

        what
            "class": that of the exact neuron by the rates above its onset, and rest is lost in the
            same way; "onset": within `tolerance` of the exact one's; "rate": all rates within this
            part of the exact ones; "spike time": the lag of the n-th spike, of every seed, within
            this time. Rates are what a counter reads, spike times what a clock reads
        tolerance
            the study's for "onset", 0.01 for "rate", 1 for "spike time"

        Always beside double precision by the same protocol, which has the same bias. Only where
        that is trapped (put at its unstable rest without a kick) onset and class are those of the
        exact loss of rest. A number is the answer, None says that the longest word loses it, NaN
        that it is not known: a row was not reached or not measured, firing begins at the edge of
        the range, double precision is silent at an unstable rest. `text` has a "?" and says why
        """
        from .bits import bits_for

        if what not in KEPT:
            raise UnknownName(what, "something that bits keep", KEPT)
        if what == "class" and tolerance is not None:
            raise InvalidArgument("a class is kept or not: no tolerance")
        if tolerance is not None:
            tolerance = finite("tolerance", tolerance, positive=True)
        return bits_for(self, what, tolerance)

    @property
    def text(self) -> str:
        """Everything as a report."""
        from .text import report

        return report(self)

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict:
        """JSON types."""
        question = self.question.to_dict()
        return {
            "model": self.model.name,
            "parameter": self.parameter,
            "protocol": self.protocol,
            "question": {name: part for name, part in question.items() if name != "model"},
            "exact": exact_fields(self.exact),
            "constants": [exact_fields(row) for row in self.constants],
            "rows": [machine_fields(row) for row in self.rows],
            "status": self.status.value,
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """A pandas table: for each word a row of its constants alone, in double precision (the
        rounding is "constants alone"), and one for each rounding."""
        import pandas

        from .table import table

        return pandas.DataFrame(table(self))

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {
            "question": self.question.to_dict(),
            "exact": exact_fields(self.exact),
            "constants": [exact_fields(row) for row in self.constants],
            "rows": [machine_fields(row) for row in self.rows],
            "status": self.status.value,
        }
        return fields, {}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "Precision":
        """For `load`."""
        return cls(
            Question.from_dict(fields["question"]),
            exact_from(fields["exact"]),
            tuple(exact_from(row) for row in fields["constants"]),
            tuple(machine_from(row) for row in fields["rows"]),
            Status(fields["status"]),
        )

    def __repr__(self) -> str:
        ways, names = ", ".join(self.roundings), ", ".join(word.name for word in self.words)
        kept = self.bits_for("class")
        bits = ", ".join(f"{way} {shown_bits(n)}" for way, n in kept.items())
        over = "" if self.status.ok else f"; {self.status.value} after {len(self.rows)} rows"
        return (
            f"<Precision of {self.model.name} in {self.parameter}: {names}; {ways}; bits behind "
            f"the point that keep the class: {bits}{over}>"
        )


def shown_bits(bits: int | float | None) -> str:
    """A number, none, or "?" where it is not known."""
    return "none" if bits is None else "?" if np.isnan(bits) else str(bits)


def onset_fields(onset: Onset) -> dict:
    return {"value": onset.value, "bracket": None if onset.bracket is None else [*onset.bracket]}


def onset_from(fields: Mapping) -> Onset:
    bracket = fields["bracket"]
    return Onset(fields["value"], None if bracket is None else (bracket[0], bracket[1]))


def class_from(fields: Mapping) -> OnsetClass:
    rho = np.nan if fields["rho"] is None else fields["rho"]
    return OnsetClass(
        fields["class"], tuple(fields["distances"]), tuple(fields["rates"]), rho, fields["why"]
    )


def exact_fields(row: ExactRow) -> dict:
    return {
        "word": None if row.word is None else word_fields(row.word),
        "verdict": asdict(row.verdict),
        "loss": row.loss,
        "onset": onset_fields(row.onset),
        "onset_class": row.onset_class.to_dict(),
        "rates": list(row.rates),
        "refused": row.refused,
        "lost_by": row.lost_by,
        "rest_lost_by": row.rest_lost_by,
        "trapped": list(row.trapped),
    }


def exact_from(fields: Mapping) -> ExactRow:
    return ExactRow(
        None if fields["word"] is None else QFormat(**fields["word"]),
        Verdict(**fields["verdict"]),
        fields["loss"],
        onset_from(fields["onset"]),
        class_from(fields["onset_class"]),
        tuple(fields["rates"]),
        fields["refused"],
        fields["lost_by"],
        fields["rest_lost_by"],
        tuple(fields["trapped"]),
    )


def machine_fields(row: MachineRow) -> dict:
    return {
        "word": word_fields(row.word),
        "onset": onset_fields(row.onset),
        "onsets": [onset_fields(onset) for onset in row.onsets],
        "onset_class": row.onset_class.to_dict(),
        "rates": list(row.rates),
        "zone": None if row.zone is None else row.zone.to_dict(),
        "lost": row.lost,
        "refused": row.refused,
        "lost_by": row.lost_by,
        "lags": None if row.lags is None else row.lags.to_dict(),
        "trapped": list(row.trapped),
    }


def machine_from(fields: Mapping) -> MachineRow:
    zone = fields["zone"]
    if zone is not None:
        measured = {name: np.nan if w is None else w for name, w in zone["measured"].items()}
        kick = np.inf if zone["kick"] is None else zone["kick"]
        zone = Zone(**{**zone, "measured": measured, "kick": kick})
    return MachineRow(
        QFormat(**fields["word"]),
        onset_from(fields["onset"]),
        tuple(onset_from(onset) for onset in fields["onsets"]),
        class_from(fields["onset_class"]),
        tuple(fields["rates"]),
        zone,
        fields["lost"],
        fields["refused"],
        fields["lost_by"],
        None if fields["lags"] is None else Lags.from_dict(fields["lags"]),
        tuple(fields["trapped"]),
    )
