"""Ctrl-C on the machine: what was done is there, bit for bit, and says where it stopped."""

import json
from functools import cache

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from machine_portions import SIZES, chopped
from rheobase.hardware.machine import as_map, dead_zone, following, native, network

STOCHASTIC = rb.QFormat(16, 15, rounding="stochastic")
NOISY = rb.Model("noisy", "x' = -x/5", start=dict(x=1), noise=dict(x="0.3"))
CELL = rb.models.izhikevich().replace(I=10)
RUNS = {
    "floored": (CELL, None, {}),
    "stochastic": (CELL, STOCHASTIC, dict(every=7)),
    "overflowing": (CELL, rb.QFormat(8, 9), dict(fit="report")),
    "noisy": (NOISY, STOCHASTIC, dict(seed=5)),
    "driven": (rb.models.izhikevich(), None, dict(drive=dict(I="10*heaviside(t - 20)"))),
    "chip": (CELL, STOCHASTIC, dict(program="chip", scheme="rk2q", scale="auto")),
    "levels": (rb.models.theta().replace(I=1), None, dict(every=3)),
}
STEPS = 600


@cache
def whole(name):
    model, word, more = RUNS[name]
    return rb.emulate(model, word, STEPS * 0.1, **more)


def interrupted(name, sizes, calls):
    """The run with Ctrl-C when its progress is told for this time."""
    left = iter(range(calls))

    def tell(begin, done, total):
        if next(left, None) is None:
            raise KeyboardInterrupt

    model, word, more = RUNS[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "portions", chopped(sizes))
        return rb.emulate(model, word, STEPS * 0.1, **more, progress=tell)


@pytest.mark.parametrize("name", RUNS)
@settings(max_examples=8, deadline=None)
@given(sizes=SIZES, share=st.floats(0, 0.99))
def test_the_part_is_that_of_the_whole(name, sizes, share):
    run, portions = whole(name), list(chopped(sizes)(STEPS, STEPS))
    here = int(share * len(portions))
    part = interrupted(name, sizes, len(portions) + here)
    assert part.status is rb.Status.INTERRUPTED
    assert part.steps == sum(portions[here])
    rows = len(part.t)
    assert rows == part.steps // part.settings["every"] + 1
    np.testing.assert_array_equal(part.words, run.words[:rows])
    np.testing.assert_array_equal(part.t, run.t[:rows])
    np.testing.assert_array_equal(part.spikes, run.spikes[run.spikes <= part.steps * part.step])
    alone = following.follow_program(run.program, part.steps, seed=run.settings["seed"])
    assert sum(o.count for o in part.overflows) == alone.low.sum()
    for lost in part.overflows:
        assert (lost.count, lost.first) == (
            alone.low[lost.operation],
            alone.high[lost.operation] * part.step,
        )
    np.testing.assert_array_equal(part.double.x, run.double.x[:rows])
    np.testing.assert_array_equal(part.constants.x, run.constants.x[:rows])
    assert part.program.to_c(5) == run.program.to_c(5)
    assert part.message.startswith(f"interrupted at t = {part.steps * part.step:.10g}, before 60")
    assert f"  interrupted at t = {part.steps * part.step:.10g}, before 60" in part.report()


def test_a_part_is_saved_with_what_it_was_asked(tmp_path):
    """With scale="auto" the program comes of all the steps that were asked for."""
    part = interrupted("chip", [50], 12 + 3)
    assert (part.steps, part.settings["steps"]) == (200, STEPS)
    again = rb.load(rb.save(part, tmp_path / "part.npz"))
    assert (again.status, again.message) == (part.status, part.message)
    assert again.program.listing() == part.program.listing()
    for run in ("double", "constants"):
        ours, theirs = getattr(again, run), getattr(part, run)
        np.testing.assert_array_equal(ours.x, theirs.x)
        assert (ours.steps, ours.status) == (theirs.steps, theirs.status)
    assert json.loads(json.dumps(part.to_dict()))["status"] == "interrupted"
    lags = rb.compare(part.double, part)
    assert (lags.missing, lags.surplus) == (0, 0)


