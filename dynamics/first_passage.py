"""First passage times: when does noise carry a variable across a threshold for the first time?

Runs of the model with a reset in the place of the threshold end at their first spike. Between two
points of the grid the path is a Brownian bridge (`kernels/bridge.py`): it may cross and return, and
the time of the crossing is drawn. Looking at the points of the grid alone gives times that are too
long by a part of the order of sqrt(step).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np

from .errors import InvalidArgument, UnknownName
from .model import Model
from .reset import as_text
from .simulate import ADAPTIVE, chosen_scheme, positive, whole
from .status import Status
from .storage import storable
from .trajectory import numbers

THRESHOLD = "first_passage_threshold"
ARRAYS = ("times", "failed")


@storable
@dataclass(frozen=True, eq=False, repr=False)
class FirstPassage:
    """Times of the first passage of many runs.

    times
        of the runs that crossed, in the order of the runs
    survivors
        how many had not crossed when their time was up, at `until`
    failed
        the numbers of the runs that diverged or otherwise gave up
    mean, standard_error, cv
        of all times; NaN as long as there are survivors or failures, because the times that are
        missing are not known (cv also where all times are 0)
    survival(t)
        the part of the runs that had not crossed by t, for t up to `until`
    """

    model: Model
    variable: str
    threshold: str
    times: np.ndarray
    survivors: int
    failed: np.ndarray
    until: float
    scheme: str
    step: float
    seed: int
    bridge: bool
    message: str

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = np.asarray(getattr(self, name)).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def repeats(self) -> int:
        """How many runs there were."""
        return len(self.times) + self.survivors + len(self.failed)

    @property
    def complete(self) -> bool:
        """Whether every run crossed."""
        return len(self.times) == self.repeats

    @property
    def mean(self) -> float:
        """The mean of the times."""
        return float(self.times.mean()) if self.complete else nan

    @property
    def standard_error(self) -> float:
        """The standard error of the mean."""
        if not self.complete or self.repeats < 2:
            return nan
        return float(self.times.std(ddof=1)) / sqrt(self.repeats)

    @property
    def cv(self) -> float:
        """The standard deviation of the times, divided by their mean."""
        if not self.complete or self.repeats < 2 or not self.mean > 0:
            return nan
        return float(self.times.std(ddof=1) / self.times.mean())

    def survival(self, t: float | np.ndarray) -> np.ndarray:
        """The part of the runs that had not crossed by t; those that failed are left out."""
        t = np.asarray(t, dtype=float)
        if not np.all(t <= self.until):
            raise InvalidArgument(f"the runs ended at t = {self.until:g}: nothing is known beyond")
        crossed = np.searchsorted(np.sort(self.times), t, side="right")
        return 1.0 - crossed / max(1, len(self.times) + self.survivors)

    def to_dict(self) -> dict:
        """JSON types."""
        return {
            "model": self.model.name,
            "variable": self.variable,
            "threshold": self.threshold,
            "times": numbers(self.times),
            "mean": self.mean if self.complete else None,
            "standard_error": self.standard_error if self.complete else None,
            "cv": self.cv if self.complete else None,
            "survivors": self.survivors,
            "failed": self.failed.tolist(),
            "until": self.until,
            "message": self.message,
        }

    def to_storage(self) -> tuple[dict, dict[str, np.ndarray]]:
        """For `save`."""
        names = ("variable", "threshold", "survivors", "until", "scheme", "step", "seed", "bridge")
        fields = {name: getattr(self, name) for name in (*names, "message")}
        return fields | {"model": self.model.to_dict()}, {n: getattr(self, n) for n in ARRAYS}

    @classmethod
    def from_storage(cls, fields: Mapping, arrays: Mapping[str, np.ndarray]) -> "FirstPassage":
        """For `load`."""
        found = dict(fields) | {"model": Model.from_dict(fields["model"])}
        found |= {name: arrays[name] for name in ARRAYS}
        return cls(**found)

    def __repr__(self) -> str:
        where = f"first passage of {self.variable} to {self.threshold} in {self.model.name}"
        if self.complete:
            found = f"mean {self.mean:.6g} +- {self.standard_error:.2g}, CV {self.cv:.3g}"
        else:
            found = f"{self.survivors} survivors, {len(self.failed)} failed"
        return f"<{where}: {self.repeats} runs, {found}>"


def first_passage(
    model: Model,
    variable: str,
    threshold: float | str,
    *,
    until: float,
    step: float,
    repeats: int = 1000,
    seed: int = 0,
    scheme: str = "auto",
    rising: bool = True,
    bridge: bool = True,
    threads: int | None = None,
) -> FirstPassage:
    """When a state or definition first crosses a threshold, in many runs from the start values.

    Parameters
    ----------
    variable, threshold
        a state or definition of a model with noise and without a reset; a number, or text in the
        model's names for a threshold that moves
    until
        when runs that have not crossed are given up; they are counted in `.survivors`
    step, scheme
        of the schemes of `rb.simulate` for noise; "auto" is "srk" where no state enters the
        amplitudes of the noise, else "euler-maruyama"
    repeats, seed
        how many runs, and the seed of their noise: the same for any number of threads
    rising
        False for a threshold that is crossed from above
    bridge
        False looks for crossings at the points of the grid alone (and interpolates linearly), which
        finds them too late: for comparison

    A run that starts beyond the threshold, or on it where noise moves it, has the time 0 (with
    bridge=False it crosses from the threshold when it is seen beyond it). Between points of the
    grid noise and drift are taken to be constant; a definition that is bent in the states is
    replaced by its tangent in each step.

    >>> import rheobase as rb
    >>> wiener = rb.Model("Wiener", "x' = mu", parameters=dict(mu=1), start=dict(x=0),
    ...                   noise=dict(x="1"))
    >>> found = rb.first_passage(wiener, "x", 2, until=100, step=0.5, repeats=2000)
    >>> abs(found.mean - 2) < 4 * found.standard_error  # (threshold - start)/mu
    True
    """
    from .ensembles.by_member import Runner, member_seed
    from .ensembles.crew import threads_of

    if not isinstance(model, Model):
        raise InvalidArgument(f"first_passage takes a Model, not {model!r}")
    watched = with_threshold(model, variable, threshold, rising)
    system = watched._system
    if scheme == "auto" and system.sources and not system.multiplicative:
        scheme = "srk"
    name = chosen_scheme(watched, scheme, step)
    if name in ADAPTIVE or not model.noise:
        raise InvalidArgument(
            f"{model.name} has no noise: rb.simulate(...).crossings({variable!r}, ...) finds when "
            "it crosses a level"
        )
    step, until = positive("step", step), positive("until", until)
    repeats, seed = whole("repeats", repeats, 1), whole("seed", seed, 0)
    runner = Runner(watched, name, step, bridged=bridge)
    x = np.array(list(watched.start.values()))
    p = watched.field.parameter_array(watched.parameters)
    times = np.full(repeats, inf)
    failures: dict[int, str] = {}

    def run(numbers: range) -> None:
        for k in numbers:
            found = runner.solve(x, p, (0.0, until), member_seed(seed, k), enough=1)
            if len(found.events):
                times[k] = found.events[0]
            elif found.status is not Status.COMPLETED:
                times[k] = nan
                failures[k] = found.message

    over_threads(run, repeats, threads_of(threads))
    crossed, failed = np.isfinite(times), np.isnan(times)
    survivors = int(repeats - crossed.sum() - failed.sum())
    return FirstPassage(
        model=model,
        variable=variable,
        threshold=str(threshold) if isinstance(threshold, str) else f"{float(threshold):g}",
        times=times[crossed],
        survivors=survivors,
        failed=np.flatnonzero(failed),
        until=until,
        scheme=name,
        step=step,
        seed=seed,
        bridge=bool(bridge),
        message=said(repeats, survivors, failures, until),
    )


def said(repeats: int, survivors: int, failures: Mapping[int, str], until: float) -> str:
    """How the runs ended."""
    if not survivors and not failures:
        return f"All {repeats} runs crossed before t = {until:g}."
    parts = []
    if survivors:
        parts.append(
            f"{survivors} of {repeats} runs had not crossed by t = {until:g}: raise until; of the "
            "distribution before that, survival(t) is known."
        )
    if failures:
        first = min(failures)
        parts.append(f"{len(failures)} runs gave up; the first, number {first}: {failures[first]}")
    return " ".join(parts)


def over_threads(run, repeats: int, threads: int) -> None:
    """Call run(range) for parts of the numbers up to repeats, on some threads."""
    if threads == 1:
        run(range(repeats))
        return
    from concurrent.futures import ThreadPoolExecutor

    size = max(1, -(-repeats // (8 * threads)))
    with ThreadPoolExecutor(threads) as pool:
        parts = [range(k, min(k + size, repeats)) for k in range(0, repeats, size)]
        list(pool.map(run, parts))


def with_threshold(model: Model, variable: str, threshold: float | str, rising: bool) -> Model:
    """The model with a reset at the threshold."""
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map: its passages are seen in its iterates")
    if model.reset is not None:
        raise InvalidArgument(
            f"{model.name} has a reset of its own; first_passage wants the model without it "
            '(simulate_ensemble(..., save="spikes") gives the spikes of many noisy runs)'
        )
    known = [*model.states, *model.definitions]
    if variable not in known:
        raise UnknownName(variable, f"a state or definition of {model.name}", known)
    fields = model.to_dict()
    text = as_text("the threshold", threshold)
    if not isinstance(threshold, str):
        # a parameter, so that another value does not compile again
        name = THRESHOLD
        while name in (*known, *model.parameters):
            name += "_"
        fields["parameters"][name] = float(threshold)
        text = name
    elsewhere = model.states[0]
    fields["reset"] = {
        "condition": f"{variable} {'>' if rising else '<'} ({text})",
        "assignments": {elsewhere: elsewhere},
        "refractory": None,
        "hold": [],
    }
    return Model.from_dict(fields)
