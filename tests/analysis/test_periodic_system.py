"""The condensed periodic system against the dense matrix of the same equations, assembled from
scipy's barycentric interpolation and solved by NumPy (dense_periodic.py); Fourier series in closed
form; the fundamental matrix of Mathieu's equation by scipy's DOP853."""

import cmath
import math

import numpy as np
import pytest
from dense_periodic import dense_solution, determinant_sign, problem
from rheobase.analysis.gauss import gauss
from rheobase.analysis.mesh import nodes_of
from rheobase.analysis.periodic_system import PeriodicSystem
from scipy.integrate import solve_ivp

TWISTS = [1.0, -1.0, cmath.exp(0.7j), cmath.exp(-2.9j)]


def solved(h, TA, C, R, S, twist, r, gaps, q, scale=None):
    n = TA.shape[-1]
    scale = np.ones(n) if scale is None else scale
    system = PeriodicSystem(gauss(C.shape[1]), h, TA, C, R, S, twist, scale)
    u, s = system.solve(r[..., None], q[:, None], gaps[..., None])
    return u[..., 0], s[:, 0], system


@pytest.mark.parametrize("twist", TWISTS)
@pytest.mark.parametrize(
    ("N", "m", "n", "k"), [(1, 4, 2, 1), (5, 2, 1, 1), (13, 4, 3, 2), (32, 7, 2, 1), (9, 3, 4, 3)]
)
def test_against_a_dense_matrix(N, m, n, k, twist):
    kind = complex if isinstance(twist, complex) else float
    h, TA, C, R, S, r, gaps, q = problem(N, N, m, n, k, 3.0, kind)
    u, s, _ = solved(h, TA, C, R, S, twist, r, gaps, q)
    exact, numbers = dense_solution(h, TA, C, R, S, twist, r, gaps, q)
    size = np.abs(exact).max()
    np.testing.assert_allclose(u, exact, rtol=0, atol=1e-10 * size)
    np.testing.assert_allclose(s, numbers, rtol=0, atol=1e-10 * max(np.abs(numbers).max(), 1))


def test_the_row_functionals():
    """<R, u> + S s = q holds for the solution as it stands, whatever R, S and the forcing."""
    h, TA, C, R, S, r, gaps, q = problem(7, 20, 4, 3, 2, 2.0)
    u, s, _ = solved(h, TA, C, R, S, 1.0, r, gaps, q)
    np.testing.assert_allclose(np.einsum("kjin,jin->k", R, u[:, 1:]) + S @ s, q, rtol=1e-10)


@pytest.mark.parametrize("growth", [10.0, 30.0, 60.0])
def test_growth_and_decay_do_not_meet(growth):
    """u' = a(t) u + s + r(t), a = g on three fifths of the period, then -g: there and back by
    exp(0.6 g), which products over the period would lose, with a solution of size one."""
    N, m = 120, 4
    h = np.full(N, 1 / N)
    sign = np.where(np.arange(N) < 0.6 * N, 1.0, -1.0)
    TA = (growth * sign)[:, None, None, None] * np.ones((N, m, 1, 1))
    C = np.ones((N, m, 1, 1))
    R = (h[:, None, None] * gauss(m).weights[:, None])[None]
    t = nodes_of(gauss(m), np.linspace(0, 1, N + 1))[:, 1:]
    r, gaps, q = np.cos(2 * math.pi * t + 1)[..., None], np.zeros((N, 1)), np.ones(1)
    u, s, _ = solved(h, TA, C, R, np.zeros((1, 1)), 1.0, r, gaps, q)
    exact, numbers = dense_solution(h, TA, C, R, np.zeros((1, 1)), 1.0, r, gaps, q)
    np.testing.assert_allclose(u, exact, rtol=0, atol=1e-10 * np.abs(exact).max())
    np.testing.assert_allclose(s, numbers, rtol=1e-9)
    assert (h[:, None] * gauss(m).weights * u[:, 1:, 0]).sum() == pytest.approx(1, rel=1e-11)


