"""Compiled programs against their definition in plain integers; tables against mpmath."""

import mpmath
import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from machine_cases import cases, emulated
from rheobase.hardware.machine import interpreter
from rheobase.hardware.machine.graph import shown


@settings(max_examples=50, deadline=None)
@given(cases())
def test_the_kernel_gives_the_definition_s_bits(case):
    model, *_, seed = case
    machine = emulated(case)
    if machine is None:
        return
    counts, stopped = {}, None
    states = len(model.states)
    steps = interpreter.run(machine.program, 30, seed)
    for k in range(30):
        try:
            words, lost = next(steps)
        except interpreter.DivisionByZero as zero:
            stopped = zero.args[0]
            break
        assert words[:states] == machine.words[k + 1].tolist(), k
        for number in lost:
            counts[number] = counts.get(number, 0) + 1
    if stopped is None:
        assert {o.operation: o.count for o in machine.overflows} == counts
    else:
        assert machine.status is rb.Status.NOT_FINITE
        assert machine.program.operations[stopped].text in machine.message


@pytest.mark.parametrize(
    ("verb", "words", "text"),
    [
        ("sub", ("140", "u + h u'"), "140 - (u + h u')"),
        ("sub", ("a - b", "c*(d + e)"), "a - b - c*(d + e)"),
        ("add", ("8", "u - v"), "8 + (u - v)"),
        ("add", ("8 - u", "v"), "8 - u + v"),
        ("mul", ("a", "b + c"), "a*(b + c)"),
        ("mul", ("a*b", "c"), "a*b*c"),
        ("div", ("a", "b*c"), "a/(b*c)"),
        ("div", ("a", "exp(b/c)"), "a/exp(b/c)"),
        ("neg", ("a - b",), "-(a - b)"),
    ],
)
def test_texts_of_operations_keep_their_brackets(verb, words, text):
    """The text, read from left to right, is what is computed."""
    assert shown(verb, words, {}) == text


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("rounding", ["floor", "nearest", "nearest-even", "zero"])
def test_words_longer_than_32_bits(rounding, overflow):
    """s16.22, the longest of the word-length sweep, whose products need 78 bits where they wrap."""
    word = rb.QFormat(16, 22, rounding=rounding, overflow=overflow)
    izhikevich = rb.models.izhikevich().replace(I=10)
    growing = rb.Model.map("growing", "x = a*x*x + 1", parameters=dict(a=40_000), start=dict(x=0))
    for model, until in ((izhikevich, 100), (growing, 4)):
        machine = rb.emulate(model, word, until, 0.1, fit="report")
        for k, (words, _) in enumerate(interpreter.run(machine.program, machine.steps)):
            assert words == machine.words[k + 1].tolist()


@pytest.mark.parametrize(
    ("text", "function", "low", "high"),
    [
        ("tanh(x)", mpmath.tanh, -4, 4),
        ("cosh(x)", mpmath.cosh, -2, 2),
        ("log(x)", mpmath.log, 0.5, 7),
        ("sin(3*x)/2", lambda x: mpmath.sin(x), -6, 6),
        ("x^1.5", lambda x: x ** mpmath.mpf(1.5), 0.25, 6),
    ],
)
@pytest.mark.parametrize("word", [rb.QFormat(5, 10), rb.QFormat(16, 15)], ids=str)
def test_tables_are_within_their_error(text, function, low, high, word):
    """The error that a table states, over all arguments of a 16-bit word, against mpmath."""
    start = dict(x=low if "sin" not in text else low / 3)
    model = rb.Model(
        "sweep", f"x' = {(high - low) / (1 if 'sin' not in text else 3)}\ny' = {text}",
        start=start | dict(y=0),
    )  # fmt: skip
    (table,) = rb.emulate(model, word, 1, 1 / 64, "euler", fit="report").program.tables
    assert table.exhaustive
    assert table.error < 1
    words = np.linspace(table.low, table.high, 997).astype(int)
    for n, found in zip(words.tolist(), table.at(words).tolist(), strict=True):
        exact = function(mpmath.mpf(n) / 2**table.fraction_in) * 2**table.fraction_out
        assert abs(found - exact) <= table.error + 1e-6


def test_what_a_table_does_not_hold_is_reported():
    """The range is seen in double precision; a machine that goes beyond says so."""
    model = rb.Model("log", "x' = -1\ny' = log(x)", start=dict(x=2, y=0))
    machine = rb.emulate(model, rb.QFormat(4, 11), 1.0, 0.125, "euler")
    (table,) = machine.program.tables
    low = table.low * 2.0**-11
    assert 0 < low < 1
    assert table.high == pytest.approx(2 * 2**11, rel=0.3)


def test_the_listing_names_every_operation():
    program = rb.emulate(rb.models.izhikevich(), until=1).program
    lines = program.listing().splitlines()
    assert sum(line.startswith("r") for line in lines) >= len(program)
    assert "r26 = r23 + r25  # " in program.listing()
    assert repr(program).startswith("<Program of Izhikevich 2003: rk2, step 0.1, s16.15; 30 oper")
