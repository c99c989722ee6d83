"""Curves of folds, flips and Neimark-Sacker points of maps, in closed form."""

import numpy as np
import pytest
import rheobase as rb
from special_points import near, only, told


def test_henon_map():
    """Fold a = -(1-b)^2/4, flip a = 3 (1-b)^2/4; double multipliers at b = -1."""
    model = rb.models.henon()
    rest = rb.continue_equilibria(model, "a", (1.4, -1))
    box = dict(a=(-2, 4), b=(-1.5, 0.5))
    folds = rb.continue_bifurcation(rest.first("fold"), ("a", "b"), box)
    np.testing.assert_allclose(folds["a"], -((1 - folds["b"]) ** 2) / 4, atol=1e-12)
    near(only(folds, "resonance 1:1"), 1e-10, a=-1, b=-1)
    flips = rb.continue_bifurcation(rest.first("flip"), ("a", "b"), box)
    np.testing.assert_allclose(flips["a"], 3 * (1 - flips["b"]) ** 2 / 4, atol=1e-11)
    near(only(flips, "resonance 1:2"), 1e-10, a=3, b=-1)
    assert [len(curve.special) for curve in (folds, flips)] == [1, 1]


def test_resonances_of_a_delayed_map():
    """x -> r x (1 - y) + e x^2, y -> x: the multipliers' product r x is 1 on e = r (2 - r), where
    their sum is 3 - r."""
    model = rb.Model.map(
        "delayed",
        "x = r*x*(1 - y) + e*x^2\ny = x",
        parameters=dict(r=1.5, e=0),
        start=dict(x=0.3, y=0.3),
    )
    point = rb.continue_equilibria(model, "r", (1.2, 2.5)).first("neimark-sacker")
    curve = rb.continue_bifurcation(point, ("r", "e"), dict(r=(0.5, 6), e=(-20, 3)))
    np.testing.assert_allclose(curve["e"], curve["r"] * (2 - curve["r"]), atol=1e-10)
    assert told(curve) == [
        ("R1", pytest.approx(1), pytest.approx(1)),
        ("R4", pytest.approx(3), pytest.approx(-3)),
        ("R3", pytest.approx(4), pytest.approx(-8)),
        ("R2", pytest.approx(5), pytest.approx(-15)),
    ]
