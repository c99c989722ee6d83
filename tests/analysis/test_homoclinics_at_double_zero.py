"""Curves of saddle homoclinics to and from Bogdanov-Takens points, against shooting by SciPy."""

import math

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp
from scipy.optimize import brentq


def crossing(b1, b2, sense, aside=1e-5):
    """Where the saddle's unstable (sense 1) or stable manifold (-1) of the Bogdanov-Takens form
    comes back to y = 0, by scipy's DOP853 from a little aside along the eigenvector."""
    saddle = (-b2 + math.sqrt(b2**2 - 4 * b1)) / 2
    rate = (-saddle + sense * math.sqrt(saddle**2 + 4 * (b2 + 2 * saddle))) / 2

    def rates(t, state):
        x, y = state
        return [sense * y, sense * (b1 + b2 * x + x**2 - x * y)]

    def at_rest(t, state):
        return state[1]

    at_rest.terminal, at_rest.direction = True, sense
    run = solve_ivp(
        *(rates, (0, 400), [saddle - aside, -aside * rate]),
        **dict(method="DOP853", rtol=1e-12, atol=1e-14, events=at_rest),
    )
    return run.y_events[0][0][0]


def bogdanov_takens_shot(b2):
    guess = -6 / 25 * b2**2
    aside = 1e-5 * abs(b2)
    return brentq(
        lambda b1: crossing(b1, b2, 1, aside) - crossing(b1, b2, -1, aside),
        *(1.06 * guess, 0.72 * guess),
        xtol=1e-15,
    )


@pytest.fixture(scope="module")
def bogdanov_takens():
    model = rb.models.normal_form("bogdanov-takens")
    return rb.bifurcation_diagram(model).first("homoclinic")


@pytest.mark.parametrize("b2", [-2.0, -1.0, -0.6])
def test_bogdanov_takens_by_shooting(bogdanov_takens, b2):
    """The point of the curve at an edge of the box."""
    curve = rb.continue_bifurcation(
        bogdanov_takens, ("beta1", "beta2"), dict(beta1=(-1, 1), beta2=(b2, 0.1))
    )
    row = int(np.argmin(curve["beta2"]))
    assert curve["beta2"][row] == b2
    assert curve["beta1"][row] == pytest.approx(bogdanov_takens_shot(b2), rel=2e-9)
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.BRANCH_REACHED)
    end = curve.first("bogdanov-takens")
    assert abs(end.parameters["beta1"]) < 1e-14
    assert abs(end.parameters["beta2"]) < 1e-14
    assert "shrinks to the Bogdanov-Takens point" in curve.message
    # saddle (-b2 + sqrt(b2^2 - 4 b1))/2; its eigenvalues add up to minus that
    b1, b2 = curve["beta1"], curve["beta2"]
    saddle = (-b2 + np.sqrt(b2**2 - 4 * b1)) / 2
    np.testing.assert_allclose(curve["x"], saddle, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(curve["saddle_quantity"], -saddle, rtol=1e-9, atol=1e-12)
    assert curve.stable[:-1].all()
    assert np.isinf(curve["period"]).all()


def test_from_a_bogdanov_takens_point(bogdanov_takens):
    """The same curve begun at the other end. Near it b1 = -(6/25) b2^2 (1 + O(|b2|^(1/2)))
    (Kuznetsov 2004, section 8.4), and all along it is where shooting finds it."""
    model = rb.models.normal_form("bogdanov-takens")
    plane = ("beta1", "beta2"), dict(beta1=(-1, 1), beta2=(-1, 0.1))
    fold = rb.continue_equilibria(model.replace(beta1=-0.01), "beta1", (-0.2, 0.2)).first("fold")
    point = rb.continue_bifurcation(fold, *plane).first("bogdanov-takens")
    curve = rb.continue_bifurcation(point)
    assert curve.kind == "homoclinic"
    assert curve.special[0].kind == "bogdanov-takens"
    assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.RANGE_REACHED)
    b1, b2 = curve["beta1"][1:], curve["beta2"][1:]
    error = np.abs(b1 / (-6 / 25 * b2**2) - 1)
    near = b2 > -0.02
    assert near.sum() > 3
    assert (error[near] < 0.6 * np.abs(b2[near])).all()
    for row in (1, len(b2) // 2, len(b2) - 1):
        assert b1[row] == pytest.approx(bogdanov_takens_shot(b2[row]), rel=1e-7)


def test_an_interrupted_curve(bogdanov_takens):
    def stop(value):
        raise KeyboardInterrupt

    curve = rb.continue_bifurcation(
        bogdanov_takens,
        ("beta1", "beta2"),
        dict(beta1=(-1, 1), beta2=(-1, 0.1)),
        progress=stop,
    )
    assert curve.status is rb.Status.INTERRUPTED
    assert len(curve) > 1


def test_wilson_cowan():
    """From both Bogdanov-Takens points of MODELS' form; the plane's symmetry carries the curves of
    one half to those of the other."""
    model = rb.models.wilson_cowan("hoppensteadt-izhikevich")
    plane = ("rho_x", "rho_y"), dict(rho_x=(-8, 8), rho_y=(-14, 2))
    folds = [
        rb.continue_bifurcation(point, *plane)
        for point in rb.continue_equilibria(model, "rho_x", (-10, 10)).all("fold")
    ]
    points = [point for fold in folds for point in fold.all("bogdanov-takens")]
    ends = {}
    for point in points:
        curve = rb.continue_bifurcation(point)
        assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.BRANCH_REACHED)
        for special in curve.special:
            place = special.parameters["rho_x"], special.parameters["rho_y"]
            ends.setdefault(special.label, set()).add(tuple(np.round(place, 8)))
    assert {label: len(places) for label, places in ends.items()} == {"BT": 4, "NCH": 4, "NSH": 2}
    for places in ends.values():
        mirrored = {tuple(np.round((-a, -12 - b), 8)) for a, b in places}
        for place in mirrored:
            assert min(np.hypot(place[0] - a, place[1] - b) for a, b in places) < 3e-8


