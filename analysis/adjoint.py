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
from .cycle_curve import CycleCurve
from .cycle_ends import orbit_at
from .find_limit_cycle import standing
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import carried, equidistributing, evaluated
from .periodic_system import PeriodicSystem

DEGREE = 7
WANTED = 1e-10  # of T Z . f = 1: finer meshes are tried until then
LEAST_INTERVALS, MOST_INTERVALS = 40, 640
SETTLED = 2  # meshes of one size that follow the solution before a larger one is tried
BETWEEN = np.linspace(0, 1, 12)  # where T Z . f is looked at in each interval
NOTHING = 1e-12


@dataclass(frozen=True)
class Adjoint:
    """Z at the nodes (N, m + 1, n) of the mesh of `cycle`, and the error of T Z . f = 1."""

    cycle: LimitCycle
    nodes: np.ndarray
    error: float


def adjoint_of(cycle: LimitCycle) -> Adjoint:
    """The adjoint solution on the best mesh tried; the orbit is corrected on that mesh too."""
    problem = standing(cycle.model)
    value = cycle.model.parameters[problem.parameter]
    table, old = gauss(DEGREE), gauss(cycle.degree)
    scale = np.maximum(np.ptp(cycle.orbit, axis=(0, 1)), NOTHING)
    count = min(max(len(cycle.mesh) - 1, LEAST_INTERVALS), MOST_INTERVALS)
    mesh = equidistributing(old, cycle.mesh, cycle.orbit, scale, count)
    X, T = onto(old, cycle.mesh, cycle.orbit, mesh), cycle.period
    best: Adjoint | None = None
    tried = 0
    while True:
        curve = CycleCurve(problem, mesh, X, DEGREE, T)
        z = orbit_at(curve, np.concatenate([X.ravel(), [T, value]]))
        found = None if z is None else solved(cycle, curve, z)
        if found is not None and (best is None or found.error < best.error):
            best = found
        tried += 1
        if best is not None and best.error < WANTED:
            return best
        if tried > SETTLED or found is None:
            tried, count = 0, 2 * count
            if count > MOST_INTERVALS:
                break
        if found is None:
            mesh = equidistributing(table, mesh, X, scale, count)
            X = onto(gauss(X.shape[1] - 1), curve.mesh, X, mesh)
            continue
        both = np.concatenate([found.cycle.orbit, found.nodes], axis=2)
        sizes = np.maximum(np.ptp(both, axis=(0, 1)), NOTHING)
        mesh = equidistributing(table, curve.mesh, both, sizes, count)
        X, T = carried(table, curve.mesh, found.cycle.orbit, mesh), found.cycle.period
    if best is None:
        raise NotFound(
            f"the orbit of this cycle of {cycle.model.name} (period {cycle.period:.6g}) can't be "
            "corrected on a finer mesh: find it with a larger one (mesh=200)"
        )
    return best


def onto(table, mesh: np.ndarray, X: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The orbit at the nodes of degree DEGREE of another mesh."""
    t = new[:-1, None] + np.diff(new)[:, None] * gauss(DEGREE).nodes
    return evaluated(table, mesh, X, t.ravel()).reshape(*t.shape, X.shape[-1])


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
