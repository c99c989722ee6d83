"""Families of cycles that end at infinite period: saddle-nodes on the cycle and homoclinic orbits,
located exactly or known to many digits."""

import math

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp
from scipy.optimize import brentq


def snic_model(k, radius=1.0):
    """theta' = mu + k (1 - sin theta) on a circle: for k = 1 the theta neuron."""
    return rb.Model(
        "SNIC",
        """
        x' = x*(1 - r2) - y*w
        y' = y*(1 - r2) + x*w
        r2 = (x^2 + y^2)/R^2
        w = mu + k*(1 - y/R)
        """,
        parameters=dict(mu=0.5, k=k, R=radius),
        start=dict(x=radius, y=0),
    )


@pytest.mark.parametrize("radius", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("k", [0.2, 1.0, 5.0])
def test_a_saddle_node_on_the_circle(k, radius):
    """theta' = mu + k (1 - sin theta) has T = 2 pi/sqrt((mu + k)^2 - k^2): the SNIC is at mu = 0,
    theta = pi/2. There w = theta - pi/2 obeys w' = mu + (k/2) w^2, so that the frequency rises as
    sqrt(a b mu)/pi with a b = k/2 (Izhikevich 2007, section 6.1.2: = sqrt(2 k mu)/(2 pi))."""
    model = snic_model(k, radius)
    family = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-0.3, 1))
    mu = family["mu"]
    exact = 2 * math.pi / np.sqrt((mu + k) ** 2 - k**2)
    slow = mu > 1e-4 * k
    np.testing.assert_allclose(family["period"][slow], exact[slow], rtol=1e-6)
    assert [point.label for point in family.special] == ["SNIC"]
    point = family.first("snic")
    assert abs(point.parameters["mu"]) < 1e-14
    assert point.coefficient == pytest.approx(math.sqrt(k / 2) / math.pi, rel=1e-10)
    assert point.state["y"] == pytest.approx(radius, rel=1e-12)
    assert abs(point.state["x"]) < 1e-9 * radius
    assert point.period == math.inf
    assert rb.Status.PERIOD_DIVERGES in family.ends
    assert family.status.ok
    assert "snic" in family.message


def test_the_saddle_node_seen_from_the_other_side():
    """The whole diagram from mu = -0.3: node and saddle meet, cycles beyond; no other label."""
    diagram = rb.bifurcation_diagram(snic_model(1.0).replace(mu=-0.3), "mu", (-0.3, 1))
    assert sorted(point.label for point in diagram.special) == ["LP", "SNIC"]
    for point in diagram.special:
        assert abs(point.parameters["mu"]) < 1e-14


def test_the_prefactor_of_morris_lecar():
    """MODELS: SNIC at 39.963153092745 with f = 5.66195 Hz sqrt(I - I_SN) (AUTO-07p, mpmath)."""
    diagram = rb.bifurcation_diagram(rb.models.morris_lecar("snic"))
    point = diagram.first("snic")
    assert point.parameters["I"] == pytest.approx(39.963153092745, rel=1e-12)
    assert 1000 * point.coefficient == pytest.approx(5.66195, abs=1e-5)


def homoclinic_model(scale=1.0):
    return rb.Model(
        "loop",
        """
        x' = -x + 2*y + x^2/S
        y' = (2 - alpha)*x - y - 3*x^2/S + 3/2*x*y/S
        """,
        parameters=dict(alpha=0.1, S=scale),
        start=dict(x=0.5 * scale, y=0),
    )


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("downward", [False, True])
def test_the_loop_of_a_saddle(scale, downward):
    """At alpha = 0 the curve x^2 (1 - x) = y^2 is invariant: a homoclinic loop of the saddle 0 with
    eigenvalues 1 and -3; stable cycles for alpha in (0, 25/98) (Kuznetsov 2004, section 6.2)."""
    interval = (0.4, -0.1) if downward else (-0.1, 0.4)
    diagram = rb.bifurcation_diagram(homoclinic_model(scale), "alpha", interval)
    assert [point.label for point in diagram.special] == ["H", "HOM"]
    assert diagram.first("hopf").parameters["alpha"] == pytest.approx(25 / 98, rel=1e-12)
    point = diagram.first("homoclinic")
    assert abs(point.parameters["alpha"]) < 3e-9
    assert point.coefficient == pytest.approx(-2, rel=1e-8)
    np.testing.assert_allclose(np.sort(point.eigenvalues.real), [-3, 1], rtol=1e-8)
    assert point.criticality == "stable cycles"
    assert max(map(abs, point.state.values())) < 1e-8 * scale
    (family,) = diagram.cycles
    assert family.ends == (rb.Status.HOPF_REACHED, rb.Status.PERIOD_DIVERGES)
    assert family.stable[1:].all()


