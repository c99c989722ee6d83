"""Elimination: what is kept of a model, and that the rest follows from it."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.elimination import eliminations
from rheobase.dynamics.equations import symbol
from rheobase.dynamics.intervals import Interval
from rheobase.dynamics.reduction import PARTS, angles_of, reduction_of
from rheobase.dynamics.share import share, with_shares
from sympy import exp

KEPT = {
    "hodgkin-huxley": ("V",),
    "morris-lecar": ("V",),
    "wang-buzsaki": ("V",),
    "jansen-rit": ("y0",),
    "wilson-cowan": ("E", "I"),
    "lorenz": ("x",),
    "lotka-volterra": ("x",),
    "van-der-pol": ("x",),
    "henon": ("x",),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept(name):
    assert reduction_of(rb.models.named(name).field.system).names == KEPT[name]


@pytest.mark.parametrize("name", [n for n in KEPT if n not in ("lotka-volterra", "jansen-rit")])
def test_the_states_make_the_other_equations_vanish(name):
    """At any kept values, f is zero in all components but as many as are kept."""
    model = rb.models.named(name)
    reduction = reduction_of(model.field.system)
    p = model.field.parameter_array(model.parameters)
    k = np.array([[0.31, -0.7, 0.9]] * len(reduction.kept))
    states = reduction.states(k, p)
    f = model.field.f(states, p) - (states if model.kind == "map" else 0.0)
    size = np.abs(model.field.jacobian(states, p)).max(axis=(0, 1))
    zero = (np.abs(f) <= 1e-13 * size * (1 + np.abs(states).max(axis=0))).all(axis=1)
    assert zero.sum() >= len(model.states) - len(reduction.kept)
    np.testing.assert_array_equal(states[list(reduction.kept)], k)


@pytest.mark.parametrize("name", KEPT)
def test_intervals_hold_sampled_values(name):
    model = rb.models.named(name)
    reduction = reduction_of(model.field.system)
    p = model.field.parameter_array(model.parameters)
    centre = np.array([[model.start[n]] for n in reduction.names])
    random = np.random.default_rng(1)
    boxes = [
        Interval.between(c - 0.03 * (1 + abs(c)), c + 0.03 * (1 + abs(c))) for c in centre.ravel()
    ]
    samples = centre + 0.03 * (1 + np.abs(centre)) * random.uniform(-1, 1, (len(centre), 200))
    for part in PARTS:
        rows = reduction.on_intervals(part, boxes, p)
        values = np.asarray(getattr(reduction, part)(samples, p)).reshape(len(rows), 200)
        for row, value in zip(rows, values, strict=True):
            assert (row.low <= value).all()
            assert (value <= row.high).all()


def test_slopes_are_the_derivatives():
    """Against complex-step-free central differences of the residual, to their own accuracy."""
    model = rb.models.hodgkin_huxley()
    reduction = reduction_of(model.field.system)
    p = model.field.parameter_array(model.parameters)
    k, h = np.linspace(-80, 20, 7)[None], 1e-4
    difference = (reduction.residuals(k + h, p) - reduction.residuals(k - h, p)) / (2 * h)
    np.testing.assert_allclose(reduction.slopes(k, p)[0], difference, rtol=1e-6)


def test_shares_are_recognised():
    a, b, c = map(symbol, "abc")
    assert with_shares(a / (a + b)) == share(a, b)
    assert with_shares(c * a**3 / (a + b) ** 3) == c * share(a, b) ** 3
    assert with_shares(exp(a) / (1 + exp(a))) == share(exp(a), 1)
    assert with_shares(a / (b + c)) == a / (b + c)


def test_a_state_is_only_taken_from_an_equation_that_is_affine_in_it():
    x, y = map(symbol, "xy")
    ways = eliminations([x, y], [x**2 - y**2, x * y - 1])
    assert [way.kept for way in ways][-1] == (0, 1)
    # y = 1/x where x is no zero: the divisor says so
    assert ways[0].kept == (0,)
    assert x in ways[0].divisors


def test_angles():
    assert angles_of(rb.models.theta().field.system) == ("theta",)
    assert angles_of(rb.models.lorenz().field.system) == ()
    half = rb.Model("half", "x' = sin(x/2)", start=dict(x=0))
    assert angles_of(half.field.system) == ()


def test_the_text_is_kept_on_disk(tmp_path, monkeypatch):
    """A second process with the same cache does no symbolic work."""
    from rheobase.dynamics import elimination, reduction

    model = rb.models.named("rossler")
    monkeypatch.setattr(reduction, "_reductions", {})
    first = reduction_of(model.field.system)
    monkeypatch.setattr(reduction, "_reductions", {})
    monkeypatch.setattr(elimination, "eliminations", None)
    assert reduction_of(model.field.system).text == first.text
