"""Where a family of cycles begins: its curve, and the first point on it with a direction."""

from dataclasses import replace

import numpy as np

from ..dynamics.errors import InvalidArgument, NotFound
from .continuation import Point, unit
from .cycle_curve import CycleCurve
from .gauss import gauss
from .limit_cycle import LimitCycle
from .mesh import carried, equidistributing, nodes_of
from .normal_forms import Forms, adjoint
from .problem import Problem
from .special_point import SpecialPoint

BENT = 0.3


def from_hopf(
    problem: Problem, hopf: SpecialPoint, intervals: int, degree: int
) -> tuple[CycleCurve, Point]:
    """Cycles of zero size: x + a Re(q exp(2 pi i t)), period 2 pi/omega, from a = 0 upward."""
    mesh = np.linspace(0, 1, intervals + 1)
    t = nodes_of(gauss(degree), mesh)
    x = np.array([hopf.state[name] for name in problem.model.states])
    wave = np.real(hopf.arrays["q"] * np.exp(2j * np.pi * t)[..., None])
    rest = np.broadcast_to(x, wave.shape)
    assert hopf.period is not None
    curve = CycleCurve(problem, mesh, rest, degree, hopf.period)
    curve.scale = expected_size(problem, hopf)
    curve.use(mesh)
    curve.refer(wave)
    curve.rest_at(rest)
    z = np.concatenate([rest.ravel(), [hopf.period, hopf[problem.parameter]]])
    return curve, started(curve, z, np.concatenate([wave.ravel(), [0.0, 0.0]]))


def expected_size(problem: Problem, hopf: SpecialPoint) -> np.ndarray:
    """How large the cycles may get: where the terms of higher order of the normal form weigh a
    part BENT of the linear ones. States that take no part at first follow with the square (the
    stationary and the second harmonic), so that units are of no account."""
    assert hopf.period is not None
    x, q = np.array([*hopf.state.values(), hopf[problem.parameter]]), hopf.arrays["q"]
    omega = 2 * np.pi / hopf.period
    forms = Forms(problem.field, x)
    p = adjoint(forms.A, 1j * omega, q)
    square, product = forms.B(q, q), forms.B(q, q.conj())
    steady = np.linalg.solve(forms.A, product)
    double = np.linalg.solve(2j * omega * np.eye(forms.n) - forms.A, square)
    cubic = abs(np.vdot(p, forms.C(q, q, q.conj())))
    cubic += abs(np.vdot(p, forms.B(q, steady))) + abs(np.vdot(p, forms.B(q.conj(), double)))
    weights = np.sqrt(cubic / omega), abs(np.vdot(p, square)) / omega
    largest = max(weights)
    if not (np.isfinite(largest) and largest > 0):
        return np.maximum(np.abs(x[:-1]), np.max(np.abs(x[:-1]), initial=1e-3))
    r = BENT / largest
    size = np.maximum(r * np.abs(q), r**2 * np.maximum(np.abs(steady), np.abs(double)))
    return np.maximum(size, 1e-6 * size.max())


def from_orbit(
    problem: Problem,
    mesh: np.ndarray,
    X: np.ndarray,
    T: float,
    value: float,
    direction: np.ndarray | None = None,
    intervals: int | None = None,
    doubled: bool = False,
) -> tuple[CycleCurve, Point]:
    """Through an orbit, along a direction (of the unknowns) or the curve's own tangent."""
    degree = X.shape[1] - 1
    if intervals is not None and intervals != len(mesh) - 1:
        table = gauss(degree)
        new = equidistributing(table, mesh, X, np.abs(X).max(axis=(0, 1)), intervals)
        if direction is not None:
            turned = carried(table, mesh, direction[:-2].reshape(X.shape), new)
            direction = np.concatenate([turned.ravel(), direction[-2:]])
        mesh, X = new, carried(table, mesh, X, new)
    curve = CycleCurve(problem, mesh, X, degree, T, doubled)
    if doubled and direction is not None:
        curve.compass = curve.swing(direction[:-2].reshape(X.shape))
    z = np.concatenate([X.ravel(), [T, value]])
    if direction is None:
        held = np.zeros_like(z)
        held[-1] = problem.width
        _, solve, _ = curve.linearise(z, held)
        direction = solve(None, 1.0)
    return curve, started(curve, z, direction)


def from_doubling(problem: Problem, point: SpecialPoint) -> tuple[CycleCurve, Point]:
    """Twice round the orbit, along the direction that changes sign after one period."""
    mesh, X, phi = (point.arrays[name] for name in ("mesh", "orbit", "direction"))
    assert point.period is not None
    twice = np.concatenate([mesh[:-1] / 2, 0.5 + mesh / 2])
    direction = np.concatenate([np.concatenate([phi, -phi]).ravel(), [0.0, 0.0]])
    return from_orbit(
        problem,
        twice,
        np.concatenate([X, X]),
        2 * point.period,
        point[problem.parameter],
        direction,
        doubled=True,
    )


def from_cycle(
    problem: Problem, cycle: LimitCycle, intervals: int, degree: int
) -> tuple[CycleCurve, Point]:
    if cycle.degree != degree:
        raise InvalidArgument(f"this cycle has degree {cycle.degree}; continue it with that")
    value = cycle.parameters[problem.parameter]
    return from_orbit(problem, cycle.mesh, cycle.orbit, cycle.period, value, intervals=intervals)


def started(curve: CycleCurve, z: np.ndarray, direction: np.ndarray) -> Point:
    if not np.isfinite(direction).all():
        raise NotFound("the orbit to start from is degenerate: no direction to continue it in")
    tangent = unit(curve, direction)
    r, _, linear = curve.linearise(z, tangent)
    if not np.isfinite(r).all():
        raise NotFound("the equations are not finite along the orbit to start from")
    return Point(z, tangent, 0.0, curve.facts(z, tangent, linear))


def turned(curve: CycleCurve, point: Point) -> Point:
    """The same point in the other direction, with what is known of it: on a bifurcation the sign of
    what vanishes there is rounding, and computed anew it could be another on either side."""
    _, _, linear = curve.linearise(point.z, point.tangent)
    facts = curve.facts(point.z, -point.tangent, linear)
    known = replace(point.facts, turning=facts.turning, branching=facts.branching)
    return Point(point.z, -point.tangent, 0.0, known)
