"""Curves of torus bifurcations in two parameters: a pair of multipliers exp(+-i theta)."""

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
    """The curve of toruss through a point of it, both ways if wanted."""
    return curve_of("torus", point, plane, settings, mesh, both_ways)
