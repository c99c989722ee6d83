"""Two variables of a model as a field in the plane; what the others do meanwhile is said here.

`others` is "start" (they keep their start values), "rest" (those of the fixed point nearest to the
start), "steady" (each at its own steady state, given the two), or a mapping of fixed values; those
that it doesn't name keep their start values. A model that depends on time is taken at t = 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound, UnknownName
from ..dynamics.model import Model
from .find_fixed_points import find_fixed_points
from .fixed_point import FixedPoint
from .ranges import Range, range_of

Others = str | Mapping[str, float]
WORDS = ("start", "rest", "steady")
NEWTON_STEPS, SETTLED = 40, 1e-7  # the step after one of 1e-7 is below rounding


@dataclass(frozen=True, eq=False)
class PlaneField:
    """The rates of `x` and `y` (of a map: their changes) and their derivatives at many points."""

    model: Model
    x: str
    y: str
    x_range: Range
    y_range: Range
    others: Others = "start"
    held: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def axes(self) -> tuple[int, int]:
        """The positions of x and y among the states."""
        return self.model.states.index(self.x), self.model.states.index(self.y)

    @cached_property
    def rest_axes(self) -> list[int]:
        """The positions of the other states."""
        return [j for j in range(len(self.model.states)) if j not in self.axes]

    @cached_property
    def p(self) -> np.ndarray:
        return self.model.field.parameter_array(self.model.parameters)

    def states(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """All states (n, M) at points of the plane; nan where the others find no steady state."""
        base = {**self.model.start, **self.held}
        states = np.tile(np.array([base[name] for name in self.model.states])[:, None], (1, x.size))
        states[self.axes[0]], states[self.axes[1]] = x.ravel(), y.ravel()
        return self._settled(states) if self.others == "steady" and self.rest_axes else states

    def rates(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """f_x and f_y, with the shape of x behind."""
        x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        f = self._change(self.states(x, y))[list(self.axes)]
        return f.reshape(2, *x.shape)

    def gradients(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """d(f_x, f_y)/d(x, y): (2, 2) and the shape of x behind."""
        x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        jacobian = self._jacobian(self.states(x, y)).transpose(2, 0, 1)
        chosen, rest = list(self.axes), self.rest_axes
        result = jacobian[:, chosen][:, :, chosen]
        if self.others == "steady" and rest:
            # f_o = 0 along the plane: d(other)/d(x, y) = -J_oo^-1 J_ox
            inner, outer = jacobian[:, rest][:, :, rest], jacobian[:, rest][:, :, chosen]
            result = result - jacobian[:, chosen][:, :, rest] @ solved(inner, outer)
        return result.transpose(1, 2, 0).reshape(2, 2, *x.shape)

    def _change(self, states: np.ndarray) -> np.ndarray:
        f = self.model.field.f(states, self.p)
        return f - states if self.model.kind == "map" else f

    def _jacobian(self, states: np.ndarray) -> np.ndarray:
        jacobian = self.model.field.jacobian(states, self.p)
        return jacobian - np.eye(len(states))[:, :, None] if self.model.kind == "map" else jacobian

    def _settled(self, states: np.ndarray) -> np.ndarray:
        """The others where their own rates vanish, by Newton's method from their start values."""
        rest = np.array(self.rest_axes)
        open_ = np.arange(states.shape[1])
        for _ in range(NEWTON_STEPS):
            here = states[:, open_]
            f = self._change(here)[rest]
            jacobian = self._jacobian(here)[rest][:, rest].transpose(2, 0, 1)
            step = solved(jacobian, f.T[:, :, None])[:, :, 0].T
            states[np.ix_(rest, open_)] -= step
            size = np.abs(step) / np.maximum(np.abs(states[np.ix_(rest, open_)]), 1e-3)
            open_ = open_[~((size <= SETTLED).all(axis=0) | np.isnan(size).any(axis=0))]
            if not len(open_):
                return states
        states[np.ix_(rest, open_)] = np.nan
        return states


def solved(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """A^-1 b for stacks; nan where A is singular or not finite."""
    with np.errstate(all="ignore"):
        regular = np.isfinite(matrices).all(axis=(1, 2))
        matrices = np.where(regular[:, None, None], matrices, 0.0)
        regular &= np.abs(np.linalg.det(matrices)) > 0
        matrices = np.where(regular[:, None, None], matrices, np.eye(matrices.shape[1]))
        return np.where(regular[:, None, None], np.linalg.solve(matrices, right), np.nan)


def plane_field(model: Model, box: Mapping[str, Range], others: Others = "start") -> PlaneField:
    """The field over a box of two variables, the horizontal one first."""
    if not isinstance(model, Model):
        raise InvalidArgument(f"this takes a Model, not {model!r}")
    if not isinstance(box, Mapping) or len(box) != 2:
        raise InvalidArgument(
            f"box names two variables, dict(V=(-80, 20), n=(0, 1)), the horizontal one first; "
            f"not {box!r}"
        )
    for name in box:
        if name not in model.states:
            raise UnknownName(name, f"a state of {model.name}", model.states)
    (x, x_range), (y, y_range) = ((name, range_of(name, edges)) for name, edges in box.items())
    return PlaneField(model, x, y, x_range, y_range, others, held_values(model, box, others))


def held_values(model: Model, box: Mapping[str, Range], others: Others) -> dict[str, float]:
    """The values at which the states outside the plane stand, "steady" ones at first."""
    rest = [name for name in model.states if name not in box]
    if isinstance(others, Mapping):
        for name in others:
            if name not in model.states:
                raise UnknownName(name, f"a state of {model.name} (in others)", model.states)
            if name not in rest:
                raise InvalidArgument(f"others holds {name!r}, which is in the plane of the box")
        return {name: float(others.get(name, model.start[name])) for name in rest}
    if others not in WORDS:
        raise InvalidArgument(
            f"others is 'start', 'rest', 'steady' or a mapping of fixed values, not {others!r}"
        )
    if others == "rest" and rest:
        point = nearest_rest(model)
        return {name: point[name] for name in rest}
    return {name: model.start[name] for name in rest}


def nearest_rest(model: Model) -> FixedPoint:
    """The fixed point nearest to the start values, each state in units of its spread."""
    points = find_fixed_points(model)
    if not points:
        raise NotFound(
            f"{model.name} has no rest state ({points.reason}); hold the others by values"
        )
    start = np.array(list(model.start.values()))
    places = np.array([point.x for point in points])
    spread = np.maximum(np.ptp(np.vstack([places, start]), axis=0), 1e-12)
    return points[int(np.argmin(np.abs((places - start) / spread).max(axis=1)))]
