"""Curves of cycle folds in two parameters: where two cycles meet and disappear."""

from .branch import Branch
from .continuation import Settings
from .critical_branch import curve_of
from .plane import Plane
from .special_point import SpecialPoint


def curve_through(
    point: SpecialPoint,
    plane: Plane,
    settings: Settings,
    *,
    mesh: int,
    both_ways: bool,
    **_: int,
) -> Branch:
    """The curve of cycle folds through a point of it, both ways if wanted."""
    return curve_of("cycle fold", point, plane, settings, mesh, both_ways)
