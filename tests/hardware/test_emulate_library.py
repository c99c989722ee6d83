"""Every model of the library on the machine, in all its regimes: scaled and not, at rest or not."""

import re

import numpy as np
import pytest
import rheobase as rb

WORD = rb.QFormat(16, 15, rounding="nearest")
CASES = [
    (entry.name, regime, tag)
    for entry in rb.models.catalog()
    for regime in entry.regimes
    for tag in ("as it is", "within")
]
TOO_LARGE = re.compile(
    r" \(in .*\) does not fit( into s16\.15: it runs from .* to .*|: words .* hold .* to .*)"
    r"|leaves the numbers in double precision too, at step \d+|grows beyond all numbers in double"
)
OVERSHOOT = re.compile(
    r"V' .*does not fit .*lower level of the reset|(leaves|beyond) .*level of the reset"
)


def run_or_reason(model, until, step, scheme="rk2", scale=None):
    """The run, or why there is none."""
    try:
        return rb.emulate(model, WORD, until, step, scheme, scale=scale), ""
    except rb.RheobaseError as error:
        return None, str(error)


def made(name, regime, tag):
    """A model of the library, its parameter three tenths within its natural range or as it is."""
    model = getattr(rb.models, name.replace("-", "_"))(regime)
    if tag == "within" and model.natural:
        parameter, (low, high) = model.natural
        model = model.replace({parameter: low + 0.3 * (high - low)})
    return model


def off(machine, state):
    """The largest difference from double precision, over the size of the state's course."""
    exact = machine.double[state]
    size = np.ptp(exact) + np.abs(exact).max() * 1e-3
    return np.abs(machine[state] - exact).max() / (size + 1e-3)


@pytest.mark.parametrize("scheme", ["rk2", "exponential-euler"])
@pytest.mark.parametrize(("name", "regime", "tag"), CASES)
def test_scaled_words_follow_double_precision(name, regime, tag, scheme):
    """Five hundred steps; afterwards, on a chaotic orbit, nothing can be said."""
    model = made(name, regime, tag)
    step = 0.001 if model.time_unit == "s" else 0.01
    until = 10 if model.kind == "map" else 500 * step
    machine, reason = run_or_reason(model, until, step, scheme, "auto")
    if machine is None:  # an exponential's upswing before the reset
        assert name == "adaptive-exponential"
        assert OVERSHOOT.search(reason), reason
        return
    assert machine.status.ok, machine.message
    for state in model.states:
        assert off(machine, state) < 2e-3, state


@pytest.mark.parametrize(("name", "regime", "tag"), CASES)
def test_s16_15_runs_or_says_what_does_not_fit(name, regime, tag):
    """Refused by name and range, or all that was lost is reported; else the first steps are those
    of double precision but for what a unit of 2^-15 in each constant makes of them."""
    model = made(name, regime, tag)
    step = 0.001 if model.time_unit == "s" else 0.02
    machine, reason = run_or_reason(model, 40 if model.kind == "map" else 2000 * step, step)
    if machine is None:
        assert TOO_LARGE.search(reason), reason
        return
    if not machine.status.ok:
        assert machine.overflows, machine.message
        assert machine.overflows[0].text in machine.message
        return
    rows = slice(0, 12)
    for state in model.states:
        exact = machine.double[state][rows]
        size = np.abs(exact).max() + np.ptp(machine.double[state])
        assert np.abs(machine[state][rows] - exact).max() < 5e-3 * size + 2e-3, state


@pytest.mark.parametrize(
    "model",
    [
        rb.models.hodgkin_huxley().replace(I=10),
        rb.models.hodgkin_huxley("1952").replace(I=10),
        rb.models.morris_lecar("hopf").replace(I=100),
        rb.models.morris_lecar("snic").replace(I=50),
        rb.models.morris_lecar("homoclinic").replace(I=45),
        rb.models.wang_buzsaki().replace(I=1),
        rb.models.sodium_potassium().replace(I=10),
        rb.models.exponential().replace(I=3),
        rb.models.adaptive_exponential("tonic spiking").replace(V_peak=-40),
    ],
    ids=lambda model: model.name,
)
def test_neurons_spike_in_s16_15(model):
    """As often as in double precision, within one in twenty."""
    machine = rb.emulate(model, WORD, 400, 0.02)
    assert machine.status.ok, machine.message
    count = len(machine.double.spikes)
    assert count > 1
    assert abs(len(machine.spikes) - count) <= max(1, count // 20)


@pytest.mark.parametrize("scale", [None, "auto"])
@pytest.mark.parametrize("name", ["hodgkin_huxley", "leaky", "izhikevich"])
def test_neurons_fire_from_a_fluctuating_current(name, scale):
    """An Ornstein-Uhlenbeck current: the same normal numbers, and so nearly the same spikes."""
    mean = dict(hodgkin_huxley=8, leaky=2, izhikevich=8)[name]
    model = rb.with_ou_current(getattr(rb.models, name)(), mean=mean, sigma=1, tau=3)
    machine = rb.emulate(model, WORD, 300, 0.02, scale=scale, seed=2)
    exact = machine.double.spikes
    assert len(exact) > 2
    assert len(machine.spikes) == len(exact)
    np.testing.assert_allclose(machine.spikes[0], exact[0], atol=0.2)
