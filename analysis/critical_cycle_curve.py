"""Curves of critical cycles in two parameters: cycle folds, period doublings, torus bifurcations.

To the equations of the cycle, F(u, T, a, b) = 0, comes g = 0, where g is what makes the variational
problem of the critical multiplier solvable (see `variational`):

    J phi = g beta,   <gamma, phi> = 1

with J of a cycle fold, of a period doubling (phi(1) = -phi(0)), or of a torus bifurcation, phi(1) =
exp(i theta) phi(0). There g is complex, and cos(theta) is one unknown more; with real borders g is
G1 + i sin(theta) G2, and G1 = G2 = 0 stays regular up to theta = 0 and pi, as f is left out of phi.
The borders are the last critical direction and its adjoint, so that the system is regular at double
multipliers too.

F' has two null directions; a step is one solution of F' y = r and what of them makes g vanish. The
derivatives of g are exact and cost solutions with factors that are there already (Govaerts,
Numerical Methods for Bifurcations of Dynamical Equilibria (2000), chapters 4 and 5; Doedel,
Govaerts and Kuznetsov, SIAM J. Numer. Anal. 41 (2003) 401).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .adjoint_direction import adjoint_direction, aligned
from .continuation import Point, point_at
from .critical_cycle import CriticalCycle, CriticalLinear, critical_cycle
from .mesh import carried
from .orbit_curve import ADAPT, Linear, OrbitCurve
from .plane import Plane
from .variational import Variational, generic

ORBIT = 0.25  # what an orbit's own change counts for in the length of a step, beside the box
SENSITIVE, FINE = 10.0, 1e-9  # of multipliers, beyond which they change with the mesh; of Newton
EDGE = 1e-9  # of the box: what rounding may leave outside
SWEEPS = 3  # of inverse iteration for the first borders


class CriticalCurve(OrbitCurve):
    """z ends with T, (of a torus curve cos theta,) and the two parameters."""

    def __init__(
        self, plane: Plane, kind: str, mesh: np.ndarray, X: np.ndarray, degree: int, T: float
    ):
        self.plane, self.kind = plane, kind
        self.tail = 4 if kind == "torus" else 3
        super().__init__(plane.field, mesh, X, degree, T)
        self.border = self.coborder = X  # gamma, beta: set by `settle`
        self.pair = np.zeros((*self.shape, 2)), np.zeros((3, 2))

    def metric_of_numbers(self) -> np.ndarray:
        angle = [] if self.kind != "torus" else [0.25]
        return np.array([ORBIT**2 / self.period_scale**2 / self.n, *angle, *self.plane.width**-2.0])

    def use(self, mesh: np.ndarray) -> None:
        super().use(mesh)
        self.metric[: -self.tail] *= ORBIT**2

    def split(self, z: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        return z[: -self.tail].reshape(self.shape), float(z[-self.tail]), z[-2:]

    def position(self, z: np.ndarray) -> np.ndarray:
        return z[-2:] / self.plane.width

    def inside(self, values: np.ndarray) -> bool:
        """Whether two values of the parameters lie in the box."""
        slack = EDGE * self.plane.width
        low, high = self.plane.low - slack, self.plane.high + slack
        return bool(((values >= low) & (values <= high)).all())

    def theta(self, z: np.ndarray) -> float:
        if self.kind == "torus":
            return math.acos(min(1.0, max(-1.0, z[-3])))
        return math.pi if self.kind == "period doubling" else 0.0

    def critical_multipliers(self, z: np.ndarray) -> list[complex]:
        if self.kind != "torus":
            return [1.0 if self.kind == "cycle fold" else -1.0]
        turn = complex(np.exp(1j * self.theta(z)))
        return [turn, turn.conjugate()]

    def joined(self, nodes: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """An orbit's nodes and (T, a, b) as a vector like z."""
        middle = [0.0] if self.kind == "torus" else []
        return np.concatenate([nodes.ravel(), numbers[:1], middle, numbers[1:]])

    def surface(self, z: np.ndarray) -> tuple[np.ndarray, Linear]:
        """F, and its linearisation bordered by the last two null directions."""
        X, T, values = self.split(z)
        n = self.n
        f, both, finite = self.engine.linearised(X, values)
        defects = self._defects(z, f)
        if not finite:
            defects = np.full_like(defects, np.nan)
        if not np.isfinite(defects).all():
            return defects, None  # type: ignore[return-value]
        columns = np.concatenate([f[..., None], T * both[..., n:]], axis=-1)
        nodes, numbers = self.pair
        rows = [self.phase_row, *(self.weight * nodes[:, 1:, :, i] for i in (0, 1))]
        scales = np.array([self.numbers[0] / ORBIT**2, *self.plane.width**-2.0])
        corner = np.vstack([np.zeros(3), (scales[:, None] * numbers).T])
        system = self.engine.system(
            *(self.gauss, self.h, T * both[..., :n], columns, np.stack(rows), corner, 1.0),
            self.scale,
        )
        return defects, Linear(system, f, both)

    def variational(self, z: np.ndarray, linear: Linear) -> Variational:
        around = self.coborder[:, 1:], self.border[:, 1:]
        phased = self.kind != "period doubling"
        return Variational(self, z, linear, self.kind, self.theta(z), around, phased)

    def equations(self, g: complex, theta: float) -> list[float]:
        return [g.real, g.imag / math.sin(theta)] if self.kind == "torus" else [g.real]

    def residual(self, z: np.ndarray) -> np.ndarray:
        """F, then g."""
        X, _, values = self.split(z)
        f, both, finite = self.engine.linearised(X, values)
        defects = self._defects(z, f)
        nothing = np.full(len(z) - 1, np.nan)
        if not (finite and np.isfinite(defects).all() and self.possible(z)):
            return nothing
        linear = Linear(None, f, both)  # type: ignore[arg-type]
        try:
            g = self.variational(z, linear).g
        except np.linalg.LinAlgError:
            return nothing
        return np.concatenate([defects, self.equations(g, self.theta(z))])

    def possible(self, z: np.ndarray) -> bool:
        return self.kind != "torus" or abs(z[-3]) < 1

    def linearise(
        self, z: np.ndarray, border: np.ndarray
    ) -> tuple[np.ndarray, Callable[[np.ndarray | None, float], np.ndarray], Any]:
        failed = np.full(len(z) - 1, np.nan), None, None
        defects, linear = self.surface(z)
        if linear is None or not self.possible(z):
            return failed  # type: ignore[return-value]
        N, m, n = linear.f.shape
        inner, theta = linear.f.size, self.theta(z)
        try:
            nodes, numbers = linear.system.solve(None, np.eye(3)[:, 1:])
            problem = self.variational(z, linear)
            basis = [self.joined(nodes[..., i], numbers[:, i]) for i in (0, 1)]
            changes = problem.gradient(*basis)
        except np.linalg.LinAlgError:
            return failed  # type: ignore[return-value]
        G = self.equations(problem.g, theta)
        slopes = [self.equations(change, theta) for change in changes[:2]]
        if self.kind == "torus":
            turn = np.zeros_like(z)
            turn[-3] = 1.0
            basis.append(turn)
            slopes.append(self.slopes_in_cosine(G, changes[2], theta))
        directions = np.array(basis)
        matrix = np.vstack([directions @ (self.metric * border), np.array(slopes).T])

        def solve(r: np.ndarray | None, c: float) -> np.ndarray:
            right = np.zeros(len(matrix))
            right[0] = c
            try:
                if r is None:
                    return np.linalg.solve(matrix, right) @ directions
                count = len(G)
                q = np.zeros((3, 1))
                q[0] = r[-1 - count]
                u, s = linear.system.solve(
                    r[:inner].reshape(N, m, n, 1), q, -r[inner : -1 - count].reshape(N, n, 1)
                )
                y = self.joined(u[..., 0], s[:, 0])
                right[0] -= self.dot(border, y)
                right[1:] = r[-count:] - self.equations(problem.gradient(y)[0], theta)
                return y + np.linalg.solve(matrix, right) @ directions
            except np.linalg.LinAlgError:
                return np.full(len(z), np.nan)

        whole = CriticalLinear(linear.system, linear.f, linear.matrix, problem, (nodes, numbers))
        return np.concatenate([defects, G]), solve, whole

    @staticmethod
    def slopes_in_cosine(G: Sequence[float], slope: complex, theta: float) -> list[float]:
        """The derivatives of G1 and G2 by cos(theta) from that of g = G1 + i sin(theta) G2 by
        theta."""
        sine = math.sin(theta)
        return [-slope.real / sine, (math.cos(theta) * G[1] - slope.imag) / sine**2]

    def settle(self, z: np.ndarray) -> None:
        """The first borders, by inverse iteration from generic ones."""
        X, T, values = self.split(z)
        f = self.engine.rates(X, values)
        start = np.concatenate([np.zeros((self.N, 1, self.n)), generic(f, self.scale)], axis=1)
        self.border = self.coborder = start
        first = np.concatenate([np.zeros((self.N, 1, self.n)), f], axis=1)
        self.pair = (
            np.stack([start, first], axis=-1),
            np.vstack([[T, T], np.diag(self.plane.width)]),
        )
        for _ in range(SWEEPS):
            self.renew(z)

    def renew(self, z: np.ndarray) -> None:
        """Borders and null directions of a point."""
        _, solve, linear = self.linearise(z, z)
        if solve is None:
            return
        problem, (nodes, numbers) = linear.problem, linear.null
        try:
            adjoint = adjoint_direction(problem, self.border[:, 1:], self.coborder[:, 1:])
        except np.linalg.LinAlgError:
            return
        if not (np.isfinite(nodes).all() and np.isfinite(adjoint).all()):
            return
        self.border = aligned(problem.nodes, self.weight)
        self.coborder = aligned(adjoint, self.weight)
        scales = np.array([self.numbers[0] / ORBIT**2, *self.plane.width**-2.0])
        weighted = nodes[:, 1:] * self.weight[..., None]
        products = np.einsum("jinp,jinq->pq", nodes[:, 1:], weighted)
        products += numbers.T @ (scales[:, None] * numbers)
        mixing = np.linalg.inv(np.linalg.cholesky(products)).T
        self.pair = nodes @ mixing, numbers @ mixing

    def facts(self, z: np.ndarray, tangent: np.ndarray, linear: CriticalLinear) -> CriticalCycle:
        return critical_cycle(self, z, tangent, linear)

    def remesh(self, points: Sequence[Point]) -> Sequence[Point]:
        old = self.mesh
        points = super().remesh(points)
        if self.steps % ADAPT == 0:
            nodes, numbers = self.pair
            functions = [self.border, self.coborder, nodes[..., 0], nodes[..., 1]]
            moved = carried(self.gauss, old, np.concatenate(functions, axis=2), self.mesh)
            self.border, self.coborder, *pair = np.split(moved, 4, axis=2)
            self.pair = np.stack(pair, axis=-1), numbers
            newest = points[-1]
            self.renew(newest.z)
            if np.abs(newest.facts.multipliers).max() > SENSITIVE:
                # what changes with the mesh alone is no bifurcation
                again = point_at(self, newest.z, newest.tangent, FINE, newest.s)
                points = points if again is None else [*points[:-1], again]
        return points

    def explained(self, before: Point, after: Point, found: Sequence[Any]) -> bool:
        return True

    def place(self, point: Point) -> str:
        return f"{self.where(point.z)}, period {point.z[-self.tail]:.6g}"

    def where(self, z: np.ndarray) -> str:
        ends = zip(self.plane.names, z[-2:], strict=True)
        return ", ".join(f"{name} = {value:.8g}" for name, value in ends)
