"""Parameters that depend on time: text, tables, callables; their jumps are honoured."""

import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.breakpoints import breakpoints

FILTER = rb.Model("filter", "x' = (I - x)/tau", parameters=dict(I=0, tau=2), start=dict(x=0))


def jumps(text, begin=0.0, end=10.0, **parameters):
    model = rb.Model("m", f"x' = {text}", parameters=parameters, start=dict(x=0))
    return breakpoints(model._system, model.parameters, begin, end)


def test_a_step_of_current():
    run = rb.simulate(FILTER, until=9, drive=dict(I="3*heaviside(t - 4)"), tolerance=1e-13)
    assert run(4.0, "x") == pytest.approx(0, abs=1e-14)
    assert run["x"][-1] == pytest.approx(3 * (1 - math.exp(-2.5)), abs=1e-12)
    np.testing.assert_array_equal(run["I"][[0, -1]], [0, 3])
    assert 4.0 in run.t


def test_a_very_short_pulse_is_not_missed():
    drive = dict(I="1e3*(heaviside(t - 50) - heaviside(t - 50.001))")
    run = rb.simulate(FILTER, until=60, drive=drive, tolerance=1e-12)
    # x' = (I - x)/tau over a width of w: x = 1e3 (1 - exp(-w/tau)), then decay
    assert run(50.001, "x") == pytest.approx(1e3 * (1 - math.exp(-0.0005)), rel=1e-10)


def test_a_table_is_joined_by_lines_with_jumps():
    table = ([1, 2, 2, 4], [0, 1, 5, 5])
    run = rb.simulate(FILTER.replace(tau=1), until=6, drive=dict(I=table), tolerance=1e-13)
    # x' = (t - 1) - x on [1, 2] from 0: x = (t - 1) - 1 + exp(-(t - 1))
    assert run(2.0, "x") == pytest.approx(math.exp(-1), abs=1e-12)
    expected = 5 + (math.exp(-1) - 5) * math.exp(-4)
    assert run["x"][-1] == pytest.approx(expected, abs=1e-11)
    assert run(1.5, "I") == pytest.approx(0.5, abs=1e-14)
    assert run(5.5, "I") == 5


def test_a_callable_is_sampled_and_its_error_stated():
    run = rb.simulate(FILTER, until=20, drive=dict(I=math.sin), tolerance=1e-10)
    # x' = (sin t - x)/tau: x = (sin t - tau cos t + tau exp(-t/tau))/(1 + tau^2)
    exact = (math.sin(20) - 2 * math.cos(20) + 2 * math.exp(-10)) / 5
    assert run["x"][-1] == pytest.approx(exact, abs=2e-9)
    assert "sampled" in run.message


def test_two_drives_and_reset():
    model = rb.models.leaky()
    quiet = rb.simulate(model, until=50, drive=dict(I="0*t"))
    assert len(quiet.spikes) == 0


def test_saved_with_its_drive(tmp_path):
    run = rb.simulate(FILTER, until=9, drive=dict(I=([0, 5], [0, 1])), tolerance=1e-10)
    again = rb.load(rb.save(run, tmp_path / "run.npz"))
    t = np.linspace(0, 9, 50)
    np.testing.assert_array_equal(again(t, "x"), run(t, "x"))
    np.testing.assert_array_equal(again(t, "I"), run(t, "I"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heaviside(t - 3)", [3]),
        ("step(2*t - a)", [2.5]),
        ("where(t > 1 and t < 2, 1, 0)", [1, 2]),
        ("max(t, 4)", [4]),
        ("mod(t, 2.5)", [2.5, 5, 7.5]),
        ("floor(t/4)", [4, 8]),
        ("sign(sin(t))", [math.pi, 2 * math.pi, 3 * math.pi]),
        ("abs(x) + heaviside(x - t)", []),
        ("exp(-t)", []),
    ],
)
def test_where_a_field_jumps(text, expected):
    np.testing.assert_allclose(jumps(text, a=5), expected, rtol=1e-15)


def test_a_sawtooth_in_the_field():
    run = rb.simulate(
        rb.Model("saw", "x' = mod(t, 1)", start=dict(x=0)), until=7.5, tolerance=1e-12
    )
    assert run["x"][-1] == pytest.approx(7 * 0.5 + 0.125, abs=1e-13)


@pytest.mark.parametrize(
    ("drive", "words"),
    [
        (dict(I=3), "text in t"),
        (dict(I=([0, 1], [1])), "one length"),
        (dict(I=([1, 0], [1, 1])), "must not fall"),
        (dict(I=([0, 1], [1, math.nan])), "finite"),
        (dict(I="3*"), "ends where a value"),
        (dict(I="nothing*t"), "unknown name"),
        (dict(I=lambda t: math.inf), "not finite"),
        (dict(V="t"), "is not a parameter"),
    ],
)
def test_wrong_drives(drive, words):
    with pytest.raises(rb.RheobaseError, match=words):
        rb.simulate(FILTER, until=1, drive=drive)
