"""Curves of cycle folds, period doublings and torus bifurcations in two parameters, in closed form.

(x, y) runs around the unit circle, r' = r (1 - r^2), theta' = 1; further states live across it,
so that bifurcations of equilibria become those of cycles, and half turns make -exp(2 pi a) of a
growth a (Kuznetsov 2004, sections 8.2 to 9.5, for the normal forms).
"""

import math

import numpy as np
import pytest
import rheobase as rb

AROUND = """
x' = x*(1 - x^2 - y^2) - y
y' = y*(1 - x^2 - y^2) + x
"""
# r' = r g(r^2), theta' = 1
RADIAL = rb.Model(
    "radial",
    """
    x' = x*g - y
    y' = x + y*g
    g = b1 + b2*r2 + b3*r2^2 + b4*r2^3
    r2 = x^2 + y^2
    """,
    parameters=dict(b1=-0.1, b2=1, b3=-1, b4=0),
    start=dict(x=0, y=0),
)
# along the axis that turns by half the growth is g, across it -1
DOUBLING = """
p' = -q/2 + (g*((1 + x)*p + y*q) - ((1 - x)*p - y*q))/2
q' = p/2 + (g*(y*p + (1 - x)*q) - (-y*p + (1 + x)*q))/2
rho2 = (p^2 + q^2 + x*(p^2 - q^2) + 2*y*p*q)/2
"""
TORUS = """
u' = al*u - w*v + s*u*(u^2 + v^2)
v' = w*u + al*v + s*v*(u^2 + v^2)
"""


def first_of(model, kind, name, interval):
    """The first such point on the cycles through the model's start."""
    return rb.continue_cycles(rb.find_limit_cycle(model), name, interval).first(kind)


def labels(branch):
    return [point.label for point in branch.special]


def at(point, *names):
    return [point.parameters[name] for name in names]


@pytest.fixture(scope="module")
def bautin_folds():
    hopf = rb.continue_equilibria(RADIAL, "b1", (-1, 1)).first("hopf")
    fold = rb.continue_cycles(hopf).first("cycle fold")
    return rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-1, 0.5), b2=(-0.5, 2)))


def test_cycle_folds_of_the_bautin_form(bautin_folds):
    """b1 = -b2^2/4 at r^2 = b2/2."""
    branch = bautin_folds
    b1, b2 = branch["b1"], branch["b2"]
    np.testing.assert_allclose(b1, -(b2**2) / 4, rtol=0, atol=1e-9)
    np.testing.assert_allclose(branch["x_max"] ** 2, np.maximum(b2, 0) / 2, rtol=0, atol=1e-8)
    np.testing.assert_allclose(branch["period"], 2 * math.pi, rtol=1e-9)
    assert branch.kind == "cycle fold"
    assert dict(branch.plane) == dict(b1=(-1, 0.5), b2=(-0.5, 2))


def test_cycle_folds_end_at_the_bautin_point(bautin_folds):
    branch = bautin_folds
    assert labels(branch) == ["GH"]
    np.testing.assert_allclose(at(branch.special[0], "b1", "b2"), 0, atol=1e-10)
    assert set(branch.ends) == {rb.Status.RANGE_REACHED, rb.Status.HOPF_REACHED}
    assert "shrink to the bautin point" in branch.message


def test_a_curve_is_saved_and_loaded(bautin_folds, tmp_path):
    rb.save(bautin_folds, tmp_path / "folds.npz")
    branch = rb.load(tmp_path / "folds.npz")
    assert branch.to_dict() == bautin_folds.to_dict()
    again = rb.continue_bifurcation(branch.special[0], max_points=10)
    assert again.kind == "cycle fold"


def test_a_canard_is_not_forced():
    """FitzHugh's fold of cycles: neighbours part by more than double precision holds."""
    model = rb.models.fitzhugh_nagumo()
    fold = rb.bifurcation_diagram(model, "I", (0, 0.5)).first("cycle fold")
    with pytest.raises(rb.NotFound, match="canard"):
        rb.continue_bifurcation(fold, ("I", "b"), dict(I=(0, 1), b=(0.5, 1)))


def test_a_name_that_is_a_column():
    model = rb.Model(
        "angle",
        AROUND + TORUS + "al = alpha\nw = theta\ns = -1",
        parameters=dict(alpha=-0.3, theta=0.2),
        start=dict(x=1, y=0, u=0, v=0),
    )
    point = first_of(model, "torus", "alpha", (-0.4, 0.4))
    with pytest.raises(rb.InvalidArgument, match="'theta', which is a column"):
        rb.continue_bifurcation(point, ("alpha", "theta"), dict(alpha=(-1, 1), theta=(0, 1)))


