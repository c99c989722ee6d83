"""No spike is missed: tops that barely reach the threshold, thresholds that move or bend."""

import math

import numpy as np
import pytest
import rheobase as rb


def leaky(amplitude: float, frequency: float, threshold: float, far: float = -1e6) -> rb.Model:
    """A leaky integrator under a sine, sent far away where it has fired."""
    return rb.Model(
        "leaky",
        "V' = -V + 0.5 + a*sin(w*t)",
        parameters=dict(a=amplitude, w=frequency, th=threshold),
        start=dict(V=0),
        reset=rb.Reset("V > th", V=str(far)),
    )


def closed_form(t, amplitude: float, frequency: float):
    """V(t) of the leaky integrator before its first spike, from V(0) = 0."""
    size = amplitude / (1 + frequency**2)
    wave = np.sin(frequency * t) - frequency * np.cos(frequency * t)
    return 0.5 * (1 - np.exp(-t)) + size * (wave + frequency * np.exp(-t))


def first_crossing(values, t) -> float:
    above = np.flatnonzero(values > 0)
    return float(t[above[0]]) if len(above) else math.inf


@pytest.mark.parametrize(
    ("amplitude", "frequency", "below", "expected"),
    [
        (1.064354024785745, 1.8377842684540608, 1e-3, 4.831),
        (1.0279629309206157, 4.458130397608791, 1e-3, 6.2832),
        (1.0279629309206157, 4.458130397608791, 1e-4, 9.107),
    ],
)
def test_a_shallow_top_fires(amplitude, frequency, below, expected):
    threshold = (0.5 + amplitude / math.hypot(1, frequency)) * (1 - below)
    run = rb.simulate(leaky(amplitude, frequency, threshold), until=20, tolerance=1e-9)
    assert run.spikes[0] == pytest.approx(expected, abs=3e-3)
    t = np.linspace(0, 20, 400_001)
    truth = first_crossing(closed_form(t, amplitude, frequency) - threshold, t)
    assert run.spikes[0] == pytest.approx(truth, abs=6e-5)


@pytest.mark.parametrize("tolerance", [1e-9, 1e-6])
def test_first_spikes_under_random_sines_are_the_closed_form(tolerance):
    rng = np.random.default_rng(3)
    t = np.linspace(0, 20, 400_001)
    for _ in range(100):
        amplitude, frequency = rng.uniform(0.3, 3), rng.uniform(0.5, 12)
        below = 10 ** rng.uniform(-5, -1)
        values = closed_form(t, amplitude, frequency)
        threshold = values[t > 10].max() * (1 - below)
        # where another top comes as near as the accuracy of the run, either may fire
        sure = first_crossing(values - threshold - 30 * tolerance, t)
        maybe = first_crossing(values - threshold + 30 * tolerance, t)
        run = rb.simulate(leaky(amplitude, frequency, threshold), until=20, tolerance=tolerance)
        spike = run.spikes[0] if len(run.spikes) else math.inf
        assert maybe - 5e-5 <= spike <= sure + 5e-5


def test_the_tops_of_a_rotation_are_not_missed():
    # V = sin(t + phase) exceeds 1 - 1e-5 first at arccos(1 - 1e-5) before its top
    for phase in np.linspace(-3, 1.2, 20):
        model = rb.Model(
            "rotation",
            "V' = w\nw' = -V\nc' = 0",
            start=dict(V=math.sin(phase), w=math.cos(phase), c=0),
            reset=rb.Reset("V > 1 - 1e-5", V="-5", c="c + 1"),
        )
        run = rb.simulate(model, until=8, tolerance=1e-10)
        expected = math.pi / 2 - phase - math.acos(1 - 1e-5)
        assert run.spikes[0] == pytest.approx(expected, abs=1e-5)


def test_a_threshold_that_moves_with_time_is_resolved():
    model = rb.Model(
        "moving",
        "x' = 0.001",
        start=dict(x=0),
        reset=rb.Reset("x > 0.5 + 0.45*sin(10*t)", x="0"),
    )
    run = rb.simulate(model, until=120, tolerance=1e-9)
    t, expected, last = np.arange(0, 120, 1e-4), [], 0.0
    while True:
        later = t[t > last]
        spike = first_crossing(0.001 * (later - last) - 0.5 - 0.45 * np.sin(10 * later), later)
        if spike == math.inf:
            break
        expected.append(spike)
        last = spike
    assert expected[0] == pytest.approx(50.106, abs=1e-3)
    np.testing.assert_allclose(run.spikes, expected, rtol=0, atol=1e-3)


def test_a_margin_that_bends_in_the_states_is_resolved():
    # sin(40 x) with x = t passes 0.99 first at arcsin(0.99)/40, then once a turn
    model = rb.Model(
        "bent",
        "x' = 1\nn' = 0",
        start=dict(x=0, n=0),
        reset=rb.Reset("sin(40*x) > 0.99", n="n + 1", x="x + 0.02"),
    )
    run = rb.simulate(model, until=3)
    turn = 2 * math.pi / 40
    phase = math.asin(0.99) / 40
    expected = phase + np.arange(100) * (turn - 0.02)
    expected = expected[expected < 3]
    np.testing.assert_allclose(run.spikes, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("how", [dict(), dict(step=0.1), dict(scheme="radau")], ids=str)
def test_a_start_on_the_threshold_does_not_fire_by_itself(how):
    rest = rb.Model("rest", "V' = 0", start=dict(V=1), reset=rb.Reset("V > 1", V="0"))
    run = rb.simulate(rest, until=1, **how)
    assert run.status is rb.Status.COMPLETED
    assert len(run.spikes) == 0
    leaves = rb.Model("leaves", "V' = 1", start=dict(V=1), reset=rb.Reset("V > 1", V="0"))
    np.testing.assert_allclose(rb.simulate(leaves, until=1.5, **how).spikes, [0, 1], atol=1e-12)


@pytest.mark.parametrize("how", [dict(), dict(step=0.01)], ids=str)
@pytest.mark.parametrize("pause", ["log(-V)", "-0.1*V"])
def test_a_refractory_time_that_is_no_time_ends_the_run(pause, how):
    model = rb.Model(
        "m", "V' = 1", start=dict(V=0), reset=rb.Reset("V > 1", V="0", refractory=pause)
    )
    run = rb.simulate(model, until=3, **how)
    assert run.status is rb.Status.NOT_FINITE
    assert "refractory time" in run.message
    assert run.t[-1] == pytest.approx(1, abs=0.02)
