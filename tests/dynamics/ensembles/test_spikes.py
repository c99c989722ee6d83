"""Resets and spike times inside the ensemble's steps: closed forms, orders, single runs."""

import numpy as np
import pytest
import rheobase as rb

QUADRATIC = rb.Model(
    "quadratic",
    "V' = V^2 + I",
    parameters=dict(I=1),
    start=dict(V=-50),
    reset=rb.Reset("V > 50", V="-50"),
)
CIRCLE = rb.Model("circle", "x' = y\ny' = -x", start=dict(x=-np.sin(0.5), y=np.cos(0.5)))


def leaky_period(model: rb.Model, current: np.ndarray) -> np.ndarray:
    """t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th)), e.g. Gerstner et al. 2014, eq. 1.32."""
    p = model.parameters
    drive = p["R"] * current + p["E"]
    with np.errstate(invalid="ignore", divide="ignore"):
        above = drive > p["V_th"]
        rest = p["tau"] * np.log((drive - p["V_reset"]) / (drive - p["V_th"]))
    return np.where(above, p["t_ref"] + rest, np.inf)


def test_the_rate_of_leaky_neurons():
    model = rb.models.leaky()
    current = np.linspace(0, 10, 101)
    many = rb.simulate_ensemble(model, dict(I=current), until=500, step=0.1, save="spikes")
    exact = leaky_period(model, current)
    found = many.firing_rate(after=20)
    enough = many.spike_count(20) > 1
    np.testing.assert_allclose(found[enough], 1 / exact[enough], rtol=1e-9)
    assert (found[~enough] == 0).all()
    assert enough.sum() > 80


def test_the_rate_of_quadratic_neurons():
    # V = sqrt(I) tan(sqrt(I) t): from -50 to 50 in 2 atan(50/sqrt(I))/sqrt(I); pi/sqrt(I) from -inf
    current = np.array([0.25, 1.0, 4.0])
    many = rb.simulate_ensemble(QUADRATIC, dict(I=current), until=40, step=5e-4, save="rates")
    root = np.sqrt(current)
    np.testing.assert_allclose(many.firing_rate(), root / (2 * np.arctan(50 / root)), rtol=1e-7)
    np.testing.assert_allclose(many.firing_rate(), root / np.pi, rtol=0.03)


@pytest.mark.parametrize(("scheme", "order"), [("euler", 1), ("rk2", 2), ("rk4", 4)])
def test_a_spike_keeps_the_order_of_the_scheme(scheme, order):
    model = rb.models.leaky().replace(I=3)
    exact = leaky_period(model, np.array(3.0)) * np.arange(1, 6) - model.parameters["t_ref"]
    steps, errors = np.array([2.0, 1.0, 0.5]), []
    for h in steps:
        many = rb.simulate_ensemble(model, until=60, step=h, scheme=scheme, save="spikes")
        errors.append(np.abs(many.spikes.times[:5] - exact).max())
    slopes = np.diff(np.log(errors)) / np.diff(np.log(steps))
    assert slopes == pytest.approx(order, abs=0.35)


def test_spikes_without_a_reset_are_interpolated_to_order_four():
    steps, errors = np.array([0.4, 0.2, 0.1]), []
    for h in steps:
        many = rb.simulate_ensemble(CIRCLE, until=20, step=h, save="spikes")
        errors.append(np.abs(many.spikes.times - (0.5 + 2 * np.pi * np.arange(4))).max())
    slopes = np.diff(np.log(errors)) / np.diff(np.log(steps))
    assert slopes[-1] == pytest.approx(4, abs=0.3)


@pytest.mark.parametrize("name", ["leaky", "izhikevich", "adaptive_exponential"])
def test_members_are_the_runs_of_simulate(name):
    model = getattr(rb.models, name)()
    low, high = model.natural[1]
    values = np.linspace(low, high, 5)[1:]
    many = rb.simulate_ensemble(
        model, {model.natural[0]: values}, until=200, step=0.1, save="spikes"
    )
    for i in range(4):
        run = rb.simulate(many.member(i), until=200, step=0.1)
        np.testing.assert_allclose(many.spikes[i], run.spikes, atol=2e-8)
        np.testing.assert_allclose(many.states[i], run.x[-1], rtol=1e-6, atol=1e-6)
    assert len(many.spikes) > 10


