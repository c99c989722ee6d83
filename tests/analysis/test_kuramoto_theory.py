"""Kuramoto's critical coupling and branch: closed forms, mpmath, published values; simulations."""

import json
import math
import pickle

import mpmath
import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expi, i0e, i1e

EXACT = [
    (rb.Lorentzian(1.0), 2.0),
    (rb.Lorentzian(0.35, 4.0), 0.7),
    (rb.Gaussian(1.0), math.sqrt(8 / math.pi)),
    (rb.Gaussian(2.5, -1.0), 2.5 * math.sqrt(8 / math.pi)),
    (rb.Uniform(1.0), 4 / math.pi),
    (rb.Uniform(0.3, 9.0), 1.2 / math.pi),
]


@pytest.mark.parametrize(("density", "critical"), EXACT, ids=repr)
def test_critical_couplings(density, critical):
    """K_c = 2/(pi g(0)): 2 Delta, sigma sqrt(8/pi), 4 gamma/pi."""
    found = rb.kuramoto_critical_coupling(density)
    assert float(found) == pytest.approx(critical, rel=1e-14)
    assert found.theorem
    by_function = rb.kuramoto_critical_coupling(density.pdf)
    assert float(by_function) == pytest.approx(critical, rel=1e-7)
    assert by_function.theorem
    assert by_function.transition == found.transition


def test_the_uniform_density_jumps():
    found = rb.kuramoto_critical_coupling(rb.Uniform(2.0))
    assert found.transition == "first order"
    assert found.jump == pytest.approx(math.pi / 4, rel=1e-14)
    by_function = rb.kuramoto_critical_coupling(rb.Uniform(2.0).pdf)
    assert by_function.jump == pytest.approx(math.pi / 4, rel=1e-9)
    assert rb.kuramoto_critical_coupling(rb.Gaussian(1.0)).transition == "continuous"


def two_peaks(centre, width):
    def density(w):
        return sum(width / (2 * math.pi) / ((w - c) ** 2 + width**2) for c in (centre, -centre))

    return density


@pytest.mark.parametrize("centre", [0.7, 0.95, 1.5, 3.0])
def test_two_lorentzians(centre):
    """Incoherence ends at 2 (Delta^2 + w0^2)/Delta up to w0 = Delta, at 4 Delta beyond, with a mode
    of frequency sqrt(w0^2 - Delta^2) (Martens et al. 2009)."""
    found = rb.kuramoto_critical_coupling(two_peaks(centre, 1.0))
    assert not found.theorem
    assert "one peak" in found.message
    expected = 2 * (1 + centre**2) if centre < 1 else 4.0
    assert float(found) == pytest.approx(expected, rel=1e-6)
    frequency = math.sqrt(max(centre**2 - 1, 0))
    assert abs(found.frequency) == pytest.approx(frequency, abs=1e-6)


def test_one_broad_peak_of_two_lorentzians_is_still_the_theorem():
    """Up to w0 = Delta/sqrt(3) the sum has one peak."""
    found = rb.kuramoto_critical_coupling(two_peaks(0.55, 1.0))
    assert found.theorem
    assert float(found) == pytest.approx(2 * (1 + 0.55**2), rel=1e-9)


def test_a_critical_coupling_is_a_number_that_explains_itself():
    found = rb.kuramoto_critical_coupling(rb.Lorentzian(1.0))
    assert found + 1 == 3
    assert pickle.loads(pickle.dumps(found)).message == found.message
    assert json.loads(json.dumps(found.to_dict()))["coupling"] == 2
    with pytest.raises(AttributeError):
        found.jump = 1


