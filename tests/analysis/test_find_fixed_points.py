"""Fixed points: all of them, where they are known from elsewhere, and what is said of the rest."""

import tomllib
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import rheobase as rb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rooms import ROOT

REFERENCE = tomllib.loads((ROOT / "tests/reference/fixed_points.toml").read_text("utf-8"))["point"]


def model_of(row):
    return rb.models.named(row["model"]).replace(row["set"])


@pytest.mark.parametrize("row", REFERENCE, ids=lambda r: f"{r['model']} {list(r['set'].values())}")
def test_the_reference_table(row):
    points = rb.find_fixed_points(model_of(row))
    assert points.complete
    point = min(points, key=lambda point: np.abs(point.x - row["state"]).max())
    np.testing.assert_allclose(point.x, row["state"], rtol=1e-9, atol=1e-12)
    if "eigenvalues" in row:
        for value in (complex(*pair) for pair in row["eigenvalues"]):
            assert np.abs(point.eigenvalues - value).min() < 1e-9 * abs(value)
    else:
        assert np.abs(point.eigenvalues - 1j * row["omega"]).min() < 1e-9 * row["omega"]


def polynomial(roots, scale=1.0):
    factors = "*".join(f"(x/({scale!r}) - ({root!r}))" for root in roots)
    return rb.Model("planted", f"x' = ({scale!r})*{factors}", start=dict(x=0))


separated = st.lists(st.integers(-40, 40).map(lambda n: n / 4), min_size=1, max_size=5, unique=True)


@settings(deadline=None, max_examples=40)
@given(separated, st.sampled_from([1.0, 1e-3, 37.0]))
def test_planted_roots_are_all_found(roots, scale):
    """And they alternate: the slope of a product changes its sign from root to root."""
    points = rb.find_fixed_points(polynomial(roots, scale))
    assert points.complete
    np.testing.assert_allclose(
        [point["x"] for point in points], np.sort(roots) * scale, rtol=1e-9, atol=1e-12
    )
    stable = [point.stable for point in points]
    assert all(a != b for a, b in pairwise(stable))
    assert not stable[-1]


@settings(deadline=None, max_examples=25)
@given(*(st.floats(-3, 3) for _ in range(4)))
def test_expanded_cubics(a, b, c, d):
    """Against mpmath's roots of a x^3 + b x^2 + c x + d, where they are simple and real."""
    assume(abs(a) > 0.05)
    roots = [mpmath.mpc(r) for r in mpmath.polyroots([a, b, c, d], maxsteps=500, extraprec=200)]
    assume(all(abs(r - s) > 1e-3 for i, r in enumerate(roots) for s in roots[:i]))
    real = sorted(float(r.real) for r in roots if abs(r.imag) < 1e-12)
    assume(all(abs(r.imag) < 1e-12 or abs(r.imag) > 1e-3 for r in roots))
    model = rb.Model(
        "cubic",
        "x' = a*x^3 + b*x^2 + c*x + d",
        parameters=dict(a=a, b=b, c=c, d=d),
        start=dict(x=0),
    )
    points = rb.find_fixed_points(model)
    assert points.complete
    np.testing.assert_allclose([point["x"] for point in points], real, rtol=1e-8, atol=1e-9)


@settings(deadline=None, max_examples=20)
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_units_of_the_states_do_not_matter(a, b):
    """FitzHugh-Nagumo at I = 0.5 in units a and b; v^3/3 + ... has the one root known to mpmath."""
    text = "v' = a*(v/a - (v/a)^3/3 - w/b + 0.5)\nw' = b*0.08*(v/a + 0.7 - 0.8*w/b)"
    model = rb.Model("scaled", text, parameters=dict(a=a, b=b), start=dict(v=0, w=0))
    # w = (v + 0.7)/0.8
    root = mpmath.findroot(lambda v: v - v**3 / 3 - (v + 0.7) / 0.8 + 0.5, -0.8)
    far = dict(v=(-10 * a, 10 * a))
    points = rb.find_fixed_points(model, far)
    assert points.complete
    assert len(points) == 1
    assert points[0]["v"] / a == pytest.approx(float(root), rel=1e-12)
    assert points[0].kind == "unstable focus"


def test_two_equations():
    """x' = x^2 + y^2 - 4, y' = x y - 1: y^2 = 2 +- sqrt(3), x = 1/y."""
    model = rb.Model("circle", "x' = x^2 + y^2 - 4\ny' = x*y - 1", start=dict(x=1, y=1))
    points = rb.find_fixed_points(model)
    assert points.complete
    y = np.array([s * np.sqrt(2 + r * np.sqrt(3)) for s in (-1, 1) for r in (-1, 1)])
    wanted = sorted(zip(1 / y, y, strict=True))
    np.testing.assert_allclose([point.x for point in points], wanted, rtol=1e-14)


