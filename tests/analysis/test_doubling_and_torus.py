"""Period doublings, torus bifurcations and branch points of cycles in closed form; Rossler's first
doubling against scipy.

(x, y) runs around the unit circle, r' = r (1 - r^2), with theta' = 1; further states live in planes
across it. Coordinates that make half a turn with each turn of theta turn a growth exp(2 pi a) into
the multiplier -exp(2 pi a), and a pitchfork of equilibria into a period doubling.
"""

import dataclasses
import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.cycle_curve import CycleCurve
from scipy.integrate import solve_ivp

# p, q: half a turn with each turn of theta; along the turning axes (cos, sin)(theta/2) the growth
# mu + s rho^2, across them -1
DOUBLING = rb.Model(
    "doubling",
    """
    x' = x*(1 - x^2 - y^2) - y
    y' = y*(1 - x^2 - y^2) + x
    p' = -q/2 + (g*((1 + x)*p + y*q) - ((1 - x)*p - y*q))/2
    q' = p/2 + (g*(y*p + (1 - x)*q) - (-y*p + (1 + x)*q))/2
    rho2 = (p^2 + q^2 + x*(p^2 - q^2) + 2*y*p*q)/2
    g = mu + s*rho2
    """,
    parameters=dict(mu=-0.5, s=-1),
    start=dict(x=1, y=0, p=0, q=0),
)
# u, v: a Hopf normal form across the circle
TORUS = rb.Model(
    "torus",
    """
    x' = x*(1 - x^2 - y^2) - y
    y' = y*(1 - x^2 - y^2) + x
    u' = alpha*u - omega*v + s*u*(u^2 + v^2)
    v' = omega*u + alpha*v + s*v*(u^2 + v^2)
    """,
    parameters=dict(alpha=-0.3, omega=0.3, s=-1),
    start=dict(x=1, y=0, u=0, v=0),
)
# z: a pitchfork or transcritical bifurcation across the circle
CROSSING = """
x' = x*(1 - x^2 - y^2) - y
y' = y*(1 - x^2 - y^2) + x
z' = mu*z + a*z^2 + c*z^3
"""
ACROSS = math.exp(-4 * math.pi)


def told(branch):
    return [(point.label, point.parameters[branch.parameter]) for point in branch.special]


def through(model, name, interval, **settings):
    """The branch through the circle, on which the model starts."""
    return rb.continue_cycles(rb.find_limit_cycle(model), name, interval, **settings)


@pytest.mark.parametrize("s", [1, -1])
def test_period_doubling(s):
    """Multipliers -exp(2 pi mu), -exp(-2 pi): doubling at mu = 0."""
    branch = through(DOUBLING.replace(s=s), "mu", (-0.5, 0.4))
    (point,) = branch.special
    assert (point.kind, point.label) == ("period doubling", "PD")
    assert abs(point.parameters["mu"]) < 1e-11
    assert point.period == pytest.approx(2 * math.pi, rel=1e-11)
    assert point.criticality == ("supercritical" if s < 0 else "subcritical")
    exact = np.stack(
        [
            np.ones(len(branch)),
            -np.exp(2 * math.pi * branch["mu"]),
            np.full(len(branch), -math.exp(-2 * math.pi)),
            np.full(len(branch), ACROSS),
        ]
    )
    exact = -np.sort(-np.abs(exact), axis=0).T
    np.testing.assert_allclose(np.abs(branch.multipliers), exact, rtol=1e-6, atol=1e-11)
    off = np.abs(branch["mu"]) > 1e-9
    np.testing.assert_array_equal(branch.stable[off], (branch["mu"] < 0)[off])


@pytest.mark.parametrize("s", [1, -1])
def test_the_doubled_family(s):
    """rho^2 = -mu/s on it, period 4 pi, multipliers exp(-8 pi mu) (of two turns), exp(-4 pi)."""
    point = through(DOUBLING.replace(s=s, mu=-0.3), "mu", (-0.4, 0.4)).first("period doubling")
    doubled = rb.continue_cycles(point)
    assert told(doubled) == []
    assert doubled.ends[0] is rb.Status.BRANCH_REACHED
    assert doubled.ends[1] is rb.Status.RANGE_REACHED
    mu = doubled["mu"]
    assert (-s * mu > -1e-9).all()
    np.testing.assert_allclose(doubled["period"], 4 * math.pi, rtol=1e-9)
    # p = rho cos(theta/2)
    np.testing.assert_allclose(doubled["p_max"] ** 2, -mu / s, rtol=1e-6, atol=1e-7)
    exact = np.exp(-8 * math.pi * mu)
    nearest = np.abs(doubled.multipliers - exact[:, None]).min(axis=1)
    assert (nearest < 1e-5 * exact + 1e-10).all()


