"""The phase plane: nullclines and fixed points where they are known, the window, the words."""

import matplotlib
import numpy as np
import pytest
import rheobase as rb
from matplotlib.collections import LineCollection
from matplotlib.quiver import Quiver
from rheobase.gallery.plane import plane_of

matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")
BOX = dict(v=(-2.5, 2.5), w=(-1.0, 2.0))


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def nullclines(ax):
    return [found for found in ax.collections if isinstance(found, LineCollection)]


def test_the_nullclines_of_fitzhugh_nagumo():
    """w = v - v^3/3 + I and w = (v + a)/b."""
    model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    before = dict(matplotlib.rcParams)
    ax = rb.plot_phase_plane(model, BOX)
    assert dict(matplotlib.rcParams) == before
    cubic, line = nullclines(ax)
    v, w = np.concatenate([path.vertices for path in cubic.get_paths()]).T
    np.testing.assert_allclose(w, v - v**3 / 3 + 0.5, atol=1e-12)
    v, w = np.concatenate([path.vertices for path in line.get_paths()]).T
    a, b = model.parameters["a"], model.parameters["b"]
    np.testing.assert_allclose(w, (v + a) / b, atol=1e-12)


def test_arrows_follow_the_field_and_have_one_length():
    model = rb.models.lotka_volterra()
    ax = rb.plot_phase_plane(model, dict(x=(0.5, 6), y=(0.5, 4)))
    (quiver,) = (found for found in ax.collections if isinstance(found, Quiver))
    np.testing.assert_allclose(np.hypot(quiver.U, quiver.V), 1)
    x, y = np.array(quiver.X), np.array(quiver.Y)
    # x' = x - x y/2, y' = x y/4 - 3 y/4
    np.testing.assert_allclose(
        np.arctan2(quiver.V, quiver.U).ravel(),
        np.arctan2(x * y / 4 - 0.75 * y, x - 0.5 * x * y).ravel(),
        atol=1e-12,
    )


def test_fixed_points_of_two_variables():
    """x' = x - x^3, y' = -y rests at (-1, 0), (1, 0), stable, and at (0, 0), not."""
    model = rb.Model("two wells", "x' = x - x^3\ny' = -y", start=dict(x=0.1, y=0))
    plane = plane_of(model, dict(x=(-2, 2.1), y=(-1, 1.3)), None, None, ())
    found = [(tuple(np.round(point.x, 12)), point.stable) for point in plane.fixed_points]
    assert found == [((-1, 0), True), ((0, 0), False), ((1, 0), True)]
    faces = [line.get_markerfacecolor() for line in rb.plot_phase_plane(model).lines]
    assert "white" in faces


def test_labels_legend_and_a_run():
    model = rb.models.morris_lecar("hopf").replace(I=95)
    run = rb.simulate(model.replace(V=-20), until=100)
    ax = rb.plot_phase_plane(model, trajectories=run)
    assert ax.get_xlabel() == "membrane potential $V$ (mV)"
    assert ax.get_ylabel() == "potassium activation $w$"
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == [r"$\dot{V} = 0$", r"$\dot{w} = 0$", "unstable focus"]
    low, high = ax.get_xlim()
    assert low < run["V"].min() < run["V"].max() < high


def test_held_variables_are_named():
    ax = rb.plot_phase_plane(rb.models.hodgkin_huxley(), dict(V=(-80, 40), n=(0, 1)))
    assert ax.get_title(loc="right") == "held at $m$ = 0.0536, $h$ = 0.593"


def test_axes_can_be_chosen_and_given():
    _, mine = pyplot.subplots()
    model = rb.models.fitzhugh_nagumo()
    assert rb.plot_phase_plane(model, BOX, x="w", ax=mine, streamlines=True) is mine
    assert mine.get_xlim() == (-1.0, 2.0)
    assert mine.get_ylim() == (-2.5, 2.5)


