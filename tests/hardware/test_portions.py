"""Work in portions: wherever they end, the bits are those of one piece; progress is told."""

from functools import cache

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from machine_cases import cases
from machine_portions import SIZES, chopped
from rheobase.hardware.machine import following, native, network
from rheobase.hardware.machine.building import built
from rheobase.hardware.machine.driving import plain_drive
from rheobase.hardware.machine.portions import portions

PARTS = ("rows", "spikes", "low", "high", "steps", "stopped", "interrupted")


@given(st.integers(0, 300), st.integers(1, 50), st.integers(1, 80))
def test_portions_cover_all_and_cross_no_border(total, most, first):
    told = []
    found = list(portions(total, most, told.append, first))
    assert [begin for begin, _ in found] == np.cumsum([0, *(n for _, n in found)])[:-1].tolist()
    assert sum(count for _, count in found) == total
    assert all(begin // most == (begin + count - 1) // most for begin, count in found)
    assert all(count > 0 for _, count in found)
    assert told[-1:] == [total][: total > 0]
    assert found[:1] == [(0, min(total, most, first))][: total > 0]


def same(run, sizes, portion=None, watched=-1):
    """The courses in one piece and in portions of these sizes."""
    whole = run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "portions", chopped(sizes))
        if portion:
            patch.setattr(following, "PORTION", portion)
        chunks = run()
    for part in PARTS if watched < 0 else (*PARTS, "before", "after"):
        np.testing.assert_array_equal(getattr(chunks, part), getattr(whole, part), err_msg=part)
    assert not whole.interrupted


@settings(max_examples=30, deadline=None)
@given(cases(), SIZES, st.booleans())
def test_drawn_programs_in_portions(case, sizes, compiled):
    """All roundings, resets and pauses, overflows; by machine code and by the interpreter."""
    model, word, scheme, scale, seed = case
    watched = -1 if model.reset else 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "worth", lambda key, steps: compiled)
        try:
            made = built(model, word, 30, 0.01, scheme, scale=scale, fit="report")
        except rb.RheobaseError:
            return  # a constant or a start value beyond the word, a table beyond 64 bits
        same(
            lambda: following.follow_program(made.program, 90, 7, watched, 5, seed),
            sizes,
            watched=watched,
        )
        same(lambda: following.follow_graph(made.graph, 30, 7, watched, 0.1), sizes, None, watched)


@cache
def fed(name):
    """A program and a graph that are given words in every step."""
    cell = rb.models.izhikevich()
    noisy = rb.Model(
        "noisy", "x' = -x/5 + y\ny' = -y", start=dict(x=1, y=0.5), noise=dict(x="0.3", y="0.1*x")
    )
    table = ([0, 3, 3, 20], [0, 4, 12, 9])
    model, drive, rounding = {
        "noise": (noisy, None, "nearest"),
        "stochastic": (noisy, None, "stochastic"),
        "table": (cell, dict(I=table), "floor"),
        "text": (cell, dict(I="10*heaviside(t - 2) + t/10"), "stochastic"),
    }[name]
    word = rb.QFormat(16, 15, rounding=rounding)
    drive = plain_drive(model, drive, 40.0)
    return built(model, word, 400, 0.1, "rk2", drive=drive, fit="report")


@pytest.mark.parametrize("name", ["noise", "stochastic", "table", "text"])
@settings(max_examples=15, deadline=None)
@given(sizes=SIZES, portion=st.sampled_from([None, 64, 100, 1000]), seed=st.integers(0, 2**32 - 1))
def test_what_is_given_in_portions(name, sizes, portion, seed):
    made = fed(name)
    same(lambda: following.follow_program(made.program, 400, 3, 0, 9, seed), sizes, portion, 0)
    same(lambda: following.follow_graph(made.graph, 400, 3, 0, 0.5, 0.1, seed), sizes, portion, 0)


