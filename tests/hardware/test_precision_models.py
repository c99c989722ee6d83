"""Precision of other neurons than Izhikevich's, by closed forms; words that don't hold a model."""

import numpy as np
import pytest
import rheobase as rb

LEAKY = dict(range=(0.5, 3.0), grid=6, currents=[1.0, 2.0], tolerance=0.01)


def leaky_rate(current: float, fraction: int | None) -> float:
    """1/f = tau log((R I + E - V_reset)/(R I + E - V_th)), constants rounded to words."""
    p = dict(rb.models.leaky().parameters) | {"I": current}
    if fraction is not None:
        p = {name: round(x * 2**fraction) / 2**fraction for name, x in p.items()}
    above = p["R"] * p["I"] + p["E"]
    period = p["tau"] * np.log((above - p["V_reset"]) / (above - p["V_th"]))
    return 1 / (period + p.get("t_ref", 0.0))


@pytest.fixture(scope="module")
def leaky() -> rb.Precision:
    return rb.precision(
        rb.models.leaky(), "I", [8, 15], scheme="exponential-euler", step=0.05, seeds=2, **LEAKY
    )


def test_the_leaky_neuron_fires_where_its_closed_form_does(leaky):
    """R I reaches the threshold at I = (V_th - E_L)/R; the rate from the logarithm; both in double
    precision. A reset at the end of a step rounds intervals up by half a step on the mean."""
    p = leaky.model.parameters
    onset = (p["V_th"] - p["E"]) / p["R"]
    assert leaky.exact.onset.value == pytest.approx(onset, abs=2e-3)
    assert leaky.exact.lost_by == "threshold"
    assert leaky.exact.number == 1
    assert leaky.exact.rates[0] == 0
    for fraction, rate in ((None, leaky.exact.rates[1]), (15, leaky[15].rates[1])):
        assert abs(1 / rate - 1 / leaky_rate(2.0, fraction)) <= 0.05


@pytest.mark.parametrize("fraction", [8, 15])
@pytest.mark.parametrize(("rounding", "loss"), [("floor", 1.0), ("nearest", 0.5)])
def test_the_dead_zone_below_threshold_in_closed_form(leaky, fraction, rounding, loss):
    """V -> A - E (A - V) stands still where (1 - E)(A - V) is below what is lost: the threshold is
    reached only from A - V_th = loss 2^-F / (1 - E) on, A = E_L + R I."""
    p = leaky.model.parameters
    more = loss * 2.0**-fraction / (1 - np.exp(-0.05 / p["tau"])) / p["R"]
    onset = (p["V_th"] - p["E"]) / p["R"] + more
    row = leaky[fraction, rounding]
    word = 2.0**-fraction  # in which I is given
    assert row.zone.onset == pytest.approx(onset, abs=word + 1e-4)
    assert row.onset.value == pytest.approx(onset, abs=2 * word + 1e-3)
    # words from A - loss/(1 - E) to A + loss/(1 - E) stand still (floored: on one side only)
    width = (1 if rounding == "floor" else 2) * loss / (1 - np.exp(-0.05 / p["tau"]))
    assert row.zone.measured["V"] == pytest.approx(width * word, abs=3 * word)
    assert row.zone.complete


def test_a_quadratic_neuron_rests_until_zero():
    """V' = V^2 + I, between -+3: f = sqrt(I)/(2 atan(3/sqrt(I))), onset I = 0."""
    model = rb.models.quadratic().replace(V_peak=3, V_reset=-3)
    study = rb.precision(
        model,
        "I",
        [18],
        ["nearest", "stochastic"],
        range=(-1, 4),
        step=0.01,
        grid=6,
        currents=[1.0],
        seeds=2,
    )
    assert study.exact.verdict.threshold == pytest.approx(0, abs=1e-6)
    assert study.exact.onset.value == pytest.approx(0, abs=2e-3)
    assert study.exact.lost_by == "saddle-node"
    period = 2 * np.arctan(3.0)
    for rates in (study.exact.rates, study[18, "nearest"].rates, study[18, "stochastic"].rates):
        assert abs(1 / rates[0] - period) < 0.02
    assert study[18, "stochastic"].onset.value == pytest.approx(0, abs=5e-3)


def test_a_word_that_does_not_hold_the_model_says_so():
    study = rb.precision(
        rb.models.morris_lecar("snic"),
        "I",
        [rb.QFormat(8, 7), rb.QFormat(16, 15)],
        ["nearest"],
        range=(38, 44),
        grid=3,
        currents=[42],
        tolerance=0.1,
        until=2000,
    )
    assert "does not fit into s8.7" in study["s8.7", "nearest"].refused
    assert study["s8.7", "nearest"].onset.value is None
    assert "does not fit" in study["s8.7"].refused
    assert study["s16.15", "nearest"].refused == ""
    assert study["s16.15", "nearest"].onset.value == pytest.approx(39.96, abs=0.1)
    assert study.bits_for("onset", 0.2)["nearest"] == 15
    assert "does not fit" in study.text
