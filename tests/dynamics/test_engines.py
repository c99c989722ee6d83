"""The two tiers of engine give the same trajectory, and a result says which it was."""

import numpy as np
import pytest
import rheobase as rb


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