def test_ill_scaled_states():
    """Units of 1e-6 and 1e6 in one state vector: the same solution in the other units."""
    h, TA, C, R, S, r, gaps, q = problem(3, 16, 4, 2, 1, 2.0)
    units = np.array([1e-6, 1e6])
    scaled = TA * units[:, None] / units
    u, s, _ = solved(h, TA, C, R, S, 1.0, r, gaps, q)
    v, t, _ = solved(
        h,
        scaled,
        C * units[:, None],
        R / units,
        S,
        1.0,
        r * units,
        gaps * units,
        q,
        scale=units,
    )
    np.testing.assert_allclose(v / units, u, rtol=0, atol=1e-9 * np.abs(u).max())
    np.testing.assert_allclose(t, s, rtol=1e-8)


def test_a_fourier_series():
    """u' = -a u + cos(2 pi t), u(1) = u(0): u = (a cos + 2 pi sin)/(a^2 + 4 pi^2); with the twist
    -1 and cos(pi t) likewise, and exp(i theta t) with exp(i theta)."""
    a, N, m = 1.7, 30, 5
    mesh = np.linspace(0, 1, N + 1)
    t = nodes_of(gauss(m), mesh)
    h = np.diff(mesh)
    TA = np.full((N, m, 1, 1), -a)
    empty = np.zeros((N, m, 1, 1))
    rows, one = np.zeros((1, N, m, 1)), np.eye(1)
    for theta in (2 * math.pi, math.pi, 0.9):
        twist = {2 * math.pi: 1.0, math.pi: -1.0}.get(theta, cmath.exp(1j * theta))
        force = np.exp(1j * theta * t[:, 1:])
        if not isinstance(twist, complex):
            force = force.real
        u, _, _ = solved(
            h, TA, empty, rows, one, twist, force[..., None], np.zeros((N, 1)), np.zeros(1)
        )
        exact = np.exp(1j * theta * t) / (a + 1j * theta)
        exact = exact if isinstance(twist, complex) else exact.real
        np.testing.assert_allclose(u[:, 0, 0], exact[:, 0], rtol=0, atol=1e-12)
        np.testing.assert_allclose(u[..., 0], exact, rtol=0, atol=1e-9)


def test_the_passages_are_fundamental_matrices():
    """Their product over a period, for Mathieu's equation, against scipy's DOP853."""
    delta, epsilon, T, N, m = 1.3, 0.8, 2 * math.pi, 40, 5

    def matrix(t):
        return np.array([[0.0, 1.0], [-delta - epsilon * math.cos(T * t), 0.0]])

    mesh = np.linspace(0, 1, N + 1)
    t = nodes_of(gauss(m), mesh)[:, 1:]
    TA = T * np.array([[matrix(x) for x in row] for row in t])
    empty, rows = np.zeros((N, m, 2, 1)), np.zeros((1, N, m, 2))
    system = PeriodicSystem(gauss(m), np.diff(mesh), TA, empty, rows, np.eye(1), 1.0, np.ones(2))
    product = np.eye(2)
    for part in system.passages:
        product = part @ product
    run = solve_ivp(
        lambda t, y: (T * matrix(t) @ y.reshape(2, 2)).ravel(),
        (0, 1),
        np.eye(2).ravel(),
        method="DOP853",
        rtol=1e-13,
        atol=1e-14,
    )
    np.testing.assert_allclose(product, run.y[:, -1].reshape(2, 2), rtol=0, atol=1e-11)
    assert np.linalg.det(product) == pytest.approx(1, rel=1e-11)


@pytest.mark.parametrize("N", [1, 3, 7, 16, 33])
def test_the_orientation_is_the_sign_of_the_determinant(N):
    """Up to a sign that depends on N, m, n and k alone."""
    h, TA, C, R, S, *_ = problem(5, N, 3, 2, 1, 1.0)
    signs, exact = [], []
    for shift in np.linspace(-6, 6, 9):
        for added in np.linspace(-200, 200, 9):
            A, corner = TA + shift * np.eye(2), S + added
            system = PeriodicSystem(gauss(3), h, A, C, R, corner, 1.0, np.ones(2))
            signs.append(system.orientation)
            exact.append(determinant_sign(h, A, C, R, corner))
    assert set(exact) == {-1.0, 1.0}
    assert len(set(np.array(signs) * exact)) == 1
