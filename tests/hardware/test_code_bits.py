"""Counters against clocks: measured errors, and the laws of a drift and of a random walk."""

from math import log2

import numpy as np
import pytest
import rheobase as rb

NEURON = rb.models.fitzhugh_nagumo().replace(I=0.5)
WORDS = range(7, 23)


@pytest.fixture(scope="module")
def study():
    """FitzHugh-Nagumo fires where a line crosses 0: no reset locks it to the steps."""
    words = [rb.QFormat(5, fraction) for fraction in WORDS]
    return rb.code_bits(NEURON, words, 0.01, 129, 0.2, roundings=("floor", "stochastic"), seeds=12)


def test_a_floored_clock_drifts(study):
    """Lags of n intervals as n^1 2^-F: each loses the same."""
    assert study["floor"].power == pytest.approx(1, abs=0.03)
    assert study["floor"].slope == pytest.approx(-1, abs=0.06)


def test_a_stochastic_clock_walks(study):
    """As n^(1/2) 2^-F, the standard deviation of a sum of n independent losses of mean 0."""
    row = study["stochastic"]
    assert row.power == pytest.approx(0.5, abs=0.1)
    assert row.slope == pytest.approx(-1, abs=0.06)
    # the mean over all words and seeds, in units of its standard error
    last = np.array(
        [r.by_spike()[-1] * 2.0**r.word.fraction for r in study.lags.of(None, "stochastic")]
    )
    assert abs(last.mean()) < 4 * last.std() / np.sqrt(len(last))


@pytest.mark.parametrize("rounding", ["floor", "stochastic"])
@pytest.mark.parametrize("code", ["counter", "clock"])
def test_the_bits_are_those_of_the_law(study, rounding, code):
    """The fewest bits that were measured are those predicted, rounded up, to a bit."""
    measured = getattr(study[rounding], f"{code}_bits")
    predicted = study.predicted(rounding, code)
    if predicted <= WORDS[0]:
        assert measured == WORDS[0]
    else:
        assert -0.5 <= measured - predicted <= 2


def test_what_n_costs(study):
    """From 16 to 1024 intervals, 6 octaves: 6 bits for a clock that drifts, 3 for one that walks; a
    counter that drifts needs as many as before, one that walks 3 fewer. log2 n is between them."""
    for rounding, clock, counter in (("floor", 6, 0), ("stochastic", 3, -3)):
        for code, more in (("clock", clock), ("counter", counter)):
            few, many = (study.predicted(rounding, code, 0.1, n + 1) for n in (16, 1024))
            assert many - few == pytest.approx(more)
        apart = study.predicted(rounding, "clock") - study.predicted(rounding, "counter")
        assert apart == pytest.approx(log2(128))
    saved = study["floor"].clock_bits - study["stochastic"].clock_bits
    assert saved >= 5


def test_errors_by_hand(study):
    """From the spikes' times alone: lags since the first spike, in periods."""
    lags = study.lags
    for rounding in ("floor", "stochastic"):
        row = study[rounding]
        for i in (3, 10):
            runs = lags.of(WORDS[i], rounding)
            spans = np.array([r.times[-1] - r.times[0] for r in runs])
            exact = runs[0].constants_times[-1] - runs[0].constants_times[0]
            error = np.sqrt(np.mean((spans - exact) ** 2)) / lags.period
            assert row.clock_error[i] == pytest.approx(error)
            assert row.counter_error[i] == pytest.approx(error / 128)
    assert study.resolution == 1 / 128
    enough = study["floor"].clock_error <= 0.01
    first = WORDS.index(study["floor"].clock_bits)
    assert enough[first:].all()
    assert not enough[first - 1]