def test_no_tori_at_a_zero_hopf_point_where_none_are_born():
    """z' = b1 + z^2 + r^2, r' = r (b2 + z + z^2): s theta = 1."""
    model = rb.Model(
        "zero-hopf",
        "x' = x*g - y\ny' = y*g + x\nz' = b1 + z^2 + x^2 + y^2\ng = b2 + z + z^2",
        parameters=dict(b1=-0.01, b2=-0.3),
        start=dict(x=0, y=0, z=-0.1),
    )
    hopf = rb.continue_equilibria(model, "b2", (-0.3, 0.3)).first("hopf")
    box = dict(b1=(-0.2, 0.1), b2=(-0.3, 0.3))
    point = rb.continue_bifurcation(hopf, ("b1", "b2"), box).first("zero-hopf")
    with pytest.raises(rb.NotFound, match="no tori are born"):
        rb.continue_bifurcation(point)


def test_from_the_bautin_point_to_the_cycle_folds():
    hopf = rb.continue_equilibria(RADIAL, "b1", (-1, 1)).first("hopf")
    box = dict(b1=(-1, 0.5), b2=(-1, 2))
    bautin = rb.continue_bifurcation(hopf, ("b1", "b2"), box).first("bautin")
    branch = rb.continue_bifurcation(bautin)
    assert branch.kind == "cycle fold"
    assert branch["b1"].min() == -1
    np.testing.assert_allclose(branch["b1"], -(branch["b2"] ** 2) / 4, rtol=0, atol=1e-9)
    np.testing.assert_allclose(at(branch.first("GH"), "b1", "b2"), 0, atol=1e-10)


def test_a_cusp_of_cycles():
    """r' = b1 r + b2 r^3 + b3 r^5 - r^7: folds at s = r^2 with b2 = 3 s^2 - 2 b3 s, b1 = -b2 s
    - b3 s^2 + s^3; the cusp is at s = b3/3 = 1, where r' = -r (r^2 - 1)^3 = -8 xi^3 + ... for a
    time of 2 pi."""
    model = RADIAL.replace(b1=-0.1, b2=-1, b3=3, b4=-1)
    hopf = rb.continue_equilibria(model, "b1", (-3, 2)).first("hopf")
    fold = rb.continue_cycles(hopf).first("cycle fold")
    branch = rb.continue_bifurcation(fold, ("b1", "b2"), dict(b1=(-3, 3), b2=(-6, 2)))
    s = branch["x_max"] ** 2
    np.testing.assert_allclose(branch["b2"], 3 * s**2 - 6 * s, rtol=0, atol=1e-7)
    np.testing.assert_allclose(branch["b1"], s**3 - branch["b2"] * s - 3 * s**2, rtol=0, atol=1e-7)
    assert sorted(labels(branch)) == ["CPC", "GH"]
    cusp = branch.first("cusp of cycles")
    np.testing.assert_allclose(at(cusp, "b1", "b2"), [1, -3], rtol=0, atol=1e-9)
    assert cusp.coefficient == pytest.approx(-16 * math.pi, rel=1e-7)
    again = rb.continue_bifurcation(cusp, max_points=20)
    assert labels(again).count("CPC") == 1
    s = again["x_max"] ** 2
    np.testing.assert_allclose(again["b2"], 3 * s**2 - 6 * s, rtol=0, atol=1e-7)


def test_period_doublings_and_a_generalised_one():
    """Growth g = mu + nu^2 - 1/4 + (nu + mu/2) rho^2: doubling on a parabola, degenerate where
    nu = -mu/2, mu = sqrt 5 - 2."""
    model = rb.Model(
        "doubling",
        AROUND + DOUBLING + "g = mu + nu^2 - 0.25 + (nu + mu/2)*rho2 + 0.3*rho2^2",
        parameters=dict(mu=0.05, nu=0.2),
        start=dict(x=1, y=0, p=0, q=0),
    )
    point = first_of(model, "period doubling", "mu", (-1, 1))
    branch = rb.continue_bifurcation(point, ("mu", "nu"), dict(mu=(-1, 1), nu=(-1, 1)))
    np.testing.assert_allclose(branch["mu"], 0.25 - branch["nu"] ** 2, rtol=0, atol=1e-9)
    assert branch.kind == "period doubling"
    assert labels(branch) == ["GPD"]
    mu = math.sqrt(5) - 2
    np.testing.assert_allclose(at(branch.special[0], "mu", "nu"), [mu, -mu / 2], atol=1e-9)
    assert branch.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    others = np.sort(np.abs(branch.multipliers), axis=1)
    exact = np.sort([math.exp(-4 * math.pi), math.exp(-2 * math.pi), 1, 1])
    np.testing.assert_allclose(others, np.tile(exact, (len(branch), 1)), rtol=1e-4)
    assert branch.stable.all()


