"""One trajectory of one model: what to integrate, with which scheme, and how it ended."""

from collections.abc import Callable, Mapping
from math import inf, isfinite
from typing import TYPE_CHECKING

from .drive import Drive, Driven, driven
from .errors import InvalidArgument, UnknownName
from .model import Model
from .trajectory import Trajectory

if TYPE_CHECKING:
    from .running import Settings

ADAPTIVE = ("auto", "dormand-prince", "radau")
FIXED_STEP = ("euler", "heun", "rk2", "rk4", "exponential-euler")
STOCHASTIC = ("euler-maruyama", "milstein", "srk")
SCHEMES = (*ADAPTIVE, *FIXED_STEP, *STOCHASTIC)
TOLERANCE = 1e-11
SMALLEST_TOLERANCE = 1e-14


def simulate(
    model: Model,
    until: float | None = None,
    *,
    begin: float = 0.0,
    tolerance: float | None = None,
    absolute: float | None = None,
    scheme: str = "auto",
    step: float | None = None,
    drive: Mapping[str, Drive] | None = None,
    max_step: float | None = None,
    max_steps: int = 10_000_000,
    every: int = 1,
    seed: int = 0,
    progress: Callable[[float, float, float], None] | None = None,
) -> Trajectory:
    """The trajectory of a model from its start values.

    Parameters
    ----------
    until
        the time (or, for a map, the number of iterations) at which to end; before `begin` for a
        run backward in time. Models may suggest one.
    tolerance
        of the adaptive schemes: each step's error estimate is below
        absolute + tolerance * |x| in every component (in the root mean square)
    absolute
        the absolute part; as large as the tolerance if not given, which suits states of the order
        of 1 or more. Give less for states in small units (molar concentrations, amperes)
    scheme, step
        "dormand-prince" (order 8(5,3)), "radau" (Radau IIA, order 5, for stiff equations) and
        "auto" (the first, changing to the second where stiffness would cost thousands of steps)
        choose their steps themselves; "euler", "heun", "rk2" (midpoint), "rk4",
        "exponential-euler", and for noise "euler-maruyama", "milstein" and "srk" (for amplitudes
        that no state enters) take steps of length `step`. With a step and no scheme: "rk4", or
        "euler-maruyama" if the model has Gaussian noise. Poisson input goes with any fixed step.
    drive
        parameters as functions of time: text ("10*heaviside(t - 20)"), a table (times, values)
        joined by straight lines, or a callable, which is sampled (the message states the error)
    max_step, max_steps, every
        the longest adaptive step, the largest number of steps, and how many fixed steps lie
        between two stored nodes
    seed
        of the noise: the same seed gives the same path
    progress
        called now and then with (begin, t, until)

    Resets and refractory times are located on the dense output: no spike is tied to a step. The
    result's `.status` and `.message` say how the run ended; after a divergence, a collapse of the
    step or Ctrl-C it holds the part that was computed.

    >>> import rheobase as rb
    >>> run = rb.simulate(rb.Model("decay", "x' = -x", start=dict(x=1)), until=1, tolerance=1e-12)
    >>> bool(abs(run["x"][-1] - 0.36787944117144233) < 1e-12)
    True
    """
    if not isinstance(model, Model):
        raise InvalidArgument(f"simulate takes a Model, not {model!r}")
    if progress is not None and not callable(progress):
        raise InvalidArgument(f"progress is called with (begin, t, until); {progress!r} can't be")
    end = model.options.get("until") if until is None else until
    if end is None:
        raise InvalidArgument("say how long to simulate: until=...")
    until, begin = finite("until", end), finite("begin", begin)
    if until == begin:
        raise InvalidArgument(f"the run would begin and end at t = {begin:g}: change until")
    if model.kind == "map":
        from .iteration import iterated

        given = dict(step=step, drive=drive or None, tolerance=tolerance, absolute=absolute)
        refuse_for_maps(scheme, given | dict(max_step=max_step))
        return iterated(model, begin, until, whole("seed", seed, 0))
    from .running import run

    settings = checked_settings(
        model,
        scheme,
        (tolerance, absolute),
        step,
        max_step,
        max_steps,
        every,
        seed,
        abs(until - begin),
    )
    plan = driven(model, drive, begin, until) if drive else Driven(model, {})
    return run(model, plan, begin, until, settings, progress)


