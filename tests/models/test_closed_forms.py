"""Small systems whose answers are theorems: Lorenz, Rossler, Lotka-Volterra, maps, and others."""

from math import pi, sqrt

import numpy as np
import pytest
import rheobase as rb
from scipy.optimize import fsolve


def values(model):
    return list(model.parameters.values())


@pytest.mark.parametrize("tau", [0.1, 3 - 2 * sqrt(2) + 0.01, 2, 5.8, 6])
def test_linear_adaptation(tau):
    """Fixed point (I/2, I/2); eigenvalues (-(1 + tau) +- sqrt(tau^2 - 6 tau + 1))/(2 tau)."""
    model = rb.models.linear_adaptation().replace(tau=tau, I=3)
    np.testing.assert_allclose(model.field.f([1.5, 1.5], values(model)), 0, atol=1e-15)
    root = np.sqrt(complex(tau**2 - 6 * tau + 1))
    exact = np.array([-(1 + tau) - root, -(1 + tau) + root]) / (2 * tau)
    found = np.linalg.eigvals(model.field.jacobian([0, 0], values(model)))
    np.testing.assert_allclose(np.sort_complex(found), np.sort_complex(exact), rtol=1e-12)


def test_lotka_volterra_conserves():
    """H = delta x - gamma ln x + beta y - alpha ln y has no rate of change anywhere."""
    model = rb.models.lotka_volterra()
    q = model.parameters
    for x, y in np.random.default_rng(1).uniform(0.1, 5, (20, 2)):
        gradient = np.array([q["delta"] - q["gamma"] / x, q["beta"] - q["alpha"] / y])
        assert gradient @ model.field.f([x, y], values(model)) == pytest.approx(0, abs=1e-13)


def test_lotka_volterra_equilibrium():
    model = rb.models.lotka_volterra()
    q = model.parameters
    centre = [q["gamma"] / q["delta"], q["alpha"] / q["beta"]]
    np.testing.assert_allclose(model.field.f(centre, values(model)), 0, atol=1e-15)
    eigenvalues = np.linalg.eigvals(model.field.jacobian(centre, values(model)))
    exact = sqrt(q["alpha"] * q["gamma"])
    np.testing.assert_allclose(np.sort(eigenvalues.imag), [-exact, exact], rtol=1e-14)


def test_lorenz_hopf_point():
    """rho = sigma (sigma + beta + 3)/(sigma - beta - 1) = 470/19, omega^2 = beta (sigma + rho)."""
    model = rb.models.lorenz().replace(rho=470 / 19)
    x = sqrt(8 / 3 * (470 / 19 - 1))
    at = [x, x, 470 / 19 - 1]
    np.testing.assert_allclose(model.field.f(at, values(model)), 0, atol=1e-12)
    eigenvalues = np.linalg.eigvals(model.field.jacobian(at, values(model)))
    omega = sqrt(8 / 3 * (10 + 470 / 19))
    assert np.abs(eigenvalues - 1j * omega).min() < 1e-13 * omega
    assert np.abs(eigenvalues + 1j * omega).min() < 1e-13 * omega


def test_lorenz_pitchfork():
    model = rb.models.lorenz().replace(rho=1)
    assert np.linalg.det(model.field.jacobian([0, 0, 0], values(model))) == pytest.approx(0)


def test_rossler_fold():
    """x = c/2, z = -y = x/a where the two equilibria meet, c = 2 sqrt(a b)."""
    model = rb.models.rossler().replace(c=0.4)
    at = [0.2, -1, 1]
    np.testing.assert_allclose(model.field.f(at, values(model)), 0, atol=1e-15)
    assert np.linalg.det(model.field.jacobian(at, values(model))) == pytest.approx(0, abs=1e-15)


def test_lorenz_84_starts_at_an_equilibrium():
    """The equilibrium at F = 3, T = 0.04 that BifurcationKit's tutorial prints in full."""
    model = rb.models.lorenz_84()
    printed = [
        *(2.9787004394953343, -0.03868302503393752),
        *(0.058232737694740085, -0.02105288273117459),
    ]
    np.testing.assert_allclose(list(model.start.values()), printed, rtol=1e-14)
    rates = model.field.f(printed, values(model))
    np.testing.assert_allclose(rates, 0, atol=1e-14)


