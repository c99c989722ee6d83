"""Where a multiplier of a cycle is 1, -1 or on the unit circle: the variational problem.

Let J phi = 0 be the linearised problem for the critical direction phi along the orbit:

    cycle fold        phi' = T A phi + f sigma, phi periodic, phi orthogonal to v'   (a double 1)
    period doubling   phi' = T A phi, phi(1) = -phi(0)
    torus             phi' = T A phi, phi(1) = exp(i theta) phi(0)

Bordered, J phi = g b, <c, phi> = 1, it has a unique solution, and g = 0 exactly at the point. The
derivative of g along any direction costs one more solution with the same factors, with exact second
derivatives on the right side, so Newton's method on (F, g) needs no adjoint problem. See Govaerts,
Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapter 4, and Doedel, Govaerts
and Kuznetsov 2003 for cycles.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .continuation import ITERATIONS
from .orbit_curve import Linear, OrbitCurve

CONVERGED = 1e-9
PATIENT, LOST = 4, 0.03  # a step that is still this long after PATIENT ones leads nowhere


@dataclass(frozen=True)
class Critical:
    """The located orbit z, its critical direction at the Gauss points, and angle."""

    z: np.ndarray
    phi: np.ndarray  # (N, m, n): at the Gauss points
    nodes: np.ndarray  # (N, m + 1, n): at all nodes
    sigma: complex  # the direction's change of the period, at a fold
    theta: float
    residual: float


def locate_critical(
    curve: OrbitCurve, z: np.ndarray, border: np.ndarray, kind: str, theta: float = 0.0
) -> Critical | None:
    """Newton's method from z within the curve; `kind` as in `LABELS`."""
    if kind == "period doubling":
        theta = np.pi
    bordering: tuple[np.ndarray, np.ndarray] | None = None
    size = np.inf
    for trial in range(2 * ITERATIONS):
        r, solve, linear = curve.linearise(z, border)
        if not np.isfinite(r).all():
            return None
        a, t = solve(-r, 0.0), solve(None, 1.0)
        try:
            problem = Variational(curve, z, linear, kind, theta, bordering)
            gradient = problem.gradient(a, t)
        except np.linalg.LinAlgError:
            return None
        bordering = problem.phi, problem.phi
        if kind == "torus":
            matrix = np.array(
                [[gradient[1].real, gradient[2].real], [gradient[1].imag, gradient[2].imag]]
            )
            wanted = -(problem.g + gradient[0])
            try:
                along, turn = np.linalg.solve(matrix, [wanted.real, wanted.imag])
            except np.linalg.LinAlgError:
                return None
            theta += turn
        else:
            if gradient[1] == 0:
                return None
            along, turn = -(problem.g + gradient[0]).real / gradient[1].real, 0.0
        step = a + along * t
        before, size = size, float(np.sqrt(abs(curve.dot(step, step)))) + abs(turn)
        if not size < (2.0 if trial < PATIENT else LOST):
            return None
        z = z + step
        if size < CONVERGED or (size < 1e-7 and size > 0.3 * before):
            return Critical(z, problem.phi, problem.nodes, problem.sigma, float(theta), size)
    return None


def direction_at(
    curve: OrbitCurve, z: np.ndarray, linear: Linear, kind: str, residual: float
) -> Critical:
    """The critical direction at an orbit that was found otherwise."""
    theta = np.pi if kind == "period doubling" else 0.0
    problem = Variational(curve, z, linear, kind, theta, None)
    for _ in range(2):
        problem = Variational(curve, z, linear, kind, theta, (problem.phi, problem.phi))
    return Critical(z, problem.phi, problem.nodes, problem.sigma, theta, residual)