def test_a_division_by_zero_in_a_portion():
    """x falls by a unit a step, and 1/x is asked for: it ends where x is 0."""
    falls = rb.Model.map("falls", "x = x - 1\ny = 1/x", start=dict(x=20, y=0))
    program = built(falls, rb.QFormat(16, 15), 10, 1.0, "rk2", fit="report").program
    whole = following.follow_program(program, 100)
    assert (whole.steps, whole.stopped >= 0) == (20, True)
    for sizes in ([1], [20], [7], [21]):
        same(lambda: following.follow_program(program, 100), sizes)


NAMES = ("spikes", "neurons", "steps", "saturated", "wrapped", "overflows", "status", "cycles")


def synapses(count, size, most):
    rng = np.random.default_rng(size)
    ends = rng.integers(0, count, (2, size))
    return (*ends, rng.uniform(-most / 2, most, size), rng.integers(1, 16, size))


@settings(max_examples=8, deadline=None)
@given(SIZES, st.booleans(), st.sampled_from(["floor", "stochastic"]), st.sampled_from([1.5, 7.9]))
def test_networks_in_portions(sizes, compiled, rounding, most):
    """With noise, full cells, overflowing inputs; the random words are one sequence for all."""
    word = rb.QFormat(9, 15, rounding=rounding)
    more = dict(word=word, noise=4.0, tau=(2.0, 3.0), shift=2, seed=7)
    found = []
    for portion in (None, chopped(sizes)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "worth", lambda key, steps: compiled)
            if portion:
                patch.setattr(network, "portions", portion)
            model, wires = rb.models.izhikevich().replace(I=6), synapses(9, 80, most)
            found.append(rb.spinnaker.network(model, wires, 9, 60, 0.5, **more))
    whole, chunks = found
    assert (whole.steps, whole.status) == (120, rb.Status.LEFT_BOUNDS), whole.message
    for name in NAMES:
        np.testing.assert_array_equal(getattr(chunks, name), getattr(whole, name), err_msg=name)
    for name in whole.final:
        np.testing.assert_array_equal(chunks.final[name], whole.final[name], err_msg=name)
    assert len(whole.spikes) > 9


def test_progress_is_told():
    """Steps in double precision, then the machine's; times of a network; words of a search."""
    model, wires = rb.models.izhikevich().replace(I=3.5), synapses(4, 8, 1.0)
    long = {
        200.0: lambda tell: rb.spinnaker.network(model, wires, 4, 200, progress=tell),
        4000.0: lambda tell: rb.emulate(model, until=200, progress=tell),
    }
    for total, run in long.items():
        told = []
        run(lambda *facts: told.append(facts))  # noqa: B023
        assert told[-1] == (0.0, total, total)
        assert {(begin, end) for begin, _, end in told} == {(0.0, total)}
        assert told == sorted(told)
    assert (0.0, 2000.0, 4000.0) in told
    told = []
    decay = rb.Model("decay", "x' = -x/100", start=dict(x=0.1))
    rb.spinnaker.dead_zone(decay, step=1.0, progress=lambda *facts: told.append(facts))
    assert told
    assert all(done == total for _, done, total in told)  # one portion
    told = []
    cycle = rb.spinnaker.find_cycle(decay, progress=lambda *facts: told.append(facts), longest=9999)
    waits = [float(2**k - 1) for k in range(1, 10)]
    assert [done for _, done, total in told if total == 9999.0][: len(waits)] == waits
    assert told[-1][1] <= told[-1][2]
    assert cycle.is_fixed


@pytest.mark.parametrize(
    "run",
    [
        lambda: rb.emulate(rb.models.leaky(), until=1, progress=3),
        lambda: rb.spinnaker.network(rb.models.leaky(), ([], [], [], []), 1, 1, progress=3),
        lambda: rb.spinnaker.find_cycle(rb.models.leaky(), progress=3),
        lambda: rb.spinnaker.dead_zone(rb.models.leaky(), progress=3),
    ],
)
def test_progress_that_can_not_be_called(run):
    with pytest.raises(rb.InvalidArgument, match=r"progress is called with .*; 3 can't be"):
        run()
