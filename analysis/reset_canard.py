"""What a spiking orbit runs into behind a canard, where its parameter stands still.

Along an unstable part of a slow manifold neighbours part by a factor G, which grows with the time
that the orbit follows it, and the parameter answers to the orbit by 1/G: soon all longer orbits
belong to one value, as far as digits go. As a boundary value problem they are well determined all
the same, on a mesh that follows the growth. Where the manifold leads to a saddle, the distance
delta of the orbits to it tells, with

    T = -ln(delta)/|lambda_s| - ln(delta)/lambda_u + O(1)

for one that comes in along the stable direction and leaves along the unstable one; the first or the
second term alone for as long as the other side is far away.

Reference: M. Krupa and P. Szmolyan, J. Differ. Equ. 174 (2001) 312-368; M. Desroches and others,
SIAM Rev. 54 (2012) 211-288.
"""

import math
from collections.abc import Sequence

import numpy as np

from .continuation import Point, Settings, follow, point_at, unit
from .critical_eigenvalue import equations_at, newton
from .equilibrium_curve import spectrum_of
from .infinite_period import LOG_LAW
from .reset_curve import ResetCurve
from .reset_detectors import LongPeriod
from .reset_mesh import carried_parts, spread
from .special_point import SpecialPoint

FINER, SHARP = 2, 1e-9  # times as many intervals as the family; accuracy
FINEST = 1e-11  # relative, of the parameter that an orbit belongs to
LONGER, STEP = 20.0, 0.05  # periods, steps along a canard
LOOKS, STRETCH = 10, 8  # how often, after how many steps, it is looked whether a saddle is near
CANDIDATES = 6  # slow places of an orbit
ARRIVED, ROUNDED = 5e-2, 1e-9  # of the sizes: between these an orbit comes to a saddle
NEARER = 1.0  # ln of how much nearer it has to come


def behind_a_canard(curve: ResetCurve, last: Point) -> SpecialPoint | None:
    """The saddle that orbits come to if they are followed on at a parameter that stands still."""
    fine = finer(curve, last)
    if fine is None:
        return None
    curve, start = fine
    curve.detectors = [LongPeriod(curve, LONGER * last.facts.period, still=0.0)]
    points = [start]
    for _ in range(LOOKS):
        here = points[-1]
        curve.use(here.facts.mesh, curve.split(here.z)[1])
        with np.errstate(all="ignore"):
            path = follow(curve, here, Settings(SHARP, STEP, STEP, 1e-6, STRETCH + 1))
        points += path.points[1:]
        found = saddle_behind(curve, points)
        if found is not None or len(path.points) <= STRETCH:
            return found
    return None


def finer(curve: ResetCurve, point: Point) -> tuple[ResetCurve, Point] | None:
    """The curve and a point of it on finer meshes, which follow the growth."""
    X, L, value = curve.split(point.z)
    old, count = point.facts.mesh, FINER * curve.N
    new = spread(curve.gauss, old, X, curve.scale, count, point.facts.growth)
    along, lengths, rate = curve.split(point.tangent)
    X = carried_parts(curve.gauss, old, X, new)
    fine = ResetCurve(curve.problem, curve.field, new, X, L, curve.size, curve.slow, curve.doubled)
    along = carried_parts(curve.gauss, old, along, new)
    tangent = unit(fine, np.concatenate([along.ravel(), lengths, [rate]]))
    start = point_at(fine, np.concatenate([X.ravel(), L, [value]]), tangent, SHARP, 0.0)
    return None if start is None else (fine, start)


def saddle_behind(curve: ResetCurve, points: Sequence[Point]) -> SpecialPoint | None:
    """The saddle that the last orbits come near to, if their periods grow by its law."""
    curve.use(points[-1].facts.mesh, curve.split(points[-1].z)[1])
    found = saddle_approached(curve, points[-1])
    if found is None:
        return None
    x, residual, rates = found
    rising, falling = rates.real[rates.real > 0].min(), -rates.real[rates.real < 0].max()
    delta = np.array([distance_of(curve, point, x) for point in points])
    T = np.array([point.facts.period for point in points])
    late = np.flatnonzero((delta < ARRIVED) & (delta > ROUNDED))
    if len(late) < 2 or not delta[late[0]] > math.exp(NEARER) * delta[late[-1]]:
        return None
    slope = (T[late[-1]] - T[late[0]]) / math.log(delta[late[0]] / delta[late[-1]])
    laws = (1 / rising, 1 / falling, 1 / rising + 1 / falling)
    if min(abs(slope / law - 1) for law in laws) > LOG_LAW:
        return None
    problem = curve.problem
    values = np.array([point.z[-1] for point in points])
    value = float(np.median(values))
    return SpecialPoint(
        "homoclinic",
        problem.field.model_at(np.append(x, value)),
        problem.parameter,
        problem.named(x),
        problem.interval,
        period=math.inf,
        coefficient=float(rising - falling),
        coefficient_name="saddle quantity",
        criticality="behind a canard",
        residual=residual,
        eigenvalues=rates,
        arrays={"z": np.append(x, value)},
        notes={
            "slope": float(1 / rising),
            "uncertainty": max(float(np.ptp(values)), FINEST * problem.width),
        },
    )


def saddle_approached(
    curve: ResetCurve, point: Point
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """The saddle that an orbit comes nearest to: state, last correction, eigenvalues."""
    X, _, value = curve.split(point.z)
    states = X[curve.free].reshape(-1, curve.n)
    f = curve.field.flow(curve.columns(states, value)).T
    speed = (np.abs(f) / curve.scale).max(axis=1)
    places = np.flatnonzero((speed[1:-1] <= speed[:-2]) & (speed[1:-1] <= speed[2:])) + 1

    def system(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        f, matrix = equations_at(curve.problem.field, np.append(x, value))
        return f, matrix[:, : curve.n]

    saddles = []
    for place in places[np.argsort(speed[places])][:CANDIDATES]:
        found = newton(system, states[place], curve.scale)
        if found is None:
            continue
        rates = spectrum_of(system(found[0])[1], False)[0]
        if (rates.real > 0).any() and (rates.real < 0).any():
            saddles.append((distance_of(curve, point, found[0]), *found, rates))
    return min(saddles, key=lambda one: one[0])[1:] if saddles else None


def distance_of(curve: ResetCurve, point: Point, x: np.ndarray) -> float:
    """How near an orbit comes to a state, in sizes."""
    states = curve.split(point.z)[0][curve.free].reshape(-1, curve.n)
    return float(np.abs((states - x) / curve.scale).max(axis=1).min())