def test_many_spikes_within_one_step():
    # a saw tooth of period 1/k in steps of 1: k spikes in each
    saw = rb.Model(
        "saw", "x' = k", parameters=dict(k=1), start=dict(x=0), reset=rb.Reset("x > 1", x="x - 1")
    )
    rates = np.array([0.31, 2.53, 7.27])
    many = rb.simulate_ensemble(saw, dict(k=rates), until=10, step=1, save="spikes")
    for i, k in enumerate(rates):
        exact = np.arange(1, np.floor(10 * k) + 1) / k
        np.testing.assert_allclose(many.spikes[i], exact, atol=1e-12)
    np.testing.assert_allclose(many["x"], 10 * rates - many.spikes.counts, atol=1e-10)


def test_a_start_beyond_the_threshold_fires_at_once():
    model = rb.models.leaky()
    many = rb.simulate_ensemble(model, dict(V=[-65.0, -40.0]), until=5, step=0.1, save="spikes")
    assert len(many.spikes[0]) == 0
    assert many.spikes[1].tolist() == [0.0]
    held = rb.simulate_ensemble(model, dict(V=[-40.0]), until=1.95, step=0.1)
    assert held["V"][0] == model.parameters["V_reset"]


def test_endless_resets_and_impossible_pauses_end_a_member():
    stuck = rb.Model("stuck", "x' = 1", start=dict(x=0), reset=rb.Reset("x > 1", x="2"))
    late = rb.Model(
        "late",
        "x' = 1",
        parameters=dict(r=1),
        start=dict(x=0),
        reset=rb.Reset("x > 1", x="0", refractory="r"),
    )
    many = rb.simulate_ensemble(stuck, dict(x=[0.0, -9]), until=3, step=0.1, save="spikes")
    assert many.status.tolist() == [rb.Status.TOO_MANY_EVENTS, rb.Status.COMPLETED]
    assert np.isnan(many["x"][0])
    assert many["x"][1] == pytest.approx(-6)
    for how in ("located", "grid"):
        many = rb.simulate_ensemble(late, dict(r=[-1.0, 0.5]), until=2, step=0.1, resets=how)
        assert many.status.tolist() == [rb.Status.NOT_FINITE, rb.Status.COMPLETED]


def test_resets_on_the_grid_are_those_of_a_clock_driven_loop():
    # Izhikevich's (2003) own program: both equations by Euler, reset at the end of the step
    model, h, steps = rb.models.izhikevich(), 0.5, 400
    current = np.array([4.0, 10.0, 15.0])
    many = rb.simulate_ensemble(
        model,
        dict(I=current),
        until=h * steps,
        step=h,
        scheme="euler",
        resets="grid",
        save="spikes",
    )
    p = model.parameters
    v, u, spikes = np.full(3, model.start["v"]), np.full(3, model.start["u"]), [[], [], []]
    for step in range(steps):
        dv, du = 0.04 * v * v + 5 * v + 140 - u + current, p["a"] * (p["b"] * v - u)
        v, u = v + h * dv, u + h * du
        fired = v > 30
        v, u = np.where(fired, p["c"], v), np.where(fired, u + p["d"], u)
        for i in np.flatnonzero(fired):
            spikes[i].append((step + 1) * h)
    assert [train.tolist() for train in many.spikes] == spikes
    np.testing.assert_allclose(many["v"], v, rtol=1e-10)
    # a refractory time counts in whole steps
    leaky = rb.models.leaky().replace(I=5)
    grid = rb.simulate_ensemble(leaky, until=300, step=0.001, resets="grid", save="rates")
    assert grid.firing_rate() == pytest.approx(1 / leaky_period(leaky, np.array(5.0)), rel=1e-3)


def test_spikes_are_capped_and_said_to_be():
    model = rb.models.leaky()
    many = rb.simulate_ensemble(
        model, dict(I=[0.0, 5.0]), until=200, step=0.1, save="spikes", max_spikes=3
    )
    assert many.status.tolist() == [rb.Status.COMPLETED, rb.Status.TOO_MANY_EVENTS]
    assert many.spikes.counts.tolist() == [0, 3]
    assert "max_spikes" in many.message
    assert np.isfinite(many["V"]).all()
    assert many.spike_count()[1] > 3
    assert many.firing_rate()[1] == pytest.approx(1 / leaky_period(model, np.array(5.0)), rel=1e-6)
    assert np.isnan(many.firing_rate(after=100)[1])
