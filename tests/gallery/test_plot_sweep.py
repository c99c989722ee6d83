"""Sweeps as curves and maps: what is drawn is what was found."""

from itertools import pairwise

import numpy as np
import pytest
import rheobase as rb
import sweep_functions as functions
from matplotlib import pyplot
from matplotlib.collections import PatchCollection, QuadMesh


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


def sweep(function, model, grid, **settings):
    return rb.sweep(function, model, grid, processes=1, **settings)


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()] if ax.get_legend() else []


def test_one_axis_gives_curves(lif):
    found = sweep(rb.simulate, lif, dict(I=[1.6, 2.0, 3.0]), until=200)
    ax = rb.plot_sweep(found, "rate")
    (line,) = ax.lines
    np.testing.assert_array_equal(line.get_xdata(), [1.6, 2.0, 3.0])
    np.testing.assert_array_equal(line.get_ydata(), 1000 * found["rate"])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("injected current $I$ (nA)", "rate (Hz)")
    ax = rb.plot_sweep(found, ["rate", "spikes"], label="both", limits=(0, 50))
    assert legend(ax) == ["rate (Hz)", "spikes"]
    assert (ax.get_ylabel(), ax.get_ylim()) == ("both", (0, 50))


def test_two_curves_name_themselves_and_their_unit(lif):
    found = sweep(rb.simulate, lif, dict(I=[1.6, 2.0, 3.0]), until=200)
    assert rb.plot_sweep(found, ["rate", "spikes"]).get_ylabel() == "rate (Hz), spikes"
    extrema = dict(until=50, step=0.5, save="extrema")
    found = sweep(rb.simulate_ensemble, lif, dict(I=[0.5, 1.0]), **extrema)
    assert rb.plot_sweep(found, ["V_min", "V_max"]).get_ylabel() == "$V$ minimum, $V$ maximum (mV)"


def test_ticks_at_few_values_and_at_whole_numbers(lif):
    found = sweep(functions.ratio, lif, dict(I=[1.0, 2.0, 3.0], tau=[5.0, 17.0]))
    ax = rb.plot_sweep(found, "ratio")
    assert ax.get_xticks().tolist() == [1, 2, 3]
    assert ax.get_yticks().tolist() == [5, 17]
    found = sweep(functions.ratio, lif, dict(I=np.arange(4.0)))
    ticks = rb.plot_sweep(found, "count").get_yticks()
    np.testing.assert_array_equal(ticks, np.round(ticks))


@pytest.mark.parametrize("name", ["E_m", "g_Kleak"])
def test_no_label_is_longer_than_its_axis(name):
    meaning = "the maximal conductance of a very slow potassium current of the dendrite"
    model = rb.Model(
        "words",
        f"V' = -{name}*V + I",
        parameters={name: 1, "I": 0},
        start=dict(V=0),
        units={name: "mS/cm2"},
        meanings={name: meaning},
    )
    found = sweep(functions.square, model, {"I": [1.0, 2.0], name: [1.0, 2.0, 5.0]})
    ax = rb.plot_sweep(found)
    ax.figure.draw_without_rendering()
    assert meaning not in ax.get_ylabel()
    assert ax.get_ylabel().endswith("(mS/cm²)")
    assert ax.yaxis.label.get_window_extent().height < ax.bbox.height


@pytest.mark.parametrize(
    "values",
    [np.geomspace(0.001, 1000, 30), np.geomspace(1, 100, 9), 39.9630 + 1e-4 * np.arange(9)],
)
def test_numbers_on_the_axis_do_not_touch(lif, values):
    ax = rb.plot_sweep(sweep(functions.square, lif, dict(I=values, tau=[1.0, 2.0])))
    ax.figure.draw_without_rendering()
    shown = [*ax.get_xticklabels(), *ax.get_xticklabels(minor=True)]
    low, high = ax.bbox.x0 - 1, ax.bbox.x1 + 1
    boxes = [text.get_window_extent() for text in shown if text.get_text()]
    boxes = sorted((b.x0, b.x1) for b in boxes if low <= (b.x0 + b.x1) / 2 <= high)
    assert len(boxes) >= 2
    assert all(end < begin for (_, end), (begin, _) in pairwise(boxes))


def test_of_repeats_the_mean_and_its_error():
    noisy = rb.Model(
        "Ornstein-Uhlenbeck",
        "x' = -x/tau",
        parameters=dict(tau=2, sigma=0.5),
        start=dict(x=0),
        noise=dict(x="sigma"),
        spike=("x", 0.5),
        time_unit="s",
    )
    grid = dict(sigma=[0.5, 1.0, 2.0], tau=[1.0, 2.0])
    settings = dict(until=20, step=0.05, save="rates", repeats=5)
    found = sweep(rb.simulate_ensemble, noisy, grid, **settings)
    ax = rb.plot_sweep(found, "rate", at=dict(tau=2))
    rates = found["rate"][:, 1]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), rates.mean(axis=1), rtol=1e-12)
    assert ax.get_ylabel() == "mean rate (Hz)"
    (band,) = ax.collections
    error = rates.std(axis=1, ddof=1) / np.sqrt(5)
    ends = band.get_paths()[0].vertices
    np.testing.assert_allclose(ends[:, 1].max(), (rates.mean(axis=1) + error).max(), rtol=1e-12)
    (quads,) = (c for c in rb.plot_sweep(found).collections if isinstance(c, QuadMesh))
    np.testing.assert_allclose(quads.get_array().T, found["rate"].mean(axis=2), rtol=1e-12)


