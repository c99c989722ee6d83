"""Leaky, quadratic, exponential, theta: firing rates and thresholds in closed form."""

from math import atan, log, pi, sqrt

import numpy as np
import pytest
import rheobase as rb


def intervals(model, until):
    run = rb.simulate(model, until=until, tolerance=1e-12)
    assert len(run.spikes) >= 4
    return np.diff(run.spikes)


@pytest.mark.parametrize("current", [1.6, 2, 4])
def test_leaky(current):
    """f = 1/(t_ref + tau ln((RI + E - V_reset)/(RI + E - V_th)))."""
    q = rb.models.leaky().parameters
    drive = q["R"] * current + q["E"]
    exact = q["t_ref"] + q["tau"] * log((drive - q["V_reset"]) / (drive - q["V_th"]))
    found = intervals(rb.models.leaky().replace(I=current), 200)
    np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_leaky_is_silent_below_its_rheobase():
    q = rb.models.leaky().parameters
    rheobase = (q["V_th"] - q["E"]) / q["R"]
    assert rheobase == 1.5
    for current, fires in ((rheobase - 1e-3, False), (rheobase + 1e-3, True)):
        run = rb.simulate(rb.models.leaky().replace(I=current), until=500)
        assert bool(len(run.spikes)) is fires


@pytest.mark.parametrize("current", [0.25, 1, 4])
def test_quadratic(current):
    """From V_reset to V_peak: (atan(V_peak/sqrt I) - atan(V_reset/sqrt I))/sqrt I."""
    root = sqrt(current)
    exact = (atan(100 / root) - atan(-100 / root)) / root
    found = intervals(rb.models.quadratic().replace(I=current), 60)
    np.testing.assert_allclose(found, exact, rtol=1e-9)


@pytest.mark.parametrize("current", [0.01, 0.25, 1, 4])
def test_theta(current):
    """theta' = 1 - cos + (1 + cos) I goes round in pi/sqrt(I)."""
    exact = pi / sqrt(current)
    found = intervals(rb.models.theta().replace(I=current), 6 * exact)
    np.testing.assert_allclose(found, exact, rtol=1e-9)


def test_theta_and_quadratic_are_one_neuron():
    """V = tan(theta/2): V' = (1 + V^2) theta'/2."""
    theta, quadratic = rb.models.theta(), rb.models.quadratic()
    for phase in (-2.5, -1, 0.3, 2):
        for current in (-0.7, 0, 1.3):
            v = np.tan(phase / 2)
            q = list(quadratic.replace(I=current).parameters.values())
            turned = theta.field.f([phase], [current]) * (1 + v**2) / 2
            np.testing.assert_allclose(turned, quadratic.field.f([v], q), rtol=1e-12)


def test_the_rheobase_of_the_exponential_neuron():
    """Rest and threshold meet at V_T, at I = g_L (V_T - E_L - Delta_T)."""
    model = rb.models.exponential()
    q = model.parameters
    rheobase = q["g_L"] * (q["V_T"] - q["E_L"] - q["Delta_T"])
    p = list(model.replace(I=rheobase).parameters.values())
    assert model.field.f([q["V_T"]], p)[0] == pytest.approx(0, abs=1e-14)
    assert model.field.jacobian([q["V_T"]], p)[0, 0] == pytest.approx(0, abs=1e-14)
    assert len(rb.simulate(model.replace(I=rheobase - 0.01), until=1000).spikes) == 0
    assert len(rb.simulate(model.replace(I=rheobase + 0.01), until=1000).spikes) > 1
