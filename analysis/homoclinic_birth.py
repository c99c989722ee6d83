"""Homoclinic orbits near a Bogdanov-Takens point: how the curve begins there, and how it ends.

On the centre manifold x = x0 + w0 q0 + w1 q1 + b2 H + ..., (a, b) = (a0, b0) + b1 K1 + b2 K + ...

    w0' = w1,    w1' = b1 + b2 w1 + alpha w0^2 + beta w0 w1

and with w0 = (e^2/alpha) u(e t), b1 = -4 e^4/alpha, b2 = (beta/alpha) tau e^2, tau = 10/7, to
leading order u'' = u^2 - 4, whose homoclinic orbit is u = 2 - 6 sech^2 (Al-Hdaibat, Govaerts,
Kuznetsov and Meijer, SIAM J. Appl. Dyn. Syst. 15 (2016) 952). The terms linear in the parameters,
and the one in b2^2, follow from the homological equation.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..dynamics.errors import NotFound
from ..dynamics.status import Status
from .codim_two_forms import bogdanov_takens_form
from .connection_curve import ConnectionCurve
from .connection_orbit import fitted, onto_mesh
from .continuation import Found, Point
from .critical_eigenvalue import bent, newton
from .gauss import gauss
from .homoclinic_start import numbers_of
from .invariant_subspaces import local_of
from .mesh import nodes_of
from .normal_forms import Forms
from .plane import Plane
from .plane_curve import along
from .special_point import SpecialPoint

TAU = 10 / 7
NEAR = 4.0  # orbits' sizes
REACH = 8.0  # sech^2 is 4.5e-7 there
PARTS = (3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)  # of the box, from the point to the first orbit
FACTOR = 3.0  # that distance may be so many times what was predicted


@dataclass(frozen=True)
class Unfolding:
    """The first terms of the centre manifold and of the parameters."""

    z: np.ndarray  # (x, a, b)
    q0: np.ndarray
    q1: np.ndarray
    alpha: float
    beta: float
    first: np.ndarray  # (H1, K1) of b1
    second: np.ndarray  # (H, K) of b2
    square: np.ndarray  # of b2^2


def unfolding_of(plane: Plane, z: np.ndarray) -> Unfolding:
    n, field = plane.n, plane.field
    _, matrix = field.linearisation(z)
    A = matrix[:, :n]
    U, _, Vt = np.linalg.svd(A)
    q0, p1 = Vt[-1], U[:, -1]
    M = np.zeros((n + 1, n + 1))
    M[:n, :n], M[:n, n], M[n, :n] = A, p1, q0
    q1 = np.linalg.solve(M, np.append(q0, 0.0))[:n]
    p0 = np.linalg.solve(M.T, np.append(p1, 0.0))[:n]
    p0, p1 = p0 / (p1 @ q1), p1 / (p1 @ q1)
    p0 = p0 - (p0 @ q1) * p1

    def B(u, v):
        full = [np.append(w, [0.0, 0.0]) if len(w) == n else w for w in (u, v)]
        return field.B(z, *full)

    square = B(q0, q0)
    alpha = float(p1 @ square) / 2
    beta = float(p0 @ square + p1 @ B(q0, q1))
    rows0, rows1 = bent(field, z, q0), bent(field, z, q1)
    # solvability of the terms in w0 b2 and w1 b2; for b1 and b2^2 they are of higher order
    system = np.vstack([matrix, p1 @ rows0, p1 @ rows1 + p0 @ rows0])
    first = np.linalg.solve(system, np.concatenate([q1, [0.0, 0.0]]))
    second = np.linalg.solve(system, np.append(np.zeros(n + 1), 1.0))
    bend = -field.B(z, second, second) / 2
    third = np.linalg.solve(system, np.concatenate([bend, [0.0, 0.0]]))
    return Unfolding(z, q0, q1, alpha, beta, first, second, third)


def predicted(form: Unfolding, e: float, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The orbit at times t (scaled by e), and (x, a, b) of the saddle."""
    b1, b2 = -4 * e**4 / form.alpha, form.beta / form.alpha * TAU * e**2
    base = form.z + b1 * form.first + b2 * form.second + b2 * b2 * form.square
    n = len(form.q0)
    sech, tanh = 1 / np.cosh(t), np.tanh(t)
    w0 = e**2 / form.alpha * (2 - 6 * sech**2)
    w1 = e**3 / form.alpha * 12 * sech**2 * tanh
    orbit = base[:n] + w0[..., None] * form.q0 + w1[..., None] * form.q1
    saddle = base.copy()
    saddle[:n] += 2 * e**2 / form.alpha * form.q0
    return orbit, saddle


