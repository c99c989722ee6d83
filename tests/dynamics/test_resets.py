"""Resets: located to the last bits, tied to no step, refractory, and never an endless loop."""

import math

import numpy as np
import pytest
from numba import cfunc, types
from rheobase.dynamics.errors import InvalidArgument
from rheobase.dynamics.integrate import integrate
from rheobase.dynamics.status import Status

P = types.CPointer(types.float64)
PART = types.void(types.float64, P, P, P)
TIGHT = dict(rtol=1e-12, atol=1e-12)


@cfunc(PART)
def leaky(t, x, p, out):
    out[0] = p[0] - x[0]


@cfunc(PART)
def leaky_and_clock(t, x, p, out):
    out[0] = p[0] - x[0]
    out[1] = 1.0


@cfunc(PART)
def leaky_jacobian(t, x, p, out):
    out[0] = -1.0


@cfunc(PART)
def above_one(t, x, p, out):
    out[0] = x[0] - 1.0


@cfunc(PART)
def to_zero(t, x, p, out):
    out[0] = 0.0


@cfunc(PART)
def to_zero_and_count(t, x, p, out):
    out[0] = 0.0
    out[1] = x[1] + 100.0 * x[0]


@cfunc(PART)
def refractory(t, x, p, out):
    out[0] = p[1]


@cfunc(PART)
def at_once(t, x, p, out):
    out[0] = 0.0


@cfunc(PART)
def quadratic(t, x, p, out):
    out[0] = x[0] * x[0] + p[0]


@cfunc(PART)
def above_peak(t, x, p, out):
    out[0] = x[0] - p[1]


@cfunc(PART)
def to_minus_peak(t, x, p, out):
    out[0] = -p[1]


@cfunc(PART)
def exponential(t, x, p, out):
    out[0] = math.exp(x[0])


@cfunc(PART)
def subtract_one(t, x, p, out):
    out[0] = x[0] - 1.0


@cfunc(PART)
def up(t, x, p, out):
    out[0] = 1.0


@cfunc(PART)
def falling_ball(t, x, p, out):
    out[0] = x[1]
    out[1] = -1.0


@cfunc(PART)
def below_ground(t, x, p, out):
    out[0] = -x[0]


@cfunc(PART)
def bounce(t, x, p, out):
    out[0] = 0.0
    out[1] = -p[0] * x[1]


@cfunc(PART)
def turning(t, x, p, out):
    out[0] = -x[1]
    out[1] = x[0]


@cfunc(PART)
def above_level(t, x, p, out):
    out[0] = x[0] - p[0]


@cfunc(PART)
def keep(t, x, p, out):
    out[0] = x[0]
    out[1] = x[1]


LEAKY = (leaky.address, leaky_jacobian.address, above_one.address, to_zero.address)


def leaky_spikes(drive: float, pause: float, count: int) -> np.ndarray:
    """T = ln(I/(I - 1)) + t_ref (Gerstner et al. 2014, equation 5.8 with R I = drive)."""
    return np.arange(1, count + 1) * (math.log(drive / (drive - 1)) + pause) - pause


@pytest.mark.parametrize("pause", [0.0, 0.3])
@pytest.mark.parametrize("tolerance, error", [(1e-6, 1e-4), (1e-9, 1e-7), (1e-12, 1e-11)])
def test_leaky_spikes_are_the_closed_form(pause, tolerance, error):
    run = integrate(
        (*LEAKY, refractory.address),
        [0.0],
        [1.5, pause],
        0,
        100,
        hold=[True],
        rtol=tolerance,
        atol=tolerance,
    )
    assert len(run.events) > 70
    np.testing.assert_allclose(run.events, leaky_spikes(1.5, pause, len(run.events)), atol=error)


def test_radau_locates_the_same_spikes():
    system = (*LEAKY, refractory.address)
    run = integrate(
        system, [0.0], [1.5, 0.3], 0, 20, hold=[True], method="radau", rtol=1e-11, atol=1e-11
    )
    np.testing.assert_allclose(run.events, leaky_spikes(1.5, 0.3, len(run.events)), atol=1e-10)
    assert np.all(run.implicit | (np.diff(run.t) == 0))


