"""What a cycle runs into whose period diverges: a saddle-node on it, or a saddle.

At a saddle-node on the invariant circle (SNIC), where w' = b (lambda - lambda_c) + a w^2 on the
centre manifold, T = pi / sqrt(a b (lambda - lambda_c)) + O(1). At a homoclinic orbit of a saddle
with leading eigenvalues lambda_u > 0 > lambda_s, T = -ln|lambda - lambda_h| / nu + O(1), where
nu = min(lambda_u, |lambda_s|) (Kuznetsov 2004, section 6.2; Izhikevich 2007, section 6.1).
"""

import math
from dataclasses import replace

import numpy as np

from .continuation import Point, corrected
from .critical_eigenvalue import equations_at, newton, real_eigenvalue
from .cycle_start import from_orbit
from .equilibrium_curve import spectrum_of
from .equilibrium_points import fold_point
from .flat_fold import flat_fold
from .fold_reach import fold_reach, without_parabola
from .gauss import Gauss
from .orbit_curve import ADAPT
from .problem import Problem
from .special_point import SpecialPoint

SNIC_LAW = 0.2  # agreement of the last period with the law
LOG_LAW = 0.25
NEAR = 0.15  # of the equilibrium to the orbit, relative to the orbit's size
TRIED = 30  # rows from the end
BEYOND = 1e-9  # of the range: what lies outside it is not its affair
FINER, REFINED = 4, 1e-10
TWICE, POWERS = 2.0, (0.6, 1.0)


def infinite_period(
    problem: Problem,
    gauss: Gauss,
    meshes: np.ndarray,
    X: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
) -> SpecialPoint | None:
    """The special point at the end of a branch; None where no law holds, or out of range."""
    orbit = X[-1].reshape(-1, problem.n)
    size = np.ptp(orbit, axis=0)
    scale = np.append(np.where(size > 0, size, 1.0), problem.width)
    places = np.vstack([orbit.T, np.full(len(orbit), value[-1])])
    speed = np.abs(problem.field.f(places) / scale[:-1, None]).max(axis=0)
    slowest = np.append(orbit[np.argmin(speed)], value[-1])
    arrays = {"mesh": meshes[-1], "orbit": X[-1]}
    found = snic(problem, slowest, T, value, scale, arrays) or homoclinic(
        problem, slowest, X, T, value, scale, meshes
    )
    slack = BEYOND * problem.width
    if found is None or not problem.low - slack <= found.value <= problem.high + slack:
        return None
    return found


def snic(
    problem: Problem,
    slowest: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
    scale: np.ndarray,
    arrays: dict[str, np.ndarray],
) -> SpecialPoint | None:
    """The fold that the orbit's slowest place becomes, if the period follows its law."""
    values, vectors = spectrum_of(problem.field.linearisation(slowest)[1][:, : problem.n], False)
    q = vectors[:, np.argmin(np.abs(values))].real
    if not q.any():
        return None
    located = real_eigenvalue(problem.field, slowest, q, 0.0, scale) or flat_fold(
        problem.field, slowest, q, scale
    )
    if located is None:
        return None
    z, q, residual = located
    if np.max(np.abs(z - slowest) / scale) > NEAR:
        return None
    fold = fold_point(problem, z, q, 0.0, residual)
    if fold is None or not isinstance(fold.coefficient, float):
        return None
    product = fold.coefficient * fold.notes["slope"]
    distance = value[-1] - z[-1]
    law = math.pi / math.sqrt(product * distance) if product * distance > 0 else math.inf
    parabolic = abs(law / T[-1] - 1) <= SNIC_LAW
    if not parabolic:  # a fold whose parabola ends nearer than the last orbit, or is missing?
        if not power_law(T, np.abs(value - z[-1])):
            return None
        reach = fold_reach(fold, fold.coefficient, fold.notes["slope"])
        if reach > abs(distance):
            return None
    found = SpecialPoint(
        "snic",
        fold.model,
        problem.parameter,
        fold.state,
        problem.interval,
        period=math.inf,
        coefficient=math.sqrt(abs(product)) / math.pi,
        coefficient_name=f"frequency per sqrt|{problem.parameter} - {z[-1]:.8g}|",
        residual=residual,
        eigenvalues=fold.eigenvalues,
        arrays={**fold.arrays, **arrays},
        notes={
            "a": fold.coefficient,
            "b": fold.notes["slope"],
            "orbit period": float(T[-1]),
            "orbit value": float(value[-1]),
        },
    )
    return found if parabolic or reach > 0 else without_parabola(found)


