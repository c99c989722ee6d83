"""Periods of stable cycles by simulation alone, against AUTO and scipy's DOP853."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb

FILE = Path(__file__).parents[1] / "reference" / "periods.toml"
CYCLES = tomllib.loads(FILE.read_text())["cycle"]


@pytest.mark.parametrize("cycle", CYCLES, ids=lambda c: f"{c['model']} {c['set']}")
def test_the_period_of_the_cycle(cycle):
    model = rb.models.named(cycle["model"]).replace(cycle["set"])
    run = rb.simulate(model, until=cycle.get("settle", 60) * cycle["period"], tolerance=1e-12)
    intervals = np.diff(run.spikes)[-10:]
    assert len(intervals) == 10
    np.testing.assert_allclose(intervals.mean(), cycle["period"], rtol=cycle["tolerance"])
