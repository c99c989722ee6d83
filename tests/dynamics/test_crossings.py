"""Crossings without a reset: shallow tops, definitions that turn many times within a step."""

import math
import warnings

import numpy as np
import pytest
import rheobase as rb


def turning(phase: float) -> rb.Model:
    start = dict(x=math.sin(phase), v=math.cos(phase))
    return rb.Model("turning", "x' = v\nv' = -x", start=start)


@pytest.mark.parametrize("phase", [0.0, -1.1, 2.3])
@pytest.mark.parametrize(
    ("tolerance", "below"), [(1e-9, 1e-4), (1e-9, 1e-5), (1e-9, 1e-7), (1e-6, 1e-4)]
)
def test_shallow_tops_are_crossed_once_a_turn(phase, tolerance, below):
    run = rb.simulate(turning(phase), until=40 * math.pi, tolerance=tolerance)
    # sin(t + phase) = 1 - below, rising and falling, in closed form
    wide = math.acos(1 - below)
    for rising, side in ((True, -wide), (False, wide)):
        expected = 2 * math.pi * np.arange(-1, 22) + math.pi / 2 - phase + side
        expected = expected[(expected > 0) & (expected < 40 * math.pi)]
        found = run.crossings("x", 1 - below, rising=rising)
        assert len(found) == len(expected) == 20
        # dt = dx / |x'|, where the error of the run grows in proportion to t
        np.testing.assert_allclose(found, expected, rtol=0, atol=0.5 * wide)
        under = run.crossings("x", below - 1, rising=not rising)
        assert len(under) == 20


def test_tops_that_do_not_reach_the_level_are_no_crossings():
    run = rb.simulate(turning(0.0), until=40 * math.pi, tolerance=1e-11)
    assert len(run.crossings("x", 1 + 1e-6)) == 0
    assert len(run.crossings("x", 1 - 1e-8)) == 20


@pytest.mark.parametrize("tolerance", [1e-9, 1e-4])
def test_a_definition_that_turns_within_a_step(tolerance):
    model = rb.Model("decay", "x' = -x\ng = sin(50*t)", start=dict(x=1))
    run = rb.simulate(model, until=100, tolerance=tolerance)
    # sin(50 t) rises through 0 at 2 pi k / 50; at t = 0 it is there already
    expected = 2 * math.pi / 50 * np.arange(1, 796)
    expected = expected[expected < 100]
    np.testing.assert_allclose(run.crossings("g", 0.0), expected, rtol=0, atol=1e-11)
    falling = 2 * math.pi / 50 * (np.arange(0, 796) + 0.5)
    falling = falling[falling < 100]
    found = run.crossings("g", 0.0, rising=False)
    np.testing.assert_allclose(found, falling, rtol=0, atol=1e-11)
    shallow = run.crossings("g", 1 - 1e-6)
    np.testing.assert_allclose(
        shallow,
        (2 * math.pi * np.arange(796) + math.asin(1 - 1e-6))[: len(shallow)] / 50,
        atol=1e-9,
    )
    assert len(shallow) == 796


def test_random_sums_of_sines_have_all_their_crossings():
    # a definition of two incommensurate sines, against samples 2e-4 apart
    rng = np.random.default_rng(5)
    t = np.linspace(0, 40, 200_001)
    for _ in range(10):
        a, w, u = rng.uniform(0.2, 1), rng.uniform(1, 30), rng.uniform(1, 30)
        text = f"x' = cos(t)\ng = sin({w!r}*t) + {a!r}*sin({u!r}*t + x)"
        run = rb.simulate(rb.Model("sum", text, start=dict(x=0)), until=40)
        values = np.sin(w * t) + a * np.sin(u * t + np.sin(t)) - 0.3
        expected = t[1:][(values[:-1] < 0) & (values[1:] >= 0)]
        found = run.crossings("g", 0.3)
        assert len(found) >= len(expected)
        assert np.abs(found[:, None] - expected).min(axis=0).max() < 3e-4


def test_a_run_that_overflows_says_so_in_its_status_alone():
    model = rb.Model("flight", "x' = x^3", start=dict(x=2), noise=dict(x="1"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = rb.simulate(model, until=10, step=0.1, seed=1)
        assert run.status is rb.Status.DIVERGED
        assert len(run.spikes) == 0
        assert len(run.crossings("x", 10)) == 1
