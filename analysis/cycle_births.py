"""Critical cycles beside a point of codimension two where they are born.

Beside a Bautin point, on the side where l1 and l2 differ in sign, the cycles born at the Hopf point
turn back in a fold while they are small; beside a zero-Hopf and a double Hopf point they may have a
torus bifurcation; beside a generalised period doubling the doubled cycles turn back. So the curve
of Hopf points (or of period doublings) is followed a little to both sides, and from there the
cycles in one of the parameters, until they show what is looked for. See Kuznetsov 2004, sections
8.3, 8.5, 8.6 and 9.3.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..dynamics.errors import NotFound, RheobaseError
from .continuation import Settings
from .continue_cycles import continue_cycles
from .critical_eigenvalue import complex_eigenvalue, on_axis
from .equilibrium_points import hopf_point
from .limit_cycle import LimitCycle
from .plane import Plane
from .problem import problem_of
from .special_point import SpecialPoint

ASIDE = (2e-3, 2e-4, 2e-5, 2e-2)  # of the box, tried in this order
SAME_PERIOD = 0.3
POINTS = 40  # of a family that is searched
NARROW = 20.0  # a range in which a family is searched, in units of the step aside


def cycle_near(start: SpecialPoint, kind: str, plane: Plane, mesh: int) -> SpecialPoint:
    """The first critical cycle of a kind that is found next to a point without one of its own."""
    where = ", ".join(f"{name} = {start[name]:g}" for name in plane.names)
    if start.kind == "zero-hopf" and isinstance(start.coefficient, tuple):
        s, theta = start.coefficient
        if s * theta > 0:
            raise NotFound(
                f"no tori are born at the zero-Hopf point at {where}: s theta = {s * theta:g} is "
                "positive (Kuznetsov 2004, section 8.5)"
            )
    turns = 1 if "orbit" not in start.arrays else 2
    other = None
    for part in ASIDE if turns == 1 else ASIDE[::-1]:
        for birth in births(start, plane, part, mesh):
            if start.kind == "bautin" and not opposite(birth.coefficient, start.coefficient):
                continue
            try:
                family = continue_cycles(birth, mesh=mesh, max_points=POINTS)
            except RheobaseError:
                continue
            point = next((p for p in family.special if p.kind == kind), None)
            if point is None:
                continue
            T, once = point.period or 0.0, birth.period or 1.0
            if abs(T / once / turns - 1) < SAME_PERIOD:
                return point
            other = other or point
    if other is not None:
        return other
    raise NotFound(
        f"no {kind} was found among the cycles born beside the {start.kind} at {where}: there may "
        "be none; if there is, follow the cycles in one parameter and start from the point there"
    )


def opposite(l1: object, l2: object) -> bool:
    return isinstance(l1, float) and isinstance(l2, float) and l1 * l2 < 0


def births(start: SpecialPoint, plane: Plane, part: float, mesh: int) -> Iterator[SpecialPoint]:
    """Hopf points (period doublings) to both sides along their curves, in either parameter."""
    if "orbit" in start.arrays:
        yield from doublings(start, plane, part, mesh)
        return
    for q, omega in oscillations(start):
        for z in sides(start, plane, part, omega):
            for free in (0, 1):
                point = hopf_at(plane, z, q, omega, free, part)
                if point is not None:
                    yield point


def oscillations(start: SpecialPoint) -> list[tuple[np.ndarray, float]]:
    """The eigenvectors and frequencies: two of a double Hopf point."""
    found = [(start.arrays["q"], float(start.notes["omega"]))]
    if "other omega" in start.notes:
        found.append((start.arrays["other"], float(start.notes["other omega"])))
    return found


def around(plane: Plane, start: SpecialPoint, part: float) -> Plane:
    """A small box around a point."""
    values = np.array([start[name] for name in plane.names])
    return replace(plane, low=values - part * plane.width, high=values + part * plane.width)


def sides(start: SpecialPoint, plane: Plane, part: float, omega: float) -> list[np.ndarray]:
    """(x, a, b) where the curve of Hopf points leaves a small box."""
    from .hopf_curve import curve_through

    here = replace(start, kind="hopf", notes={"omega": omega})
    settings = Settings(1e-9, 0.05, 0.2, 1e-10, 100)
    try:
        curve = curve_through(here, around(plane, start, part), settings, both_ways=True)
    except RheobaseError:
        return []
    z = curve.arrays["z"]
    keep = np.delete(np.arange(z.shape[1]), -3)
    return [z[row, keep] for row in (0, -1) if z[row, -3] > 0]


def hopf_at(
    plane: Plane, z: np.ndarray, q: np.ndarray, omega: float, free: int, part: float
) -> SpecialPoint | None:
    """The Hopf point in one parameter, the other held."""
    n, held = plane.n, 1 - free
    model = plane.model.replace({plane.names[held]: float(z[n + held])})
    value, reach = float(z[n + free]), NARROW * part * float(plane.width[free])
    problem = problem_of(model, plane.names[free], (value - reach, value + reach))
    guess = np.append(z[:n], value)
    scale = np.append(np.maximum(np.abs(z[:n]), 1e-3), reach)
    solution = complex_eigenvalue(problem.field, guess, q, omega, on_axis, scale)
    if solution is None:
        return None
    return hopf_point(problem, *solution)


def doublings(start: SpecialPoint, plane: Plane, part: float, mesh: int) -> Iterator[SpecialPoint]:
    """Period doublings beside a generalised one."""
    from .critical_branch import curve_of

    small = around(plane, start, part)
    settings = Settings(1e-8, 0.05, 0.2, 1e-10, 40)
    try:
        curve = curve_of("period doubling", start, small, settings, mesh, True)
    except RheobaseError:
        return
    for row in (0, -1):
        values = {name: float(curve[name][row]) for name in plane.names}
        cycle = LimitCycle(
            plane.model.replace(values),
            float(curve["period"][row]),
            curve.arrays["mesh"][row],
            curve.arrays["orbit"][row],
            curve.multipliers[row],
        )
        for free in (0, 1):
            name, width = plane.names[free], float(plane.width[free])
            near = values[name] - 0.3 * part * width, values[name] + 0.3 * part * width
            try:
                family = continue_cycles(cycle, name, near, mesh=mesh, max_points=POINTS)
            except RheobaseError:
                continue
            wide = NARROW * part * width
            for point in family.all("period doubling"):
                yield replace(point, interval=(values[name] - wide, values[name] + wide))
