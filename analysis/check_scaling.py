"""Is the law of the onset true? Firing simulated ever closer to it, fitted and compared."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from .classify_excitability import classify_excitability
from .excitability import Excitability
from .firing import Firing
from .onset_law import OnsetLaw
from .scaling_check import Measured, ScalingCheck
from .scaling_tests import constants_of, rival
from .simulated_law import LEADING, WIDEST

FEWEST = 7
DEEPER = 1e4  # a square root is followed so many times closer than its farthest distance
COUNT = {"square root": 14, "logarithmic": 14, "finite": 10}
MODEST = 1e-2  # of the part, where its family doesn't look like the law anywhere
DECADES = (1e-8, 1e-2)  # of the range, where passage times are integrals
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Samples:
    """What was simulated."""

    distances: np.ndarray
    frequencies: np.ndarray
    swings: np.ndarray
    method: str


def check_scaling(
    model: Model,
    parameter: str | None = None,
    interval: tuple[float, float] | None = None,
    *,
    verdict: Excitability | None = None,
    count: int | None = None,
    progress: Progress | None = None,
) -> ScalingCheck:
    """Whether firing near its onset scales as the analysis says: f ~ d^beta, simulated and fitted.

    model, parameter, interval
        the model, its drive and the range in which it begins to fire; the natural ones if not given
    verdict
        of `classify_excitability` on the same question, if there is one
    count
        how many distances from the onset are simulated
    progress
        called with a word on what is done and the parameter's value

    The analysis derives a law from the point where firing is born: f = s sqrt(d) at a saddle-node
    on an invariant circle, T = c - k ln(d) at a homoclinic orbit, a finite frequency with an
    amplitude that grows as sqrt(d) at a supercritical Hopf point, or that is left as sqrt(d) at a
    fold of cycles. Here the periods of simulated firing are measured at distances d in geometric
    progression, and the law's constants fitted together with the terms that follow them, so that
    the exponent isn't biased by these; errors are those of the fit or of its truncation, whichever
    is larger. Nothing of the derived law enters the fit but its form and the place of the onset.

    >>> import rheobase as rb
    >>> check = rb.check_scaling(rb.models.quadratic())
    >>> check.confirmed, round(check.exponent, 6)
    (True, 0.5)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"check_scaling takes a Model, not {model!r}")
    if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
        raise InvalidArgument(f"count is a whole number, not {count!r}")
    if count is not None and count < FEWEST:
        raise InvalidArgument(f"count must be at least {FEWEST}, not {count}")
    if verdict is None:
        verdict = classify_excitability(
            model, parameter, interval, simulate=False, progress=progress
        )
    elif not isinstance(verdict, Excitability):
        raise InvalidArgument(f"verdict is what classify_excitability returns, not {verdict!r}")
    elif verdict.model != model or (parameter is not None and verdict.parameter != parameter):
        raise InvalidArgument("the verdict is on another model or another parameter")
    law = verdict.onset_law
    if law.kind == "none":
        reason = "no law is known: " + (verdict.message or f"the onset is {verdict.onset!r}")
        return unfinished(verdict, None, reason)
    samples = simulated(verdict, count or COUNT[law.kind], progress)
    if samples is None:
        return unfinished(verdict, None, "the law holds only closer to the onset than is resolved")
    if len(samples.distances) < FEWEST:
        return unfinished(
            verdict, samples, f"only {len(samples.distances)} runs repeated themselves"
        )
    d, f = samples.distances, samples.frequencies
    tests = constants_of(law, d, f, samples.swings, verdict.model.states[0])
    confirmed, reason = judged(tests)
    other = rival(law, d, 1 / f)
    if other is not None and confirmed is not True:
        confirmed, reason = False, f"the periods follow the {other} law far better"
    return ScalingCheck(
        verdict.model,
        verdict.parameter,
        verdict.onset,
        law,
        d,
        f,
        samples.swings,
        tuple(tests),
        confirmed,
        samples.method,
        reason,
    )


def judged(tests: list[Measured]) -> tuple[bool | None, str]:
    """Confirmed where the constant that makes the law agrees and nothing disagrees."""
    against = [test.what for test in tests if test.agrees is False]
    if against:
        return False, f"{', '.join(against)} differs by more than three errors"
    if not tests[0].agrees:
        return None, f"{tests[0].what} is known too badly"
    return True, ""


def unfinished(verdict: Excitability, samples: Samples | None, reason: str) -> ScalingCheck:
    """A check that can't tell."""
    empty = np.zeros(0)
    kept = samples or Samples(empty, empty, empty, "nothing that could be fitted")
    return ScalingCheck(
        verdict.model,
        verdict.parameter,
        verdict.onset,
        verdict.onset_law,
        kept.distances,
        kept.frequencies,
        kept.swings,
        (),
        None,
        kept.method,
        reason,
    )


