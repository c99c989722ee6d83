"""Who is in an ensemble: a grid over names, or a table of samples, and repeats of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from ..errors import InvalidArgument, UnknownName
from ..model import Model

MOST = 10**8
SAMPLE, REPEAT = "sample", "repeat"


@dataclass(frozen=True, eq=False)
class Members:
    """The members in the order of their numbers: the last axis runs fastest.

    values
        by name: along an axis of its own (`grid`), or all along one common axis
    repeats
        how often each is run, None for once and without an axis
    """

    model: Model
    values: Mapping[str, np.ndarray]
    grid: bool
    repeats: int | None = None

    @cached_property
    def dims(self) -> tuple[str, ...]:
        """A name for each axis."""
        names = tuple(self.values) if self.grid else (SAMPLE,)
        return names + (() if self.repeats is None else (REPEAT,))

    @cached_property
    def shape(self) -> tuple[int, ...]:
        lengths = [len(v) for v in self.values.values()]
        own = tuple(lengths) if self.grid else (lengths[0],)
        return own + (() if self.repeats is None else (self.repeats,))

    @cached_property
    def count(self) -> int:
        return prod(self.shape)

    def of(self, name: str) -> np.ndarray:
        """The values of a varied name in the ensemble's shape, read-only."""
        axis = self.dims.index(name) if self.grid else 0
        wanted = [1] * len(self.shape)
        wanted[axis] = -1
        return np.broadcast_to(self.values[name].reshape(wanted), self.shape)

    def rows(self, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Start values (members, n) and parameters (members, m) of a range of members."""
        model, flat = self.model, np.arange(start, stop)
        indices = np.unravel_index(flat, self.shape) if self.shape else ()
        x = np.tile(np.array(list(model.start.values()), dtype=float), (len(flat), 1))
        p = np.tile(np.array(list(model.parameters.values()), dtype=float), (len(flat), 1))
        states, parameters = list(model.states), list(model.parameters)
        for axis, (name, values) in enumerate(self.values.items()):
            column = values[indices[axis if self.grid else 0]]
            if name in states:
                x[:, states.index(name)] = column
            else:
                p[:, parameters.index(name)] = column
        return x, p

    def changes(self, index: tuple[int, ...]) -> dict[str, float]:
        """What sets one member apart: its values by name."""
        return {name: float(self.of(name)[index]) for name in self.values}


def members_of(
    model: Model, grid: object, samples: object, repeats: object, driven: Iterable[str] = ()
) -> Members:
    """The members that were asked for, or what is wrong with them."""
    if grid is not None and samples is not None:
        raise InvalidArgument("give either a grid or samples=, not both")
    count = None
    if repeats is not None:
        whole = isinstance(repeats, int | np.integer) and not isinstance(repeats, bool)
        count = int(repeats) if whole else 0  # type: ignore[call-overload]
        if count < 1:
            raise InvalidArgument(f"repeats is a whole number from 1, not {repeats!r}")
    given = columns_of(
        "samples" if grid is None else "a grid", grid if samples is None else samples
    )
    for name in given:
        if name in driven:
            raise InvalidArgument(f"{name!r} is driven: it can't be varied as well")
        if name not in (*model.parameters, *model.states):
            what = f"a parameter or state of {model.name}"
            raise UnknownName(str(name), what, [*model.parameters, *model.states])
    if samples is not None:
        lengths = {name: len(v) for name, v in given.items()}
        if not lengths:
            raise InvalidArgument("samples has no columns: give at least one name")
        if len(set(lengths.values())) > 1:
            raise InvalidArgument(f"the columns of samples must be equally long, not {lengths}")
    members = Members(model, given, samples is None, count)
    if members.count > MOST:
        raise InvalidArgument(
            f"{members.count:.3g} members are too many for one ensemble, which takes {MOST:.0e} at "
            "most: make several of it"
        )
    return members


def columns_of(what: str, given: object) -> dict[str, np.ndarray]:
    """A mapping, a DataFrame or a structured array as columns of finite numbers by name."""
    if given is None:
        return {}
    names: Iterable
    if isinstance(given, Mapping):
        names = given
    elif isinstance(given, np.ndarray) and given.dtype.names:
        names = given.dtype.names
    elif hasattr(given, "columns") and hasattr(given, "__getitem__"):
        names = list(given.columns)
    else:
        raise InvalidArgument(f"{what} is a mapping from names to values, not {given!r}")
    found = {}
    for name in names:
        if not isinstance(name, str):
            raise InvalidArgument(f"{what} is indexed by names, not by {name!r}")
        try:
            if np.iscomplexobj(given[name]):
                raise TypeError
            values = np.array(given[name], dtype=float)
        except (TypeError, ValueError, OverflowError):
            values = np.full((1, 1), np.nan)
        if values.ndim != 1 or not len(values):
            raise InvalidArgument(
                f"{what} needs for {name!r} a row of numbers, as in "
                f"{name}=np.linspace(0, 30, 100), not {described(given[name])}; one value for all "
                "members goes into model.replace"
            )
        if not np.isfinite(values).all():
            bad = values[~np.isfinite(values)][0]
            raise InvalidArgument(f"{what} has for {name!r} a value that is no number: {bad}")
        values.flags.writeable = False
        found[name] = values
    return found


def described(given: object) -> str:
    """What was given instead of a row of numbers, in a few words."""
    try:
        array = np.asarray(given)
    except ValueError:  # rows of several lengths
        return f"rows of different lengths, {brief(given)}"
    if array.ndim > 1:
        return f"an array of the shape {array.shape}"
    if array.ndim == 1 and not len(array):
        return "an empty one"
    if array.ndim == 1 and array.dtype.kind not in "biuf":
        odd = next((v for v in array.tolist() if not isinstance(v, int | float)), array[0])
        return f"one that holds {brief(odd)}"
    return brief(given)


def brief(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 40 else f"{text[:37]}..."
