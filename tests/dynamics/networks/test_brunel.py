"""Brunel's network at full size against Brian2."""

import tomllib

import numpy as np
import pytest
import rheobase as rb
from rooms import ROOT

with open(ROOT / "tests/reference/brunel.toml", "rb") as file:
    REFERENCE = {entry["name"]: entry for entry in tomllib.load(file)["regime"]}
# The fast oscillation, 180 Hz, wants finer steps than the others.
SETTINGS = {
    "asynchronous irregular": (700, 0.1),
    "synchronous regular": (260, 0.1),
    "slow synchronous irregular": (2200, 0.1),
    "fast synchronous irregular": (700, 0.02),
}
SLOW = ("fast synchronous irregular", "slow synchronous irregular")
CASES = [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in SETTINGS]


@pytest.mark.parametrize("regime", CASES)
def test_rates_and_irregularity_of_the_regimes(regime):
    until, step = SETTINGS[regime]
    run = rb.models.brunel(regime).simulate(until, step=step, seed=1)
    assert run.status.ok
    rate = 1000 * run.firing_rate("E", after=200)
    variation = np.nanmean(run.interval_variation("E", after=200))
    assert rate == pytest.approx(np.mean(REFERENCE[regime]["rate"]), rel=0.05)
    assert variation == pytest.approx(np.mean(REFERENCE[regime]["cv"]), abs=0.05)


def test_the_wiring_of_the_network():
    net = rb.models.brunel(scale=0.1)
    edges = net.edges("I to E")
    assert np.bincount(edges.targets).tolist() == [25] * 1000
    assert edges.weights == pytest.approx(-5 * 0.1 / 0.1)
    pairs = edges.sources.astype(np.int64) * 1000 + edges.targets
    assert len(np.unique(pairs)) == len(pairs)
    own = net.edges("E to E")
    assert not (own.sources == own.targets).any()
    with pytest.raises(rb.UnknownName, match="a regime of Brunel's network"):
        rb.models.brunel("quiet")
