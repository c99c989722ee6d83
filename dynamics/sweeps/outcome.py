"""What a function gave at one point: named columns, how it ended, and the whole result."""

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import RheobaseError
from ..status import Status
from ..storage import described
from ..trajectory import Trajectory

FAILED, FAULT, NOT_FINITE, MISSING = "failed", "error", Status.NOT_FINITE.value, "missing"
FINE = Status.COMPLETED.value
VALUE = "value"  # the column of a function that returns one number
NUMERICAL = (RheobaseError, ArithmeticError, np.linalg.LinAlgError)
LEFT_OUT = (  # of to_dict: what is told elsewhere, texts without end, what is no number where it is
    *("model", "digest", "parameter", "report", "protocol", "criterion", "message", "status"),
    *("bistable", "simulated", "loss", "birth"),
)
FRAMES = 2  # of a traceback that are shown


@dataclass(frozen=True)
class Outcome:
    """One row of the table that a sweep fills; `whole` is the result taken apart."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    status: str = FINE
    message: str = ""
    whole: tuple[str, dict[str, np.ndarray]] | None = None


def outcome_of(result: object, keep: bool) -> Outcome:
    """A result as a row."""
    ended = getattr(result, "status", None)
    if ended is Status.INTERRUPTED:
        raise KeyboardInterrupt  # the function noticed Ctrl-C itself
    columns = dict(columns_of(result))
    status, message = FINE, ""
    if isinstance(ended, Status):
        status, message = ended.value, str(getattr(result, "message", "") or "")
        if ended.ok:
            status = FINE
    elif odd := [name for name, value in columns.items() if not finite(value)]:
        # a column without a value does not take the others with it
        status = NOT_FINITE if len(odd) == len(columns) else FINE
        message = f"{', '.join(odd)}: not a finite number"
    whole = described(result) if keep and hasattr(result, "to_storage") else None
    return Outcome(columns, status, message, whole)


def failure(error: BaseException) -> Outcome:
    """An exception as a row: of the numerics, or of the program."""
    told = f"{type(error).__name__}: {error}"
    if isinstance(error, NUMERICAL):
        return Outcome(status=FAILED, message=told)
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = " > ".join(f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames)
    return Outcome(status=FAULT, message=f"{told} ({places})")


def columns_of(result: object) -> Iterable[tuple[str, Any]]:
    """The named numbers, truth values, texts and arrays in a result."""
    if is_scalar(result) or isinstance(result, np.ndarray):
        return [(VALUE, scalar(result))]
    if isinstance(result, Mapping):
        return [(str(name), entry(str(name), value)) for name, value in result.items()]
    if isinstance(result, Trajectory):
        return columns_of_run(result)
    if hasattr(result, "special"):  # a branch or a diagram: to_dict would write out every column
        return special_points(result.special)
    if hasattr(result, "to_dict"):
        told = result.to_dict()
        return [
            (name, scalar(value))
            for name, value in told.items()
            if name not in LEFT_OUT and (value is None or is_scalar(value))
        ]
    if isinstance(result, list | tuple):
        if result and all(map(is_scalar, result)):
            return [(VALUE, np.asarray(result))]
        return [("count", len(result))]
    raise TypeError(
        f"it returned a {type(result).__name__}: return a number, a mapping from names to numbers "
        "or arrays, or a result of rheobase"
    )


def entry(name: str, value: object) -> Any:
    """One value of a mapping that a function returned."""
    if value is None or is_scalar(value):
        return scalar(value)
    if isinstance(value, np.ndarray | list | tuple):
        array = np.asarray(value)
        if array.dtype.kind in "biuf":
            return array
    raise TypeError(f"{name!r} is {value!r}: a number, a text or an array of numbers is expected")


def is_scalar(value: object) -> bool:
    """Whether a value fits a cell of a table."""
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "biufU"
    return isinstance(value, bool | int | float | str | np.bool_ | np.number) and not (
        isinstance(value, np.complexfloating)
    )


def scalar(value: Any) -> Any:
    """A NumPy scalar as Python's; arrays stay."""
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value.item()
    return value


def finite(value: object) -> bool:
    """Whether a value is no NaN and no infinity, nor holds one."""
    if isinstance(value, float | np.ndarray):
        return bool(np.all(np.isfinite(value)))
    return True


def columns_of_run(run: Trajectory) -> Iterable[tuple[str, Any]]:
    """Of a trajectory: how many spikes, their rate over the whole run, the states at its end."""
    spikes = run.spikes
    ends = [(name, float(run.x[-1, i])) for i, name in enumerate(run.model.states)]
    return [("spikes", len(spikes)), ("rate", run.firing_rate()), *ends]


def special_points(points: Iterable) -> Iterable[tuple[str, float]]:
    """The parameter values of special points: LP, H, ..., a second one of a kind as LP_2."""
    seen: dict[str, int] = {}
    found = []
    for point in points:
        seen[point.label] = number = seen.get(point.label, 0) + 1
        name = point.label if number == 1 else f"{point.label}_{number}"
        found.append((name, float(point.value)))
    return found
