"""Numbers as JSON has them: complex as [re, im], NaN and infinity as null."""

import math

import numpy as np


def json_number(value):
    """A number (or text, None, truth value, several numbers) as a JSON type."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, tuple | list):
        return [json_number(entry) for entry in value]
    if isinstance(value, complex | np.complexfloating):
        return [json_number(value.real), json_number(value.imag)]
    if isinstance(value, int | np.integer):
        return int(value)
    return float(value) if math.isfinite(value) else None


def json_list(array) -> list:
    """A numerical array as nested lists of JSON types."""
    return [
        json_list(entry) if np.ndim(entry) else json_number(entry) for entry in np.asarray(array)
    ]
