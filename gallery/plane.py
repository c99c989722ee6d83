"""Two variables of a model and the window on them: the field there, and where it vanishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..dynamics.errors import InvalidArgument, UnknownName
from ..dynamics.model import Model
from ..dynamics.simulate import simulate

if TYPE_CHECKING:
    from ..dynamics.trajectory import Trajectory

Range = tuple[float, float]
MARGIN, LONG = 0.12, 100.0
CELLS, NEWTON_STEPS = 201, 30


@dataclass(frozen=True)
class Plane:
    """The window x_range by y_range on two variables; the others keep their start values."""

    model: Model
    x: str
    y: str
    x_range: Range
    y_range: Range

    def grid(self, columns: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
        """Evenly spaced points that cover the window."""
        return np.meshgrid(np.linspace(*self.x_range, columns), np.linspace(*self.y_range, rows))

    def velocity(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f_x and f_y at these points."""
        model = self.model
        states = np.tile(np.array(list(model.start.values()))[:, None], (1, x.size))
        i, j = model.states.index(self.x), model.states.index(self.y)
        states[i], states[j] = x.ravel(), y.ravel()
        f = model.field.f(states, model.field.parameter_array(model.parameters))
        return f[i].reshape(x.shape), f[j].reshape(x.shape)

    def fixed_points(self) -> list[tuple[np.ndarray, bool]]:
        """(place, stable) of the fixed points in the window, of a model of two variables.

        Where both components change sign around a cell of a grid, Newton's method is started; two
        fixed points within one cell may be missed.
        """
        model = self.model
        if len(model.states) != 2 or not model.autonomous:
            return []
        p = model.field.parameter_array(model.parameters)
        order = [model.states.index(self.x), model.states.index(self.y)]
        size = np.array([np.ptp(self.x_range), np.ptp(self.y_range)])
        found: list[tuple[np.ndarray, bool]] = []
        for start in self._crossings():
            z = np.empty(2)
            z[order] = start
            for _ in range(NEWTON_STEPS):
                jacobian = model.field.jacobian(z, p)
                if not np.isfinite(jacobian).all() or np.linalg.cond(jacobian) > 1e14:
                    break
                step = np.linalg.solve(jacobian, model.field.f(z, p))
                z = z - step
                if (np.abs(step[order]) <= 1e-12 * size).all():
                    eigenvalues = np.linalg.eigvals(model.field.jacobian(z, p))
                    self._keep(found, z[order], bool((eigenvalues.real < 0).all()), size)
                    break
        return found

    def _crossings(self) -> np.ndarray:
        x, y = self.grid(CELLS, CELLS)
        both = np.ones((CELLS - 1, CELLS - 1), dtype=bool)
        for f in self.velocity(x, y):
            corners = np.array([f[:-1, :-1], f[1:, :-1], f[:-1, 1:], f[1:, 1:]])
            both &= (corners.min(axis=0) <= 0) & (corners.max(axis=0) >= 0)
        half_x, half_y = 0.5 * (x[0, 1] - x[0, 0]), 0.5 * (y[1, 0] - y[0, 0])
        return np.column_stack([x[:-1, :-1][both] + half_x, y[:-1, :-1][both] + half_y])

    def _keep(self, found: list, place: np.ndarray, stable: bool, size: np.ndarray) -> None:
        low = np.array([self.x_range[0], self.y_range[0]])
        inside = ((place >= low) & (place <= low + size)).all()
        known = any((np.abs(place - other) <= 1e-6 * size).all() for other, _ in found)
        if inside and not known:
            found.append((place, stable))


def plane_of(
    model: Model,
    box: Mapping[str, Range] | None,
    x: str | None,
    y: str | None,
    runs: "Sequence[Trajectory]",
) -> Plane:
    """The window that is asked for, or that runs of the model need."""
    if len(model.states) < 2:
        raise InvalidArgument(f"{model.name} has one state; a phase plane needs two")
    if box is not None and len(box) != 2:
        raise InvalidArgument(
            f"box names two variables, dict(V=(-80, 20), n=(0, 1)), not {len(box)}"
        )
    x, y = _names(model, list(box or ()), x, y)
    ranges = {name: _range(name, edges) for name, edges in (box or {}).items()}
    if box is None:
        runs = list(runs) or _typical_runs(model)
        ranges = {name: _visited(runs, name) for name in (x, y)}
    return Plane(model, x, y, ranges[x], ranges[y])


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


def _range(name: str, edges: Range) -> Range:
    try:
        low, high = (float(edge) for edge in edges)
    except (TypeError, ValueError):
        raise InvalidArgument(f"box: the range of {name!r} is (low, high), not {edges!r}") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise InvalidArgument(f"box: the range of {name!r} must rise, not ({low:g}, {high:g})")
    return low, high


def _typical_runs(model: Model) -> "list[Trajectory]":
    """A run of the model; if it doesn't fire, also at some values of its natural parameter."""
    until = float(model.options.get("until", LONG))
    runs = [simulate(model, until=until)]
    if len(runs[0].spikes) == 0 and model.natural is not None:
        name, (low, high) = model.natural
        values = (low + part * (high - low) for part in (0.0, 0.3, 0.6))
        runs += [simulate(model.replace({name: value}), until=until) for value in values]
    return runs


def _visited(runs: "Sequence[Trajectory]", name: str) -> Range:
    values = np.concatenate([run[name] for run in runs])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 0.5 * max(abs(high), 1.0)
    return low - margin, high + margin
