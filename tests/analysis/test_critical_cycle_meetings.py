"""Where two bifurcations of cycles meet: resonances 1:1 and 1:2, fold-flip, fold-torus, flip-torus,
in closed form.

(x, y) runs around the unit circle, r' = r (1 - r^2), theta' = 1; further states live across it, so
that meetings of bifurcations of equilibria become those of cycles, and half turns make
-exp(2 pi a) of a growth a (Kuznetsov 2004, section 9.5).
"""

import math

import numpy as np
import pytest
import rheobase as rb

AROUND = """
x' = x*(1 - x^2 - y^2) - y
y' = y*(1 - x^2 - y^2) + x
"""
# p, q make half a turn: with a = c p + s q, b = -s p + c q, (c, s) = (cos, sin)(theta/2), this is
# a' = b, b' = -k a + e b - a^3 + n a^2 b, so that the multipliers are -exp(2 pi lambda)
HALF = rb.Model(
    "half",
    AROUND
    + """
    p' = -q/2 + cb - (-k*sa + e*sb + aa*(n*sb - sa))
    q' = p/2 + sb + (-k*ca + e*cb + aa*(n*cb - ca))
    ca = ((1 + x)*p + y*q)/2
    sa = (y*p + (1 - x)*q)/2
    cb = (-y*p + (1 + x)*q)/2
    sb = (-(1 - x)*p + y*q)/2
    aa = ((1 + x)*p^2 + 2*y*p*q + (1 - x)*q^2)/2
    """,
    parameters=dict(k=0.1, e=-0.2, n=-1),
    start=dict(x=1, y=0, p=0, q=0),
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


# the Bogdanov-Takens form around the circle: folds at b1 = b2^2/4, Hopf points at b1 = 0 > b2
TAKENS = rb.Model(
    "takens",
    AROUND + "u' = v\nv' = b1 + b2*u + u^2 - u*v",
    parameters=dict(b1=0.01, b2=-0.3),
    start=dict(x=1, y=0, u=0.04, v=0),
)


def test_a_resonance_1_1():
    """It lies on the curve of folds; the curve of torus bifurcations ends there."""
    box = dict(b1=(-0.3, 0.3), b2=(-0.4, 0.4))
    point = first_of(TAKENS, "cycle fold", "b1", (-0.3, 0.3))
    folds = rb.continue_bifurcation(point, ("b1", "b2"), box)
    np.testing.assert_allclose(folds["b1"], folds["b2"] ** 2 / 4, rtol=0, atol=1e-9)
    assert labels(folds) == ["R1"]
    np.testing.assert_allclose(at(folds.special[0], "b1", "b2"), 0, atol=1e-8)
    torus = rb.continue_bifurcation(folds.special[0])
    assert torus.kind == "torus"
    assert torus.ends[0] is rb.Status.BRANCH_REACHED
    np.testing.assert_allclose(torus["b1"], 0, atol=1e-9)
    exact = 2 * math.pi * np.sqrt(np.maximum(-torus["b2"], 0))
    np.testing.assert_allclose(torus["theta"], exact, rtol=0, atol=1e-5)
    assert labels(torus) == ["R1", "R4", "R3", "R2"]
    exact = [0, 1 / 16, 1 / 9, 1 / 4]  # b2 = -(theta/(2 pi))^2
    np.testing.assert_allclose([-at(p, "b2")[0] for p in torus.special], exact, atol=1e-8)


def test_a_resonance_1_2():
    """det = k, trace = e in coordinates that turn by half: doublings at k = 0, tori at e = 0."""
    box = dict(k=(-0.1, 0.2), e=(-0.3, 0.3))
    doublings = rb.continue_bifurcation(
        first_of(HALF, "period doubling", "k", (-0.1, 0.2)), ("k", "e"), box
    )
    np.testing.assert_allclose(doublings["k"], 0, atol=1e-10)
    assert labels(doublings) == ["R2"]
    np.testing.assert_allclose(at(doublings.special[0], "k", "e"), 0, atol=1e-9)
    tori = rb.continue_bifurcation(
        first_of(HALF.replace(e=-0.1), "torus", "e", (-0.2, 0.2)), ("k", "e"), box
    )
    np.testing.assert_allclose(tori["e"], 0, atol=1e-9)
    assert "R2" in labels(tori)
    np.testing.assert_allclose(at(tori.first("R2"), "k", "e"), 0, atol=1e-8)
    assert {rb.Status.BRANCH_REACHED, rb.Status.RANGE_REACHED} == set(tori.ends)
    again = rb.continue_bifurcation(doublings.special[0])
    assert again.kind == "torus"
    np.testing.assert_allclose(again["e"], 0, atol=1e-9)


def test_fold_flip():
    """z' = b + z^2 folds at b = 0 = z; the doubling is at mu + z = 0, so at b = -mu^2."""
    model = rb.Model(
        "fold-flip",
        AROUND + DOUBLING + "g = mu + z - rho2\nz' = b + z^2",
        parameters=dict(mu=0.3, b=-0.04),
        start=dict(x=1, y=0, p=0, q=0, z=-0.2),
    )
    box = dict(mu=(-0.5, 0.5), b=(-0.3, 0.3))
    model = model.replace(mu=-0.2)
    folds = rb.continue_bifurcation(
        first_of(model, "cycle fold", "b", (-0.3, 0.3)), tuple(box), box
    )
    np.testing.assert_allclose(folds["b"], 0, atol=1e-9)
    assert labels(folds) == ["LPPD"]
    np.testing.assert_allclose(at(folds.special[0], "mu", "b"), 0, atol=1e-8)
    doublings = rb.continue_bifurcation(folds.special[0], kind="period doubling")
    np.testing.assert_allclose(doublings["b"], -(doublings["mu"] ** 2), rtol=0, atol=1e-9)
    assert labels(doublings) == ["LPPD"]


def test_fold_torus():
    model = rb.Model(
        "fold-torus",
        AROUND + TORUS + "al = alpha + z\nw = 0.3\ns = -1\nz' = b + z^2",
        parameters=dict(alpha=-0.2, b=-0.04),
        start=dict(x=1, y=0, u=0, v=0, z=-0.2),
    )
    box = dict(alpha=(-0.5, 0.5), b=(-0.3, 0.3))
    folds = rb.continue_bifurcation(
        first_of(model, "cycle fold", "b", (-0.3, 0.3)), tuple(box), box
    )
    assert labels(folds) == ["LPNS"]
    np.testing.assert_allclose(at(folds.special[0], "alpha", "b"), 0, atol=1e-8)
    assert folds.special[0].notes["theta"] == pytest.approx(0.6 * math.pi, abs=1e-8)
    tori = rb.continue_bifurcation(folds.special[0], kind="torus")
    np.testing.assert_allclose(tori["b"], -(tori["alpha"] ** 2), rtol=0, atol=1e-9)
    assert labels(tori) == ["LPNS"]


def test_flip_torus():
    model = rb.Model(
        "flip-torus",
        AROUND + DOUBLING + TORUS + "g = mu - rho2\nal = alpha + mu/2\nw = 0.3\ns = -1",
        parameters=dict(alpha=-0.2, mu=-0.1),
        start=dict(x=1, y=0, p=0, q=0, u=0, v=0),
    )
    box = dict(mu=(-0.3, 0.3), alpha=(-0.3, 0.3))
    for kind, name in (("period doubling", "mu"), ("torus", "alpha")):
        point = first_of(model, kind, name, (-0.3, 0.3))
        branch = rb.continue_bifurcation(point, tuple(box), box)
        assert labels(branch) == ["PDNS"]
        np.testing.assert_allclose(at(branch.special[0], "mu", "alpha"), 0, atol=1e-8)
        assert branch.special[0].notes["theta"] == pytest.approx(0.6 * math.pi, abs=1e-7)


def test_real_multipliers_with_product_one_are_no_torus():
    """exp(2 pi (1 + alpha)), exp(-2 pi) on a curve of folds z' = b + z^2."""
    model = rb.Model(
        "neutral",
        AROUND + "u' = (1 + alpha)*u\nv' = -v\nz' = b + z^2",
        parameters=dict(alpha=-0.2, b=-0.04),
        start=dict(x=1, y=0, u=0, v=0, z=-0.2),
    )
    box = dict(alpha=(-0.5, 0.5), b=(-0.3, 0.3))
    branch = rb.continue_bifurcation(
        first_of(model, "cycle fold", "b", (-0.3, 0.3)), tuple(box), box
    )
    assert labels(branch) == []
    assert branch.ends == (rb.Status.RANGE_REACHED, rb.Status.RANGE_REACHED)
