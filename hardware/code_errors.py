"""Errors of counters and clocks by word, and the laws that are fitted to them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .rounding import ROUNDINGS
from .spike_lags import SpikeLags

CODES = ("counter", "clock")
LAW = {rounding: 0.5 if rounding == "stochastic" else 1.0 for rounding in ROUNDINGS}
OFF_POWER, OFF_SLOPE = 0.15, 0.3  # by which fits may miss their law
EARLY = 4  # intervals that the fit by n leaves out


@dataclass(frozen=True, eq=False, repr=False)
class CodeRow:
    """What a rounding does to a rate and to times.

    fractions
        bits behind the point, ascending; `counter_error` (of the rate, a part of it) and
        `clock_error` (of the last spike, in periods) belong to them, infinite where a machine falls
        silent before
    counter_bits, clock_bits
        the fewest with which they, and all longer words, are accurate enough; None if no word is
    amplitude
        A of the law, None where nothing is lost
    power, slope
        fitted: lag ~ n^power, log2 lag ~ slope F; None with fewer than two words that fire
    """

    rounding: str
    fractions: np.ndarray
    counter_error: np.ndarray
    clock_error: np.ndarray
    counter_bits: int | None
    clock_bits: int | None
    amplitude: float | None
    power: float | None
    slope: float | None

    @property
    def follows_law(self) -> bool:
        """Whether the fits, where there are any, are near the law: n^1 or n^0.5, and 2^-F."""
        missed = self.power is not None and abs(self.power - LAW[self.rounding]) > OFF_POWER
        return not (missed or (self.slope is not None and abs(self.slope + 1) > OFF_SLOPE))

    def to_dict(self) -> dict:
        """Errors by word as JSON types; None where a machine falls silent."""
        listed = {
            name: [float(e) if np.isfinite(e) else None for e in getattr(self, name)]
            for name in ("counter_error", "clock_error")
        }
        return {"fractions": self.fractions.tolist(), **listed, "amplitude": self.amplitude}

    def __repr__(self) -> str:
        return (
            f"<CodeRow of {self.rounding}: counter {self.counter_bits}, clock {self.clock_bits} "
            f"bits behind the point>"
        )


def row_of(lags: SpikeLags, rounding: str, cause: str, goals: Mapping[str, float]) -> CodeRow:
    """The row of a rounding; lags count from the first spike, in periods."""
    intervals, period = lags.spike - 1, lags.period
    fractions = sorted({row.word.fraction for row in lags.of(rounding=rounding)})
    walks = [drift(lags, fraction, rounding, cause) / period for fraction in fractions]
    clock = np.array([walk[-1] if len(walk) == intervals else np.inf for walk in walks])
    counter = clock / intervals
    places = np.array(fractions)
    fired = np.isfinite(clock) & (clock > 0)
    amplitude = power = slope = None
    if fired.any():
        scaled = np.log2(clock[fired]) + places[fired]
        amplitude = float(2 ** np.median(scaled) / intervals ** LAW[rounding])
        power = steepness([walk for walk, fires in zip(walks, fired, strict=True) if fires])
    if fired.sum() > 1:
        slope = float(np.polyfit(places[fired], np.log2(clock[fired]), 1)[0])
    bits = {
        code: fewest(places, errors <= goals[code])
        for code, errors in (("counter", counter), ("clock", clock))
    }
    return CodeRow(
        rounding,
        places,
        counter,
        clock,
        bits["counter"],
        bits["clock"],
        amplitude,
        power,
        slope,
    )


def drift(lags: SpikeLags, fraction: int, rounding: str, cause: str) -> np.ndarray:
    """The root mean square, over seeds, of the lag after 1, 2, ... intervals."""
    rows = [row.by_spike(cause) for row in lags.of(fraction, rounding)]
    shortest = min(len(row) for row in rows)
    walks = np.array([row[1:shortest] - row[:1] for row in rows])
    return np.sqrt(np.mean(walks**2, axis=0))


def steepness(walks: list[np.ndarray]) -> float:
    """The power of n with which lags grow: of each word by least squares, the median of all."""
    counts = np.arange(1, len(walks[0]) + 1)
    places = np.unique(np.geomspace(EARLY, len(counts), 32).astype(int)) - 1
    found = []
    for walk in walks:
        here = places[walk[places] > 0]
        if len(here) > 2:
            found.append(np.polyfit(np.log(counts[here]), np.log(walk[here]), 1)[0])
    return float(np.median(found)) if found else float("nan")


def fewest(fractions: np.ndarray, enough: np.ndarray) -> int | None:
    """The least from which all are enough."""
    failing = np.flatnonzero(~enough)
    after = failing[-1] + 1 if len(failing) else 0
    return int(fractions[after]) if after < len(fractions) else None
