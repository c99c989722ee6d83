"""Single precision: its functions, and what it costs."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics import cache

SINGLE = cache.kernel("single")


def test_the_functions():
    x = np.linspace(-87, 88, 3001).astype(np.float32)
    values = np.array([SINGLE.exp(v) for v in x])
    np.testing.assert_allclose(values, np.exp(x.astype(float)), rtol=2.5e-7)
    for v, exact in ((-200, 0.0), (200, np.inf), (-np.inf, 0.0), (np.inf, np.inf), (0, 1.0)):
        assert SINGLE.exp(np.float32(v)) == exact
    assert np.isnan(SINGLE.exp(np.float32(np.nan)))
    y = np.concatenate([-np.geomspace(1e-6, 40, 500), np.geomspace(1e-6, 40, 500)])
    found = [SINGLE.bernoulli_from_exp(np.float32(v), SINGLE.exp(np.float32(v))) for v in y]
    np.testing.assert_allclose(found, y / np.expm1(y), rtol=1e-5)


@pytest.mark.parametrize("resets", ["located", "grid"])
def test_a_leaky_neuron(resets):
    model = rb.models.leaky()
    common = dict(until=60, step=0.1, save="spikes", resets=resets)
    rough = rb.simulate_ensemble(model, dict(I=[2.0, 3.0]), dtype="float32", **common)
    exact = rb.simulate_ensemble(model, dict(I=[2.0, 3.0]), **common)
    np.testing.assert_allclose(rough.spikes.times, exact.spikes.times, rtol=1e-5)
    assert np.abs(rough["V"] / exact["V"] - 1).max() == pytest.approx(rough.loss, rel=0.2)
    assert 1e-9 < rough.loss < 1e-5
    assert "single precision" in rough.message
    assert exact.loss is None


def test_single_precision_has_no_bridge():
    cell = rb.Model.from_dict(rb.models.leaky().to_dict() | dict(noise=dict(V="1")))
    common = dict(repeats=2, until=20, step=0.1, dtype="float32", save="spikes")
    with pytest.raises(rb.InvalidArgument, match='With float32 say resets="located"'):
        rb.simulate_ensemble(cell, **common)
    assert rb.simulate_ensemble(cell, resets="located", **common).resets == "located"


def test_noise_is_the_same():
    walk = rb.Model(
        "walk", "x' = -x", parameters=dict(s=1), start=dict(x=0), noise=dict(x="s*(1 + x^2/9)")
    )
    common = dict(repeats=100, until=5, step=0.05, seed=2, scheme="milstein")
    rough = rb.simulate_ensemble(walk, dtype="float32", **common)
    exact = rb.simulate_ensemble(walk, **common)
    np.testing.assert_allclose(rough["x"], exact["x"], atol=2e-5)
    assert rough.loss < 1e-5
