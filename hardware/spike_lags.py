"""What `spike_lag` returns: spike times of runs that differ in their arithmetic and constants."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .qformat import QFormat

if TYPE_CHECKING:
    import pandas

KINDS = ("arithmetic", "constants", "both")
COLUMNS = ("word", "bits", "fraction", "rounding", "seed", *KINDS, "spikes", "overflows")


@dataclass(frozen=True, eq=False, repr=False)
class Lag:
    """A run on the machine beside two in double precision.

    word, seed
        its word, and the seed of stochastic rounding (else None)
    exact_times, constants_times, times
        the spikes, up to the n-th, with exact constants, with those of the word, and on the machine
    overflows
        how many results left the word
    """

    word: QFormat
    seed: int | None
    exact_times: np.ndarray
    constants_times: np.ndarray
    times: np.ndarray
    overflows: int = 0

    def by_spike(self, kind: str = "arithmetic") -> np.ndarray:
        """The lag of every spike that both runs have, due to this."""
        if kind not in KINDS:
            raise UnknownName(kind, "a cause of lags", KINDS)
        later = self.constants_times if kind == "constants" else self.times
        first = self.constants_times if kind == "arithmetic" else self.exact_times
        both = min(len(later), len(first))
        return later[:both] - first[:both]

    def of(self, kind: str) -> float | None:
        """The lag of the n-th spike, or None if one of the runs does not get there."""
        lags = self.by_spike(kind)
        return float(lags[-1]) if len(lags) == len(self.exact_times) else None

    @property
    def arithmetic(self) -> float | None:
        """The lag that rounding makes, beside double precision with the word's constants."""
        return self.of("arithmetic")

    @property
    def constants(self) -> float | None:
        """The lag that the constants make, both in double precision."""
        return self.of("constants")

    @property
    def both(self) -> float | None:
        """The lag beside double precision with exact constants."""
        return self.of("both")

    def __repr__(self) -> str:
        seed = "" if self.seed is None else f", seed {self.seed}"
        lags = ", ".join(f"{kind} {signed(self.of(kind))}" for kind in KINDS)
        return f"<Lag in {self.word.name}, {self.word.rounding}{seed}: {lags}>"


