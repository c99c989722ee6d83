"""A run on a machine over the same steps in double precision: what is drawn."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb
from matplotlib.axes import Axes

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(scope="module")
def machine():
    return rb.emulate(rb.models.izhikevich().replace(I=10), until=60)


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def test_both_runs_and_the_error(machine):
    before = dict(matplotlib.rcParams)
    runs, error = rb.plot_emulation(machine)
    assert dict(matplotlib.rcParams) == before
    exact, ours = runs.get_lines()
    np.testing.assert_array_equal(ours.get_ydata(), machine["v"])
    np.testing.assert_array_equal(exact.get_ydata(), machine.double["v"])
    expected = machine["v"] - machine.double["v"]
    np.testing.assert_array_equal(error.get_lines()[0].get_ydata(), expected)
    assert error.get_ylabel() == "error of $v$ (mV)"
    texts = [text.get_text() for text in runs.get_legend().get_texts()]
    assert texts == ["double precision", "s16.15, floor"]


def test_on_given_axes_and_in_part(machine):
    _, ax = pyplot.subplots()
    assert rb.plot_emulation(machine, "u", ax=ax, between=(10, 20)) is ax
    assert isinstance(ax, Axes)
    assert ax.get_lines()[0].get_xdata()[[0, -1]] == pytest.approx([10, 20])


def test_wrong_names(machine):
    with pytest.raises(rb.RheobaseError, match="'w' is not"):
        rb.plot_emulation(machine, "w")
    with pytest.raises(rb.RheobaseError, match="emulate"):
        rb.plot_emulation(rb.simulate(rb.models.leaky(), until=1))