class Variational:
    """The bordered linear problem at an orbit: phi, g, and derivatives of g.

    `phased`: phi of a torus too is orthogonal to v', with phi' = T A phi + f sigma; a part of phi
    along f makes up for it. Without that phi = f would do at theta = 0, whatever the orbit.
    """

    def __init__(
        self,
        curve: OrbitCurve,
        z: np.ndarray,
        linear: Linear,
        kind: str,
        theta: float,
        bordering: tuple[np.ndarray, np.ndarray] | None,
        phased: bool = False,
    ):
        self.curve, self.z, self.linear, self.kind, self.theta = curve, z, linear, kind, theta
        n = curve.n
        _, self.T, _ = curve.split(z)
        self.A, self.slopes = linear.matrix[..., :n], linear.matrix[..., n:]
        real = {"cycle fold": 1.0, "period doubling": -1.0}
        twist: complex = real[kind] if kind in real else complex(np.exp(1j * theta))
        self.twist = twist
        b, c = bordering or (generic(linear.f, curve.scale),) * 2
        b = b / np.sqrt((np.abs(b) ** 2 * curve.weight).sum())
        c = c / np.sqrt((np.abs(c) ** 2 * curve.weight).sum())
        row = c.conj() * curve.weight
        self.phased = phased or kind == "cycle fold"
        if self.phased:
            columns = np.stack([linear.f, b], axis=-1)
            rows, corner = np.stack([curve.phase_row, row]), np.zeros((2, 2))
            right = np.array([[0.0], [1.0]])
        else:
            columns, rows = b[..., None], row[None]
            corner, right = np.zeros((1, 1)), np.array([[1.0]])
        self.system = curve.engine.system(
            curve.gauss, curve.h, self.T * self.A, columns, rows, corner, twist, curve.scale
        )
        self.nodes, s = self.system.solve(None, right)
        self.nodes = self.nodes[..., 0]
        self.phi = self.nodes[:, 1:]
        self.g, self.sigma = complex(s[-1, 0]), complex(s[0, 0]) if len(s) > 1 else 0j

    def gradient(self, *directions: np.ndarray) -> list[complex]:
        """The derivatives of g along directions of z; at the end that in theta, of a torus."""
        changes = [self.bent(v) for v in directions]
        gaps = None
        if self.kind == "torus":
            changes.append(np.zeros_like(changes[0]))
            gaps = np.zeros((*self.nodes[:, 0].shape, len(changes)), dtype=complex)
            gaps[-1, :, -1] = -1j * self.twist * self.nodes[0, 0]
        right = np.zeros((len(self.system.sigma), len(changes)))
        _, s = self.system.solve(np.stack(changes, axis=-1), right, gaps)
        return [complex(value) for value in s[-1]]

    def bent(self, v: np.ndarray) -> np.ndarray:
        """-(dJ/dz v) phi = v_T A phi + T B(phi, (v_u, v_lambda)) + sigma (A v_u + f_lambda v_l)"""
        X, vT, vl = self.curve.split(v)
        change = np.concatenate(
            [X[:, 1:], np.broadcast_to(vl, (*X[:, 1:].shape[:2], self.curve.field.k))], axis=-1
        )[..., None]
        bent = vT * self.moved + self.T * (self.curvature @ change)[..., 0]
        if self.sigma:
            sigma = self.sigma if self.kind == "torus" else self.sigma.real
            bent = bent + sigma * (self.linear.matrix @ change)[..., 0]
        return bent

    @cached_property
    def eigenfunction(self) -> np.ndarray:
        """phi with its part along f: the solution of the variational equation itself."""
        if self.kind != "torus" or not self.sigma:
            return self.phi
        curve = self.curve
        t = curve.mesh[:-1, None] + curve.h[:, None] * curve.gauss.nodes[1:]
        shift = self.sigma * (1 / (self.twist - 1) + t)
        return self.phi - shift[..., None] * self.linear.f

    @cached_property
    def moved(self) -> np.ndarray:
        """A phi."""
        return (self.A @ self.phi[..., None])[..., 0]

    @cached_property
    def curvature(self) -> np.ndarray:
        """The matrices B(phi, .), (N, m, n, n + k)."""
        return self.matrices(self.phi)

    def matrices(self, phi: np.ndarray) -> np.ndarray:
        """B(phi, .) by one call for all directions."""
        curve, n = self.curve, self.curve.n
        places = curve.points(self.z)
        width, count = places.shape
        total = np.zeros((*phi.shape, width), dtype=phi.dtype)
        unit = np.repeat(np.eye(width), count, axis=1)
        for factor, part in real_parts(phi):
            along = np.vstack([part.reshape(-1, n).T, np.zeros((width - n, count))])
            B = curve.field.B(np.tile(places, width), np.tile(along, width), unit)
            stages = B.reshape(n, width, *phi.shape[:2]).transpose(2, 3, 0, 1)
            total = total + factor * stages
        return total


def bilinear(
    curve: OrbitCurve,
    z: np.ndarray,
    phi: np.ndarray,
    u: np.ndarray,
) -> np.ndarray:
    """B(phi, u) at the Gauss points; phi and u may be complex."""
    places = curve.points(z)
    numbers = np.zeros((curve.field.k, places.shape[1]))
    total = np.zeros(phi.shape, dtype=np.result_type(phi, u))
    for i, a in real_parts(phi):
        for j, b in real_parts(u):
            first = np.vstack([a.reshape(-1, curve.n).T, numbers])
            second = np.vstack([b.reshape(-1, curve.n).T, numbers])
            total = total + i * j * curve.stage(curve.field.B(places, first, second))
    return total


def real_parts(u: np.ndarray) -> list[tuple[complex, np.ndarray]]:
    if not np.iscomplexobj(u):
        return [(1, u)]
    return [(1, u.real), (1j, u.imag)]


def generic(f: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """A function that is orthogonal to nothing in particular."""
    places = np.arange(f.size).reshape(f.shape)
    return scale * (1.0 + 0.5 * np.cos(1.0 + 0.7 * places % 11))