def test_a_point_fails_only_in_the_column_that_has_no_value(lif):
    found = sweep(functions.ratio, lif, dict(I=[0.0, 1.0, 2.0], tau=[1.0, 2.0]))
    assert legend(rb.plot_sweep(found, "count")) == ["count 0", "count 1", "count 2"]
    assert legend(rb.plot_sweep(found, "ratio")) == ["no value (2)"]
    assert legend(rb.plot_sweep(found, "ratio", at=dict(tau=1))) == ["no value (1)"]
    assert not legend(rb.plot_sweep(found, "count", at=dict(tau=1)))


def test_two_axes_give_a_map(lif):
    grid = dict(I=[0.0, 1.0, 3.0], tau=[1.0, 10.0, 100.0, 1000.0])
    ax = rb.plot_sweep(sweep(functions.square, lif, grid))
    (quads,) = (c for c in ax.collections if isinstance(c, QuadMesh))
    np.testing.assert_array_equal(quads.get_array(), np.outer(np.ones(4), [0, 1, 9]))
    assert ax.get_yscale() == "log"
    assert ax.get_xscale() == "linear"
    assert ax.get_ylabel() == "$\\tau$ (ms)"  # with its meaning it is longer than the axis
    assert ax.figure.axes[1].get_ylabel() == "value"
    assert not legend(ax)


def test_further_axes_are_held(lif):
    grid = dict(I=[1.0, 2.0], tau=[5.0, 10.0], R=[1.0, 2.0])
    found = sweep(functions.square, lif, grid)
    ax = rb.plot_sweep(found, at=dict(tau=10, R=2))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, 4])
    with pytest.raises(rb.InvalidArgument, match=r"over 3 axes \(I, tau, R\).*at=dict"):
        rb.plot_sweep(found)
    with pytest.raises(rb.InvalidArgument, match="tau = 7 is no value of the grid; the nearest"):
        rb.plot_sweep(found, at=dict(tau=7))
    with pytest.raises(rb.UnknownName, match="'g' is not an axis"):
        rb.plot_sweep(found, at=dict(g=7))


def test_what_failed_is_hatched_and_counted(lif):
    def stop(began, done, total):
        if done == 15:
            raise KeyboardInterrupt

    grid = dict(I=np.arange(8.0), tau=[1.0, 2.0, 3.0])
    found = sweep(functions.tail, lif, grid, progress=stop)
    ax = rb.plot_sweep(found)
    assert legend(ax) == ["failed (12)", "not computed (9)"]
    (grey,) = (c for c in ax.collections if isinstance(c, PatchCollection))
    assert grey.get_hatch()
    assert len(grey.get_paths()) == 4  # one area for each value of I
    curve = rb.plot_sweep(found, at=dict(tau=2))
    assert legend(curve) == ["failed (4)"]
    assert np.isnan(curve.lines[0].get_ydata()[1:]).all()
    ends = rb.plot_sweep(found, "status")
    assert legend(ends) == ["completed", "diverged", "failed", "missing", "not finite"]


def test_scattered_failures_on_a_fine_grid_are_one_mesh(lif, monkeypatch):
    monkeypatch.setattr("rheobase.gallery.plot_sweep.MOST_AREAS", 3)
    found = sweep(functions.tail, lif, dict(I=np.arange(8.0), tau=[1.0, 2.0, 3.0]))
    ax = rb.plot_sweep(found)
    assert legend(ax) == ["failed (15)"]
    meshes = [c for c in ax.collections if isinstance(c, QuadMesh)]
    assert meshes[1].get_array().count() == 15


def test_words_and_few_numbers_get_a_colour_each(lif):
    grid = dict(I=[1.0, 2.0, 3.0], tau=[1.0, 2.0])
    found = sweep(functions.several, lif, grid)
    assert legend(rb.plot_sweep(found, "name")) == ["I1", "I2", "I3"]
    assert legend(rb.plot_sweep(found, "count")) == ["count 1", "count 2", "count 3"]
    assert legend(rb.plot_sweep(found, "large")) == ["large False", "large True"]
    assert not legend(rb.plot_sweep(found, "count", legend=False))
    line = rb.plot_sweep(found, "name", at=dict(tau=2))
    assert [text.get_text() for text in line.get_yticklabels()] == ["I1", "I2", "I3"]


def test_what_can_not_be_drawn(lif):
    found = sweep(functions.several, lif, dict(I=[1.0, 2.0]))
    with pytest.raises(rb.UnknownName, match="'spikes' is not a column of one number"):
        rb.plot_sweep(found, "spikes")
    with pytest.raises(rb.InvalidArgument, match="draws what sweep returns, not 3"):
        rb.plot_sweep(3)
    samples = rb.sweep(functions.square, lif, samples=dict(I=[1.0, 2.0]), processes=1)
    with pytest.raises(rb.InvalidArgument, match="these are samples"):
        rb.plot_sweep(samples)
    nothing = sweep(functions.tail, lif, dict(I=[1.0, 3.0]))
    with pytest.raises(rb.InvalidArgument, match="nothing to draw: 2 points; 2 failed"):
        rb.plot_sweep(nothing)