def test_from_a_generalised_doubling_to_folds_of_doubled_cycles():
    """rho' = rho (mu + nu rho^2 - rho^4): at mu = nu = 0 rho -> -rho + 2 pi rho^5 after a turn; the
    doubled cycles fold at mu = -nu^2/4, nu > 0."""
    model = rb.Model(
        "doubled",
        AROUND + DOUBLING + "g = mu + nu*rho2 - rho2^2",
        parameters=dict(mu=-0.2, nu=0.3),
        start=dict(x=1, y=0, p=0, q=0),
    )
    box = dict(mu=(-1, 1), nu=(-1, 1))
    point = first_of(model, "period doubling", "mu", (-1, 1))
    doublings = rb.continue_bifurcation(point, ("mu", "nu"), box)
    degenerate = doublings.first("GPD")
    np.testing.assert_allclose(at(degenerate, "mu", "nu"), 0, atol=1e-10)
    assert degenerate.coefficient == pytest.approx(2 * math.pi, rel=1e-7)
    folds = rb.continue_bifurcation(degenerate, kind="cycle fold")
    np.testing.assert_allclose(folds["mu"], -(folds["nu"] ** 2) / 4, rtol=0, atol=1e-9)
    np.testing.assert_allclose(folds["period"], 4 * math.pi, rtol=1e-8)
    assert labels(folds) == ["GPD"]
    assert set(folds.ends) == {rb.Status.RANGE_REACHED, rb.Status.BRANCH_REACHED}
    assert "the doubled cycles end at a generalized period doubling" in folds.message


def test_torus_bifurcations_and_resonances():
    """Multipliers exp(2 pi (al +- i omega)), al = alpha + omega^2/10; the coefficient changes sign
    with s = omega - 0.3 + alpha/5."""
    model = rb.Model(
        "torus",
        AROUND + TORUS + "al = alpha + 0.1*w^2\ns = w - 0.3 + 0.2*alpha",
        parameters=dict(alpha=-0.3, w=0.2),
        start=dict(x=1, y=0, u=0, v=0),
    )
    point = first_of(model, "torus", "alpha", (-0.4, 0.4))
    branch = rb.continue_bifurcation(point, ("w", "alpha"), dict(w=(-1, 1), alpha=(-1, 1)))
    w, alpha = branch["w"], branch["alpha"]
    np.testing.assert_allclose(alpha, -0.1 * w**2, rtol=0, atol=1e-8)
    np.testing.assert_allclose(np.cos(branch["theta"]), np.cos(2 * math.pi * w), atol=1e-8)
    assert labels(branch) == ["R1", "R4", "CH", "R3", "R2"]
    for kind, exact in {"R1": 0, "R4": 1 / 4, "R3": 1 / 3, "R2": 1 / 2}.items():
        found = branch.first(kind)
        np.testing.assert_allclose(at(found, "w", "alpha"), [exact, -(exact**2) / 10], atol=1e-8)
        assert found.notes["theta"] == pytest.approx(2 * math.pi * exact, abs=1e-12)
    # w - 0.3 - w^2/50 = 0
    exact = 25 - math.sqrt(625 - 15)
    np.testing.assert_allclose(branch.first("chenciner").parameters["w"], exact, atol=1e-9)
    assert branch.ends == (rb.Status.BRANCH_REACHED, rb.Status.BRANCH_REACHED)


def test_from_a_zero_hopf_point_to_tori():
    """z' = b1 + z^2 + r^2, r' = r (b2 - z + z^2), theta' = 1: cycles with z = 0, r^2 = -b1 have a
    torus bifurcation at b2 = 0, where the eigenvalues across are +-i sqrt(-2 b1)."""
    model = rb.Model(
        "zero-hopf",
        """
        x' = x*g - y
        y' = y*g + x
        z' = b1 + z^2 + x^2 + y^2
        g = b2 - z + z^2
        """,
        parameters=dict(b1=-0.01, b2=-0.3),
        start=dict(x=0, y=0, z=-0.1),
    )
    hopf = rb.continue_equilibria(model, "b2", (-0.3, 0.1)).first("hopf")
    box = dict(b1=(-0.2, 0.1), b2=(-0.3, 0.3))
    curve = rb.continue_bifurcation(hopf, ("b1", "b2"), box)
    point = curve.first("zero-hopf")
    branch = rb.continue_bifurcation(point)
    assert branch.kind == "torus"
    np.testing.assert_allclose(branch["b2"], 0, atol=1e-9)
    exact = 2 * math.pi * np.sqrt(np.maximum(-2 * branch["b1"], 0))
    np.testing.assert_allclose(np.cos(branch["theta"]), np.cos(exact), atol=1e-7)
    np.testing.assert_allclose(at(branch.first("ZH"), "b1", "b2"), 0, atol=1e-9)
    assert rb.Status.HOPF_REACHED in branch.ends
    assert branch.first("R4").parameters["b1"] == pytest.approx(-1 / 32, abs=1e-9)


def test_a_closed_curve():
    """Doublings where mu^2 + nu^2 = 1/4."""
    model = rb.Model(
        "ring",
        AROUND + DOUBLING + "g = mu^2 + nu^2 - 0.25 - rho2",
        parameters=dict(mu=0.3, nu=0),
        start=dict(x=1, y=0, p=0, q=0),
    )
    point = first_of(model, "period doubling", "mu", (0, 1))
    branch = rb.continue_bifurcation(point, ("mu", "nu"), dict(mu=(-1, 1), nu=(-1, 1)))
    assert branch.ends[1] is rb.Status.CLOSED
    np.testing.assert_allclose(branch["mu"] ** 2 + branch["nu"] ** 2, 0.25, rtol=0, atol=1e-9)
