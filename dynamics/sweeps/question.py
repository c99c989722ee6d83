"""What a sweep asks: a function, a model, points, settings. Two questions are the same or differ in
something that can be said."""

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from math import ceil
from typing import Any

import numpy as np

from ..errors import InvalidArgument, did_you_mean
from ..model import Model
from ..storage import PACKAGE
from .named import dotted_name, own_name
from .table import Table

FORMAT = "rheobase sweep 1"
ENSEMBLE = f"{PACKAGE}.dynamics.ensembles.simulate_ensemble:simulate_ensemble"
MANY = 1000  # arrays with more numbers are remembered by their digest
PARTS, WIDTHS = 1000, (256, 16384)  # of other functions; of chunks of an ensemble
ENSEMBLE_PARTS = 64
SPEED = ("threads",)  # settings of an ensemble that do not change its outcome
OURS = ("grid", "samples", "first_member", "progress")  # of simulate_ensemble, said by the sweep


@dataclass(frozen=True, eq=False)
class Question:
    """Everything that the outcome depends on."""

    function: Callable
    name: str
    model: Model
    table: Table
    settings: Mapping[str, Any]
    chunk: int
    keep: bool

    @property
    def ensemble(self) -> bool:
        """Whether whole chunks of the table go to simulate_ensemble."""
        return self.name == ENSEMBLE

    @property
    def parts(self) -> int:
        """How many chunks there are."""
        return ceil(len(self.table) / self.chunk)

    def span(self, index: int) -> tuple[int, int]:
        """The first point of a chunk, and how many it has."""
        first = index * self.chunk
        return first, min(self.chunk, len(self.table) - first)

    @cached_property
    def manifest(self) -> dict:
        """The question as JSON types; the values of samples stand in a file of their own."""
        axes = zip(self.table.names, self.table.arrays, strict=True)
        manifest = {
            "format": FORMAT,
            "rheobase": version(),
            "function": self.name,
            "model": self.model.to_dict(),
            "digest": self.model.digest,
            "names": list(self.table.names),
            "grid": {name: a.tolist() for name, a in axes} if self.table.grid else None,
            "points": len(self.table),
            "table": self.table.digest,
            "settings": {
                name: plain(name, value)
                for name, value in self.settings.items()
                if not (self.ensemble and name in SPEED)
            },
            "chunk": self.chunk,
            "keep": self.keep,
        }
        return json.loads(json.dumps(manifest))

    @cached_property
    def defaults(self) -> dict:
        """What settings have that are not given, as far as it can be written down."""
        found = {}
        with suppress(TypeError, ValueError):  # a built-in function says nothing
            for name, parameter in inspect.signature(self.function).parameters.items():
                if parameter.default is not parameter.empty:
                    with suppress(InvalidArgument):
                        found[name] = plain(name, parameter.default)
        return json.loads(json.dumps(found))


def version() -> str:
    """The version of rheobase that is running."""
    return import_module(PACKAGE).__version__


def asked(
    function: Callable,
    model: Model,
    table: Table,
    settings: Mapping[str, Any],
    chunk: int | None,
    keep: bool,
    stays: bool = False,
) -> Question:
    """The question, if its parts fit together; a function that stays in this process, and in no
    store, needs no name by which others find it."""
    name = own_name(function) if stays else dotted_name(function)
    check_settings(function, name, model, settings)
    size = usual_chunk(name, len(table)) if chunk is None else chunk
    return Question(function, name, model, table, dict(settings), size, keep)


