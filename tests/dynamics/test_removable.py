"""bernoulli, exprel, sinc and their derivatives against mpmath: for NumPy, for floats, for numba.

mpmath sums the functions' own definitions with so many digits that their cancellation near 0 leaves
60; a second test compares with its numerical differentiation, which knows none of our formulas.
"""

import subprocess
import sys
import warnings
from functools import cache as memoised

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rheobase.dynamics import cache, removable
from rheobase.dynamics.errors import InvalidArgument
from rheobase.dynamics.kernels import removable_series as series

# The bounds that kernels/removable.py states, in units of 1e-16, and what they are relative to.
BOUNDS = {
    "bernoulli": (4.5, 7, 5, 7, 6, 6),
    "exprel": (4, 4, 4.5, 6, 6.5, 7.5),
    "sinc": (3, 3, 3.5, 3.5, 7, 5.5),
}
LARGEST_BERNOULLI = (0, 0, 1 / 6, 0.0423, 1 / 30, 0.021)
CASES = [(name, k) for name in BOUNDS for k in range(6)]
DEFINITIONS = {
    "bernoulli": lambda x: x / mpmath.expm1(x),
    "exprel": lambda x: mpmath.expm1(x) / x,
    "sinc": lambda x: mpmath.sin(x) / x,
}


@memoised
def exact(name, k, x):
    """The k-th derivative: Leibniz' rule for x y = f(x), or for y (exp(x) - 1) = x."""
    if x == 0:
        at_zero = {"bernoulli": mpmath.bernoulli(k), "exprel": mpmath.mpf(1) / (k + 1)}
        return at_zero.get(name, (1, 0, -1, 0, 1, 0)[k] / mpmath.mpf(k + 1))
    lost = max(0, -int(mpmath.log10(abs(x)))) + max(0, int(abs(x) / 2.3))
    with mpmath.workdps(60 + (2 * k + 2) * (lost + 1)):
        x, values = mpmath.mpf(x), []
        sine, cosine, exponential = mpmath.sin(x), mpmath.cos(x), mpmath.exp(x)
        cycle = (sine, cosine, -sine, -cosine)
        for n in range(k + 1):
            match name:
                case "sinc":
                    y = (cycle[n % 4] - (n * values[-1] if n else 0)) / x
                case "exprel":
                    y = (exponential - n * values[-1] if n else mpmath.expm1(x)) / x
                case "bernoulli":
                    right = x if n == 0 else int(n == 1)
                    others = sum(mpmath.binomial(n, j) * values[j] for j in range(n))
                    y = (right - exponential * others) / mpmath.expm1(x)
            values.append(y)
        return +values[k]


def relative_error(name, k, x, y):
    value = exact(name, k, x)
    scale = {
        "bernoulli": max(abs(value), LARGEST_BERNOULLI[k]),
        "exprel": abs(value),
        "sinc": max(abs(value), 1 / max(k + 1, abs(x))),
    }
    return float(abs(mpmath.mpf(float(y)) - value) / scale[name])


def points(name, k):
    random = np.random.default_rng(k)
    radius = max(series.RADIUS[name][k], 1.0)
    edge = [radius, np.nextafter(radius, 0), -radius, -np.nextafter(radius, 0), 0.0]
    return np.r_[
        random.uniform(-radius, radius, 300),
        random.uniform(-3 * radius, 3 * radius, 300),
        random.uniform(-1, 1, 200) * 10.0 ** random.uniform(-15, 0, 200),
        random.uniform(-60, 60, 50),
        edge,
    ]


@pytest.fixture(scope="module")
def kernels():
    return cache.kernel("removable")


@pytest.mark.parametrize("name, k", CASES)
@pytest.mark.parametrize("kind", ["array", "float", "numba"])
def test_full_precision_on_both_sides_and_at_zero(kernels, name, k, kind):
    x = points(name, k)
    match kind:
        case "array":
            y = getattr(removable, name)(x, k)
        case "float":
            y = [getattr(removable, name)(v, k) for v in x.tolist()]
        case "numba":
            y = [getattr(kernels, f"{name}_{k}")(v) for v in x.tolist()]
    errors = [relative_error(name, k, v, w) for v, w in zip(x.tolist(), y, strict=True)]
    assert max(errors) <= BOUNDS[name][k] * 1e-16


@pytest.mark.parametrize("name, k", CASES)
@pytest.mark.parametrize("x", [-7.0, -1.5, 0.25, 3.0, 5.5])
def test_reference_agrees_with_mpmaths_differentiation(name, k, x):
    with mpmath.workdps(60):
        derivative = mpmath.diff(DEFINITIONS[name], mpmath.mpf(x), k)
        assert abs(derivative - exact(name, k, x)) < 1e-25


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CASES), st.floats(-300, 300))
@example(("bernoulli", 5), 1e-300)
@example(("sinc", 3), -5e-324)
@example(("exprel", 0), 1e-17)
def test_anywhere(case, x):
    name, k = case
    if 0 < abs(x) < 1e-30:
        x = 1e-30 if x > 0 else -1e-30
    y = getattr(removable, name)(x, k)
    z = getattr(cache.kernel("removable"), f"{name}_{k}")(x)
    for value in (y, z):
        assert relative_error(name, k, x, value) <= BOUNDS[name][k] * 1e-16


