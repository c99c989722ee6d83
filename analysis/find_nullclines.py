"""Nullclines: where one of two variables stands still, each branch by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..dynamics.errors import InvalidArgument
from ..dynamics.model import Model
from .contour import contours
from .explicit_curve import explicit_curves
from .plane_field import Others, PlaneField, plane_field
from .ranges import Range

RESOLUTION, PROBES = 200, 7


@dataclass(frozen=True, eq=False, repr=False)
class Nullcline:
    """The curve on which `variable` stands still.

    nullcline.segments
        one array (k, 2) for each connected branch, the horizontal variable first; every point lies
        on the curve to rounding, and a branch ends at poles, jumps and the border of the box
    nullcline.x, nullcline.y
        the two variables of the plane
    nullcline.held
        the values at which the other states are held; empty for "steady" ones
    nullcline.method
        "explicit" where the equation was solved for one of the two, else "contour"
    """

    variable: str
    segments: tuple[np.ndarray, ...]
    x: str
    y: str
    model: Model
    held: Mapping[str, float]
    method: str

    def to_dict(self) -> dict:
        """The branches as JSON types."""
        return {
            "variable": self.variable,
            "x": self.x,
            "y": self.y,
            "held": dict(self.held),
            "method": self.method,
            "segments": [segment.tolist() for segment in self.segments],
        }

    def __repr__(self) -> str:
        count = len(self.segments)
        points = sum(map(len, self.segments))
        branches = f"{count} branch{'es' * (count != 1)}"
        return (
            f"<Nullcline of {self.variable} in {self.model.name}, plane of {self.x} and {self.y}: "
            f"{branches}, {points} points, {self.method}>"
        )


def find_nullclines(
    model: Model,
    box: Mapping[str, Range],
    *,
    others: Others = "start",
    resolution: int = RESOLUTION,
) -> list[Nullcline]:
    """The nullclines of two variables in a box, of the horizontal variable first.

    box
        the two variables and their ranges, the horizontal one first: ``dict(V=(-80, 20), n=(0,
        1))``
    others
        the other states of a larger model: "start" keeps them at their start values, "rest" at
        those of the fixed point nearest to the start, "steady" each at its own steady state given
        the two; a mapping holds fixed values
    resolution
        how many cells of the grid on a side, for equations that can be solved for neither variable

    An equation that is affine in one of the two is solved for it; all others are contoured on the
    grid, with every point on the curve to rounding. Branches smaller than a cell, and those along
    which a rate touches zero without a change of sign, may be missed. Of a map it is the curve on
    which the variable is mapped to itself; a model that depends on time is taken at t = 0.

    >>> import rheobase as rb
    >>> v, w = rb.find_nullclines(rb.models.fitzhugh_nagumo(), dict(v=(-2, 2), w=(-1, 2)))
    >>> v.variable, len(v.segments), v.method
    ('v', 1, 'explicit')
    """
    plane = plane_field(model, box, others)
    if not isinstance(resolution, int) or not 8 <= resolution <= 4000:
        raise InvalidArgument(f"resolution is a whole number from 8 to 4000, not {resolution!r}")
    held: Mapping[str, float] = {} if others == "steady" else plane.held
    found = []
    for index, variable in enumerate((plane.x, plane.y)):
        segments, method = curves(plane, index, resolution)
        for segment in segments:
            segment.flags.writeable = False
        found.append(Nullcline(variable, tuple(segments), plane.x, plane.y, model, held, method))
    return found


def curves(plane: PlaneField, index: int, resolution: int) -> tuple[list[np.ndarray], str]:
    """The branches on which rate `index` vanishes, and how they were found."""

    def f(x: Any, y: Any) -> np.ndarray:
        return plane.rates(x, y)[index]

    def gradient(x: Any, y: Any) -> np.ndarray:
        return plane.gradients(x, y)[index]

    if affine_in(plane, gradient, 1):
        branches = explicit_curves(f, plane.x_range, plane.y_range)
        if branches is not None:
            return branches, "explicit"
    if affine_in(plane, gradient, 0):
        branches = explicit_curves(lambda u, v: f(v, u), plane.y_range, plane.x_range)
        if branches is not None:
            return [np.ascontiguousarray(branch[:, ::-1]) for branch in branches], "explicit"
    return contours(f, gradient, plane.x_range, plane.y_range, resolution), "contour"


def affine_in(plane: PlaneField, gradient: Callable, axis: int) -> bool:
    """Whether the derivative in a variable does not depend on it, and is not zero everywhere."""
    # unevenly spaced, so that periods and symmetric kinks do not pass for constants
    parts = (np.arange(PROBES) + 0.37) / PROBES + 0.03 * np.sin(np.arange(PROBES) ** 2)
    x, y = np.meshgrid(
        plane.x_range[0] + parts * (plane.x_range[1] - plane.x_range[0]),
        plane.y_range[0] + parts * (plane.y_range[1] - plane.y_range[0]),
    )
    with np.errstate(all="ignore"):
        slope = gradient(x, y)[axis]
    slope = slope if axis == 1 else slope.T
    size = np.abs(slope).max()
    return bool(
        np.isfinite(slope).all() and size > 0 and (np.ptp(slope, axis=0) <= 1e-11 * size).all()
    )
