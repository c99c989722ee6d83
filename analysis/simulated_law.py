"""The check of the onset law by simulation: periods near the birth of firing, and what they fit."""

import math
from collections.abc import Callable, Iterator

import numpy as np

from ..dynamics.model import Model
from .firing import Firing
from .law_fit import Fit, cycle_fold_fit, hopf_fit, logarithmic_fit, square_root_fit
from .onset_law import OnsetLaw, SimulatedLaw
from .simulated_period import Repeated, simulated_period
from .stable_cycle import cycle_of_part

COUNT = {"square root": 10, "logarithmic": 10, "finite": 8}
LEADING = 0.08  # the square root law is looked at where other terms add less than this part
FURTHER = 300.0  # the nearest distance is so many times smaller than the farthest
E_FOLDS = (4.0, 13.0)  # of the distance, for the logarithmic law
SHARE = (3e-4, 0.03)  # of the part's range, at a Hopf point
CHANGE = (0.01, 0.15)  # of the frequency, at a fold of cycles
WIDEST = 0.3  # of the part's range
CLOSEST = 1e-11  # relative to the drive: below, its doubles are too coarse
FEWEST = 7
ACCURACY = 1e-7  # of what is derived: points are located, periods simulated, to this
ERRORS = 3.0
VAGUE = 0.1  # an exponent known less well is not given


def simulated_law(
    model: Model, law: OnsetLaw, part: Firing, told: Callable[[float], None] | None = None
) -> SimulatedLaw:
    """Simulate the firing of a part near its birth, fit the law, compare."""
    d = distances(law, part)
    quantity = {
        "square root": "the prefactor",
        "logarithmic": "the factor of the logarithm",
        "finite": "the onset frequency",
    }[law.kind]
    derived = law[{"square root": "s", "logarithmic": "k", "finite": "f0"}[law.kind]]
    if not len(d):
        why = f"the law holds only at distances from {law.at:.9g} that are too small to resolve"
        return unchecked(quantity, derived, why, [], [])
    kept, runs = [], []
    for away, run in measured(model, law, part, d, told):
        kept.append(away)
        runs.append(run)
    if len(kept) < FEWEST:
        why = f"only {len(kept)} of {len(d)} runs repeated themselves"
        return unchecked(quantity, derived, why, kept, runs)
    d = np.array(kept)
    T = np.array([run.period for run in runs])
    fit = fitted(law, part, d, T, runs)
    if not np.isfinite([fit.value, fit.error]).all():
        return unchecked(quantity, derived, "the fit did not converge", kept, runs)
    vague = fit.exponent_error is None or not fit.exponent_error < VAGUE
    if law.kind == "finite":  # isochronous, or born at another kind of point
        vague |= law["f1"] == 0 if law["power"] == 0.5 else "growth" not in law.constants
    tolerance = ERRORS * fit.error + ACCURACY * abs(derived)
    return SimulatedLaw(
        quantity,
        None if vague else fit.exponent,
        None if vague else fit.exponent_error,
        fit.value,
        fit.error,
        derived,
        bool(abs(fit.value - derived) <= tolerance),
        float(tolerance),
        tuple(d.tolist()),
        tuple(T.tolist()),
        f"{len(d)} runs at distances {d.min():.3g} to {d.max():.3g} from the birth of firing",
    )


def unchecked(
    quantity: str, derived: float, why: str, d: list[float], runs: list[Repeated]
) -> SimulatedLaw:
    periods = tuple(run.period for run in runs)
    return SimulatedLaw(
        quantity, None, None, None, None, derived, None, math.nan, tuple(d), periods, why
    )


def distances(law: OnsetLaw, part: Firing) -> np.ndarray:
    """Of the drive from the birth, in geometric progression, the largest first."""
    span = part.high - part.low
    floor = CLOSEST * max(abs(law.at), span)
    if law.kind == "square root":
        most = leading_up_to(law, part)
        least = most / FURTHER
    elif law.kind == "logarithmic":
        most, least = (span * math.exp(-folds) for folds in E_FOLDS)
        floor = max(floor, 1e3 * law.constants.get("uncertainty", 0.0))
    elif law["power"] == 0.5 and law.constants.get("f1") != 0.0:
        if "f1" not in law.constants:
            return np.zeros(0)
        least, most = ((change * law["f0"] / law["f1"]) ** 2 for change in CHANGE)
    else:
        least, most = (span * share for share in SHARE)
    most = min(most, WIDEST * span)
    least = max(min(least, most / 100), floor)
    return np.geomspace(most, least, COUNT[law.kind]) if most > 30 * least else np.zeros(0)


def leading_up_to(law: OnsetLaw, part: Firing) -> float:
    """The distance up to which the periods of a part follow the leading term."""
    d = law.side * (part.values - law.at)
    order = np.argsort(d)
    d, T = d[order][d[order] > 0], part.periods[order][d[order] > 0]
    off = np.abs(T * law["s"] * np.sqrt(d) - 1)
    beyond = np.flatnonzero(off >= LEADING)
    if not len(beyond):
        return float(d[-1])
    row = int(beyond[0])
    return float(d[row] * (LEADING / off[row]) ** 2)  # off grows as sqrt(d)


def measured(
    model: Model,
    law: OnsetLaw,
    part: Firing,
    d: np.ndarray,
    told: Callable[[float], None] | None,
) -> Iterator[tuple[float, Repeated]]:
    """The runs that repeat themselves, each begun where the last one was."""
    parameter = part.branch.parameter
    orbit = part.branch.arrays["orbit"]
    size = np.maximum(np.ptp(orbit[part.near(law.at)], axis=(0, 1)), 1e-12)
    x: np.ndarray | None = None
    guess = math.nan
    for away in d:
        value = law.at + law.side * float(away)
        if told is not None:
            told(value)
        row = part.near(value)
        X = orbit[row].reshape(-1, orbit.shape[-1])
        level = 0.5 * float(X[:, 0].min() + X[:, 0].max())
        if law.kind == "finite":
            exact = cycle_of_part(part, value)
            if exact is not None:
                X, guess = exact
                x, X = X[0, 0], X.reshape(-1, X.shape[-1])
                size = np.maximum(np.ptp(X, axis=0), 1e-12)
                level = float(X[:, 0].mean())
        elif law.kind == "square root":
            guess = 1 / (law["s"] * math.sqrt(away)) + float(part.periods.min())
        else:
            guess = float(part.periods.max()) if math.isnan(guess) else guess + law["k"]
        if x is None:
            x, guess = X[int(np.argmax(X[:, 0]))], max(guess, float(part.branch["period"][row]))
        at = model.replace({parameter: value})
        run = simulated_period(at, x, 0, level, guess, size)
        if run is not None:
            x, guess = run.x, run.period
            yield float(away), run


def fitted(law: OnsetLaw, part: Firing, d: np.ndarray, T: np.ndarray, runs: list[Repeated]) -> Fit:
    """The fit that belongs to the law."""
    if law.kind == "square root":
        return square_root_fit(d, T)
    if law.kind == "logarithmic":
        return logarithmic_fit(d, T, -law["lambda_s"] / law["lambda_u"])
    if law["power"] == 0.5:
        return cycle_fold_fit(d, 1 / T)
    swing = np.array([run.swing(0) for run in runs])
    return hopf_fit(d, 1 / T, swing)