LIMITS = [
    # name, k, at -inf, at +inf
    ("bernoulli", 0, np.inf, 0.0),
    ("bernoulli", 1, -1.0, 0.0),
    *(("bernoulli", k, 0.0, 0.0) for k in range(2, 6)),
    *(("exprel", k, 0.0, np.inf) for k in range(6)),
    *(("sinc", k, 0.0, 0.0) for k in range(6)),
]


@pytest.mark.parametrize("name, k, below, above", LIMITS)
def test_limits_nan_and_no_warnings(kernels, name, k, below, above):
    numpy_function, kernel = getattr(removable, name), getattr(kernels, f"{name}_{k}")
    x = np.array([-np.inf, np.inf, np.nan, -1e300, 1e300, 5e-324, -0.0, 720.0, -720.0, 1e9, 800.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        array = numpy_function(x, k)
        floats = np.array([numpy_function(v, k) for v in x.tolist()])
    numba = np.array([kernel(v) for v in x.tolist()])
    for y in (array, floats, numba):
        assert y[0] == below
        assert y[1] == above
        assert np.isnan(y[2])
        assert not np.isnan(np.delete(y, 2)).any()
        if name != "sinc":
            assert y[3] == pytest.approx(1e300 if (name, k) == ("bernoulli", 0) else below)
            assert y[4] == above
        np.testing.assert_allclose(y[5:7], float(exact(name, k, 0)), rtol=3e-16, atol=1e-16)


def test_exprel_is_finite_until_it_overflows_itself(kernels):
    """exp(x) overflows at 709.8, (exp(x) - 1)/x at 716.4."""
    x = np.array([708.0, 709.5, 710.0, 716.0])
    for k in range(6):
        expected = [float(exact("exprel", k, v)) for v in x]
        numba = [getattr(kernels, f"exprel_{k}")(v) for v in x]
        np.testing.assert_allclose(removable.exprel(x, k), expected, rtol=1e-15)
        np.testing.assert_allclose(numba, expected, rtol=1e-15)


def test_kinds_of_arguments():
    for function in (removable.bernoulli, removable.exprel, removable.sinc):
        assert function(0) == function(0.0) == 1.0
        assert type(function(np.float64(2.0), 1)) is float
        assert function([1, 2], 2).shape == (2,)
        assert function(np.ones((2, 3)), 3).shape == (2, 3)
        assert function(np.array(1.0)).shape == ()
        assert function(np.empty(0), 1).size == 0
        mixed = np.array([0.0, 0.5, 20.0])
        for k in range(6):
            each = [function(v, k) for v in mixed.tolist()]
            np.testing.assert_allclose(function(mixed, k), each, rtol=1e-15, atol=1e-17)


@pytest.mark.parametrize("k", [-1, 6, 1.5, "1"])
def test_order_out_of_range_is_refused(k):
    with pytest.raises(InvalidArgument, match=r"bernoulli's derivatives go from k = 0 to 5, not"):
        removable.bernoulli(1.0, k)


SHARED = """
from numba import njit
from .removable import bernoulli_0, bernoulli_from_exp
FLAGS = {"reassoc", "contract", "nsz", "arcp", "afn"}

@njit("void(float64[::1], float64[::1], float64[::1])", error_model="numpy", fastmath=FLAGS)
def shared(x, e, y):
    for i in range(64):
        y[i] = bernoulli_from_exp(x[i], e[i])

@njit("void(float64[::1], float64[::1])", error_model="numpy", fastmath=FLAGS)
def alone(x, y):
    for i in range(64):
        y[i] = bernoulli_0(x[i])
"""


def test_shared_exponential_in_a_vectorised_loop():
    """Also with an exponential that a product of powers has left with an error of 1e-15."""
    loops = cache.generated("test_removable", SHARED)
    special = [0.0, -0.0, 5e-324, 1e-9, -1e-9, 1.0, -1.0, 0.999, -0.999, 1.001, -1.001, 705.0]
    special += [-705.0, 709.0, 750.0, -750.0, 1e300, -1e300, np.inf, -np.inf, np.nan]
    random = np.random.default_rng(0).uniform(-4, 4, 640)
    for x in [np.resize(special, 64), *random.reshape(10, 64)]:
        with np.errstate(over="ignore"):
            e = np.exp(x)
        y, off, alone = np.empty(64), np.empty(64), np.empty(64)
        loops.shared(x, e, y)
        loops.shared(x, e * (1 + 1e-15), off)
        loops.alone(x, alone)
        expected = removable.bernoulli(x)
        np.testing.assert_allclose(alone, expected, rtol=9e-16)
        np.testing.assert_allclose(y, expected, rtol=9e-16)
        np.testing.assert_allclose(off, expected, rtol=3e-15)


def test_importing_needs_no_numba():
    script = "import sys, rheobase.dynamics.removable; print('numba' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
