"""The two tiers of engine give the same trajectory, and a result says which it was."""

import importlib
import itertools

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics import unrolled

integrate = importlib.import_module("rheobase.dynamics.integrate")


@pytest.mark.parametrize("name", ["hodgkin-huxley", "adaptive-exponential", "quadratic"])
def test_both_tiers_agree(name, monkeypatch):
    model = rb.models.named(name)
    parameter, (low, high) = model.natural
    model = model.replace({parameter: low + 0.6 * (high - low)})
    runs = {}
    for engine in ("numpy", "compiled"):
        monkeypatch.setenv("RHEOBASE_ENGINE", engine)
        runs[engine] = rb.simulate(model, until=60, tolerance=1e-11)
    slow, fast = runs["numpy"], runs["compiled"]
    assert (slow.engine, fast.engine) == ("by address", "made for the model")
    assert len(slow.spikes) == len(fast.spikes)
    np.testing.assert_allclose(fast.spikes, slow.spikes, rtol=1e-8)


def test_an_unknown_engine_is_refused(monkeypatch):
    monkeypatch.setenv("RHEOBASE_ENGINE", "fortran")
    with pytest.raises(rb.UnknownName, match="RHEOBASE_ENGINE"):
        rb.simulate(rb.models.lorenz(), until=1)


@pytest.mark.parametrize("name, value, until", [("van-der-pol", 10, 3000), ("lorenz", 28, 400)])
def test_no_digit_depends_on_the_clock(name, value, until, monkeypatch):
    """Neither where Radau takes over nor where a march is made for the model."""
    model = rb.models.named(name)
    model = model.replace({model.natural[0]: value})
    monkeypatch.delenv("RHEOBASE_ENGINE", raising=False)
    monkeypatch.setattr(integrate, "LONG", 1500)
    runs = []
    for seconds in (1e-9, 1e-3, 3.0):
        clock = itertools.count(step=seconds)
        monkeypatch.setattr(integrate, "perf_counter", lambda clock=clock: next(clock))
        monkeypatch.setattr(unrolled, "march_exists", lambda system: False)
        runs.append(rb.simulate(model, until=until, tolerance=1e-9))
        assert runs[-1].engine == "made for the model"
    for run in runs[1:]:
        assert run.message == runs[0].message
        np.testing.assert_array_equal(run.t, runs[0].t)
        np.testing.assert_array_equal(run.x, runs[0].x)