@pytest.mark.parametrize("peak", [10.0, 1e3, 1e6])
@pytest.mark.parametrize("begin", [0.0, 1000.0])
def test_quadratic_period_is_the_arctangent(peak, begin):
    # V' = V^2 + I from -V_p to V_p takes 2 atan(V_p/sqrt(I))/sqrt(I)
    drive = 0.25
    system = (quadratic.address, 0, above_peak.address, to_minus_peak.address, at_once.address)
    run = integrate(system, [-peak], [drive, peak], begin, begin + 100, **TIGHT)
    period = 2 * math.atan(peak / math.sqrt(drive)) / math.sqrt(drive)
    expected = begin + period * np.arange(1, len(run.events) + 1)
    assert run.status is Status.COMPLETED
    assert len(run.events) == int(100 / period)
    np.testing.assert_allclose(run.events, expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("peak", [5.0, 30.0, 300.0])
@pytest.mark.parametrize("begin", [0.0, 100.0])
def test_upstrokes_shorter_than_the_last_bit_of_time_are_passed(peak, begin):
    # V' = e^V from 0 reaches V_p at 1 - e^-V_p; beyond V = 36 time stands still for doubles
    system = (exponential.address, 0, above_peak.address, to_zero.address, at_once.address)
    run = integrate(system, [0.0], [0.0, peak], begin, begin + 9.5, **TIGHT)
    expected = begin - math.expm1(-peak) * np.arange(1, 10)
    assert run.status is Status.COMPLETED
    np.testing.assert_allclose(run.events[:9], expected, rtol=0, atol=1e-11)


def test_nodes_stand_before_and_after_each_reset():
    run = integrate((*LEAKY, at_once.address), [0.0], [1.5], 0, 10, **TIGHT)
    after = run.resets
    assert len(after) == len(run.events)
    np.testing.assert_array_equal(run.t[after], run.events)
    np.testing.assert_array_equal(run.t[after - 1], run.events)
    np.testing.assert_allclose(run.x[after - 1, 0], 1.0, rtol=0, atol=4e-16)
    assert np.all(run.x[after, 0] == 0)


def test_reset_reads_the_state_before_and_only_held_components_rest():
    system = (leaky_and_clock.address, 0, above_one.address, to_zero_and_count.address)
    run = integrate(
        (*system, refractory.address), [0.0, 0.0], [1.5, 0.25], 0, 10, hold=[True, False], **TIGHT
    )
    spikes = len(run.events)
    assert run.x[-1, 1] == pytest.approx(10 + 100 * spikes, abs=1e-9)
    assert np.all(run.x[1:, 0][run.held] == 0)
    assert np.sum(np.diff(run.t)[run.held]) == pytest.approx(0.25 * spikes, abs=1e-9)


def test_a_run_continues_a_refractory_time():
    system = (*LEAKY, refractory.address)
    question = dict(hold=[True], **TIGHT)
    cut = leaky_spikes(1.5, 0.3, 2)[1] + 0.1
    first = integrate(system, [0.0], [1.5, 0.3], 0, cut, **question)
    assert first.release == pytest.approx(cut + 0.2, abs=1e-10)
    second = integrate(system, first.x[-1], [1.5, 0.3], cut, 20, release=first.release, **question)
    spikes = np.concatenate([first.events, second.events])
    np.testing.assert_allclose(spikes, leaky_spikes(1.5, 0.3, len(spikes)), atol=1e-10)


def test_a_start_beyond_the_threshold_fires_at_once():
    run = integrate((*LEAKY, at_once.address), [2.0], [1.5], 5, 6, **TIGHT)
    assert run.events[0] == 5
    assert run.x[1, 0] == 0


def test_several_turns_ahead_are_several_spikes():
    system = (up.address, 0, above_one.address, subtract_one.address, at_once.address)
    run = integrate(system, [5.5], [], 0, 2.25, **TIGHT)
    np.testing.assert_allclose(run.events, [0] * 5 + [0.5, 1.5], atol=1e-14)
    assert run.x[-1, 0] == pytest.approx(0.75, abs=1e-14)


def test_a_reset_beyond_its_threshold_is_told():
    system = (up.address, 0, above_one.address, up.address, at_once.address)
    run = integrate(system, [0.0], [], 0, 2)
    assert run.status is Status.TOO_MANY_EVENTS
    assert run.t[-1] == pytest.approx(1.0, abs=1e-12)
    assert "beyond its threshold" in run.message


def test_events_that_accumulate_end_the_run():
    # bounces of restitution r end at t = sqrt(2 h) (1 + r)/(1 - r) (h the first height, g = 1)
    system = (falling_ball.address, 0, below_ground.address, bounce.address, at_once.address)
    run = integrate(system, [0.5, 0.0], [0.5], 0, 10, **TIGHT)
    assert run.status is Status.TOO_MANY_EVENTS
    assert run.t[-1] == pytest.approx(3.0, abs=1e-9)


@pytest.mark.parametrize("level", [0.9, 0.999, 0.999999])
def test_a_top_between_two_nodes_is_not_missed(level):
    """cos t exceeds the level near every multiple of 2 pi, in steps much longer than that."""
    system = (turning.address, 0, above_level.address, keep.address, at_once.address)
    run = integrate(system, [-1.0, 0.0], [level], 0, 3 * math.pi, rtol=1e-7, atol=1e-7)
    # the state is beyond the threshold still after such a reset: it is told as degenerate
    assert run.status is Status.TOO_MANY_EVENTS
    assert run.events[0] == pytest.approx(math.pi - math.acos(level), abs=2e-4)


def test_a_level_above_the_top_is_not_reached():
    system = (turning.address, 0, above_level.address, keep.address, at_once.address)
    run = integrate(system, [-1.0, 0.0], [1.0001], 0, 60, rtol=1e-9, atol=1e-9)
    assert run.status is Status.COMPLETED
    assert len(run.events) == 0


def test_spike_times_do_not_depend_on_the_steps():
    short = integrate((*LEAKY, at_once.address), [0.0], [1.5], 0, 20, max_step=0.07, **TIGHT)
    long = integrate((*LEAKY, at_once.address), [0.0], [1.5], 0, 20, **TIGHT)
    np.testing.assert_allclose(short.events, long.events, rtol=0, atol=1e-11)


def test_storage_does_not_change_the_spikes():
    stored = integrate((*LEAKY, at_once.address), [0.0], [1.5], 0, 3000)
    bare = integrate((*LEAKY, at_once.address), [0.0], [1.5], 0, 3000, store=False)
    assert len(stored.events) > 2500
    np.testing.assert_array_equal(stored.events, bare.events)


def test_resets_are_not_undone():
    with pytest.raises(InvalidArgument, match="forward only"):
        integrate((*LEAKY, at_once.address), [0.0], [1.5], 1, 0)
