"""Normal forms of cycles against closed forms."""

import numpy as np
import pytest
from circling_cycles import BAUTIN, FLIP, TORUS, circling
from rheobase.analysis.cycle_normal_forms import cycle_normal_form


def form_of(model, parameter, kind, **settings):
    curve, critical = circling(model, parameter, kind, **settings)
    return cycle_normal_form(curve, kind, critical)


@pytest.mark.parametrize("b2", [1.0, 0.3])
@pytest.mark.parametrize("alpha", [0.0, 0.7, -3.0])
def test_the_fold_of_bautins_form(b2, alpha):
    """r' = -r (r^2 - b2/2)^2: delta -> delta - 2 pi 4 r^3 delta^2; beta' = 2 pi r."""
    model = BAUTIN.replace(b1=-(b2**2) / 4, b2=b2, alpha=alpha)
    radius = np.sqrt(b2 / 2)
    form = form_of(model, "b1", "cycle fold", radius=radius)
    assert form.coefficient == pytest.approx(-8 * np.pi * radius**3, rel=1e-9)
    assert form.slope == pytest.approx(2 * np.pi * radius, rel=1e-9)
    assert form.criticality == ""
    assert form.name == "b of xi -> xi + b xi^2"
    assert form.uncertainty < 1e-6 * abs(form.coefficient)


@pytest.mark.parametrize(
    "terms",
    [
        dict(c=-1),
        dict(c=0.5, alpha=2),
        dict(c=-1, kappa=3, k=2),
        dict(c=0.3, kappa=-1, k=1.5, alpha=-0.7),
    ],
)
def test_a_period_doubling_in_closed_form(terms):
    """rho -> -(rho + 2 pi (c + kappa k/2) rho^3), on a unit vector everywhere."""
    model = FLIP.replace(terms)
    cubic = model.parameters["c"] + model.parameters["kappa"] * model.parameters["k"] / 2
    form = form_of(model, "mu", "period doubling")
    assert form.coefficient == pytest.approx(-2 * np.pi * cubic, rel=1e-9)
    assert form.criticality == ("supercritical" if cubic < 0 else "subcritical")
    assert form.uncertainty < 1e-6 * abs(form.coefficient)


@pytest.mark.parametrize("terms", [dict(c=0), dict(c=-3, kappa=3, k=2)])
def test_a_cubic_term_of_zero_is_degenerate(terms):
    form = form_of(FLIP.replace(terms), "mu", "period doubling")
    assert abs(form.coefficient) < 1e-8
    assert form.criticality == "degenerate"


@pytest.mark.parametrize("omega", [0.23, 0.41, 0.0711])
@pytest.mark.parametrize(
    "terms",
    [
        dict(c=-1),
        dict(c=0.2, e=3, alpha=1.3),
        dict(c=-1, kappa=3, k=2, alpha=-2),
        dict(c=0, A=1, B=0.5, D=-0.8, E=0.6),
        dict(c=-0.1, e=0.4, kappa=0.3, k=1, alpha=0.5, A=0.6, B=-0.3, D=0.5, E=0.9),
    ],
)
def test_a_torus_in_closed_form(terms, omega):
    """Re c1, Kuznetsov 2004, eq. (3.18), for the section's map in z; |z|^2 = 2 |xi|^2."""
    model = TORUS.replace(omega=omega, **terms)
    number = model.parameters
    g20, g02 = number["A"], number["D"]
    g11 = complex(number["B"], number["E"])
    c1 = 1j / (2 * omega) * (g20 * g11 - 2 * abs(g11) ** 2 - abs(g02) ** 2 / 3)
    cubic = c1.real + number["c"] + number["kappa"] * number["k"] / 2
    form = form_of(model, "mu", "torus", theta=2 * np.pi * omega)
    assert form.coefficient == pytest.approx(4 * np.pi * cubic, rel=1e-9)
    assert form.criticality == ("supercritical" if cubic < 0 else "subcritical")


@pytest.mark.parametrize("denominator", [3, 4])
def test_no_torus_at_a_strong_resonance(denominator):
    model = TORUS.replace(omega=1 / denominator, D=1)
    assert form_of(model, "mu", "torus", theta=2 * np.pi / denominator) is None


def test_the_error_falls_with_the_mesh():
    """Superconvergence: of order 2 m for degree m (de Boor and Swartz 1973)."""
    model, exact = BAUTIN.replace(alpha=0.7), -8 * np.pi * 0.5**1.5
    errors = [
        abs(
            form_of(model, "b1", "cycle fold", radius=0.5**0.5, mesh=N, degree=2).coefficient
            - exact
        )
        for N in (10, 20, 40)
    ]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 3.8)


def test_the_cost_in_second_and_third_derivatives():
    curve, critical = circling(FLIP.replace(kappa=1, k=1), "mu", "period doubling")
    calls = []
    for name in ("B", "C"):
        method = getattr(curve.field, name)

        def counted(*arguments, name=name, method=method):
            calls.append(name)
            return method(*arguments)

        setattr(curve.field, name, counted)
    cycle_normal_form(curve, "period doubling", critical)
    assert sorted(calls) == ["B", "B", "B", "C"]
