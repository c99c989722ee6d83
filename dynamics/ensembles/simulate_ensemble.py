"""Many runs of one model: a grid over names, a table of samples, or repeats with noise."""

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..model import Model
from ..simulate import (
    ADAPTIVE,
    FIXED_STEP,
    STOCHASTIC,
    TOLERANCE,
    checked_tolerance,
    chosen_scheme,
    finite,
    has_diagonal_noise,
    positive,
    whole,
)
from .ensemble import Ensemble
from .members import Members, members_of
from .saving import Saved, saved_of

MOST_STEPS = 2**52
MOST_TRACED = 2**29  # numbers of a trace, 4 GiB
LOCATED, ON_GRID, BRIDGED = "located", "grid", "bridge"
WAYS = (LOCATED, ON_GRID, BRIDGED)
AT_ONCE = (*FIXED_STEP, *STOCHASTIC)


def simulate_ensemble(
    model: Model,
    grid: Mapping[str, object] | None = None,
    until: float | None = None,
    *,
    samples: object = None,
    repeats: int | None = None,
    scheme: str = "auto",
    step: float | None = None,
    tolerance: float | None = None,
    begin: float = 0.0,
    drive: Mapping[str, str] | None = None,
    save: object = "last",
    after: float | None = None,
    every: float | None = None,
    max_spikes: int = 10_000,
    resets: str | None = None,
    seed: int = 0,
    first_member: int = 0,
    dtype: object = "float64",
    threads: int | None = None,
    progress: Callable[[float, float, float], None] | None = None,
) -> Ensemble:
    """Run a model many times, with other parameters, start values, or noise.

    Parameters
    ----------
    grid
        names of parameters and states (for their start values) with the values of each; every
        combination is a member, and the ensemble has one axis a name
    samples
        instead of a grid: a mapping, a pandas table or a structured array with equally long
        columns; each row is a member
    repeats
        run each member so many times (one more axis), with noise of its own
    until, begin
        when the runs end and begin; iterations for a map
    scheme, step
        "euler", "heun", "rk2", "rk4", "exponential-euler", and with noise "euler-maruyama" and
        "milstein", take steps of one length: all members at once, in compiled code made for the
        model. "auto" is "rk4" or "euler-maruyama" if a step is given. With Poisson input, "srk" and
        resets="bridge" each member is a run of `rb.simulate`, one after the other on each thread
    tolerance
        of "dormand-prince", "radau" and "auto" without a step: each member is then what
        `rb.simulate` gives, and takes as long
    drive
        parameters as text in t, as in `rb.simulate`
    save
        what to keep besides the last states: "spikes" (times), "rates" (counts only), "extrema"
        (of the states), "trace" (the states at every so many steps); an expression in the model's
        names, "g_Na*m^3*h", or dict(name=expression), of which minimum, maximum and mean over time
        are kept, and the course beside those of the states if there is a trace; or several of these
    after
        spikes, extrema and means count from this time on; a trace begins with the run
    every
        steps between two stored points of a trace (for adaptive schemes: time between them)
    max_spikes
        of one member that are kept; a member with more is marked TOO_MANY_EVENTS
    resets
        "located": a spike is found inside its step, and the order of the scheme is kept; "grid":
        the reset takes place at the end of the step in which the threshold was met, as in
        clock-driven simulators (first order in the step, faster); "bridge": noise may carry a
        member over the threshold and back between two points of the grid, with the probability of
        the Brownian bridge. This is the default where noise acts on the threshold: without it rates
        are too low by a part of the order of sqrt(step). float32 has no bridge: say another way
    seed, first_member
        of the noise: each member has random numbers of its own, by the seed and its number; the
        members of a part of a larger ensemble are numbered from `first_member`
    dtype
        "float32" (or np.float32) takes the steps in single precision, up to twice as fast; the
        result's `.loss` is the largest difference that this makes to the last states of 64 members,
        as a part of the state's largest value
    threads
        as many as there are processors, if not given; they don't change the result
    progress
        called now and then with (0, members done, members)

    Guarantees: the result is the same to the last bit for any number of threads and for any
    division into parts. A member that diverges is NaN, marked in `.status`, and disturbs no other.
    Steps of one length see a threshold crossed and crossed back within one step only at its end.

    >>> import numpy as np, rheobase as rb
    >>> cell = rb.models.leaky()
    >>> many = rb.simulate_ensemble(
    ...     cell, dict(I=np.linspace(0, 30, 4)), until=200, step=0.1, save="rates"
    ... )
    >>> many.firing_rate().shape
    (4,)
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"simulate_ensemble takes a Model, not {model!r}")
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (0, done, members); {progress!r} can't be")
    end = model.options.get("until") if until is None else until
    if end is None:
        raise InvalidArgument("say how long to simulate: until=...")
    until, begin = finite("until", end), finite("begin", begin)
    if not until > begin:
        raise InvalidArgument(f"an ensemble runs forward: until = {until:g} is not after {begin:g}")
    if resets is not None and resets not in WAYS:
        raise UnknownName(str(resets), "a way to reset", WAYS)
    dtype = precision(dtype)
    driven = driven_model(model, drive, begin, until)
    resets = way_to_reset(driven, resets, dtype)
    members = members_of(driven, grid, samples, repeats, driven=drive or ())
    saved = saved_of(save, driven)
    since = begin if after is None else finite("after", after)
    if not begin <= since < until:
        raise InvalidArgument(f"after = {since:g} must lie from {begin:g} to before {until:g}")
    common = dict(
        begin=begin,
        until=until,
        after=since,
        seed=whole("seed", seed, 0),
        first_member=whole("first_member", first_member, 0),
        max_spikes=whole("max_spikes", max_spikes, 1),
        resets=resets,
        dtype=dtype,
    )
    name = scheme_for(driven, scheme, step)
    if name in ADAPTIVE:
        from .adaptive import run_adaptive

        if resets != LOCATED or dtype != "float64":
            raise InvalidArgument(f"{name} locates resets and computes with float64 only")
        suggested = model.options.get("tolerance", TOLERANCE)
        tolerance = checked_tolerance(suggested if tolerance is None else tolerance)
        return run_adaptive(
            model, driven, members, saved, name, tolerance, every, common, threads, progress
        )
    if tolerance is not None:
        raise InvalidArgument(f"{name} has no error control: a tolerance has no meaning")
    from .fixed import run_fixed

    length = 1.0 if name == "iteration" else positive("step", step)
    steps = max(1, ceil((until - begin) / length * (1 - 1e-12) - 1e-9))
    if steps > MOST_STEPS:
        raise InvalidArgument(
            f"step = {length:g} makes {steps:.3g} steps: more than can be counted"
        )
    spacing = steps_between(every, saved, members, steps)
    alone = name == "srk" or (name == "iteration" and bool(model.noise))
    alone |= name == "milstein" and not has_diagonal_noise(driven)
    if driven._system.shots or resets == BRIDGED or alone:
        from .by_member import run_by_member

        if resets == ON_GRID or dtype != "float64":
            raise InvalidArgument(
                f'{driven.name}: Poisson input, srk, resets="bridge" and noisy maps compute with '
                f'float64 and locate resets; resets="{resets}" and dtype="{dtype}" are for the '
                "other schemes"
            )
        nodes = nodes_of(begin, until, length, steps, spacing)
        return run_by_member(
            model, driven, members, saved, name, length, nodes, common, threads, progress
        )
    return run_fixed(
        model, driven, members, saved, name, length, steps, spacing, common, threads, progress
    )


def precision(dtype: object) -> str:
    """The name of a dtype that is given by its name or as numpy has it."""
    for name, kind in (("float64", np.float64), ("float32", np.float32)):
        if dtype is kind or (isinstance(dtype, str | np.dtype) and dtype == name):
            return name
    raise UnknownName(str(dtype), "a dtype of ensembles", ("float64", "float32"))


def way_to_reset(model: Model, resets: str | None, dtype: str) -> str:
    """How resets take place."""
    from ..compiled import margin_noise

    system = model._system
    noisy = system.margin is not None and bool(system.sources) and margin_noise(system)[-1] != 0
    if resets is None and noisy and dtype != "float64":
        raise InvalidArgument(
            f'noise acts on the threshold of {model.name}: resets="bridge", which sees paths that '
            f"cross it between two points of the grid, computes with float64 only. With {dtype} "
            'say resets="located" (or "grid"), whose rates are too low by a part of the order of '
            "sqrt(step)"
        )
    if resets is None:
        return BRIDGED if noisy else LOCATED
    if resets == BRIDGED and not noisy:
        raise InvalidArgument(f"{model.name} has no threshold that noise acts upon: no bridge")
    return resets


def nodes_of(begin: float, until: float, step: float, steps: int, spacing: int) -> np.ndarray:
    """The times of a trace's points."""
    if not spacing:
        return np.zeros(0)
    index = np.append(np.arange(0, steps, spacing), steps)
    return np.where(index == steps, until, begin + index * step)


