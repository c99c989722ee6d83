"""The kinds of fixed points, from the eigenvalues of the Jacobian and how well these are known.

With s = Re(lambda) for a flow and s = |mu| - 1 for a map, an eigenvalue is stable (s < 0), unstable
(s > 0), or neutral: |s| is not larger than its own rounding error. Then

    degenerate                        a neutral real eigenvalue (0 for a flow, 1 or -1 for a map)
    centre                            a neutral complex pair, and no neutral real eigenvalue
    stable node, unstable node        all on one side, all real
    stable focus, unstable focus      all on one side, some complex
    saddle, saddle-focus              some on each side; all real, some complex

The rounding error of lambda_i, with right eigenvectors V and left ones W = V^-1, is taken as

    32 n eps (|W| |J| |V|)_ii,    at most 4 sqrt(n eps) max |lambda|,

the first-order effect of relative errors in the elements of J, which does not depend on the units
of the states; the bound is what a double defective eigenvalue can move. Beside a fold the place of
the fixed point itself is uncertain: `fold_noise` adds what that does to the eigenvalue.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..dynamics.field import VectorField

EPS = float(np.finfo(float).eps)
ROUNDINGS = 32.0
NEAR_ZERO = 1e-5


def spectrum(
    jacobian: np.ndarray, *, discrete: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Eigenvalues in order, their eigenvectors as columns, and the eigenvalues' rounding errors.

    The order is by decreasing real part, of maps (`discrete`) by decreasing modulus; of a pair the
    one with positive imaginary part comes first. All is nan where the Jacobian is not finite.
    """
    n = len(jacobian)
    if not np.isfinite(jacobian).all():
        nothing = np.full(n, np.nan + 0j)
        return nothing, np.full((n, n), np.nan + 0j), np.full(n, np.nan)
    values, vectors = np.linalg.eig(jacobian)
    size = np.abs(values) if discrete else values.real
    order = np.lexsort((-values.imag, -size))
    values, vectors = values[order].astype(complex), vectors[:, order].astype(complex)
    return values, vectors, rounding_errors(jacobian, values, vectors)


def rounding_errors(jacobian: np.ndarray, values: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """How far rounding may have moved each eigenvalue."""
    n = len(values)
    most = 4.0 * np.sqrt(n * EPS) * np.abs(values).max()
    try:
        left = np.linalg.inv(vectors)
    except np.linalg.LinAlgError:
        return np.full(n, most)
    errors = ((np.abs(left) @ np.abs(jacobian)) * np.abs(vectors).T).sum(axis=1)
    return np.minimum(ROUNDINGS * n * EPS * errors, most)


def fold_noise(
    field: "VectorField",
    x: np.ndarray,
    p: np.ndarray,
    jacobian: np.ndarray,
    values: np.ndarray,
    vectors: np.ndarray,
    *,
    discrete: bool = False,
) -> np.ndarray:
    """What the rounding of f does to a nearly neutral real eigenvalue beside a fold.

    On the centre manifold f = s u + a u^2, a = <w, B(v, v)>/2; an error r of f moves the point by
    u with a u^2 = r, and its eigenvalue by 2 a u = 2 sqrt(a r). Here r is taken as
    4 eps (|w| (|J| |x| + |df/dp| |p|) + a (|v| |x|)^2), the size of the terms that cancel.
    Zero for eigenvalues that are not nearly neutral.
    """
    noise = np.zeros(len(values))
    growth = np.abs(values) - 1.0 if discrete else values.real
    close = (np.abs(growth) <= NEAR_ZERO * np.abs(values).max()) | (len(values) == 1)
    close &= values.imag == 0
    if not (close.any() and np.isfinite(values).all()):
        return noise
    left = np.linalg.pinv(vectors).real
    terms = np.abs(jacobian) @ np.abs(x) + np.abs(field.dfdp(x, p)) @ np.abs(p)
    for i in np.flatnonzero(close):
        v, w = vectors[:, i].real, left[i]
        bend = 0.5 * abs(w @ field.B(x, p, v, v))
        size = np.abs(w) @ terms + bend * (np.abs(v) @ np.abs(x)) ** 2
        noise[i] = 2.0 * np.sqrt(bend * 4.0 * EPS * size)
    return np.nan_to_num(noise)


def kind_of(values: np.ndarray, noise: np.ndarray, *, discrete: bool = False) -> str:
    """The kind of a fixed point with these eigenvalues, known to within `noise`."""
    if not np.isfinite(values).all():
        return "degenerate"
    growth = np.abs(values) - 1.0 if discrete else values.real
    is_complex = np.abs(values.imag) > noise
    neutral = np.abs(growth) <= (noise + 4.0 * EPS if discrete else noise)
    if (neutral & ~is_complex).any():
        return "degenerate"
    if neutral.any():
        return "centre"
    spiral = bool(is_complex.any())
    if (growth < 0).all():
        return "stable focus" if spiral else "stable node"
    if (growth > 0).all():
        return "unstable focus" if spiral else "unstable node"
    return "saddle-focus" if spiral else "saddle"
