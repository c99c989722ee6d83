"""What a picture of a sweep takes from it: a column of numbers or words, in printed units."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis.onset_law import HERTZ
from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.storage import PACKAGE
from ..dynamics.sweeps.part import BOOL, INT
from ..dynamics.sweeps.result import Sweep
from .labels import symbol, with_unit

RATES = ("rate", "frequency", "onset_frequency")
DRIVES = ("threshold", "firing_from", "rheobase", "block")
COUNTS = ("spike_count",)
EXTREMA = {"min": "minimum", "max": "maximum", "mean": "mean"}


@dataclass(frozen=True, eq=False)
class Drawn:
    """One number or word a point: of repeats their mean, and its standard error."""

    name: str
    values: np.ndarray
    error: np.ndarray | None
    text: str
    unit: str
    whole: bool  # whole numbers only

    @property
    def label(self) -> str:
        """The words on an axis."""
        return with_unit(self.text, self.unit)


def drawn_column(result: Sweep, name: str) -> Drawn:
    """A column as it is drawn: rates in Hz where the model's time is in s or ms."""
    values, error = result[name], None
    text, unit = spelled(result, name)
    if repeated(result, values):
        count = values.shape[-1]
        if count > 1:
            error = values.std(axis=-1, ddof=1) / np.sqrt(count)
            text = f"mean {text}"
        values = values.mean(axis=-1)
    factor = in_hertz(result, name)
    if factor is not None:
        values, unit = values * factor, "Hz"
        error = None if error is None else error * factor
    whole = error is None and factor is None and is_whole(result, name)
    return Drawn(name, values, error, text, unit, whole)


def repeated(result: Sweep, column: np.ndarray) -> bool:
    """Whether a column has one number for every repeat of an ensemble."""
    return result.repeats is not None and (
        column.shape == (*result.shape, result.repeats) and column.dtype.kind in "fiub"
    )


def in_hertz(result: Sweep, name: str) -> float | None:
    """What turns a rate that rheobase found into Hz; None for all that is no such rate."""
    ours = result.function.startswith(f"{PACKAGE}.")
    return HERTZ.get(result.model.time_unit or "") if ours and name in RATES else None


def is_whole(result: Sweep, name: str) -> bool:
    """Whether a column holds counts: whole numbers wherever there is one."""
    if name in COUNTS:
        return True
    found = (part.column(name) for _, part in result.parts())
    kinds = {column.kind for column in found if column is not None and not column.missing.all()}
    return bool(kinds) and kinds <= {INT, BOOL}


def is_drawn(result: Sweep, name: str) -> bool:
    """Whether a column has one number or word a point, or of repeats one number each."""
    column = result[name]
    plain = column.shape == result.shape and column.dtype.kind in "fiubU"
    return plain or repeated(result, column)


def chosen(result: Sweep, y: str | Sequence[str] | None) -> list[str]:
    """The names of the columns that can be drawn."""
    names = [y] if isinstance(y, str) else list(y or ())
    for name in names:
        if name not in (*result.names, "status") or not is_drawn(result, name):
            drawable = [known for known in result.names if is_drawn(result, known)]
            raise UnknownName(name, "a column of one number or word a point", drawable)
    if names:
        return names
    drawable = [name for name in result.names if is_drawn(result, name)]
    numbers = [name for name in drawable if result[name].dtype.kind in "fiub"]
    if not drawable:
        raise InvalidArgument(f"there is nothing to draw: {result.message}")
    return (numbers or drawable)[:1]


def spelled(result: Sweep, name: str) -> tuple[str, str]:
    """A column in words, and its unit as far as that is known."""
    model = result.model
    own = name.removesuffix("_found")
    if own in model.states:
        return f"{symbol(own)} at the end", model.units.get(own, "")
    state, _, ending = own.rpartition("_")
    if state in model.states and ending in EXTREMA:
        return f"{symbol(state)} {EXTREMA[ending]}", model.units.get(state, "")
    text = name.replace("_", " ")
    if name in RATES and model.time_unit and result.function.startswith(f"{PACKAGE}."):
        return text, f"1/{model.time_unit}"
    drive = result.settings.get("parameter") or (model.natural or ("",))[0]
    if name in DRIVES and drive:
        return f"{text} {symbol(drive)}", model.units.get(drive, "")
    return text, ""


def common_label(columns: Sequence[Drawn]) -> str:
    """The words on the axis of several columns: their names, once the unit if they share it."""
    units = {column.unit for column in columns}
    if len(units) == 1:
        return with_unit(", ".join(column.text for column in columns), units.pop())
    return ", ".join(column.label for column in columns)
