"""Spiking orbits through resets: closed forms, scipy's return map, files."""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from reset_runs import ADEX, adex, to_threshold
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from spiking_periods import leaky_period, quadratic_period


@settings(max_examples=8, deadline=None)
@given(
    tau=st.floats(0.5, 50), R=st.floats(0.5, 20), t_ref=st.floats(0, 5), above=st.floats(0.05, 20)
)
def test_the_leaky_neuron(tau, R, t_ref, above):
    model = rb.models.leaky().replace(tau=tau, R=R, t_ref=t_ref, I=(15 + above) / R)
    cycle = rb.find_limit_cycle(model)
    exact = leaky_period(model.parameters["I"], model.parameters)
    assert cycle.period == pytest.approx(exact, rel=1e-10)
    assert cycle.stable
    assert cycle.spikes == 1
    assert np.allclose(cycle.multipliers, [1])


@settings(max_examples=8, deadline=None)
@given(I=st.floats(0.01, 20), peak=st.floats(2, 200), reset=st.floats(-200, 1))
def test_the_quadratic_neuron(I, peak, reset):
    model = rb.models.quadratic().replace(I=I, V_peak=peak, V_reset=reset)
    cycle = rb.find_limit_cycle(model)
    assert cycle.period == pytest.approx(quadratic_period(I, peak, reset), rel=1e-10)
    # V(t) = sqrt(I) tan(sqrt(I) t + atan(V_reset/sqrt I))
    t = np.linspace(0.01, 0.9, 7) * cycle.period
    root = math.sqrt(I)
    exact = root * np.tan(root * t + math.atan(reset / root))
    # the polynomial is of order 5 between the nodes
    assert np.allclose(cycle(t, "V"), exact, rtol=1e-5, atol=1e-6 * (peak - reset))


def test_the_theta_neuron():
    cycle = rb.find_limit_cycle(rb.models.theta().replace(I=0.3))
    assert cycle.period == pytest.approx(math.pi / math.sqrt(0.3), rel=1e-12)


def test_the_adaptive_neuron_against_scipy():
    """Period, state after the spike, and the multiplier by differences of scipy's return map."""
    cycle = rb.find_limit_cycle(rb.models.adaptive_exponential().replace(I=800))

    def returned(w):
        t, x = to_threshold(lambda x: adex(x, 800), [ADEX["V_reset"], w], lambda x: x[0])
        return t, x[1] + ADEX["b"]

    w = float(cycle["w"][0])
    period, after = returned(w)
    assert cycle.period == pytest.approx(period, abs=1e-9)
    assert after == pytest.approx(w, abs=1e-8)
    step = 1e-2
    slope = (returned(w + step)[1] - returned(w - step)[1]) / (2 * step)
    assert cycle.multipliers[1].real == pytest.approx(slope, rel=1e-5)
    assert cycle.minimum["V"] == pytest.approx(-70.6)
    assert cycle.maximum["V"] == pytest.approx(0)


def test_saltation_matrices_and_multipliers():
    """Flow and saltation matrices, multiplied, have the orbit's multipliers; 1 with F."""
    model = rb.models.izhikevich("chattering").replace(I=10)
    cycle = rb.find_limit_cycle(model)
    assert cycle.spikes == 5
    field, p = model.field, model.field.parameter_array(model.parameters)
    edges = np.concatenate([[0.0], cycle.resets])
    product = np.eye(2)

    def rates(t, y):
        x, M = y[:2], y[2:].reshape(2, 2)
        return np.concatenate([field.f(x, p), (field.jacobian(x, p) @ M).ravel()])

    for begin, end, S in zip(edges[:-1], edges[1:], cycle.saltations, strict=True):
        start = np.concatenate([cycle(begin), np.eye(2).ravel()])
        run = solve_ivp(rates, (0, end - begin), start, "DOP853", rtol=1e-12, atol=1e-13)
        product = S @ run.y[2:, -1].reshape(2, 2) @ product
    values = np.linalg.eigvals(product)
    values = values[np.argsort(-np.abs(values))]
    assert values[0] == pytest.approx(1, abs=1e-5)
    assert abs(values[1]) < 1e-5
    assert abs(cycle.multipliers[1]) < 1e-8
    F = field.f(cycle(0.0), p)
    assert np.allclose(product @ F, F, rtol=1e-5)


