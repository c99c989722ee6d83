"""Points of a branch of equilibria where an eigenvalue takes a critical value, by Newton's method.

The defining system for z = (x, lambda) is

    F(z) = 0,   (A(z) - mu) q = 0,   <q0, q> = 1

with mu given (0 at a fold, -1 at a flip; F = f for flows, f - x for maps, A = df/dx), or on a known
line mu(phi), phi unknown (i omega at a Hopf point, exp(i theta) at a Neimark-Sacker point), where q
is complex. Its derivatives are exact: d(A q)/dz = B(q, .). See Kuznetsov 2004, section 10.2.
"""

import math
from collections.abc import Callable

import numpy as np

from ..dynamics.freed import FreedField
from .iterate import IteratedField

ITERATIONS = 15
CONVERGED = 1e-13
ACCEPTED = 1e-10
FEW = 16  # points that cost less one by one than as columns


def equations_at(field: FreedField | IteratedField, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F and [dF/dx, dF/dlambda]: zeros are the equilibria of a flow, fixed points of a map."""
    return as_zero(field, z, *field.linearisation(z))


def as_zero(
    field: FreedField | IteratedField, z: np.ndarray, f: np.ndarray, matrix: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """F and its derivative from f and its derivative."""
    if field.model.kind == "map":
        f = f - z[: field.n]
        matrix = matrix.copy()
        matrix[:, : field.n] -= np.eye(field.n)
    return f, matrix


def bent(field: FreedField | IteratedField, z: np.ndarray, q: np.ndarray) -> np.ndarray:
    """The matrix B(q, .), (n, n + k), for a real vector q of states."""
    size = len(z)
    along, axes = np.zeros(size), np.eye(size)
    along[: field.n] = q
    if size <= FEW:
        return np.array([field.B(z, along, axis) for axis in axes]).T
    columns = np.repeat(z[:, None], size, axis=1), np.repeat(along[:, None], size, axis=1)
    return field.B(columns[0], columns[1], axes)


def newton(
    system: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    y: np.ndarray,
    scale: np.ndarray,
) -> tuple[np.ndarray, float] | None:
    """The root of a square system from y, and the last relative correction."""
    size = np.inf
    for _ in range(ITERATIONS):
        r, jacobian = system(y)
        if not (np.isfinite(r).all() and np.isfinite(jacobian).all()):
            return None
        try:
            step = np.linalg.solve(jacobian, -r)
        except np.linalg.LinAlgError:
            return None
        before, size = size, float(np.max(np.abs(step) / scale))
        y = y + step
        if size < CONVERGED or (size < ACCEPTED and size > 0.5 * before):
            return y, size
        if not size < 1e3:
            return None
    return (y, size) if size < ACCEPTED else None


def real_eigenvalue(
    field: FreedField | IteratedField, z: np.ndarray, q: np.ndarray, mu: float, scale: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float] | None:
    """Where A has the real eigenvalue mu: z, q, and the last relative correction."""
    n, size = field.n, len(z)
    reference = q / np.dot(q, q)

    def system(y):
        z, q = y[:size], y[size:]
        f, a = field.linearisation(z)
        f, matrix = as_zero(field, z, f, a)
        a = a[:, :n] - mu * np.eye(n)
        jacobian = np.zeros((2 * n + 1, 2 * n + 1))
        jacobian[:n, :size] = matrix
        jacobian[n : 2 * n, :size] = bent(field, z, q)
        jacobian[n : 2 * n, size:] = a
        jacobian[2 * n, size:] = reference
        return np.concatenate([f, a @ q, [reference @ q - 1]]), jacobian

    solution = newton(system, np.concatenate([z, q]), np.concatenate([scale, norms(q)]))
    return None if solution is None else (solution[0][:size], solution[0][size:], solution[1])


def complex_eigenvalue(
    field: FreedField | IteratedField,
    z: np.ndarray,
    q: np.ndarray,
    phi: float,
    line: Callable[[float], tuple[complex, complex]],
    scale: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float, float] | None:
    """Where A has an eigenvalue on the line mu(phi): z, q, phi, and the last correction."""
    n, size = field.n, len(z)
    reference = q.conj() / np.vdot(q, q).real
    # the real and the imaginary part of (A - mu) q and of <q0, q>, q = a + i b
    equal, real, imaginary = slice(n), slice(n, 2 * n), slice(2 * n, 3 * n)
    at_a, at_b, one = slice(size, size + n), slice(size + n, size + 2 * n), np.eye(n)
    fixed = np.zeros((3 * n + 2, 3 * n + 2))
    fixed[-2, at_a], fixed[-2, at_b] = reference.real, -reference.imag
    fixed[-1, at_a], fixed[-1, at_b] = reference.imag, reference.real

    def system(y):
        z, a, b, phi = y[:size], y[at_a], y[at_b], y[-1]
        f, A = field.linearisation(z)
        f, matrix = as_zero(field, z, f, A)
        mu, slope = line(phi)
        shifted, turning = A[:, :n] - mu.real * one, mu.imag * one
        jacobian = fixed.copy()
        jacobian[equal, :size] = matrix
        jacobian[real, :size], jacobian[imaginary, :size] = bent(field, z, a), bent(field, z, b)
        jacobian[real, at_a] = jacobian[imaginary, at_b] = shifted
        jacobian[real, at_b], jacobian[imaginary, at_a] = turning, -turning
        jacobian[real, -1] = slope.imag * b - slope.real * a
        jacobian[imaginary, -1] = -slope.imag * a - slope.real * b
        r = jacobian[n:, size:-1] @ y[size:-1]
        r[-2] -= 1.0
        return np.concatenate([f, r]), jacobian

    start = np.concatenate([z, q.real, q.imag, [phi]])
    size_of_q = norms(q)
    solution = newton(
        system, start, np.concatenate([scale, size_of_q, size_of_q, [max(abs(phi), 1e-300)]])
    )
    if solution is None:
        return None
    y, last = solution
    return y[:size], y[size : size + n] + 1j * y[size + n : -1], float(y[-1]), last


def on_axis(omega: float) -> tuple[complex, complex]:
    return 1j * omega, 1j


def on_circle(theta: float) -> tuple[complex, complex]:
    turn = complex(math.cos(theta), math.sin(theta))
    return turn, 1j * turn


def norms(q: np.ndarray) -> np.ndarray:
    return np.full(len(q), np.linalg.norm(q))
