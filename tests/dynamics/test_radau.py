"""Radau IIA of order 5: its tableau, stiff problems against scipy and published values, "auto"."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from numba import cfunc, types
from rheobase.dynamics import stiffness
from rheobase.dynamics.dense_output import evaluate, radau_terms
from rheobase.dynamics.integrate import integrate
from rheobase.dynamics.kernels import layout
from rheobase.dynamics.kernels.radau_tableau import BLOCKS, TI, C, P, T
from rheobase.dynamics.status import Status
from scipy.integrate import solve_ivp

NUMBERS = types.CPointer(types.float64)
PART = types.void(types.float64, NUMBERS, NUMBERS, NUMBERS)


@cfunc(PART)
def van_der_pol(t, x, p, out):
    out[0] = x[1]
    out[1] = p[0] * (1 - x[0] * x[0]) * x[1] - x[0]


@cfunc(PART)
def van_der_pol_jacobian(t, x, p, out):
    out[0] = 0.0
    out[1] = 1.0
    out[2] = -2 * p[0] * x[0] * x[1] - 1
    out[3] = p[0] * (1 - x[0] * x[0])


@cfunc(PART)
def robertson(t, x, p, out):
    out[0] = -0.04 * x[0] + 1e4 * x[1] * x[2]
    out[2] = 3e7 * x[1] * x[1]
    out[1] = -out[0] - out[2]


@cfunc(PART)
def robertson_jacobian(t, x, p, out):
    out[0] = -0.04
    out[1] = 1e4 * x[2]
    out[2] = 1e4 * x[1]
    out[3] = 0.04
    out[4] = -1e4 * x[2] - 6e7 * x[1]
    out[5] = -1e4 * x[1]
    out[6] = 0.0
    out[7] = 6e7 * x[1]
    out[8] = 0.0


@cfunc(PART)
def prothero_robinson(t, x, p, out):
    out[0] = p[0] * (x[0] - math.cos(t)) - math.sin(t)


@cfunc(PART)
def prothero_robinson_jacobian(t, x, p, out):
    out[0] = p[0]


@cfunc(PART)
def fast_and_slow(t, x, p, out):
    out[0] = -1000.0 * x[0] + 999.0 * x[1]
    out[1] = -x[1]


@cfunc(PART)
def fast_and_slow_jacobian(t, x, p, out):
    out[0] = -1000.0
    out[1] = 999.0
    out[2] = 0.0
    out[3] = -1.0


VAN_DER_POL = (van_der_pol.address, van_der_pol_jacobian.address)
ROBERTSON = (robertson.address, robertson_jacobian.address)
MATRIX = (C[:, None] ** np.arange(1, 4) / np.arange(1, 4)) @ np.linalg.inv(
    C[:, None] ** np.arange(3)
)


def test_transformation_splits_the_inverse_matrix():
    np.testing.assert_allclose(TI @ np.linalg.inv(MATRIX) @ T, BLOCKS, atol=2e-14)
    np.testing.assert_allclose(TI @ T, np.eye(3), atol=1e-15)


def test_polynomial_goes_through_the_stages():
    np.testing.assert_allclose(C[:, None] ** np.arange(1, 4) @ P, np.eye(3), atol=2e-14)


def test_van_der_pol_at_a_thousand_is_that_of_scipy():
    question = dict(rtol=1e-10, atol=1e-10)
    run = integrate(VAN_DER_POL, [2, 0], [1000.0], 0, 1000, method="radau", **question)
    scipy = solve_ivp(
        lambda t, x: [x[1], 1000 * (1 - x[0] ** 2) * x[1] - x[0]],
        (0, 1000),
        [2, 0],
        method="Radau",
        jac=lambda t, x: [[0, 1], [-2000 * x[0] * x[1] - 1, 1000 * (1 - x[0] ** 2)]],
        **question,
    )
    np.testing.assert_allclose(run.x[-1], scipy.y[:, -1], atol=2e-8)
    assert run.evaluations < 1.2 * scipy.nfev


def test_robertson_at_forty_is_the_published_value():
    # Hairer & Wanner 1996, section IV.10: reference solution of ROBER at t = 40
    run = integrate(ROBERTSON, [1, 0, 0], [], 0, 40, method="radau", rtol=1e-11, atol=1e-15)
    expected = [0.7158270688, 0.918553476e-5, 0.2841637457]
    np.testing.assert_allclose(run.x[-1], expected, rtol=2e-9)
    assert run.x[-1].sum() == pytest.approx(1, abs=1e-12)


def test_robertson_over_eleven_decades():
    # program rober of Hairer & Wanner: at t = 1e11
    run = integrate(ROBERTSON, [1, 0, 0], [], 0, 1e11, method="radau", rtol=1e-9, atol=1e-20)
    assert run.status is Status.COMPLETED
    expected = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050]
    np.testing.assert_allclose(run.x[-1], expected, rtol=1e-6)


@pytest.mark.parametrize("rate", [-1.0, -1e3, -1e6])
def test_prothero_robinson_stays_on_the_cosine(rate):
    system = (prothero_robinson.address, prothero_robinson_jacobian.address)
    run = integrate(system, [1.0], [rate], 0, 10, method="radau", rtol=1e-9, atol=1e-9)
    # the filtered estimate is optimistic where h |rate| >> 1 (order reduction, IV.15)
    np.testing.assert_allclose(run.x[:, 0], np.cos(run.t), rtol=0, atol=2e-6)
    assert run.steps < 3000


def test_linear_stiff_system_is_the_closed_form():
    system = (fast_and_slow.address, fast_and_slow_jacobian.address)
    run = integrate(system, [2.0, 1.0], [], 0, 5, method="radau", rtol=1e-11, atol=1e-13)
    # with eigenvectors (1, 0) and (1, 1)
    exact = np.exp(-1000 * run.t) + np.exp(-run.t)
    np.testing.assert_allclose(run.x[:, 0], exact, atol=1e-9)
    np.testing.assert_allclose(run.x[:, 1], np.exp(-run.t), atol=1e-9)


def test_steps_have_order_five():
    """With a tolerance that forgives all, max_step sets the steps; the error falls like h^5."""
    system = (prothero_robinson.address, prothero_robinson_jacobian.address)
    exact = math.cos(1) + 0.5 * math.exp(-1)
    steps, errors = [1 / 4, 1 / 8, 1 / 16], []
    for h in steps:
        options = dict(first_step=h, max_step=h, rtol=1e-7, atol=1e-2, method="radau")
        run = integrate(system, [1.5], [-1.0], 0, 1, **options)
        assert run.steps == round(1 / h)
        errors.append(abs(run.x[-1, 0] - exact))
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(5, abs=0.3)


def test_backward_in_time():
    there = integrate(VAN_DER_POL, [2, 0], [2.0], 0, 3, method="radau", rtol=1e-11, atol=1e-11)
    back = integrate(VAN_DER_POL, there.x[-1], [2.0], 3, 0, method="radau", rtol=1e-11, atol=1e-11)
    np.testing.assert_allclose(back.x[-1], [2, 0], atol=1e-7)


def test_auto_changes_to_radau_where_it_pays():
    run = integrate(VAN_DER_POL, [2, 0], [1000.0], 0, 2000, method="auto", rtol=1e-6, atol=1e-6)
    alone = integrate(VAN_DER_POL, [2, 0], [1000.0], 0, 2000, method="radau", rtol=1e-9, atol=1e-9)
    assert [name for _, name in run.methods] == ["dormand-prince", "radau"]
    assert run.steps < 4000
    np.testing.assert_allclose(run.x[-1], alone.x[-1], atol=1e-4)


def test_auto_stays_explicit_where_nothing_is_stiff():
    run = integrate(VAN_DER_POL, [2, 0], [1.0], 0, 2000, method="auto", rtol=1e-9, atol=1e-9)
    assert [name for _, name in run.methods] == ["dormand-prince"]


def test_dense_output_is_the_collocation_polynomial():
    run = integrate(VAN_DER_POL, [2, 0], [5.0], 0, 10, method="radau", rtol=1e-9, atol=1e-9)
    fine = solve_ivp(
        lambda t, x: [x[1], 5 * (1 - x[0] ** 2) * x[1] - x[0]],
        (0, 10),
        [2, 0],
        method="DOP853",
        rtol=1e-13,
        atol=1e-13,
        dense_output=True,
    )
    t, h = run.t[:-1], np.diff(run.t)
    x, x_new = run.x[:-1].T, run.x[1:].T
    terms = radau_terms(
        lambda x, p, t: np.array([x[1], 5 * (1 - x[0] ** 2) * x[1] - x[0]]),
        lambda x, p, t: np.array(
            [[0 * x[0], 0 * x[0] + 1], [-10 * x[0] * x[1] - 1, 5 * (1 - x[0] ** 2)]]
        ),
        None,
        t,
        h,
        x,
        x_new,
    )
    np.testing.assert_allclose(evaluate(terms, x, np.ones(len(h))), x_new, atol=1e-13)
    for theta in (0.25, 0.5, 0.75):
        between = evaluate(terms, x, np.full(len(h), theta))
        np.testing.assert_allclose(between, fine.sol(t + theta * h), atol=2e-6)


@pytest.mark.parametrize("tolerance", [1e-9, 1e-11, 1e-12])
def test_auto_recognises_robertson_at_any_tolerance(tolerance):
    # at tight tolerances |h lambda| swings from step to step between 5.9 and 6.9;
    # the reference value at t = 40 is that of Hairer & Wanner 1996, section IV.10
    run = integrate(ROBERTSON, [1, 0, 0], [], 0, 40, method="auto", rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(run.x[-1, 0], 0.7158270688, rtol=2e-8)
    long = integrate(
        ROBERTSON, [1, 0, 0], [], 0, 4e5, method="auto", rtol=tolerance, atol=tolerance
    )
    assert long.methods[-1][1] == "radau"
    assert long.status is Status.COMPLETED
    assert long.steps < 40_000


@pytest.mark.parametrize(
    ("ratios", "stiff"),
    [
        # around the edge of the region of stability, 6.1, fewer than half of them beyond it
        ((5.96, 6.86), True),
        ((5.0, 6.5), False),
        # most steps of an oscillation are far inside
        ((2.0, 9.0), False),
        ((0.0, 0.0), False),
    ],
)
def test_stiffness_is_the_mean_of_swinging_ratios(ratios, stiff, monkeypatch):
    monkeypatch.setattr(stiffness, "step_ratio", lambda march, node, segment: ratios[node % 2])
    for nodes in (1000, 1001):
        count = np.zeros(layout.SIZE, np.int64)
        count[layout.NODES] = nodes
        assert stiffness.is_stiff(SimpleNamespace(count=count), None) is stiff
