"""AdEx: where rest is lost, against closed forms and independent numbers."""

import tomllib
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "adaptive_exponential.toml").read_text()
)


def at_rest(model, v):
    """The model and state with an equilibrium at V = v: the current that holds it there."""
    q = model.parameters
    w = q["a"] * (v - q["E_L"])
    spike = q["g_L"] * q["Delta_T"] * exp((v - q["V_T"]) / q["Delta_T"])
    return model.replace(I=q["g_L"] * (v - q["E_L"]) - spike + w), [v, w]


def lost(ratio):
    """The equilibrium where exp((V - V_T)/Delta_T) = 1 + ratio."""
    model = rb.models.adaptive_exponential()
    q = model.parameters
    return at_rest(model, q["V_T"] + q["Delta_T"] * log(1 + ratio))


def test_the_fold_of_the_2005_set():
    q = rb.models.adaptive_exponential().parameters
    model, x = lost(q["a"] / q["g_L"])
    p = list(model.parameters.values())
    assert model.parameters["I"] == pytest.approx(REFERENCE["fold"], abs=REFERENCE["tolerance"])
    np.testing.assert_allclose(model.field.f(x, p), 0, atol=1e-12)
    assert np.linalg.det(model.field.jacobian(x, p)) == pytest.approx(0, abs=1e-15)


def test_the_hopf_point_of_the_2005_set():
    q = rb.models.adaptive_exponential().parameters
    model, x = lost(q["C"] / (q["g_L"] * q["tau_w"]))
    p = list(model.parameters.values())
    assert model.parameters["I"] == pytest.approx(REFERENCE["hopf"], abs=REFERENCE["tolerance"])
    jacobian = model.field.jacobian(x, p)
    np.testing.assert_allclose(model.field.f(x, p), 0, atol=1e-12)
    assert np.trace(jacobian) == pytest.approx(0, abs=1e-15)
    assert np.linalg.det(jacobian) > 0


def test_starts():
    model = rb.models.adaptive_exponential()
    p = list(model.parameters.values())
    np.testing.assert_allclose(model.field.f(list(model.start.values()), p), 0, atol=1e-14)
    tonic = rb.models.adaptive_exponential("tonic spiking")
    assert dict(tonic.start) == {"V": -70, "w": 0}
