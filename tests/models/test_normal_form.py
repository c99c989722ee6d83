"""Normal forms: each has the bifurcation that its name says, where theory says."""

from math import pi, sqrt

import numpy as np
import pytest
import rheobase as rb
from scipy.linalg import expm


def field(kind, **changes):
    """f and the Jacobian of a normal form at given parameters, as functions of the state."""
    model = rb.models.normal_form(kind).replace(changes)
    p = list(model.parameters.values())
    return (lambda x: model.field.f(x, p)), (lambda x: model.field.jacobian(x, p)), model, p


def test_saddle_node():
    f, jacobian, *_ = field("saddle-node", alpha=-0.49)
    for x in (-0.7, 0.7):
        assert f([x])[0] == pytest.approx(0, abs=1e-15)
        assert jacobian([x])[0, 0] == pytest.approx(2 * x)
    f, jacobian, *_ = field("fold", alpha=0)
    assert f([0])[0] == jacobian([0])[0, 0] == 0


def test_transcritical():
    f, jacobian, *_ = field("transcritical", alpha=0.3)
    assert f([0])[0] == 0
    assert f([0.3])[0] == pytest.approx(0, abs=1e-16)
    assert jacobian([0])[0, 0] == pytest.approx(0.3)
    assert jacobian([0.3])[0, 0] == pytest.approx(-0.3)


@pytest.mark.parametrize(("kind", "alpha"), [("pitchfork", 0.25), ("subcritical pitchfork", -0.25)])
def test_pitchfork(kind, alpha):
    f, jacobian, *_ = field(kind, alpha=alpha)
    for x in (-0.5, 0.5):
        assert f([x])[0] == 0
        assert jacobian([x])[0, 0] == pytest.approx(-2 * alpha)


@pytest.mark.parametrize(("kind", "alpha"), [("hopf", 0.25), ("subcritical hopf", -0.25)])
def test_hopf(kind, alpha):
    """On the circle of radius sqrt(|alpha|) the flow is a rotation by omega = 1."""
    f, *_ = field(kind, alpha=alpha)
    for angle in np.linspace(0, 2 * pi, 7):
        x = 0.5 * np.array([np.cos(angle), np.sin(angle)])
        np.testing.assert_allclose(f(x), [-x[1], x[0]], atol=1e-15)
    _, jacobian, *_ = field(kind, alpha=0)
    np.testing.assert_allclose(np.sort_complex(np.linalg.eigvals(jacobian([0, 0]))), [-1j, 1j])


def test_the_sign_of_the_first_lyapunov_coefficient():
    """Along the x axis C(q, q, q) = 6 s: supercritical for s = -1."""
    for kind, s in (("hopf", -1), ("subcritical hopf", 1)):
        model = rb.models.normal_form(kind)
        p = list(model.parameters.values())
        third = model.field.C([0, 0], p, *[[1.0, 0.0]] * 3)
        np.testing.assert_allclose(third, [6 * s, 0])


def test_bautin():
    """beta1 + beta2 r2 - r2^2 = 0; the two circles meet at beta1 = -beta2^2/4, r2 = beta2/2."""
    f, *_ = field("bautin", beta1=-0.25, beta2=1)
    radius = sqrt(0.5)
    np.testing.assert_allclose(f([radius, 0]), [0, radius], atol=1e-15)
    for beta1, r2 in ((-0.25 - 1e-3, 0.5), (-0.25 + 1e-3, 0.5)):
        growth = field("bautin", beta1=beta1, beta2=1)[0]([sqrt(r2), 0])[0]
        assert np.sign(growth) == np.sign(beta1 + 0.25)


def test_cusp():
    """Folds at beta1 = +-2 (beta2/3)^(3/2), x = -+sqrt(beta2/3)."""
    for sign in (1, -1):
        f, jacobian, *_ = field("cusp", beta1=sign * 2 / 27**0.5, beta2=1)
        x = [-sign * 3**-0.5]
        assert f(x)[0] == pytest.approx(0, abs=1e-15)
        assert jacobian(x)[0, 0] == pytest.approx(0, abs=1e-15)


