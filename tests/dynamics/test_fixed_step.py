"""Schemes with steps of one length: their order by slope, spikes inside steps, noise, stops."""

import math

import numpy as np
import pytest
from numba import cfunc, njit, types
from rheobase.dynamics import cache
from rheobase.dynamics.errors import InvalidArgument, UnknownName
from rheobase.dynamics.integrate_fixed import SCHEMES, integrate_fixed
from rheobase.dynamics.status import Status

P = types.CPointer(types.float64)
PART = types.void(types.float64, P, P, P)
ORDERS = {"euler": 1, "heun": 2, "rk2": 2, "rk4": 4, "exponential-euler": 1}


@cfunc(PART)
def logistic(t, x, p, out):
    out[0] = x[0] * (1 - x[0])


@cfunc(PART)
def spiral(t, x, p, out):
    out[0] = x[1] - x[0]
    out[1] = -x[0] - x[1]


@cfunc(PART)
def spiral_jacobian(t, x, p, out):
    out[0] = -1.0
    out[1] = 1.0
    out[2] = -1.0
    out[3] = -1.0


@cfunc(PART)
def leaky(t, x, p, out):
    out[0] = p[0] - x[0]


@cfunc(PART)
def leaky_jacobian(t, x, p, out):
    out[0] = -1.0


@cfunc(PART)
def above_one(t, x, p, out):
    out[0] = x[0] - 1.0


@cfunc(PART)
def to_zero(t, x, p, out):
    out[0] = 0.0


@cfunc(PART)
def refractory(t, x, p, out):
    out[0] = p[1]


@cfunc(PART)
def drive_with_jump(t, x, p, out):
    out[0] = 2.0 if t >= 0.5 else 1.0


@cfunc(PART)
def growth(t, x, p, out):
    out[0] = p[0] * x[0]


@cfunc(PART)
def proportional(t, x, p, out):
    out[0] = p[1] * x[0]


@cfunc(PART)
def proportional_slope(t, x, p, out):
    out[0] = p[1] * p[1] * x[0]


@cfunc(PART)
def nothing(t, x, p, out):
    out[0] = 0.0


@cfunc(PART)
def cube(t, x, p, out):
    out[0] = x[0] * x[0] * x[0]


LEAKY = (
    leaky.address,
    leaky_jacobian.address,
    above_one.address,
    to_zero.address,
    refractory.address,
)
BLACK_SCHOLES = (growth.address, 0, 0, 0, 0, proportional.address, proportional_slope.address)


def slope(steps, errors) -> float:
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


@pytest.mark.parametrize("scheme", ORDERS)
def test_order_of_convergence_on_a_spiral(scheme):
    # x(t) = e^-t (cos t, -sin t)
    steps = [0.1, 0.05, 0.025, 0.0125]
    system = (spiral.address, spiral_jacobian.address)
    exact = math.exp(-2) * np.array([math.cos(2), -math.sin(2)])
    errors = []
    for step in steps:
        run = integrate_fixed(system, [1.0, 0.0], [], 0, 2, scheme=scheme, step=step)
        errors.append(np.linalg.norm(run.x[-1] - exact))
    assert slope(steps, errors) == pytest.approx(ORDERS[scheme], abs=0.2)


@pytest.mark.parametrize("scheme", ["euler", "heun", "rk2", "rk4"])
def test_spike_times_keep_the_order_of_the_scheme(scheme):
    steps = [0.1, 0.05, 0.025]
    exact = 10 * (math.log(3) + 0.3) - 0.3
    errors = [
        abs(
            integrate_fixed(
                LEAKY, [0.0], [1.5, 0.3], 0, 20, scheme=scheme, step=step, hold=[True]
            ).events[9]
            - exact
        )
        for step in steps
    ]
    assert slope(steps, errors) == pytest.approx(ORDERS[scheme], abs=0.2)


def test_exponential_euler_is_exact_for_a_linear_equation():
    run = integrate_fixed(
        LEAKY, [0.0], [1.5, 0.3], 0, 20, scheme="exponential-euler", step=0.37, hold=[True]
    )
    k = np.arange(1, len(run.events) + 1)
    np.testing.assert_allclose(run.events, k * (math.log(3) + 0.3) - 0.3, atol=1e-13)


def test_the_grid_is_kept_and_thinned():
    run = integrate_fixed((logistic.address,), [0.1], [], 0, 1, step=0.03)
    np.testing.assert_array_equal(run.t, np.append(np.arange(34) * 0.03, 1.0))
    thin = integrate_fixed((logistic.address,), [0.1], [], 0, 1, step=0.03, every=10)
    np.testing.assert_array_equal(thin.t, run.t[[0, 10, 20, 30, 34]])
    np.testing.assert_array_equal(thin.x, run.x[[0, 10, 20, 30, 34]])


def test_long_runs_fill_several_chunks():
    run = integrate_fixed(LEAKY, [0.0], [1.5, 0.3], 0, 3000, step=0.02, hold=[True])
    # before and after each reset, and at each release but the last, which is beyond the end
    assert len(run.t) == 150_001 + 3 * len(run.events) - 1
    bare = integrate_fixed(LEAKY, [0.0], [1.5, 0.3], 0, 3000, step=0.02, hold=[True], store=False)
    np.testing.assert_array_equal(run.events, bare.events)
    assert bare.x[-1] == run.x[-1]


