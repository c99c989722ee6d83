"""A run against time: what is drawn, and how it is labelled."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb
from matplotlib.axes import Axes

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(scope="module")
def run():
    return rb.simulate(rb.models.hodgkin_huxley().replace(I=10), until=40)


@pytest.fixture(scope="module")
def leaky():
    return rb.simulate(rb.models.leaky().replace(I=2), until=100)


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def test_axes_with_units_come_back_and_nothing_is_shown(run, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("show was called")

    monkeypatch.setattr(pyplot, "show", refuse)
    before = dict(matplotlib.rcParams)
    ax = rb.plot_trajectory(run)
    assert isinstance(ax, Axes)
    assert ax.get_ylabel() == "membrane potential $V$ (mV)"
    assert ax.get_xlabel() == "time (ms)"
    assert dict(matplotlib.rcParams) == before


def test_the_curve_is_smooth_and_small(run):
    """Its points lie on the dense output, and no corner turns visibly."""
    x, y = rb.plot_trajectory(run).lines[0].get_data()
    assert len(run.t) < len(x) < 20_001
    np.testing.assert_array_equal(y, run(x, "V"))
    middle = 0.5 * (x[:-1] + x[1:])
    assert np.abs(run(middle, "V") - 0.5 * (y[:-1] + y[1:])).max() < 0.01 * np.ptp(y)


def test_panels_and_groups(run):
    axes = rb.plot_trajectory(run, ["V", ("m", "h", "n"), "I_Na"])
    assert [len(ax.lines) for ax in axes] == [1, 3, 1]
    assert [text.get_text() for text in axes[1].get_legend().get_texts()] == ["$m$", "$h$", "$n$"]
    assert axes[2].get_ylabel().startswith(r"$I_{\mathrm{Na}}$")
    assert [ax.get_xlabel() for ax in axes] == ["", "", "time (ms)"]


def test_given_axes_are_drawn_into(run):
    figure, mine = pyplot.subplots()
    assert rb.plot_trajectory(run, ("m", "n"), ax=mine) is mine
    assert len(mine.lines) == 2
    assert pyplot.get_fignums() == [figure.number]


def test_resets_fall_straight_down(leaky):
    x, y = rb.plot_trajectory(leaky).lines[0].get_data()
    falls = np.flatnonzero(np.diff(y) < -10)
    assert len(falls) == len(leaky.spikes) > 3
    assert np.diff(x)[falls].max() < 1e-12 * 100
    np.testing.assert_allclose(y[falls], -50, atol=1e-6)
    np.testing.assert_allclose(y[falls + 1], -65, atol=1e-6)


def test_spikes_are_marked_or_drawn_up_to_a_level(leaky):
    marks = rb.plot_trajectory(leaky, spikes=True).lines[-1]
    np.testing.assert_array_equal(marks.get_xdata(), leaky.spikes)
    (lines,) = rb.plot_trajectory(leaky, spikes=10).collections
    tops = [path.vertices[:, 1].max() for path in lines.get_paths()]
    np.testing.assert_array_equal(tops, 10)


def test_a_drive_jumps_where_it_should():
    model = rb.models.leaky()
    run = rb.simulate(model, until=40, drive=dict(I="heaviside(t - 20)"))
    x, y = rb.plot_trajectory(run, "I").lines[0].get_data()
    rising = x[(y > 0) & (y < 1)]
    assert np.abs(rising - 20).max(initial=0) < 1e-9
    assert set(np.unique(y)) <= {0.0, 0.5, 1.0}


def test_a_part_of_time(run):
    ax = rb.plot_trajectory(run, between=(10, 20))
    x = ax.lines[0].get_xdata()
    assert (x[0], x[-1]) == (10, 20)
    assert ax.get_xlim() == (10, 20)


def test_a_map_is_drawn_as_points():
    run = rb.simulate(rb.models.logistic(), until=20)
    ax = rb.plot_trajectory(run)
    assert ax.lines[0].get_marker() == "o"
    assert ax.get_xlabel() == "iteration"
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), run.t)


def test_long_curves_keep_their_peaks():
    from rheobase.gallery.curves import thinned

    t = np.linspace(0, 1, 300_001)
    y = np.zeros_like(t)
    y[[12_345, 234_567]] = 1, -2
    few, values = thinned(t, y, most=1000)
    assert len(few) <= 1001
    assert (np.diff(few) > 0).all()
    assert (few[values == 1], few[values == -2]) == (t[12_345], t[234_567])
    assert (few[0], few[-1]) == (0, 1)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        (dict(names="W"), rb.UnknownName, "'W' is not a state or definition of Hodgkin-Huxley"),
        (dict(names=[]), rb.InvalidArgument, "at least one name"),
        (dict(between=(20, 10)), rb.InvalidArgument, "must rise and lie in the run's time"),
        (dict(between=(0, 99)), rb.InvalidArgument, "0 to 40"),
    ],
)
def test_wrong_questions(run, settings, error, words):
    with pytest.raises(error, match=words):
        rb.plot_trajectory(run, **settings)
