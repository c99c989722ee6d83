"""Planted bifurcations are found, with their coefficients, in polynomials at random.

Planted is a bifurcation at 0, in coordinates in which its normal form coefficient is known; the
model then sees them turned by an angle and moved, which changes neither (Kuznetsov 2004: q and p
turn along). Hopf's coefficient is that of Guckenheimer and Holmes 1983, eq. (3.4.11): for
x' = -omega y + f, y' = omega x + g

    16 a = f_xxx + f_xyy + g_xxy + g_yyy
           + [f_xy (f_xx + f_yy) - g_xy (g_xx + g_yy) - f_xx g_xx + f_yy g_yy]/omega

and l1 = 2 a/omega, since |q| = 1 makes z = x + iy the square root of two times Kuznetsov's w.
"""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rheobase.analysis.fixed_point import fixed_point_at

COEFFICIENT = st.floats(-1, 1).map(lambda x: round(x, 3))
MONOMIALS = [(2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)]
coefficients = st.lists(COEFFICIENT, min_size=7, max_size=7)
angles = st.floats(0, 6.28).map(lambda x: round(x, 3))
places = st.tuples(*[st.floats(-3, 3).map(lambda x: round(x, 3))] * 2)
few = settings(max_examples=15, deadline=None, derandomize=True)


def polynomial(c):
    return (
        " + ".join(f"({a!r})*u^{i}*v^{j}" for a, (i, j) in zip(c, MONOMIALS, strict=True) if a != 0)
        or "0"
    )


def planted(linear_u, linear_v, f, g, angle, place, **parameters):
    """x' of u' = linear_u + f(u, v), v' = linear_v + g(u, v), turned and moved."""
    c, s = math.cos(angle), math.sin(angle)
    return rb.Model(
        "planted",
        f"""
        x' = c*U - s*W
        y' = s*U + c*W
        u = c*(x - x0) + s*(y - y0)
        v = -s*(x - x0) + c*(y - y0)
        U = {linear_u} + {polynomial(f)}
        W = {linear_v} + {polynomial(g)}
        """,
        parameters=dict(alpha=0, c=c, s=s, x0=place[0], y0=place[1], **parameters),
        start=dict(x=place[0], y=place[1]),
    )


def near(model, value, u):
    """The fixed point that continuation corrects, from a guess along u."""
    model, p = model.replace(alpha=value), model.parameters
    place = np.array([p["x0"] + p["c"] * u, p["y0"] + p["s"] * u])
    return fixed_point_at(model, place)


@few
@given(coefficients, coefficients, angles, places, st.floats(0.3, 3), st.sampled_from([-1, 1]))
def test_planted_folds(f, g, angle, place, rate, sign):
    """u' = alpha + f_1 u^2 + ..., v' = sign rate v + ...: fold at alpha = 0 with a = f_1 (or its
    negative, by the direction of q)."""
    assume(abs(f[0]) > 0.1)
    model = planted("alpha", "rate*v", f, g, angle, place, rate=sign * rate)
    start = near(model, -math.copysign(1e-3, f[0]), math.sqrt(1e-3 / abs(f[0])))
    branch = rb.continue_equilibria(start, "alpha", (-0.01, 0.01))
    nearest = min(branch.all("fold"), key=lambda fold: abs(fold.parameters["alpha"]))
    assert abs(nearest.parameters["alpha"]) < 1e-12
    assert [nearest.state["x"], nearest.state["y"]] == pytest.approx(list(place), abs=1e-9)
    assert abs(nearest.coefficient) == pytest.approx(abs(f[0]), rel=1e-8)


@few
@given(coefficients, coefficients, angles, places, st.floats(0.5, 2))
def test_planted_hopf_points(f, g, angle, place, omega):
    """Of the fixed point itself nothing moves with alpha: one Hopf point, at 0."""
    (fxx, fxy, fyy, fxxx, _, fxyy, _) = derivatives(f)
    (gxx, gxy, gyy, _, gxxy, _, gyyy) = derivatives(g)
    bracket = fxy * (fxx + fyy) - gxy * (gxx + gyy) - fxx * gxx + fyy * gyy
    exact = 2 / omega * (fxxx + fxyy + gxxy + gyyy + bracket / omega) / 16
    model = planted("alpha*u - omega*v", "omega*u + alpha*v", f, g, angle, place, omega=omega)
    branch = rb.continue_equilibria(near(model, -0.1, 0.0), "alpha", (-0.2, 0.15))
    (hopf,) = [p for p in branch.special if abs(p.parameters["alpha"]) < 1e-6]
    assert hopf.kind == "hopf"
    assert abs(hopf.parameters["alpha"]) < 1e-12
    assert hopf.period == pytest.approx(2 * math.pi / omega, rel=1e-10)
    assert hopf.coefficient == pytest.approx(exact, rel=1e-7, abs=1e-9)
    if abs(exact) > 1e-6:
        assert hopf.criticality == ("supercritical" if exact < 0 else "subcritical")


def derivatives(c):
    """Of the polynomial at 0: uu, uv, vv, uuu, uuv, uvv, vvv."""
    return [
        a * math.factorial(i) * math.factorial(j) for a, (i, j) in zip(c, MONOMIALS, strict=True)
    ]
