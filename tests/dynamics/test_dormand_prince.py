"""Dormand-Prince 8(5,3): its tableau, its order, its agreement with scipy, its dense output."""

import math

import numpy as np
import pytest
from numba import cfunc, types
from rheobase.dynamics.dense_output import dormand_prince_terms, evaluate
from rheobase.dynamics.integrate import integrate
from rheobase.dynamics.kernels.dormand_prince_tableau import E3, E5, A, B, C, D
from rheobase.dynamics.status import Status
from scipy.integrate import solve_ivp

P = types.CPointer(types.float64)
PART = types.void(types.float64, P, P, P)


@cfunc(PART)
def oscillator(t, x, p, out):
    out[0] = x[1]
    out[1] = -p[0] * p[0] * x[0]


@cfunc(PART)
def pendulum(t, x, p, out):
    out[0] = x[1]
    out[1] = -math.sin(x[0]) + p[0] * math.cos(t)


@cfunc(PART)
def hodgkin_huxley(t, x, p, out):
    V, m, h, n = x[0], x[1], x[2], x[3]
    am = 0.1 * (V + 40) / (1 - math.exp(-(V + 40) / 10))
    an = 0.01 * (V + 55) / (1 - math.exp(-(V + 55) / 10))
    ionic = 120 * m**3 * h * (V - 50) + 36 * n**4 * (V + 77) + 0.3 * (V + 54.4)
    out[0] = p[0] - ionic
    out[1] = am * (1 - m) - 4 * math.exp(-(V + 65) / 18) * m
    out[2] = 0.07 * math.exp(-(V + 65) / 20) * (1 - h) - h / (1 + math.exp(-(V + 35) / 10))
    out[3] = an * (1 - n) - 0.125 * math.exp(-(V + 65) / 80) * n


def rest(V=-65.0):
    am = 0.1 * (V + 40) / (1 - math.exp(-(V + 40) / 10))
    an = 0.01 * (V + 55) / (1 - math.exp(-(V + 55) / 10))
    ah, bh = 0.07 * math.exp(-(V + 65) / 20), 1 / (1 + math.exp(-(V + 35) / 10))
    bm, bn = 4 * math.exp(-(V + 65) / 18), 0.125 * math.exp(-(V + 65) / 80)
    return np.array([V, am / (am + bm), ah / (ah + bh), an / (an + bn)])


def pendulum_in_numpy(x, p, t):
    return np.array([x[1], -np.sin(x[0]) + p[0] * np.cos(t)])


# structural laws of the tableau (Hairer, Norsett & Wanner 1993, section II.1)


def test_rows_of_the_tableau_sum_to_its_nodes():
    np.testing.assert_allclose(A[1:].sum(axis=1), C[1:], rtol=0, atol=2e-14)


@pytest.mark.parametrize("power", range(8))
def test_weights_integrate_powers_to_order_eight(power):
    assert B @ C[:12] ** power == pytest.approx(1 / (power + 1), abs=2e-15)


@pytest.mark.parametrize("power", range(7))
def test_weights_satisfy_the_second_row_of_conditions(power):
    # sum_ij b_i a_ij c_j^q = 1/((q + 1)(q + 2)), conditions of order q + 2
    value = B @ A[:12, :12] @ C[:12] ** power
    assert value == pytest.approx(1 / ((power + 1) * (power + 2)), abs=2e-14)


def test_error_weights_vanish_to_their_orders():
    for weights, order in ((E3, 3), (E5, 5)):
        for power in range(order):
            assert abs(weights @ C[:12] ** power) < 3e-15
        assert abs(weights @ C[:12] ** order) > 1e-6


def test_dense_weights_do_not_move_a_constant_slope():
    np.testing.assert_allclose(D.sum(axis=1), 0, atol=1e-12)


# trajectories against closed forms and other programs


