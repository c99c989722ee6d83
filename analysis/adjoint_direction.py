"""The adjoint of a critical direction along a cycle, good enough to border a problem with.

To phi' = T A phi, phi(1) = mu phi(0), |mu| = 1, belongs psi' = -T A^T psi, psi(1) = mu psi(0): the
product of psi* and phi doesn't change along the orbit. Of a cycle fold psi is also orthogonal to
the orbit's own direction f. What is computed is chi = S^2 psi, S the scales of the states, so that
<chi, r> in the inner product of the curve is the integral of <psi, r>.
"""

import numpy as np

from .variational import Variational


def adjoint_direction(problem: Variational, border: np.ndarray, coborder: np.ndarray) -> np.ndarray:
    """chi at the nodes (N, m + 1, n), from approximate phi and chi at the Gauss points."""
    curve, f = problem.curve, problem.linear.f
    squares = curve.scale**2
    turned = -problem.T * problem.A.transpose(0, 1, 3, 2) * (squares[:, None] / squares)
    if problem.phased:
        columns = np.stack([f, border], axis=-1)
        rows = np.stack([f * curve.weight, coborder * curve.weight])
        right = np.array([[0.0], [1.0]])
    else:
        columns, rows, right = border[..., None], (coborder * curve.weight)[None], np.ones((1, 1))
    system = curve.engine.system(
        curve.gauss,
        curve.h,
        turned,
        columns,
        rows,
        np.zeros((len(right), len(right))),
        problem.twist,
        curve.scale,
    )
    return system.solve(None, right)[0][..., 0]


def aligned(u: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The real part of a complex function turned so that it is as large as possible; norm one."""
    if np.iscomplexobj(u):
        square = (u[:, 1:] ** 2 * weight).sum()
        u = (u * np.exp(-0.5j * np.angle(square))).real
    return u / np.sqrt((u[:, 1:] ** 2 * weight).sum())
