"""What a model is told besides its equations, checked: numbers, names, units, ranges."""

from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING

from .errors import InvalidArgument, UnknownName
from .functions import RESERVED
from .tokens import begins_name, continues_name, normalised

if TYPE_CHECKING:
    from .model import Model

OPTIONS = ("until", "step", "scheme", "tolerance")


def numbers(what: str, given: Mapping[str, float]) -> Mapping[str, float]:
    """Finite floats by NFC name."""
    found = {}
    for name, value in given.items():
        if not isinstance(name, str):
            raise InvalidArgument(f"a {what} is named by text, not {name!r}")
        try:
            number = float(value) if not isinstance(value, (str, bytes)) else float("nan")
        except (TypeError, ValueError, OverflowError):
            number = float("nan")
        if not isfinite(number):
            raise InvalidArgument(f"{what} {name!r} must be a finite number, not {value!r}")
        found[normalised(name)] = number
    return MappingProxyType(found)


def texts(what: str, given: Mapping[str, str]) -> Mapping[str, str]:
    for name, text in given.items():
        if not isinstance(text, str):
            raise InvalidArgument(f"{what} of {name!r} is text, not {text!r}")
    return MappingProxyType({normalised(name): text for name, text in given.items()})


def text_of(what: str, value: str) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"{what} is text, not {value!r}")
    return value


def sources(noise: Mapping) -> dict[str, Mapping[str, str]]:
    """Noise terms by state and source; a lone term has a source of its own."""
    found = {}
    for state, terms in noise.items():
        named = terms if isinstance(terms, Mapping) else {f"noise of {state}": terms}
        found[normalised(state)] = MappingProxyType({k: str(v) for k, v in named.items()})
    return found


def interval(natural: tuple) -> tuple[str, tuple[float, float]]:
    try:
        name, (low, high) = natural
        low, high = float(low), float(high)
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"natural is a parameter with its range, ('I', (0, 100)), not {natural!r}"
        ) from None
    if not (isfinite(low) and isfinite(high) and low < high):
        raise InvalidArgument(f"natural: the range of {name!r} must rise, not ({low}, {high})")
    return normalised(name), (low, high)


def options_of(options: Mapping) -> Mapping:
    for name in options:
        if name not in OPTIONS:
            raise UnknownName(name, "an option of a model", OPTIONS)
    return MappingProxyType(dict(options))


def check_names(model: "Model") -> None:
    """Parameters and states have one name each, and only names."""
    for what, names in (("parameter", model.parameters), ("state", model.start)):
        for name in names:
            if not name or not begins_name(name[0]) or not all(map(continues_name, name)):
                raise InvalidArgument(f"{name!r} can't name a {what}: it is not an identifier")
            if name in RESERVED:
                raise InvalidArgument(f"{name!r} is a built-in name and can't name a {what}")
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
            level = float(level)
        except (TypeError, ValueError):
            raise InvalidArgument(
                f"spike is a variable and a level, ('V', 0.0), not {model.spike!r}"
            ) from None
        if variable not in [*model.states, *model.definitions]:
            raise UnknownName(variable, f"a state or definition of {model.name}", model.states)
        model.__dict__["spike"] = (variable, level)
