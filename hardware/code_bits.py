"""Rate code against temporal code: the bits that a counter and a clock need for one accuracy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.status import Status
from ..dynamics.storage import storable
from .code_errors import CODES, LAW, CodeRow, row_of
from .qformat import QFormat
from .spike_lag import USUAL, spike_lag
from .spike_lags import KINDS, SpikeLags

if TYPE_CHECKING:
    import pandas

FRACTIONS = tuple(range(8, 23, 2))
FEWEST = 16  # spikes
TINY = 1e-9  # of 1/0.07 and the like
LAWS = "lags after n intervals as n^a 2^(b F); the laws: a = 1 (stochastic 0.5), b = -1"
NONE = "-: no word is accurate enough, or too few words fire"
BROKEN = "a or b is far from its law, so that what is predicted may not hold"


@storable
@dataclass(frozen=True, eq=False, repr=False)
class CodeBits:
    """Bits behind the point that a rate code and a temporal code need; printed, a table.

    found["floor"]
        the `CodeRow` of a rounding: errors by word, bits measured and predicted, fitted laws
    found.predicted("floor", "clock", accuracy=0.001, spikes=1000)
        bits by the law, for another question
    found.resolution
        one count of the counter: no word makes it better
    found.lags
        the `SpikeLags` that all of it is made of
    found.status, found.message
        theirs: INTERRUPTED where Ctrl-C left out words, of which the bits then know nothing
    """

    lags: SpikeLags
    accuracy: float
    within: float | None
    cause: str
    rows: tuple[CodeRow, ...]

    @property
    def resolution(self) -> float:
        """1/(f T): a window that holds n intervals counts to a part in n."""
        return 1.0 / (self.lags.spike - 1)

    @property
    def status(self) -> Status:
        """COMPLETED, or INTERRUPTED where words or seeds are missing."""
        return self.lags.status

    @property
    def message(self) -> str:
        """How many runs are missing."""
        return self.lags.message

    def __getitem__(self, rounding: str) -> CodeRow:
        known = {row.rounding: row for row in self.rows}
        if rounding not in known:
            raise UnknownName(rounding, "a rounding of this study", known)
        return known[rounding]

    def __iter__(self) -> Iterator[CodeRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def predicted(
        self,
        rounding: str,
        code: str = "clock",
        accuracy: float | None = None,
        spikes: int | None = None,
    ) -> float | None:
        """Bits behind the point by the law: lag = A n^p 2^-F periods after n intervals.

        The rate's error is lag/n. None where no lag was measured, or where the accuracy is beyond
        one count of so many spikes.
        """
        if code not in CODES:
            raise UnknownName(code, "a code", CODES)
        row = self[rounding]
        count = (self.lags.spike if spikes is None else spikes) - 1
        goal = self.accuracy if accuracy is None else accuracy
        if not 0 < goal < np.inf or count < 1:
            raise InvalidArgument(f"accuracy={accuracy!r} is above 0, spikes={spikes!r} above 1")
        if accuracy is None and code == "clock":
            goal = self._clock_goal
        if row.amplitude is None or (code == "counter" and goal < 1.0 / count):
            return None
        power = LAW[row.rounding] - (code == "counter")
        return log2(row.amplitude * count**power / goal)

    @property
    def _clock_goal(self) -> float:
        return self.accuracy if self.within is None else self.within / self.lags.period

    def _entries(self) -> list[dict]:
        return [
            {
                "rounding": row.rounding,
                "counter": row.counter_bits,
                "counter predicted": self.predicted(row.rounding, "counter"),
                "clock": row.clock_bits,
                "clock predicted": self.predicted(row.rounding, "clock"),
                "power of n": row.power,
                "power of n predicted": LAW[row.rounding],
                "slope": row.slope,
            }
            for row in self.rows
        ]

    def to_dict(self) -> dict:
        """The table and the errors by word, as JSON types."""
        return {
            "model": self.lags.model.name,
            "accuracy": self.accuracy,
            "within": self.within,
            "cause": self.cause,
            "spikes": self.lags.spike,
            "resolution": self.resolution,
            "status": self.status.value,
            "rows": [
                entry | row.to_dict() for entry, row in zip(self._entries(), self.rows, strict=True)
            ],
        }

    def to_dataframe(self) -> "pandas.DataFrame":
        """A row for each rounding."""
        import pandas

        return pandas.DataFrame(self._entries())

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`: the lags, of which the rest is made again."""
        fields, arrays = self.lags.to_storage()
        names = ("accuracy", "within", "cause")
        return {"lags": fields, **{name: getattr(self, name) for name in names}}, arrays

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "CodeBits":
        """For `load`."""
        lags = SpikeLags.from_storage(fields["lags"], arrays)
        return of_lags(lags, fields["accuracy"], fields["within"], fields["cause"])

    def __str__(self) -> str:
        goal = f"{100 * self.accuracy:g} %"
        clock = f"{self.within:g}" if self.within is not None else f"{goal} of a period"
        lines = [
            f"{self.lags.model.name}, {self.lags.spike} spikes: bits behind the point",
            f"for a rate within {goal}, a last spike within {clock}",
            "rounding      counter  predicted  clock  predicted    a      b",
        ]
        for entry in self._entries():
            row = [entry["rounding"].ljust(12)]
            for name, width in (("counter", 9), ("clock", 7)):
                row += [
                    shown(entry[name], "d", width),
                    shown(entry[f"{name} predicted"], ".1f", 11),
                ]
            row += [shown(entry["power of n"], ".2f", 7), shown(entry["slope"], "+.2f", 7)]
            lines.append("".join(row))
        lines.append(LAWS)
        coarse = self.accuracy < self.resolution
        counts = ("counter", "counter predicted") if coarse else ()
        if coarse:
            lines.append(
                f"counter -: one count in {self.lags.spike - 1} is {100 * self.resolution:.2g} %: "
                f"take more than {ceil(1 / self.accuracy - TINY)} spikes"
            )
        if any(v is None for e in self._entries() for name, v in e.items() if name not in counts):
            lines.append(NONE)
        lines += [f"{row.rounding}: {BROKEN}" for row in self.rows if not row.follows_law]
        if self.message:
            lines.append(f"{self.message}: of other words nothing is known")
        return "\n".join(lines)

    def __repr__(self) -> str:
        parts = [f"{r.rounding} {r.counter_bits} and {r.clock_bits}" for r in self.rows]
        return (
            f"<CodeBits of {self.lags.model.name}: counter and clock within "
            f"{100 * self.accuracy:g} % after {self.lags.spike} spikes: {', '.join(parts)} bits>"
        )