def checked_settings(
    model: Model,
    scheme: str,
    tolerances: tuple[float | None, float | None],
    step: float | None,
    max_step: float | None,
    max_steps: int,
    every: int,
    seed: int,
    span: float,
) -> "Settings":
    """The settings, if they make sense together."""
    from .running import Settings

    scheme = chosen_scheme(model, scheme, step)
    tolerance, absolute = tolerances
    if scheme in ADAPTIVE:
        if step is not None:
            raise InvalidArgument(f"{scheme} chooses its steps itself; bound them by max_step=")
        step = inf
        suggested = model.options.get("tolerance", TOLERANCE)
        tolerance = checked_tolerance(suggested if tolerance is None else tolerance)
        absolute = tolerance if absolute is None else positive("absolute", absolute)
    else:
        if step is None:
            raise InvalidArgument(f"{scheme} takes steps of one length: give step=...")
        if tolerance is not None or absolute is not None:
            raise InvalidArgument(f"{scheme} has no error control: a tolerance has no meaning")
        if max_step is not None:
            raise InvalidArgument(f"{scheme} takes steps of one length: max_step has no meaning")
        step, tolerance, absolute = positive("step", step), inf, inf
        if span / step > whole("max_steps", max_steps, 1):
            raise InvalidArgument(
                f"step = {step:g} makes {span / step:.3g} steps; raise max_steps = {max_steps}"
            )
    return Settings(
        scheme=scheme,
        tolerance=tolerance,
        absolute=absolute,
        step=step,
        max_step=inf if max_step is None else positive("max_step", max_step),
        max_steps=whole("max_steps", max_steps, 1),
        every=whole("every", every, 1),
        seed=whole("seed", seed, 0),
    )


def chosen_scheme(model: Model, scheme: str, step: float | None) -> str:
    """The scheme that is meant, refused where it can't serve the model."""
    name = str(scheme).replace("_", "-").lower()
    if name not in SCHEMES:
        raise UnknownName(str(scheme), "a scheme", SCHEMES)
    gaussian, shots = bool(model._system.sources), bool(model._system.shots)
    usual = "euler-maruyama" if gaussian else "rk4"
    if name == "auto" and (gaussian or shots):
        if step is None:
            raise InvalidArgument(f"{model.name} has noise: give step=... for the scheme {usual}")
        return usual
    if name == "auto" and step is not None:
        return "rk4"
    if gaussian and name not in STOCHASTIC:
        raise InvalidArgument(
            f"{model.name} has noise, which {name} leaves out; use euler-maruyama, milstein or srk"
        )
    if shots and name in ADAPTIVE:
        raise InvalidArgument(
            f"{model.name} has Poisson input, which {name} leaves out; give step=... and no scheme"
        )
    if name in STOCHASTIC and not gaussian:
        raise InvalidArgument(
            f"{model.name} has no{' Gaussian' * shots} noise; use one of {', '.join(FIXED_STEP)}"
        )
    if name == "srk" and model._system.multiplicative:
        raise InvalidArgument(
            f"srk is for noise whose amplitude no state enters; that of "
            f"{model._system.multiplicative[0]} in {model.name} depends on a state: use milstein "
            "or euler-maruyama"
        )
    from .commutative import is_commutative

    if name == "milstein" and not is_commutative(model._system):
        raise InvalidArgument(
            "milstein wants noise that commutes, as where each noisy state has a source of its own "
            f"and enters no other amplitude; that of {model.name} does not, and its paths need "
            "more than the increments of the sources: use euler-maruyama"
        )
    return name


def has_diagonal_noise(model: Model) -> bool:
    """Whether no state has two Gaussian sources and no Gaussian source two states."""
    rows = [[s for s in terms if s in model._system.sources] for terms in model.noise.values()]
    sources = [source for row in rows for source in row]
    return all(len(row) <= 1 for row in rows) and len(set(sources)) == len(sources)


def refuse_for_maps(scheme: str, given: Mapping[str, object]) -> None:
    given = {**given, "scheme": None if scheme == "auto" else scheme}
    for name, value in given.items():
        if value is not None:
            raise InvalidArgument(f"a map in discrete time takes no {name} (got {value!r})")


def checked_tolerance(given: object) -> float:
    tolerance = positive("tolerance", given)
    if not SMALLEST_TOLERANCE <= tolerance < 1:
        raise InvalidArgument(
            f"tolerance = {tolerance:g} is out of range: from {SMALLEST_TOLERANCE:g}, "
            "below which doubles can't tell, to 1"
        )
    return tolerance


def whole(name: str, value: object, least: int) -> int:
    """A whole number, least or more."""
    number = finite(name, value)
    if number != int(number) or number < least:
        raise InvalidArgument(f"{name} must be a whole number from {least}, not {value!r}")
    return int(number)


def finite(name: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not isfinite(number):
        raise InvalidArgument(f"{name} must be a finite number, not {value!r}")
    return number


def positive(name: str, value: object) -> float:
    number = finite(name, value)
    if number <= 0:
        raise InvalidArgument(f"{name} must be positive, not {value!r}")
    return number