def test_one_count_is_the_limit_of_a_counter(study):
    """No word counts 128 intervals to a part in a thousand; a clock tells them so."""
    assert study.predicted("floor", "counter", accuracy=0.001) is None
    few = rb.code_bits(NEURON, [18, 20], 0.001, 65, 0.2, within=0.5, seeds=2)
    assert few["stochastic"].counter_bits is None
    # a leaky neuron in longer words loses nothing at all: its counter still counts whole spikes
    whole = rb.code_bits(rb.models.leaky().replace(I=2), [15], 0.01, 33, roundings=["nearest"])
    assert whole["nearest"].clock_error.tolist() == [0.0]
    assert (whole["nearest"].counter_bits, whole["nearest"].clock_bits) == (None, 15)
    assert "one count in 32 is 3.1 %: take more than 100 spikes" in str(whole)
    assert few["stochastic"].clock_bits == 18
    assert "one count in 64 is 1.6 %: take more than 1000 spikes" in str(few)
    assert "one count" not in str(study)
    assert few.predicted("stochastic") == pytest.approx(
        log2(few["stochastic"].amplitude * 8 / (0.5 / few.lags.period))
    )


def test_what_breaks_the_laws_is_named(study):
    """Izhikevich's reset at ends of steps leaves so few words that lags do not add up."""
    assert all(row.follows_law for row in study)
    assert "far from its law" not in str(study)
    neuron, both = rb.models.izhikevich().replace(I=10), ("floor", "nearest")
    locked = rb.code_bits(neuron, [8, 12, 15, 18], spikes=33, roundings=both)
    assert locked["floor"].power < 0.85
    assert not locked["floor"].follows_law
    assert "\nfloor: a or b is far from its law" in str(locked)
    assert "\n-: no word is accurate enough" in str(locked)


def test_constants_and_both():
    """The constants' errors are the same for every rounding, and drift."""
    alone = rb.code_bits(NEURON, [10, 13, 16], 0.01, 65, 0.2, cause="constants", seeds=1)
    np.testing.assert_array_equal(alone["floor"].clock_error, alone["stochastic"].clock_error)
    assert alone["floor"].power == pytest.approx(1, abs=0.05)
    both = rb.code_bits(NEURON, [10, 13, 16], 0.01, 65, 0.2, cause="both", seeds=1)
    for a, b in zip(both.lags, alone.lags, strict=True):
        assert a.both == pytest.approx(b.constants + a.arithmetic)


def test_a_silent_machine_is_not_accurate():
    """Regular spiking, section 8 of SPINNAKER: floored to ten bits it falls silent."""
    neuron = rb.models.izhikevich().replace(I=4.775, v=-75, u=-15)
    found = rb.code_bits(neuron, [10, 12], 0.05, 65, roundings=["floor"], program="chip")
    assert found["floor"].fractions.tolist() == [10, 12]
    assert np.isinf(found["floor"].clock_error).tolist() == [True, False]
    assert found["floor"].slope is None
    assert found.to_dict()["rows"][0]["clock_error"][0] is None


def test_kept_and_tabulated(study, tmp_path):
    again = rb.load(rb.save(study, tmp_path / "bits.npz"))
    assert str(again) == str(study)
    assert again.to_dict() == study.to_dict()
    frame = study.to_dataframe()
    assert frame["rounding"].tolist() == ["floor", "stochastic"]
    assert frame["clock"].tolist() == [row.clock_bits for row in study]
    assert "128" in repr(study) or "129" in repr(study)
    with pytest.raises(rb.UnknownName, match="'zero' is not a rounding of this study"):
        study["zero"]
    with pytest.raises(rb.UnknownName, match="'phase' is not a code"):
        study.predicted("floor", "phase")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (dict(accuracy=0), "accuracy=0"),
        (dict(accuracy=2), "accuracy=2"),
        (dict(within=-1), "within=-1"),
        (dict(cause="noise"), "'noise' is not a cause"),
        (dict(spikes=3), "16 spikes or more"),
    ],
)
def test_wrong_questions(settings, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        rb.code_bits(NEURON, **settings)