@settings(max_examples=20, deadline=None)
@given(st.floats(1.01, 30), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_lorentzian_branch(ratio, width, centre):
    density = rb.Lorentzian(width, centre)
    r = rb.kuramoto_order(density, ratio * 2 * width)
    assert r == pytest.approx(math.sqrt(1 - 1 / ratio), rel=1e-12)
    by_quadrature = rb.kuramoto_order(density.pdf, ratio * 2 * width)
    assert by_quadrature == pytest.approx(r, rel=1e-6)


def test_the_gaussian_branch():
    """1 = K sqrt(pi/8) e^-z (I0(z) + I1(z)), z = K^2 r^2/4 (Strogatz 2000 gives the integral)."""

    def closed(K):
        def left(r):
            z = (K * r) ** 2 / 4
            return K * math.sqrt(math.pi / 8) * (i0e(z) + i1e(z)) - 1

        return brentq(left, 1e-9, 1, xtol=1e-15)

    couplings = np.array([1.6, 1.7, 2.0, 4.0, 15.0])
    found = rb.kuramoto_order(rb.Gaussian(1.0), couplings)
    np.testing.assert_allclose(found, [closed(K) for K in couplings], rtol=1e-11)
    assert rb.kuramoto_order(rb.Gaussian(1.0), 1.59) == 0


def test_the_uniform_branch():
    """K (u + sin u cos u)/(2 gamma K r) ... in 30 digits, by the same integral with mpmath."""
    gamma, K = mpmath.mpf(1), mpmath.mpf("1.5")

    def left(r):
        x = K * r
        edge = mpmath.asin(gamma / x) if x > gamma else mpmath.pi / 2
        return K * (edge + mpmath.sin(edge) * mpmath.cos(edge)) / (2 * gamma) - 1

    with mpmath.workdps(30):
        r = mpmath.findroot(left, 0.9)
    assert rb.kuramoto_order(rb.Uniform(1.0), 1.5) == pytest.approx(float(r), rel=1e-12)
    right_above = rb.kuramoto_order(rb.Uniform(1.0), 4 / math.pi * (1 + 1e-12))
    assert right_above == pytest.approx(math.pi / 4, abs=1e-6)


@pytest.mark.parametrize("width", [0.3, 1.0, 1.7])
def test_ott_and_antonsen_s_reduction_bifurcates_at_the_critical_coupling(width):
    critical = float(rb.kuramoto_critical_coupling(rb.Lorentzian(width)))
    polar = rb.models.kuramoto_ott_antonsen().replace(Delta=width)
    point = rb.continue_equilibria(polar, "K", (0, 5)).first("branch point")
    assert point.value == pytest.approx(critical, abs=1e-10)
    assert point.criticality == "pitchfork, supercritical"
    diagram = rb.bifurcation_diagram(polar, "K", (0, 5))
    order = max(abs(p.state["r"]) for p in diagram.at(K=4.5))
    assert order == pytest.approx(rb.kuramoto_order(rb.Lorentzian(width), 4.5), abs=1e-10)
    plane = rb.models.kuramoto_ott_antonsen("cartesian").replace(Delta=width)
    hopf = rb.continue_equilibria(plane, "K", (0, 5)).first("hopf")
    assert hopf.value == pytest.approx(critical, abs=1e-10)
    assert hopf.period == pytest.approx(2 * math.pi, rel=1e-10)


@pytest.mark.parametrize(
    ("density", "critical", "transition"),
    [
        (rb.Lorentzian(1.0), 2.0, "continuous"),
        (rb.Gaussian(1.0), 1.5957691216, "continuous"),
        (rb.Uniform(1.0), 4 / math.pi, "first order"),
    ],
    ids=repr,
)
def test_the_critical_coupling_found_from_simulations(density, critical, transition):
    found = rb.find_critical_coupling(density, sizes=(64, 192, 576), seeds=5)
    assert found.coupling == pytest.approx(critical, rel=0.02)
    assert found.agrees
    assert found.error < (0.03 if transition == "continuous" else 0.06) * critical
    assert found.transition == transition
    assert float(found.expected) == pytest.approx(critical, rel=1e-9)
    assert json.loads(json.dumps(found.to_dict()))["transition"] == transition
    assert "K_c = " in found.report()


def test_what_can_t_be_told_is_not_told():
    """Two sizes give one estimate, hence no drift; couplings on one side of K_c none."""
    density = rb.Lorentzian(1.0)
    given = dict(sizes=(30, 60), seeds=2)
    two = rb.find_critical_coupling(density, couplings=np.linspace(1.5, 2.6, 6), **given)
    assert math.isnan(two.error)
    assert two.agrees is None
    above = rb.find_critical_coupling(density, couplings=[3, 3.2, 3.4, 3.6], **given)
    assert math.isnan(above.coupling)
    assert "widen" in above.message
    assert above.agrees is None


def arcsine(w):
    return np.where(np.abs(w) < 1, 1 / (np.pi * np.sqrt(np.maximum(1 - w * w, 1e-300))), 0.0)


def test_densities_that_jump():
    """exp(-w): PV int = -e^-nu Ei(nu), so that Ei(nu) = 0 and K = 2 e^nu/pi. 3 w^2/2 on (-1, 1):
    nu ln((1 + nu)/(1 - nu)) = 2. Two steps: .7 ln((1 - nu)/nu) + .3 ln((2 - nu)/(1 - nu)) = 0.
    A ring: g = 1/2 at the roots +-sqrt(2). All worked out by hand."""
    found = rb.kuramoto_critical_coupling(lambda w: np.where(w > 0, np.exp(-np.abs(w)), 0.0))
    nu = brentq(expi, 0.3, 0.4, xtol=1e-15)
    assert found.frequency == pytest.approx(nu, abs=1e-10)
    assert found == pytest.approx(2 * math.exp(nu) / math.pi, rel=1e-10)
    found = rb.kuramoto_critical_coupling(lambda w: np.where(np.abs(w) < 1, 1.5 * w * w, 0.0))
    nu = brentq(lambda nu: nu * math.log((1 + nu) / (1 - nu)) - 2, 0.5, 0.99, xtol=1e-15)
    assert abs(found.frequency) == pytest.approx(nu, abs=1e-10)
    assert found == pytest.approx(2 / (math.pi * 1.5 * nu**2), rel=1e-10)

    def steps(w):
        return np.where((w > 0) & (w < 1), 0.7, np.where((w >= 1) & (w < 2), 0.3, 0.0))

    found = rb.kuramoto_critical_coupling(steps)
    nu = brentq(
        lambda nu: 0.7 * math.log((1 - nu) / nu) + 0.3 * math.log((2 - nu) / (1 - nu)), 0.5, 0.8
    )
    assert found.frequency == pytest.approx(nu, abs=1e-10)
    found = rb.kuramoto_critical_coupling(
        lambda w: np.where((np.abs(w) > 1) & (np.abs(w) < 2), 0.5, 0.0)
    )
    assert abs(found.frequency) == pytest.approx(math.sqrt(2), abs=1e-10)
    assert found == pytest.approx(4 / math.pi, rel=1e-14)
    found = rb.kuramoto_critical_coupling(lambda w: np.where(np.abs(w - 3) < 2, 0.25, 0.0))
    assert found.frequency == pytest.approx(3, abs=1e-12)
    assert found.transition == "first order"
    assert found.jump == pytest.approx(math.pi / 4, rel=1e-10)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (lambda: rb.kuramoto_critical_coupling(3.0), "a function of the"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: 0 * w), "is 0 wherever"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: np.exp(-(w**2))), "must be 1"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: -np.exp(-(w**2))), "not negative"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: "a"), "no number at"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: 1 / 0), "no number at"),
        (lambda: rb.kuramoto_critical_coupling(lambda w: np.exp(-w * w) * 1j), "no number at"),
        (lambda: rb.kuramoto_critical_coupling(arcsine), "must be bounded"),
        (lambda: rb.kuramoto_order(two_peaks(3, 1), 5.0), "symmetric and fall"),
        (lambda: rb.kuramoto_order(rb.Gaussian(1), math.nan), "finite"),
        (lambda: rb.kuramoto_order(rb.Gaussian(1), "a"), "finite real number, or .* not 'a'"),
        (lambda: rb.kuramoto_order(rb.Gaussian(1), 1j), "finite real number, or .* not 1j"),
        (lambda: rb.kuramoto_order(rb.Gaussian(1), np.array([2 + 1j])), "finite real number"),
        (lambda: rb.Lorentzian(0), "positive, not 0"),
        (lambda: rb.Gaussian("wide"), "number, not 'wide'"),
        (lambda: rb.Uniform(math.inf), "finite"),
        (lambda: rb.find_critical_coupling(rb.Gaussian(1), sizes=(100, 110)), "half as large"),
        (lambda: rb.find_critical_coupling(rb.Gaussian(1), sampling="even"), "quantiles"),
        (lambda: rb.find_critical_coupling(rb.Gaussian(1), couplings=[1, 2]), "four or more"),
    ],
)
def test_wrong_questions(question, words):
    with pytest.raises(rb.RheobaseError, match=words):
        question()
