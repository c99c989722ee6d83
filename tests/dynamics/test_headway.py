"""Runs that stand still are ended and told, and none fills the memory."""

import pytest
import rheobase as rb
from rheobase.dynamics import headway


def test_sliding_along_a_jump_is_told():
    # for |0.3 sin t| < 1 both sides lead to x = 0, reached near t = 1.188
    model = rb.Model("sliding", "x' = -sign(x) + 0.3*sin(t)", start=dict(x=1))
    run = rb.simulate(model, until=20)
    assert run.status is rb.Status.STEP_TOO_SMALL
    assert "slides along a jump of the equations" in run.message
    assert run.t[-1] == pytest.approx(1.188, abs=1e-3)
    assert run.steps + run.rejected < 700_000


def test_a_singularity_of_the_drive_is_told():
    model = rb.Model(
        "leaky",
        "V' = (E - V + R*I)/tau",
        parameters=dict(E=-65, R=1, tau=10, I=0),
        start=dict(V=-65),
        reset=rb.Reset("V > -50", V="-65"),
    )
    run = rb.simulate(model, until=10, drive=dict(I="1/(t - 5)"))
    assert run.status is not rb.Status.COMPLETED
    assert "singular" in run.message
    assert run.t[-1] == pytest.approx(5, abs=1e-6)
    assert run.steps + run.rejected < 700_000


def test_slow_headway_of_a_smooth_model_is_no_stall():
    # 3e5 steps that resolve 1e-3 of the time scale
    model = rb.Model("turning", "x' = v\nv' = -x", start=dict(x=1, v=0))
    run = rb.simulate(model, until=300, max_step=1e-3)
    assert run.status is rb.Status.COMPLETED


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(headway, "MOST_NUMBERS", 10_000)
    model = rb.Model("turning", "x' = v\nv' = -x", start=dict(x=1, v=0))
    run = rb.simulate(model, until=1e5, max_step=0.1)
    assert run.status is rb.Status.TOO_MANY_STEPS
    assert "nodes stored" in run.message
    assert len(run.t) < 300_000


def test_ten_million_steps_are_the_most_unless_more_are_asked_for():
    model = rb.Model("decay", "x' = -x", start=dict(x=1))
    with pytest.raises(rb.InvalidArgument, match="max_steps = 10000000"):
        rb.simulate(model, until=1.1e7, step=1.0)
