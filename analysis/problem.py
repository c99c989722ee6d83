"""A model, the parameter that is set free, and its range: what every curve starts from."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.freed import FreedField, freed
from ..dynamics.model import Model
from .iterate import IteratedField

ROUNDING = 1e-12
UNBOUNDED = 1e4  # times the scale of a state: beyond, a branch has left its bounds


@dataclass(frozen=True)
class Problem:
    """The field in z = (states, parameter), and the range from `first` to `last`."""

    model: Model
    parameter: str
    first: float
    last: float
    field: FreedField | IteratedField
    sizes: np.ndarray | None = None  # of the states, where they are known beforehand

    @property
    def n(self) -> int:
        return self.field.n

    @property
    def low(self) -> float:
        return min(self.first, self.last)

    @property
    def high(self) -> float:
        return max(self.first, self.last)

    @property
    def interval(self) -> tuple[float, float]:
        return self.first, self.last

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def turns(self) -> int:
        """Of a cycle of a map: how many points it has."""
        return self.field.turns if isinstance(self.field, IteratedField) else 1

    @property
    def is_map(self) -> bool:
        return self.model.kind == "map"

    def named(self, x: np.ndarray) -> dict[str, float]:
        return dict(zip(self.model.states, map(float, x), strict=True))


def problem_of(
    model: Model, parameter: str, interval: tuple[float, float], turns: int = 1
) -> Problem:
    """Checks the question; ranges may run downward. `turns` > 1: the iterate of a map."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"this takes a Model, not {model!r}")
    if parameter not in model.parameters:
        raise UnknownName(parameter, f"a parameter of {model.name}", model.parameters)
    first, last = numbers_of(parameter, interval)
    once = freed(model, parameter)
    field = once if turns == 1 else IteratedField(once, turns)
    return Problem(model, parameter, first, last, field)


def with_sizes(problem: Problem, states: Iterable[np.ndarray]) -> Problem:
    """The problem, told how large its states get."""
    start = np.array(list(problem.model.start.values()))
    sizes = np.max([np.abs(x) for x in (start, *states)], axis=0)
    return replace(problem, sizes=sizes)


def numbers_of(name: str, interval: tuple[float, float]) -> tuple[float, float]:
    try:
        first, last = (float(value) for value in interval)
    except (TypeError, ValueError):
        raise InvalidArgument(
            f"the range of {name} is a pair of numbers such as (0, 200), not {interval!r}"
        ) from None
    if not (math.isfinite(first) and math.isfinite(last)) or first == last:
        raise InvalidArgument(
            f"the range of {name} is from {first} to {last}: give two different finite numbers"
        )
    return first, last


def check_within(problem: Problem, value: float) -> None:
    """A start must lie in the range."""
    if (
        not problem.low - ROUNDING * problem.width
        <= value
        <= problem.high + ROUNDING * problem.width
    ):
        raise InvalidArgument(
            f"the start lies at {problem.parameter} = {value:g}, outside the range from "
            f"{problem.first:g} to {problem.last:g}: give a range that holds it"
        )
