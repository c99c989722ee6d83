"""Branches of equilibria whose special points are known in closed form: where, how many, with which
coefficient. Formulas: Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed. (2004), with
<q, q> = <p, q> = 1.
"""

import math

import numpy as np
import pytest
import rheobase as rb


def branch_of(text, name, interval, start, **parameters):
    model = rb.Model("closed form", text, parameters={name: 0.0, **parameters}, start=start)
    return rb.continue_equilibria(model, name, interval)


def labels(found):
    return [point.label for point in found.special]


@pytest.mark.parametrize("s", [1, -1, 1e-3, 1e3])
def test_saddle_node(s):
    """x' = alpha + s x^2: fold at 0, a = s; the branch is alpha = -s x^2, and ends where it began
    in alpha."""
    model = rb.models.normal_form("saddle-node").replace(s=s, x=-math.sqrt(1 / abs(s)))
    branch = rb.continue_equilibria(model, "alpha", (-math.copysign(1, s), math.copysign(0.9, s)))
    assert labels(branch) == ["LP"]
    fold = branch.first("fold")
    assert abs(fold.parameters["alpha"]) < 1e-14
    assert fold.coefficient == pytest.approx(s, rel=1e-12)
    np.testing.assert_allclose(branch["alpha"], -s * branch["x"] ** 2, rtol=0, atol=1e-9)
    np.testing.assert_allclose(branch.eigenvalues[:, 0], 2 * s * branch["x"], rtol=1e-12, atol=0)
    assert branch["x"][-1] == pytest.approx(-branch["x"][0], rel=1e-10)
    assert branch.ends[1] is rb.Status.RANGE_REACHED


@pytest.mark.parametrize("s", [1, -1])
def test_transcritical(s):
    """x' = alpha x + s x^2: the branches 0 and -alpha/s cross at 0 and exchange stability."""
    diagram = rb.bifurcation_diagram(rb.models.normal_form("transcritical").replace(s=s))
    assert [labels(branch) for branch in diagram.branches] == [["BP"], ["BP"]]
    (point,) = diagram.special
    assert abs(point.parameters["alpha"]) < 1e-14
    assert point.criticality == "transcritical"
    assert point.coefficient == pytest.approx(s, rel=1e-12)
    for branch in diagram.branches:
        alpha, x = branch["alpha"], branch["x"]
        off = np.abs(x) > 1e-6
        np.testing.assert_allclose(x[off], -alpha[off] / s, rtol=1e-12)
        away = np.abs(alpha) > 1e-6
        rate = np.where(off, -alpha, alpha)
        np.testing.assert_array_equal(branch.stable[away], rate[away] < 0)


@pytest.mark.parametrize("s", [1, -1])
def test_pitchfork(s):
    """x' = alpha x + s x^3: the branch x = 0, and alpha = -s x^2, which turns at the crossing but
    has no fold there."""
    kind = "pitchfork" if s < 0 else "subcritical pitchfork"
    diagram = rb.bifurcation_diagram(rb.models.normal_form(kind))
    assert [labels(branch) for branch in diagram.branches] == [["BP"], ["BP"]]
    (point,) = diagram.special
    assert abs(point.parameters["alpha"]) < 1e-14
    assert point.criticality.endswith("supercritical" if s < 0 else "subcritical")
    assert point.coefficient == pytest.approx(s, rel=1e-12)
    (bent,) = (branch for branch in diagram.branches if np.ptp(branch["x"]) > 0.1)
    np.testing.assert_allclose(bent["alpha"], -s * bent["x"] ** 2, rtol=0, atol=1e-9)
    assert np.ptp(bent["x"]) == pytest.approx(2, rel=1e-9)


@pytest.mark.parametrize("s", [1, -1])
def test_cusp(s):
    """x' = beta1 + beta2 x + s x^3 folds where beta2 = -3 s x^2, beta1 = 2 s x^3, i.e. at
    beta1 = +-2 (-s beta2/3)^(3/2); a = 3 s x there."""
    model = rb.models.normal_form("cusp").replace(beta2=-s, s=s)
    branch = rb.continue_equilibria(model, "beta1", (-1, 1))
    assert labels(branch) == ["LP", "LP"]
    for fold in branch.special:
        x = fold.state["x"]
        assert abs(x) == pytest.approx(3**-0.5, rel=1e-13)
        assert fold.parameters["beta1"] == pytest.approx(2 * s * x**3, rel=1e-13)
        assert fold.coefficient == pytest.approx(3 * s * x, rel=1e-12)


@pytest.mark.parametrize("omega", [1e-3, 1, 1e3])
@pytest.mark.parametrize("s", [1, -1])
def test_hopf(s, omega):
    """z' = (alpha + i omega) z + s z |z|^2. With q = (1, -i)/sqrt 2 and z = sqrt(2) w the cubic
    coefficient of w is c1 = 2 s, and l1 = Re c1/omega = 2 s/omega (eq. 3.20)."""
    kind = "hopf" if s < 0 else "subcritical hopf"
    model = rb.models.normal_form(kind).replace(omega=omega)
    branch = rb.continue_equilibria(model, "alpha", (-1, 1.1))
    assert labels(branch) == ["H"]
    hopf = branch.first("hopf")
    assert abs(hopf.parameters["alpha"]) < 1e-13 * max(omega, 1)
    assert hopf.coefficient == pytest.approx(2 * s / omega, rel=1e-12)
    assert hopf.period == pytest.approx(2 * math.pi / omega, rel=1e-13)
    assert hopf.criticality == ("supercritical" if s < 0 else "subcritical")


