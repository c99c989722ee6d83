"""What a spiking orbit runs into whose period diverges: a fold, a saddle, or the threshold itself.

    fold        the orbit passes the place where two equilibria will be: T = pi/sqrt(a b d) + O(1)
    saddle      the state after a spike comes to lie on what leads into an unstable equilibrium:
                T = -ln(d)/nu + O(1), nu its unstable rate, or its weakest stable rate where that is
                slower and the reset keeps a memory of it
    threshold   a stable equilibrium comes to lie on the threshold: T = -ln(d)/|lambda_s| + O(1),
                as for the leaky neuron, f = 1/(t_ref + tau ln(...))
    canard      the parameter stands still to all digits while the orbit follows an unstable part of
                a slow manifold; where that leads to a saddle, `reset_canard` finds it
    cycle       the state after a spike comes to lie on an unstable cycle, which the orbit goes
                round ever more often (the canard of a subcritical Hopf point, mostly)

with d the distance of the parameter from its limit.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .continuation import Point
from .critical_eigenvalue import equations_at, newton
from .equilibrium_curve import spectrum_of
from .infinite_period import BEYOND, LOG_LAW, NEAR, logarithmic, previous, snic
from .problem import Problem
from .reset_canard import FINEST, behind_a_canard
from .reset_curve import ResetCurve
from .reset_detectors import reset_point
from .reset_field import ResetField
from .special_point import SpecialPoint

TRIED = 40  # rows from the end
TURNS = 2.5  # round an equilibrium
STANDS = 1e-6  # of the range: how far the parameter moved while the period grew by GROWN
GROWN = 1.05


def infinite_period(curve: ResetCurve, points: Sequence[Point], still: bool) -> SpecialPoint | None:
    """The special point at the end of a branch, where the parameter may stand still; None where no
    law holds, or out of range."""
    problem = curve.problem
    X, _, value = curve.split(points[-1].z)
    states = X[curve.free].reshape(-1, curve.n)
    f = curve.field.flow(curve.columns(states, value)).T
    slowest = np.append(states[np.argmin((np.abs(f) / curve.scale).max(axis=1))], value)
    scale = np.append(curve.scale, problem.width)
    T = np.array([point.facts.period for point in points])
    values = np.array([point.z[-1] for point in points])
    found = (
        touching(curve, slowest, scale, T, values)
        or snic(problem, slowest, T, values, scale, {})
        or saddle(curve, slowest, scale, T, values)
        or winding(curve, points[-1], T, values)
        or (behind_a_canard(curve, points[-1]) if still else None)
    )
    if found is None:
        return None
    slack = BEYOND * problem.width
    if not problem.low - slack <= found.value <= problem.high + slack:
        return None
    kept = reset_point(curve, "homoclinic", points[-1])
    notes = {"orbit period": float(T[-1]), "orbit value": float(values[-1])}
    return replace(
        found,
        arrays={**found.arrays, **kept.arrays},
        notes={**found.notes, **kept.notes, **notes},
    )


def boundary_equilibrium(
    problem: Problem, field: ResetField, guess: np.ndarray, scale: np.ndarray
) -> tuple[np.ndarray, float] | None:
    """The equilibrium on the threshold near a guess (x, lambda), and the last correction."""
    n = field.n

    def system(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f, matrix = equations_at(problem.field, z)
        event = field.event(z[:, None])
        return (
            np.append(f, event.margin[0]),
            np.vstack([matrix[:, : n + 1], event.margin_slope[None, :, 0]]),
        )

    return newton(system, guess, scale)


def touching(
    curve: ResetCurve, slowest: np.ndarray, scale: np.ndarray, T: np.ndarray, values: np.ndarray
) -> SpecialPoint | None:
    """A stable equilibrium that comes to lie on the threshold."""
    found = boundary_equilibrium(curve.problem, curve.field, slowest, scale)
    if found is None or np.max(np.abs(found[0] - slowest) / scale) > NEAR:
        return None
    z, residual = found
    rates = spectrum_of(equations_at(curve.problem.field, z)[1][:, : curve.n], False)[0]
    if not (rates.real < 0).all():
        return None
    slope = approach(T, values, z[-1], rates.real, len(curve.free))
    if slope is None:
        return None
    return replace(
        border_point(curve.problem, z, residual, rates),
        period=math.inf,
        criticality="threshold",
        notes={"slope": slope},
    )


def border_point(
    problem: Problem, z: np.ndarray, residual: float, rates: np.ndarray
) -> SpecialPoint:
    """An equilibrium on the threshold."""
    return SpecialPoint(
        "border collision",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(z[:-1]),
        problem.interval,
        residual=residual,
        eigenvalues=rates,
        arrays={"z": z},
    )


def approach(
    T: np.ndarray, values: np.ndarray, limit: float, rates: np.ndarray, spikes: int
) -> float | None:
    """k/|mu| of T = -(k/|mu|) ln|lambda - limit|: mu is the rate along which the orbit comes to the
    threshold, mostly the weakest one, k how many of its spikes come so."""
    for mu in sorted(-rates):
        for k in range(spikes, 0, -1):
            if follows(T, values, limit, float(mu) / k):
                return k / float(mu)
    return None


def follows(T: np.ndarray, values: np.ndarray, limit: float, rate: float) -> bool:
    """Whether the last periods grow like -ln|lambda - limit|/rate."""
    away = np.abs(values - limit)
    rows = np.flatnonzero(away > 1e-9 * max(abs(limit), np.ptp(values)))
    if len(rows) < 3:
        return False
    k = int(rows[-1])
    j = previous(T, k, 0.5 / rate)
    if j is None or away[j] <= away[k]:
        return False
    slope = (T[k] - T[j]) / math.log(away[j] / away[k])
    return bool(abs(slope * rate - 1) < LOG_LAW)


def saddle(
    curve: ResetCurve, slowest: np.ndarray, scale: np.ndarray, T: np.ndarray, values: np.ndarray
) -> SpecialPoint | None:
    """The unstable equilibrium that the orbit comes near to after a spike."""
    n, problem = curve.n, curve.problem

    def equilibrium(x: np.ndarray, at: float):
        def system(x):
            f, matrix = equations_at(problem.field, np.append(x, at))
            return f, matrix[:, :n]

        return newton(system, x, scale[:n])

    found = equilibrium(slowest[:n], float(values[-1]))
    if found is None or np.max(np.abs(found[0] - slowest[:n]) / scale[:n]) > NEAR:
        return None
    x = found[0]
    rates = spectrum_of(problem.field.linearisation(np.append(x, values[-1]))[1][:, :n], False)[0]
    rising, falling = rates.real[rates.real > 0], rates.real[rates.real < 0]
    if not len(rising):
        return None
    candidates = [rising.min(), *([-falling.max()] if len(falling) else [])]
    for nu in candidates:
        rows = logarithmic(nu, T, values)
        if rows is not None:
            break
    else:
        return None
    j, k = rows
    shrink = math.exp(-nu * (T[k] - T[j]))
    limit = float((values[k] - values[j] * shrink) / (1 - shrink))
    uncertainty = max(abs(values[k] - limit), FINEST * max(abs(limit), problem.width))
    found = equilibrium(x, limit)
    if found is None:
        return None
    x, residual = found
    z = np.append(x, limit)
    rates = spectrum_of(problem.field.linearisation(z)[1][:, :n], False)[0]
    leading = rising.min() + (falling.max() if len(falling) else 0.0)
    return SpecialPoint(
        "homoclinic",
        problem.field.model_at(z),
        problem.parameter,
        problem.named(x),
        problem.interval,
        period=math.inf,
        coefficient=float(leading) if len(falling) else None,
        coefficient_name="saddle quantity" if len(falling) else "",
        residual=residual,
        eigenvalues=rates,
        arrays={"z": z},
        notes={"slope": float(1 / nu), "uncertainty": float(uncertainty)},
    )


def winding(
    curve: ResetCurve, last: Point, T: np.ndarray, values: np.ndarray
) -> SpecialPoint | None:
    """An unstable cycle that the orbit goes round several times before it fires."""
    if curve.n < 2:
        return None
    problem, n = curve.problem, curve.n
    earlier = np.flatnonzero(T[-1] / GROWN > T)
    if not len(earlier) or abs(values[-1] - values[earlier[-1]]) > STANDS * problem.width:
        return None
    X, _, value = curve.split(last.z)
    k = curve.free[int(np.argmax(last.facts.times[curve.free]))]
    path = X[k].reshape(-1, n)
    weight = 1 / np.sqrt(
        curve.slow**2
        + ((curve.field.flow(curve.columns(path, value)).T / curve.size) ** 2).sum(axis=1)
    )
    centre = weight @ path / weight.sum()

    def system(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f, matrix = equations_at(problem.field, np.append(x, value))
        return f, matrix[:, :n]

    found = newton(system, centre, curve.scale)
    if found is None:
        return None
    x, residual = found
    away = (path - x) / curve.scale
    turn = np.unwrap(np.arctan2(away[:, 1], away[:, 0]))
    if np.ptp(turn) < 2 * np.pi * TURNS:
        return None
    rates = spectrum_of(equations_at(problem.field, np.append(x, value))[1][:, :n], False)[0]
    return SpecialPoint(
        "homoclinic",
        problem.field.model_at(np.append(path[0], value)),
        problem.parameter,
        problem.named(path[0]),
        problem.interval,
        period=math.inf,
        criticality="to a cycle",
        residual=residual,
        eigenvalues=rates,
        notes={"uncertainty": float(abs(values[-1] - values[earlier[-1]]))},
    )
