"""The verb: where a curve begins and ends, files, other units, wrong questions."""

import json
import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from special_points import near, told

CUSP = rb.Model("cusp", "x' = b1 + b2*x - x^3", parameters=dict(b1=-1, b2=1), start=dict(x=-1.3))


def test_folds_of_the_cusp():
    """b1 = -+ 2 (b2/3)^(3/2), cusp at 0 with c = -1."""
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-0.5, 1)))
    np.testing.assert_allclose(
        np.abs(curve["b1"]), 2 * np.abs(curve["b2"] / 3) ** 1.5, rtol=0, atol=1e-12
    )
    (cusp,) = curve.special
    near(cusp, 1e-12, b1=0, b2=0)
    assert cusp.coefficient == pytest.approx(-1, abs=1e-12)
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    again = rb.continue_bifurcation(cusp)
    assert told(again)[0][0] == "CP"
    assert again["b2"].max() == 1


def test_a_closed_curve():
    """b1 = x - x^3/3 + ..., folds on an ellipse in the plane: x' = x^2 + b1^2 + b2^2 - 1."""
    model = rb.Model(
        "ring", "x' = x^2 + a^2 + b^2 - 1", parameters=dict(a=0.5, b=0), start=dict(x=-0.8)
    )
    fold = rb.continue_equilibria(model, "a", (0.5, 1.5)).first("fold")
    curve = rb.continue_bifurcation(fold, ("a", "b"), dict(a=(-2, 2), b=(-2, 2)))
    assert curve.ends[1] is rb.Status.CLOSED
    np.testing.assert_allclose(curve["a"] ** 2 + curve["b"] ** 2, 1, atol=1e-12)


def test_a_point_restarts_after_loading(tmp_path):
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(-0.5, 1)))
    rb.save(curve, tmp_path / "curve.npz")
    loaded = rb.load(tmp_path / "curve.npz")
    assert loaded.to_dict() == curve.to_dict()
    again = rb.continue_bifurcation(loaded.first("cusp"))
    assert len(again) > 5
    assert json.loads(json.dumps(again.to_dict(), allow_nan=False))["plane"]["b2"] == [-0.5, 1]
    assert list(again.to_dataframe().columns[:3]) == ["b1", "b2", "x"]


@settings(max_examples=15, deadline=None)
@given(units=st.tuples(*[st.floats(-3, 3)] * 3))
def test_units_change_nothing(units):
    """Points of codimension two, with state and parameters in other units."""
    x, a, b = (10.0**u for u in units)
    model = rb.Model(
        "Bogdanov-Takens",
        """
        u' = k*y
        v' = k*(b1 + b2*x + x^2 - x*y)
        x = u/k
        y = v/k
        b1 = p/l
        b2 = q/m
        """,
        parameters=dict(p=-0.1 * a, q=-0.5 * b, k=x, l=a, m=b),
        start=dict(u=0, v=0),
    )
    rest = rb.continue_equilibria(model, "p", (-0.5 * a, 0.5 * a))
    curve = rb.continue_bifurcation(
        rest.first("hopf"), ("p", "q"), dict(p=(-0.5 * a, 0.5 * a), q=(-b, b))
    )
    (point,) = curve.special
    assert point.label == "BT"
    assert abs(point.parameters["p"]) < 1e-9 * a
    assert abs(point.parameters["q"]) < 1e-9 * b


def test_wrong_questions():
    fold = rb.continue_equilibria(CUSP, "b1", (-1, 1)).first("fold")
    box = dict(b1=(-1, 1), b2=(-1, 1))
    with pytest.raises(rb.InvalidArgument, match="special point"):
        rb.continue_bifurcation(CUSP, ("b1", "b2"), box)
    with pytest.raises(rb.InvalidArgument, match="two different parameters"):
        rb.continue_bifurcation(fold, ("b1", "b1"), box)
    with pytest.raises(rb.UnknownName, match="b3"):
        rb.continue_bifurcation(fold, ("b1", "b3"), box)
    with pytest.raises(rb.InvalidArgument, match="range for each"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1)))
    with pytest.raises(rb.InvalidArgument, match="outside the box"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 1), b2=(2, 3)))
    with pytest.raises(rb.InvalidArgument, match="two different finite"):
        rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, math.nan), b2=(2, 3)))
    with pytest.raises(rb.InvalidArgument, match="kind = fold"):
        rb.continue_bifurcation(fold, ("b1", "b2"), box, kind="hopf")
    with pytest.raises(rb.InvalidArgument, match="max_step"):
        rb.continue_bifurcation(fold, ("b1", "b2"), box, max_step=-1)
    with pytest.raises(rb.UnknownName):
        rb.continue_bifurcation(fold, ("b1", "b2"), box)["c"]
