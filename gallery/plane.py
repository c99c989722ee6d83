"""Two variables of a model and the window on them: the field there, and where it vanishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.find_fixed_points import find_fixed_points
from ..analysis.find_nullclines import Nullcline, find_nullclines
from ..analysis.fixed_point import FixedPoint
from ..analysis.manifolds import Manifold, find_manifolds
from ..analysis.plane_field import Others, PlaneField, plane_field
from ..analysis.ranges import Range, range_of
from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.simulate import simulate

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

MARGIN, LONG, FAR = 0.12, 100.0, 3.0
AGREE = 1e-6


@dataclass(frozen=True)
class Plane:
    """The window x_range by y_range on two variables; `others` says what the rest does."""

    model: Model
    x: str
    y: str
    x_range: Range
    y_range: Range
    others: Others = "start"

    @property
    def box(self) -> dict[str, Range]:
        """The window by name, the horizontal variable first."""
        return {self.x: self.x_range, self.y: self.y_range}

    @cached_property
    def field(self) -> PlaneField:
        """The rates of the two variables."""
        return plane_field(self.model, self.box, self.others)

    def grid(self, columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Evenly spaced points that cover the window."""
        return np.meshgrid(np.linspace(*self.x_range, columns), np.linspace(*self.y_range, rows))

    def velocity(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f_x and f_y at these points."""
        u, v = self.field.rates(x, y)
        return u, v

    def nullclines(self) -> list[Nullcline]:
        """The nullclines of x and of y."""
        return find_nullclines(self.model, self.box, others=self.others)

    @cached_property
    def fixed_points(self) -> list[FixedPoint]:
        """The fixed points in the window: in larger models those at which the others agree with
        what is held, and all of them where the others are at their steady states."""
        if not self.model.autonomous:
            return []
        held = {} if self.others == "steady" else self.field.held
        return [
            point
            for point in find_fixed_points(self.model, self.box)
            if all(abs(point[n] - v) <= AGREE * max(1e-3, abs(v)) for n, v in held.items())
        ]

    def manifolds(self) -> list[Manifold]:
        """The manifolds of the saddles in the window, of a model of two variables."""
        if len(self.model.states) != 2:
            return []
        saddles = [point for point in self.fixed_points if point.kind == "saddle"]
        return [curve for saddle in saddles for curve in find_manifolds(saddle, self.box)]


def plane_of(
    model: Model,
    box: Mapping[str, Range] | None,
    x: str | None,
    y: str | None,
    runs: "Sequence[Trajectory]",
    others: Others | None = None,
) -> Plane:
    """The window that is asked for, or that runs of the model need."""
    if len(model.states) < 2:
        raise InvalidArgument(f"{model.name} has one state; a phase plane needs two")
    if box is not None and len(box) != 2:
        raise InvalidArgument(
            f"box names two variables, dict(V=(-80, 20), n=(0, 1)), not {len(box)}"
        )
    x, y = _names(model, list(box or ()), x, y)
    ranges = {name: range_of(name, edges) for name, edges in (box or {}).items()}
    if box is None:
        rests = [] if runs else _several_rests(model, others)
        runs = list(runs) or _typical_runs(model)
        ranges = {name: _visited(runs, name, rests) for name in (x, y)}
    if others is None:
        others = _usual_others(model, {name: ranges[name] for name in (x, y)})
    return Plane(model, x, y, ranges[x], ranges[y], others)


def _usual_others(model: Model, box: Mapping[str, Range]) -> Others:
    """ "start", but "steady" where otherwise one of the rates knew neither of the two variables."""
    plane = plane_field(model, box)
    low, high = (np.array([edges[i] for edges in box.values()]) for i in (0, 1))
    places = low + (high - low) * np.array([[0.21], [0.47], [0.83]])
    gradients = plane.gradients(places[:, 0], places[::-1, 1])
    idle = not np.any(gradients, axis=(1, 2)).all()
    return "steady" if idle and len(model.states) > 2 else "start"


def _names(model: Model, boxed: list[str], x: str | None, y: str | None) -> tuple[str, str]:
    known = boxed or list(model.states)
    for name in (*boxed, *(name for name in (x, y) if name is not None)):
        if name not in model.states:
            raise UnknownName(name, f"a state of {model.name}", model.states)
        if name not in known:
            raise InvalidArgument(f"{name!r} is not in the box, which is over {', '.join(known)}")
    x = x or next(name for name in known if name != y)
    y = y or next(name for name in known if name != x)
    if x == y:
        raise InvalidArgument(f"x and y are both {x!r}; a phase plane needs two variables")
    return x, y


def _typical_runs(model: Model) -> "list[Trajectory]":
    """A run of the model; if it doesn't fire, also at some values of its natural parameter."""
    until = float(model.options.get("until", LONG))
    runs = [simulate(model, until=until)]
    if len(runs[0].spikes) == 0 and model.natural is not None:
        name, (low, high) = model.natural
        values = (low + part * (high - low) for part in (0.0, 0.3, 0.6))
        runs += [simulate(model.replace({name: value}), until=until) for value in values]
    return runs


def _several_rests(model: Model, others: Others | None) -> list[FixedPoint]:
    """The fixed points that lie in the plane wherever the window is, if there are several."""
    if not model.autonomous or (len(model.states) > 2 and others != "steady"):
        return []
    points = list(find_fixed_points(model))
    return points if len(points) > 1 else []


def _visited(runs: "Sequence[Trajectory]", name: str, rests: "Sequence[FixedPoint]" = ()) -> Range:
    """What runs visit, and the places of rest unless they lie far away from that."""
    values = np.concatenate([run[name] for run in runs])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    reach = FAR * (high - low)
    near = [point[name] for point in rests if low - reach <= point[name] <= high + reach]
    low, high = min([low, *near]), max([high, *near])
    margin = MARGIN * (high - low) or 0.5 * max(abs(high), 1.0)
    return low - margin, high + margin
