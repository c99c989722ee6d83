"""Families of cycles that are known in closed form: amplitudes, periods, multipliers, folds."""

import math

import mpmath
import numpy as np
import pytest
import rheobase as rb

CIRCLE = """
x' = x*g - y*omega
y' = y*g + x*omega
r2 = x^2 + y^2
"""


def labels(found):
    return [point.label for point in found.special]


@pytest.mark.parametrize("s", [1, -1])
@pytest.mark.parametrize("omega", [0.5, 1, 1e2])
def test_the_family_of_the_hopf_normal_form(s, omega):
    """r = sqrt(-alpha/s), period 2 pi/omega; r' = alpha r + s r^3 decays to it with the rate
    -2 alpha, so that the multiplier is exp(-4 pi alpha/omega)."""
    kind = "hopf" if s < 0 else "subcritical hopf"
    model = rb.models.normal_form(kind).replace(omega=omega)
    family = rb.continue_cycles(rb.continue_equilibria(model, "alpha", (-0.9, 1)).first("hopf"))
    assert labels(family) == []
    assert family.ends == (rb.Status.HOPF_REACHED, rb.Status.RANGE_REACHED)
    alpha = family["alpha"]
    radius = np.sqrt(np.abs(alpha))
    for name in ("x", "y"):
        np.testing.assert_allclose(family[f"{name}_max"], radius, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(family[f"{name}_min"], -radius, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(family["period"], 2 * math.pi / omega, rtol=1e-9)
    exact = np.exp(-4 * math.pi * alpha / omega)
    other = np.where(exact > 1, family.multipliers[:, 0], family.multipliers[:, 1]).real
    resolved = (exact > 1e-12) & (exact < 1e12)
    np.testing.assert_allclose(other[resolved], exact[resolved], rtol=1e-5)
    np.testing.assert_array_equal(family.stable[1:], np.full(len(family) - 1, s < 0))


@pytest.mark.parametrize("b2", [0.1, 1.0, 3.0])
def test_bautin(b2):
    """r' = b1 r + b2 r^3 - r^5, theta' = 1: r^2 = (b2 +- sqrt(b2^2 + 4 b1))/2, so that the cycles
    fold at b1 = -b2^2/4, r^2 = b2/2."""
    model = rb.Model(
        "Bautin",
        CIRCLE + "g = b1 + b2*r2 - r2^2",
        parameters=dict(b1=0, b2=b2, omega=1),
        start=dict(x=0, y=0),
    )
    diagram = rb.bifurcation_diagram(model, "b1", (-(b2**2), 0.8 * b2**2))
    assert labels(diagram) == ["H", "LPC"]
    hopf, fold = diagram.special
    assert hopf.coefficient == pytest.approx(2 * b2, rel=1e-12)
    assert hopf.criticality == "subcritical"
    assert fold.parameters["b1"] == pytest.approx(-(b2**2) / 4, rel=1e-10)
    assert fold.period == pytest.approx(2 * math.pi, rel=1e-10)
    (family,) = diagram.cycles
    r2 = family["x_max"] ** 2
    np.testing.assert_allclose(family["b1"], r2**2 - b2 * r2, rtol=0, atol=1e-7 * b2**2)
    # neither at the fold nor at the Hopf point, the first row
    off = (np.arange(len(family)) != family.special_rows[0]) & (np.arange(len(family)) > 0)
    np.testing.assert_array_equal(family.stable[off], (2 * r2 > b2)[off])
    at_fold = family.orbit(family.special_rows[0])
    assert at_fold.maximum["x"] ** 2 == pytest.approx(b2 / 2, rel=1e-8)
    inner, outer = sorted(diagram.at(b1=-(b2**2) / 5)[1:], key=lambda cycle: cycle.maximum["x"])
    root = math.sqrt(b2**2 / 5)
    assert inner.maximum["x"] ** 2 == pytest.approx((b2 - root) / 2, rel=1e-8)
    assert outer.maximum["x"] ** 2 == pytest.approx((b2 + root) / 2, rel=1e-8)
    assert (inner.stable, outer.stable) == (False, True)


def test_an_isola_of_cycles():
    """r' = r (1 - alpha^2 - (r^2 - 2)^2): no Hopf point; folds of cycles at alpha = +-1, r^2 = 2;
    the family is a closed curve, reached from the stable cycle at alpha = 0, r^2 = 3."""
    model = rb.Model(
        "isola",
        CIRCLE + "g = 1 - alpha^2 - (r2 - 2)^2",
        parameters=dict(alpha=0, omega=1),
        start=dict(x=1.5, y=0),
    )
    cycle = rb.find_limit_cycle(model)
    assert cycle.maximum["x"] == pytest.approx(math.sqrt(3), rel=1e-9)
    family = rb.continue_cycles(cycle, "alpha", (-2, 2.2))
    assert family.ends[1] is rb.Status.CLOSED
    assert labels(family) == ["LPC", "LPC"]
    values = [point.parameters["alpha"] for point in family.special]
    np.testing.assert_allclose(np.sort(values), [-1, 1], rtol=1e-10)
    np.testing.assert_allclose(
        family["alpha"] ** 2 + (family["x_max"] ** 2 - 2) ** 2, 1, rtol=0, atol=1e-7
    )


@pytest.mark.parametrize("energy", [0.5, 1.0])
def test_the_period_of_a_pendulum(energy):
    """A weakly damped and driven pendulum, x'' = -sin x + eps y (energy(E) - E): the cycle is the
    free pendulum's orbit of energy E = y^2/2 + 1 - cos x exactly, with the period 4 K(E/2)
    (E the parameter m = k^2); the multiplier is exp(-eps integral of y^2 dt)."""
    eps = 0.1
    model = rb.Model(
        "pendulum",
        "x' = y\ny' = -sin(x) + eps*y*(E - y^2/2 - 1 + cos(x))",
        parameters=dict(E=energy, eps=eps),
        start=dict(x=0, y=math.sqrt(2 * energy)),
    )
    cycle = rb.find_limit_cycle(model)
    period = 4 * mpmath.ellipk(energy / 2)
    assert cycle.period == pytest.approx(float(period), rel=1e-9)
    assert cycle.maximum["x"] == pytest.approx(math.acos(1 - energy), rel=1e-9)
    assert cycle.maximum["y"] == pytest.approx(math.sqrt(2 * energy), rel=1e-9)
    # the integral of y^2 over a period is the area within the orbit, 16 (E(m) - (1 - m) K(m))
    m = energy / 2
    area = 16 * (mpmath.ellipe(m) - (1 - m) * mpmath.ellipk(m))
    assert abs(cycle.multipliers[1]) == pytest.approx(float(mpmath.exp(-eps * area)), rel=1e-7)


@pytest.mark.parametrize("mu", [0.01, 0.05])
def test_van_der_pol_for_small_mu(mu):
    """T = 2 pi (1 + mu^2/16 - 5 mu^4/3072 + O(mu^6)) (Andersen and Geer, SIAM J. Appl. Math. 42
    (1982) 678), amplitude 2 (1 + mu^2/192 ...)."""
    cycle = rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=mu, x=2, y=0))
    exact = 2 * math.pi * (1 + mu**2 / 16 - 5 * mu**4 / 3072)
    assert cycle.period == pytest.approx(exact, rel=mu**6 + 1e-11)
    assert cycle.maximum["x"] == pytest.approx(2, abs=mu**2 / 50)


def test_van_der_pol_against_published_digits():
    """The largest amplitude, 2.02342 near mu = 3.3, and periods at mu = 100 and 1000 (mpmath)."""
    family = rb.continue_cycles(
        rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=1)), "mu", (1, 100), mesh=100
    )
    assert labels(family) == []
    best = family["x_max"].argmax()
    assert family["x_max"][best] == pytest.approx(2.02342, abs=2e-6)
    assert family["mu"][best] == pytest.approx(3.3, abs=0.6)
    assert family["period"][-1] == pytest.approx(162.8370711, rel=1e-7)


@pytest.mark.parametrize(("mu", "period"), [(100, 162.8370711), (1000, 1614.4011258)])
def test_relaxation_oscillations_of_van_der_pol(mu, period):
    """Periods integrated at 30 digits with mpmath; the multiplier is below any rounding."""
    cycle = rb.find_limit_cycle(rb.models.van_der_pol().replace(mu=mu), mesh=100)
    assert cycle.period == pytest.approx(period, rel=1e-9)
    assert cycle.stable
    assert abs(cycle.multipliers[1]) < 1e-12
