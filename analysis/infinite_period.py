"""What a cycle runs into whose period diverges: a saddle-node on it, or a saddle.

At a saddle-node on the invariant circle (SNIC), where w' = b (lambda - lambda_c) + a w^2 on the
centre manifold, T = pi / sqrt(a b (lambda - lambda_c)) + O(1). At a homoclinic orbit of a saddle
with leading eigenvalues lambda_u > 0 > lambda_s, T = -ln|lambda - lambda_h| / nu + O(1), where
nu = min(lambda_u, |lambda_s|) (Kuznetsov 2004, section 6.2; Izhikevich 2007, section 6.1).
"""

import math

import numpy as np

from .critical_eigenvalue import equations_at, newton, real_eigenvalue
from .equilibrium_curve import spectrum_of, state_scale
from .equilibrium_points import fold_point
from .gauss import Gauss
from .problem import Problem
from .special_point import SpecialPoint

SNIC_LAW = 0.2  # agreement of the last period with the law
LOG_LAW = 0.25
NEAR = 0.15  # of the equilibrium to the orbit, relative to the orbit's size
RESOLVED = 1e-12
CLEAR, SETTLED = 30.0, 4.0


def infinite_period(
    problem: Problem,
    gauss: Gauss,
    meshes: np.ndarray,
    X: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
) -> SpecialPoint | None:
    """The special point at the end of a branch, or None where neither law holds."""
    orbit = X[-1].reshape(-1, problem.n)
    size = np.ptp(orbit, axis=0)
    scale = np.append(np.where(size > 0, size, 1.0), problem.width)
    places = np.vstack([orbit.T, np.full(len(orbit), value[-1])])
    speed = np.abs(problem.field.f(places) / scale[:-1, None]).max(axis=0)
    slowest = np.append(orbit[np.argmin(speed)], value[-1])
    arrays = {"mesh": meshes[-1], "orbit": X[-1]}
    return snic(problem, slowest, T, value, scale, arrays) or homoclinic(
        problem, slowest, orbit, T, value, scale, arrays
    )


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
    located = real_eigenvalue(problem.field, slowest, q, 0.0, scale)
    if located is None:
        return None
    z, q, residual = located
    if np.max(np.abs(z - slowest) / scale) > NEAR:
        return None
    fold = fold_point(problem, z, q, 0.0, residual)
    if fold is None or fold.coefficient is None:
        return None
    product = fold.coefficient * fold.notes["slope"]
    distance = value[-1] - z[-1]
    if product * distance <= 0:
        return None
    law = math.pi / math.sqrt(product * distance)
    if abs(law / T[-1] - 1) > SNIC_LAW:
        return None
    return SpecialPoint(
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
        notes={"a": fold.coefficient, "b": fold.notes["slope"]},
    )


def homoclinic(
    problem: Problem,
    slowest: np.ndarray,
    orbit: np.ndarray,
    T: np.ndarray,
    value: np.ndarray,
    scale: np.ndarray,
    arrays: dict[str, np.ndarray],
) -> SpecialPoint | None:
    """The saddle that the orbit comes near to, and where it touches it."""
    n, last = problem.n, float(value[-1])

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
    limit = extrapolated(nu, T, value)
    if limit is None:
        return None
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
        arrays={"z": z, "scale": state_scale(x), **arrays},
        notes={"slope": 1 / nu},
    )


def extrapolated(nu: float, T: np.ndarray, value: np.ndarray) -> float | None:
    """lambda_h from lambda - lambda_h = c exp(-nu T), if three late points agree with the law.

    Where the parameter has settled to rounding (or to what the mesh resolves), its last value is
    the limit, and the law is looked for before.
    """
    size = max(np.abs(value).max(), 1e-300)
    settled = value[T > 0.6 * T[-1]]
    noise = max(np.ptp(settled[-8:]) if len(settled) > 1 else 0.0, RESOLVED * size)
    for clear in (CLEAR, 1.0):
        above = np.flatnonzero(np.abs(value - value[-1]) > clear * noise)
        if not len(above):
            continue
        k = min(int(above[-1]) + (clear == 1.0), len(value) - 1)
        j = previous(T, k, 1 / nu)
        i = None if j is None else previous(T, j, 1 / nu)
        if j is None or i is None:
            continue
        shrink = math.exp(-nu * (T[k] - T[j]))
        limit = float((value[k] - value[j] * shrink) / (1 - shrink))
        if T[-1] - T[k] > SETTLED / nu:
            limit = float(value[-1])
        ratio = (value[i] - limit) / (value[j] - limit) if value[j] != limit else 0.0
        if ratio > 0 and ratio != 1:
            slope = (T[j] - T[i]) / math.log(ratio)
            if abs(slope * nu - 1) < LOG_LAW:
                return limit
    return None


def previous(T: np.ndarray, k: int, gap: float) -> int | None:
    earlier = np.flatnonzero(T[:k] < T[k] - gap)
    return int(earlier[-1]) if len(earlier) else None
