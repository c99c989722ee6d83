"""Trajectories against outside truth: closed forms, scipy, quadruple precision."""

import math

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

LIF = dict(E=-65, R=10, I=2, tau=10, V_th=-50, V_r=-65, t_ref=2)


def leaky(**changes):
    return rb.Model(
        "leaky",
        "V' = (E - V + R*I)/tau",
        parameters=LIF,
        start=dict(V=-65),
        reset=rb.Reset("V > V_th", V="V_r", refractory="t_ref"),
    ).replace(changes)


def test_a_leaky_neuron_fires_when_its_closed_form_says():
    # T = t_ref + tau ln((R I + E - V_r)/(R I + E - V_th))
    run = rb.simulate(leaky(), until=200, tolerance=1e-13)
    first = 10 * math.log(20 / 5)
    expected = first + (2 + first) * np.arange(len(run.spikes))
    assert len(run.spikes) == int((200 - first) / (2 + first)) + 1
    np.testing.assert_allclose(run.spikes, expected, rtol=0, atol=1e-11)
    assert run.firing_rate() == pytest.approx(1 / (2 + first), rel=1e-12)


def test_at_default_settings_spikes_are_good_to_ten_digits():
    run = rb.simulate(leaky(), until=100)
    first = 10 * math.log(20 / 5)
    np.testing.assert_allclose(run.spikes[0], first, rtol=0, atol=1e-10)


def test_below_threshold_nothing_happens():
    run = rb.simulate(leaky(I=1.4), until=300)
    assert len(run.spikes) == 0
    assert run.firing_rate() == 0
    assert run["V"][-1] == pytest.approx(-51, abs=1e-9)


def test_held_states_rest_and_others_go_on():
    model = rb.Model(
        "held",
        "V' = 1\nw' = 1",
        start=dict(V=0, w=0),
        reset=rb.Reset("V > 1", V=0, w="w + 10", refractory=0.5, hold=("V",)),
    )
    run = rb.simulate(model, until=3.25, tolerance=1e-12)
    np.testing.assert_allclose(run.spikes, [1, 2.5], atol=1e-13)
    assert run(2.4, "V") == pytest.approx(0.9, abs=1e-12)
    assert run(1.3, "V") == pytest.approx(0, abs=1e-12)
    assert run(1.3, "w") == pytest.approx(11.3, abs=1e-12)
    assert run["w"][-1] == pytest.approx(23.25, abs=1e-11)


def test_a_quadratic_neuron_fires_at_its_closed_form():
    # V' = V^2 + I from -V_p to V_p takes 2 atan(V_p/sqrt(I))/sqrt(I)
    model = rb.Model(
        "qif",
        "V' = V^2 + I",
        parameters=dict(I=0.3, V_p=1000),
        start=dict(V=-1000),
        reset=rb.Reset("V > V_p", V="-V_p"),
    )
    run = rb.simulate(model, until=60, tolerance=1e-12)
    period = 2 * math.atan(1000 / math.sqrt(0.3)) / math.sqrt(0.3)
    np.testing.assert_allclose(np.diff(run.spikes), period, rtol=1e-11)


def test_the_invariant_of_lotka_and_volterra_is_kept():
    model = rb.models.lotka_volterra()
    a, b, c, d = (model.parameters[n] for n in ("alpha", "beta", "gamma", "delta"))
    run = rb.simulate(model, until=200, tolerance=1e-13)
    x, y = run["x"], run["y"]
    invariant = d * x - c * np.log(x) + b * y - a * np.log(y)
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-11)


def test_hodgkin_huxley_after_a_second():
    # quadruple precision, standard set with E_L = -54.4, gates at their steady state at -65 mV
    values = dict(V=-72.385629415751, m=0.156142200829, h=0.093460142207, n=0.714544938628)
    model = rb.models.hodgkin_huxley().replace(I=10, E_L=-54.4, V=-65)
    rates = dict(zip(model.definitions, definitions_at(model, -65.0), strict=True))
    gates = {x: rates[f"alpha_{x}"] / (rates[f"alpha_{x}"] + rates[f"beta_{x}"]) for x in "mhn"}
    run = rb.simulate(model.replace(gates), until=1000, tolerance=1e-13)
    for name, value in values.items():
        assert run[name][-1] == pytest.approx(value, abs=1e-9)


def definitions_at(model, voltage):
    x = np.array([voltage, 0.5, 0.5, 0.5])
    return model.field.definitions(x, model.field.parameter_array(model.parameters))


@pytest.mark.parametrize("name", ["morris-lecar", "wang-buzsaki", "hindmarsh-rose", "lorenz"])
@pytest.mark.parametrize("scheme", ["dormand-prince", "radau"])
def test_agrees_with_scipy(name, scheme):
    model = rb.models.named(name)
    if "I" in model.parameters:
        model = model.replace(I=0.6 * model.natural[1][1])
    until = 3.0 if name == "lorenz" else 40.0
    run = rb.simulate(model, until=until, scheme=scheme, tolerance=1e-12)
    p = model.field.parameter_array(model.parameters)
    peer = solve_ivp(
        lambda t, x: model.field.f(x, p, t),
        (0, until),
        list(model.start.values()),
        method="DOP853",
        rtol=1e-13,
        atol=1e-13,
    )
    scale = np.abs(peer.y).max(axis=1)
    np.testing.assert_allclose(run.x[-1] / scale, peer.y[:, -1] / scale, atol=2e-9)


