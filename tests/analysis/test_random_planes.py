"""Curves of folds and Hopf points of random systems, with derivatives written out by hand."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import assume, given, settings
from hypothesis import strategies as st

small = st.floats(-1, 1).map(lambda x: round(x, 3))


def system(c):
    """u' = a + b v + c0 u^2 + c1 u v - u^3, v' = c2 + c3 u - v + c4 u^2 + b c5 v^2"""
    model = rb.Model(
        "random",
        """
        u' = a + b*v + c0*u^2 + c1*u*v - u^3
        v' = c2 + c3*u - v + c4*u^2 + b*c5*v^2
        """,
        parameters=dict(a=-2, b=0.5, **{f"c{i}": value for i, value in enumerate(c)}),
        start=dict(u=0, v=0),
    )

    def f(u, v, a, b):
        return np.array(
            [
                a + b * v + c[0] * u**2 + c[1] * u * v - u**3,
                c[2] + c[3] * u - v + c[4] * u**2 + b * c[5] * v**2,
            ]
        )

    def jacobian(u, v, b):
        return np.array(
            [
                [2 * c[0] * u + c[1] * v - 3 * u**2, b + c[1] * u],
                [c[3] + 2 * c[4] * u, -1 + 2 * b * c[5] * v],
            ]
        )

    return model, f, jacobian


@settings(max_examples=25, deadline=None)
@given(st.tuples(small, small, small, st.floats(0.5, 2).map(lambda x: round(x, 3)), small, small))
def test_every_point_of_a_curve_is_one(c):
    model, f, jacobian = system(c)
    try:
        rest = rb.continue_equilibria(model, "a", (-2, 2))
    except rb.NotFound:
        assume(False)
    box = dict(a=(-2, 2), b=(-1, 1))
    for point in (*rest.all("fold"), *rest.all("hopf")):
        curve = rb.continue_bifurcation(point, ("a", "b"), box)
        assert len(curve) > 1
        for i in range(len(curve)):
            u, v, a, b = (curve[name][i] for name in ("u", "v", "a", "b"))
            J = jacobian(u, v, b)
            size = 1 + np.abs(J).max() ** 2
            assert np.abs(f(u, v, a, b)).max() < 1e-8 * size
            if curve.kind == "fold":
                assert abs(np.linalg.det(J)) < 1e-7 * size
            else:
                assert abs(np.trace(J)) < 1e-7 * size
                oscillates = not np.isnan(curve["omega"][i])
                assert (
                    (np.linalg.det(J) > -1e-7) if oscillates else (np.linalg.det(J) < 1e-6 * size)
                )
        for special in curve.special:
            J = jacobian(special["u"], special["v"], special["b"])
            if special.label == "BT":
                assert abs(np.linalg.det(J)) + abs(np.trace(J)) < 1e-8


@settings(max_examples=15, deadline=None)
@given(st.tuples(small, small, small, st.floats(0.5, 2).map(lambda x: round(x, 3)), small, small))
def test_fold_and_hopf_curves_agree_on_bogdanov_takens_points(c):
    """What one curve meets the other one meets as well."""
    model, *_ = system(c)
    try:
        rest = rb.continue_equilibria(model, "a", (-2, 2))
    except rb.NotFound:
        assume(False)
    assume(rest.all("fold"))
    box = dict(a=(-2, 2), b=(-1, 1))
    for fold in rest.all("fold"):
        for corner in rb.continue_bifurcation(fold, ("a", "b"), box).all("BT"):
            hopf = rb.continue_bifurcation(corner, kind="hopf")
            nearest = min(
                np.hypot(p["a"] - corner["a"], p["b"] - corner["b"]) for p in hopf.all("BT")
            )
            assert nearest == pytest.approx(0, abs=1e-8)
            a, b = corner.coefficient  # beside it l1 has the sign of a b (Kuznetsov 2004, 8.4)
            row = next(
                r
                for r, p in zip(hopf.special_rows, hopf.special, strict=True)
                if p["a"] == pytest.approx(corner["a"], abs=1e-8) and p.label == "BT"
            )
            for other in (row - 1, row + 1):
                if 0 <= other < len(hopf) and not np.isnan(hopf["l1"][other]):
                    assert hopf["l1"][other] * a * b > 0
