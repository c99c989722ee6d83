"""The march: stops, storage, chunks, interruption, and the ways in which it fails."""

import math

import numpy as np
import pytest
from numba import cfunc, types
from rheobase.dynamics import integrate as integration
from rheobase.dynamics.errors import InvalidArgument
from rheobase.dynamics.integrate import integrate
from rheobase.dynamics.solution import segments_between
from rheobase.dynamics.status import Status

P = types.CPointer(types.float64)
PART = types.void(types.float64, P, P, P)
TIGHT = dict(rtol=1e-12, atol=1e-12)


@cfunc(PART)
def decay_to_step(t, x, p, out):
    out[0] = (1.0 if t >= 1.0 else 0.0) - x[0]


@cfunc(PART)
def oscillator(t, x, p, out):
    out[0] = x[1]
    out[1] = -x[0]


@cfunc(PART)
def square(t, x, p, out):
    out[0] = x[0] * x[0]


@cfunc(PART)
def exponential(t, x, p, out):
    out[0] = math.exp(x[0])


@cfunc(PART)
def fall(t, x, p, out):
    out[0] = -math.sqrt(x[0]) / x[0]


@cfunc(PART)
def root_of_time(t, x, p, out):
    out[0] = math.sqrt(1.0 - t)


@cfunc(PART)
def constant(t, x, p, out):
    out[0] = 0.0


# the solution of x' = [t >= 1] - x from 1 is e^-t, then 1 - (1 - 1/e) e^(1 - t)
AT_TWO = 1 - (1 - math.exp(-1)) * math.exp(-1)


def test_a_jump_of_the_drive_is_seen_from_the_right_side():
    run = integrate((decay_to_step.address,), [1.0], [], 0, 2, stops=[1.0], **TIGHT)
    assert 1.0 in run.t
    assert run.x[-1, 0] == pytest.approx(AT_TWO, abs=1e-13)
    assert run.rejected == 0


def test_a_jump_is_seen_backward_in_time_too():
    run = integrate((decay_to_step.address,), [AT_TWO], [], 2, 0, stops=[1.0], **TIGHT)
    assert run.x[-1, 0] == pytest.approx(1.0, abs=1e-12)
    assert run.rejected == 0


def test_a_run_may_end_or_begin_at_a_jump():
    first = integrate((decay_to_step.address,), [1.0], [], 0, 1, stops=[1.0], **TIGHT)
    assert first.x[-1, 0] == pytest.approx(math.exp(-1), abs=1e-13)
    second = integrate((decay_to_step.address,), first.x[-1], [], 1, 2, stops=[1.0], **TIGHT)
    assert second.x[-1, 0] == pytest.approx(AT_TWO, abs=1e-13)
    assert first.rejected == second.rejected == 0


def test_segments_exclude_the_stops_by_a_few_bits():
    rows = segments_between(0.0, 3.0, [1.0, 3.0, 7.0])
    np.testing.assert_array_equal(rows[:, 0], [1, 3])
    assert rows[0, 1] == -np.inf
    assert rows[0, 2] < 1 < rows[1, 1]
    assert 3 - 1e-12 < rows[1, 2] < 3


def test_chunks_do_not_change_the_steps(monkeypatch):
    whole = integrate((oscillator.address,), [1, 0], [], 0, 500, **TIGHT)
    monkeypatch.setattr(integration, "PATIENCE", 0.0)
    seen = []
    parts = integrate(
        (oscillator.address,), [1, 0], [], 0, 500, progress=lambda *a: seen.append(a), **TIGHT
    )
    assert len(seen) > 3
    assert seen[-1] == (0, 500, 500)
    np.testing.assert_array_equal(whole.t, parts.t)
    np.testing.assert_array_equal(whole.x, parts.x)


def test_long_runs_fill_several_chunks():
    run = integrate((oscillator.address,), [1, 0], [], 0, 500, max_step=0.05, **TIGHT)
    assert len(run.t) == run.steps + 1 > 10_000
    np.testing.assert_allclose(run.x[:, 0], np.cos(run.t), atol=1e-10)


def test_without_storage_only_the_end_remains():
    run = integrate((oscillator.address,), [1, 0], [], 0, 50, store=False, **TIGHT)
    assert run.t.tolist() == [50.0]
    assert run.x[0, 0] == pytest.approx(math.cos(50), abs=1e-10)


def test_nothing_to_do_and_nothing_that_moves():
    assert integrate((oscillator.address,), [1, 0], [], 3, 3).x[-1].tolist() == [1, 0]
    run = integrate((constant.address,), [0.0], [], 0, 1e6)
    assert run.steps == 1
    assert run.status is Status.COMPLETED


def test_ctrl_c_returns_the_part_computed():
    def interrupt(begin, now, end):
        if now > 100:
            raise KeyboardInterrupt

    run = integrate((oscillator.address,), [1, 0], [], 0, 1e5, progress=interrupt, **TIGHT)
    assert run.status is Status.INTERRUPTED
    assert 100 < run.t[-1] < 1e5
    np.testing.assert_allclose(run.x[-1, 0], np.cos(run.t[-1]), atol=1e-6)


def test_too_many_steps_says_so():
    run = integrate((oscillator.address,), [1, 0], [], 0, 1e5, max_steps=300)
    assert run.status is Status.TOO_MANY_STEPS
    assert run.steps + run.rejected == 300
    assert "max_steps" in run.message


@pytest.mark.parametrize("field, blow_up", [(square, 1.0), (exponential, math.exp(-1))])
def test_divergence_is_told_with_its_time(field, blow_up):
    run = integrate((field.address,), [1.0], [], 0, 10, **TIGHT)
    assert run.status is Status.DIVERGED
    assert run.t[-1] == pytest.approx(blow_up, abs=1e-10)
    assert "without bound" in run.message


def test_the_edge_of_the_domain_is_no_divergence():
    run = integrate((fall.address,), [1.0], [], 0, 10, **TIGHT)
    assert run.status is Status.NOT_FINITE
    assert run.t[-1] == pytest.approx(2 / 3, abs=1e-9)
    run = integrate((root_of_time.address,), [1.0], [], 0, 10, **TIGHT)
    assert run.status is Status.NOT_FINITE
    assert run.t[-1] == pytest.approx(1.0, abs=1e-9)


def test_a_start_outside_the_domain_is_told():
    run = integrate((root_of_time.address,), [1.0], [], 2, 10)
    assert run.status is Status.NOT_FINITE
    assert "not finite at t = 2" in run.message
    assert len(run.t) == 1


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(x0=[math.nan, 0]), "x0 must be"),
        (dict(t1=math.inf), "must be finite"),
        (dict(rtol=-1), "rtol must be"),
        (dict(atol=0), "atol > 0"),
        (dict(max_step=0), "max_step"),
        (dict(method="rk45"), "choose one of"),
        (dict(method="radau"), "Jacobian"),
    ],
)
def test_wrong_questions_are_refused(change, words):
    question = dict(x0=[1, 0], p=[], t0=0, t1=1) | change
    with pytest.raises(InvalidArgument, match=words):
        integrate((oscillator.address,), **question)
