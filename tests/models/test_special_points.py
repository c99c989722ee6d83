"""Folds and Hopf points that AUTO and mpmath found, put into the models' own field and Jacobian."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import rheobase as rb

FILE = Path(__file__).parents[1] / "reference" / "equilibria.toml"
POINTS = tomllib.loads(FILE.read_text())["point"]


@pytest.mark.parametrize(
    "point", POINTS, ids=lambda p: f"{p['model']} {p['kind']} {p['value']:.4g}"
)
def test_the_point_solves_its_equations(point):
    model = rb.models.named(point["model"]).replace({point["parameter"]: point["value"]})
    x = np.array([point["state"][name] for name in model.states])
    p = list(model.parameters.values())
    jacobian = model.field.jacobian(x, p)
    # A Newton step from the printed digits: they are the equilibrium to their last places.
    slack = 1e-12 * (np.abs(jacobian) @ np.maximum(np.abs(x), 1e-3)) + 1e-12
    assert (np.abs(model.field.f(x, p)) <= slack).all()
    assert (np.abs(model.field.f(x, p)) < 1e-9).all()
    eigenvalues = np.linalg.eigvals(jacobian)
    size = np.abs(eigenvalues).max()
    if point["kind"] == "fold":
        nearest = eigenvalues[np.argmin(np.abs(eigenvalues))]
        # At distance d from a fold the eigenvalue is of order sqrt(d): half the printed digits.
        assert abs(nearest) < 1e-6 * size
    else:
        for sign in (1, -1):
            distance = np.abs(eigenvalues - sign * 1j * point["omega"]).min()
            assert distance < 1e-10 * size
