"""Points of codimension two on curves of folds and Hopf points, in closed form."""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from special_points import near, only, told


def bogdanov_takens(b1=-0.1, b2=-0.5, s=-1):
    return rb.Model(
        "Bogdanov-Takens",
        "x' = y\ny' = b1 + b2*x + x^2 + s*x*y",
        parameters=dict(b1=b1, b2=b2, s=s),
        start=dict(x=0, y=0),
    )


@pytest.mark.parametrize("s", [-1, 1])
def test_bogdanov_takens(s):
    """Fold b1 = b2^2/4; Hopf b1 = 0 for b2 < 0, neutral saddles beyond; a = 1, b = s."""
    model = bogdanov_takens(s=s)
    rest = rb.continue_equilibria(model, "b1", (-0.5, 0.5))
    box = dict(b1=(-0.5, 0.5), b2=(-1, 1))
    folds = rb.continue_bifurcation(rest.first("fold"), ("b1", "b2"), box)
    np.testing.assert_allclose(folds["b1"], folds["b2"] ** 2 / 4, atol=1e-12)
    hopfs = rb.continue_bifurcation(rest.first("hopf"), ("b1", "b2"), box)
    np.testing.assert_allclose(hopfs["b1"], 0, atol=1e-12)
    assert (np.isnan(hopfs["omega"]) == (hopfs["b2"] > -1e-9)).all()
    oscillating = ~np.isnan(hopfs["omega"])
    np.testing.assert_allclose(
        hopfs["omega"][oscillating] ** 2, -hopfs["b2"][oscillating], atol=1e-10
    )
    assert hopfs["b2"].min() == -1
    assert hopfs["b2"].max() == 1
    for curve in (folds, hopfs):
        (point,) = curve.special
        assert point.label == "BT"
        near(point, 1e-11, b1=0, b2=0)
        assert point.coefficient == pytest.approx((1, s), abs=1e-9)
    switched = rb.continue_bifurcation(point, kind="fold")
    np.testing.assert_allclose(switched["b1"], switched["b2"] ** 2 / 4, atol=1e-12)
    switched = rb.continue_bifurcation(folds.special[0], kind="hopf")
    np.testing.assert_allclose(switched["b1"], 0, atol=1e-12)


