"""Stable and unstable manifolds of saddles: the curves along which a saddle is left and reached.

Where the eigenspace of one side is a line, its manifold is a curve with two halves,

    x(s) = x0 + s v + s^2 w / 2 + O(s^3),    (2 lambda - J) w = B(v, v),

the equation that x' = f(x) and s' = lambda s give at second order. From a small s on each half is
a trajectory, run backwards for the stable manifold, which in the plane is a threshold.

Reference: Yu. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (Springer, 2004).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..dynamics.errors import InvalidArgument
from .fixed_point import FixedPoint
from .ranges import Range, box_of

SIDES = ("stable", "unstable")
BEGIN, RELATIVE, WITHIN = 1e-4, 1e-8, 6
LONG, MOST_STEPS = 60.0, 3000  # times 1/|lambda|
BEYOND, FAR = 0.05, 20.0
NEAR, STILL = 1e-4, 1e-4  # in units of the box


@dataclass(frozen=True, eq=False, repr=False)
class Manifold:
    """One half of a one-dimensional manifold of a saddle.

    manifold.kind
        "stable" (it leads to the saddle) or "unstable" (away from it)
    manifold.points, manifold["V"]
        the curve from the saddle on: one row a point, or one state along it
    manifold.saddle, manifold.eigenvalue
        what it belongs to
    manifold.end
        "left the box", "fixed point" or "cycle" (it comes to one), "reset" (at the threshold),
        "long" (the time was up), or "diverged"
    """

    kind: str
    points: np.ndarray
    saddle: FixedPoint
    eigenvalue: float
    end: str

    def __getitem__(self, name: str) -> np.ndarray:
        """A state along the curve."""
        if name not in self.saddle.model.states:
            from ..dynamics.errors import UnknownName

            raise UnknownName(
                name, f"a state of {self.saddle.model.name}", self.saddle.model.states
            )
        return self.points[:, self.saddle.model.states.index(name)]

    def to_dict(self) -> dict:
        """The curve as JSON types."""
        return {
            "kind": self.kind,
            "eigenvalue": self.eigenvalue,
            "end": self.end,
            "saddle": self.saddle.to_dict(),
            "points": self.points.tolist(),
        }

    def __repr__(self) -> str:
        return f"<{self.kind} manifold, {len(self.points)} points, {self.end}; of {self.saddle!r}>"


def find_manifolds(
    saddle: FixedPoint,
    box: Mapping[str, Range] | None = None,
    *,
    until: float | None = None,
) -> list[Manifold]:
    """The halves of the one-dimensional stable and unstable manifolds of a saddle of a flow.

    saddle
        a fixed point of `find_fixed_points` whose kind is "saddle" or "saddle-focus"
    box
        ranges of some states: a curve ends a little beyond their border
    until
        the longest time along a curve; 60 times the eigenvalue's own if not given

    In the plane there are four; in larger models only those sides that have a single eigenvalue:
    the list may then be empty. Halves of the stable manifold come first.

    >>> import rheobase as rb
    >>> points = rb.find_fixed_points(rb.models.morris_lecar("homoclinic").replace(I=37))
    >>> (saddle,) = (point for point in points if point.kind == "saddle")
    >>> [half.kind for half in find_manifolds(saddle, dict(V=(-80, 60), w=(-0.1, 1)))]
    ['stable', 'stable', 'unstable', 'unstable']
    """
    if not isinstance(saddle, FixedPoint):
        raise InvalidArgument(f"find_manifolds takes a FixedPoint, not {saddle!r}")
    model = saddle.model
    if model.kind == "map":
        raise InvalidArgument(f"{model.name} is a map; manifolds are drawn for flows")
    if not saddle.kind.startswith("saddle"):
        raise InvalidArgument(f"this is no saddle but a {saddle.kind}: {saddle!r}")
    if until is not None and not (np.isfinite(until) and until > 0):
        raise InvalidArgument(f"until is a positive time, not {until!r}")
    edges = box_of(model, box).given
    found = []
    for kind in SIDES:
        growth = saddle.eigenvalues.real if kind == "unstable" else -saddle.eigenvalues.real
        (one_sided,) = np.nonzero(growth > 0)
        if len(one_sided) == 1 and saddle.eigenvalues[one_sided[0]].imag == 0:
            i = int(one_sided[0])
            found += [half(saddle, i, sign, kind, edges, until) for sign in (1.0, -1.0)]
    return found


def half(
    saddle: FixedPoint,
    i: int,
    sign: float,
    kind: str,
    edges: Mapping[str, Range],
    until: float | None,
) -> Manifold:
    """The half that begins along sign * (eigenvector i)."""
    p = saddle.model.field.parameter_array(saddle.model.parameters)
    value = float(saddle.eigenvalues[i].real)
    size = sizes(saddle, edges)
    v = saddle.eigenvectors[:, i].real
    v = sign * v / np.abs(v / size).max()
    start = saddle.x + BEGIN * v + 0.5 * BEGIN**2 * curvature(saddle, v, value, p)
    length = LONG / abs(value) if until is None else until
    points, end = followed(saddle, start, size, borders(saddle, edges), kind, length)
    points = np.vstack([saddle.x, points])
    points.flags.writeable = False
    return Manifold(kind, points, saddle, value, end)


def followed(
    saddle: FixedPoint,
    start: np.ndarray,
    size: np.ndarray,
    borders: tuple[np.ndarray, np.ndarray],
    kind: str,
    length: float,
) -> tuple[np.ndarray, str]:
    """The trajectory from a state on, backwards for a stable manifold, and why it ends."""
    from scipy.integrate import DOP853

    model, field = saddle.model, saddle.model.field
    p = field.parameter_array(model.parameters)
    direction = 1.0 if kind == "unstable" else -1.0

    def rates(_: float, x: np.ndarray) -> np.ndarray:
        return direction * field.f(x, p)

    def outside(x: np.ndarray) -> str:
        if not ((x >= borders[0]) & (x <= borders[1])).all():
            return "left the box"
        over = model.reset is not None and field.values("margin", x, p)[0] > 0
        return "reset" if over else ""

    run = DOP853(rates, 0.0, start, length, rtol=RELATIVE, atol=1e-3 * RELATIVE * size)
    nodes, rows = [start / size], [start[None]]
    parts = (np.arange(WITHIN) + 1.0) / WITHIN
    for _ in range(MOST_STEPS):
        try:
            run.step()
        except (ValueError, FloatingPointError):
            return np.vstack(rows), "diverged"
        if run.status == "failed" or not np.isfinite(run.y).all():
            return np.vstack(rows), "diverged"
        dense = run.dense_output()
        if end := outside(run.y):
            low, high = run.t_old, run.t
            for _ in range(40):
                middle = 0.5 * (low + high)
                low, high = (low, middle) if outside(dense(middle)) else (middle, high)
            return np.vstack([*rows, dense(run.t_old + parts * (low - run.t_old)).T]), end
        rows.append(dense(run.t_old + parts * (run.t - run.t_old)).T)
        here = run.y / size
        if np.abs(rates(0.0, run.y) / size).max() * length < STILL:
            return np.vstack(rows), "fixed point"
        if returned(nodes, here):
            return np.vstack(rows), "cycle"
        if run.status == "finished":
            break
        nodes.append(here)
    return np.vstack(rows), "long"


def returned(nodes: list[np.ndarray], here: np.ndarray) -> bool:
    """Whether the curve runs again where it ran before: it winds onto a cycle."""
    if len(nodes) < 40:
        return False
    past = np.array(nodes)
    distance = np.abs(past[:-1] - here).max(axis=1)
    away = np.flatnonzero(distance > 30.0 * NEAR)
    if not len(away):
        return False
    a, b = past[: away[-1] - 1], past[1 : away[-1]]
    if not len(a):
        return False
    along = ((here - a) * (b - a)).sum(axis=1) / np.maximum(((b - a) ** 2).sum(axis=1), 1e-300)
    nearest = a + np.clip(along, 0.0, 1.0)[:, None] * (b - a)
    return bool((np.abs(nearest - here).max(axis=1) < NEAR).any())


def sizes(saddle: FixedPoint, edges: Mapping[str, Range]) -> np.ndarray:
    """The unit in which each state is measured: its range, or its own size."""
    return np.array(
        [
            edges[name][1] - edges[name][0] if name in edges else max(abs(value), 1.0)
            for name, value in saddle.state.items()
        ]
    )


def borders(saddle: FixedPoint, edges: Mapping[str, Range]) -> tuple[np.ndarray, np.ndarray]:
    """The box, a little wider; states without a range may go 20 times their size."""
    rows = []
    for name, value in saddle.state.items():
        far = FAR * max(1.0, abs(value))
        low, high = edges.get(name, (-far, far))
        margin = BEYOND * (high - low) if name in edges else 0.0
        rows.append((low - margin, high + margin))
    low, high = np.array(rows).T
    return low, high


def curvature(saddle: FixedPoint, v: np.ndarray, value: float, p: np.ndarray) -> np.ndarray:
    """w of the second-order term; least squares where 2 lambda is an eigenvalue too."""
    field = saddle.model.field
    matrix = 2.0 * value * np.eye(len(v)) - field.jacobian(saddle.x, p)
    bend = field.B(saddle.x, p, v, v)
    if not (np.isfinite(matrix).all() and np.isfinite(bend).all()):
        return np.zeros_like(v)
    return np.linalg.lstsq(matrix, bend, rcond=1e-10)[0]