def driven_model(
    model: Model, drive: Mapping[str, str] | None, begin: float, until: float
) -> Model:
    """The model with driven parameters as functions of t."""
    if not drive:
        return model
    from ..drive import driven

    if isinstance(drive, Mapping):
        for name, given in drive.items():
            if not isinstance(given, str):
                raise InvalidArgument(
                    f"the drive of an ensemble is text in t, such as '10*heaviside(t - 20)'; "
                    f"{name!r} has {given!r}"
                )
    return driven(model, drive, begin, until).model


def scheme_for(model: Model, scheme: str, step: float | None) -> str:
    """The scheme that is meant; "iteration" for maps."""
    if model.kind == "map":
        if str(scheme) != "auto" or step is not None:
            raise InvalidArgument("a map is iterated: it takes no scheme and no step")
        return "iteration"
    name = chosen_scheme(model, scheme, step)
    if name in ADAPTIVE:
        if step is not None:
            raise InvalidArgument(f"{name} chooses its steps itself: a step has no meaning")
    elif step is None:
        raise InvalidArgument(f"{name} takes steps of one length: give step=...")
    if name not in (*ADAPTIVE, *AT_ONCE):
        raise InvalidArgument(
            f"{name} is a scheme of single runs; ensembles take one of {', '.join(AT_ONCE)}"
        )
    return name


def steps_between(every: float | None, saved: Saved, members: Members, steps: int) -> int:
    """Steps between two points of a trace, 0 without one; refused where it outgrows the memory."""
    if not saved.tracing:
        if every is not None:
            raise InvalidArgument('every= says how a trace is thinned; add save="trace"')
        return 0
    spacing = whole("every", 1 if every is None else every, 1)
    quantities = len(saved.traced(members.model.states))
    numbers = members.count * quantities * (-(-steps // spacing) + 1)
    if numbers > MOST_TRACED:
        raise InvalidArgument(
            f"this trace has {numbers:.3g} numbers ({8 * numbers / 2**30:.3g} GiB); store fewer "
            f"points by every= (now {spacing}), or run parts with first_member="
        )
    return spacing
