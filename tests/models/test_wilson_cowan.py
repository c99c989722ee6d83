"""Wilson-Cowan: points of codimension two of the smallest form, rest of the form of 1972."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb
from scipy.optimize import root

REFERENCE = tomllib.loads(
    (Path(__file__).parents[1] / "reference" / "wilson_cowan.toml").read_text()
)
MODEL = rb.models.wilson_cowan("hoppensteadt-izhikevich")


def with_images(points):
    return points + [[-x, -12 - y] for x, y in points]


def parameters(rho):
    return list(MODEL.replace(rho_x=rho[0], rho_y=rho[1]).parameters.values())


def determinant(matrix):
    return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]


def solve(conditions, rho):
    """Solve for (x, y, rho_x, rho_y) from several starts; the solution nearest to `rho`."""
    found = []

    def guarded(z):
        return conditions(z) if np.isfinite(z).all() else np.full(4, 1e3)

    for x in (0.05, 0.2, 0.5, 0.8, 0.95):
        for y in (0.05, 0.2, 0.5, 0.8, 0.95):
            result = root(guarded, [x, y, *rho], tol=1e-13)
            if np.abs(result.fun).max() < 1e-11:
                found.append(result.x[2:])
    return min(found, key=lambda point: np.linalg.norm(point - rho))


@pytest.mark.parametrize("rho", with_images(REFERENCE["bogdanov_takens"]), ids=str)
def test_bogdanov_takens(rho):
    """f = 0 with trace and determinant zero."""

    def conditions(z):
        p = parameters(z[2:])
        jacobian = MODEL.field.jacobian(z[:2], p)
        return [*MODEL.field.f(z[:2], p), np.trace(jacobian), determinant(jacobian)]

    np.testing.assert_allclose(solve(conditions, rho), rho, atol=REFERENCE["tolerance"])


@pytest.mark.parametrize("rho", with_images(REFERENCE["cusp"]), ids=str)
def test_cusp(rho):
    """f = 0, determinant zero, and <p, B(q, q)> = 0 for the null vectors."""

    def conditions(z):
        p = parameters(z[2:])
        jacobian = MODEL.field.jacobian(z[:2], p)
        q = np.array([-jacobian[0, 1], jacobian[0, 0]])
        left = np.array([-jacobian[1, 0], jacobian[0, 0]])
        quadratic = left @ MODEL.field.B(z[:2], p, q, q)
        return [*MODEL.field.f(z[:2], p), determinant(jacobian), quadratic]

    np.testing.assert_allclose(solve(conditions, rho), rho, atol=REFERENCE["tolerance"])


def test_the_symmetry():
    """(x, y, rho_x, rho_y) -> (1 - x, 1 - y, -rho_x, -12 - rho_y) turns the field around."""
    at, rho = np.array([0.3, 0.9]), (1.7, -4.2)
    there = MODEL.field.f(at, parameters(rho))
    here = MODEL.field.f(1 - at, parameters((-rho[0], -12 - rho[1])))
    np.testing.assert_allclose(here, -there, rtol=1e-12, atol=1e-14)


def test_1972_rests_at_zero_without_input():
    model = rb.models.wilson_cowan().replace(P=0, Q=0)
    p = list(model.parameters.values())
    np.testing.assert_allclose(model.field.f([0, 0], p), 0, atol=1e-15)
    assert np.linalg.eigvals(model.field.jacobian([0, 0], p)).real.max() < 0


def test_1972_against_the_equations_of_the_paper():
    """dE/dt = -E + (k_e - r_e E) S_e(c1 E - c2 I + P), typed again."""

    def sigmoid(x, a, theta):
        return 1 / (1 + np.exp(-a * (x - theta))) - 1 / (1 + np.exp(a * theta))

    e, i = 0.2, 0.1
    k_e, k_i = sigmoid(np.inf, 1.3, 4), sigmoid(np.inf, 2, 3.7)
    paper = [
        -e + (k_e - e) * sigmoid(16 * e - 12 * i + 1.25, 1.3, 4),
        -i + (k_i - i) * sigmoid(15 * e - 3 * i, 2, 3.7),
    ]
    model = rb.models.wilson_cowan()
    found = model.field.f([e, i], list(model.parameters.values()))
    np.testing.assert_allclose(found, paper, rtol=1e-14)
