"""A study of precision: what is drawn."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(scope="module")
def study():
    return rb.precision(
        rb.models.leaky(),
        "I",
        [8, 15],
        ["floor", "stochastic"],
        range=(1, 2),
        currents=[1.9],
        until=2000,
        seeds=2,
        grid=3,
        spikes=20,
        at=1.9,
    )


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def test_four_panels(study):
    before = dict(matplotlib.rcParams)
    onset, rates, lag, zone = rb.plot_precision(study)
    assert dict(matplotlib.rcParams) == before
    assert zone.get_xlabel() == "bits behind the point"
    assert onset.get_ylabel().startswith("onset in $I$, off by")
    assert lag.get_ylabel() == "largest lag of spike 20 (ms)"
    names = [text.get_text() for text in rates.get_legend().get_texts()]
    assert names == ["constants alone", "floor", "stochastic"]
    drawn = {line.get_label(): line for line in rates.get_lines()}
    expected = [100 * abs(study[f, "floor"].rates[0] / study.exact.rates[0] - 1) for f in (8, 15)]
    np.testing.assert_allclose(drawn["floor"].get_ydata(), expected)
    for panel in (rates, lag):
        highest = max(max(line.get_ydata()) for line in panel.get_lines())
        assert panel.get_ylim()[1] > 1.2 * highest
    measured = next(line for line in zone.get_lines() if line.get_marker() == "o")
    widths = [study[f, "floor"].zone.measured["V"] for f in (8, 15)]
    np.testing.assert_allclose(measured.get_ydata(), widths)


def test_onsets_on_given_axes(study):
    _, ax = pyplot.subplots()
    assert rb.plot_precision(study, ax=ax) is ax
    heights = [line.get_ydata()[0] for line in ax.get_lines() if len(line.get_ydata()) == 1]
    exact = study.exact.onset.value  # by the same protocol; rest is lost at 15 mV/10
    assert exact == pytest.approx(1.5, abs=1e-3)
    expected = [row.onset.value - exact for row in study.rows]
    assert sorted(heights) == pytest.approx(sorted(expected), abs=1e-9)


def test_nothing_else():
    with pytest.raises(rb.RheobaseError, match="precision returns"):
        rb.plot_precision(rb.models.leaky())
