"""Rasters: a dot a spike, populations above one another, rates below."""

from itertools import pairwise

import pytest
import rheobase as rb
from matplotlib import pyplot


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def run():
    trains = dict(
        E=rb.SpikeTrain([1.0, 2.0, 30.0], [0, 3, 2], size=4),
        I=rb.SpikeTrain([5.0, 15.0, 45.0], [1, 0, 1], size=2),
    )
    return rb.Network(trains).simulate(50, step=0.5)


def test_dots_are_the_spikes(run):
    above, below = rb.plot_raster(run, rates=10)
    first, second = above.lines[0], above.lines[1 if len(above.lines) == 2 else 2]
    assert first.get_xdata().tolist() == [1, 2, 30]
    assert first.get_ydata().tolist() == [0, 3, 2]
    assert second.get_ydata().tolist() == [5, 4, 5]
    assert above.get_ylabel() == "neuron"
    assert above.get_xlim() == (0, 50)
    stairs = below.patches[0].get_data()
    assert stairs.values == pytest.approx([0.05, 0, 0, 0.025, 0])
    assert below.get_ylabel() == "rate (1/time)"


def test_one_population_in_a_part_of_time(run):
    ax = rb.plot_raster(run, "I", between=(10, 50), rates=False)
    assert ax.lines[0].get_xdata().tolist() == [15, 45]
    given = pyplot.figure().subplots()
    assert rb.plot_raster(run, ax=given) is given


def test_many_spikes_are_thinned_and_it_is_said():
    train = rb.SpikeTrain.poisson(0.5, 100, 100, seed=1)
    run = rb.Network(dict(p=train)).simulate(100, step=1)
    ax = rb.plot_raster(run, rates=False, most=1000)
    who = ax.lines[0].get_ydata()
    assert len(who) <= 1100
    every = int(ax.get_ylabel().split()[-1].rstrip(")"))
    assert (who % every == 0).all()
    assert ax.lines[0].get_rasterized()


def test_dots_are_as_high_as_rows_of_a_small_population():
    train = rb.SpikeTrain.poisson(0.01, 90, 100, seed=1)
    ax = rb.plot_raster(rb.Network(dict(p=train)).simulate(100, step=1), rates=False)
    ax.figure.canvas.draw()
    row = 72 / ax.figure.dpi * ax.get_window_extent().height / 90
    width = ax.lines[0].get_markersize() / 2  # matplotlib's "." is half as wide as its size
    assert 0.7 < width / row < 1.3


def test_names_have_their_colours_and_do_not_overprint():
    sizes = [1, 1, 400, 1, 1, 1, 200, *[1] * 12]
    trains = {f"p{k}": rb.SpikeTrain([1.0], size=size) for k, size in enumerate(sizes)}
    run = rb.Network(trains).simulate(5, step=0.5)
    ax = rb.plot_raster(run, rates=False, colors=dict(p3="black"))
    ax.figure.canvas.draw()
    (side,) = ax.child_axes
    labels = side.get_yticklabels()
    assert [label.get_text() for label in labels] == list(trains)
    colours = {line.get_label(): line.get_color() for line in ax.lines}
    assert all(label.get_color() == colours[label.get_text()] for label in labels)
    assert labels[3].get_color() == "black"
    boxes = [label.get_window_extent() for label in labels]
    overlaps = [low.y1 - high.y0 for low, high in pairwise(boxes)]
    assert max(overlaps) < 0.5


def test_refusals(run):
    with pytest.raises(rb.UnknownName, match="'X' is not a population"):
        rb.plot_raster(run, "X")
    with pytest.raises(rb.InvalidArgument, match="must rise and lie in the run's time"):
        rb.plot_raster(run, between=(40, 60))
    with pytest.raises(rb.InvalidArgument, match=r"draws what Network\.simulate returns"):
        rb.plot_raster([1, 2])
    with pytest.raises(rb.InvalidArgument, match="leave out rates"):
        rb.plot_raster(run, ax=pyplot.figure().subplots(), rates=5)
