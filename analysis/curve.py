"""A curve as the continuation loop sees it: points, what solves its linearisation, detectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..dynamics.status import Status


@dataclass(frozen=True)
class Point:
    """A point of a curve: unknowns, unit tangent, arclength, and what the curve knows of it."""

    z: np.ndarray
    tangent: np.ndarray
    s: float
    facts: Any


@dataclass(frozen=True)
class Found:
    """What a detector located: the point there, and what is special about it (or None)."""

    point: Point
    special: Any = None
    message: str = ""


class Detector(Protocol):
    """A number along the curve whose change of sign means something."""

    @property
    def ends(self) -> Status | None:
        """What the end of the curve is called, if this ends it."""

    def value(self, point: Point) -> float: ...

    def locate(self, before: Point, after: Point) -> Found | None: ...


class Curve(Protocol):
    """What the loop follows."""

    detectors: Sequence[Detector]

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        """F(z); a function that solves F' y = r, <border, y> = c; and what `facts` makes of it."""
        ...

    def residual(self, z: np.ndarray) -> np.ndarray: ...

    def dot(self, u: np.ndarray, v: np.ndarray) -> float:
        """The inner product that measures arclength."""
        ...

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: Any) -> Any: ...

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        """The last points, carried to a new discretisation (or as they are)."""
        ...

    def explained(self, before: Point, after: Point, found: Sequence[Any]) -> bool:
        """Whether what was located accounts for the change of stability between two points."""
        ...

    remedy: str  # what else may be wrong where Newton's method fails
    chords: bool  # whether Newton steps with old derivatives cost less than full ones

    def place(self, point: Point) -> str:
        """Where a point is, in words."""
        ...
