"""Inputs that change in time: the host's words, against integers by hand and rb.simulate."""

import numpy as np
import pytest
import rheobase as rb
from rheobase.hardware.machine import interpreter

K = rb.QFormat(16, 15)
CELL = rb.models.izhikevich()


@pytest.mark.parametrize("drive", ["10", ([0.0], [10.0]), lambda t: 10.0], ids=type)
@pytest.mark.parametrize("scheme", ["euler", "rk2", "exponential-euler"])
def test_a_constant_drive_gives_the_bits_of_the_parameter(drive, scheme):
    expected = rb.emulate(CELL.replace(I=10), K, 100, scheme=scheme)
    machine = rb.emulate(CELL, K, 100, scheme=scheme, drive=dict(I=drive))
    np.testing.assert_array_equal(machine.words, expected.words)
    assert len(machine.spikes) > 1


def test_each_stage_has_its_own_word():
    """x' = c(t) - x by the midpoint rule, by hand; halves to even where the host rounds."""
    model = rb.Model("driven", "x' = c - x", parameters=dict(c=0), start=dict(x=0.5))
    machine = rb.emulate(model, K, 5, 0.125, drive=dict(c="3*sin(2*t)"))
    h, half, x = 1 << 12, 1 << 11, 1 << 14
    for k in range(40):
        start, middle = (
            int(np.rint(3 * np.sin(2 * (k + part) * 0.125) * 2**15)) for part in (0, 0.5)
        )
        y = x + (half * (start - x) >> 15)
        x += h * (middle - y) >> 15
        assert machine.words[k + 1, 0] == x, k
    assert len(machine.program.feeds) == 2
    assert "3*sin(2*t)" in machine.program.listing() or "c" in machine.program.listing()


def test_what_multiplies_or_is_added_by_time_alone_is_one_word():
    text = "x' = 0.5*cos(t)*x + sin(t) + a - sqrt(1 + t)*y\ny' = x - y*exp(-t)"
    model = rb.Model("two", text, parameters=dict(a=0.25), start=dict(x=1, y=0))
    program = rb.emulate(model, K, 1, 0.125, "euler").program
    assert len(program.feeds) == 4
    assert sum(o.verb == "mul" for o in program.operations) == 5
    assert not program.tables


def test_pulses_jump_at_their_step():
    """A table with equal times jumps; what stands behind the jump is read at it."""
    table = ([0, 2, 2, 4, 4], [0, 0, 1, 1, 0])
    model = rb.Model("sum", "x' = c", parameters=dict(c=0), start=dict(x=0))
    machine = rb.emulate(model, K, 8, 0.5, "euler", drive=dict(c=table))
    np.testing.assert_array_equal(machine["c"], [0] * 4 + [1] * 4 + [0] * 9)
    assert machine["x"][-1] == 2.0
    assert machine(3.25, "c") == 1


@pytest.mark.parametrize(
    "drive",
    [
        "8*heaviside(t - 30.01)*(1 + sin(t/7)/4)",
        ([0, 30, 30, 300], [0, 0, 8, 12]),
        lambda t: 2 * np.sqrt(t),
    ],
    ids=["text", "table", "callable"],
)
def test_driven_hodgkin_huxley_fires_as_simulate_says(drive):
    """The scheme's error in steps of 0.01 ms is what is left in scaled words of 32 bits."""
    model = rb.models.hodgkin_huxley()
    word = rb.QFormat(16, 15, rounding="nearest")
    machine = rb.emulate(model, word, 100, 0.01, drive=dict(I=drive), scale="auto")
    exact = rb.simulate(model, 100, drive=dict(I=drive))
    assert len(exact.spikes) > 2
    np.testing.assert_allclose(machine.spikes, exact.spikes, atol=0.02)
    np.testing.assert_allclose(machine.spikes, machine.double.spikes, atol=1e-4)


def test_saved_runs_keep_their_drive(tmp_path):
    drive = dict(I=lambda t: 10 + np.sin(t))
    machine = rb.emulate(CELL, K, 100, drive=drive)
    again = rb.load(rb.save(machine, tmp_path / "run.npz"))
    np.testing.assert_array_equal(again["I"], machine["I"])
    np.testing.assert_allclose(again["I"], 10 + np.sin(again.t), atol=1e-8)
    np.testing.assert_array_equal(again.double["v"], machine.double["v"])
    assert again.program.listing() == machine.program.listing()
    assert again.report() == machine.report()


@pytest.mark.parametrize("scale", [None, "auto"])
def test_the_kernel_gives_the_definition_s_bits(scale):
    word = rb.QFormat(16, 15, rounding="stochastic")
    machine = rb.emulate(CELL, word, 30, drive=dict(I="10 + 3*cos(t)"), scale=scale, seed=5)
    for k, (words, _) in enumerate(interpreter.run(machine.program, machine.steps, 5)):
        assert words == machine.words[k + 1].tolist()


def test_maps_read_the_number_of_their_step():
    model = rb.Model.map("steps", "x = 0.5*x + mod(t, 3)", start=dict(x=0))
    machine = rb.emulate(model, K, 9)
    x = 0
    for k in range(9):
        x = (x >> 1) + (k % 3 << 15)
        assert machine.words[k + 1, 0] == x


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: rb.emulate(CELL, K, 9, drive=dict(J="1")), "'J' is not"),
        (lambda: rb.emulate(CELL, K, 9, drive=dict(I="1e6*t"), fit="report"), "not fit into s16"),
        (lambda: rb.emulate(CELL, K, 9, drive=dict(I="1e6*t")), "does not fit into s16"),
        (lambda: rb.emulate(CELL, K, 9, drive=dict(I="1/(t - 1)")), "needs a number"),
        (lambda: rb.emulate(CELL, K, 9, drive=dict(I="t"), program="chip"), "program='model'"),
        (
            lambda: rb.spinnaker.find_cycle(rb.emulate(CELL, K, 9, drive=dict(I="t")).program),
            "hold its inputs constant",
        ),
    ],
)  # fmt: skip
def test_wrong_questions(ask, sentence):
    with pytest.raises(rb.RheobaseError, match=sentence):
        ask()
