"""Curves of saddle-node homoclinics, and the noncentral points where they end."""

import math
from dataclasses import replace

import numpy as np
import pytest
import rheobase as rb
from connecting_orbits import closing
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

CIRCLE = """
x' = x*(1 - r2) - y*w
y' = y*(1 - r2) + x*w
r2 = x^2 + y^2
w = mu + k*(1 - y)
"""
"""theta' = mu + k (1 - sin theta) on the unit circle: a saddle-node homoclinic at mu = 0 for every
k; the other eigenvalue is -2."""


def test_a_circle():
    model = rb.Model("circle", CIRCLE, parameters=dict(mu=0.5, k=1.0), start=dict(x=1, y=0))
    cycles = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-0.3, 1))
    point = cycles.first("snic")
    curve = rb.continue_bifurcation(point, ("k", "mu"), dict(k=(0.2, 5), mu=(-1, 1)))
    assert curve.kind == "snic"
    assert np.abs(curve["mu"]).max() < 1e-12
    np.testing.assert_allclose(curve["y"], 1, rtol=1e-12)
    np.testing.assert_allclose(np.sort(curve.eigenvalues.real), [[-2, 0]] * len(curve), atol=1e-6)
    assert curve["k"][[0, -1]].tolist() == [0.2, 5]
    assert curve.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
    assert curve.stable.all()
    assert curve.special == ()
    assert np.isinf(curve["period"]).all()


def morris_lecar():
    """The fold at 39.963153092745 and its state are those of auto.json (AUTO-07p, mpmath)."""
    model = rb.models.morris_lecar("snic").replace(I=39.9631530927454)
    x = np.array([-29.3897774054844, 0.00851439913782033])
    where = dict(away=0.1, back=1e-7, component=1, level=0.2)
    regimes = rb.models.morris_lecar("snic"), rb.models.morris_lecar("homoclinic")
    plane = ("I", "phi"), dict(I=(0, 100), phi=(0.01, 0.5))
    return model, x, where, regimes, (0.19, 0.2), plane


def sodium_potassium():
    """The fold is where f_V(V) = I - ... has a double zero along n = n_inf(V), by SciPy."""
    model = rb.models.sodium_potassium("snic")
    p = model.parameters

    def balance(V):
        m = 1 / (1 + math.exp((p["V_m"] - V) / p["k_m"]))
        n = 1 / (1 + math.exp((p["V_n"] - V) / p["k_n"]))
        slope_m, slope_n = m * (1 - m) / p["k_m"], n * (1 - n) / p["k_n"]
        I = p["g_L"] * (V - p["E_L"]) + p["g_Na"] * m * (V - p["E_Na"])
        I += p["g_K"] * n * (V - p["E_K"])
        slope = p["g_L"] + p["g_Na"] * (m + slope_m * (V - p["E_Na"]))
        slope += p["g_K"] * (n + slope_n * (V - p["E_K"]))
        return I, slope, n

    V = brentq(lambda V: balance(V)[1], -64, -58, xtol=1e-13)
    I, _, n = balance(V)
    where = dict(away=0.1, back=1e-7, component=1, level=0.3)
    regimes = model, rb.models.sodium_potassium("homoclinic")
    plane = ("I", "tau"), dict(I=(-10, 100), tau=(0.05, 1.5))
    return model.replace(I=I), np.array([V, n]), where, regimes, (0.167, 0.169), plane


@pytest.mark.parametrize("system", [morris_lecar, sodium_potassium])
def test_the_noncentral_point(system):
    """From the side of the SNIC and from that of the homoclinics, and by shooting: the centre
    manifold of the fold comes back in the strong stable one."""
    model, x, where, regimes, bracket, plane = system()
    name = plane[0][1]
    exact = closing(lambda value: model.replace({name: value}), lambda value: x, bracket, **where)
    for regime, kind in zip(regimes, ("snic", "homoclinic"), strict=True):
        diagram = rb.bifurcation_diagram(regime, "I", (0, 60))
        curve = rb.continue_bifurcation(diagram.first(kind), *plane)
        assert curve.kind == kind
        # at the slow end of Morris and Lecar's SNIC there is another one
        point = max(curve.all("noncentral homoclinic"), key=lambda p: p[name] * (kind == "snic"))
        assert point.parameters[name] == pytest.approx(exact, rel=3e-12)
        assert point.parameters["I"] == pytest.approx(model.parameters["I"], rel=1e-12)
        np.testing.assert_allclose(list(point.state.values()), x, rtol=1e-9)
        assert min(abs(point.eigenvalues)) < 1e-9 * max(abs(point.eigenvalues))
        assert point.period == math.inf
        assert rb.Status.BRANCH_REACHED in curve.ends
        if kind == "snic":
            fold = curve["I"]
            np.testing.assert_allclose(fold, model.parameters["I"], rtol=1e-12)


