"""A fixed point as an object: its kind, its words, its files; the errors of wrong questions."""

import json
import subprocess
import sys

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.fixed_point import fixed_point_at
from rheobase.analysis.kinds import kind_of, spectrum


def linear(matrix, kind="flow"):
    """The model x' = A x (or x -> A x)."""
    names = [f"x{i}" for i in range(len(matrix))]
    lines = {
        name: " + ".join(f"({a!r})*{other}" for a, other in zip(row, names, strict=True))
        for name, row in zip(names, matrix, strict=True)
    }
    mark = "'" if kind == "flow" else ""
    text = "\n".join(f"{name}{mark} = {line}" for name, line in lines.items())
    return rb.Model("linear", text, start=dict.fromkeys(names, 0.0), kind=kind)


@pytest.mark.parametrize(
    ("matrix", "kind"),
    [
        ([[-1.0, 0.0], [0.0, -2.0]], "stable node"),
        ([[-1.0, 1.0], [0.0, -1.0]], "stable node"),  # defective
        ([[-1.0, -3.0], [3.0, -1.0]], "stable focus"),
        ([[1.0, 0.0], [0.0, -2.0]], "saddle"),
        ([[1.0, 0.0], [0.0, 2.0]], "unstable node"),
        ([[0.1, -3.0], [3.0, 0.1]], "unstable focus"),
        ([[0.0, -3.0], [3.0, 0.0]], "centre"),
        ([[0.0, 0.0], [0.0, -2.0]], "degenerate"),
        ([[0.0, 1.0], [0.0, 0.0]], "degenerate"),
        ([[-0.5, -2.0, 0.0], [2.0, -0.5, 0.0], [0.0, 0.0, 3.0]], "saddle-focus"),
        ([[0.0, -2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, -3.0]], "centre"),
    ],
)
def test_the_kinds_of_flows(matrix, kind):
    point = fixed_point_at(linear(matrix), [0.0] * len(matrix))
    assert point.kind == kind
    assert point.stable == kind.startswith("stable")
    assert point.residual == 0


@pytest.mark.parametrize(
    ("matrix", "kind"),
    [
        ([[0.5, 0.0], [0.0, -0.2]], "stable node"),
        ([[0.5, -0.2], [0.2, 0.5]], "stable focus"),
        ([[1.5, 0.0], [0.0, -0.2]], "saddle"),
        ([[-1.5, 0.0], [0.0, -2.0]], "unstable node"),
        ([[1.0, -0.2], [0.2, 1.0]], "unstable focus"),
        ([[0.6, -0.8], [0.8, 0.6]], "centre"),
        ([[1.0, 0.0], [0.0, 0.3]], "degenerate"),
        ([[-1.0, 0.0], [0.0, 0.3]], "degenerate"),
    ],
)
def test_the_kinds_of_maps(matrix, kind):
    point = fixed_point_at(linear(matrix, "map"), [0.0, 0.0])
    assert point.kind == kind
    assert (np.diff(np.abs(point.eigenvalues)) <= 0).all()


def test_units_do_not_change_the_kind():
    """A weakly stable focus in states of sizes 1e-9 and 1e9 is not taken for a centre."""
    scale = np.diag([1e-9, 1e9, 1.0])
    matrix = np.array([[-1e-9, -3.0, 0.2], [3.0, -1e-9, 0.0], [0.0, 0.0, -1e-4]])
    scaled = scale @ matrix @ np.linalg.inv(scale)
    values, _, noise = spectrum(scaled)
    assert kind_of(values, noise) == "stable focus"


def test_a_double_eigenvalue_is_not_taken_for_a_pair():
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    matrix = rotation @ np.array([[-1.0, 1.0], [0.0, -1.0]]) @ rotation.T
    values, _, noise = spectrum(matrix)
    assert kind_of(values, noise) == "stable node"


