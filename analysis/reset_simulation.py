"""Simulated checks of the onset of a model with a reset: the least step, and periods near birth.

Runs go from spike to spike in arclength (`reset_run`), at a tolerance of their own; no use is made
of the collocation that the orbits were found with, except for where a run begins.
"""

import math
from dataclasses import dataclass

import numpy as np

from .firing import Firing
from .law_fit import Fit, cycle_fold_fit, leading, logarithmic_fit, square_root_fit
from .onset_law import OnsetLaw, SimulatedLaw
from .reset_field import ResetField
from .reset_run import Runner, Silence, sizes_of

GRID = 8
RESOLVED = 1e-6  # of the range
BELOW = 1e-6
SLOW_TIMES = 300.0  # that a step may take to a spike
COUNT, FEWEST = 10, 7
LONGER = (5.0, 80.0)  # than the shortest period
E_FOLDS, LEAST = 8.0, 1e-2  # between the largest distance and the least
TO_SPARE, WORTH, FIRST = 1e3, 2.5, 2
NEARLY, MODEST = 0.1, 0.1  # agreement of the orbits with a law where it is looked at; of the part
WIDEST, CLOSEST = 0.3, 1e-11
TIGHT, LOOSE = 1e-11, 1e-9
ERRORS, ACCURACY = 3.0, 1e-6
SETTLING, REPEATED, NEARLY_REPEATED = 60, 1e-8, 1e-6


@dataclass(frozen=True)
class Step:
    """The least sustained step with a spike, None if there was none."""

    value: float | None
    protocol: str


def step_to_spike(
    field: ResetField, rest: np.ndarray, interval: tuple[float, float], threshold: float | None
) -> Step:
    """Steps from rest at the low end, bisected."""
    low, high = interval
    width = high - low

    def spikes(value: float) -> bool:
        point = field.at(value)
        size, slow = sizes_of(point, rest)
        runner = Runner(point, rest, size, slow)
        return not isinstance(runner.spike(SLOW_TIMES / slow), Silence)

    protocol = (
        f"a step of {field.parameter} from {low:g}, where the model rests, held until a reset or "
        "rest; a spike is a reset"
    )
    top = high
    if threshold is not None and low < threshold - BELOW * width:
        if not spikes(threshold - BELOW * width):
            protocol += f"; steps that end {BELOW * width:g} below the loss of rest give none"
            return Step(threshold, protocol)
        top = threshold - BELOW * width
    values = np.linspace(low, top, GRID + 1)[1:].tolist()
    first = next((value for value in values if spikes(value)), None)
    if first is None:
        return Step(None, f"{protocol}; {GRID} steps up to {top:g} give none")
    above, below = first, first - (top - low) / GRID
    while above - below > RESOLVED * width:
        middle = 0.5 * (below + above)
        above, below = (middle, below) if spikes(middle) else (above, middle)
    return Step(above, f"{protocol}; found by bisection to {RESOLVED * width:.1g}")


def simulated_reset_law(field: ResetField, law: OnsetLaw, part: Firing) -> SimulatedLaw:
    """Periods simulated near the birth of firing, the law fitted to them and compared."""
    quantity = {
        "square root": "the prefactor",
        "logarithmic": "the factor of the logarithm",
        "finite": "the onset frequency",
    }[law.kind]
    derived = law[{"square root": "s", "logarithmic": "k", "finite": "f0"}[law.kind]]
    kept, periods = [], []
    tried = distances(law, part).tolist()
    for away in tried:
        period = simulated_period(field, part, law.at + law.side * away, law)
        if period is not None:
            kept.append(away)
            periods.append(period)
    d, T = np.array(kept), np.array(periods)
    fit = fitted(law, d, T) if len(kept) >= FEWEST else None
    if fit is None or not np.isfinite([fit.value, fit.error]).all():
        why = (
            "the fit did not converge"
            if fit is not None
            else "it holds only closer to the birth than can be resolved"
            if not tried
            else f"only {len(kept)} of {COUNT} runs repeated themselves"
        )
        return SimulatedLaw(
            quantity,
            None,
            None,
            None,
            None,
            derived,
            None,
            math.nan,
            tuple(kept),
            tuple(periods),
            why,
        )
    tolerance = ERRORS * fit.error + ACCURACY * abs(derived)
    return SimulatedLaw(
        quantity,
        fit.exponent,
        fit.exponent_error,
        fit.value,
        fit.error,
        derived,
        bool(abs(fit.value - derived) <= tolerance),
        float(tolerance),
        tuple(kept),
        tuple(periods),
        f"{len(d)} runs at distances {d.min():.3g} to {d.max():.3g} from the birth of firing",
    )


