"""Hodgkin-Huxley: two parametrisations of one axon, temperature, Hopf points of the 1952 set."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from scipy.optimize import brentq, fsolve

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "hodgkin_huxley.toml").read_text()
)


def values(model):
    return list(model.parameters.values())


def test_the_1952_set_is_the_standard_one_counted_from_rest():
    """V -> V + 65 maps one onto the other, E_L included: -65 + 10.599 = -54.401."""
    old = rb.models.hodgkin_huxley("1952").replace(I=7)
    new = rb.models.hodgkin_huxley().replace(I=7, E_L=-54.401)
    for voltage in (-80.0, -65.0, -50.0, -20.0, 30.0):
        gates = [0.1, 0.5, 0.3]
        np.testing.assert_allclose(
            new.field.f([voltage, *gates], values(new)),
            old.field.f([voltage + 65, *gates], values(old)),
            rtol=1e-12,
            atol=1e-12,
        )


def test_phi_is_the_speed_of_the_gates_alone():
    model = rb.models.hodgkin_huxley()
    x = [-50.0, 0.2, 0.5, 0.4]
    slow = model.field.f(x, values(model))
    fast = model.field.f(x, values(model.replace(phi=3)))
    np.testing.assert_allclose(fast, slow * [1, 3, 3, 3], rtol=1e-14)


def test_the_leak_potential_shifts_the_current():
    """g_L (E_L + 54) mV of leak are worth as much current: the diagrams differ by 0.12."""
    model = rb.models.hodgkin_huxley()
    x = [-50.0, 0.2, 0.5, 0.4]
    np.testing.assert_allclose(
        model.field.f(x, values(model.replace(I=9))),
        model.field.f(x, values(model.replace(I=9.12, E_L=-54.4))),
        rtol=1e-13,
    )


def test_rest_is_at_rest():
    for regime in ("standard", "1952"):
        model = rb.models.hodgkin_huxley(regime)
        rates = model.field.f(list(model.start.values()), values(model))
        np.testing.assert_allclose(rates, 0, atol=1e-13)


@pytest.mark.parametrize("current", REFERENCE["hopf_1952"])
def test_hopf_points_of_the_1952_set(current):
    model = rb.models.hodgkin_huxley("1952")

    def growth(at):
        """The real part of the complex pair at the equilibrium of the current `at`."""
        p = values(model.replace(I=at))
        guess = [6, 0.1, 0.4, 0.4] if at < 50 else [22, 0.4, 0.07, 0.64]
        x = fsolve(model.field.f, guess, args=(p,), fprime=model.field.jacobian, xtol=1e-13)
        eigenvalues = np.linalg.eigvals(model.field.jacobian(x, p))
        return eigenvalues[np.argmax(eigenvalues.imag)].real

    found = brentq(growth, current - 0.5, current + 0.5, xtol=1e-10)
    assert found == pytest.approx(current, abs=REFERENCE["tolerance"])
