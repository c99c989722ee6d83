"""Nullclines: on the curve to rounding, every branch, nothing joined that isn't."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase import find_nullclines
from rheobase.analysis.plane_field import plane_field
from scipy.optimize import brentq


def rates(model, box, others="start"):
    """The larger of |f| on each nullcline, in units of |f| a thousandth of the box away."""
    plane = plane_field(model, box, others)
    worst = []
    for index, nullcline in enumerate(find_nullclines(model, box, others=others)):
        for segment in nullcline.segments:
            x, y = segment.T
            f = np.abs(plane.rates(x, y)[index])
            slope = np.abs(plane.gradients(x, y)[index])
            size = slope[0] * np.ptp(plane.x_range) + slope[1] * np.ptp(plane.y_range)
            worst.append(np.nanmax(f / np.maximum(size, 1e-300)))
    return max(worst)


PLANES = [
    ("fitzhugh-nagumo", dict(v=(-2.5, 2.5), w=(-1, 2)), "start"),
    ("morris-lecar", dict(V=(-70, 60), w=(-0.1, 1)), "start"),
    ("lotka-volterra", dict(x=(0.0, 6), y=(0.0, 4)), "start"),
    ("hodgkin-huxley", dict(V=(-90, 60), n=(0, 1)), "start"),
    ("hodgkin-huxley", dict(n=(0, 1), h=(0, 1)), "rest"),
    ("hodgkin-huxley", dict(V=(-90, 60), n=(0, 1)), "steady"),
    ("wilson-cowan", dict(E=(-0.1, 0.6), I=(-0.1, 0.6)), "start"),
    ("jansen-rit", dict(y1=(-5, 40), y2=(-5, 40)), "steady"),
    ("henon", dict(x=(-2, 2), y=(-1, 1)), "start"),
]


@pytest.mark.parametrize(("name", "box", "others"), PLANES)
def test_every_point_lies_on_the_curve(name, box, others):
    assert rates(rb.models.named(name), box, others) < 1e-13


def test_closed_forms_of_fitzhugh_nagumo():
    """w = v - v^3/3 + I and w = (v + a)/b, from border to border."""
    model = rb.models.fitzhugh_nagumo().replace(I=0.5)
    cubic, line = find_nullclines(model, dict(v=(-2.5, 2.5), w=(-1, 2)))
    ((v, w),) = (segment.T for segment in cubic.segments)
    np.testing.assert_allclose(w, v - v**3 / 3 + 0.5, atol=1e-14)
    # where the cubic meets the upper and the lower border
    ends = [
        brentq(lambda v, w=w: v - v**3 / 3 + 0.5 - w, *where)
        for w, where in ((2, (-2.5, -2)), (-1, (2, 2.5)))
    ]
    np.testing.assert_allclose(v[[0, -1]], ends, atol=1e-12)
    a, b = model.parameters["a"], model.parameters["b"]
    ((v, w),) = (segment.T for segment in line.segments)
    np.testing.assert_allclose(w, (v + a) / b, atol=1e-14)


def test_lines_at_which_a_factor_vanishes():
    """x' = x (1 - y/2), y' = y (x - 3)/4: x = 0 and y = 2; y = 0 and x = 3."""
    nullclines = find_nullclines(rb.models.lotka_volterra(), dict(x=(0, 6), y=(0, 4)))
    spans = [
        sorted(
            (segment.min(axis=0).round(9) + 0.0).tolist() + (segment.max(axis=0).round(9)).tolist()
            for segment in nullcline.segments
        )
        for nullcline in nullclines
    ]
    assert spans[0] == [[0, 0, 0, 4], [0, 2, 6, 2]]
    assert spans[1] == [[0, 0, 6, 0], [3, 0, 3, 4]]


def test_poles_separate_branches():
    """y = tan(3x) has six poles in (-3, 3): seven branches, each rising."""
    model = rb.Model("tangent", "x' = y*cos(3*x) - sin(3*x)\ny' = -y", start=dict(x=0, y=0))
    tangent = find_nullclines(model, dict(x=(-3, 3), y=(-3, 3)))[0]
    assert len(tangent.segments) == 7
    for segment in tangent.segments:
        assert (np.diff(segment[:, 0]) > 0).all()
        assert (np.diff(segment[:, 1]) > 0).all()
    inner = [s for s in tangent.segments if np.abs(s[:, 0]).max() < 2.5]
    assert all(np.ptp(segment[:, 1]) > 5.999 for segment in inner)


def test_a_pole_is_no_zero():
    """1/(y - x) changes its sign along y = x and vanishes nowhere."""
    text = "x' = 1/(y - x) + 0*x^2\ny' = x^2 + y^2 - 1"
    model = rb.Model("pole", text, start=dict(x=0, y=1))
    pole, circle = find_nullclines(model, dict(x=(-2, 2), y=(-2, 2)))
    assert pole.segments == ()
    assert len(circle.segments) == 1


def test_a_jump_ends_a_branch():
    """x^2 + y^2 = 1 on the left, 1/2 on the right of the jump."""
    text = "x' = -x\ny' = x^2 + y^2 - 1 + 0.5*heaviside(x)"
    model = rb.Model("jump", text, start=dict(x=1, y=1))
    circle = find_nullclines(model, dict(x=(-2, 2), y=(-2, 2)))[1]
    assert len(circle.segments) == 2
    for segment in circle.segments:
        radius = np.hypot(*segment.T)
        assert np.ptp(radius) < 1e-12
        assert radius[0] == pytest.approx(1.0) or radius[0] == pytest.approx(0.5**0.5)


@settings(deadline=None, max_examples=15)
@given(st.floats(0.3, 1.2), st.floats(-0.5, 0.5), st.floats(0.4, 2.0))
def test_a_closed_curve_is_one_closed_branch(radius, centre, stretch):
    """An ellipse: its length by scipy's elliptic integral."""
    from scipy.special import ellipe

    model = rb.Model(
        "ellipse",
        "x' = ((x - c)/s)^2 + y^2 - r^2\ny' = -y",
        parameters=dict(c=centre, s=stretch, r=radius),
        start=dict(x=0, y=0),
    )
    (segment,) = find_nullclines(model, dict(x=(-4, 4), y=(-2, 2)))[0].segments
    np.testing.assert_allclose(segment[0], segment[-1], atol=1e-12)
    a, b = radius * max(stretch, 1), radius * min(stretch, 1)
    length = np.hypot(*np.diff(segment, axis=0).T).sum()
    assert length == pytest.approx(4 * a * ellipe(1 - (b / a) ** 2), rel=1e-3)