def test_the_jump_of_a_reset_is_dotted():
    model = rb.models.izhikevich("chattering").replace(I=10)
    ax = rb.plot_phase_plane(model, trajectories=rb.simulate(model, until=60))
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert dotted
    before, after = dotted[0].get_xdata()
    assert before == pytest.approx(30, abs=1e-6)
    assert after == pytest.approx(-50, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "settings", "error", "words"),
    [
        ("logistic", {}, rb.InvalidArgument, "is a map"),
        ("leaky", {}, rb.InvalidArgument, "one state"),
        ("fitzhugh-nagumo", dict(box=dict(v=(0, 1))), rb.InvalidArgument, "two variables"),
        ("fitzhugh-nagumo", dict(box=dict(v=(0, 1), u=(0, 1))), rb.UnknownName, "'u' is not"),
        ("fitzhugh-nagumo", dict(box=dict(v=(1, 0), w=(0, 1))), rb.InvalidArgument, "must rise"),
        ("fitzhugh-nagumo", dict(box=dict(v=3, w=(0, 1))), rb.InvalidArgument, "not 3"),
        ("fitzhugh-nagumo", dict(x="v", y="v"), rb.InvalidArgument, "both 'v'"),
        ("hodgkin-huxley", dict(box=dict(V=(0, 1), n=(0, 1)), x="m"), rb.InvalidArgument, "box"),
    ],
)
def test_wrong_questions(model, settings, error, words):
    with pytest.raises(error, match=words):
        rb.plot_phase_plane(rb.models.library.named(model), **settings)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("jansen-rit", dict(x="y0", y="y3", others="start")),
        ("hodgkin-huxley", dict(box=dict(V=(-80, 40), n=(0, 1)), others="rest")),
        ("morris-lecar:homoclinic", dict(box=dict(V=(-75, 60), w=(-0.05, 0.6)))),
    ],
)
def test_note_legend_and_axes_do_not_overlap(name, settings):
    model = rb.models.named(name)
    if name.startswith("morris"):
        model = model.replace(I=37)
    ax = rb.plot_phase_plane(model, **settings)
    ax.figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    note = ax._right_title.get_window_extent()
    assert not ax.get_title(loc="right") or not legend.overlaps(note)
    assert legend.y0 >= ax.bbox.y1 - 1
    assert legend.x1 <= ax.figure.bbox.x1
    assert ax.bbox.height > 0.5 * ax.figure.bbox.height


def test_the_default_plane_of_jansen_rit_is_not_empty():
    """y0' = y3 knows neither y0 nor y1: the others are then at their steady states."""
    ax = rb.plot_phase_plane(rb.models.jansen_rit())
    assert all(len(found.get_segments()) for found in nullclines(ax))
    assert "steady" in ax.get_title(loc="right")


def test_manifolds_of_a_saddle():
    """x' = x, y' = -y + x^2: y = x^2/3 leaves the saddle, x = 0 leads to it."""
    model = rb.Model("quadratic", "x' = x\ny' = -y + x^2", start=dict(x=1, y=1))
    box = dict(x=(-2, 2), y=(-2, 2))
    ax = rb.plot_phase_plane(model, box)
    dashed = [line for line in ax.lines if line.get_label() == "stable manifold"]
    solid = [line for line in ax.lines if line.get_label() == "unstable manifold"]
    assert len(dashed) == len(solid) == 2
    for line in solid:
        x, y = line.get_data()
        np.testing.assert_allclose(y, x**2 / 3, atol=1e-6)
    without = rb.plot_phase_plane(model, box, manifolds=False)
    assert not [line for line in without.lines if "manifold" in line.get_label()]


@pytest.mark.parametrize("name, current", [("homoclinic", 37), ("snic", 20)])
def test_the_default_window_has_all_fixed_points_and_a_low_legend(name, current):
    """A node, a saddle and a focus; with the nullclines and manifolds the legend has two rows."""
    model = rb.models.morris_lecar(name).replace(I=current)
    ax = rb.plot_phase_plane(model)
    points = rb.find_fixed_points(model)
    assert len(points) == 3
    for point in points:
        assert ax.get_xlim()[0] < point["V"] < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < point["w"] < ax.get_ylim()[1]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words[-1] == "manifolds"
    ax.figure.draw_without_rendering()
    heights = {round(text.get_window_extent().y0) // 10 for text in ax.get_legend().get_texts()}
    assert len(heights) <= 2
    assert ax.bbox.width > 0.7 * ax.figure.bbox.width
    assert rb.plot_phase_plane(model, legend=False).get_legend() is None


def test_a_bistable_model_that_rests_shows_where_else_it_could():
    """x' = x - x^3 from 0.5 goes to 1; -1 and 0 are the other fixed points."""
    model = rb.Model("two wells", "x' = x - x^3\ny' = -y", start=dict(x=0.5, y=0.1))
    low, high = plane_of(model, None, None, None, ()).x_range
    assert low < -1
    assert high > 1


def test_kinds_have_their_marks():
    model = rb.Model("two wells", "x' = x - x^3\ny' = -y", start=dict(x=0.1, y=0))
    ax = rb.plot_phase_plane(model, dict(x=(-2, 2.1), y=(-1, 1.3)))
    marks = {line.get_label(): (line.get_marker(), line.get_markerfacecolor()) for line in ax.lines}
    assert marks["stable node"] == ("o", "#000000")
    assert marks["saddle"] == ("D", "white")


def test_in_larger_models_only_points_of_the_plane_are_drawn():
    model = rb.models.hodgkin_huxley().replace(I=10)
    box = dict(V=(-80, 40), n=(0, 1))
    places = {
        others: list(rb.plot_phase_plane(model, box, others=others).lines)
        for others in ("start", "rest", "steady")
    }
    assert {others: len(lines) for others, lines in places.items()} == dict(
        start=0, rest=1, steady=1
    )
