"""Phase responses, isochrons and basins: what is drawn, and how it is labelled."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb
from matplotlib.colors import same_color
from rheobase.gallery.style import BLACK, BLUE, VERMILION

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")
TWO_WELLS = rb.Model("two wells", "x' = x - x^3\ny' = -y", start=dict(x=1, y=0))


@pytest.fixture(scope="module")
def cycle():
    return rb.find_limit_cycle(rb.models.morris_lecar("hopf").replace(I=150))


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def test_a_phase_response(cycle):
    before = dict(matplotlib.rcParams)
    response = rb.phase_response(cycle)
    ax = rb.plot_phase_response(response)
    assert dict(matplotlib.rcParams) == before
    assert ax.get_ylabel() == "response to $V$ (cycles per mV)"
    assert ax.get_xlim() == (0, 1)
    line = ax.lines[-1]
    assert line.get_xdata()[-1] == 1
    assert line.get_ydata()[0] == line.get_ydata()[-1]
    np.testing.assert_array_equal(line.get_ydata()[:-1], response["V"])
    again = rb.plot_phase_response(cycle, "I", scale=2, label="to I", color="C1", ax=ax)
    assert again is ax
    assert ax.get_ylabel() == "response to $I$ (cycles per µA/cm² ms)"
    np.testing.assert_allclose(ax.lines[-1].get_ydata()[:-1], 2 * response["I"], rtol=1e-8)
    assert ax.lines[-1].get_label() == "to I"


def test_isochrons(cycle):
    found = rb.isochrons(cycle, dict(V=(-75, 60), w=(0, 0.7)), count=3)
    ax = rb.plot_isochrons(found)
    assert ax.get_xlim() == (-75, 60)
    assert ax.get_xlabel() == "membrane potential $V$ (mV)"
    colors = [line.get_color() for line in ax.lines]
    segments = [len(curve.segments) for curve in found]
    assert sum(same_color(color, VERMILION) for color in colors) == segments[0] + 1
    assert sum(same_color(color, BLUE) for color in colors) == sum(segments[1:])
    assert sum(same_color(color, BLACK) for color in colors) == 3


def test_basins():
    found = rb.basins(TWO_WELLS, dict(x=(-2, 2), y=(-1, 1)), (10, 6))
    ax = rb.plot_basins(found)
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), found.labels)
    assert image.get_extent() == [-2, 2, -1, 1]
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["fixed point: 50 %", "fixed point: 50 %"]
    assert rb.plot_basins(found, legend=False).get_legend() is None


@pytest.mark.parametrize(
    ("plot", "thing", "words"),
    [
        (rb.plot_phase_response, 3, "takes a LimitCycle"),
        (rb.plot_isochrons, 3, "draws what isochrons returns"),
        (rb.plot_basins, 3, "draws what basins returns"),
        (rb.plot_basins, rb.basins(TWO_WELLS, dict(x=(0, 1)), samples=5), "these are samples"),
    ],
)
def test_wrong_things(plot, thing, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        plot(thing)


def test_a_dissection():
    found = rb.dissect(rb.models.hindmarsh_rose("bursting"), "z")
    ax = rb.plot_dissection(found)
    burst = ax.lines[-1]
    np.testing.assert_array_equal(burst.get_xdata(), found["z"])
    np.testing.assert_array_equal(burst.get_ydata(), found["x"])
    assert ax.get_xlabel() == "slow adaptation current $z$"
    assert ax.get_ylim()[1] > found["x"].max()
    with pytest.raises(rb.InvalidArgument, match="draws what dissect returns"):
        rb.plot_dissection(found.diagram)
