"""Lyapunov exponents: theorems, closed forms, published values, Floquet multipliers."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st


def test_lorenz():
    """0.9056, 0, -14.5723 and dimension 2.062 (Sprott, Chaos and Time-Series Analysis, Oxford 2003,
    p. 116); the sum is the divergence -(sigma + 1 + beta) exactly."""
    found = rb.lyapunov_exponents(rb.models.lorenz(), until=1000)
    assert len(found) == 3
    assert found[0] == pytest.approx(0.9056, abs=max(3 * found.errors[0], 0.01))
    assert found[1] == pytest.approx(0, abs=max(3 * found.errors[1], 0.01))
    assert found[2] == pytest.approx(-14.5723, abs=max(3 * found.errors[2], 0.01))
    assert found.errors.max() < 0.1
    assert found.trace == pytest.approx(-(10 + 1 + 8 / 3), abs=1e-12)
    assert sum(found) == pytest.approx(found.trace, abs=1e-7)
    assert found.dimension == pytest.approx(2.062, abs=0.01)


def test_rossler_largest():
    """0.0714, 0 (Sprott 2003, p. 118; a = b = 0.2, c = 5.7)."""
    found = rb.lyapunov_exponents(rb.models.rossler(), count=2, until=4000, members=32)
    assert len(found) == 2
    assert found.dimension is None
    assert found[0] == pytest.approx(0.0714, abs=max(3 * found.errors[0], 0.004))
    assert found[1] == pytest.approx(0, abs=0.003)


def test_henon():
    """0.41922, -1.62319 (Sprott 2003, p. 421); the sum is ln b."""
    found = rb.lyapunov_exponents(rb.models.henon().replace(a=1.4, b=0.3))
    assert found[0] == pytest.approx(0.41922, abs=max(3 * found.errors[0], 1e-3))
    assert sum(found) == pytest.approx(np.log(0.3), abs=1e-12)
    assert found.dimension == pytest.approx(1.25827, abs=2e-3)
    assert found.errors.max() < 3e-3


def test_logistic():
    """ln 2 at r = 4; of a stable cycle of period 2, f'(x1) f'(x2) = 4 + 2 r - r^2."""
    logistic = rb.models.named("logistic")
    chaos = rb.lyapunov_exponents(logistic.replace(r=4))
    assert chaos[0] == pytest.approx(np.log(2), abs=1e-3)
    assert chaos[0] == pytest.approx(np.log(2), abs=4 * chaos.errors[0] + 1e-6)
    cycle = rb.lyapunov_exponents(logistic.replace(r=3.3))
    assert cycle[0] == pytest.approx(np.log(abs(4 + 2 * 3.3 - 3.3**2)) / 2, abs=1e-6)
    assert cycle.trace == pytest.approx(cycle[0], abs=1e-12)


def test_a_limit_cycle_has_its_floquet_exponents():
    """0 and ln(multipliers)/T."""
    model = rb.models.morris_lecar("hopf").replace(I=150)
    cycle = rb.find_limit_cycle(model)
    exact = np.sort(np.log(np.abs(cycle.multipliers)) / cycle.period)[::-1]
    found = rb.lyapunov_exponents(model, until=32 * 400)
    assert (np.abs(found.values - exact) < 4 * found.errors).all()
    assert found.errors.max() < 2e-3


@settings(max_examples=6, deadline=None)
@given(
    a=st.floats(-3, -0.05), b=st.floats(-3, -0.05), c=st.floats(-3, 3), members=st.integers(1, 5)
)
def test_rest_has_its_eigenvalues(a, b, c, members):
    """x' = a x + c y, y' = b y: the exponents are a and b, whatever the shear c."""
    model = rb.Model(
        "shear", "x' = a*x + c*y\ny' = b*y", parameters=dict(a=a, b=b, c=c), start=dict(x=1, y=1)
    )
    found = rb.lyapunov_exponents(model, until=40.0 * members, members=members)
    assert sum(found) == pytest.approx(a + b, abs=1e-7)
    if abs(a - b) > 0.3:
        assert found.values == pytest.approx(sorted([a, b], reverse=True), abs=0.1)


def test_a_focus_has_one_rate():
    found = rb.lyapunov_exponents(
        rb.Model("focus", "x' = -0.5*x - 3*y\ny' = 3*x - 0.5*y", start=dict(x=1, y=0)), until=2000
    )
    assert found.values == pytest.approx([-0.5, -0.5], abs=1e-6)


def test_what_the_result_says():
    found = rb.lyapunov_exponents(rb.models.henon(), until=2000)
    assert "per iteration" in repr(found)
    assert "±" in repr(found)
    assert list(found) == found.values.tolist()
    said = found.to_dict()
    assert said["exponents"] == list(found)
    assert said["members"] == found.members == 100
    again = rb.lyapunov_exponents(rb.models.henon(), until=2000)
    assert list(again) == list(found)


@pytest.mark.parametrize(
    ("model", "arguments", "error", "words"),
    [
        (rb.models.lorenz(), dict(count=4), rb.InvalidArgument, "1 to 3, not 4"),
        (rb.models.lorenz(), dict(count=0), rb.InvalidArgument, "1 to 3, not 0"),
        (rb.models.lorenz(), dict(until=-1), rb.InvalidArgument, "a positive time"),
        (rb.models.lorenz(), dict(members=0), rb.InvalidArgument, "1 or more, not 0"),
        (rb.models.lorenz(), dict(tolerance=1), rb.InvalidArgument, "between 0 and 0.01"),
        (3, {}, rb.InvalidArgument, "takes a Model, not 3"),
        (
            rb.Model("driven", "x' = sin(t) - x", start=dict(x=0)),
            {},
            rb.InvalidArgument,
            "depends on time",
        ),
        (
            rb.Model("blow up", "x' = x^2", start=dict(x=1)),
            dict(until=100),
            rb.NotFound,
            "blow up runs away",
        ),
        (
            rb.Model.map("doubling", "x = 2*x", start=dict(x=1)),
            dict(until=500_000),
            rb.NotFound,
            "doubling runs away",
        ),
    ],
)
def test_wrong_questions(model, arguments, error, words):
    with pytest.raises(error, match=words):
        rb.lyapunov_exponents(model, **arguments)