@pytest.mark.parametrize("compiled", [True, False])
def test_an_interrupt_that_hides_what_a_loop_returned(compiled, monkeypatch):
    """Ctrl-C is raised between two lines of Python: the loop may have gone on already."""
    advancing, calls = native.advancing, iter(range(3))
    code = whole("overflowing").program

    def cut(*question):
        advance = advancing(*question)

        def advanced(*arguments):
            found = advance(*arguments)
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return found

        return advanced

    monkeypatch.setattr(native, "worth", lambda key, steps: compiled)
    alone = following.follow_program(code, 300)
    monkeypatch.setattr(native, "advancing", cut)
    monkeypatch.setattr(following, "portions", chopped([100]))
    part = following.follow_program(code, STEPS, watch=lambda done: None)
    assert part.interrupted
    for name in ("rows", "spikes", "low", "high", "steps", "stopped"):
        np.testing.assert_array_equal(getattr(part, name), getattr(alone, name))
    with pytest.raises(KeyboardInterrupt):  # nobody asked for a part
        following.follow_program(code, STEPS)


def test_ctrl_c_in_double_precision(tmp_path, monkeypatch):
    """The machine has made no step; the steps in double precision are not lost."""
    part = interrupted("floored", [100], 3)
    assert (part.status, part.steps, len(part.t)) == (rb.Status.INTERRUPTED, 0, 1)
    assert part.message == (
        "interrupted in double precision at t = 40, before 60: the machine has made no step"
    )
    assert part.message in part.report()
    assert part.double.steps == 400
    np.testing.assert_array_equal(part.double.x, whole("floored").double.x[:401])
    assert part["v"].tolist() == [CELL.start["v"]]
    again = rb.load(rb.save(part, tmp_path / "part.nc"))
    np.testing.assert_array_equal(again.double.x, part.double.x)
    assert again.double.status is part.double.status is rb.Status.INTERRUPTED
    runs, _ = rb.plot_emulation(part)
    assert runs.get_xlim() == (0, 40)
    monkeypatch.setattr(following, "portions", chopped([100], 0))
    with pytest.raises(KeyboardInterrupt):  # nothing is known of the ranges yet
        rb.emulate(CELL, until=60)
    del again.__dict__["double"]
    with pytest.raises(KeyboardInterrupt):  # no part of it is taken for the whole
        _ = again.double


WIRES = ([0, 1, 2, 3], [1, 2, 3, 0], [3.0, -2.0, 4.0, 1.0], [1, 4, 2, 15])


def wired(until, progress=None):
    more = dict(word=STOCHASTIC, noise=3.0, progress=progress)
    return rb.spinnaker.network(CELL, WIRES, 4, until, 0.5, **more)


@pytest.mark.parametrize("hidden", [False, True])
def test_a_network_keeps_its_part(hidden, monkeypatch, tmp_path):
    """Where progress is told, and where the interrupt hides what the loop returned."""
    run, kernel = wired(100), network.kernel
    monkeypatch.setattr(network, "portions", chopped([30]))
    calls = iter(range(3))

    def tell(*facts):
        if next(calls, None) is None:
            raise KeyboardInterrupt

    class Loop:
        @staticmethod
        def run(*arguments):
            found = kernel("network").run(*arguments)
            tell()
            return found

    if hidden:
        monkeypatch.setattr(network, "kernel", lambda name: Loop)
    part = wired(100, None if hidden else tell)
    monkeypatch.undo()
    alone = wired(60)
    assert (part.status, part.steps) == (rb.Status.INTERRUPTED, 120)
    assert part.message.startswith("interrupted at t = 60, before 100; ")
    for name in ("spikes", "neurons", "overflows", "saturated", "wrapped", "cycles", "counts"):
        np.testing.assert_array_equal(getattr(part, name), getattr(alone, name))
    for name, words in alone.final.items():
        np.testing.assert_array_equal(part.final[name], words)
    early = run.spikes <= 60
    np.testing.assert_array_equal(part.spikes, run.spikes[early])
    assert part.rate() == alone.rate() > 0
    again = rb.load(rb.save(part, tmp_path / "part.npz"))
    assert (again.status, again.message) == (part.status, part.message)


def test_a_network_that_has_not_begun(monkeypatch):
    monkeypatch.setattr(network, "portions", chopped([30], 0))
    part = wired(100)
    assert (part.steps, len(part.spikes), part.status) == (0, 0, rb.Status.INTERRUPTED)


