"""The coefficient of the normal form along a curve of critical cycles, by what is known already.

The same b, c and d as in `cycle_normal_forms` (there with an estimate of their error), but for the
orientation of b, which follows the curve. B(v, .) is known from the derivatives of g, and periodic
problems are solved with the factors of the curve's own system.
"""

from dataclasses import dataclass

import numpy as np

from .periodic_system import PeriodicSystem
from .variational import Variational


@dataclass(frozen=True)
class Held:
    """The periodic problem with both parameters held, from the solutions that set them free."""

    system: PeriodicSystem
    null: tuple[np.ndarray, np.ndarray]  # two null directions: nodes (..., 2), (T, a, b) (3, 2)

    def solve(self, side: np.ndarray) -> tuple[np.ndarray, float]:
        """u at the Gauss points and e with u' = T A u + side + e f."""
        u, s = self.system.solve(side[..., None], np.zeros((3, 1)))
        nodes, numbers = self.null
        parts = -np.linalg.solve(numbers[1:], s[1:])
        return (u + nodes @ parts)[:, 1:, :, 0], float((s[:1] + numbers[:1] @ parts)[0, 0])


def coefficient(problem: Variational, held: Held) -> float:
    """b, c or d, with |v| = 1 in the norm of the curve."""
    v = problem.eigenfunction
    norm = float(np.sqrt((np.abs(v) ** 2 * problem.curve.weight).sum()))
    side, power = SIDES[problem.kind](problem, held)
    right = np.zeros((len(problem.system.sigma), 2))
    _, s = problem.system.solve(np.stack([side, v], axis=-1), right)
    number, pairing = s[-1]
    return float((number / pairing).real) / norm ** (power - 1) if pairing != 0 else float("nan")


def along(matrix: np.ndarray, u: np.ndarray) -> np.ndarray:
    """B(phi, u)."""
    return (matrix[..., : u.shape[-1]] @ u[..., None])[..., 0]


def cubic(problem: Variational) -> np.ndarray:
    """C(v, v, v conj); for v = a + i b that is v (a^2 + b^2), written out."""
    curve, v = problem.curve, problem.eigenfunction
    places = curve.points(problem.z)
    count = places.shape[1]
    a, b = (part.reshape(-1, curve.n).T for part in (v.real, v.imag))
    triples = [(a, a, a), (a, b, b), (a, a, b), (b, b, b)][: 4 if np.iscomplexobj(v) else 1]
    still = np.zeros((curve.field.k, count * len(triples)))
    vectors = (np.vstack([np.hstack(part), still]) for part in zip(*triples, strict=True))
    together = curve.field.C(np.tile(places, len(triples)), *vectors)
    parts = [curve.stage(part) for part in np.split(together, len(triples), axis=1)]
    if len(parts) == 1:
        return parts[0]
    return parts[0] + parts[1] + 1j * (parts[2] + parts[3])


def fold_side(problem: Variational, _: Held) -> tuple[np.ndarray, int]:
    """B(v, v)/2 + s A v."""
    v, s = problem.phi, problem.sigma.real / problem.T
    return problem.T * (along(problem.curvature, v) / 2 + s * problem.moved), 2


def doubling_side(problem: Variational, held: Held) -> tuple[np.ndarray, int]:
    """-(C(v, v, v)/6 + B(v, h)/2 - a A v), h' = A h + B(v, v) - 2 a f."""
    T, B = problem.T, problem.curvature
    h, e = held.solve(T * along(B, problem.phi))
    a = -e / T / 2
    return -T * (cubic(problem) / 6 + along(B, h) / 2 - a * problem.moved), 3


def torus_side(problem: Variational, held: Held) -> tuple[np.ndarray, int]:
    """C(v, v, v*)/2 + B(v, h11) + B(v*, h20)/2 - a A v, h11' = A h11 + B(v, v*) - a f,
    h20' = A h20 + B(v, v), h20(1) = exp(2 i theta) h20(0)."""
    curve, T, v = problem.curve, problem.T, problem.eigenfunction
    B = problem.matrices(v)
    h11, e = held.solve(T * along(B, v.conj()).real)
    a = -e / T
    N, m, n = v.shape
    nothing = np.zeros((N, m, n, 1)), np.zeros((1, N, m, n))
    twice = PeriodicSystem(
        *(curve.gauss, curve.h, T * problem.A, *nothing, np.ones((1, 1))),
        *(problem.twist**2, curve.scale),
    )
    square = T * along(B, v)
    h20 = twice.solve(square[..., None], np.zeros((1, 1)))[0][:, 1:, :, 0]
    side = cubic(problem) / 2 + along(B, h11) + along(B.conj(), h20) / 2
    return T * (side - a * along(problem.A, v)), 3


SIDES = {"cycle fold": fold_side, "period doubling": doubling_side, "torus": torus_side}