def test_both_ends_of_a_snic():
    """Only the product of C and phi decides what Morris and Lecar's orbits look like: the SNIC ends
    at the same products in both planes."""
    start = rb.bifurcation_diagram(rb.models.morris_lecar("snic"), "I", (0, 60)).first("snic")
    ends = []
    for name, limits in (("phi", (0.005, 0.5)), ("C", (1, 100))):
        box = {"I": (0, 100), name: limits}
        points = rb.continue_bifurcation(start, ("I", name), box).all("NCH")
        ends.append(sorted(p["C"] * p["phi"] for p in points))
    assert len(ends[0]) == len(ends[1]) == 2
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9)


def past_the_saddle_node(phi):
    """Whether the orbit of the saddle-node returns on its far side, by DOP853: the sign of the part
    along the centre direction when the orbit is next to it."""
    model, x, *_ = morris_lecar()
    p = model.replace(phi=phi).field.parameter_array(model.replace(phi=phi).parameters)
    values, vectors = np.linalg.eig(model.field.jacobian(x, p))
    vectors = vectors[:, np.argsort(np.abs(values))]
    vectors[:, 0] *= np.sign(vectors[0, 0])
    row = np.linalg.inv(vectors)[0]
    run = solve_ivp(
        lambda t, y: model.field.f(y, p),
        *((0, 3000), x + 0.1 * vectors[:, 0]),
        **dict(method="DOP853", rtol=1e-11, atol=1e-12),
    )
    away = run.y.T - x
    later = away[np.argmax(np.abs(away[:, 0])) :]
    nearest = later[np.argmin(np.hypot(later[:, 0] / 10, later[:, 1] / 0.1))]
    return bool(row @ nearest > 0)


def test_from_the_noncentral_point(tmp_path):
    """Both curves that begin there, and the fold curve through it; also after loading."""
    diagram = rb.bifurcation_diagram(rb.models.morris_lecar("snic"), "I", (0, 60))
    rb.save(diagram, tmp_path / "diagram.npz")
    start = rb.load(tmp_path / "diagram.npz").first("snic")
    snic = rb.continue_bifurcation(start, ("I", "phi"), dict(I=(0, 100), phi=(0.01, 0.5)))
    rb.save(snic, tmp_path / "snic.npz")
    point = max(rb.load(tmp_path / "snic.npz").all("NCH"), key=lambda p: p["phi"])
    saddles = rb.continue_bifurcation(point)
    assert saddles.kind == "homoclinic"
    assert saddles.special[0].label == "NCH"
    assert (saddles["I"] < 39.963153093).all()
    # the curve leaves the line of folds tangentially: I_fold - I grows with the square
    near = slice(1, 4)
    bend = (39.9631530927454 - saddles["I"][near]) / (saddles["phi"][near] - 0.1942313226764) ** 2
    assert np.ptp(bend) < 0.1 * bend.max()
    back = rb.continue_bifurcation(point, kind="snic")
    assert back.kind == "snic"
    assert back["phi"].max() == pytest.approx(0.1942313226764, abs=1e-10)
    # its other end, before the Bogdanov-Takens point at phi = 0.0118: beyond it the orbit that
    # leaves along the centre direction passes the saddle-node and does not come back into it
    end = back["phi"].min()
    assert [past_the_saddle_node(end * part) for part in (0.998, 1.002)] == [True, False]
    fold = rb.continue_bifurcation(point, kind="fold")
    np.testing.assert_allclose(fold["I"], 39.9631530927454, rtol=1e-12)


def test_the_excitable_side_is_asked_for():
    """A fold without an orbit starts no SNIC curve."""
    model = rb.models.morris_lecar("homoclinic")
    fold = rb.continue_equilibria(model, "I", (0, 100)).first("fold")
    with pytest.raises(rb.InvalidArgument, match="a fold takes kind = fold"):
        rb.continue_bifurcation(fold, ("I", "phi"), dict(I=(0, 100), phi=(0.01, 0.5)), kind="snic")


