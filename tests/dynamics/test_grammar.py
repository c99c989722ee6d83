"""Text into trees: precedence, lines, names and places."""

import math
import unicodedata

import pytest
import rheobase as rb
from effort import effort
from rheobase.dynamics.constants import value
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.grammar import MAX_DEPTH, expression, statements
from rheobase.dynamics.tokens import MAX_LENGTH, is_name, tokens


def number(text, **values):
    """The value of an expression in given names, as a double."""
    read = read_equations("x' = 0", values, {"x"}).read(text)
    return value(read, {s: values[s.name] for s in read.free_symbols})


@pytest.mark.parametrize(
    "text, expected",
    [
        ("-2^2", -4),
        ("2^-1", 0.5),
        ("2^3^2", 512),
        ("2**3**2", 512),
        ("(-2)^2", 4),
        ("2^-1^2", 0.5),
        ("-2^-2", -0.25),
        ("8/4/2", 1),
        ("8/4*2", 4),
        ("8 - 4 - 2", 2),
        ("8 - (4 - 2)", 6),
        ("2 - -3", 5),
        ("2 - - - 3", -1),
        ("+-+3", -3),
        ("2*-3^2", -18),
        ("-a*b", -6),
        ("a*-b + 1", -5),
        ("1e3", 1000),
        (".5 + 1.", 1.5),
        ("1.5E-2", 0.015),
        ("1 < 2", 1),
        ("1 < 2 < 3", 1),
        ("1 < 3 < 2", 0),
        ("2 == 2 and 1 != 1", 0),
        ("2 == 2 or 1 != 1", 1),
        ("1 < 2 | 1 > 2 & 1 > 2", 1),
        ("not 1 > 2", 1),
        ("not (a) > b", 1),
        ("not not a > b", 0),
        ("not -a > b", 1),
        ("not a > b and a < b", 1),
        ("2*not a + 1", 1),
        ("1 + 2 < 4", 1),
        ("a and b", 1),
        ("a and 0", 0),
        ("0 or b", 1),
        ("where(a < b, a, b)", 2),
        ("where(a > b, a, b)", 3),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("mod(-1, 3) + mod(1, -3)", 0),
        ("floor(-1.5)", -2),
        ("heaviside(0) + heaviside(-1) + heaviside(2)", 1.5),
        ("step(0) + step(-1)", 1),
        ("sign(-3) + sign(0) + sign(4)", 0),
        ("abs(-3)", 3),
        ("sigmoid(0)", 0.5),
        ("sqrt(a^2)", 2),
        ("a − b × a · b ⋅ 1", -16),
        ("a ≤ b and b ≥ a and a ≠ b", 1),
        ("0.1 + 0.2 == 0.3", 1),
    ],
)
def test_precedence_and_values(text, expected):
    assert number(text, a=2.0, b=3.0) == pytest.approx(expected, rel=1e-15, abs=0)


@pytest.mark.parametrize(
    "name",
    [
        *("I", "E", "S", "N", "Q", "O", "C", "lambda", "gamma", "beta", "exp_rate", "zeta"),
        *("pi_0", "True", "None", "def", "if", "oo", "zoo", "nan", "Symbol", "import", "is"),
        *("e", "E1", "inf", "re", "im", "Integer", "symbols", "_", "__class__", "print"),
        *("τ", "λ", "V∞", "g_Na", "Ä", "变量", "ñ", "x1"),
    ],
)
def test_any_identifier_is_a_name(name):
    assert is_name(name)
    model = rb.Model("m", f"x' = {name}*x + {name}", parameters={name: 3}, start=dict(x=1))
    (symbol,) = {s for s in model.equations["x"].free_symbols if s.name != "x"}
    assert symbol.name == name
    assert symbol.is_Symbol
    assert model.equations["x"].diff(symbol) == model._system.state_symbols[0] + 1
    as_state = rb.Model("m", f"{name}' = -{name}", start={name: 1})
    assert as_state.states == (name,)


def test_names_are_nfc():
    composed, decomposed = "\u00e4", "a\u0308"
    assert unicodedata.normalize("NFC", decomposed) == composed
    model = rb.Model(
        "m",
        f"x' = {decomposed}*x",
        parameters={composed: 2},
        start={"x": 1},
        units={decomposed: "s"},
    )
    assert list(model.parameters) == [composed]
    assert model.replace({decomposed: 4}).parameters[composed] == 4
    ohm = rb.Model("m", "x' = \u2126*x", parameters={"\u03a9": 2}, start=dict(x=1))
    assert list(ohm.parameters) == ["\u03a9"]


def test_the_middle_dot_multiplies():
    """U+00B7 may stand inside a Unicode identifier; here it is an operator."""
    assert [t.text for t in tokens("g·V")[:3]] == ["g", "*", "V"]
    assert not is_name("g·V")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_and_comments(newline):
    text = newline.join(
        ["# a comment ' ( [", "", "x' = max(a,   # inside", "  b", ")  # end", "", "a = 1", "b = 2"]
    )
    found = statements(text)[1]
    assert [s.name.text for s in found] == ["x", "a", "b"]
    assert [s.name.line for s in found] == [3, 7, 8]


