"""Runs compared: lags of spikes against closed forms, errors of variables."""

import json
from math import exp, log

import numpy as np
import pytest
import rheobase as rb

H, TAU, R, REST, THRESHOLD, I = 0.1, 20.0, 20.0, -65.0, -50.0, 1.0


def leaky():
    return rb.Model(
        "leaky",
        "V' = (V_rest - V + R*I)/tau",
        parameters=dict(V_rest=REST, R=R, I=I, tau=TAU),
        start=dict(V=REST),
        reset=rb.Reset("V > -50", V="V_rest"),
        time_unit="ms",
    )


def test_the_machine_s_spikes_are_late_by_what_the_grid_adds():
    """The exact period is tau log(R I/(R I - 15)); the machine waits for the end of a step."""
    exact = rb.simulate(leaky(), until=200, tolerance=1e-10)
    machine = rb.spinnaker.lif(
        "rn", I=I, R=R, Vrest=REST, Vreset=REST, Vth=THRESHOLD, E=exp(-H / TAU), Tref=0, steps=2000
    )
    found = rb.compare(exact, machine, "V", step=H)
    period = TAU * log(R * I / (R * I + REST - THRESHOLD))
    number = np.arange(found.matched) + 1
    on_the_grid = np.ceil(period / H) * H
    np.testing.assert_allclose(found.lag, number * (on_the_grid - period), atol=1e-7)
    assert found.matched == int(200 / on_the_grid)
    assert found.missing == len(exact.spikes) - found.matched
    assert found.surplus == 0
    before = found.t < period
    assert np.max(np.abs(found.error[before])) < 0.02  # nearest products: some units of 2^-15
    assert found.worst_error > 14  # a spike that comes later
    assert found.median_error < 5


def test_trajectories_are_compared_on_the_dense_output():
    """x = cos t: Euler's spiral grows by sqrt(1 + h^2) a step and turns by atan(h)."""
    spring = rb.Model("spring", "x' = v\nv' = -x", start=dict(x=1, v=0))
    exact = rb.simulate(spring, until=20, tolerance=1e-12)
    rough = rb.simulate(spring, until=20, step=0.01, scheme="euler")
    found = rb.compare(exact, rough)
    assert found.variable == "x"
    steps = np.arange(len(found.t))
    spiral = np.sqrt(1 + 0.01**2) ** steps * np.cos(steps * np.arctan(0.01))
    np.testing.assert_allclose(found.error, spiral - np.cos(found.t), atol=1e-9)
    # upward crossings of 0 at 3 pi/2 + 2 pi n: the spiral turns by atan(h) where it should by h
    np.testing.assert_allclose(found.lag, exact.spikes * (0.01 / np.arctan(0.01) - 1), atol=1e-4)
    assert rb.compare(exact, exact).worst_error < 1e-12


def test_two_arithmetics_are_compared_row_by_row():
    runs = {
        multiply: rb.spinnaker.izhikevich("rk2", multiply, I=5.0, h=0.1, steps=3000)
        for multiply in ("fl", "rn")
    }
    found = rb.compare(runs["fl"], runs["rn"], step=0.1)
    np.testing.assert_array_equal(found.error, runs["rn"]["v"] - runs["fl"]["v"])
    assert found.matched == min(run.spikes.size for run in runs.values())
    told = json.loads(json.dumps(found.to_dict()))
    assert told["matched"] == found.matched
    assert told["worst_error"] == found.worst_error


def test_a_population_of_one_is_a_neuron():
    one = rb.spinnaker.izhikevich("rk2", "fl", I=10.0, steps=100)
    listed = rb.spinnaker.izhikevich("rk2", "rn", I=[10.0], steps=100, record=True)
    expected = listed["v"][:, 0] - one["v"]
    np.testing.assert_array_equal(rb.compare(one, listed, step=1.0).error, expected)
    np.testing.assert_array_equal(rb.compare(listed, one, step=1.0).error, -expected)


def test_a_comparison_can_be_saved(tmp_path):
    runs = [rb.spinnaker.izhikevich("rk2", m, I=5.0, h=0.1, steps=900) for m in ("fl", "rn")]
    silent = [rb.spinnaker.izhikevich(steps=30, record=False)] * 2
    for pair in (runs, silent):
        found = rb.compare(*pair, step=0.1)
        for ending in (".npz", ".nc"):
            again = rb.load(rb.save(found, tmp_path / f"comparison{ending}"))
            assert again.to_dict() == found.to_dict()
            for name in ("lag", "t", "error"):
                np.testing.assert_array_equal(getattr(again, name), getattr(found, name))


def test_spikes_alone_can_be_compared():
    run = rb.spinnaker.izhikevich(steps=300, record=False)
    shorter = rb.spinnaker.izhikevich(steps=150, record=False)
    found = rb.compare(run, shorter, step=1.0)
    assert (found.matched, found.missing, found.surplus) == (4, run.spikes.size - 4, 0)
    assert not found.lag.any()
    assert found.median_error is None
    assert found.worst_error is None
    said = f"4 spikes matched, lag of the last +0; {found.missing} missing"
    assert repr(found) == f"<Comparison: {said}>"
    assert repr(rb.compare(shorter, run, step=1.0)).endswith(f"{found.missing} more>")


@pytest.mark.parametrize(
    ("exact", "machine", "settings", "error", "message"),
    [
        ("run", 5, dict(step=1), rb.InvalidArgument, "compare: machine is a run, not 5"),
        ("run", "run", {}, rb.InvalidArgument, "exact counts steps; say how long one is"),
        ("run", "two", dict(step=1), rb.InvalidArgument, "machine has 2 neurons; give one"),
        ("run", "exact", dict(step=1), rb.InvalidArgument, "a Trajectory is the exact run"),
        ("exact", "run", dict(step=1, variable="w"), rb.UnknownName, "'w' is not a column"),
        ("exact", "run", dict(step=1e3), rb.NotFound, "no time in common"),
        ("exact", "run", dict(step=-1), rb.InvalidArgument, "step=-1 must be a positive number"),
    ],
)
def test_a_wrong_question_is_answered(exact, machine, settings, error, message):
    runs = {
        "run": rb.spinnaker.lif(steps=20),
        "two": rb.spinnaker.lif(I=[0.5, 1.0], steps=20, record=True),
        "exact": rb.simulate(leaky(), until=20),
    }
    with pytest.raises(error, match=message):
        rb.compare(runs[exact], runs.get(machine, machine), **settings)