@pytest.mark.parametrize("s", [-1, 1])
def test_bautin(s):
    """r' = b1 r + b2 r^3 + s r^5: with <q, q> = 1 l2 = 4 s."""
    model = rb.Model(
        "Bautin",
        """
        x' = b1*x - y + b2*x*r2 + s*x*r2^2
        y' = x + b1*y + b2*y*r2 + s*y*r2^2
        r2 = x^2 + y^2
        """,
        parameters=dict(b1=-0.5, b2=0.7, s=s),
        start=dict(x=0, y=0),
    )
    hopf = rb.continue_equilibria(model, "b1", (-1, 1)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    (point,) = curve.special
    assert point.label == "GH"
    near(point, 1e-12, b1=0, b2=0)
    assert point.coefficient == pytest.approx(4 * s, rel=1e-10)
    np.testing.assert_allclose(curve["l1"], 2 * curve["b2"], atol=1e-10)


@settings(max_examples=10, deadline=None)
@given(
    shear=st.floats(-1, 1),
    stretch=st.floats(0.2, 5),
    quintic=st.floats(-2, 2).filter(lambda c: abs(c) > 0.1),
)
def test_l2_in_other_coordinates(shear, stretch, quintic):
    """l2 of the Bautin form in coordinates u = x + shear y^2, v = stretch y: it is the form's
    4 s divided by (q's squared norm in the new units)^2, the norm of (1, -i)/sqrt 2 being 1."""
    model = rb.Model(
        "sheared",
        """
        u' = X + 2*h*y*Y
        v' = k*Y
        y = v/k
        x = u - h*y^2
        r2 = x^2 + y^2
        X = b1*x - y + b2*x*r2 + c*x*r2^2
        Y = x + b1*y + b2*y*r2 + c*y*r2^2
        """,
        parameters=dict(b1=-0.5, b2=0.7, c=quintic, h=shear, k=stretch),
        start=dict(u=0, v=0),
    )
    hopf = rb.continue_equilibria(model, "b1", (-1, 1)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("b1", "b2"), dict(b1=(-1, 1), b2=(-1, 1)))
    point = only(curve, "bautin")
    near(point, 1e-9, b1=0, b2=0)
    square = (1 + stretch**2) / 2  # |q|^2 of an orbit of radius 1 in x, y
    assert point.coefficient == pytest.approx(4 * quintic / square**2, rel=1e-7)


def test_two_hopf_points_at_once():
    """r1' = r1 (m1 - r1^2 - 2 r2^2), r2' = r2 (m2 - 3 r1^2 - r2^2): with <q, q> = 1 the squares
    double, theta = 2 and delta = 3."""
    model = rb.Model(
        "double",
        """
        x' = m1*x - y - x*(R + 2*S)
        y' = x + m1*y - y*(R + 2*S)
        u' = m2*u - w*v - u*(3*R + S)
        v' = w*u + m2*v - v*(3*R + S)
        R = x^2 + y^2
        S = u^2 + v^2
        """,
        parameters=dict(m1=-0.5, m2=-0.3, w=math.sqrt(2)),
        start=dict(x=0, y=0, u=0, v=0),
    )
    hopf = rb.continue_equilibria(model, "m1", (-0.5, 0.5)).first("hopf")
    curve = rb.continue_bifurcation(hopf, ("m1", "m2"), dict(m1=(-0.5, 0.5), m2=(-0.5, 0.5)))
    (point,) = curve.special
    assert point.label == "HH"
    near(point, 1e-12, m1=0, m2=0)
    assert point.coefficient == pytest.approx((2, 3), rel=1e-9)
    assert [point.notes[k] for k in ("p11", "p12", "p21", "p22")] == pytest.approx(
        [-2, -4, -6, -2], rel=1e-9
    )


def test_zero_hopf():
    """u' = b1 + u^2 - R, z' = (b2 + i w + theta u) z: s = -1, theta as it stands."""
    model = rb.Model(
        "zero-Hopf",
        """
        u' = b1 + u^2 - x^2 - y^2
        x' = (b2 + h*u)*x - w*y
        y' = w*x + (b2 + h*u)*y
        """,
        parameters=dict(b1=-0.25, b2=-0.1, h=0.7, w=2),
        start=dict(u=-0.5, x=0, y=0),
    )
    rest = rb.continue_equilibria(model, "b1", (-0.25, 0.2))
    fold = rb.continue_bifurcation(
        rest.first("fold"), ("b1", "b2"), dict(b1=(-0.5, 0.5), b2=(-0.5, 0.5))
    )
    (point,) = fold.special
    assert point.label == "ZH"
    near(point, 1e-11, b1=0, b2=0)
    assert point.coefficient == pytest.approx((-1, 0.7), abs=1e-9)
    hopfs = rb.continue_bifurcation(point, kind="hopf")
    np.testing.assert_allclose(hopfs["b1"], -((hopfs["b2"] / 0.7) ** 2), atol=1e-11)
    assert [p.label for p in hopfs.special] in (["ZH"], [])


def test_neutral_saddles_make_no_zero_hopf():
    """A fold on which two real eigenvalues add up to zero."""
    model = rb.Model(
        "neutral",
        "u' = b1 + u^2\nx' = (1 + b2)*x\ny' = -y",
        parameters=dict(b1=-0.25, b2=-0.1),
        start=dict(u=-0.5, x=0, y=0),
    )
    fold = rb.continue_equilibria(model, "b1", (-0.25, 0.2)).first("fold")
    curve = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-0.5, 0.5), b2=(-0.5, 0.5)))
    assert told(curve) == []
