"""The exponential of single trajectories against mpmath (40 digits) and libm's special values."""

import mpmath
import numpy as np
import pytest
from rheobase.dynamics import cache


@pytest.fixture(scope="module")
def exp():
    return cache.kernel("table_exp").exp


@pytest.mark.parametrize("reach", [1e-9, 0.01, 3.0, 80.0, 708.0])
def test_relative_error_stays_within_one_unit(exp, reach):
    x = np.random.default_rng(4).uniform(-reach, reach, 3000).tolist()
    with mpmath.workdps(40):
        errors = [abs(exp(v) / mpmath.exp(v) - 1) for v in x]
    assert max(errors) <= 2.3e-16


def test_table_has_no_seams(exp):
    """Where the rounded multiple of ln(2)/128 changes, and at the multiples themselves."""
    edges = np.arange(-500, 501) * (np.log(2) / 256)
    x = np.concatenate([np.nextafter(edges, -9), edges, np.nextafter(edges, 9)]).tolist()
    with mpmath.workdps(40):
        assert max(abs(exp(v) / mpmath.exp(v) - 1) for v in x) <= 2.3e-16


def test_special_values_are_those_of_libm(exp):
    x = np.array(
        [np.nan, np.inf, -np.inf, 0.0, -0.0, 707.9, 708.1, 709.7, 709.8, -708.1, -720, -746]
    )
    with np.errstate(over="ignore", under="ignore"):
        np.testing.assert_allclose([exp(v) for v in x], np.exp(x), rtol=3e-16, atol=5e-324)
