"""The picture of a plane of two parameters."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")
BOX = dict(I=(-120, 200), E_K=(-100, -20))


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def curves():
    rest = rb.continue_equilibria(rb.models.hodgkin_huxley(), "I", (0, 200))
    found = [rb.continue_bifurcation(p, ("I", "E_K"), BOX) for p in rest.all("hopf")]
    return [*found, rb.continue_bifurcation(found[0].first("BT"), kind="fold")]


def test_lines_and_labels(curves):
    ax = rb.plot_two_parameter(curves)
    ax.figure.draw_without_rendering()
    words = sorted(word for text in ax.texts if text.get_visible() for word in [text.get_text()])
    assert "".join(words).count("BT") == 2
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert set(entries) == {"fold", "Hopf, subcritical", "Hopf, supercritical", "neutral saddle"}
    assert ax.get_xlim() == BOX["I"]
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed
    subcritical = curves[0]
    below = subcritical["E_K"] < -59.8  # its Bautin point lies at -59.789 (AUTO-07p)
    assert (subcritical["l1"][below] > 0).all()


def test_the_other_way_round_and_a_part(curves):
    rest = rb.continue_equilibria(rb.models.hodgkin_huxley(), "I", (0, 200))
    turned = rb.continue_bifurcation(rest.first("hopf"), ("E_K", "I"), BOX)
    ax = rb.plot_two_parameter([curves[1], turned], box=dict(I=(0, 50)), labels=False, legend=False)
    assert ax.get_xlim() == (0, 50)
    assert ax.get_legend() is None
    assert not [text for text in ax.texts if text.get_text()]
    first, *_ = (line.get_xdata() for line in ax.lines)
    assert np.nanmax(first) <= 200


def test_wrong_questions(curves):
    rest = rb.continue_equilibria(rb.models.hodgkin_huxley(), "I", (0, 200))
    with pytest.raises(rb.InvalidArgument, match="continue_bifurcation"):
        rb.plot_two_parameter(rest)
    with pytest.raises(rb.InvalidArgument, match="no curve"):
        rb.plot_two_parameter([])
    with pytest.raises(rb.UnknownName, match="axis"):
        rb.plot_two_parameter(curves, box=dict(V=(0, 1)))
    with pytest.raises(rb.UnknownName):
        rb.plot_two_parameter(curves, labels=["nonsense"])
    other = rb.continue_bifurcation(rest.first("hopf"), ("I", "g_K"), dict(I=(0, 50), g_K=(30, 40)))
    with pytest.raises(rb.InvalidArgument, match="one plane"):
        rb.plot_two_parameter([curves[0], other])