def jansen_rit(C):
    """The fold with the low potential (p, state), A and f of Jansen and Rit's equations, written
    out; the equilibria are a curve over v = y1 - y2."""
    A, B, a, b, e0, v0, r = 3.25, 22, 100, 50, 2.5, 6, 0.56
    C1, C2, C3, C4 = C, 0.8 * C, 0.25 * C, 0.25 * C

    def S(v):
        return 2 * e0 / (1 + np.exp(r * (v0 - v)))

    def dS(v):
        return r * S(v) * (1 - S(v) / (2 * e0))

    def slope(v):
        y0, step = A / a * S(v), A / a * dS(v)
        return (1 + B / b * C4 * C3 * dS(C3 * y0) * step) * a / A - C2 * C1 * dS(C1 * y0) * step

    v = brentq(slope, 2.0, 3.2, xtol=1e-15)
    y0 = A / a * S(v)
    y2 = B / b * C4 * S(C3 * y0)
    x = np.array([y0, v + y2, y2, 0, 0, 0])
    p = x[1] * a / A - C2 * S(C1 * y0)

    def f(t, y):
        inner = A * a * S(y[1] - y[2]), A * a * (p + C2 * S(C1 * y[0])), B * b * C4 * S(C3 * y[0])
        rates = (2 * a, a * a), (2 * a, a * a), (2 * b, b * b)
        force = [u - c * w - d * z for u, (c, d), z, w in zip(inner, rates, y, y[3:], strict=False)]
        return np.concatenate([y[3:], force])

    J = np.zeros((6, 6))
    J[:3, 3:] = np.eye(3)
    J[3, [0, 1, 2, 3]] = -a * a, A * a * dS(v), -A * a * dS(v), -2 * a
    J[4, [0, 1, 4]] = A * a * C2 * C1 * dS(C1 * y0), -a * a, -2 * a
    J[5, [0, 2, 5]] = B * b * C4 * C3 * dS(C3 * y0), -b * b, -2 * b
    return p, x, J, f


def centre_component(C):
    """Of the orbit that leaves the fold along its centre direction, when it is back and what is not
    along that direction has decayed to 1e-5."""
    _, x, J, f = jansen_rit(C)
    values, right = np.linalg.eig(J)
    q = right[:, np.argmin(np.abs(values))].real
    values, left = np.linalg.eig(J.T)
    p = left[:, np.argmin(np.abs(values))].real
    q = q * np.sign(q[1] - q[2])
    p = p / (p @ q)
    run = solve_ivp(f, (0, 7), x + 0.02 * q, method="DOP853", rtol=1e-11, atol=1e-13)
    away = run.y - x[:, None]
    farthest = np.argmax(np.linalg.norm(away, axis=0))
    rest = np.linalg.norm(away - np.outer(q, p @ away), axis=0)
    back = farthest + np.argmax(rest[farthest:] < 1e-5)
    return p @ away[:, back]


def test_six_dimensions():
    """Jansen-Rit in (p, C): the noncentral point, from both sides, and where an integration by
    DOP853 comes back on the other side of the fold."""
    model = rb.models.jansen_rit()
    plane = ("p", "C"), dict(p=(-100, 500), C=(100, 200))
    diagram = rb.bifurcation_diagram(model, "p", (-50, 200))
    snics = rb.continue_bifurcation(diagram.first("snic"), *plane)
    diagram = rb.bifurcation_diagram(model.replace(C=131), "p", (-50, 200))
    saddles = rb.continue_bifurcation(diagram.first("homoclinic"), *plane)
    points = [curve.first("noncentral homoclinic") for curve in (snics, saddles)]
    low, high = 132.3794, 132.379406
    a, b = centre_component(low), centre_component(high)
    exact = low + (high - low) * a / (a - b)
    for point in points:
        assert point.parameters["C"] == pytest.approx(exact, rel=2e-10)
        p, x, _, _ = jansen_rit(point.parameters["C"])
        assert point.parameters["p"] == pytest.approx(p, rel=1e-12)
        np.testing.assert_allclose(list(point.state.values()), x, rtol=1e-9, atol=1e-12)
    assert points[0]["C"] == pytest.approx(points[1]["C"], rel=1e-12)
    assert [point.label for point in saddles.special].count("NSH") == 1


def test_without_an_orbit():
    diagram = rb.bifurcation_diagram(rb.models.morris_lecar("snic"), "I", (0, 60))
    point = replace(diagram.first("snic"), arrays={})
    with pytest.raises(rb.NotFound, match="without an orbit"):
        rb.continue_bifurcation(point, ("I", "phi"), dict(I=(0, 60), phi=(0.05, 0.5)))