def test_hyperbolas_are_not_joined():
    """x y = 1e-4 passes the origin within a cell on both sides."""
    model = rb.Model("hyperbola", "x' = sin(x)*sin(y) - 1e-4\ny' = -y", start=dict(x=1, y=1))
    branches = find_nullclines(model, dict(x=(-1, 1), y=(-1, 1)))[0].segments
    assert len(branches) == 2
    for branch in branches:
        assert len(set(np.sign(branch).prod(axis=1))) == 1
        assert np.ptp(np.sign(branch[:, 0])) == 0


def test_others_at_steady_state():
    """The V-nullcline of Hodgkin-Huxley with m and h at their steady states, solved by scipy."""
    model = rb.models.hodgkin_huxley()
    nullcline = find_nullclines(model, dict(V=(-70, 20), n=(0, 1)), others="steady")[0]
    p = model.parameters
    for v, n in np.concatenate(nullcline.segments)[::40]:
        am, bm = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
        ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
        m, h = am / (am + bm), ah / (ah + bh)
        sodium = p["g_Na"] * m**3 * h * (v - p["E_Na"])
        rest = p["I"] - sodium - p["g_L"] * (v - p["E_L"])
        assert p["g_K"] * n**4 * (v - p["E_K"]) == pytest.approx(rest, rel=1e-9)
    assert nullcline.held == {}


def test_others_at_rest_and_at_fixed_values():
    model = rb.models.hodgkin_huxley().replace(I=10)
    box = dict(V=(-80, 40), n=(0, 1))
    (point,) = rb.find_fixed_points(model)
    at_rest = find_nullclines(model, box, others="rest")[0]
    assert at_rest.held == {"m": point["m"], "h": point["h"]}
    fixed = find_nullclines(model, box, others=dict(h=0.5))[0]
    assert fixed.held == {"m": model.start["m"], "h": 0.5}


def test_where_nullclines_cross_the_model_rests():
    """The V- and w-nullclines of Morris-Lecar meet where find_fixed_points says."""
    model = rb.models.morris_lecar("snic").replace(I=20)
    v_curve, w_curve = find_nullclines(model, dict(V=(-70, 40), w=(-0.05, 1)))
    (v_line,), (w_line,) = v_curve.segments, w_curve.segments
    for point in rb.find_fixed_points(model):
        for line in (v_line, w_line):
            assert np.interp(point["V"], *line.T) == pytest.approx(point["w"], abs=1e-4)


@pytest.mark.parametrize(
    ("box", "others", "words"),
    [
        (dict(V=(-80, 20)), "start", "box names two variables"),
        (dict(V=(-80, 20), u=(0, 1)), "start", "'u' is not a state"),
        (dict(V=(-80, 20), n=(1, 0)), "start", "must rise"),
        (dict(V=(-80, 20), n=(0, 1)), "frozen", "others is 'start', 'rest', 'steady'"),
        (dict(V=(-80, 20), n=(0, 1)), dict(n=0.5), "in the plane"),
        (dict(V=(-80, 20), n=(0, 1)), dict(q=0.5), "'q' is not a state"),
    ],
)
def test_wrong_questions(box, others, words):
    with pytest.raises(rb.RheobaseError, match=words):
        find_nullclines(rb.models.hodgkin_huxley(), box, others=others)


def test_more_wrong_questions():
    model = rb.models.fitzhugh_nagumo()
    with pytest.raises(rb.InvalidArgument, match="resolution is a whole number"):
        find_nullclines(model, dict(v=(-2, 2), w=(-1, 1)), resolution=2)
    restless = rb.Model("ramp", "x' = 1 + x^2\ny' = -y\nz' = -z", start=dict(x=0, y=0, z=0))
    with pytest.raises(rb.NotFound, match="no rest state"):
        find_nullclines(restless, dict(x=(-2, 2), y=(-1, 1)), others="rest")


def test_it_prints_and_converts():
    nullcline = find_nullclines(rb.models.fitzhugh_nagumo(), dict(v=(-2, 2), w=(-1, 2)))[1]
    assert repr(nullcline).startswith("<Nullcline of w in FitzHugh-Nagumo, plane of v and w: 1 br")
    assert nullcline.to_dict()["segments"][0][0] == nullcline.segments[0][0].tolist()
    with pytest.raises(ValueError, match="read-only"):
        nullcline.segments[0][0, 0] = 1
