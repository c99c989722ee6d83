"""Compiled functions, NumPy and numba, agree with SymPy's own evaluation and each other."""

import ctypes

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics import compiled

ENTRIES = rb.models.catalog()
IDS = [entry.name for entry in ENTRIES]
FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_double, *[ctypes.c_void_p] * 3)


def points(model, count=7):
    random = np.random.default_rng(5)
    x = np.array(list(model.start.values()))[:, None]
    return x + 0.1 * (1 + np.abs(x)) * random.standard_normal((len(x), count))


def by_address(model, part, x, p, size):
    function = FUNCTION(compiled.address(model._system, part))
    out = np.full(size, np.nan)
    x, p = np.ascontiguousarray(x), np.ascontiguousarray(p)
    function(0.3, x.ctypes.data, p.ctypes.data, out.ctypes.data)
    return out


@pytest.mark.parametrize("entry", ENTRIES, ids=IDS)
def test_machine_code_computes_what_numpy_computes(entry):
    model = entry.model()
    p = model.field.parameter_array(model.parameters)
    n = len(model.states)
    for x in points(model).T:
        f = model.field.f(x, p, 0.3)
        np.testing.assert_allclose(by_address(model, "field", x, p, n), f, rtol=2e-13, atol=1e-13)
        jacobian = model.field.jacobian(x, p, 0.3)
        found = by_address(model, "jacobian", x, p, n * n).reshape(n, n)
        np.testing.assert_allclose(found, jacobian, rtol=2e-13, atol=1e-13)


def test_columns_are_points():
    model = rb.models.hodgkin_huxley()
    x, p = points(model), model.field.parameter_array(model.parameters)
    many = np.repeat(p[:, None], 7, axis=1)
    for name, shape in (("f", (4, 7)), ("jacobian", (4, 4, 7)), ("dfdp", (4, 9, 7))):
        whole = getattr(model.field, name)(x, p)
        assert whole.shape == shape
        np.testing.assert_array_equal(whole, getattr(model.field, name)(x, many))
        np.testing.assert_allclose(
            whole[..., 2], getattr(model.field, name)(x[:, 2], p), rtol=1e-15
        )
    u, v, w = np.eye(4)[:3]
    assert model.field.B(x, p, u, v).shape == (4, 7)
    assert model.field.C(x[:, 0], p, u, v, w).shape == (4,)


def test_the_singular_points_of_hodgkin_and_huxley():
    # alpha_m(-40) = 1 and alpha_n(-55) = 0.1 by de l'Hospital; beside them the series x/(exp x - 1)
    model = rb.models.hodgkin_huxley()
    p = model.field.parameter_array(model.parameters)
    names = list(model.definitions)
    for rate, at, limit in (("alpha_m", -40.0, 1.0), ("alpha_n", -55.0, 0.1)):
        for offset in (0.0, 1e-12, -1e-9, 1e-5):
            x = np.array([at + offset, 0.1, 0.5, 0.4])
            u = x[0] - at
            series = limit * (1 + u / 20 + u**2 / 1200)
            value = model.field.definitions(x, p)[names.index(rate)]
            assert value == pytest.approx(series, rel=4e-16)
        assert np.isfinite(by_address(model, "field", [at, 0.1, 0.5, 0.4], p, 4)).all()


def test_shapes_are_checked():
    field = rb.models.morris_lecar().field
    with pytest.raises(rb.InvalidArgument, match="x has 2 rows"):
        field.f([1, 2, 3], np.zeros(13))
    with pytest.raises(rb.InvalidArgument, match="p has 13 rows"):
        field.f([1, 2], np.zeros(3))


def test_models_of_one_structure_share_the_field():
    model = rb.models.morris_lecar()
    assert model.replace(I=5).field is model.field
    assert rb.models.morris_lecar("snic").field is model.field