def test_bogdanov_takens():
    """Fold beta1 = beta2^2/4; Hopf beta1 = 0 at x = 0 with omega^2 = -beta2, subcritical never."""
    f, jacobian, *_ = field("bogdanov-takens", beta1=0.0625, beta2=-0.5)
    np.testing.assert_allclose(f([0.25, 0]), 0, atol=1e-16)
    assert np.linalg.det(jacobian([0.25, 0])) == 0
    _, jacobian, *_ = field("bogdanov-takens", beta1=0, beta2=-0.5)
    assert np.trace(jacobian([0, 0])) == 0
    assert np.linalg.det(jacobian([0, 0])) == pytest.approx(0.5)
    _, jacobian, *_ = field("bogdanov-takens", beta1=0, beta2=0)
    np.testing.assert_array_equal(jacobian([0, 0]), [[0, 1], [0, 0]])


def test_saddle_homoclinic():
    """x^2 (1 - x) = y^2 is invariant at alpha = 0; the focus loses stability at alpha = 25/98."""
    f, jacobian, *_ = field("saddle homoclinic", alpha=0)
    for x in np.linspace(0.01, 0.99, 9):
        for y in (x * sqrt(1 - x), -x * sqrt(1 - x)):
            gradient = np.array([2 * x - 3 * x**2, -2 * y])
            assert gradient @ f([x, y]) == pytest.approx(0, abs=1e-14)
    np.testing.assert_allclose(np.sort(np.linalg.eigvals(jacobian([0, 0]))), [-3, 1])
    f, jacobian, *_ = field("homoclinic", alpha=25 / 98)
    focus = [4 / 7, (4 / 7) * (1 - 4 / 7) / 2]
    np.testing.assert_allclose(f(focus), 0, atol=1e-15)
    assert np.trace(jacobian(focus)) == pytest.approx(0, abs=1e-15)
    assert np.linalg.det(jacobian(focus)) > 0


@pytest.mark.parametrize(("kind", "alpha"), [("torus", 0.09), ("subcritical torus", -0.09)])
def test_torus(kind, alpha):
    """The circle turns at speed 1; on q = |alpha| the flow is two rotations, by 1 and omega."""
    f, jacobian, model, _ = field(kind, alpha=alpha)
    omega = model.parameters["omega"]
    for angle in (0, 1, 2.5):
        circle = np.array([np.cos(angle), np.sin(angle), 0])
        np.testing.assert_allclose(f(circle), [-circle[1], circle[0], 0], atol=1e-15)
        for phase in (0, 0.7, 3):
            u, z = 0.3 * np.cos(phase), 0.3 * np.sin(phase)
            x, y = np.exp(u) * np.array([np.cos(angle), np.sin(angle)])
            dx, dy, dz = f([x, y, z])
            assert (x * dy - y * dx) / (x**2 + y**2) == pytest.approx(1, rel=1e-13)
            growth = (x * dx + y * dy) / (x**2 + y**2)
            np.testing.assert_allclose([growth, dz], [-omega * z, omega * u], atol=1e-14)
    # In the frame that turns with the cycle the Jacobian is constant: multipliers by expm.
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 0]])
    multipliers = np.linalg.eigvals(expm(2 * pi * (jacobian([1, 0, 0]) - turn)))
    exact = [1, *np.exp(2 * pi * (alpha + 1j * omega * np.array([1, -1])))]
    np.testing.assert_allclose(np.sort_complex(multipliers), np.sort_complex(exact), rtol=1e-12)


def test_names_are_tolerant():
    assert rb.models.normal_form("Neimark-Sacker") == rb.models.normal_form("torus")
    assert rb.models.normal_form("supercritical_hopf") == rb.models.normal_form()
    assert rb.models.named("normal-form:bogdanov takens").states == ("x", "y")
    with pytest.raises(rb.UnknownName, match="a normal form"):
        rb.models.normal_form("swallowtail")
