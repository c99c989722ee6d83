"""What `passage` calls of a model: names that stand for the functions that a kernel generates.

`s` is the flat buffer of a group, `now` the begin of the step; a part of the step begins OFFSET
later and has a LENGTH of its own for each member. Called here, they are an error.
"""

from typing import NoReturn


def margins(s, now: float, level: float) -> NoReturn:
    """AFTER becomes the margin at the states."""
    raise AssertionError("this is a bug: the margins of no model")


def leap(s, now: float, level: float) -> NoReturn:
    """The states become those after a part of the step from OLD, AFTER the margin there."""
    raise AssertionError("this is a bug: the steps of no model")


def slopes(s, now: float, level: float) -> NoReturn:
    """SLOPE_BEFORE and SLOPE_AFTER: the margin's slopes at OLD and at the states."""
    raise AssertionError("this is a bug: the slopes of no model")


def jump(s, now: float, level: float) -> NoReturn:
    """OLD becomes the states after a reset, PAUSE the refractory time, AFTER the margin there."""
    raise AssertionError("this is a bug: the reset of no model")