def test_forward_and_back_again():
    model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    there = rb.simulate(model, until=5, tolerance=1e-13)
    end = dict(zip(model.states, there.x[-1], strict=True))
    back = rb.simulate(model.replace(end), begin=5, until=0, tolerance=1e-13)
    np.testing.assert_allclose(back.x[-1], there.x[0], atol=1e-8)
    assert back.t[0] == 5
    assert back.t[-1] == 0


def test_dense_output_has_full_order():
    model = rb.Model("circle", "x' = -y\ny' = x", start=dict(x=1, y=0))
    errors = []
    for tolerance in (1e-6, 1e-12):
        run = rb.simulate(model, until=20, tolerance=tolerance)
        t = np.linspace(0, 20, 1001)
        errors.append((np.abs(run(t, "x") - np.cos(t)).max(), len(run.t)))
    (first, few), (second, many) = errors
    assert math.log(first / second) / math.log(many / few) > 6.8


def test_auto_changes_to_radau_where_it_is_stiff():
    # asymptotic period at mu = 1000: 1614.4011258 (AUTO-07p)
    run = rb.simulate(rb.models.van_der_pol().replace(mu=1000), until=5000, tolerance=1e-9)
    assert run.status is rb.Status.COMPLETED
    assert run.steps < 60_000
    assert run.period(after=0) == pytest.approx(1614.4011258, rel=1e-8)


def test_divergence_is_said_with_time_and_remedy():
    run = rb.simulate(rb.Model("blow-up", "x' = x^2", start=dict(x=1)), until=2)
    assert run.status is rb.Status.DIVERGED
    assert run.t[-1] == pytest.approx(1, abs=1e-6)
    assert "without bound" in run.message
    assert np.isfinite(run.x).all()


def test_too_many_steps_keep_what_was_computed():
    run = rb.simulate(rb.models.lorenz(), until=1000, max_steps=100)
    assert run.status is rb.Status.TOO_MANY_STEPS
    assert len(run.t) > 50
    assert "max_steps" in run.message


def test_field_that_is_not_finite_at_the_start():
    run = rb.simulate(rb.Model("log", "x' = log(x)", start=dict(x=-1)), until=1)
    assert run.status is rb.Status.NOT_FINITE
    assert "logarithms" in run.message


def test_control_c_keeps_the_part_computed():
    def interrupt(begin, t, until):
        if t > 10:
            raise KeyboardInterrupt

    run = rb.simulate(rb.models.lorenz(), until=1e6, progress=interrupt)
    assert run.status is rb.Status.INTERRUPTED
    assert run.t[-1] > 10


def test_a_map():
    # the stable 2-cycle of the logistic map: (r + 1 +- sqrt((r - 3)(r + 1)))/(2 r)
    run = rb.simulate(rb.models.logistic().replace(r=3.2), until=2000)
    pair = (4.2 + np.array([-1, 1]) * math.sqrt(0.2 * 4.2)) / 6.4
    np.testing.assert_allclose(np.sort(run["x"][-2:]), pair, rtol=1e-14)
    assert len(run.t) == 2001
    escaped = rb.simulate(rb.models.logistic().replace(r=5), until=200)
    assert escaped.status is rb.Status.DIVERGED
    assert np.isfinite(escaped.x).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (dict(), "until"),
        (dict(until=math.nan), "finite"),
        (dict(until=0), "begin and end"),
        (dict(until=1, tolerance=-1), "positive"),
        (dict(until=1, tolerance=1e-17), "out of range"),
        (dict(until=1, scheme="rk4"), "give step"),
        (dict(until=1, scheme="rk4", step=0.1, tolerance=1e-3), "no error control"),
        (dict(until=1, scheme="rk4", step=0.1, max_step=1), "max_step has no meaning"),
        (dict(until=1, scheme="radau", step=0.1), "max_step"),
        (dict(until=1, scheme="runge"), "is not a scheme"),
        (dict(until=1, step=-0.1), "positive"),
        (dict(until=1, scheme="milstein", step=0.1), "no noise"),
        (dict(until=1, drive=dict(J="t")), "is not a parameter"),
    ],
)
def test_wrong_questions(arguments, words):
    model = rb.Model("plain", "x' = -k*x", parameters=dict(k=1), start=dict(x=1))
    with pytest.raises(rb.RheobaseError, match=words):
        rb.simulate(model, **arguments)


@pytest.mark.parametrize(
    "arguments", [dict(step=1), dict(tolerance=1e-6), dict(absolute=1e-6), dict(max_step=1)]
)
def test_what_has_no_meaning_for_a_map(arguments):
    with pytest.raises(rb.InvalidArgument, match=f"takes no {next(iter(arguments))}"):
        rb.simulate(rb.models.logistic(), until=5, **arguments)
