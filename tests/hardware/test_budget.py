"""What a program costs and asks for: the facts of the chip, ranges that hold."""

import json
import subprocess

import arm_machine
import numpy as np
import pytest
import rheobase as rb

K = rb.QFormat(16, 15)


def test_izhikevich_costs_what_compiled_code_does():
    """73 instructions with 13 long multiplies, 115 cycles, for the kernel alone; 256 neurons a core
    leave 781 cycles; 200,000 cycles a ms."""
    found = rb.spinnaker.budget(rb.models.izhikevich(), K)
    assert 115 <= found.cycles <= 160
    assert found.operations["mul"] == 14
    assert found.by_time[1.0] == 200_000 // found.cycles
    assert found.by_time[0.1] == 20_000 // found.cycles
    assert found.neurons[1.0] == min(found.by_time[1.0], found.by_memory)
    assert found.memory * found.by_memory + found.shared <= 64 * 1024
    text = str(found)
    assert "assumed:" in text
    assert "neurons a core in real time" in text
    assert found.to_dict()["neurons"]["0.1"] == found.neurons[0.1]


def test_what_is_added_to_a_program_costs():
    model = rb.models.izhikevich()
    floored = rb.spinnaker.budget(model, K).cycles
    stochastic = rb.spinnaker.budget(model, rb.QFormat(16, 15, rounding="stochastic")).cycles
    assert stochastic - floored == 14 * 31
    assert rb.spinnaker.budget(model, K, scheme="euler").cycles < floored
    heavy = rb.spinnaker.budget(rb.models.hodgkin_huxley(), K, step=0.1)
    assert heavy.cycles > 5 * floored
    assert set(heavy.by_time) == {1.0, 0.1}
    emulated = rb.emulate(model, K, 10)
    assert emulated.cycles == 100 * floored


def test_the_chip_s_own_program_costs():
    """Its 14 products (13 of them long: one is by 1/2) in 73 instructions; explicit products that
    are rounded to the nearest clamp (3 and 10 cycles); a run costs its steps."""
    model = rb.models.izhikevich()
    found = rb.spinnaker.budget(model, K, program="chip")
    assert found.operations["mul"] == 14
    assert 115 <= found.cycles <= 160
    nearest = rb.spinnaker.budget(model, rb.QFormat(16, 15, rounding="nearest"), program="chip")
    assert nearest.cycles - found.cycles == 14 * 13
    longer = rb.spinnaker.budget(model, K, scheme="rk2q", program="chip")
    assert longer.operations["mul"] == 15
    assert rb.emulate(model, K, 10, program="chip").cycles == 100 * found.cycles
    with pytest.raises(rb.UnknownName, match="'best' is not a program"):
        rb.spinnaker.budget(model, K, program="best")


def test_a_step_in_seconds_is_a_step_in_milliseconds():
    """The same neuron told in s and in ms costs the same in real time."""
    wide = rb.QFormat(20, 11)
    found = {}
    for unit, tau, step in (("ms", 10.0, 0.5), ("s", 0.01, 0.0005)):
        model = rb.Model(
            "decay", "x' = -x/tau", parameters=dict(tau=tau), start=dict(x=1), time_unit=unit
        )
        found[unit] = rb.spinnaker.budget(model, wide, step=step)
    assert found["s"].by_time == found["ms"].by_time
    assert set(found["s"].by_time) == {1.0, 0.5, 0.1}


def test_a_suggested_word_holds_the_model():
    for model, step in (
        (rb.models.hodgkin_huxley().replace(I=10), 0.02),
        (rb.models.izhikevich().replace(I=10), 0.1),
    ):
        found = rb.spinnaker.suggest(model, rb.QFormat(16, 15), 100, step)
        machine = rb.emulate(model, found.word, 100, step)
        assert machine.overflows == ()
        short = rb.QFormat(found.word.integer - 1, found.word.fraction + 1)
        with pytest.raises(rb.RheobaseError, match="does not fit"):
            rb.emulate(model, short, 100, step)
        assert rb.emulate(model, K, 100, step, scale=found.scale).overflows == ()
        assert "intervals" in str(found)
        assert json.loads(json.dumps(found.to_dict()))["word"] == found.word.name


def test_bounds_hold_what_is_observed():
    """Interval arithmetic on a box around the orbit: every node's range lies within its bounds."""
    for name in ("snic", "hopf"):
        found = rb.spinnaker.suggest(rb.models.morris_lecar(name).replace(I=60), K, 100, 0.05)
        for part in (*found.states, *found.intermediates):
            assert part.bounds[0] <= part.observed[0] <= part.observed[1] <= part.bounds[1]
        assert found.guaranteed.integer >= found.word.integer


@pytest.mark.parametrize("asked", [rb.spinnaker.budget, rb.spinnaker.suggest])
def test_what_has_no_budget(asked):
    with pytest.raises(rb.InvalidArgument, match=r"^the word must be a QFormat.*, not 15$"):
        asked(rb.models.leaky(), 15)
    with pytest.raises(rb.InvalidArgument, match=r"^the model must be a Model, not 3$"):
        asked(3)


def test_the_bits_of_a_state():
    """x = 100 sin needs 7 bits before the point, with a quarter of margin."""
    model = rb.Model("ring", "x' = w*y\ny' = -w*x", parameters=dict(w=1), start=dict(x=100, y=0))
    found = rb.spinnaker.suggest(model, rb.QFormat(7, 8), 10, 0.01)
    assert [state.bits for state in found.states] == [7, 7]
    np.testing.assert_allclose(found.states[0].observed, (-100, 100), rtol=1e-3)
    assert found.scale == dict(x=0, y=0)


@pytest.mark.skipif(
    bool(arm_machine.missing()), reason=f"needs the Debian packages {arm_machine.missing()}"
)
@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("rounding", ["floor", "nearest", "nearest-even", "zero"])
@pytest.mark.parametrize("name", ["izhikevich", "lorenz", "fitzhugh-nagumo"])
def test_cycles_are_those_of_compiled_code(name, rounding, overflow, tmp_path):
    """An instruction a cycle, three more for a long multiplication: gcc's code counted."""
    word = rb.QFormat(16, 15, rounding=rounding, overflow=overflow)
    machine = rb.emulate(rb.models.named(name), word, 1, 0.01)
    (tmp_path / "p.c").write_text(machine.program.to_c(), encoding="ascii")
    flags = ["-O2", "-march=armv5te", "-marm", "-fwrapv", "-c", "p.c", "-o", "p.o"]
    subprocess.run(["arm-linux-gnueabi-gcc", *flags], check=True, timeout=60, cwd=tmp_path)
    command = ["arm-linux-gnueabi-objdump", "-d", "--no-show-raw-insn", "p.o"]
    listing = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, cwd=tmp_path
    )
    step = listing.stdout.split("<step>:")[1]
    found = [line.split("\t")[1].split()[0] for line in step.splitlines() if "\t" in line]
    long = sum(word.startswith(("smull", "umull", "smlal")) for word in found)
    counted = len(found) + 3 * long
    assert machine.cycles / machine.steps == pytest.approx(counted, rel=0.15)
