"""Words without a sign, and words of more than 32 bits: the definition's bits, and ARM's."""

import arm_machine
import numpy as np
import pytest
import rheobase as rb
from arm_run import bits_on_arm
from rheobase.hardware.machine import interpreter

POSITIVE = {
    "logistic": rb.models.logistic().replace(r=3.9),
    "predator": rb.models.lotka_volterra(),
    "sum": rb.Model("sum", "x' = a*y\ny' = b", parameters=dict(a=0.3, b=0.1), start=dict(x=0, y=0)),
    "rates": rb.Model("rates", "x' = y/(1 + y) + 3 - x*x\ny' = sqrt(x) - y", start=dict(x=1, y=1)),
    "gate": rb.Model("gate", "m' = a*(1 - m)", parameters=dict(a=0.3), start=dict(m=0)),
}  # fmt: skip
UNSIGNED = {
    "u16.16": (rb.QFormat(16, 16, signed=False), {}),
    "u16.16 stochastic": (rb.QFormat(16, 16, signed=False, rounding="stochastic"), {}),
    "u4.12": (rb.QFormat(4, 12, signed=False, rounding="nearest"), {}),
    "u8.23 scaled": (rb.QFormat(8, 23, signed=False, rounding="nearest-even"), dict(scale="auto")),
    "u8.22 saturating": (rb.QFormat(8, 22, signed=False, rounding="zero", overflow="saturate"), {}),
    "u2.30": (rb.QFormat(2, 30, signed=False), {}),
}


def same_as_the_definition(machine, seed=1):
    steps = interpreter.run(machine.program, machine.steps, seed)
    for k, row in enumerate(machine.words[1:]):
        words, _ = next(steps)
        assert words[: row.size] == row.tolist(), k


@pytest.mark.parametrize("scheme", ["euler", "exponential-euler"])
@pytest.mark.parametrize("word", UNSIGNED)
@pytest.mark.parametrize("name", POSITIVE)
def test_words_without_a_sign(name, word, scheme):
    """Wrapped where they are negative, as C's are; else as in double precision."""
    form, more = UNSIGNED[word]
    if (name, scheme) == ("predator", "exponential-euler"):
        scheme = "rk2"  # the closed form has the constant -1, which no unsigned word holds
    machine = rb.emulate(POSITIVE[name], form, 20, 0.05, scheme, fit="report", **more)
    same_as_the_definition(machine)
    if (name, scheme) == ("gate", "euler") and form.fraction > 15:
        assert machine.status.ok
        assert np.abs(machine["m"] - machine.double["m"]).max() < 0.01


@pytest.mark.skipif(
    bool(arm_machine.missing()),
    reason=f"needs the Debian packages {arm_machine.missing()} (a compiler for ARM, qemu-arm)",
)
@pytest.mark.parametrize("word", UNSIGNED)
@pytest.mark.parametrize("name", ["predator", "rates"])
def test_words_without_a_sign_on_arm(name, word, tmp_path):
    form, more = UNSIGNED[word]
    machine = rb.emulate(POSITIVE[name], form, 20, 0.05, fit="report", **more)
    rows = bits_on_arm(machine, tmp_path)
    np.testing.assert_array_equal(rows[:, :2], machine.words[1:])


def test_a_negative_result_is_named():
    with pytest.raises(rb.RheobaseError, match=r"V .* from -"):
        rb.emulate(rb.models.leaky().replace(I=2), rb.QFormat(16, 15, signed=False), 10)
    decay = rb.Model("decay", "x' = -x/tau", parameters=dict(tau=20), start=dict(x=1))
    with pytest.raises(rb.RheobaseError, match=r"-0.05\*x .* runs from -.* from 0 to 65536"):
        rb.emulate(decay, rb.QFormat(16, 15, signed=False), 10)
    with pytest.raises(rb.RheobaseError, match=r"constant -0.05 .* hold 0 to 65535"):
        rb.emulate(decay, rb.QFormat(16, 15, signed=False), 10, fit="report")


LONG = [(16, 22), (31, 15), (46, 7), (20, 20), (40, 10), (61, 0)]


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("rounding", ["floor", "nearest", "nearest-even", "zero", "stochastic"])
@pytest.mark.parametrize(("integer", "fraction"), LONG)
def test_words_of_up_to_62_bits(integer, fraction, rounding, overflow):
    word = rb.QFormat(integer, fraction, rounding=rounding, overflow=overflow)
    growing = rb.Model.map("growing", "x = a*x*x + 3", parameters=dict(a=40_000), start=dict(x=0))
    more = dict(roundings=dict(div="nearest")) if rounding == "stochastic" else {}
    for model, until in ((rb.models.izhikevich().replace(I=10), 30), (growing, 6)):
        machine = rb.emulate(model, word, until, 0.1, fit="report", **more)
        same_as_the_definition(machine)
    ratio = rb.Model("ratio", "x' = 1/(2 + y) - x\ny' = x - y", start=dict(x=1, y=2))
    same_as_the_definition(rb.emulate(ratio, word, 10, 0.25, fit="report", **more))


def test_more_bits_come_nearer():
    """Hodgkin and Huxley's axon, whose products fit: mostly the constants' error, which falls."""
    model = rb.models.hodgkin_huxley().replace(I=10)
    errors = []
    for fraction in (15, 23):
        word = rb.QFormat(14, fraction, rounding="nearest")
        machine = rb.emulate(model, word, 8, 0.02)
        errors.append(np.abs(machine["V"] - machine.double["V"]).max())
    assert errors[1] < errors[0] / 20


def test_stochastic_quotients_of_long_words_are_refused():
    model = rb.Model("ratio", "x' = 1/(2 + x)", start=dict(x=1))
    with pytest.raises(rb.RheobaseError, match="roundings=dict"):
        rb.emulate(model, rb.QFormat(20, 20, rounding="stochastic"), 1)


def noisy(amplitude):
    return rb.Model(
        "N", "x' = -x", parameters=dict(s=amplitude), start=dict(x=0), noise=dict(x="s")
    )


@pytest.mark.parametrize(("amplitude", "fraction"), [(3e8, 0), (2e6, 6), (300, 22)])
def test_noise_of_long_words(amplitude, fraction):
    word = rb.QFormat(49 - fraction if fraction < 22 else 17, fraction)
    same_as_the_definition(rb.emulate(noisy(amplitude), word, until=20, step=1, scheme="euler"))


def test_noise_whose_product_is_too_long_is_refused():
    with pytest.raises(rb.InvalidArgument, match="more than 62 bits, since noise"):
        rb.emulate(noisy(3e8), rb.QFormat(37, 12), until=5, step=1, scheme="euler")


def test_noise_in_words_without_a_sign_is_refused():
    word = rb.QFormat(17, 15, signed=False)
    with pytest.raises(rb.InvalidArgument, match="noise is negative"):
        rb.emulate(noisy(1), word, until=2, scheme="euler", fit="report")
