"""Models with the machine's constants: what is rounded, what is not, and what it does to onsets."""

from fractions import Fraction

import pytest
import rheobase as rb
import sympy

WORD = rb.QFormat(16, 15)


def test_the_onsets_of_the_rounded_neuron():
    """SPINNAKER, section 8, closed form: v_H = (a-5)/(2 k1), I_H = b v_H - k1 v_H^2 - 5 v_H - 140,
    I_SN = (5-b)^2/(4 k1) - 140: 3.7975 and 4.0 with true constants, 3.7660 and 3.9685 with those
    of s16.15 and k1 = 1311/32768.
    """
    exact = rb.models.izhikevich()
    for model, k1, hopf, fold in (
        (exact, 0.04, 3.7975, 4.0),
        (rb.quantize(exact, WORD), 1311 / 32768, 3.7660, 3.9685),
    ):
        a, b = model.parameters["a"], model.parameters["b"]
        v = (a - 5) / (2 * k1)
        closed = b * v - k1 * v**2 - 5 * v - 140, (5 - b) ** 2 / (4 * k1) - 140
        assert closed == pytest.approx((hopf, fold), abs=5e-5)
        rest = rb.continue_equilibria(model, "I", (0, 5))
        found = rest.first("hopf").parameters["I"], rest.first("fold").parameters["I"]
        assert found == pytest.approx(closed, abs=1e-8)


def test_every_constant_is_a_word_and_exponents_stay():
    model = rb.Model(
        "cubic",
        "x' = 0.1*x^0.3 - k*x**(-0.7) + 2.3e-2*f(x)^(0.1 + 0.2*exp(0.1)) # 0.1 in a comment\n"
        "f(y) = y/1.7",
        parameters=dict(k=0.3),
        start=dict(x=0.7),
        reset=rb.Reset("x > 0.9", x="0.1*x^0.5", refractory="0.3"),
        noise=dict(x="0.7*k"),
        natural=("k", (0.1, 0.7)),
    )
    rounded = rb.quantize(model, rb.QFormat(4, 10))
    tenth, x = sympy.Rational(102, 1024), sympy.Symbol("x", real=True)
    k = sympy.Symbol("k", real=True)
    seventeen = sympy.Rational(1741, 1024)
    exponent = sympy.Rational(1, 10) + sympy.Rational(1, 5) * sympy.exp(sympy.Rational(1, 10))
    expected = (
        tenth * x ** sympy.Rational(3, 10)
        - k * x ** sympy.Rational(-7, 10)
        + sympy.Rational(24, 1024) * (x / seventeen) ** exponent
    )
    assert sympy.simplify(rounded.equations["x"] - expected) == 0
    assert rounded.parameters["k"] == 307 / 1024
    assert Fraction(rounded.reset.condition.split()[-1]) == Fraction(922, 1024)
    assert rounded.reset.assignments["x"] == "0.099609375*x^0.5"
    assert rounded.reset.refractory == "0.2998046875"
    assert rounded.noise["x"] != model.noise["x"]
    assert dict(rounded.start) == dict(model.start)
    assert rounded.natural == model.natural
    assert rounded.name == "cubic, constants in s4.10"
    again = rb.quantize(rounded, rb.QFormat(4, 10))
    assert again.equations == rounded.equations  # idempotent
    assert again.parameters == rounded.parameters


def test_literals_are_truncated():
    """SPINNAKER, section 7: 0.04 as a literal truncates to 1310, rounded it is 1311."""
    model = rb.models.izhikevich()
    assert f"{1310 / 32768}*v^2" in rb.quantize(model, WORD, constants="literal").text
    assert f"{1311 / 32768}*v^2" in rb.quantize(model, WORD).text


def test_every_model_of_the_library_in_a_wide_word():
    """With 40 bits behind the point nothing vanishes and nothing moves by more than half a step."""
    wide = rb.QFormat(23, 40)
    for entry in rb.models.catalog():
        model = rb.models.named(entry.name)
        rounded = rb.quantize(model, wide)
        assert rounded.states == model.states
        for name, value in model.parameters.items():
            assert abs(rounded.parameters[name] - value) <= 2.0**-41


def test_what_cannot_be_a_constant_is_refused():
    small = rb.Model("small", "x' = -k*x", parameters=dict(k=1e-6), start=dict(x=1))
    with pytest.raises(rb.InvalidArgument, match=r"k = 1e-06 becomes 0 in s16\.15"):
        rb.quantize(small, WORD)
    large = rb.Model("large", "x' = -70000*x", start=dict(x=1))
    with pytest.raises(rb.InvalidArgument, match=r"number 70000 doesn't fit into s16\.15"):
        rb.quantize(large, WORD)
    with pytest.raises(rb.UnknownName, match="'hosts' is not a way to round constants"):
        rb.quantize(small, WORD, constants="hosts")
    cell, short = rb.models.izhikevich(), rb.QFormat(16, 15)
    assert rb.quantize(cell, short, "truncate") == rb.quantize(cell, short, "literal")
    with pytest.raises(rb.InvalidArgument, match="takes a QFormat, not 16"):
        rb.quantize(small, 16)