def test_bogdanov_takens():
    """x' = y, y' = b1 + b2 x + x^2 - x y: the homoclinic curve is b1 = -(6/25) b2^2 + O(|b2|^(5/2))
    with saddles to the right (Kuznetsov 2004, section 8.4). The error of the
    leading term falls with b2."""
    errors = []
    for b2 in (-0.02, -0.005):
        model = rb.models.normal_form("bogdanov-takens").replace(
            beta1=0.1 * b2**2, beta2=b2, x=b2 * 0.02
        )
        diagram = rb.bifurcation_diagram(model, "beta1", (-0.5 * b2**2, 0.2 * b2**2))
        point = diagram.first("homoclinic")
        errors.append(abs(point.parameters["beta1"] / (-6 / 25 * b2**2) - 1))
        x = point.state["x"]
        assert x == pytest.approx(
            (-b2 + math.sqrt(b2**2 - 4 * point.parameters["beta1"])) / 2, rel=1e-9
        )
    assert errors[1] < errors[0] < 0.1


def crossing(b1, b2, sense, aside=1e-5):
    """Where the saddle's unstable (sense 1) or stable manifold (-1) comes back to y = 0, by scipy's
    DOP853 from a little aside along the eigenvector."""
    saddle = (-b2 + math.sqrt(b2**2 - 4 * b1)) / 2
    rate = (-saddle + sense * math.sqrt(saddle**2 + 4 * (b2 + 2 * saddle))) / 2

    def rates(t, state):
        x, y = state
        return [sense * y, sense * (b1 + b2 * x + x**2 - x * y)]

    def at_rest(t, state):
        return state[1]

    at_rest.terminal, at_rest.direction = True, sense
    run = solve_ivp(
        *(rates, (0, 80), [saddle - aside, -aside * rate]),
        **dict(method="DOP853", rtol=1e-12, atol=1e-14, events=at_rest, max_step=1),
    )
    return run.y_events[0][0][0]


def test_bogdanov_takens_by_shooting():
    b2 = -0.5
    exact = brentq(
        lambda b1: crossing(b1, b2, 1) - crossing(b1, b2, -1), -0.0567, -0.0564, xtol=1e-13
    )
    assert exact == pytest.approx(-0.0565551707502, abs=1e-12)
    point = rb.bifurcation_diagram(rb.models.normal_form("bogdanov-takens")).first("homoclinic")
    assert point.parameters["beta1"] == pytest.approx(exact, abs=1e-11)


def test_lorenz():
    """rho = 13.926557408 (AUTO-07p; 13.9265 in Doedel, Krauskopf and Osinga 2006)."""
    diagram = rb.bifurcation_diagram(rb.models.lorenz(), "rho", (5, 28))
    points = diagram.all("homoclinic")
    assert len(points) == 2
    for point in points:
        assert point.parameters["rho"] == pytest.approx(13.926557408, rel=3e-9)
        assert point.criticality == "unstable cycles"
        assert max(map(abs, point.state.values())) < 1e-9


@pytest.mark.parametrize("low", [-0.3, 0.001])
def test_a_limit_of_the_period(low):
    """T = 30 is enough to tell what the family runs into, at mu = 0; outside the range it is no
    point of the diagram."""
    family = rb.continue_cycles(rb.find_limit_cycle(snic_model(1.0)), "mu", (low, 1), max_period=30)
    if low < 0:
        assert abs(family.first("snic").parameters["mu"]) < 1e-14
        assert family.ends[0] is rb.Status.PERIOD_DIVERGES
    else:
        assert family.special == ()
        assert family.ends[0] is rb.Status.PERIOD_LIMIT
        assert not family.status.ok
    assert 30 < family["period"].max() < 60


@pytest.mark.parametrize("end", [0.1, 0.4, 1.0])
def test_a_family_ends_at_its_homoclinic_whatever_the_range(end):
    """Izhikevich's fast subsystem: by SciPy's DOP853 the period is 3.79 at s = 0.06782, and there
    is no cycle from 0.06783 on."""
    model = rb.Model(
        "fast subsystem",
        """
        V' = 5 - 8*(V + 80) - 20*m*(V - 60) - 9*n*(V + 90) - 5*s*(V + 90)
        n' = (1/(1 + exp((-25 - V)/5)) - n)/0.152
        m = 1/(1 + exp((-20 - V)/15))
        """,
        parameters=dict(s=0),
        start=dict(V=-60, n=0),
    )
    diagram = rb.bifurcation_diagram(model, "s", (0, end))
    assert diagram.first("homoclinic").value == pytest.approx(0.067826, abs=1e-6)
    assert not diagram.all("cycle fold")
    for family in diagram.cycles:
        assert family["s"].max() < 0.06783
        assert family["period"].max() < 1e3