def code_bits(
    model: Model,
    words: Sequence[QFormat | int] | None = None,
    accuracy: float = 0.01,
    spikes: int = 129,
    step: float = 0.1,
    scheme: str = "rk2",
    *,
    within: float | None = None,
    cause: str = "arithmetic",
    roundings: Sequence[str] = USUAL,
    seeds: int | Sequence[int] = 8,
    program: str = "model",
    literals: str = "host",
    fit: str = "refuse",
) -> CodeBits:
    """How many bits behind the point a counter of spikes and a clock of spikes need.

    A counter counts spikes in a window: it needs the rate within `accuracy` (a part of it), and is
    never better than one count, 1/(f T). A clock reads when the n-th spike comes: it needs its
    time, after n - 1 intervals, within `accuracy` of a period, or within a time.

    words
        each a `QFormat`, or bits behind the point for s16.F (8, 10, ..., 22 if not given)
    spikes
        how many there are in the window; times count from the first
    within
        the clock's accuracy as a time, instead of a part of a period
    cause
        of the errors: "arithmetic" (beside double precision with the constants of the word),
        "constants", or "both"
    seeds
        of stochastic rounding; errors are root mean squares over them

    The other arguments are those of `spike_lag`, which says what is compared.

    The laws. A word with F bits behind the point loses A 2^-F periods in an interval. Rounded
    always in the same way that is a drift: after n intervals the clock is n A 2^-F periods off and
    needs log2 n bits more than for one interval, the counter none. Rounded stochastically the
    losses are independent, with mean 0, a random walk: the clock is sqrt(n) A 2^-F off and needs
    (log2 n)/2 bits more, the counter (log2 n)/2 fewer. In both cases the clock needs log2 n bits
    more than the counter. A is fitted to the last lags of the words; `power` and `slope` are fitted
    to lags by n and by F without the law, and confirm it or don't: with resets at ends of steps
    deterministic rounding may lock a neuron to an interval of its own (`spike_lag`). The table
    names roundings whose fits are far from the laws (`row.follows_law`).

    >>> import rheobase as rb
    >>> model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    >>> print(code_bits(model, [8, 12, 16, 20], seeds=16))
    FitzHugh-Nagumo, 129 spikes: bits behind the point
    for a rate within 1 %, a last spike within 1 % of a period
    rounding      counter  predicted  clock  predicted    a      b
    floor              16       12.1     20       19.1   1.00  -0.90
    nearest             8        7.3     16       14.3   0.98  -0.71
    stochastic          8        4.7     12       11.7   0.40  -0.99
    lags after n intervals as n^a 2^(b F); the laws: a = 1 (stochastic 0.5), b = -1
    """
    if not isinstance(accuracy, int | float) or not 0 < accuracy < 1:
        raise InvalidArgument(f"accuracy={accuracy!r} is a part of the rate, between 0 and 1")
    if within is not None and not 0 < within < np.inf:
        raise InvalidArgument(f"within={within!r} is a time above 0")
    if cause not in KINDS:
        raise UnknownName(cause, "a cause of errors", KINDS)
    if isinstance(spikes, bool) or not isinstance(spikes, int) or spikes < FEWEST:
        raise InvalidArgument(f"spikes={spikes!r}: laws are fitted to {FEWEST} spikes or more")
    lags = spike_lag(
        model,
        FRACTIONS if words is None else words,
        spikes,
        step,
        scheme,
        roundings=roundings,
        seeds=seeds,
        program=program,
        literals=literals,
        fit=fit,
    )
    return of_lags(lags, float(accuracy), within, cause)


def of_lags(lags: SpikeLags, accuracy: float, within: float | None, cause: str) -> CodeBits:
    """The study of lags that were measured."""
    goals = dict(counter=accuracy, clock=accuracy if within is None else within / lags.period)
    if accuracy < 1.0 / (lags.spike - 1):
        goals["counter"] = -1.0  # no word is that good
    roundings = dict.fromkeys(row.word.rounding for row in lags)
    rows = tuple(row_of(lags, rounding, cause, goals) for rounding in roundings)
    return CodeBits(lags, accuracy, within, cause, rows)


def shown(value: float | None, form: str, width: int) -> str:
    return ("-" if value is None else format(value, form)).rjust(width)
