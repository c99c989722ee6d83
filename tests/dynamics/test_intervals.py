"""Intervals hold every value of what they stand for, however it is rounded."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.dynamics import interval_functions as functions
from rheobase.dynamics.intervals import Interval, interval

numbers = st.floats(-1e3, 1e3)
pairs = st.tuples(numbers, numbers).map(sorted)
parts = st.floats(0, 1)
UNARY = (
    "exp",
    "sinh",
    "cosh",
    "tanh",
    "arctan",
    "sin",
    "cos",
    "tan",
    "abs",
    "sign",
    "floor",
    "log",
)
UNARY += ("sqrt", "arcsin", "arccos")
EXACT = {"arctan": mpmath.atan, "arcsin": mpmath.asin, "arccos": mpmath.acos}


def inside(x, low, high, part):
    return min(max(low + part * (high - low), low), high)


def holds(found, value):
    """Whether the one interval holds an exact number (mpmath, 40 digits)."""
    return mpmath.mpf(float(found.low[0])) <= value <= mpmath.mpf(float(found.high[0]))


@settings(deadline=None, max_examples=150)
@given(pairs, pairs, parts, parts, st.sampled_from("+-*/"))
def test_the_four_operations(a, b, s, t, operation):
    x, y = inside(0, *a, s), inside(0, *b, t)
    if operation == "/" and y == 0:
        return
    with mpmath.workdps(60):
        value = {
            "+": lambda u, v: u + v,
            "-": lambda u, v: u - v,
            "*": lambda u, v: u * v,
            "/": lambda u, v: u / v,
        }[operation]
        with np.errstate(all="ignore"):
            found = value(Interval.between(*a), Interval.between(*b))
        assert holds(found, value(mpmath.mpf(x), mpmath.mpf(y)))


@settings(deadline=None, max_examples=300)
@given(pairs, parts, st.sampled_from(UNARY))
def test_the_functions(a, s, name):
    if name in ("arcsin", "arccos"):
        a = sorted(np.tanh(a))
    if name in ("exp", "sinh", "cosh"):
        a = [0.5 * end for end in a]
    x = inside(0, *a, s)
    if name in ("log", "sqrt") and x <= 0:
        return
    with np.errstate(all="ignore"), mpmath.workdps(40):
        found = getattr(functions, name)(Interval.between(*a))
        exact = EXACT.get(name) or getattr(mpmath, {"abs": "fabs"}.get(name, name))
        assert holds(found, exact(mpmath.mpf(x)))


@settings(deadline=None, max_examples=150)
@given(pairs, parts, st.integers(0, 1), st.sampled_from(["bernoulli", "exprel", "sinc"]))
def test_the_removable_quotients(a, s, order, name):
    a = [0.3 * end for end in a]
    x = inside(0, *a, s)
    if abs(x) < 1e-3:
        return
    quotients = {
        "bernoulli": lambda u: u / mpmath.expm1(u),
        "exprel": lambda u: mpmath.expm1(u) / u,
        "sinc": lambda u: mpmath.sin(u) / u,
    }
    with np.errstate(all="ignore"), mpmath.workdps(60):
        found = getattr(functions, name)(Interval.between(*a), order)
        assert holds(found, mpmath.diff(quotients[name], mpmath.mpf(x), order))


@settings(deadline=None, max_examples=150)
@given(pairs, parts, st.sampled_from([2, 3, -1, -2, 0, 5, 0.5, 1.5, -0.5]))
def test_powers(a, s, exponent):
    x = inside(0, *a, s)
    if (x <= 0 and exponent != int(exponent)) or (x == 0 and exponent <= 0):
        return
    with np.errstate(all="ignore"), mpmath.workdps(40):
        found = functions.power(Interval.between(*a), float(exponent))
        assert holds(found, mpmath.mpf(x) ** exponent)


@settings(deadline=None, max_examples=100)
@given(pairs, pairs, parts, parts)
def test_shares(a, b, s, t):
    x, y = inside(0, *a, s), inside(0, *b, t)
    if x + y == 0:
        return
    with np.errstate(all="ignore"), mpmath.workdps(60):
        found = functions.share(Interval.between(*a), Interval.between(*b))
        assert holds(found, mpmath.mpf(x) / (mpmath.mpf(x) + mpmath.mpf(y)))


def test_a_share_stays_between_zero_and_one_where_its_parts_overflow():
    with np.errstate(all="ignore"):
        big = functions.exp(Interval.between(900.0, 901.0))
        one = interval(1.0)
        shares = [functions.share(big, one), functions.share(one, big), functions.share(big, big)]
    assert all(0 <= found.low[0] <= found.high[0] <= 1 for found in shares)
    assert shares[0].low[0] > 0.99
    assert shares[1].high[0] < 0.01


def test_numbers_are_as_wide_as_their_last_place():
    tenth = interval(0.1)
    assert holds(tenth, mpmath.mpf(1) / 10)
    assert tenth.low[0] < tenth.high[0]
    three = interval(3.0)
    assert three.low[0] == three.high[0] == 3


def test_conditions_are_decided_or_open():
    x = Interval.between([-2.0, -1.0, 1.0], [-1.0, 1.0, 2.0])
    found = functions.where(1.0 * (x < 0.0) != 0, -x, 2.0 * x)
    np.testing.assert_allclose(found.low, [1, -2, 2])
    np.testing.assert_allclose(found.high, [2, 2, 4])
    assert found.ok is not None
    np.testing.assert_array_equal(found.ok, [True, False, True])
    complement = functions.where((1.0 - 1.0 * (x < 0.0)) != 0, 2.0 * x, -x)
    np.testing.assert_array_equal(complement.bounds, found.bounds)


@pytest.mark.parametrize("name", ["heaviside", "sign", "floor"])
def test_jumps_are_marked(name):
    found = getattr(functions, name)(Interval.between([-0.5, 0.2], [0.5, 0.4]))
    np.testing.assert_array_equal(found.ok, [False, True])


def test_where_nothing_is_defined_nothing_is_held():
    with np.errstate(all="ignore"):
        found = functions.sqrt(Interval.between([-2.0, -1.0], [-1.0, 4.0]))
    assert np.isnan(found.low[0])
    np.testing.assert_allclose(found.bounds[:, 1], [0, 2])
    np.testing.assert_array_equal(found.ok, [False, False])


def test_division_by_an_interval_around_zero():
    with np.errstate(all="ignore"):
        found = 1.0 / Interval.between([-1.0, 0.0, -2.0], [1.0, 2.0, 0.0])
    assert found.low[0] == -np.inf
    assert found.high[0] == np.inf
    assert found.low[1] == pytest.approx(0.5)
    assert found.high[2] == pytest.approx(-0.5)
    np.testing.assert_array_equal(found.ok, [False, False, False])


def test_zero_times_unbounded_is_zero():
    with np.errstate(all="ignore"):
        found = interval(0.0) * Interval.between([-np.inf], [np.inf])
    np.testing.assert_array_equal(found.bounds, [[0], [0]])