def test_a_cycle_as_far_as_it_is_known(monkeypatch):
    """The search for the period, for the tail, for the words; and on from where it stopped."""
    spiking = rb.models.izhikevich().replace(I=10)
    program = rb.emulate(spiking, until=10).program
    cycle = rb.spinnaker.find_cycle(program)
    assert cycle.tail > 100
    for steps in (5, 1000):
        calls = iter(range(steps // 100 + 3))

        def tell(*facts, calls=calls):
            if next(calls, None) is None:
                raise KeyboardInterrupt

        part = rb.spinnaker.find_cycle(program, progress=tell)
        assert (part.period, part.tail, part.is_fixed) == (None, None, False)
        reached = int(part.message.split()[2])
        expected = following.follow_program(program, reached).rows[-1]
        np.testing.assert_array_equal(part.words, expected[None])
        assert part.status is rb.Status.INTERRUPTED
        assert "no cycle is closed" in repr(part)
        start = {name: values[0] for name, values in part.values.items()}
        later = rb.spinnaker.find_cycle(program, start=start)
        assert later.period == cycle.period
        assert later.tail == max(0, cycle.tail - reached)

    def in_the_tail(begin, done, total):
        if total != 10_000_000 and done > 500:
            raise KeyboardInterrupt

    monkeypatch.setattr(as_map, "portions", chopped([300]))
    part = rb.spinnaker.find_cycle(program, progress=in_the_tail)
    assert (part.period, part.tail) == (cycle.period, None)
    assert part.words[0].tolist() in cycle.words.tolist()
    assert f"a cycle of {cycle.period} steps is entered after 600 to " in part.message
    assert json.loads(json.dumps(part.to_dict()))["tail"] is None

    def fails(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(as_map.Search, "cycle", fails)
    part = rb.spinnaker.find_cycle(program)
    assert (part.period, part.tail) == (cycle.period, cycle.tail)
    assert part.status is rb.Status.INTERRUPTED


DECAY = rb.Model("decay", "x' = -x/100\ny' = (x - y)/50", start=dict(x=0.1, y=0))


def zone(progress=None):
    word = rb.QFormat(16, 15, rounding="nearest")
    return rb.spinnaker.dead_zone(DECAY, word, 1.0, "euler", progress=progress)


def test_a_dead_zone_as_far_as_it_was_tried(monkeypatch):
    full, sizes = zone(), []
    assert (full.status, full.complete) == (rb.Status.COMPLETED, True)

    def tell(begin, done, total):
        sizes.append((done, total))
        if done > total / 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(dead_zone, "portions", chopped([1000]))
    part = zone(tell)
    tried, total = sizes[-1]
    assert part.message == f"interrupted after {tried:.0f} of {total:.0f} words"
    assert (part.status, part.complete) == (rb.Status.INTERRUPTED, False)
    assert 0 < part.count < full.count
    assert part.words.tolist() == full.words[: part.count].tolist()
    assert f"{part.count} words or more stand still" in repr(part)
    assert part.message in repr(part)
    assert json.loads(json.dumps(part.to_dict()))["status"] == "interrupted"
    monkeypatch.setattr(dead_zone, "portions", chopped([1000], 0))
    nothing = zone()
    assert (nothing.count, nothing.status) == (0, rb.Status.INTERRUPTED)


def test_a_dead_zone_that_was_widened(monkeypatch):
    """The words of the smaller box stay, with those that were found in the wider one."""
    full, told = zone(), []
    monkeypatch.setitem(dead_zone.STANDS, "nearest", 0.2)
    narrow = zone(lambda *facts: told.append(facts[2]))
    first = told[0]
    assert told[-1] > first
    assert narrow.words.tolist() == full.words.tolist()

    def tell(begin, done, total):
        if total > first and done > 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(dead_zone, "portions", chopped([200]))
    part = zone(tell)
    assert part.status is rb.Status.INTERRUPTED
    rows = part.words.tolist()
    assert rows == sorted(map(list, set(map(tuple, rows))))
    known = set(map(tuple, full.words.tolist()))
    assert set(map(tuple, rows)) < known
    assert part.count > 0