def check_settings(
    function: Callable, name: str, model: Model, settings: Mapping[str, Any]
) -> None:
    """Refuse settings that the function does not take."""
    short = name.rpartition(":")[2]
    try:
        takes = inspect.signature(function)
    except (TypeError, ValueError):
        return  # a built-in function says nothing; calling it will
    known = list(takes.parameters)
    if name == ENSEMBLE:
        for said in set(OURS) & set(settings):
            raise InvalidArgument(f"{said} of {short} is the sweep's own matter; leave it out")
    open_ended = any(p.kind is p.VAR_KEYWORD for p in takes.parameters.values())
    for setting in settings:
        if setting not in known and not open_ended:
            raise InvalidArgument(
                f"{short} has no setting {setting!r}.{did_you_mean(setting, known[1:])} "
                f"Known: {', '.join(known[1:]) or 'none'}"
            )
    try:
        takes.bind(model, **settings)
    except TypeError as error:
        raise InvalidArgument(
            f"{short}(model{''.join(f', {s}=...' for s in settings)}) can't be called: {error}"
        ) from None


def usual_chunk(name: str, points: int) -> int:
    """How many points make a chunk if nobody says it; the machine has no part in it."""
    if name == ENSEMBLE:
        return int(np.clip(ceil(points / ENSEMBLE_PARTS), *WIDTHS))
    return max(1, ceil(points / PARTS))


def plain(name: str, value: object) -> Any:
    """A setting as JSON types, by which it is recognised on resuming."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Model):
        return {"model": value.name, "digest": value.digest}
    if isinstance(value, Mapping):
        return {str(key): plain(name, inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufU":
        if value.size <= MANY:
            return value.tolist()
        content = np.ascontiguousarray(value).tobytes()
        digest = hashlib.sha256(content).hexdigest()
        return {"shape": list(value.shape), "type": str(value.dtype), "digest": digest}
    if isinstance(value, Sequence | set | frozenset):
        inner = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(name, entry) for entry in inner]
    if hasattr(value, "to_dict"):
        return {"type": type(value).__name__, "value": plain(name, value.to_dict())}
    if callable(value):
        return {"function": dotted_name(value)}
    raise InvalidArgument(
        f"the setting {name} = {value!r} can't be written down; give numbers, text, sequences, "
        "mappings, arrays or models"
    )


def differences(there: Mapping, wanted: Mapping, defaults: Mapping) -> list[str]:
    """In what two manifests differ, a phrase each; a setting not given has its default."""
    found = [
        f"{key}: {there.get(key)!r} there, {wanted[key]!r} here"
        for key in ("format", "rheobase", "function", "keep")
        if there.get(key) != wanted[key]
    ]
    if there.get("digest") != wanted["digest"]:
        found += model_differences(there.get("model") or {}, wanted["model"])
    if there.get("table") != wanted["table"]:
        found.append(
            f"the points: {there.get('points')} over {', '.join(there.get('names') or ())} there, "
            f"{wanted['points']} over {', '.join(wanted['names'])} here"
            + (" (other values)" if there.get("points") == wanted["points"] else "")
        )
    settings, ours = there.get("settings") or {}, wanted["settings"]
    for name in {**settings, **ours}:
        old, new = (s.get(name, defaults.get(name, "not given")) for s in (settings, ours))
        if repr(old) != repr(new):  # NaN is itself
            found.append(f"{name}: {shortened(old)} there, {shortened(new)} here")
    if not found and there.get("chunk") != wanted["chunk"]:  # else it is of no account
        found.append(f"chunk: {there.get('chunk')!r} there, {wanted['chunk']!r} here")
    return found


def model_differences(there: Mapping, wanted: Mapping) -> list[str]:
    """In which numbers or parts two models differ."""
    found = []
    for part in ("parameters", "start"):
        old, new = there.get(part) or {}, wanted[part]
        found += [
            f"{name} of the model: {old[name]:g} there, {new[name]:g} here"
            for name in new
            if name in old and old[name] != new[name]
        ]
    others = [part for part in wanted if part not in ("parameters", "start")]
    changed = [part for part in others if repr(there.get(part)) != repr(wanted[part])]
    if changed or not found:
        found.append(f"the model's {', '.join(changed) or 'names'}")
    return found


def shortened(value: object) -> str:
    """A value in at most a line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