def power_law(T: np.ndarray, d: np.ndarray) -> bool:
    """Whether the last periods grow as at a fold without a parabola: T ~ d^-(1 - 1/k), where the
    first term of the passage that is left is w^k, k = 4, 6, ..."""
    earlier = np.flatnonzero((T[-1] / TWICE > T) & (d > 0))
    if not len(earlier) or not 0 < d[-1] < d[earlier[-1]]:
        return False
    power = math.log(T[-1] / T[earlier[-1]]) / math.log(d[earlier[-1]] / d[-1])
    return POWERS[0] < power < POWERS[1]


def homoclinic(
    problem: Problem,
    slowest: np.ndarray,
    X: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
    scale: np.ndarray,
    meshes: np.ndarray,
) -> SpecialPoint | None:
    """The saddle that the orbit comes near to, and where it touches it."""
    n, last = problem.n, float(value[-1])
    orbit = X[-1].reshape(-1, n)

    def equilibrium(x: np.ndarray, at: float):
        def system(x):
            f, matrix = equations_at(problem.field, np.append(x, at))
            return f, matrix[:, :n]

        return newton(system, x, scale[:n])

    found = equilibrium(slowest[:n], last)
    if found is None:
        return None
    x = found[0]
    if np.min(np.max(np.abs(orbit - x) / scale[:n], axis=1)) > NEAR:
        return None
    values, _ = spectrum_of(problem.field.linearisation(np.append(x, last))[1][:, :n], False)
    rising, falling = values[values.real > 0], values[values.real < 0]
    if not len(rising) or not len(falling):
        return None
    nu = min(rising.real.min(), -falling.real.max())
    rows = logarithmic(nu, T, value)
    if rows is None:
        return None
    j, k = rows
    shrink = math.exp(-nu * (T[k] - T[j]))
    fine = [refined(problem, meshes[i], X[i], float(T[i]), float(value[i])) for i in (j, k)]
    limit = (fine[1] - fine[0] * shrink) / (1 - shrink)
    found = equilibrium(x, limit)
    if found is None:
        return None
    x, residual = found
    values, _ = spectrum_of(problem.field.linearisation(np.append(x, limit))[1][:, :n], False)
    z = np.append(x, limit)
    leading = values[values.real < 0].real.max() + values[values.real > 0].real.min()
    return SpecialPoint(
        "homoclinic",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(x),
        problem.interval,
        period=math.inf,
        coefficient=float(leading),
        coefficient_name="saddle quantity",
        criticality="stable cycles" if leading < 0 else "unstable cycles",
        residual=residual,
        eigenvalues=values,
        arrays={"z": z, "mesh": meshes[k], "orbit": X[k]},
        notes={
            "slope": 1 / nu,
            "orbit period": float(T[k]),
            "orbit value": float(value[k]),
        },
    )


def refined(problem: Problem, mesh: np.ndarray, X: np.ndarray, T: float, value: float) -> float:
    """The parameter of the orbit of this period, on a mesh FINER times as fine."""
    curve, point = from_orbit(problem, mesh, X, T, value, None, FINER * (len(mesh) - 1))
    held = np.zeros_like(point.z)
    held[-2] = T
    z = point.z
    for last in (False, True):
        solution = corrected(curve, z, held, REFINED)
        if solution is None:
            return value
        z = solution[0]
        if not last:
            here = Point(z, point.tangent, 0.0, replace(point.facts, rates=None))
            curve.steps = ADAPT - 1
            z = curve.remesh([here, here])[-1].z
    return float(z[-1])


def logarithmic(nu: float, T: np.ndarray, value: np.ndarray) -> tuple[int, int] | None:
    """The last two rows j, k, apart by 1/nu in T at least, that obey the law together with a third
    one before: lambda - lambda_h = c exp(-nu T)."""
    for k in range(len(T) - 1, max(len(T) - TRIED, 1), -1):
        j = previous(T, k, 1 / nu)
        i = None if j is None else previous(T, j, 1 / nu)
        if j is None or i is None or value[j] == value[k]:
            continue
        shrink = math.exp(-nu * (T[k] - T[j]))
        limit = (value[k] - value[j] * shrink) / (1 - shrink)
        ratio = (value[i] - limit) / (value[j] - limit)
        if ratio > 0 and ratio != 1:
            slope = (T[j] - T[i]) / math.log(ratio)
            if abs(slope * nu - 1) < LOG_LAW:
                return j, k
    return None


def previous(T: np.ndarray, k: int, gap: float) -> int | None:
    earlier = np.flatnonzero(T[:k] < T[k] - gap)
    return int(earlier[-1]) if len(earlier) else None