ADAPTING = rb.Model(
    "leaky with adaptation, a pause that depends on it, and only V held",
    """
    V' = (I - V - w) / tau
    w' = -w / tau_w
    """,
    parameters=dict(I=3, tau=5, tau_w=20, b=0.4, t_ref=1, k=0.5),
    start=dict(V=0, w=0),
    reset=rb.Reset("V > 1", V="0", w="w + b", refractory="t_ref + k*w", hold=("V",)),
    natural=("I", (1.2, 6)),
)


def adapting_return(w, p):
    """The adaptation just before the next spike from that before this one, and the time between,
    in closed form but for the root: w decays alone, V obeys a linear equation."""

    pause = p["t_ref"] + p["k"] * w
    w0 = (w + p["b"]) * math.exp(-pause / p["tau_w"])
    share = p["tau_w"] / (p["tau_w"] - p["tau"])

    def V(t):
        slow, fast = math.exp(-t / p["tau_w"]), math.exp(-t / p["tau"])
        return p["I"] * (1 - fast) - w0 * share * (slow - fast)

    t = brentq(lambda t: V(t) - 1, 0, 200, xtol=1e-14)
    return w0 * math.exp(-t / p["tau_w"]), pause + t


def test_a_pause_that_depends_on_the_state():
    p = ADAPTING.parameters
    w = brentq(lambda w: adapting_return(w, p)[0] - w, 0.01, 3, xtol=1e-14)
    cycle = rb.find_limit_cycle(ADAPTING)
    assert cycle["w"][-1] == pytest.approx(w, rel=1e-9)
    assert cycle.period == pytest.approx(adapting_return(w, p)[1], rel=1e-10)
    step = 1e-5
    slope = (adapting_return(w + step, p)[0] - adapting_return(w - step, p)[0]) / (2 * step)
    assert cycle.multipliers[1].real == pytest.approx(slope, rel=1e-7)
    run = rb.simulate(ADAPTING.replace({s: float(cycle[s][-1]) for s in "w"}), until=0.1)
    assert run.status.ok
    # during the pause V rests and w goes on
    pause = p["t_ref"] + p["k"] * w
    assert cycle(0.5 * pause, "V") == 0
    exact = (w + p["b"]) * math.exp(-0.5 * pause / p["tau_w"])
    assert cycle(0.5 * pause, "w") == pytest.approx(exact, rel=1e-9)


def test_files(tmp_path):
    model = rb.models.izhikevich("chattering").replace(I=10)
    cycle = rb.find_limit_cycle(model)
    rb.save(cycle, tmp_path / "cycle.npz")
    again = rb.load(tmp_path / "cycle.npz")
    assert again.resets == pytest.approx(cycle.resets)
    assert repr(again) == repr(cycle)
    branch = rb.continue_cycles(cycle, "I", (9.9, 10.1))
    rb.save(branch, tmp_path / "branch.npz")
    kept = rb.load(tmp_path / "branch.npz")
    assert kept.at(I=10.05)[0].period == pytest.approx(branch.at(I=10.05)[0].period, rel=1e-12)
    assert list(branch.to_dataframe().columns)[:4] == ["I", "period", "v_min", "v_max"]
    assert cycle.to_dict()["resets"] == cycle.resets.tolist()


def test_wrong_questions():
    model = rb.models.leaky()
    with pytest.raises(rb.NotFound, match="comes to rest at V = -65"):
        rb.find_limit_cycle(model)
    with pytest.raises(rb.InvalidArgument, match="a guess is start values"):
        rb.find_limit_cycle(model.replace(I=2), 3)
    cycle = rb.find_limit_cycle(model.replace(I=2))
    with pytest.raises(rb.InvalidArgument, match="max_period is 1"):
        rb.continue_cycles(cycle, "I", (0, 4), max_period=1)
    with pytest.raises(rb.InvalidArgument, match="outside the range"):
        rb.continue_cycles(cycle, "I", (3, 4))
    with pytest.raises(rb.InvalidArgument, match="takes times"):
        cycle("soon")