def test_eigenvalues_are_in_order_and_belong_to_their_vectors():
    point = rb.find_fixed_points(rb.models.hodgkin_huxley())[0]
    assert (np.diff(point.eigenvalues.real) <= 0).all()
    p = point.model.field.parameter_array(point.parameters)
    jacobian = point.model.field.jacobian(point.x, p)
    np.testing.assert_allclose(
        jacobian @ point.eigenvectors, point.eigenvectors * point.eigenvalues, atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.norm(point.eigenvectors, axis=0), 1, rtol=1e-14)


def test_beside_a_fold_it_is_degenerate_where_rounding_hides_the_eigenvalue():
    """x' = mu - x^2 at mu = 1e-17: the eigenvalue -2 sqrt(mu) is below what mu + 1 can tell."""
    model = rb.Model(
        "fold", "x' = mu + 1 - x^2 + 2*x - 2", parameters=dict(mu=0.0), start=dict(x=1)
    )
    assert fixed_point_at(model, [1.0 + 3e-9]).kind == "degenerate"
    assert fixed_point_at(model.replace(mu=1e-8), [1.0 + 1e-4]).kind == "stable node"
    assert fixed_point_at(model.replace(mu=1e-8), [1.0 - 1e-4]).kind == "unstable node"


def test_names_and_arrays_are_read_only():
    point = fixed_point_at(rb.models.lorenz(), [0, 0, 0], dict(rho=0.5))
    assert point["rho"] == point.parameters["rho"] == 0.5
    assert point["x"] == point.state["x"] == 0
    assert point.model == rb.models.lorenz().replace(rho=0.5)
    with pytest.raises(ValueError, match="read-only"):
        point.x[0] = 1
    with pytest.raises(TypeError):
        point.state["x"] = 1
    with pytest.raises(rb.UnknownName, match="'r' is not a state or parameter"):
        point["r"]


def test_parameters_as_an_array():
    model = rb.models.lorenz()
    values = model.field.parameter_array(model.replace(rho=0.5).parameters)
    assert fixed_point_at(model, [0, 0, 0], values).parameters["rho"] == 0.5
    with pytest.raises(rb.InvalidArgument, match="parameters as an array"):
        fixed_point_at(model, [0, 0, 0], values[:2])
    with pytest.raises(rb.InvalidArgument, match="one number for each of x, y, z"):
        fixed_point_at(model, [0, 0])


def test_the_dictionary_is_json():
    point = fixed_point_at(rb.models.van_der_pol(), [0, 0])
    read = json.loads(json.dumps(point.to_dict(), allow_nan=False))
    # mu = 1: 1/2 +- i sqrt(3)/2
    np.testing.assert_allclose(read["eigenvalues"], [[0.5, 0.75**0.5], [0.5, -(0.75**0.5)]])
    assert read["kind"] == "unstable focus"


@pytest.mark.parametrize("ending", [".npz", ".nc"])
def test_it_is_saved_and_loaded(ending, tmp_path):
    point = fixed_point_at(rb.models.lorenz(), [0, 0, 0])
    loaded = rb.load(rb.save(point, tmp_path / f"point{ending}"))
    assert loaded.to_dict() == point.to_dict()
    assert loaded.model == point.model


def test_another_process_loads_it(tmp_path):
    """One that has not imported the room in which the type lives."""
    goal = tmp_path / "point.npz"
    rb.save(fixed_point_at(rb.models.van_der_pol(), [0, 0]), goal)
    words = f"import rheobase as rb; print(rb.load({str(goal)!r}).kind)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True)
    assert done.stdout == "unstable focus\n", done.stderr


def test_where_the_field_is_not_finite_nothing_is_known():
    model = rb.Model("pole", "x' = 1/x", start=dict(x=1))
    point = fixed_point_at(model, [0.0])
    assert point.kind == "degenerate"
    assert not point.stable
    assert point.to_dict()["residual"] is None


def test_it_prints_itself():
    point = fixed_point_at(rb.models.van_der_pol(), [0, 0])
    assert repr(point) == (
        "<unstable focus of van der Pol at mu = 1: x = 0, y = 0; eigenvalues 0.5 ± 0.8660254i>"
    )