def from_bogdanov_takens(
    point: SpecialPoint, plane: Plane, intervals: int, degree: int
) -> tuple[ConnectionCurve, Point]:
    """A small homoclinic orbit, in the direction in which it grows."""
    form = unfolding_of(plane, numbers_of(point, plane))
    n = plane.n
    values = np.linalg.eigvals(plane.field.linearisation(form.z)[1][:, :n])
    others = values[np.argsort(np.abs(values))[2:]]
    unstable = 1 + int((others.real > 0).sum())
    b2 = form.beta / form.alpha * TAU * form.second[n:]
    pace = float(np.abs(b2 / plane.width).max())
    mesh = np.linspace(0, 1, 4 * intervals + 1)
    t = (2 * nodes_of(gauss(degree), mesh) - 1) * REACH
    for part in PARTS if np.isfinite(pace) and pace > 0 else ():
        e = math.sqrt(part / pace)
        X, numbers = predicted(form, e, t)
        growth = predicted(form, 1.01 * e, t[:1])[1] - numbers
        curve = ConnectionCurve(plane, mesh, X, 2 * REACH / e, unstable, n - unstable, numbers)
        z = onto_mesh(curve, mesh, X, numbers, intervals)
        first = fitted(curve, z, growth)
        if first is None:
            continue
        values = first.z[-2:]
        far = float(np.abs((values - form.z[n:]) / plane.width).max()) / part
        inside = (values >= plane.low).all() and (values <= plane.high).all()
        if 1 / FACTOR < far < FACTOR and inside:
            curve.largest = first.facts.swing
            return curve, first
    where = ", ".join(f"{name} = {point.parameters[name]:g}" for name in plane.names)
    raise NotFound(
        f"no homoclinic orbit is found near the Bogdanov-Takens point at {where}: it may be "
        "degenerate; follow the Hopf curve instead, and the cycles from one of its points"
    )


def double_zero(plane: Plane, z: np.ndarray, scale: np.ndarray) -> tuple[np.ndarray, float] | None:
    """The Bogdanov-Takens point near z: f = 0, A q0 = 0, A q1 = q0, by Newton's method."""
    n, field, size = plane.n, plane.field, plane.n + 2
    A = field.linearisation(z)[1][:, :n]
    q0 = np.linalg.svd(A)[2][-1]
    M = np.vstack([A, q0])
    q1 = np.linalg.lstsq(M, np.append(q0, 0.0), rcond=None)[0]
    reference = q0

    def system(y):
        z, q0, q1 = y[:size], y[size : size + n], y[size + n :]
        f, matrix = field.linearisation(z)
        A = matrix[:, :n]
        J = np.zeros((3 * n + 2, 3 * n + 2))
        J[:n, :size] = matrix
        J[n : 2 * n, :size], J[n : 2 * n, size : size + n] = bent(field, z, q0), A
        J[2 * n : 3 * n, :size] = bent(field, z, q1)
        J[2 * n : 3 * n, size : size + n] = -np.eye(n)
        J[2 * n : 3 * n, size + n :] = A
        J[-2, size : size + n], J[-1, size + n :] = reference, reference
        ends = [reference @ q0 - 1, reference @ q1]
        return np.concatenate([f, A @ q0, A @ q1 - q0, ends]), J

    long = max(float(np.linalg.norm(q1)), 1e-300)
    sizes = np.concatenate([scale, np.ones(n), np.full(n, long)])
    solution = newton(system, np.concatenate([z, q0, q1]), sizes)
    return None if solution is None else (solution[0][:size], solution[1])


@dataclass(frozen=True)
class Shrinking:
    """The orbit shrinks to a Bogdanov-Takens point."""

    curve: ConnectionCurve
    part: float  # of the largest orbit so far
    ends = Status.BRANCH_REACHED

    def value(self, point: Point) -> float:
        swing = point.facts.swing
        return float(np.log(swing / (self.part * max(self.curve.largest, swing))))

    def locate(self, before: Point, after: Point) -> Found | None:
        curve, plane = self.curve, self.curve.plane
        X, numbers = curve.split(after.z)
        guess = numbers.copy()
        guess[: curve.n] = X.reshape(-1, curve.n).mean(axis=0)
        sizes = np.concatenate([np.maximum(np.abs(guess[: curve.n]), curve.scale), plane.width])
        found = double_zero(plane, guess, sizes)
        if found is None:
            return None
        z, residual = found
        away = np.abs(z[: curve.n] - numbers[: curve.n]) / curve.scale
        if away.max() > NEAR:
            return None
        point = bogdanov_takens(plane, z, residual)
        end = shrunk(curve, after, z)
        end = replace(end, s=max(along(curve, before, after, end), after.s))
        where = ", ".join(f"{n} = {v:.8g}" for n, v in zip(plane.names, z[-2:], strict=True))
        return Found(end, point, f"the orbit shrinks to the Bogdanov-Takens point at {where}")


def shrunk(curve: ConnectionCurve, near: Point, z: np.ndarray) -> Point:
    """The orbit that is but a point."""
    values = local_of(curve.plane, z).values
    rest = np.broadcast_to(z[: curve.n], curve.shape)
    return replace(near, z=curve.joined(rest, z), facts=replace(near.facts, values=values))


def bogdanov_takens(plane: Plane, z: np.ndarray, residual: float) -> SpecialPoint:
    a, b, q0, q1 = bogdanov_takens_form(Forms(plane.field, z))
    first = plane.names[0]
    return SpecialPoint(
        "bogdanov-takens",
        plane.field.model_at(z),
        first,
        plane.named(z[: plane.n]),
        plane.box[first],
        coefficient=(a, b),
        coefficient_name="(a, b) of w0' = w1, w1' = b1 + b2 w0 + a w0^2 + b w0 w1",
        criticality="subcritical" if a * b > 0 else "supercritical",
        residual=residual,
        eigenvalues=np.linalg.eigvals(plane.field.linearisation(z)[1][:, : plane.n]),
        arrays={"z": z, "q0": q0, "q1": q1},
        notes={"turns": 1},
        plane=plane.box,
    )