def test_long_chains_are_flat():
    for operator in ("+", "-", "*", "/", " and ", " or "):
        tree = expression(operator.join(["a"] * 15_000))[1]
        assert len(tree.parts) == 15_000


def test_the_work_of_parsing_grows_linearly():
    short, long = (effort(expression, " + ".join(["a*b"] * count)) for count in (1000, 16_000))
    assert long <= 16 * short


def reason(text):
    with pytest.raises(rb.EquationError) as caught:
        statements(text)
    return caught.value


@pytest.mark.parametrize(
    "text, words, line, column",
    [
        ("x' = 2 3", "an operator is missing before '3'", 1, 8),
        ("x' = 2x", "an operator is missing before 'x'", 1, 7),
        ("x' = (a)(b)", "an operator is missing before '('", 1, 9),
        ("x' = (a + b", "this '(' is never closed", 1, 6),
        ("x' = a + b)", "this ')' closes nothing", 1, 11),
        ("x' = (a + b]", "this ']' does not close '('", 1, 12),
        ("x' = [a + b]", "'[' is not expected here", 1, 6),
        ("x' = a = b", "'=' stands once a line; to compare, write '=='", 1, 8),
        ("x' = max(a = b, c)", "'=' stands once a line", 1, 12),
        ("x' =", "the line ends where a value is expected", 1, 5),
        ("y = 1\nx' = 3 +", "the line ends where a value is expected", 2, 9),
        ("x' = * 3", "'*' is not expected here", 1, 6),
        ("x' = max(a,)", "')' is not expected here", 1, 12),
        ("x' = max(a b)", "an operator is missing before 'b'", 1, 12),
        ("x' = and b", "a condition is missing before 'and'", 1, 6),
        ("x'' = 1", "second derivatives are written as two equations: x' = v and v' = ...", 1, 3),
        ("dx/dt = 1", "a derivative is written x' = ..., not dx/dt", 1, 1),
        ("x' 1", "expected '=' after the left side, found '1'", 1, 4),
        ("x == 1", "expected '=' after the left side, found '=='", 1, 3),
        ("x", "expected '=' after the left side, found the end of the line", 1, 2),
        ("3 = x", "a line starts with a name, not with '3'", 1, 1),
        ("= x", "a line starts with a name, not with '='", 1, 1),
        ("x' = y'", "a derivative stands only on the left of '='", 1, 6),
        ("f(a, a) = a", "argument 'a' stands twice", 1, 6),
        ("f(1) = a", "an argument is a name, not '1'", 1, 3),
        ("f(a b) = a", "the arguments of a function are separated by commas", 1, 5),
        ("f() = a", "a function has at least one argument", 1, 2),
        ("x' = a ? b", "unexpected character '?'", 1, 8),
        ("x' = a.b", "unexpected character '.'", 1, 7),
        ("x' = a; y = 2", "unexpected character ';'", 1, 7),
        ("x' = 'a'", '"\'" is not expected here', 1, 6),
        ("x' = 1 \N{NO-BREAK SPACE}", "unexpected character '\\xa0'", 1, 8),
        ("x' = ٣", "unexpected character", 1, 6),
    ],
)
def test_errors_say_what_and_where(text, words, line, column):
    error = reason(text)
    assert words in error.reason
    assert (error.line, error.column) == (line, column)


def test_depth_and_length_are_bounded():
    deep = MAX_DEPTH - 2
    statements("x' = " + "(" * deep + "a" + ")" * deep)
    for opening, closing in (("(", ")"), ("exp(", ")"), ("-(", ")"), ("2^", ""), ("not ", "")):
        error = reason("x' = " + opening * 10_000 + "a" + closing * 10_000)
        assert f"nested deeper than {MAX_DEPTH} levels; give the inner parts names" in error.reason
    assert f"at most {MAX_LENGTH} are read" in reason("x" * (MAX_LENGTH + 1)).reason
    with pytest.raises(rb.EquationError, match="equations are text, not int"):
        statements(3)


def test_one_expression_is_one_expression():
    assert expression("a +\n b")[1].kind == "+"
    with pytest.raises(rb.EquationError, match="an expression is missing: the text is empty"):
        expression("  # nothing")
    with pytest.raises(rb.EquationError, match="an expression was complete before 'b'"):
        expression("a b")


def test_numbers_are_exact():
    read = read_equations("x' = 0", (), {"x"}).read
    assert read("0.1") * 10 == 1
    assert read("1e-3") * 1000 == 1
    assert read("123456789.123456789") * 10**9 == 123456789123456789
    assert read("0e999999") == 0
    assert read("0." + "0" * 300 + "1") * 10**301 == 1
    assert math.isclose(value(read("5e-324")), 5e-324)