def test_fitzhugh_nagumo_symmetry():
    """(v, w, I) -> (-v, 2 a/b - w, 2 a/b - I) turns the field around."""
    model = rb.models.fitzhugh_nagumo().replace(I=0.4)
    mirrored = model.replace(I=1.75 - 0.4)
    here = model.field.f([0.7, 0.2], values(model))
    there = mirrored.field.f([-0.7, 1.75 - 0.2], values(mirrored))
    np.testing.assert_allclose(there, -here, rtol=1e-13)


def test_morris_lecar_upper_hopf_point_depends_on_the_rounding_of_phi():
    """97.788 with phi = 1/15, 97.646 with 0.067, which books round to."""
    for phi, exact in ((1 / 15, 97.788), (0.067, 97.646)):
        model = rb.models.morris_lecar("snic").replace(phi=phi)

        def conditions(z, model=model):
            p = values(model.replace(I=z[2]))
            return [*model.field.f(z[:2], p), np.trace(model.field.jacobian(z[:2], p))]

        found = fsolve(conditions, [8, 0.4, 97], xtol=1e-12)
        assert found[2] == pytest.approx(exact, abs=5e-4)


def test_logistic_map():
    """The fixed point 1 - 1/r flips at r = 3, the 2-cycle at r = 1 + sqrt(6)."""
    model = rb.models.logistic()
    for r in (2.5, 3, 3.3):
        assert model.field.f([1 - 1 / r], [r])[0] == pytest.approx(1 - 1 / r, rel=1e-14)
    assert model.field.jacobian([2 / 3], [3])[0, 0] == pytest.approx(-1, rel=1e-14)
    r = 1 + sqrt(6)
    low, high = (r + 1 + np.array([-1, 1]) * sqrt((r - 3) * (r + 1))) / (2 * r)
    assert model.field.f([low], [r])[0] == pytest.approx(high, rel=1e-14)
    slopes = [model.field.jacobian([x], [r])[0, 0] for x in (low, high)]
    assert slopes[0] * slopes[1] == pytest.approx(-1, rel=1e-13)


@pytest.mark.parametrize(("a", "x", "multiplier"), [(-0.1225, 1 / 0.35, 1), (0.3675, 1 / 1.05, -1)])
def test_henon_map(a, x, multiplier):
    """Fold at -(1 - b)^2/4, flip at 3 (1 - b)^2/4; there x = -+(1 - b)/(2 a)."""
    model = rb.models.henon()
    at = [x, 0.3 * x]
    np.testing.assert_allclose(model.field.f(at, [a, 0.3]), at, rtol=1e-14)
    eigenvalues = np.linalg.eigvals(model.field.jacobian(at, [a, 0.3]))
    assert np.abs(eigenvalues - multiplier).min() < 1e-7


def test_henon_second_flip():
    """The 2-cycle flips at (5 - 6 b + 5 b^2)/4 = 0.9125: there 1 + trace + det = 0."""
    model, a, b = rb.models.henon(), 0.9125, 0.3
    total, product = (1 - b) / a, ((1 - b) ** 2 - a) / a**2
    first = (total - sqrt(total**2 - 4 * product)) / 2
    second = total - first
    x, y = [first, b * second], [second, b * first]
    np.testing.assert_allclose(model.field.f(x, [a, b]), y, rtol=1e-13)
    twice = model.field.jacobian(y, [a, b]) @ model.field.jacobian(x, [a, b])
    assert 1 + np.trace(twice) + np.linalg.det(twice) == pytest.approx(0, abs=1e-13)


def test_van_der_pol_small_mu():
    """T = 2 pi (1 + mu^2/16 - 5 mu^4/3072) up to the sixth power of mu."""
    mu = 0.2
    model = rb.models.van_der_pol().replace(mu=mu)
    run = rb.simulate(model, until=400, tolerance=1e-11)
    exact = 2 * pi * (1 + mu**2 / 16 - 5 * mu**4 / 3072)
    assert np.diff(run.spikes)[-20:].mean() == pytest.approx(exact, rel=mu**6 / 100)
