"""The k-th iterate of a map with its derivatives: cycles of a map are its fixed points.

With g = f o f o ... (k times) and x_i the points of the orbit, by the chain rule

    dg = df(x_k-1) ... df(x_0)
    B_g(u, v) = sum over i of df^(k-1-i) B(df^i u, df^i v), and C_g accordingly.

One application at a time: if y = g(x) and A, B, C are known, those of f(y) follow.
"""

from dataclasses import dataclass

import numpy as np

from ..dynamics.freed import FreedField
from ..dynamics.model import Model


@dataclass(frozen=True)
class IteratedField:
    """The same interface as `FreedField`, for the map applied `turns` times."""

    once: FreedField
    turns: int

    @property
    def model(self) -> Model:
        return self.once.model

    @property
    def n(self) -> int:
        return self.once.n

    def model_at(self, z: np.ndarray) -> Model:
        return self.once.model_at(z)

    def orbit(self, z: np.ndarray) -> list[np.ndarray]:
        """The points of the orbit that begins at z, parameters included."""
        points = [z]
        for _ in range(self.turns - 1):
            points.append(self._join(self.once.f(points[-1]), z))
        return points

    def _join(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        return np.concatenate([x, z[self.n :]])

    def f(self, z: np.ndarray) -> np.ndarray:
        return self.once.f(self.orbit(z)[-1])

    def linearisation(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        size = len(z)
        total, f = np.eye(size), z[: self.n]
        for point in self.orbit(z):
            f, matrix = self.once.linearisation(point)
            step = np.eye(size)
            step[: self.n] = matrix
            total = step @ total
        return f, total[: self.n]

    def B(self, z: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return self._forms(z, u, v)[0]

    def C(self, z: np.ndarray, u: np.ndarray, v: np.ndarray, w: np.ndarray) -> np.ndarray:
        return self._forms(z, u, v, w)[1]

    def _forms(
        self, z: np.ndarray, u: np.ndarray, v: np.ndarray, w: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """B(u, v), and C(u, v, w) where there is a w, carried along the orbit."""
        once, n = self.once, self.n
        third = w is not None
        w = u if w is None else w
        none = np.zeros_like(u)
        a, b, c = u, v, w  # images of the vectors
        uv, uw, vw, uvw = none, none, none, none
        for point in self.orbit(z):
            if third:
                uvw = (
                    once.C(point, a, b, c)
                    + once.B(point, uv, c)
                    + once.B(point, uw, b)
                    + once.B(point, vw, a)
                    + self._along(point, uvw)
                )
                uvw = np.concatenate([uvw, none[n:]])
                uw = np.concatenate([once.B(point, a, c) + self._along(point, uw), none[n:]])
                vw = np.concatenate([once.B(point, b, c) + self._along(point, vw), none[n:]])
            uv = np.concatenate([once.B(point, a, b) + self._along(point, uv), none[n:]])
            a, b, c = (np.concatenate([self._along(point, x), x[n:]]) for x in (a, b, c))
        return uv[:n], uvw[:n]

    def _along(self, point: np.ndarray, u: np.ndarray) -> np.ndarray:
        matrix = self.once.linearisation(point)[1]
        return np.einsum("ij...,j...->i...", matrix, u)
