"""Points of codimension two on curves of critical cycles, and the equilibria where curves end."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..dynamics.errors import RheobaseError
from .codim_two_cycles import cusp_of_cycles, generalised_doubling
from .continuation import Point, Settings
from .critical_cycle_curve import CriticalCurve
from .critical_forms import Held
from .limit_cycle import LimitCycle
from .mesh import evaluated, nodes_of
from .plane import Plane
from .special_point import SpecialPoint

SHARE, AROUND = 2.0, 1e-3  # of the way to the end and of the box: how far around it is looked for
NAMES = {
    "cusp of cycles": "c of xi -> xi + c xi^3",
    "generalized period doubling": "e of xi -> -xi + e xi^5",
}
ENDS = {"cycle fold": ("bautin",), "torus": ("zero-hopf", "hopf-hopf")}


def critical_point(
    curve: CriticalCurve, kind: str, point: Point, theta: float | None = None
) -> SpecialPoint:
    """A special point from a located one; `theta` of another pair on the unit circle."""
    X, T, values = curve.split(point.z)
    plane = curve.plane
    somewhere = plane.model_at(X[0, 0], values)
    top = LimitCycle(somewhere, T, curve.mesh, X, point.facts.multipliers, 0.0)(0.0)
    if curve.kind == "torus":
        theta = curve.theta(point.z)
    first, (coefficient, name) = plane.names[0], normal_form(curve, kind, point)
    return SpecialPoint(
        kind,
        plane.model_at(top, values),
        first,
        plane.named(top),
        plane.box[first],
        period=T,
        coefficient=coefficient,
        coefficient_name=name,
        residual=float(np.abs(curve.residual(point.z)).max()),
        eigenvalues=point.facts.multipliers,
        arrays={"mesh": curve.mesh, "orbit": X, "tangent": point.tangent},
        notes={} if theta is None else {"theta": theta},
        plane=plane.box,
    )


def normal_form(curve: CriticalCurve, kind: str, point: Point) -> tuple[float | None, str]:
    """The coefficient of a cusp of cycles or a generalised period doubling, and its name."""
    if kind not in NAMES:
        return None, ""
    _, _, linear = curve.linearise(point.z, point.tangent)
    if linear is None:
        return None, ""
    try:
        if kind == "cusp of cycles":
            value = cusp_of_cycles(linear.problem)
        else:
            value = generalised_doubling(linear.problem, Held(linear.system, linear.null))
    except np.linalg.LinAlgError:
        return None, ""
    return (value, NAMES[kind]) if math.isfinite(value) else (None, "")


def equilibrium_at_end(
    curve: CriticalCurve, z: np.ndarray, before: Point, after: Point
) -> SpecialPoint | None:
    """The Bautin, zero-Hopf or double Hopf point that the cycles shrink to: on the curve of Hopf
    points next to them."""
    from .hopf_curve import curve_through

    if curve.kind not in ENDS:
        return None
    X, T, _ = curve.split(z)
    x = X.reshape(-1, curve.n).mean(axis=0)
    sizes = before.facts.amplitude, after.facts.amplitude
    plane, small, values = curve.plane, *ahead(curve, before, after, *sizes)
    first = plane.names[0]
    guess = SpecialPoint(
        "hopf",
        plane.model_at(x, values),
        first,
        plane.named(x),
        plane.box[first],
        notes={"omega": 2 * math.pi / T},
    )
    settings = Settings(1e-9, 0.01, 0.1, 1e-10, 200)
    try:
        branch = curve_through(guess, small, settings, both_ways=True)
    except RheobaseError:
        return None
    found = [point for point in branch.special if point.kind in ENDS[curve.kind]]
    if not found:
        return None

    return nearest(found, plane, values)


def ahead(
    curve: CriticalCurve, before: Point, after: Point, r: float, s: float
) -> tuple[Plane, np.ndarray]:
    """Where a size, r and s at two points, is zero, and a box around. The parameters go with the
    square of the size: what is left to r = 0 is -r p'/(2 r')."""
    plane = curve.plane
    left = -r * before.tangent[-2:] * (after.s - before.s) / (2 * (s - r))
    values = before.z[-2:] + left
    reach = (SHARE * float(np.abs(left / plane.width).max()) + AROUND) * plane.width
    return replace(plane, low=values - reach, high=values + reach), values


def nearest(found: Sequence[SpecialPoint], plane: Plane, values: np.ndarray) -> SpecialPoint:
    """The point nearest to values of the parameters, as one of the whole plane."""

    def distance(point: SpecialPoint) -> float:
        place = np.array([point.parameters[name] for name in plane.names])
        return float(np.abs((place - values) / plane.width).max())

    best = min(found, key=distance)
    return replace(best, plane=plane.box, interval=plane.box[plane.names[0]])


def doubling_at_end(
    curve: CriticalCurve, z: np.ndarray, before: Point, after: Point
) -> SpecialPoint | None:
    """The generalised period doubling that doubled cycles end at: on the curve of doublings of the
    cycles with half the period."""
    from .critical_branch import curve_of

    X, T, _ = curve.split(z)
    plane, small, values = (
        curve.plane,
        *ahead(curve, before, after, before.facts.halving, after.facts.halving),
    )
    half = np.linspace(0, 1, curve.N + 1)
    places = nodes_of(curve.gauss, half).ravel() / 2
    once = evaluated(curve.gauss, curve.mesh, X, places).reshape(X.shape)
    first = plane.names[0]
    guess = SpecialPoint(
        "period doubling",
        plane.model_at(once[0, 0], values),
        first,
        plane.named(once[0, 0]),
        plane.box[first],
        period=T / 2,
        arrays={"mesh": half, "orbit": once},
    )
    settings = Settings(1e-7, 0.05, 0.2, 1e-10, 60)
    try:
        branch = curve_of("period doubling", guess, small, settings, curve.N, True)
    except RheobaseError:
        return None
    found = branch.all("generalized period doubling")
    return nearest(found, plane, values) if found else None