def simulated(verdict: Excitability, count: int, progress: Progress | None) -> Samples | None:
    """Periods near the onset, by the runs that suit the model; None where it can't be resolved."""
    if verdict.model.reset is not None:
        return of_resets(verdict, count, progress)
    if len(verdict.model.states) == 1:
        return of_passages(verdict, count)
    return of_cycles(verdict, count, progress)


def part_born(parts: list[Firing], verdict: Excitability) -> Firing | None:
    """The firing that is born where the verdict says."""
    birth = verdict.birth
    born = [p for p in parts if p.born is not None and birth and p.born.kind == birth.kind]
    return min(born, key=lambda p: abs(p.born.value - verdict.onset_law.at), default=None)  # type: ignore[union-attr]


def spread(law: OnsetLaw, part: Firing, tried: np.ndarray, count: int) -> np.ndarray:
    """The distances: a square root is followed further down than its fit needs."""
    if law.kind != "square root":
        return np.geomspace(tried.max(), tried.min(), count) if len(tried) else tried
    resets = part.branch.model.reset is not None
    most = float(tried.max(initial=0.0)) if resets else farthest(law, part)
    floor = 1e-11 * abs(law.at)
    return np.geomspace(most, max(most / DEEPER, floor), count) if most > 100 * floor else tried[:0]


def farthest(law: OnsetLaw, part: Firing) -> float:
    """The distance up to which the family follows the square root, from wherever it begins to: not
    from the onset on, so that a wrong place of the onset shows in the runs."""
    d = law.side * (part.values - law.at)
    order = np.argsort(d)
    d, T = d[order][d[order] > 0], part.periods[order][d[order] > 0]
    if not len(d):
        return 0.0
    off = np.abs(T * law["s"] * np.sqrt(d) - 1)
    good = np.flatnonzero(off < LEADING)
    if not len(good):
        return MODEST * (part.high - part.low)
    beyond = np.flatnonzero(off[good[0] :] >= LEADING)
    if not len(beyond):
        return float(min(d[-1], WIDEST * (part.high - part.low)))
    row = good[0] + int(beyond[0])
    return float(min(d[row] * (LEADING / off[row]) ** 2, WIDEST * (part.high - part.low)))


def of_cycles(verdict: Excitability, count: int, progress: Progress | None) -> Samples | None:
    """Runs of a flow, by an adaptive integrator to a tolerance of 1e-10."""
    from .firing import firing_parts
    from .simulated_law import distances
    from .simulated_law import measured as runs_of
    from .spike_level import spike_level

    diagram = verdict.diagram
    if diagram is None:
        raise InvalidArgument("the verdict has no diagram; classify the model again")
    parts = firing_parts(diagram, spike_level(verdict.model, diagram.cycles))
    part = part_born(parts, verdict)
    if part is None:
        return None
    law = verdict.onset_law
    d = spread(law, part, distances(law, part), count)
    if not len(d):
        return None
    told = None if progress is None else lambda value: progress("firing near the onset", value)
    found = [
        (away, 1 / run.period, run.swing(0))
        for away, run in runs_of(verdict.model, law, part, d, told)
    ]
    d, f, swings = np.array(found).reshape(-1, 3).T
    return Samples(d, f, swings, described(d, "runs by an adaptive integrator"))


def of_resets(verdict: Excitability, count: int, progress: Progress | None) -> Samples | None:
    """Runs from spike to spike of a model with a reset."""
    from .reset_families import parts_of
    from .reset_field import ResetField
    from .reset_simulation import distances, simulated_period

    assert verdict.diagram is not None, "this is a bug: a verdict on a reset model has a diagram"
    part = part_born(parts_of(verdict.diagram), verdict)
    if part is None:
        return None
    law, field = verdict.onset_law, ResetField(verdict.model, verdict.parameter)
    kept, frequencies = [], []
    for away in spread(law, part, distances(law, part), count).tolist():
        value = law.at + law.side * away
        if progress is not None:
            progress("firing near the onset", value)
        period = simulated_period(field, part, value, law)
        if period is not None:
            kept.append(away)
            frequencies.append(1 / period)
    d = np.array(kept)
    if not len(d):
        return None
    swings = np.full(len(d), np.nan)
    return Samples(d, np.array(frequencies), swings, described(d, "runs from spike to spike"))


def of_passages(verdict: Excitability, count: int) -> Samples | None:
    """Passage times of a flow of one state, as integrals."""
    from .drift import passage_time

    law, (low, high) = verdict.onset_law, verdict.interval
    d = np.geomspace(*DECADES, max(count, COUNT["square root"])) * (high - low)
    at = [verdict.model.replace({verdict.parameter: law.at + law.side * x}) for x in d.tolist()]
    T = np.array([passage_time(model) for model in at])
    good = np.isfinite(T)
    d, T = d[good][::-1], T[good][::-1]
    swings = np.full(len(d), np.nan)
    return Samples(d, 1 / T, swings, described(d, "passage times by quadrature"))


def described(d: np.ndarray, how: str) -> str:
    if not len(d):
        return f"no {how} that repeated themselves"
    return f"{len(d)} {how}, at distances from {d.min():.3g} to {d.max():.3g} from the onset"
