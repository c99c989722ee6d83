"""The Poincare map of a model's cycle by SciPy's DOP853, and its derivatives along a line."""

import numpy as np
from scipy.integrate import solve_ivp


class PoincareMap:
    """Of the plane through x that is orthogonal to the flow there, states in units of `scale`.

    Points of the plane have n - 1 coordinates: x + Z y, and y = W (point - x).
    """

    def __init__(self, model, x, period, scale, tolerance=1e-13):
        self.model, self.x, self.period, self.tolerance = model, x, period, tolerance
        self.p = model.field.parameter_array(model.parameters)
        f = model.field.f(x, self.p) / scale
        self.normal = f / np.linalg.norm(f) / scale
        plane = np.linalg.svd(f[None])[2][1:]
        self.Z, self.W = scale[:, None] * plane.T, plane / scale

    def flow(self, columns, t):
        """All columns at their own times t, integrated together in t/(last time)."""
        shape = columns.shape

        def f(_, y):
            return (t * self.model.field.f(y.reshape(shape), self.p)).ravel()

        run = solve_ivp(
            f,
            (0, 1),
            columns.ravel(),
            "DOP853",
            rtol=self.tolerance,
            atol=self.tolerance * 1e-2,
        )
        return run.y[:, -1].reshape(shape)

    def __call__(self, y):
        """Images of the columns of y (n - 1, M)."""
        points = self.flow(self.x[:, None] + self.Z @ y, np.full(y.shape[1], self.period))
        for _ in range(4):
            away = self.normal @ (points - self.x[:, None])
            speed = self.normal @ self.model.field.f(points, self.p)
            points = self.flow(points, -away / speed)
        return self.W @ (points - self.x[:, None])

    def taylor(self, direction, reach, degree=9):
        """Derivatives of orders 0 to 3 along a direction: (4, n - 1), by a Chebyshev fit."""
        nodes = np.polynomial.chebyshev.chebpts1(2 * degree)
        values = self(reach * direction[:, None] * nodes)
        fit = np.polynomial.chebyshev.chebfit(nodes, values.T, degree)
        powers = np.polynomial.chebyshev.cheb2poly
        series = np.array([powers(column)[:4] for column in fit.T]).T
        return series * (np.array([1, 1, 2, 6]) / reach ** np.arange(4))[:, None]

    def jacobian(self, reach):
        return np.array([self.taylor(e, reach)[1] for e in np.eye(self.Z.shape[1])]).T

    def along(self, v):
        """The coordinates of a vector, after a shift along the flow."""
        return self.W @ v


def left_vector(matrix, mu, q):
    """p with p M = mu p and p q = 1."""
    p = np.linalg.svd(matrix - mu * np.eye(len(matrix)))[0][:, -1]
    return p / (p @ q)


def fold_of(section, v, reach):
    """b of xi -> xi + b xi^2, xi along v; `reach` in the section's units."""
    q = section.along(v)
    size = np.linalg.norm(q)
    p = left_vector(section.jacobian(reach), 1.0, q)
    return p @ section.taylor(q, reach / size)[2] / 2


def flip_of(section, v, reach):
    """c of xi -> -xi + c xi^3, xi along v: Kuznetsov 2004, eq. (5.47)."""
    q = section.along(v)
    size = np.linalg.norm(q)
    q = q / size
    matrix = section.jacobian(reach)
    p = left_vector(matrix, -1.0, q)
    _, _, bend, twist = section.taylor(q, reach)
    w = np.linalg.solve(np.eye(len(q)) - matrix, bend)
    w, length = w / np.linalg.norm(w), np.linalg.norm(w)
    plus, minus = (section.taylor(q + s * w, reach)[2] for s in (1, -1))
    return size**2 * p @ (twist + 3 * length * (plus - minus) / 4) / 6
