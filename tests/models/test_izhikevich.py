"""Izhikevich 2003: where rest is lost, in closed form, for every pattern."""

import numpy as np
import pytest
import rheobase as rb

(ENTRY,) = [entry for entry in rb.models.catalog() if entry.name == "izhikevich"]
# E. M. Izhikevich, IEEE Trans. Neural Netw. 14 (2003) 1569, the text beside figure 2.
PAPER = {
    "RS": (0.02, 0.2, -65, 8),
    "IB": (0.02, 0.2, -55, 4),
    "CH": (0.02, 0.2, -50, 2),
    "FS": (0.1, 0.2, -65, 2),
    "LTS": (0.02, 0.25, -65, 2),
    "TC": (0.02, 0.25, -65, 0.05),
    "RZ": (0.1, 0.26, -65, 2),
}


def test_parameters_of_the_paper():
    assert len(ENTRY.regimes) == len(PAPER)
    for short, row in PAPER.items():
        parameters = rb.models.izhikevich(short).parameters
        assert tuple(parameters[name] for name in "abcd") == row


@pytest.mark.parametrize("regime", ENTRY.regimes)
def test_the_fold(regime):
    """2 * 0.04 v + 5 = b at the fold, so I = (5 - b)^2/0.16 - 140 (discriminant zero)."""
    model = rb.models.izhikevich(regime)
    b = model.parameters["b"]
    v = -(5 - b) / 0.08
    p = list(model.replace(I=(5 - b) ** 2 / 0.16 - 140).parameters.values())
    np.testing.assert_allclose(model.field.f([v, b * v], p), 0, atol=1e-12)
    assert np.linalg.det(model.field.jacobian([v, b * v], p)) == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("regime", ENTRY.regimes)
def test_the_hopf_point(regime):
    """Trace 0.08 v + 5 - a = 0 gives v = (a - 5)/0.08; the determinant a (b - a) decides."""
    model = rb.models.izhikevich(regime)
    a, b = model.parameters["a"], model.parameters["b"]
    v = (a - 5) / 0.08
    current = b * v - (0.04 * v**2 + 5 * v + 140)
    p = list(model.replace(I=current).parameters.values())
    np.testing.assert_allclose(model.field.f([v, b * v], p), 0, atol=1e-12)
    jacobian = model.field.jacobian([v, b * v], p)
    assert np.trace(jacobian) == pytest.approx(0, abs=1e-14)
    assert np.linalg.det(jacobian) == pytest.approx(a * (b - a), rel=1e-12)


@pytest.mark.parametrize("regime", ENTRY.regimes)
def test_rest_is_at_rest(regime):
    model = rb.models.izhikevich(regime)
    rates = model.field.f(list(model.start.values()), list(model.parameters.values()))
    np.testing.assert_allclose(rates, 0, atol=1e-12)


def test_the_reset():
    reset = rb.models.izhikevich().reset
    assert reset.condition == "v > 30"
    assert dict(reset.assignments) == {"v": "c", "u": "u + d"}