def test_two_equations_that_nothing_reduces():
    """sin(3x) + y^2 x = 1, cos(x y) + x^2 y = 1/2, against mpmath from the points found, and the
    count against a sign count on a fine grid (found by scipy's fsolve from 400 starts)."""
    from scipy.optimize import fsolve

    text = "x' = sin(3*x) + y^2*x - 1\ny' = cos(x*y) + x^2*y - 0.5"
    model = rb.Model("waves", text, start=dict(x=0.1, y=0.1))
    points = rb.find_fixed_points(model, dict(x=(-3, 3), y=(-3, 3)))
    assert points.complete

    def equations(z):
        x, y = z
        return [np.sin(3 * x) + y**2 * x - 1, np.cos(x * y) + x**2 * y - 0.5]

    found = set()
    for start in np.stack(np.meshgrid(np.linspace(-3, 3, 20), np.linspace(-3, 3, 20)), -1).reshape(
        -1, 2
    ):
        z, _, status, _ = fsolve(equations, start, full_output=True, xtol=1e-13)
        if status == 1 and (np.abs(z) <= 3).all() and np.abs(equations(z)).max() < 1e-9:
            found.add(tuple(np.round(z, 7) + 0.0))
    assert {tuple(np.round(point.x, 7) + 0.0) for point in points} == found
    assert len(found) > 2


def test_linear_blocks_and_markov_chains():
    """A channel C <-> O <-> B whose occupancies follow from V by detailed balance."""
    text = """
    V' = I - g*O*V - V
    C' = b*O*exp(-V) - a*exp(V)*C + 0.1*(1 - C - O - B)
    O' = a*exp(V)*C - b*exp(-V)*O + k*B - l*O
    B' = l*O - k*B
    """
    model = rb.Model(
        "channel",
        text,
        parameters=dict(I=1.0, g=2.0, a=1.0, b=2.0, k=0.5, l=0.7),
        start=dict(V=0, C=1, O=0, B=0),
    )
    points = rb.find_fixed_points(model)
    assert points.complete
    (point,) = points
    # at rest O/C = (a/b) exp(2V), B/O = l/k, C + O + B = 1
    ratio = 0.5 * np.exp(2 * point["V"])
    occupied = ratio / (1 + ratio + 1.4 * ratio)
    assert point["O"] == pytest.approx(occupied, rel=1e-12)
    assert point["V"] == pytest.approx(1 / (1 + 2 * occupied), rel=1e-12)


def test_many_variables_are_searched_without_a_proof():
    """Five coupled cubics, each with three roots: 243 fixed points at weak coupling."""
    names = [f"x{i}" for i in range(4)]
    text = "\n".join(
        f"{x}' = {x} - {x}^3 + 0.01*sin({y})*{x}^2"
        for x, y in zip(names, names[1:] + names[:1], strict=True)
    )
    model = rb.Model("ring", text, start=dict.fromkeys(names, 0.5))
    points = rb.find_fixed_points(model, dict.fromkeys(names, (-2, 2)))
    assert not points.complete
    assert "Newton" in points.reason
    assert len(points) > 20
    assert max(point.residual for point in points) < 1e-13


def test_a_saddle_node_is_found_but_not_proved():
    """V - exp(V) + 1 has a double zero at 0."""
    model = rb.Model("fold", "V' = V - exp(V) + I", parameters=dict(I=1.0), start=dict(V=1))
    points = rb.find_fixed_points(model)
    assert not points.complete
    assert "near V" in points.reason
    (point,) = points
    assert point.kind == "degenerate"
    assert abs(point["V"]) < 1e-7
    assert len(rb.find_fixed_points(model.replace(I=1.0001))) == 2
    none = rb.find_fixed_points(model.replace(I=0.9999))
    assert none.complete
    assert len(none) == 0


def test_close_pairs_are_told_apart():
    """x^2 = mu: +-1e-6 at mu = 1e-12."""
    model = rb.Model("fold", "x' = mu - x^2", parameters=dict(mu=1e-12), start=dict(x=1))
    points = rb.find_fixed_points(model)
    np.testing.assert_allclose([point["x"] for point in points], [-1e-6, 1e-6], rtol=1e-9)


def test_a_jump_is_no_fixed_point():
    model = rb.Model("jump", "x' = 1 - 2*heaviside(x) + 0.1*x", start=dict(x=1))
    points = rb.find_fixed_points(model, dict(x=(-5, 5)))
    assert not points.complete
    assert "near x" in points.reason
    assert not any(abs(point["x"]) > 1e-6 for point in points)


