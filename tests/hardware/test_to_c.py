"""Programs printed as C, compiled for ARM and run under qemu-arm: the emulator's bits."""

import arm_machine
import numpy as np
import pytest
import rheobase as rb
from arm_run import bits_on_arm

on_arm = pytest.mark.skipif(
    bool(arm_machine.missing()),
    reason=f"needs the Debian packages {arm_machine.missing()} (a compiler for ARM, qemu-arm)",
)
MODELS = {
    "izhikevich": rb.models.izhikevich().replace(I=10),
    "hodgkin-huxley": rb.models.hodgkin_huxley().replace(I=10),
    "morris-lecar": rb.models.morris_lecar("snic").replace(I=50),
    "leaky": rb.models.leaky().replace(I=2),
    "kinks": rb.Model(
        "kinks", "x' = sqrt(abs(x))/(1 + y^2) - floor(2*x)\ny' = mod(x, 0.7) - max(y, 0.1)*x",
        start=dict(x=1.3, y=-0.4),
    ),
}  # fmt: skip
SETTINGS = {
    "plain": (rb.QFormat(16, 15), {}),
    "saturating": (rb.QFormat(16, 15, rounding="nearest", overflow="saturate"), {}),
    "scaled": (rb.QFormat(16, 15, rounding="stochastic"), dict(scale="auto")),
    "16 bits": (rb.QFormat(8, 7, rounding="nearest-even"), dict(scale="auto")),
    "overflowing": (rb.QFormat(8, 9, rounding="zero"), {}),
    "decay": (rb.QFormat(16, 15, rounding="stochastic"), dict(scheme="exponential-euler")),
}


@on_arm
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", MODELS)
def test_the_compiled_program_gives_the_same_bits(name, settings, tmp_path):
    model, (word, more) = MODELS[name], SETTINGS[settings]
    machine = rb.emulate(model, word, 30, 0.05, fit="report", **more)
    rows = bits_on_arm(machine, tmp_path)
    np.testing.assert_array_equal(rows[:, : len(model.states)], machine.words[1:])
    if model.reset is not None:
        fired = np.flatnonzero(rows[:, -1])
        np.testing.assert_allclose((fired + 1) * 0.05, machine.spikes)


def test_plain_programs_are_written_with_accum():
    text = rb.emulate(MODELS["izhikevich"], until=1).program.to_c()
    assert "typedef _Accum word;" in text
    assert "_Accum r9 = r8 * r0;" in text
    assert "int main" not in text


def test_a_run_s_c_has_its_seed():
    """Of stochastic rounding, and of noise; a program, which has none, asks for it."""
    stochastic = rb.emulate(MODELS["leaky"], rb.QFormat(16, 15, rounding="stochastic"), 3, seed=77)
    assert "random_state = 77u;" in stochastic.to_c()
    assert stochastic.to_c() == stochastic.program.to_c(30, seed=77)
    assert stochastic.to_c(4) == stochastic.program.to_c(4, seed=77)
    assert "random_state = 1u;" in stochastic.program.to_c(30)
    noisy = rb.Model("OU", "V' = -V", start=dict(V=0), noise=dict(V="1"))
    texts = {rb.emulate(noisy, until=1, seed=seed).to_c() for seed in (1, 2)}
    assert len(texts) == 2


@pytest.mark.parametrize("steps", [-1, 1.5, "x", True])
def test_steps_in_c_are_a_whole_number(steps):
    machine = rb.emulate(MODELS["leaky"], until=1)
    for print_c in (machine.program.to_c, machine.to_c):
        with pytest.raises(rb.InvalidArgument, match="must be a whole number from 0"):
            print_c(steps)
    with pytest.raises(rb.InvalidArgument, match="seed=-1 must be"):
        machine.program.to_c(3, -1)


def test_words_beyond_32_bits_have_no_c():
    program = rb.emulate(MODELS["izhikevich"], rb.QFormat(16, 22), 1).program
    with pytest.raises(rb.RheobaseError, match="32 bits"):
        program.to_c()
