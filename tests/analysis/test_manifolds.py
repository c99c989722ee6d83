"""Manifolds of saddles: closed forms, and where they lead."""

import numpy as np
import pytest
import rheobase as rb
from rheobase import find_manifolds


def saddle_of(model):
    (point,) = (p for p in rb.find_fixed_points(model) if p.kind.startswith("saddle"))
    return point


def test_closed_form_of_a_quadratic_saddle():
    """x' = x, y' = -y + x^2: the unstable manifold is y = x^2/3, the stable one x = 0."""
    model = rb.Model("quadratic", "x' = x\ny' = -y + x^2", start=dict(x=1, y=1))
    curves = find_manifolds(saddle_of(model), dict(x=(-2, 2), y=(-2, 2)))
    assert [curve.kind for curve in curves] == ["stable"] * 2 + ["unstable"] * 2
    for curve in curves[:2]:
        np.testing.assert_allclose(curve["x"], 0, atol=1e-12)
    for curve in curves[2:]:
        np.testing.assert_allclose(curve["y"], curve["x"] ** 2 / 3, atol=1e-7)
        assert abs(curve["x"][-1]) == pytest.approx(2.2, abs=0.01)
        assert curve.end == "left the box"
    assert {np.sign(curve["x"][-1]) for curve in curves[2:]} == {-1, 1}


def test_the_energy_of_the_pendulum_is_kept():
    """x' = y, y' = sin(x): the manifolds of (0, 0) lie on y^2/2 + cos(x) = 1."""
    model = rb.Model("pendulum", "x' = y\ny' = sin(x)", start=dict(x=1, y=0))
    (saddle,) = (p for p in rb.find_fixed_points(model) if abs(p["x"]) < 1e-9)
    for curve in find_manifolds(saddle, dict(x=(-5, 5), y=(-3, 3))):
        energy = curve["y"] ** 2 / 2 + np.cos(curve["x"])
        np.testing.assert_allclose(energy, 1, atol=1e-7)


def test_where_the_unstable_manifold_leads():
    """Morris-Lecar, homoclinic regime, I = 37: to the rest state on one side, to spiking on the
    other (bistable between 35.07 and 39.96)."""
    model = rb.models.morris_lecar("homoclinic").replace(I=37)
    curves = find_manifolds(saddle_of(model), dict(V=(-80, 60), w=(-0.1, 1)))
    unstable = [curve for curve in curves if curve.kind == "unstable"]
    assert {curve.end for curve in unstable} == {"fixed point", "cycle"}
    (to_rest,) = (curve for curve in unstable if curve.end == "fixed point")
    rest = rb.find_fixed_points(model)[0]
    np.testing.assert_allclose(to_rest.points[-1], rest.x, atol=1e-2)


def test_larger_models_have_those_of_single_eigenvalues():
    """Lorenz: the unstable manifold of the origin, symmetric under (x, y) -> (-x, -y)."""
    origin = rb.find_fixed_points(rb.models.lorenz())[1]
    one, other = find_manifolds(origin, until=0.5)
    assert one.kind == other.kind == "unstable"
    np.testing.assert_allclose(one.points[-1] * [-1, -1, 1], other.points[-1], rtol=1e-6)
    assert one.end == "long"


def test_a_reset_ends_it():
    model = rb.models.izhikevich().replace(I=3)
    curves = find_manifolds(saddle_of(model), dict(v=(-90, 60), u=(-20, 10)))
    (spiking,) = (curve for curve in curves if curve.end == "reset")
    assert spiking["v"][-1] == pytest.approx(30, abs=1e-6)


def test_wrong_questions():
    focus = rb.find_fixed_points(rb.models.van_der_pol())[0]
    with pytest.raises(rb.InvalidArgument, match="no saddle but a unstable focus"):
        find_manifolds(focus)
    with pytest.raises(rb.InvalidArgument, match="takes a FixedPoint"):
        find_manifolds(rb.models.lorenz())
    with pytest.raises(rb.InvalidArgument, match="is a map"):
        find_manifolds(rb.find_fixed_points(rb.models.henon())[0])
    origin = rb.find_fixed_points(rb.models.lorenz())[1]
    with pytest.raises(rb.InvalidArgument, match="until is a positive time"):
        find_manifolds(origin, until=-1)
    curve = find_manifolds(origin, until=0.1)[0]
    with pytest.raises(rb.UnknownName, match="'q' is not a state"):
        curve["q"]
    assert curve.to_dict()["end"] == "long"
    assert repr(curve).startswith("<unstable manifold")