def test_a_neutral_saddle_is_no_hopf_point():
    """Eigenvalues 1 + alpha and -1 at the origin add up to zero at alpha = 0."""
    branch = branch_of(
        "x' = (1 + alpha)*x + x*y\ny' = -y + x^2", "alpha", (-0.5, 0.6), dict(x=0, y=0)
    )
    assert labels(branch) == []


@pytest.mark.parametrize("distance", [1e-1, 1e-2, 1e-3, 1e-4, 1e-5])
def test_two_hopf_points_close_together(distance):
    """The pair alpha^2 - d^2 +- i crosses the axis at alpha = -d and again at d."""
    branch = branch_of(
        """
        x' = x*growth - y
        y' = y*growth + x
        growth = alpha^2 - d^2 - x^2 - y^2
        """,
        "alpha",
        (-1, 1.1),
        dict(x=0, y=0),
        d=distance,
    )
    assert labels(branch) == ["H", "H"]
    values = [point.parameters["alpha"] for point in branch.special]
    # alpha is known to the rounding of growth divided by its slope, 2 d
    np.testing.assert_allclose(values, [-distance, distance], rtol=0, atol=1e-15 / distance)


@pytest.mark.parametrize("between", [0.3, 1e-2, 1e-3, 1e-5, -1e-3, 0.0])
def test_a_hopf_point_beside_a_neutral_saddle(between):
    """alpha +- i, and 1 + alpha - e with -1: the product of sums changes sign twice within e."""
    branch = branch_of(
        "x' = alpha*x - y\ny' = x + alpha*y\nu' = (1 + alpha - e)*u\nv' = -v + u^2",
        "alpha",
        (-0.5, 0.6),
        dict(x=0, y=0, u=0, v=0),
        e=between,
    )
    assert labels(branch) == ["H"]
    assert abs(branch.first("hopf").parameters["alpha"]) < 1e-13


def test_a_circle_is_closed():
    """alpha^2 + x^2 = 1: folds at alpha = +-1, the end is the beginning."""
    diagram = rb.bifurcation_diagram(
        rb.Model("circle", "x' = 1 - a^2 - x^2", parameters=dict(a=0), start=dict(x=1)),
        "a",
        (-2, 2.2),
    )
    (branch,) = diagram.branches
    assert branch.ends[1] is rb.Status.CLOSED
    assert branch.status.ok
    assert sorted(p.parameters["a"] for p in branch.all("LP")) == pytest.approx([-1, 1], abs=1e-13)
    assert len(branch.special) == 2
    np.testing.assert_allclose(branch["a"] ** 2 + branch["x"] ** 2, 1, rtol=1e-9)
    for name in ("a", "x"):
        assert branch[name][0] == branch[name][-1]
    # once round: the angles of neighbouring points add up to one turn
    turns = np.unwrap(np.arctan2(branch["x"], branch["a"]))
    assert abs(turns[-1] - turns[0]) == pytest.approx(2 * math.pi, rel=1e-12)


def test_an_isola_beside_a_branch_through_the_range():
    """The circle again, and the line x = 3, which the branch through the range ends is."""
    diagram = rb.bifurcation_diagram(
        rb.Model("isola", "x' = (1 - a^2 - x^2)*(3 - x)", parameters=dict(a=0), start=dict(x=3)),
        "a",
        (-2, 2.2),
    )
    line, circle = sorted(diagram.branches, key=lambda branch: len(branch.special))
    assert labels(line) == []
    assert line.ends[1] is rb.Status.RANGE_REACHED
    np.testing.assert_allclose(line["x"], 3, rtol=1e-14)
    assert labels(circle) == ["LP", "LP"]
    assert circle.ends[1] is rb.Status.CLOSED


def test_lorenz():
    """Pitchfork at rho = 1, Hopf points of both images at sigma (sigma + beta + 3)/(sigma - beta
    - 1) = 470/19 with omega^2 = beta (sigma + rho); subcritical (Marsden and McCracken 1976)."""
    model = rb.models.lorenz()
    sigma, beta = model.parameters["sigma"], model.parameters["beta"]
    whole = rb.continue_equilibria(model, "rho", (0.5, 30))
    point = whole.first("branch point")
    assert point.parameters["rho"] == pytest.approx(1, rel=1e-13)
    bent = rb.continue_equilibria(point)
    assert labels(bent) == ["H", "H"]
    for hopf in bent.all("hopf"):
        assert hopf.parameters["rho"] == pytest.approx(470 / 19, rel=1e-13)
        omega = math.sqrt(beta * (sigma + 470 / 19))
        assert hopf.period == pytest.approx(2 * math.pi / omega, rel=1e-12)
        assert hopf.criticality == "subcritical"
    x = np.abs(bent["x"])
    np.testing.assert_allclose(x**2, beta * (bent["rho"] - 1), rtol=1e-9, atol=1e-9)
