"""What a model is told besides its equations, checked: numbers, names, units, ranges."""

from collections.abc import Mapping
from math import isfinite
from numbers import Real
from textwrap import dedent
from types import MappingProxyType
from typing import TYPE_CHECKING

from .errors import InvalidArgument, UnknownName
from .functions import RESERVED
from .noise import Term, is_poisson, term_of
from .reset import Reset
from .tokens import is_name, normalised

if TYPE_CHECKING:
    from .model import Model

OPTIONS = ("until", "step", "scheme", "tolerance")


def by_name(what: str, given: Mapping) -> dict:
    """The entries by NFC name, once each."""
    if not isinstance(given, Mapping):
        raise InvalidArgument(f"{what} is a mapping by name, dict(...), not {given!r}")
    found = {}
    for name, entry in given.items():
        if not isinstance(name, str):
            raise InvalidArgument(f"{what} is given by name, and {name!r} is no text")
        normal = normalised(name)
        if normal in found:
            raise InvalidArgument(f"{what}: {name!r} is given twice, in two spellings")
        found[normal] = entry
    return found


def numbers(what: str, given: Mapping[str, float]) -> Mapping[str, float]:
    """Finite floats by NFC name."""
    found = {}
    for name, value in by_name(what, given).items():
        try:
            number = float(value) if not isinstance(value, (str, bytes)) else float("nan")
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if not isfinite(number):
            raise InvalidArgument(f"{what} {name!r} must be a finite number, not {value!r}")
        found[name] = number
    return MappingProxyType(found)


def texts(what: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Texts by NFC name."""
    found = by_name(what, given)
    for name, text in found.items():
        if not isinstance(text, str):
            raise InvalidArgument(f"{what} of {name!r} is text, not {text!r}")
    return MappingProxyType(found)


def laid_out(text: str) -> str:
    """A text without the indentation and the empty lines that its place in a program gave it."""
    lines = [line.rstrip() for line in dedent(text).split("\n")]
    return "\n".join(lines).strip("\n")


def text_of(what: str, value: str) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"{what} is text, not {value!r}")
    return value


def sources(noise: Mapping) -> dict[str, Mapping[str, Term]]:
    """Noise terms by state and source; a lone term has a source of its own."""
    found: dict[str, Mapping[str, Term]] = {}
    for state, terms in by_name("noise", noise).items():
        alone = not isinstance(terms, Mapping) or is_poisson(terms)
        named = {f"noise of {state}": terms} if alone else terms
        amplitudes = by_name(f"noise of {state}", named)
        found[state] = MappingProxyType(
            {source: term_of(f"the noise of {state}", a) for source, a in amplitudes.items()}
        )
    return found


def interval(natural: tuple) -> tuple[str, tuple[float, float]]:
    try:
        name, (low, high) = natural
        low, high = float(low), float(high)
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"natural is a parameter with its range, ('I', (0, 100)), not {natural!r}"
        ) from None
    if not isinstance(name, str):
        raise InvalidArgument(f"natural begins with the name of a parameter, not {name!r}")
    if not (isfinite(low) and isfinite(high) and low < high):
        raise InvalidArgument(f"natural: the range of {name!r} must rise, not ({low}, {high})")
    return normalised(name), (low, high)


def options_of(options: Mapping) -> Mapping:
    found = by_name("options", options)
    for name, value in found.items():
        if name not in OPTIONS:
            raise UnknownName(name, "an option of a model", OPTIONS)
        if name == "scheme":
            text_of("option 'scheme'", value)
            continue
        number = float(value) if isinstance(value, Real) else 0.0
        if not (isfinite(number) and number > 0):
            raise InvalidArgument(f"option {name!r} is a positive number, not {value!r}")
        found[name] = number
    return MappingProxyType(found)


def reset_of(reset: object) -> Reset | None:
    if reset is None or isinstance(reset, Reset):
        return reset
    raise InvalidArgument(f"reset is a Reset('V > 30', V='c'), not {reset!r}")


def check_names(model: "Model") -> None:
    """Parameters and states have one name each, and only names."""
    for what, names in (("parameter", model.parameters), ("state", model.start)):
        for name in names:
            if not is_name(name):
                raise InvalidArgument(f"{name!r} can't name a {what}: it is not an identifier")
            if name in RESERVED:
                raise InvalidArgument(f"{name!r} is {RESERVED[name]} and can't name a {what}")
    if both := sorted(model.parameters.keys() & model.start.keys()):
        raise InvalidArgument(f"{both[0]!r} has a start value and is a parameter: rename one")


def check_references(model: "Model") -> None:
    """What units, meanings, natural and spike speak of must exist."""
    known = [*model.states, *model.parameters, *model.definitions]
    for what, names in (("units", model.units), ("meanings", model.meanings)):
        for name in names:
            if name not in known:
                raise UnknownName(name, f"a name in {model.name} (in {what})", known)
    if model.natural is not None and model.natural[0] not in model.parameters:
        raise UnknownName(model.natural[0], f"a parameter of {model.name}", model.parameters)
    if model.spike is not None:
        try:
            variable, level = model.spike
            variable, level = normalised(variable), float(level)
            if not isfinite(level):
                raise ValueError
        except (TypeError, ValueError):  # an EquationError is a ValueError
            raise InvalidArgument(
                f"spike is a variable and a level, ('V', 0.0), not {model.spike!r}"
            ) from None
        if variable not in [*model.states, *model.definitions]:
            known = [*model.states, *model.definitions]
            raise UnknownName(variable, f"a state or definition of {model.name}", known)
        model.__dict__["spike"] = (variable, level)