def distances(law: OnsetLaw, part: Firing) -> np.ndarray:
    """Of the drive from the birth, in geometric progression, the largest first; none where the law
    only holds closer to it than can be resolved."""
    span = part.high - part.low
    floor = CLOSEST * max(abs(law.at), span)
    if law.kind == "square root":
        shortest = float(part.periods.min())
        most, least = (1 / (law["s"] * times * shortest) ** 2 for times in LONGER)
    else:
        most = reach(law, part)
        least = most * (math.exp(-E_FOLDS) if law.kind == "logarithmic" else LEAST)
        floor = max(floor, TO_SPARE * law.constants.get("uncertainty", 0.0))
        if law.constants.get("power") == 1.0:  # beside a period doubling runs settle slowly
            least = most / 3
    most = min(most, WIDEST * span)
    least = max(least, floor)
    return np.geomspace(most, least, COUNT) if most > WORTH * least else np.zeros(0)


def reach(law: OnsetLaw, part: Firing) -> float:
    """The distance up to which the orbits of the part follow the law; 0 if none does."""
    d = law.side * (part.values - law.at)
    order = np.argsort(d)
    d, T = d[order], part.periods[order]
    seen = d > TO_SPARE * law.constants.get("uncertainty", 0.0)
    d, T = d[seen & (d > 0)], T[seen & (d > 0)]
    if len(d) < 3:
        return 0.0
    if law.kind == "logarithmic":
        slope = -np.diff(T) / np.diff(np.log(d)) / law["k"]
        off, d = np.abs(slope - 1), d[1:]
    else:
        off = np.abs(1 / (T * law["f0"]) - 1)
    good = np.flatnonzero(off < NEARLY)
    if not len(good) or good[0] > FIRST:  # later rows agree by chance
        return 0.0
    last = good[0]  # of the first stretch: the closest rows may be nearer than rounding lets see
    while last + 1 in good:
        last += 1
    return float(min(d[last], MODEST * (part.high - part.low)))


def simulated_period(field: ResetField, part: Firing, value: float, law: OnsetLaw) -> float | None:
    """The period of the spikes that a run at this value comes to, begun on the stable orbit. Beside
    a period doubling two rounds are taken together, whose errors nearly cancel."""
    finite = law.kind == "finite"
    rounds = 2 if finite else 1
    row, arrays = part.near(value), part.branch.arrays
    x, size = arrays["orbit"][row][0, 0, 0], arrays["size"][row]
    count = rounds * len(arrays["lengths"][row]) // (1 + field.pauses)
    guess = rounds * float(part.branch["period"][row])
    runner = Runner(field.at(value), x, size, count / guess, LOOSE if finite else TIGHT, False)
    last: float | None = None
    before = 0.0
    for _ in range(SETTLING // count):
        spikes, silence = runner.spikes(count, 100 * guess)
        if silence is not None:
            return None
        T, before = spikes[-1].t - before, spikes[-1].t
        if last is not None and abs(T / last - 1) < (NEARLY_REPEATED if finite else REPEATED):
            return T / rounds
        last = T
    return None


def fitted(law: OnsetLaw, d: np.ndarray, T: np.ndarray) -> Fit:
    """The fit that belongs to the law."""
    if law.kind == "square root":
        return square_root_fit(d, T)
    if law.kind == "logarithmic":
        constants = law.constants
        share = -constants["lambda_s"] / constants["lambda_u"] if "lambda_u" in constants else 2.0
        return logarithmic_fit(d, T, 1 + share)  # a term d^share follows
    if law["power"] == 0.5:
        return cycle_fold_fit(d, 1 / T)
    return Fit(*leading([np.ones_like(d), d, d**2, d**3], 1 / T))
