"""Laws of the onset against closed forms.

A phase theta with theta' = A (1 - cos theta) + B (1 + cos theta) mu turns at f = sqrt(A B mu)/pi
(the integral of dtheta/(a + b cos theta) over a turn is 2 pi/sqrt(a^2 - b^2)), alone or as the
phase of a stable circle in the plane. Radial normal forms r' = r (alpha - r^2) and
r' = r (beta1 + beta2 r^2 - r^4) with theta' = omega + kappa r^2 have known frequencies.
"""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.analysis.cycle_fold_law import cycle_fold_law
from rheobase.analysis.drift import passage_time
from rheobase.analysis.hopf_law import hopf_law
from rheobase.analysis.law_fit import (
    cycle_fold_fit,
    hopf_fit,
    logarithmic_fit,
    square_root_fit,
)
from rheobase.analysis.logarithmic_law import logarithmic_law
from rheobase.analysis.onset_law import OnsetLaw

POSITIVE = st.floats(0.05, 20.0)


def theta(A=1.0, B=1.0):
    return rb.Model(
        "phase",
        "theta' = A*(1 - cos(theta)) + B*(1 + cos(theta))*mu",
        parameters=dict(mu=-1, A=A, B=B),
        start=dict(theta=-1.5),
        natural=("mu", (-1, 1)),
    )


def circle(A=1.0, B=1.0):
    return rb.Model(
        "circle",
        """
        x' = x*(1 - r^2) - y*turn
        y' = y*(1 - r^2) + x*turn
        r = sqrt(x^2 + y^2)
        turn = A*(1 - x/r) + B*(1 + x/r)*mu
        """,
        parameters=dict(mu=-0.5, A=A, B=B),
        start=dict(x=0.5, y=-0.8),
        natural=("mu", (-0.5, 0.5)),
        spike=("x", 0.0),
    )


def test_the_phase_model_to_rounding():
    found = rb.classify_excitability(theta())
    assert found.prefactor == pytest.approx(1 / math.pi, rel=1e-10)
    assert found.threshold == pytest.approx(0.0, abs=1e-12)
    assert (found.hodgkin_class, found.spiking_class, found.onset) == (1, 1, "snic")
    assert found.simulated.agrees
    assert found.simulated.exponent == pytest.approx(0.5, abs=1e-8)


def test_the_quadratic_neuron_through_infinity():
    found = rb.classify_excitability(rb.models.normal_form("saddle-node"))
    assert found.prefactor == pytest.approx(1 / math.pi, rel=1e-10)
    assert found.onset == "snic"
    assert "infinity" in found.report()
    curve = rb.frequency_current(rb.models.normal_form("saddle-node"), "alpha", [-1, 0, 0.04, 1])
    exact = [0.0, 0.0, 0.2 / math.pi, 1 / math.pi]
    np.testing.assert_allclose(curve["frequency"], exact, rtol=1e-12)


@given(POSITIVE, POSITIVE, st.floats(1e-6, 2.0))
@settings(max_examples=40, deadline=None)
def test_the_time_of_a_turn(A, B, mu):
    exact = math.pi / math.sqrt(A * B * mu)
    assert passage_time(theta(A, B).replace(mu=mu)) == pytest.approx(exact, rel=1e-9)


@given(POSITIVE, POSITIVE)
@settings(max_examples=10, deadline=None)
def test_the_prefactor_scales_with_the_equations(A, B):
    found = rb.classify_excitability(theta(A, B), simulate=False)
    assert found.prefactor == pytest.approx(math.sqrt(A * B) / math.pi, rel=1e-10)


def test_a_stable_circle_in_the_plane():
    A, B = 0.7, 1.9
    found = rb.classify_excitability(circle(A, B))
    exact = math.sqrt(A * B) / math.pi
    assert found.onset == "snic"
    assert found.hodgkin_class == found.spiking_class == 1
    assert found.prefactor == pytest.approx(exact, rel=1e-10)
    assert found.simulated.agrees
    assert found.simulated.prefactor == pytest.approx(exact, rel=1e-7)
    drives = np.array([1e-6, 1e-4, 1e-2, 0.3])
    curve = rb.frequency_current(circle(A, B), "mu", drives, simulate=True)
    np.testing.assert_allclose(curve["frequency"], exact * np.sqrt(drives), rtol=1e-5)
    np.testing.assert_allclose(curve["simulated"], exact * np.sqrt(drives), rtol=1e-7)


RADIAL = """
x' = x*growth - y*turn
y' = y*growth + x*turn
growth = {growth}
turn = omega + kappa*s + nu*{drive}
s = x^2 + y^2
"""


def radial(growth, drive, natural, **values):
    parameters = dict(omega=2, kappa=0.3, nu=0.1) | values
    text = RADIAL.format(growth=growth, drive=drive)
    start = dict(x=0.01, y=0)
    return rb.Model("radial", text, parameters=parameters, start=start, natural=(drive, natural))


def test_the_hopf_law():
    model = radial("alpha - s", "alpha", (-1, 1), alpha=-1)
    point = rb.continue_equilibria(model, "alpha", (-1, 1)).first("hopf")
    law = hopf_law(point)
    assert law["f0"] == pytest.approx(2 / (2 * math.pi), rel=1e-10)
    assert law["f1"] == pytest.approx((0.3 + 0.1) / (2 * math.pi), rel=1e-10)
    assert law["amplitude of x"] == pytest.approx(1.0, rel=1e-10)
    assert law.side == 1
    found = rb.classify_excitability(model)
    assert found.onset == "supercritical hopf"
    assert found.onset_frequency == pytest.approx(1 / math.pi, rel=1e-10)
    assert found.simulated.agrees
    assert found.simulated.prefactor == pytest.approx(1 / math.pi, rel=1e-8)
    assert found.simulated.exponent == pytest.approx(0.5, abs=1e-3)