@storable
@dataclass(frozen=True, eq=False, repr=False)
class SpikeLags:
    """Lags of the n-th spike by word, rounding and seed; printed, a table.

    lags["arithmetic"], lags["constants"], lags["both"]
        of all rows, NaN where a machine falls silent before; also "word", "bits", "fraction",
        "rounding", "seed", "spikes" (how many there were), "overflows"
    lags.of(fraction=15, rounding="floor")
        the rows of a word and rounding
    lags.reference
        the time of the spike in double precision with exact constants
    lags.status, lags.message
        COMPLETED, or INTERRUPTED where runs are missing
    """

    model: Model
    program: str
    scheme: str
    step: float
    spike: int
    rows: tuple[Lag, ...]
    status: Status = Status.COMPLETED
    message: str = ""

    @property
    def reference(self) -> float:
        """The time of the n-th spike in double precision with exact constants."""
        return float(self.rows[0].exact_times[-1])

    @property
    def period(self) -> float:
        """The mean interval of the last half of the spikes there."""
        times = self.rows[0].exact_times
        half = len(times) // 2
        return (
            float((times[-1] - times[half - 1]) / (len(times) - half)) if half else float(times[0])
        )

    @property
    def silent(self) -> tuple[Lag, ...]:
        """The machines that have no n-th spike."""
        return tuple(row for row in self.rows if row.both is None)

    def of(self, fraction: int | None = None, rounding: str | None = None) -> tuple[Lag, ...]:
        """The rows with these bits behind the point and this rounding, if they are given."""
        return tuple(
            row
            for row in self.rows
            if fraction in (None, row.word.fraction) and rounding in (None, row.word.rounding)
        )

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in COLUMNS:
            raise UnknownName(name, "a column of lags", COLUMNS)
        return np.array([entry[name] for entry in self._entries(np.nan)])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Lag]:
        return iter(self.rows)

    def _entries(self, missing: float | None) -> list[dict]:
        return [
            {
                "word": row.word.name,
                "bits": row.word.bits,
                "fraction": row.word.fraction,
                "rounding": row.word.rounding,
                "seed": row.seed,
                **{k: missing if row.of(k) is None else row.of(k) for k in KINDS},
                "spikes": len(row.times),
                "overflows": row.overflows,
            }
            for row in self.rows
        ]

    def to_dict(self) -> dict:
        """The table as JSON types; None where a machine falls silent before the n-th spike."""
        return {
            "model": self.model.name,
            "program": self.program,
            "scheme": self.scheme,
            "step": self.step,
            "spike": self.spike,
            "reference": self.reference,
            "status": self.status.value,
            "rows": self._entries(None),
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """A row for each word, rounding and seed."""
        import pandas

        return pandas.DataFrame(self._entries(np.nan), columns=list(COLUMNS))

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        fields = {
            "model": self.model.to_dict(),
            **{name: getattr(self, name) for name in ("program", "scheme", "step", "spike")},
            "words": [asdict(row.word) for row in self.rows],
            "seeds": [row.seed for row in self.rows],
            "overflows": [row.overflows for row in self.rows],
            "status": self.status.name,
            "message": self.message,
        }
        arrays = {"exact": self.rows[0].exact_times}
        for i, row in enumerate(self.rows):
            arrays |= {f"constants {i}": row.constants_times, f"machine {i}": row.times}
        return fields, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "SpikeLags":
        """For `load`."""
        facts = zip(fields["words"], fields["seeds"], fields["overflows"], strict=True)
        rows = tuple(
            Lag(
                QFormat(**word),
                seed,
                arrays["exact"],
                arrays[f"constants {i}"],
                arrays[f"machine {i}"],
                lost,
            )
            for i, (word, seed, lost) in enumerate(facts)
        )
        plain = {name: fields[name] for name in ("program", "scheme", "step", "spike")}
        ended = (Status[fields.get("status", "COMPLETED")], fields.get("message", ""))
        model = Model.from_dict(fields["model"])
        return cls(model, **plain, rows=rows, status=ended[0], message=ended[1])

    def __str__(self) -> str:
        unit = f" {self.model.time_unit}" if self.model.time_unit else ""
        chip = "the chip's " if self.program == "chip" else ""
        head = (
            f"{self.model.name}, {chip}{self.scheme}, step {self.step:g}{unit}: lag of spike "
            f"{self.spike}, at {self.reference:.8g}{unit} in double precision"
        )
        table: list[tuple[str, ...]] = [("word", "rounding", "constants", "arithmetic", "both")]
        for word in dict.fromkeys(row.word for row in self.rows):
            same = [row for row in self.rows if row.word == word]
            shown = [spread([row.of(k) for row in same]) for k in table[0][2:]]
            table.append((word.name, word.rounding, *shown))
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
        return "\n".join([head, *lines, *([self.message] if self.message else [])])

    def __repr__(self) -> str:
        quiet = f", {len(self.silent)} silent before" if self.silent else ""
        quiet += f", {self.message}" if self.message else ""
        return (
            f"<SpikeLags of {self.model.name}: spike {self.spike} at {self.reference:.8g}, "
            f"{len(self.rows)} runs on the machine{quiet}>"
        )


def signed(lag: float | None) -> str:
    return "silent" if lag is None else f"{lag:+.4g}"


def spread(lags: list[float | None]) -> str:
    """One lag, or the least and the largest."""
    found = sorted(lag for lag in lags if lag is not None)
    if len(found) < len(lags):
        return "silent" if not found else f"{len(lags) - len(found)} of {len(lags)} silent"
    low, high = signed(found[0]), signed(found[-1])
    return low if low == high else f"{low} .. {high}"
