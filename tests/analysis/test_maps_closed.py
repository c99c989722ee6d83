"""Maps whose bifurcations are known in closed form: folds, flips, Neimark-Sacker points.

Normal forms: Kuznetsov 2004, chapters 4 and 5.4; in one dimension w -> -w + c w^3 has
c = f_xx^2/4 + f_xxx/6 (eq. 4.14).
"""

import math

import numpy as np
import pytest
import rheobase as rb

QUADRATIC = rb.Model.map("quadratic", "x = c + x^2", parameters=dict(c=0), start=dict(x=0.1))
LOGISTIC = rb.Model.map("logistic", "x = r*x*(1 - x)", parameters=dict(r=2), start=dict(x=0.5))
DELAYED = rb.Model.map(
    "delayed logistic", "x = r*x*(1 - y)\ny = x", parameters=dict(r=1.5), start=dict(x=0.3, y=0.3)
)
HENON = rb.Model.map(
    "Henon", "x = 1 - a*x^2 + y\ny = b*x", parameters=dict(a=0.2, b=0.3), start=dict(x=1, y=0.3)
)


def told(found, name):
    return [(point.label, point.parameters[name]) for point in found.special]


def test_quadratic_map():
    """x -> c + x^2: fold at c = 1/4 with a = 1, flip at -3/4 with c = 2^2/4 = 1."""
    branch = rb.continue_equilibria(QUADRATIC, "c", (-1, 0.5))
    assert told(branch, "c") == [("PD", pytest.approx(-0.75)), ("LP", pytest.approx(0.25))]
    flip, fold = branch.special
    assert flip.parameters["c"] == pytest.approx(-0.75, rel=1e-14)
    assert flip.coefficient == pytest.approx(1, rel=1e-12)
    assert flip.criticality == "supercritical"
    assert fold.parameters["c"] == pytest.approx(0.25, rel=1e-14)
    assert fold.coefficient == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(branch.multipliers[:, 0], 2 * branch["x"], rtol=1e-12)
    np.testing.assert_array_equal(branch.stable, np.abs(2 * branch["x"]) < 1)


def test_logistic_map():
    """Transcritical at r = 1 (w' = w + (r - 1) w - w^2), flip at 3 with c = 6^2/4 = 9, the flip of
    the cycle of two at 1 + sqrt 6."""
    diagram = rb.bifurcation_diagram(LOGISTIC, "r", (0.5, 3.5))
    first, flip, again = diagram.special
    assert (first.label, flip.label, again.label) == ("BP", "PD", "PD")
    assert first.parameters["r"] == pytest.approx(1, rel=1e-14)
    assert first.coefficient == pytest.approx(-1, rel=1e-12)
    assert flip.parameters["r"] == pytest.approx(3, rel=1e-14)
    assert flip.coefficient == pytest.approx(9, rel=1e-12)
    assert again.parameters["r"] == pytest.approx(1 + math.sqrt(6), rel=1e-13)


def test_cycle_of_two_of_the_logistic_map():
    """Its points are [r + 1 +- sqrt((r - 3)(r + 1))]/(2 r), its multiplier 4 + 2 r - r^2."""
    flip = rb.continue_equilibria(LOGISTIC, "r", (2, 3.5)).first("flip")
    cycle = rb.continue_cycles(flip)
    r, x = cycle["r"], cycle.arrays["z"][:, 0]
    np.testing.assert_allclose(
        np.abs(2 * r * x - r - 1), np.sqrt(np.abs((r - 3) * (r + 1))), rtol=1e-8, atol=1e-8
    )
    np.testing.assert_allclose(cycle.multipliers[:, 0], 4 + 2 * r - r**2, rtol=1e-9, atol=1e-9)


def test_henon_map():
    """Fold at a = -(1 - b)^2/4, flip at 3 (1 - b)^2/4, flip of the cycle of two at
    (1 + b)^2 + (1 - b)^2/4 - ... = 0.9125 for b = 0.3 (Henon 1976; 4 a = 5 b^2 - 6 b + 5)."""
    b = 0.3
    diagram = rb.bifurcation_diagram(HENON, "a", (-0.2, 1.2))
    found = sorted(told(diagram, "a"), key=lambda pair: pair[1])
    assert [label for label, _ in found] == ["LP", "PD", "PD"]
    exact = [-((1 - b) ** 2) / 4, 3 * (1 - b) ** 2 / 4, (5 * b**2 - 6 * b + 5) / 4]
    np.testing.assert_allclose([value for _, value in found], exact, rtol=1e-13)


def test_delayed_logistic_map():
    """Multipliers at the fixed point 1 - 1/r solve mu^2 - mu + r - 1 = 0: exp(+-i pi/3) at r = 2,
    where d = -1 (Kuznetsov 2004, example 4.2: -2 with |q|^2 = 2); transcritical at r = 1."""
    branch = rb.continue_equilibria(DELAYED, "r", (1.5, 2.2))
    (point,) = branch.special
    assert (point.kind, point.label) == ("neimark-sacker", "NS")
    assert point.parameters["r"] == pytest.approx(2, rel=1e-13)
    assert point.state["x"] == pytest.approx(0.5, rel=1e-13)
    assert point.notes["theta"] == pytest.approx(math.pi / 3, rel=1e-12)
    assert point.coefficient == pytest.approx(-1, rel=1e-11)
    assert point.criticality == "supercritical"
    mu = branch.multipliers
    r = branch["r"][:, None]
    np.testing.assert_allclose(mu**2 - mu + r - 1, 0, atol=1e-12)
    both = rb.bifurcation_diagram(DELAYED, "r", (0.5, 2.2))
    assert [p.label for p in both.special] == ["BP", "NS"]


def test_neutral_saddles_of_maps_are_no_neimark_sacker_points():
    """Multipliers 2 and (1 + a)/2 multiply to one at a = 0."""
    model = rb.Model.map(
        "saddle", "x = 2*x + x*y\ny = (1 + a)/2*y + x^2", parameters=dict(a=0), start=dict(x=0, y=0)
    )
    assert told(rb.continue_equilibria(model, "a", (-0.5, 0.6)), "a") == []