@pytest.mark.parametrize("omega", [0.1, 0.3, 0.45])
@pytest.mark.parametrize("s", [1, -1])
def test_torus(s, omega):
    """Multipliers exp(2 pi (alpha +- i omega)): on the unit circle at alpha = 0."""
    branch = through(TORUS.replace(s=s, omega=omega), "alpha", (-0.3, 0.4))
    (point,) = branch.special
    assert (point.kind, point.label) == ("torus", "NS")
    assert abs(point.parameters["alpha"]) < 1e-11
    assert point.notes["theta"] == pytest.approx(2 * math.pi * omega, rel=1e-9)
    assert point.criticality == ("supercritical" if s < 0 else "subcritical")
    pair = np.exp(2 * math.pi * (branch["alpha"] + 1j * omega))
    nearest = np.abs(branch.multipliers - pair[:, None]).min(axis=1)
    assert (nearest < 1e-7 * np.abs(pair)).all()


@pytest.mark.parametrize("kind", ["torus", "subcritical torus"])
def test_the_torus_of_the_library(kind):
    branch = through(rb.models.normal_form(kind), "alpha", (-0.5, 0.4))
    (point,) = branch.special
    assert point.kind == "torus"
    assert abs(point.parameters["alpha"]) < 1e-11
    omega = point.parameters["omega"]
    assert point.notes["theta"] == pytest.approx(2 * math.pi * omega, rel=1e-9)
    np.testing.assert_allclose(branch["period"], 2 * math.pi, rtol=1e-9)


def test_neutral_multipliers_are_no_torus():
    """exp(2 pi (1 + alpha)) and exp(-2 pi): their product is 1 at alpha = 0."""
    model = rb.Model(
        "neutral",
        """
        x' = x*(1 - x^2 - y^2) - y
        y' = y*(1 - x^2 - y^2) + x
        u' = (1 + alpha)*u
        v' = -v
        """,
        parameters=dict(alpha=0),
        start=dict(x=1, y=0, u=0, v=0),
    )
    assert told(through(model, "alpha", (-0.4, 0.5))) == []


@pytest.mark.parametrize(("a", "c"), [(0, -1), (0, 1), (1, 0), (-1, 0)])
def test_branch_points(a, c):
    """z' = mu z + a z^2 + c z^3: z = 0 loses its stability at mu = 0, where cycles of z = -mu/a,
    or z^2 = -mu/c, cross; their multiplier is exp(-2 pi mu), or exp(-4 pi mu)."""
    model = rb.Model(
        "crossing",
        CROSSING,
        parameters=dict(mu=-0.4, a=a, c=c),
        start=dict(x=1, y=0, z=0),
    )
    branch = through(model, "mu", (-0.4, 0.3))
    (point,) = branch.special
    assert (point.kind, point.label) == ("cycle branch point", "BPC")
    assert abs(point.parameters["mu"]) < 1e-8
    assert point.criticality == ("pitchfork" if a == 0 else "transcritical")
    np.testing.assert_allclose(branch["z_max"], 0, atol=1e-12)
    other = rb.continue_cycles(point)
    mu, z = other["mu"], other["z_max"]
    assert np.abs(z).max() > 0.25
    np.testing.assert_allclose(a * z + c * z**2, -mu, rtol=1e-6, atol=1e-7)
    exact = np.exp(-2 * math.pi * mu * (1 if a else 2))
    nearest = np.abs(other.multipliers - exact[:, None]).min(axis=1)
    assert (nearest < 1e-5 * exact).all()
    assert told(other) == [("BPC", pytest.approx(0, abs=1e-8))]


def test_rossler():
    """x' = -y - z, y' = x + a y, z' = b + z (x - c), a = b = 0.2 (Rossler 1976): at the first
    doubling scipy's DOP853 closes the orbit and finds the multiplier -1."""
    model = rb.Model(
        "Rossler",
        "x' = -y - z\ny' = x + a*y\nz' = b + z*(x - c)",
        parameters=dict(a=0.2, b=0.2, c=2.5),
        start=dict(x=1, y=1, z=0),
    )
    branch = through(model, "c", (2, 3.5), mesh=80)
    (point,) = branch.special
    assert point.kind == "period doubling"
    p = list(point.parameters.values())

    def rates(t, y):
        M = model.field.jacobian(y[:3], p) @ y[3:].reshape(3, 3)
        return np.concatenate([model.field.f(y[:3], p), M.ravel()])

    start = np.concatenate([list(point.state.values()), np.eye(3).ravel()])
    run = solve_ivp(rates, (0, point.period), start, method="DOP853", rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(run.y[:3, -1], start[:3], rtol=0, atol=1e-7)
    multipliers = np.linalg.eigvals(run.y[3:, -1].reshape(3, 3))
    assert np.abs(multipliers + 1).min() < 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_a_family_begun_on_a_doubling_tells_of_it_once(seed, monkeypatch):
    """Whatever the sign that rounding gives to what vanishes there, here drawn in every call."""
    cycle = rb.find_limit_cycle(DOUBLING.replace(mu=0))
    rng = np.random.default_rng(seed)

    def shaken(*arguments):
        known = facts(*arguments)
        return dataclasses.replace(known, doubling=known.doubling + rng.choice([-1e-12, 1e-12]))

    facts = CycleCurve.facts
    monkeypatch.setattr(CycleCurve, "facts", shaken)
    family = rb.continue_cycles(cycle, "mu", (-0.3, 0.3))
    assert told(family) == [("PD", pytest.approx(0.0, abs=1e-11))]
