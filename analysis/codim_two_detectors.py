"""A number along a curve of bifurcations that changes sign at a point of codimension two."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .continuation import Found, Point
from .plane_curve import zero_along
from .special_point import SpecialPoint

VANISHES = 1e-5  # of the values on either side; else the number passed through infinity


@dataclass(frozen=True)
class Turn:
    """A number of the curve's facts, and the point that its zero makes (None: an impostor)."""

    curve: Any
    name: str
    find: Callable[[Any, Point], SpecialPoint | None]
    ends = None

    def value(self, point: Point) -> float:
        return getattr(point.facts, self.name)

    def locate(self, before: Point, after: Point) -> Found | None:
        point = zero_along(self.curve, self.value, before, after)
        if point is None:
            return None
        largest = max(abs(self.value(before)), abs(self.value(after)))
        if not abs(self.value(point)) <= VANISHES * largest:
            return Found(point, None)
        return Found(point, self.find(self.curve, point))