def test_towards_a_heteroclinic_cycle():
    """x'' = m - x + x^3 + x' (nu - c x^2) is odd at m = 0: there both saddles are joined by two
    orbits at once, or by none. At the other end a fold, m = 2/sqrt(27), x = 1/sqrt(3), meets
    trace 0, nu = c/3."""
    c = 0.6
    text = "x' = y\ny' = m - x + x^3 + y*(nu - c*x^2)"
    parameters = dict(m=0.2, nu=0.02, c=c)
    model = rb.Model("two saddles", text, parameters=parameters, start=dict(x=0.2, y=0))
    point = rb.bifurcation_diagram(model, "nu", (-0.1, 0.4)).first("homoclinic")
    curve = rb.continue_bifurcation(point, ("m", "nu"), dict(m=(-0.4, 0.4), nu=(-0.3, 0.6)))
    assert curve.ends == (rb.Status.BRANCH_REACHED, rb.Status.BRANCH_REACHED)
    assert "comes to rest near x = -1" in curve.message
    double = curve.first("bogdanov-takens")
    assert double.parameters["m"] == pytest.approx(2 / math.sqrt(27), rel=1e-12)
    assert double.parameters["nu"] == pytest.approx(c / 3, rel=1e-12)

    def speed(nu, sense):
        """Of the manifold of a saddle at x = 0."""
        rate = max(sense * np.linalg.eigvals([[0, 1], [2, nu - c]]).real)

        def rates(t, s):
            return [sense * s[1], sense * (-s[0] + s[0] ** 3 + s[1] * (nu - c * s[0] ** 2))]

        def middle(t, s):
            return s[0]

        middle.terminal = True
        run = solve_ivp(
            *(rates, (0, 100), [sense * (1e-6 - 1), 1e-6 * rate]),
            **dict(method="DOP853", rtol=1e-12, atol=1e-15, events=middle),
        )
        return run.y_events[0][0][1]

    exact = brentq(lambda nu: speed(nu, 1) - speed(nu, -1), 0.05, 0.3, xtol=1e-13)
    end = 0 if curve["m"][0] < curve["m"][-1] else -1
    assert abs(curve["m"][end]) < 1e-6
    assert curve["nu"][end] == pytest.approx(exact, rel=1e-5)
