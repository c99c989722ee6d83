"""Curves of saddle homoclinics in two parameters, on a loop that is known in closed form."""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st

LOOP = """
x' = a*x + b*y - a*x^2 + m*x*(2 - 3*x)
y' = b*x + a*y - 3/2*b*x^2 - 3/2*a*x*y - 2*m*y
"""
"""The loop x^2 (1 - x) = y^2 =: H is invariant at m = 0 for all a and b, as dH/dt vanishes on it;
dH/dt = m (x^2 (2 - 3 x)^2 + 4 y^2) otherwise. The saddle 0 has eigenvalues a +- b."""


def loop(a=-0.3, b=1.0):
    return rb.Model("loop", LOOP, parameters=dict(a=a, b=b, m=0.0), start=dict(x=0.6, y=0.1))


def orbit_near_the_loop(model):
    """A cycle close to it (repelling or attracting), and the homoclinic point it runs into."""
    diagram = rb.bifurcation_diagram(model, "m", (-0.2, 0.3))
    return diagram.first("homoclinic")


def test_an_exact_loop():
    """sigma = 2 a: the neutral saddle is at a = 0."""
    point = orbit_near_the_loop(loop())
    assert abs(point.parameters["m"]) < 1e-8
    curve = rb.continue_bifurcation(point, ("a", "m"), dict(a=(-0.6, 0.6), m=(-0.5, 0.5)))
    assert np.abs(curve["m"]).max() < 1e-9
    assert curve["a"][0] == -0.6
    assert curve["a"][-1] == 0.6
    np.testing.assert_allclose(curve["saddle_quantity"], 2 * curve["a"], rtol=1e-8, atol=1e-10)
    (neutral,) = curve.special
    assert neutral.label == "NSH"
    assert abs(neutral.parameters["a"]) < 1e-12
    assert abs(neutral.parameters["m"]) < 1e-12
    assert (curve.stable == (curve["a"] < 0)).sum() >= len(curve) - 1
    again = rb.continue_bifurcation(neutral)
    assert again["a"][[0, -1]].tolist() == [-0.6, 0.6]


@settings(max_examples=5, deadline=None)
@given(size=st.floats(1e-3, 1e3), b=st.floats(0.6, 3.0))
def test_units_and_rates_are_of_no_account(size, b):
    """The same loop in other units of the states: m = 0 for all a."""
    text = LOOP.replace("x^2", "x^2/S").replace("3*x)", "3*x/S)").replace("x*y", "x*y/S")
    model = rb.Model(
        "loop",
        text,
        parameters=dict(a=-0.3 * b, b=b, m=0.0, S=size),
        start=dict(x=0.6 * size, y=0.1 * size),
    )
    point = orbit_near_the_loop(model)
    box = dict(a=(-0.5 * b, -0.1 * b), m=(-0.5, 0.5))
    curve = rb.continue_bifurcation(point, ("a", "m"), box)
    assert np.abs(curve["m"]).max() < 1e-8
    assert curve.special == ()


def test_three_dimensions():
    """z' = c z + x (x^2 (1 - x) - y^2) leaves the loop where it is; c may lie anywhere."""
    text = LOOP.replace("m*x*(2", "(m - z)*x*(2").replace("2*m*y", "2*(m - z)*y")
    model = rb.Model(
        "loop",
        text + "z' = c*z + x*(x^2*(1 - x) - y^2)",
        parameters=dict(a=-0.3, b=1.0, m=0.0, c=-2.0),
        start=dict(x=0.6, y=0.1, z=0),
    )
    point = orbit_near_the_loop(model)
    curve = rb.continue_bifurcation(point, ("c", "m"), dict(c=(-3, -0.3), m=(-0.5, 0.5)))
    assert np.abs(curve["m"]).max() < 1e-9
    # the leading stable eigenvalue is -1.3 or c, whichever is larger: sigma = 0 at c = -0.7
    leading = np.maximum(-1.3, curve["c"])
    np.testing.assert_allclose(curve["saddle_quantity"], 0.7 + leading, rtol=1e-8, atol=1e-9)
    (neutral,) = curve.special
    assert neutral.label == "NSH"
    assert neutral.parameters["c"] == pytest.approx(-0.7, abs=1e-10)


def test_the_orbit_of_a_row(tmp_path):
    """The exact loop y^2 = x^2 (1 - x); saved and loaded."""
    point = orbit_near_the_loop(loop())
    curve = rb.continue_bifurcation(point, ("a", "m"), dict(a=(-0.6, -0.1), m=(-0.5, 0.5)))
    orbit = curve.orbit(len(curve) // 2)
    assert isinstance(orbit, rb.HomoclinicOrbit)
    x, y = orbit["x"], orbit["y"]
    np.testing.assert_allclose(y**2, x**2 * (1 - x), atol=1e-6)
    assert x.max() == pytest.approx(1, abs=1e-3)
    assert orbit.saddle.kind == "saddle"
    assert orbit.period == math.inf
    assert orbit.t[0] == 0
    assert orbit.t[-1] == pytest.approx(orbit.duration)
    assert "homoclinic orbit of loop" in repr(orbit)
    assert orbit.to_dict()["x"] == x.tolist()
    rb.save(orbit, tmp_path / "orbit.npz")
    again = rb.load(tmp_path / "orbit.npz")
    np.testing.assert_array_equal(again["y"], y)
    with pytest.raises(rb.UnknownName, match="homoclinic orbit"):
        orbit["z"]


def test_what_cannot_be_followed():
    model = rb.models.morris_lecar("homoclinic")
    hopf = rb.bifurcation_diagram(model, "I", (0, 100)).first("hopf")
    with pytest.raises(rb.InvalidArgument, match="a hopf takes kind = hopf"):
        rb.continue_bifurcation(
            hopf, ("I", "phi"), dict(I=(0, 100), phi=(0.01, 0.5)), kind="homoclinic"
        )
    renamed = rb.Model(
        "loop",
        LOOP.replace("b*", "truncation*"),
        parameters=dict(a=-0.3, truncation=1.0, m=0.0),
        start=dict(x=0.6, y=0.1),
    )
    point = orbit_near_the_loop(renamed)
    with pytest.raises(rb.InvalidArgument, match="column of every curve"):
        rb.continue_bifurcation(point, ("a", "m"), dict(a=(-1, 1), m=(-1, 1)))
