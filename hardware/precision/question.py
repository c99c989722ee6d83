"""What a study of precision asks, and by which protocol."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...dynamics.errors import InvalidArgument, UnknownName
from ...dynamics.model import Model
from ..machine.building import check, spike_level
from ..machine.orders import check_program
from ..machine.schemes import SCHEMES
from ..qformat import QFormat
from ..rounding import ROUNDINGS
from .walks import with_rounding

FRACTIONS = (8, 10, 12, 15, 18, 22)
USUAL = ("floor", "nearest", "stochastic")
STEPS = 200_000
DRIVES = 12
SEVERAL = ("words", "roundings", "currents")
LONGEST = 80  # value that a message shows
FINER = 10  # than the tolerance is the resolution of an onset
BEGINS = {
    "rest": "from the rest state of the step itself with the constants used (the model's start "
    "where there is none)",
    "step": "from the rest state at {name} = {low:g} with the constants used (the model's start "
    "where there is none), then {name} steps to the value",
    "model": "from the model's start",
}
PLAIN = (
    *("parameter", "until", "step", "scheme", "program", "literals", "fit", "seeds", "spikes"),
    *("classify", "tolerance", "grid", "at", "start"),
)
Progress = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Question:
    """The arguments of `precision`, checked and completed."""

    model: Model
    parameter: str
    interval: tuple[float, float]
    words: tuple[QFormat, ...]
    roundings: tuple[str, ...]
    kick: Mapping[str, float]
    currents: tuple[float, ...]
    at: float | None
    until: float
    step: float
    scheme: str
    program: str
    literals: str
    fit: str
    scale: str | Mapping[str, int] | None
    seeds: int
    tolerance: float
    grid: int
    spikes: int
    classify: bool
    start: str = "rest"
    spike: tuple[int, float | None] = field(default=(-1, None), compare=False)

    @property
    def steps(self) -> int:
        return round(self.until / self.step)

    @property
    def resolution(self) -> float:
        """To which onsets are bracketed."""
        return self.tolerance / FINER

    def model_at(self, value: float) -> Model:
        """The model at a value of the parameter."""
        return self.model.replace({self.parameter: value})

    def protocol(self) -> str:
        """The protocol in words."""
        unit = self.model.time_unit or "time units"
        kicks = ", ".join(f"{name} {size:+.6g}" for name, size in self.kick.items() if size)
        begin = BEGINS[self.start].format(name=self.parameter, low=self.interval[0])
        return (
            f"{self.scheme} with step {self.step:g} {unit}, program {self.program!r}; {begin}, "
            f"{f'kicked by {kicks}' if kicks else 'no kick'}, for {self.until:g} {unit}; "
            "it fires if it spikes in the second half, or steadily before. Onset: the least "
            f"{self.parameter} at which it fires, on {self.grid} values from "
            f"{self.interval[0]:g} to {self.interval[1]:g}, then halved to {self.resolution:g}. "
            "What grows or drifts more slowly than the run is long is not seen"
            + (
                f"; stochastic rounding: {self.seeds} seeds"
                if "stochastic" in self.roundings
                else ""
            )
        )

    def to_dict(self) -> dict:
        """All of it as JSON types."""
        return {name: getattr(self, name) for name in PLAIN} | {
            "model": self.model.to_dict(),
            "interval": list(self.interval),
            "words": [word_fields(word) for word in self.words],
            "roundings": list(self.roundings),
            "kick": dict(self.kick),
            "currents": list(self.currents),
            "scale": dict(self.scale) if isinstance(self.scale, Mapping) else self.scale,
        }

    def differences(self, other: "Question") -> str:
        """The settings in which another question differs, with both values; "" if in none."""
        there, here = settings(self), settings(other)
        if self.model.text != other.model.text:
            parts = ("name of the model", "text of the model")
            there, here = (
                {n: v for n, v in given.items() if n in parts} for given in (there, here)
            )
        return "; ".join(
            text_of(name, there.get(name), here.get(name))
            for name in {**there, **here}
            if there.get(name) != here.get(name)
        )

    @classmethod
    def from_dict(cls, fields: Mapping) -> "Question":
        """The question of a stored study."""
        given = dict(fields)
        model = Model.from_dict(given.pop("model"))
        return cls(
            **given
            | {
                "model": model,
                "interval": tuple(given["interval"]),
                "words": tuple(QFormat(**entry) for entry in given["words"]),
                "roundings": tuple(given["roundings"]),
                "currents": tuple(given["currents"]),
            },
            spike=spike_level(model),
        )


def settings(question: Question) -> dict[str, object]:
    """What was asked, by the names of the arguments; of the model each part by its own."""
    fields = question.to_dict()
    model = fields.pop("model")
    parts = {f"{kind} of the model": part for kind, part in model.items()}
    for kind in ("parameters", "start", "options"):
        given = parts.pop(f"{kind} of the model")
        parts |= {f"{name} ({kind} of the model)": value for name, value in given.items()}
    words = [f"{word.name} ({word.overflow})" for word in question.words]
    return {"range": fields.pop("interval"), **fields, "words": words, **parts}


def text_of(name: str, there: object, here: object) -> str:
    """How one setting differs; long ones, such as equations, without their values."""
    old, new = plain(there), plain(here)
    if max(len(old), len(new)) > LONGEST or "\n" in old + new:
        return f"{name} differ{'s' * (name not in SEVERAL)}"
    return f"{name} {'are' if name in SEVERAL else 'is'} {old} there, {new} here"


def plain(value: object) -> str:
    """A setting as it is said in a sentence."""
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, list):
        return ", ".join(map(plain, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(inner)} in {key}" for key, inner in value.items()) or "none"
    return "not given" if value is None else str(value)


def word_fields(word: QFormat) -> dict:
    names = ("integer", "fraction", "signed", "rounding", "overflow")
    return {name: getattr(word, name) for name in names}


def asked(
    model: Model,
    parameter: str | None,
    words: Sequence[QFormat | int] | None,
    roundings: Sequence[str],
    kick: float | Mapping[str, float],
    interval: tuple[float, float] | None,
    currents: Sequence[float] | np.ndarray | None,
    *,
    at: float | None,
    until: float | None,
    step: float,
    scheme: str,
    program: str,
    literals: str,
    fit: str,
    scale: str | Mapping[str, int] | None,
    seeds: int,
    tolerance: float,
    grid: int,
    spikes: int,
    classify: bool,
    start: str = "rest",
) -> Question:
    """The question, or a complaint."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"precision(model, parameter) takes a Model, not {model!r:.60}")
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; onset and rates are those of flows")
    if model.noise or not model.autonomous:
        raise InvalidArgument(
            f"{model.name} has noise or depends on time; precision takes models that rest and fire "
            "by themselves"
        )
    parameter, low, high = where(model, parameter, interval)
    for name, number in (("step", step), ("tolerance", tolerance), ("until", until)):
        if number is not None:
            finite(name, number, positive=True)
    for name, count in (("seeds", seeds), ("grid", grid), ("spikes", spikes)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
            raise InvalidArgument(f"{name}={count!r} must be a whole number of 1 or more")
    until = STEPS * step if until is None else float(until)
    if until < 100 * step:
        raise InvalidArgument(f"until={until:g} is less than a hundred steps of {step:g}")
    check_program(program)
    schemes = SCHEMES if program == "model" else (*SCHEMES, "rk2q")
    if start not in BEGINS:
        raise UnknownName(str(start), "where runs begin", tuple(BEGINS))
    if scheme not in schemes:
        raise UnknownName(scheme, "a scheme of machine programs", schemes)
    formats = formats_of(words)
    ways = tuple(dict.fromkeys([roundings] if isinstance(roundings, str) else roundings))
    for rounding in ways:
        if rounding not in ROUNDINGS:
            raise UnknownName(rounding, "a rounding", ROUNDINGS)
    if not ways:
        raise InvalidArgument("roundings=() leaves nothing to study")
    for word in formats:
        check(model, word, scale, literals, None, fit)
    if currents is None:
        drives = low + (high - low) * (np.arange(DRIVES) + 0.5) / DRIVES
    else:
        drives = np.array(currents, dtype=float).reshape(-1)
        if not np.isfinite(drives).all():
            raise InvalidArgument(f"currents are finite numbers, not {currents!r:.80}")
    return Question(
        model=model,
        parameter=parameter,
        interval=(low, high),
        words=formats,
        roundings=ways,
        kick=kicks_of(model, kick),
        currents=tuple(drives.tolist()),
        at=None if at is None else finite("at", at),
        until=until,
        step=float(step),
        scheme=scheme,
        program=program,
        literals=literals,
        fit=fit,
        scale=dict(scale) if isinstance(scale, Mapping) else scale,
        seeds=int(seeds),
        tolerance=float(tolerance),
        grid=int(grid),
        spikes=int(spikes),
        classify=bool(classify),
        start=start,
        spike=spike_level(model),
    )


def where(
    model: Model, parameter: str | None, interval: tuple[float, float] | None
) -> tuple[str, float, float]:
    """The parameter and its range, upward."""
    natural = model.natural
    if parameter is None:
        if natural is None:
            raise InvalidArgument(
                f"which parameter? {model.name} has {', '.join(model.parameters)}"
            )
        parameter = natural[0]
    if not isinstance(parameter, str):
        raise InvalidArgument(
            f"the second argument is the name of a parameter, not {parameter!r:.60}; "
            "words=[15] is given by name or third"
        )
    if parameter not in model.parameters:
        raise UnknownName(parameter, f"a parameter of {model.name}", model.parameters)
    if interval is None:
        if natural is None or natural[0] != parameter:
            raise InvalidArgument(f"give the range of {parameter}: range=(0, 100)")
        interval = natural[1]
    try:
        low, high = (float(end) for end in interval)
    except (TypeError, ValueError):
        raise InvalidArgument(f"range={interval!r} must be two numbers") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise InvalidArgument(
            f"range={interval!r} must be two different finite numbers, the lower one first"
        )
    return parameter, low, high


def formats_of(words: Sequence[QFormat | int] | None) -> tuple[QFormat, ...]:
    """The words, shortest first; a whole number F stands for s16.F."""
    if words is None:
        words = FRACTIONS
    if isinstance(words, QFormat | int):
        words = [words]
    found = []
    for word in words:
        if isinstance(word, bool) or not isinstance(word, QFormat | int | np.integer):
            raise InvalidArgument(f"words are QFormats or bits behind the point, not {word!r:.60}")
        made = word if isinstance(word, QFormat) else QFormat(16, int(word))
        found.append(with_rounding(made, "floor"))
    if not found:
        raise InvalidArgument("words=() leaves nothing to study")
    twice = [word.name for word in dict.fromkeys(found) if found.count(word) > 1]
    if twice:
        raise InvalidArgument(f"words have {twice[0]} more than once")
    return tuple(sorted(found, key=lambda word: (word.fraction, word.bits)))


def kicks_of(model: Model, kick: float | Mapping[str, float]) -> dict[str, float]:
    """By state; a number is for the first."""
    if not isinstance(kick, Mapping):
        return {model.states[0]: finite("kick", kick)}
    for name in kick:
        if name not in model.states:
            raise UnknownName(name, f"a state of {model.name} (in kick)", model.states)
    return {name: finite(f"kick of {name}", size) for name, size in kick.items()}


def finite(name: str, number: object, positive: bool = False) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float | np.number):
        raise InvalidArgument(f"{name}={number!r} must be a number")
    if not np.isfinite(number) or (positive and not number > 0):
        raise InvalidArgument(f"{name}={number!r} must be a finite{' positive' * positive} number")
    return float(number)