def test_the_law_at_a_fold_of_cycles():
    model = radial("beta1 + beta2*s - s^2", "beta1", (-0.5, 0.3), beta1=-0.5, beta2=1)
    family = rb.continue_cycles(
        rb.continue_equilibria(model, "beta1", (-0.5, 0.3)).first("hopf"),
    )
    law = cycle_fold_law(family.first("cycle fold"))
    # s = 1/2 + sqrt(beta1 + 1/4) on the stable cycles
    assert law.at == pytest.approx(-0.25, abs=1e-9)
    assert law["f0"] == pytest.approx((2 + 0.3 / 2 - 0.1 / 4) / (2 * math.pi), rel=1e-8)
    assert law["f1"] == pytest.approx(0.3 / (2 * math.pi), rel=1e-5)
    assert law.side == 1
    found = rb.classify_excitability(model)
    assert found.onset == "subcritical hopf"
    assert found.law == "finite"
    assert found.bistable == pytest.approx((-0.25, 0.0), abs=1e-8)
    assert found.simulated.agrees


def test_the_saddle_homoclinic_normal_form():
    """The loop x^2 (1 - x) = y^2 of a saddle with eigenvalues 1 and -3: T = c - ln(alpha)."""
    found = rb.classify_excitability(rb.models.normal_form("saddle homoclinic"))
    assert found.birth.kind == "homoclinic"
    assert found.law == "logarithmic"
    assert found.onset_law["k"] == pytest.approx(1.0, rel=1e-9)
    assert found.firing_from == pytest.approx(0.0, abs=1e-9)
    assert found.block == pytest.approx(25 / 98, rel=1e-9)
    assert found.simulated.agrees
    assert found.simulated.prefactor == pytest.approx(1.0, abs=1e-4)
    assert found.hodgkin_class is None
    assert found.spiking_class == 1
    assert "rest is never lost" in found.report()


def test_unstable_cycles_leave_a_saddle_by_the_stable_eigenvalue():
    """Lorenz's homoclinic orbit at rho = 13.926: slope 1/|lambda_s| = 3/8 (eigenvalues at 0)."""
    lorenz = rb.models.lorenz()
    hopf = rb.continue_equilibria(
        rb.find_fixed_points(lorenz.replace(rho=20))[-1], "rho", (5, 30)
    ).first("hopf")
    family = rb.continue_cycles(hopf)
    law = logarithmic_law(family.first("homoclinic"), family["rho"], family["period"])
    assert law["k"] == pytest.approx(0.375, rel=1e-9)
    assert family.first("homoclinic").value == pytest.approx(13.92656, abs=1e-4)


@given(st.floats(0.01, 10), st.floats(-3, 30), st.floats(-2, 2), st.floats(-1, 1))
@settings(max_examples=30, deadline=None)
def test_the_square_root_fit(s, T0, T1, T2):
    d = np.geomspace(1e-4, 1e-1, 10) / s**2
    T = 1 / (s * np.sqrt(d)) * (1 + 0.01 * T0 * s * np.sqrt(d))
    T = T + 0.01 * T1 * np.sqrt(d) * s + 0.01 * T2 * d * s**2
    fit = square_root_fit(d, T)
    assert fit.value == pytest.approx(s, rel=1e-9)
    assert fit.exponent == pytest.approx(0.5, abs=1e-8)


def test_a_plain_slope_would_be_biased():
    d = np.geomspace(1e-3, 1e-1, 10)
    T = 1 / np.sqrt(d) + 1.0
    plain = -np.polyfit(np.log(d), np.log(T), 1)[0]
    assert abs(plain - 0.5) > 0.02
    assert square_root_fit(d, T).exponent == pytest.approx(0.5, abs=1e-9)


def test_the_other_fits():
    d = np.geomspace(1e-6, 1e-2, 10)
    assert logarithmic_fit(d, 3 - 2 * np.log(d) + d, 3.0).value == pytest.approx(2, rel=1e-9)
    fit = hopf_fit(d, 0.2 + 0.1 * d, 3 * np.sqrt(d) * (1 + d))
    assert (fit.value, fit.exponent) == pytest.approx((0.2, 0.5), rel=1e-9)
    fit = cycle_fold_fit(d, 0.2 + 0.1 * np.sqrt(d) + d)
    assert (fit.value, fit.exponent) == pytest.approx((0.2, 0.5), rel=1e-6)


def test_the_error_of_a_fit_holds_what_is_left_out():
    d = np.geomspace(1e-3, 0.5, 10)
    T = 1 / (0.3 * np.sqrt(d)) / (1 + 0.2 * np.sqrt(d) + 0.1 * d**2)
    fit = square_root_fit(d, T)
    assert abs(fit.value - 0.3) < 3 * fit.error < 1e-3


def test_a_law_knows_its_constants():
    law = OnsetLaw("square root", 1.0, 1, {"s": 2.0})
    np.testing.assert_allclose(law.frequency([0.0, 1.0, 1.25]), [np.nan, 0.0, 1.0])
    assert OnsetLaw.from_dict(law.to_dict()) == law
    with pytest.raises(rb.UnknownName, match="constant"):
        law["k"]
    with pytest.raises(rb.InvalidArgument, match="needs its constant"):
        OnsetLaw("logarithmic", 0.0)
    with pytest.raises(rb.UnknownName, match="a law of the onset"):
        OnsetLaw("cubic")
