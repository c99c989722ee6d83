"""The periodic solution of the adjoint variational equation of a cycle, by collocation.

    Z' = -T A(t)^T Z,   Z(1) = Z(0),   integral of Z . f = 1/T,       A = df/dx along x(t)

The same Gauss points serve the orbit and Z. Gauss collocation conserves Z . v for every v with
v' = T A v, so that Z is the left null vector of the discretised linear problem of the orbit, and
Z . f stays 1/T at the ends of the intervals to order 2 m; between them both are of order m + 1.
The mesh follows orbit and adjoint together, and is refined until Z . f is 1/T everywhere.

See Ermentrout, Neural Computation 8 (1996) 979; Govaerts and Sautois, Neural Computation 18 (2006)
817, for the left null vector.
"""

from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.errors import NotFound
from .continuation import corrected
from .cycle_curve import CycleCurve
from .cycle_ends import orbit_at
from .find_limit_cycle import standing
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import equidistributing, evaluated, nodes_of
from .periodic_system import PeriodicSystem

DEGREE = 7
WANTED = 1e-10  # of T Z . f = 1: finer meshes are tried until then
LEAST_INTERVALS, MOST_INTERVALS = 40, 1600
SETTLED = 2  # meshes of one size that follow the solution before a larger one is tried
BETWEEN = np.linspace(0, 1, 12)  # where T Z . f is looked at in each interval
NOTHING = 1e-12
TIGHT, LAST_DIGITS = 1e-9, 1e-6


@dataclass(frozen=True)
class Adjoint:
    """Z at the nodes (N, m + 1, n) of the mesh of `cycle`, and the error of T Z . f = 1."""

    cycle: LimitCycle
    nodes: np.ndarray
    error: float


def adjoint_of(cycle: LimitCycle) -> Adjoint:
    """The adjoint solution on the best mesh tried; the orbit is corrected on that mesh too."""
    best = found = on(cycle.mesh, cycle)
    count = min(max(len(cycle.mesh) - 1, LEAST_INTERVALS), MOST_INTERVALS)
    last, tried = cycle, 0
    while (best is None or best.error >= WANTED) and count <= MOST_INTERVALS:
        if found is not None:
            last = found.cycle
            both = np.concatenate([last.orbit, found.nodes], axis=2)
        else:
            both = last.orbit
        sizes = np.maximum(np.ptp(both, axis=(0, 1)), NOTHING)
        mesh = equidistributing(gauss(last.degree), last.mesh, both, sizes, count)
        found = on(mesh, last)
        if found is None and 2 * len(last.mesh) - 2 <= MOST_INTERVALS:
            # where orbits part quickly, only a mesh that holds the last orbit exactly will do
            found = on(halved(last.mesh), last)
        if found is not None and (best is None or found.error < best.error):
            best = found
        tried += 1
        if tried == SETTLED or found is None:
            tried, count = 0, 2 * count
    if best is None:
        raise NotFound(
            f"the orbit of this cycle of {cycle.model.name} (period {cycle.period:.6g}) can't be "
            "corrected on a finer mesh: find it with a larger one (mesh=200)"
        )
    return best


def on(mesh: np.ndarray, cycle: LimitCycle) -> Adjoint | None:
    """The adjoint of a cycle, corrected on a mesh: at its parameter values or, where these hardly
    determine the orbit (next to an infinite period, on a canard), at its period, for a parameter
    that then differs in its last digits."""
    problem = standing(cycle.model)
    value = cycle.model.parameters[problem.parameter]
    X, T = onto(cycle, mesh), cycle.period
    curve = CycleCurve(problem, mesh, X, DEGREE, T)
    guess = np.concatenate([X.ravel(), [T, value]])
    z = orbit_at(curve, guess)
    if z is None:
        held = np.zeros_like(guess)
        held[-2] = T
        solution = corrected(curve, guess, held, TIGHT)
        if solution is None or abs(solution[0][-1] - value) > LAST_DIGITS * abs(value):
            return None
        z = solution[0]
        model = cycle.model.replace({problem.parameter: float(z[-1])})
        cycle = replace(cycle, model=model)
    return solved(cycle, curve, z)


def halved(mesh: np.ndarray) -> np.ndarray:
    """Every interval in two."""
    return np.sort(np.concatenate([mesh, 0.5 * (mesh[1:] + mesh[:-1])]))


def onto(cycle: LimitCycle, mesh: np.ndarray) -> np.ndarray:
    """The orbit at the nodes of degree DEGREE of another mesh."""
    t = nodes_of(gauss(DEGREE), mesh)
    X = evaluated(gauss(cycle.degree), cycle.mesh, cycle.orbit, t.ravel())
    return X.reshape(*t.shape, X.shape[-1])


def solved(cycle: LimitCycle, curve: CycleCurve, z: np.ndarray) -> Adjoint | None:
    """Z on the mesh of a corrected orbit."""
    X, T, value = curve.split(z)
    n = curve.n
    f, both, finite = curve.engine.linearised(X, value)
    if not finite:
        return None
    backward = -T * both[..., :n].transpose(0, 1, 3, 2)
    columns = (f / curve.scale**2)[..., None]  # f spans what is orthogonal to the range
    rows = (f * curve.share[..., None])[None]
    try:
        system = PeriodicSystem(
            curve.gauss, curve.h, backward, columns, rows, np.zeros((1, 1)), 1.0, 1 / curve.scale
        )
        nodes, _ = system.solve(None, np.array([[1 / T]]))
    except np.linalg.LinAlgError:
        return None
    nodes = nodes[..., 0]
    if not np.isfinite(nodes).all():
        return None
    fine = replace(cycle, period=T, mesh=curve.mesh, orbit=X)
    return Adjoint(fine, nodes, normalisation_error(fine, nodes))


def normalisation_error(cycle: LimitCycle, nodes: np.ndarray) -> float:
    """The largest |T Z . f - 1| on the orbit."""
    rows = gauss(cycle.degree).values(BETWEEN)
    states = np.einsum("si,jin->nsj", rows, cycle.orbit).reshape(len(cycle.model.states), -1)
    Z = np.einsum("si,jin->nsj", rows, nodes).reshape(states.shape)
    field = cycle.model.field
    f = field.f(states, field.parameter_array(cycle.model.parameters))
    return float(np.abs(cycle.period * (Z * f).sum(axis=0) - 1).max())
