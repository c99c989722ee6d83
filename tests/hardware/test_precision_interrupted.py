"""A study that is interrupted, or short, says so; it never takes a part for the whole."""

import signal

import pytest
import rheobase as rb
from rheobase.analysis import continuation

FEW = dict(range=(0.2, 0.6), currents=[0.5], grid=3, until=200.0, spikes=2, start="step")


@pytest.fixture
def heard():
    """Python's own handler of Ctrl-C, which workers of the tests put aside."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


def test_ctrl_c_within_a_verdict_ends_the_study(monkeypatch, heard):
    """The continuation takes Ctrl-C as its end; the study does not take its part for the whole."""
    calls = []

    def pressed(*arguments):
        calls.append(1)
        if len(calls) == 5:
            signal.raise_signal(signal.SIGINT)
        return stepped(*arguments)

    stepped = continuation.stepped
    monkeypatch.setattr(continuation, "stepped", pressed)
    study = rb.precision(rb.models.fitzhugh_nagumo(), "I", [15], ["nearest"], **FEW)
    assert study.status is rb.Status.INTERRUPTED
    assert len(calls) == 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    monkeypatch.undo()
    whole = rb.precision(rb.models.fitzhugh_nagumo(), "I", [15], ["nearest"], **FEW, resume=study)
    assert whole.status is rb.Status.COMPLETED
    assert whole.exact.verdict.hodgkin_class == 2


def test_no_class_from_a_handful_of_spikes():
    """Morris-Lecar above its saddle-node fires every few hundred milliseconds."""
    model = rb.models.morris_lecar("snic")
    settings = dict(range=(38, 42), currents=[41], grid=5, classify=False, spikes=2, start="step")
    short = rb.precision(model, "I", [15], ["stochastic"], until=1500, seeds=1, **settings)
    assert short.exact.onset_class.number is None
    assert "longer until" in short.exact.onset_class.why
    long = rb.precision(model, "I", [15], ["stochastic"], until=30_000, seeds=1, **settings)
    assert long.exact.onset_class.number == 1
    with pytest.raises(rb.InvalidArgument, match="another question"):
        rb.precision(model, "I", [15], ["stochastic"], until=1500, seeds=1, **settings, resume=long)