@pytest.mark.parametrize("scheme", ["euler", "heun", "rk2", "rk4"])
def test_backward_in_time(scheme):
    run = integrate_fixed((logistic.address,), [0.5], [], 0, -2, scheme=scheme, step=1e-3)
    assert run.t[-1] == -2
    assert run.x[-1, 0] == pytest.approx(1 / (1 + math.exp(2)), abs=2e-4)


@pytest.mark.parametrize("begin, end", [(0, 1), (1, 0)])
def test_a_jump_on_the_grid_is_seen_from_inside_the_steps(begin, end):
    start, last = (0.0, 1.5) if end else (1.5, 0.0)
    run = integrate_fixed(
        (drive_with_jump.address,), [start], [], begin, end, step=0.1, stops=[0.5]
    )
    assert run.x[-1, 0] == pytest.approx(last, abs=1e-15)


def test_divergence_is_told():
    run = integrate_fixed((cube.address,), [1.0], [], 0, 10, step=0.01)
    assert run.status is Status.DIVERGED
    assert 0.5 < run.t[-1] < 0.7
    assert "Shorten the step" in run.message


def test_normal_numbers_are_normal():
    normal = cache.kernel("normal").normal

    @njit
    def draw(seed, count):
        numbers = np.empty(count)
        for i in range(count):
            numbers[i] = normal(seed, i)
        return numbers

    z = draw(7, 400_000)
    moments = [np.mean(z**k) for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(moments, [0, 1, 0, 3], atol=0.03)
    assert abs(np.mean(z[1:] * z[:-1])) < 0.01
    assert abs(np.mean(z * draw(8, 400_000))) < 0.01
    np.testing.assert_array_equal(z, draw(7, 400_000))


@pytest.mark.parametrize("scheme, order", [("euler-maruyama", 0.5), ("milstein", 1.0)])
def test_strong_order_on_geometric_brownian_motion(scheme, order):
    # x(1) = exp(a - b^2/2 + b W(1)) on the same path (Kloeden & Platen 1992, section 9.3)
    normal = cache.kernel("normal").normal

    @njit
    def end_of_path(seed, count):
        total = 0.0
        for i in range(count):
            total += normal(seed, i)
        return total / math.sqrt(count)

    steps, paths = [1 / 16, 1 / 64, 1 / 256], 1500
    errors = []
    for step in steps:
        total = 0.0
        for seed in range(paths):
            run = integrate_fixed(
                BLACK_SCHOLES,
                [1.0],
                [0.5, 1.0],
                0,
                1,
                scheme=scheme,
                step=step,
                seed=seed,
                store=False,
            )
            total += abs(run.x[-1, 0] - math.exp(end_of_path(seed, round(1 / step))))
        errors.append(total / paths)
    assert slope(steps, errors) == pytest.approx(order, abs=0.15)


def test_without_amplitude_noise_is_euler():
    system = (*LEAKY, nothing.address, nothing.address)
    question = dict(step=0.01, hold=[True])
    quiet = integrate_fixed(system, [0.0], [1.5, 0.3], 0, 5, scheme="milstein", **question)
    euler = integrate_fixed(system, [0.0], [1.5, 0.3], 0, 5, scheme="euler", **question)
    np.testing.assert_allclose(quiet.events, euler.events, atol=1e-4)


def test_paths_depend_on_the_seed_only():
    question = dict(scheme="euler-maruyama", step=0.01)
    one = integrate_fixed(BLACK_SCHOLES, [1.0], [0.5, 1.0], 0, 1, seed=1, **question)
    same = integrate_fixed(BLACK_SCHOLES, [1.0], [0.5, 1.0], 0, 1, seed=1, every=7, **question)
    other = integrate_fixed(BLACK_SCHOLES, [1.0], [0.5, 1.0], 0, 1, seed=2, **question)
    assert one.x[-1] == same.x[-1] != other.x[-1]


@pytest.mark.parametrize(
    "change, error, words",
    [
        (dict(scheme="rk5"), UnknownName, "rk4"),
        (dict(scheme="exponential-euler"), InvalidArgument, "jacobian"),
        (dict(scheme="milstein"), InvalidArgument, "noise"),
        (dict(step=0), InvalidArgument, "step"),
        (dict(every=0), InvalidArgument, "every"),
    ],
)
def test_wrong_questions_are_refused(change, error, words):
    with pytest.raises(error, match=words):
        integrate_fixed((logistic.address,), [0.1], [], 0, 1, **dict(step=0.1) | change)


def test_noise_is_not_undone():
    with pytest.raises(InvalidArgument, match="forward only"):
        integrate_fixed(BLACK_SCHOLES, [1.0], [0.5, 1.0], 1, 0, scheme="milstein", step=0.1)


def test_every_scheme_has_a_test_of_its_order():
    assert set(SCHEMES) == {*ORDERS, "euler-maruyama", "milstein", "srk"}
