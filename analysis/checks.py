"""What a setting of a continuation may be; anything else is refused by name."""

import math
from collections.abc import Callable
from typing import Any

from ..dynamics.errors import InvalidArgument


def whole(least: int, most: float = math.inf) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and least <= v <= most


def positive(below: float = math.inf) -> Callable[[Any], bool]:
    return lambda v: is_number(v) and 0 < v < below


def is_number(value: Any) -> bool:
    try:
        return math.isfinite(value) and not isinstance(value, bool)
    except TypeError:
        return False


RULES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "mesh": ("a number of intervals, 5 or more", whole(5)),
    "degree": ("2 to 7", whole(2, 7)),
    "tolerance": ("a number between 0 and 0.01", positive(1e-2)),
    "max_step": ("a positive number", positive()),
    "max_points": ("a number of points, 2 or more", whole(2)),
    "max_period": ("a positive number", positive()),
    "depth": ("0 or a small number", whole(0, 8)),
    "progress": ("a function", callable),
}


def check_settings(**settings: Any) -> None:
    """Refuse what makes no sense; None stands for the default where there is one."""
    for name, value in settings.items():
        meaning, allowed = RULES[name]
        if value is None and name in ("max_period", "progress"):
            continue
        if not allowed(value):
            raise InvalidArgument(f"{name} is {meaning}, not {value!r}")