def test_oscillator_follows_the_cosine():
    run = integrate((oscillator.address,), [1, 0], [2.0], 0, 100, rtol=1e-13, atol=1e-13)
    assert run.status is Status.COMPLETED
    np.testing.assert_allclose(run.x[:, 0], np.cos(2 * run.t), atol=5e-12)


def test_hodgkin_huxley_after_a_second_is_that_of_quadruple_precision():
    run = integrate((hodgkin_huxley.address,), rest(), [10.0], 0, 1000, rtol=1e-12, atol=1e-12)
    expected = [-72.385629415751, 0.156142200829, 0.093460142207, 0.714544938628]
    assert abs(run.x[-1, 0] - expected[0]) < 1e-9
    np.testing.assert_allclose(run.x[-1, 1:], expected[1:], atol=1e-9)


def test_pendulum_is_that_of_scipy():
    run = integrate((pendulum.address,), [1, 0], [0.3], 0, 30, rtol=1e-12, atol=1e-12)
    scipy = solve_ivp(
        lambda t, x: pendulum_in_numpy(x, [0.3], t),
        (0, 30),
        [1, 0],
        method="DOP853",
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_allclose(run.x[-1], scipy.y[:, -1], atol=2e-10)
    assert run.evaluations < 1.3 * scipy.nfev


def test_backward_returns_to_the_start():
    there = integrate((pendulum.address,), [1, 0], [0.3], 0, 10, rtol=1e-13, atol=1e-13)
    back = integrate((pendulum.address,), there.x[-1], [0.3], 10, 0, rtol=1e-13, atol=1e-13)
    assert back.t[-1] == 0
    assert np.all(np.diff(back.t) < 0)
    np.testing.assert_allclose(back.x[-1], [1, 0], atol=1e-11)


def test_dense_output_has_order_seven():
    """The error between the nodes of one step falls like h^8 (local; order 7)."""
    theta = np.array([0.2, 0.5, 0.8])
    errors = []
    for h in (0.8, 0.4):
        x = np.tile([[1.0], [0.3]], 3)
        options = dict(rtol=1e-14, atol=1e-14, stops=())
        exact = [
            integrate((pendulum.address,), x[:, 0], [0.3], 0, part * h, **options).x[-1]
            for part in theta
        ]
        end = integrate((pendulum.address,), x[:, 0], [0.3], 0, h, **options).x[-1]
        x_new = np.tile(end[:, None], 3)
        terms = dormand_prince_terms(pendulum_in_numpy, [0.3], np.zeros(3), np.full(3, h), x, x_new)
        errors.append(np.abs(evaluate(terms, x, theta).T - exact).max())
    assert errors[1] < 1e-8
    assert 7 < math.log2(errors[0] / errors[1]) < 9.5


def test_dense_output_passes_through_the_nodes_and_follows_the_solution():
    run = integrate((oscillator.address,), [1, 0], [1.0], 0, 20, rtol=1e-10, atol=1e-10)
    t, h = run.t[:-1], np.diff(run.t)
    x, x_new = run.x[:-1].T, run.x[1:].T
    terms = dormand_prince_terms(lambda x, p, t: np.array([x[1], -x[0]]), None, t, h, x, x_new)
    np.testing.assert_array_equal(evaluate(terms, x, np.zeros(len(h))), x)
    np.testing.assert_allclose(evaluate(terms, x, np.ones(len(h))), x_new, rtol=0, atol=1e-15)
    for theta in (0.1, 0.5, 0.9):
        states = evaluate(terms, x, np.full(len(h), theta))
        np.testing.assert_allclose(states[0], np.cos(t + theta * h), atol=5e-9)


def test_error_falls_in_proportion_to_the_tolerance():
    errors = []
    for tolerance in (1e-6, 1e-8, 1e-10):
        run = integrate((oscillator.address,), [1, 0], [1.0], 0, 20, rtol=tolerance, atol=tolerance)
        errors.append(abs(run.x[-1, 0] - math.cos(20)))
        assert errors[-1] < 100 * tolerance
    assert errors[0] > errors[1] > errors[2]
