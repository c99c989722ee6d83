"""The diagram's picture: where lines are full, where labels stand, what the axes say."""

from itertools import pairwise

import matplotlib
import numpy as np
import pytest
import rheobase as rb
from rheobase.gallery.branch_curves import pieces, window
from rheobase.gallery.smooth_curve import akima_slopes, spline_slopes, through

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def morris_lecar():
    return rb.bifurcation_diagram(rb.models.morris_lecar("snic"), "I", (0, 250))


@pytest.fixture(scope="module")
def hodgkin_huxley():
    return rb.bifurcation_diagram(rb.models.hodgkin_huxley(), "I", (0, 200))


def labels(ax):
    """The texts that are shown, and their boxes in pixels."""
    ax.figure.draw_without_rendering()
    shown = [text for text in ax.texts if text.get_visible()]
    return shown, [text.get_window_extent() for text in shown]


def curves(ax):
    """Points of all lines in pixels, dense."""
    found = []
    for line in ax.lines:
        place = line.get_transform().transform(np.column_stack(line.get_data()))
        for a, b in pairwise(place):
            found.append(a + np.linspace(0, 1, 30)[:, None] * (b - a))
    return np.concatenate(found)


@pytest.mark.parametrize("width", [85, 180, 45])
@pytest.mark.parametrize("y", [None, "frequency", "period"])
@pytest.mark.parametrize("name", ["morris_lecar", "hodgkin_huxley"])
def test_labels_overlap_neither_each_other_nor_the_frame(name, y, width, request):
    diagram = request.getfixturevalue(name)
    figure = pyplot.figure(figsize=(width / 25.4, 60 / 25.4), layout="constrained")
    ax = rb.plot_bifurcation_diagram(diagram, y, ax=figure.add_subplot())
    shown, boxes = labels(ax)
    assert shown
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            assert not box.overlaps(other)
        assert ax.bbox.x0 <= box.x0 < box.x1 <= ax.bbox.x1
        assert ax.bbox.y0 <= box.y0 < box.y1 <= ax.bbox.y1


@pytest.mark.parametrize("name", ["morris_lecar", "hodgkin_huxley"])
def test_labels_stand_off_the_curves(name, request):
    ax = rb.plot_bifurcation_diagram(request.getfixturevalue(name))
    shown, boxes = labels(ax)
    points = curves(ax)
    for text, box in zip(shown, boxes, strict=True):
        covered = (points > box.min).all(axis=1) & (points < box.max).all(axis=1)
        assert not covered.any(), text.get_text()


def test_points_that_lie_on_one_another_share_a_label(hodgkin_huxley):
    shown, _ = labels(rb.plot_bifurcation_diagram(hodgkin_huxley))
    words = [text.get_text() for text in shown]
    assert any("PD" in word and "LPC" in word for word in words)
    enlarged = rb.plot_bifurcation_diagram(
        hodgkin_huxley, box=dict(I=(7.715, 7.815), V=(-56, -37)), labels=["PD"]
    )
    shown, _ = labels(enlarged)
    assert sum(int(w[0]) if w[0].isdigit() else 1 for w in (t.get_text() for t in shown)) == 5


def test_lines_change_their_style_exactly_at_the_special_points(morris_lecar):
    """The subcritical family: unstable from the Hopf point to the fold, stable to the SNIC."""
    (family,) = morris_lecar.cycles
    fold = family.first("cycle fold").value
    unstable, stable = pieces(family, family["V_max"])
    assert (unstable.stable, stable.stable) == (False, True)
    assert unstable.x[0] == pytest.approx(97.6461639215, abs=1e-8)
    assert unstable.x[-1] == stable.x[0] == fold
    rest = next(b for b in morris_lecar.equilibria if b.all("fold"))
    below, above = sorted(pieces(rest, rest["V"]), key=lambda piece: piece.y.mean())
    assert (below.stable, above.stable) == (True, False)
    assert below.x[-1] == pytest.approx(39.9631530927, abs=1e-8)


def test_between_two_special_rows_the_other_multipliers_decide(hodgkin_huxley):
    """AUTO-07p: cycles are unstable from the Hopf point to the last fold, at I = 6.144."""
    family = hodgkin_huxley.cycles[0]
    styles = [(piece.stable, piece.x[0], piece.x[-1]) for piece in pieces(family, family["V_max"])]
    assert [style[0] for style in styles] == [False, True]
    assert styles[1][1:] == pytest.approx((6.14422127, 154.40633367), rel=1e-6)


def test_dashes_are_for_the_unstable(morris_lecar):
    ax = rb.plot_bifurcation_diagram(morris_lecar)
    at_rest = {line.get_linestyle() for line in ax.lines if line.get_color() == "#000000"}
    assert {"-", "--"} <= at_rest
    (full,) = [
        line
        for line in ax.lines
        if line.get_color() == "#000000" and line.get_linestyle() == "-" and line.get_ydata()[0] < 0
    ]
    assert full.get_xdata().max() == pytest.approx(39.9631530927, abs=1e-8)


def test_axes_legend_and_settings(morris_lecar):
    before = dict(matplotlib.rcParams)
    _, mine = pyplot.subplots()
    assert rb.plot_bifurcation_diagram(morris_lecar, ax=mine) is mine
    assert dict(matplotlib.rcParams) == before
    assert mine.get_xlabel() == "injected current $I$ (µA/cm²)"
    assert mine.get_ylabel() == "membrane potential $V$ (mV)"
    words = [text.get_text() for text in mine.get_legend().get_texts()]
    assert words == ["equilibria", "cycles", "unstable"]
    bare = rb.plot_bifurcation_diagram(morris_lecar, "w", labels=False, legend=False)
    assert bare.get_legend() is None
    assert not labels(bare)[0]
    assert rb.plot_bifurcation_diagram(morris_lecar, "period").get_ylabel() == "period $T$ (ms)"