def test_guarded_quotients_are_proved():
    """x/(1 - exp(-x)) guarded at 0 by hand; = 2 at x = 1.5936242600400401 (2 + W(-2/e^2))."""
    text = "x' = where(abs(x) < 1e-6, 1 + x/2, x/(1 - exp(-x))) - I"
    model = rb.Model("guarded", text, parameters=dict(I=2.0), start=dict(x=0))
    points = rb.find_fixed_points(model, dict(x=(-20, 20)))
    assert points.complete
    wanted = float(2 + mpmath.lambertw(-2 * mpmath.exp(-2)).real)
    assert [point["x"] for point in points] == [pytest.approx(wanted, rel=1e-12)]


def test_a_parameter_that_would_be_divided_by():
    """w' = v - c w with c = 0: then v = 0 at rest and w = I."""
    text = "v' = I - w - v\nw' = v - c*w"
    model = rb.Model("integral", text, parameters=dict(c=0.0, I=0.25), start=dict(v=0, w=0))
    points = rb.find_fixed_points(model)
    assert points.complete
    assert [tuple(point.x) for point in points] == [(0.0, 0.25)]


def test_solutions_behind_a_vanishing_divisor_are_not_lost():
    """x' = x (1 - y), y' = y (x - 2): (0, 0) and (2, 1)."""
    model = rb.Model("prey", "x' = x - x*y\ny' = x*y - 2*y", start=dict(x=1, y=1))
    points = rb.find_fixed_points(model)
    assert points.complete
    assert [tuple(point.x) for point in points] == [(0, 0), (2, 1)]


def test_a_line_of_fixed_points_is_said_to_be_undecided():
    model = rb.Model("line", "x' = c*x\ny' = -y", parameters=dict(c=0.0), start=dict(x=1, y=1))
    points = rb.find_fixed_points(model)
    assert not points.complete


def test_the_box_counts():
    model = rb.models.lorenz()
    points = rb.find_fixed_points(model, dict(x=(-1, 100)))
    assert [point["x"] for point in points] == pytest.approx([0, np.sqrt(72)], rel=1e-13)
    assert points.complete
    # of a state that follows from x
    points = rb.find_fixed_points(model, dict(z=(20, 30)))
    assert len(points) == 2
    # the borders belong to it
    edge = rb.find_fixed_points(rb.models.logistic(), dict(x=(0, 0.6875)))
    assert [point["x"] for point in edge] == pytest.approx([0, 0.6875])


def test_maps():
    """Henon: x = (b - 1 +- sqrt((1 - b)^2 + 4 a))/(2 a)."""
    points = rb.find_fixed_points(rb.models.henon())
    root = np.sqrt(0.7**2 + 5.6)
    np.testing.assert_allclose(
        [point["x"] for point in points], [(-0.7 - root) / 2.8, (-0.7 + root) / 2.8], rtol=1e-14
    )
    assert points.complete


def test_angles_turn_once():
    """theta: cos(theta) = (1 + I)/(1 - I) gives two in a turn."""
    points = rb.find_fixed_points(rb.models.theta().replace(I=-0.5))
    angle = np.arccos(0.5 / 1.5)
    np.testing.assert_allclose([point["theta"] for point in points], [-angle, angle], rtol=1e-14)


def test_beyond_a_threshold_it_is_left_out():
    """Quadratic integrate-and-fire with its threshold below the unstable fixed point at 1."""
    model = rb.Model(
        "low threshold", "V' = V^2 - 1", start=dict(V=0), reset=rb.Reset("V > 0.5", V="-2")
    )
    points = rb.find_fixed_points(model)
    assert [point["V"] for point in points] == [-1]
    assert "1 fixed point beyond the threshold" in points.reason


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (lambda: rb.find_fixed_points("lorenz"), "takes a Model"),
        (lambda: rb.find_fixed_points(rb.models.lorenz(), 3), "box is a mapping"),
        (lambda: rb.find_fixed_points(rb.models.lorenz(), dict(x=(1, 0))), "must rise"),
        (lambda: rb.find_fixed_points(rb.models.lorenz(), dict(x=(0, np.inf))), "must rise"),
        (lambda: rb.find_fixed_points(rb.models.lorenz(), dict(x=3)), "is .low, high."),
        (lambda: rb.find_fixed_points(rb.models.lorenz(), dict(X=(0, 1))), "'X' is not a state"),
        (
            lambda: rb.find_fixed_points(rb.Model("driven", "x' = sin(t) - x", start=dict(x=0))),
            "driven depends on time",
        ),
    ],
)
def test_wrong_questions(question, words):
    with pytest.raises(rb.RheobaseError, match=words):
        question()


def test_the_list_prints_and_converts():
    points = rb.find_fixed_points(rb.models.fitzhugh_nagumo())
    assert repr(points).startswith("1 fixed point: proved by intervals")
    content = points.to_dict()
    assert content["complete"] is True
    assert content["points"][0]["kind"] == points[0].kind
