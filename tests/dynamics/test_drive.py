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


@pytest.mark.parametrize(
    ("text", "until", "exact"),
    [
        ("where(mod(t, 100) > 50, where(mod(t, 100) < 50.5, 1, 0), 0)", 1000, 5),
        ("where(mod(t, 100) > 50, where(mod(t, 100) < 50.5, 1, 0), 0)", 100_000, 500),
        ("heaviside(t - 10*floor(t/10) - 7)*heaviside(7.2 - t + 10*floor(t/10))", 100, 2),
        # acos(0.99)/pi of every period
        ("heaviside(sin(2*pi*t/20) - 0.99)", 1000, 1000 * math.acos(0.99) / math.pi),
        ("heaviside(sin(2*pi*t/20) - 0.99)", 200_000, 200_000 * math.acos(0.99) / math.pi),
        ("step(cos(t)^2 - 0.999)", 100 * math.pi, 200 * math.acos(math.sqrt(0.999))),
    ],
)
def test_every_pulse_of_a_train_is_delivered(text, until, exact):
    model = rb.Model("train", f"n' = {text}", start=dict(n=0))
    assert rb.simulate(model, until=until)["n"][-1] == pytest.approx(exact, rel=1e-9)


def test_a_kink_in_a_table():
    # I crosses 5 halfway up and halfway down a triangle that is 2e-4 wide
    model = rb.Model("kink", "n' = heaviside(I - 5)", parameters=dict(I=0), start=dict(n=0))
    table = ([0, 50, 50.0001, 50.0002, 100], [0, 0, 10, 0, 0])
    assert rb.simulate(model, until=100, drive=dict(I=table))["n"][-1] == pytest.approx(1e-4)


def test_what_a_drive_needs_does_not_touch_the_users_parameters():
    model = rb.Model("k", "x' = I + I_c0", parameters=dict(I=0, I_c0=5), start=dict(x=0))
    run = rb.simulate(model, until=1, drive=dict(I=([0, 1], [1, 1])))
    assert run["x"][-1] == pytest.approx(6, abs=1e-12)
    model = rb.Model("k", "x' = I*I_drive_c0", parameters=dict(I=0, I_drive_c0=1), start=dict(x=0))
    with pytest.raises(rb.InvalidArgument, match="rename"):
        rb.simulate(model, until=1, drive=dict(I=([0, 1], [1, 1])))


@pytest.mark.parametrize("drive", [5, "I=3", dict(I=lambda t: 1 / t), dict(I=lambda t: "a")])
def test_drives_that_raise(drive):
    with pytest.raises(rb.InvalidArgument, match="drive"):
        rb.simulate(FILTER, until=1, drive=drive)