def test_a_period_that_diverges_does_not_fill_the_axes(morris_lecar):
    ax = rb.plot_bifurcation_diagram(morris_lecar, "period")
    assert morris_lecar.cycles[0]["period"].max() > 1e4
    assert ax.get_ylim()[1] < 200
    rate = rb.plot_bifurcation_diagram(morris_lecar, "frequency")
    hopf = 1000 * 0.2527480806336796 / (2 * np.pi)  # omega: mpmath
    assert rate.get_ylim()[1] > hopf
    assert any(line.get_linestyle() == ":" for line in rate.lines)


def test_the_mark_of_an_infinite_period_stands_on_the_frame(morris_lecar):
    ax = rb.plot_bifurcation_diagram(morris_lecar, "period")
    (mark,) = [line for line in ax.lines if line.get_marker() == "X"]
    assert mark.get_xdata()[0] == pytest.approx(39.9631530927, abs=1e-8)
    assert mark.get_ydata()[0] == ax.get_ylim()[1]
    assert max(np.max(line.get_ydata()) for line in ax.lines) > ax.get_ylim()[1]


def test_the_legend_names_only_what_is_seen(morris_lecar):
    """Below the fold of cycles, on I = 50 to 80, all cycles are stable."""
    ax = rb.plot_bifurcation_diagram(morris_lecar, "period", box=dict(I=(50, 80)))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["cycles"]


def test_one_branch_is_drawn_too(morris_lecar):
    ax = rb.plot_bifurcation_diagram(morris_lecar.cycles[0])
    words = {text.get_text() for text in labels(ax)[0]}
    assert words == {"LPC", "SNIC"}


def test_a_branch_that_runs_away_does_not_stretch_the_axes():
    """x = 1/lambda beside x = 1: all of the latter is seen."""
    value = np.linspace(0.001, 1, 200)
    low, high = window([(value, np.ones(200)), (value, 1 / value)])
    assert low < 1 < high < 100
    low, high = window([(value, np.ones(200)), (value, 1 + value)])
    assert low < 1
    assert high > 2


def test_curves_pass_through_their_points_and_are_smooth_between():
    angle = np.linspace(0, 2 * np.pi, 25)
    x, y = through(np.cos(angle), np.sin(angle), 8)
    np.testing.assert_allclose(x[::8], np.cos(angle), atol=1e-14)
    np.testing.assert_allclose(np.hypot(x, y), 1, atol=2e-4)


def test_the_slopes_are_those_of_scipy():
    """CubicSpline with the same end slopes; Akima1DInterpolator with method="makima"."""
    from scipy.interpolate import Akima1DInterpolator, CubicSpline

    s = np.array([0.0, 0.1, 0.5, 0.6, 1.4, 2.0])
    y = np.array([[0.0, 1.0], [0.3, 1.0], [0.2, 1.0], [0.9, 2.0], [1.0, -1.0], [4.0, 0.0]])
    h = np.diff(s)[:, None]
    d = np.diff(y, axis=0) / h
    found = spline_slopes(h, d)
    spline = CubicSpline(s, y, bc_type=((1, found[0]), (1, found[-1])))
    np.testing.assert_allclose(found, spline(s, 1), atol=1e-12)
    akima = Akima1DInterpolator(s, y, method="makima")
    np.testing.assert_allclose(akima_slopes(d), akima(s, 1), atol=1e-12)
    bent = [np.interp(part, [0, 1, 2], [0.0, 0.0, 5.0]) for part in np.linspace(0, 2, 9)]
    _, fine = through(np.arange(9.0), np.array(bent), 10)
    assert fine.min() > -0.01 * 5  # beside a kink


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        (dict(y="n"), rb.UnknownName, "'n' is not a state of Morris-Lecar"),
        (dict(box=dict(J=(0, 1))), rb.UnknownName, "'J'"),
        (dict(box=dict(I=(3, 3))), rb.InvalidArgument, "two different finite numbers"),
        (dict(box=dict(V="low")), rb.InvalidArgument, "not 'low'"),
        (dict(box=3), rb.InvalidArgument, "box is a mapping"),
        (dict(labels=["hopp"]), rb.UnknownName, "hopp"),
    ],
)
def test_wrong_questions(settings, error, words, morris_lecar):
    with pytest.raises(error, match=words):
        rb.plot_bifurcation_diagram(morris_lecar, **settings)


def test_only_branches_of_one_model_are_drawn(morris_lecar, hodgkin_huxley):
    with pytest.raises(rb.InvalidArgument, match="not 3"):
        rb.plot_bifurcation_diagram(3)
    with pytest.raises(rb.InvalidArgument, match="of one model"):
        rb.plot_bifurcation_diagram([morris_lecar.branches[0], hodgkin_huxley.branches[0]])
    with pytest.raises(rb.InvalidArgument, match="no branch"):
        rb.plot_bifurcation_diagram([])


def test_a_family_that_begins_at_a_snic_is_drawn_once():
    """Where a run finds the family it is followed both ways: the SNIC is its first row."""
    model = rb.models.named("sodium-potassium:snic")
    family = rb.bifurcation_diagram(model, "I", (0, 50)).cycles[0]
    ax = rb.plot_bifurcation_diagram(family)
    length = [np.ptp(line.get_xdata()) for line in ax.lines if line.get_color() == "#0072b2"]
    assert sorted(length)[-3] < 0.1  # two long ones: the greatest and the least value
