"""Text into SymPy: definitions, functions, names, guards against what no double can hold."""

import pytest
import rheobase as rb
import sympy
from effort import effort
from rheobase.dynamics import builder
from rheobase.dynamics.builder import MAX_DEPTH, MAX_SIZE
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.scope import symbol

x, k, a = map(symbol, ("x", "k", "a"))


def read(text, parameters=("k",), started=("x",), kind="flow"):
    return read_equations(text, parameters, started, kind)


def refused(text, parameters=("k",), started=("x",), kind="flow"):
    with pytest.raises(rb.EquationError) as caught:
        read(text, parameters, started, kind)
    return caught.value


def test_definitions_in_any_order():
    equations = read("b = a^2\nx' = b + x\na = 2*x")
    assert list(equations.definitions) == ["a", "b"]
    assert equations.rates["x"] == symbol("b") + x
    assert equations.full_rates["x"] == 4 * x**2 + x
    assert equations.full_definitions["b"] == 4 * x**2


def test_functions_have_arguments_of_their_own():
    equations = read("x' = f(k, x) + f(x, 1)\nf(x, y) = g(x)/y\ng(z) = z*w\nw = 3")
    assert equations.full_rates["x"] == 3 * k / x + 3 * x


def test_order_of_definitions_does_not_matter():
    lines = ["x' = c + d", "c = a*x", "d = f(c)", "a = 2", "f(u) = u + a"]
    first = rb.Model("m", "\n".join(lines), start=dict(x=1))
    second = rb.Model("m", "\n".join(lines[::-1]), start=dict(x=1))
    assert list(first.definitions) == list(second.definitions)
    assert first.structure == second.structure


def test_sympy_sees_real_symbols_and_exact_numbers():
    rate = read("x' = 0.1*(x + 40)/(1 - exp(-0.1*(x + 40)))").full_rates["x"]
    assert not rate.atoms(sympy.Float)
    assert sympy.simplify(rate - (x / 10 + 4) / (1 - sympy.exp(-x / 10 - 4))) == 0
    assert (
        read("x' = sqrt(x^2)").rates["x"]
        == rb.Model("m", "x' = abs(x)", start=dict(x=1)).equations["x"]
    )


def test_time_and_pi():
    rate = read("x' = sin(2*pi*t)").rates["x"]
    assert rate == sympy.sin(2 * sympy.pi * symbol("t"))


def test_maps_update_started_names():
    equations = read("x = a*x\na = k\ny' = x", started=("x", "y"), kind="map")
    assert equations.states == ("x", "y")
    assert equations.full_rates["x"] == k * x


@pytest.mark.parametrize(
    "text, words, line, column",
    [
        ("", "there are no equations: the text is empty", 1, 1),
        ("\n # nothing\n", "there are no equations: the text is empty", 1, 1),
        ("a = 1", "'x' has a start value but no equation", 1, 1),
        ("x' = y", "unknown name 'y'. A parameter needs a value: parameters={'y': ...}", 1, 6),
        ("x' = b\nbb = 1", "unknown name 'b'. Did you mean 'bb'?", 1, 6),
        ("x' = 1\nx' = 2", "'x' is already given in line 1", 2, 1),
        ("x' = 1\na = 1\n\na = 2", "'a' is already given in line 2", 4, 1),
        ("x' = 1\na = 1\na(b) = 2", "'a' is already given in line 2", 3, 1),
        ("x' = 1\nk = 2", "'k' is a parameter and can't have an equation as well", 2, 1),
        ("x' = 1\nk' = 2", "'k' is a parameter and can't have an equation as well", 2, 1),
        ("x' = 1\ny' = 2", "state 'y' has no start value; add it: start={'y': ...}", 2, 1),
        (
            "X' = 1",
            "state 'X' has no start value; add it: start={'X': ...}. Did you mean 'x'?",
            1,
            1,
        ),
        ("x = 1", "'x' has a start value but no derivative: write x' = ...", 1, 1),
        ("x(a) = a", "'x' has a start value but no derivative", 1, 1),
        (
            "x' = 1\nexp = 2",
            "'exp' is a built-in function and can't be given another meaning",
            2,
            1,
        ),
        ("x' = 1\npi = 3", "'pi' is a number and can't be given another meaning", 2, 1),
        ("x' = 1\nt = 3", "'t' is time and can't be given another meaning", 2, 1),
        ("x' = 1\nnot(a) = a", "'not' is an operator and can't be given another meaning", 2, 1),
        ("x' = 1\nf(t) = t", "'t' can't be the name of an argument", 2, 3),
        ("x' = exp", "'exp' is a function: write exp(...)", 1, 6),
        ("x' = f\nf(a) = a", "'f' is a function: write f(...)", 1, 6),
        ("x' = k(x)", "'k' is not a function; write '*' for products", 1, 6),
        ("x' = exq(x)", "unknown function 'exq'. Did you mean 'exp'?", 1, 6),
        ("x' = exp(x, 1)", "exp takes 1 argument, not 2", 1, 6),
        ("x' = mod(x)", "mod takes 2 arguments, not 1", 1, 6),
        ("x' = max()", "max takes 1 to 64 arguments, not 0", 1, 6),
        ("x' = f(x)\nf(a, b) = a*b", "f takes 2 arguments, not 1", 1, 6),
        ("x' = a\na = b\nb = c\nc = a", "these definitions go round in a circle: ", 2, 1),
        ("x' = 1\nf(a) = f(a - 1)", "these definitions go round in a circle: f -> f", 2, 1),
        ("x' = 1\nf(a) = q", "unknown name 'q'", 2, 8),
        ("x' = 1/0", "this constant is infinite, undefined or not real", 1, 7),
        ("x' = x/(k - k)", "this constant is infinite, undefined or not real", 1, 7),
        ("x' = log(-1)", "the log of a negative number is not real", 1, 6),
        ("x' = sqrt(-1)", "the sqrt of a negative number is not real", 1, 6),
        ("x' = (-8)^(1/3)", "this constant is infinite, undefined or not real", 1, 10),
        ("x' = log(0)", "this constant is infinite, undefined or not real", 1, 6),
        ("x' = asin(2)", "this constant is infinite, undefined or not real", 1, 6),
        ("x' = tan(pi/2)", "this constant is infinite, undefined or not real", 1, 6),
        ("x' = mod(x, 0)", "the remainder of a division by zero is undefined", 1, 6),
        ("x' = (-2)^x", "a negative number to a variable power is not smooth, or not real", 1, 10),
        ("x' = 0^x", "zero to a variable power is not smooth", 1, 7),
        ("x' = 9^9^9^9", "this power is too large to be a double", 1, 9),
        ("x' = 3^(x + 1e300)", "this power is too large to be a double", 1, 7),
        ("x' = (2*x)^100000", "this power is too large to be a double", 1, 11),
        ("x' = (x^1000)^10000", "this power is too large to be a double", 1, 14),
        ("x' = exp(exp(exp(9)))", "this exponential is out of the range of doubles", 1, 10),
        ("x' = exp(1e5*log(3) + x)", "this exponential is out of the range of doubles", 1, 6),
        ("x' = 1e400", "this number is out of the range of doubles (1e-308 to 1e308)", 1, 6),
        ("x' = 1e-400", "this number is out of the range of doubles (1e-308 to 1e308)", 1, 6),
        ("x' = 1e99999999999", "this number is out of the range of doubles", 1, 6),
        ("x' = 1" + "0" * 401, "this number has more than 400 digits", 1, 6),
        ("x' = 1e200*1e200", "this constant is infinite, undefined or not real", 1, 6),
        ("x' = sqrt(-x^2)", "this expression is not real wherever it is evaluated", 1, 6),
    ],
)
def test_refusals_say_what_and_where(text, words, line, column):
    error = refused(text)
    assert words in error.reason
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize(
    "definitions, words",
    [
        ("a = 10^300\nb = 9^a", "this power is too large"),
        ("a = 2\nb = 1/(a - 2)", "this constant is infinite"),
        ("a = -1\nb = log(a)", "the log of a negative number"),
        ("a = 1000\nb = exp(a)", "this exponential is out of the range"),
        ("a = 1e200\nb = a*a", "this constant is infinite"),
        ("a = 1e300\nb = 3^(x + a)*3^(a - x)", "this power is too large"),
        ("a = 0\nb = mod(x, a)", "division by zero"),
    ],
)
def test_constants_are_checked_through_definitions(definitions, words):
    error = refused("x' = b\n" + definitions)
    assert words in error.reason
    assert error.line == 3


def test_a_flow_without_derivatives_and_a_map_without_updates():
    assert "there is no derivative (a line x' = ...)" in refused("a = 1", started=()).reason
    error = refused("a = 1", started=(), kind="map")
    assert "there is no update of a started name" in error.reason


def test_depth_size_and_work_of_what_is_written_out(monkeypatch):
    chain = "x' = a999\na0 = x\n" + "\n".join(f"a{i + 1} = a{i} + 1" for i in range(1000))
    assert f"nested over {MAX_DEPTH} levels deep" in refused(chain).reason
    squares = "x' = a40\na0 = x\n" + "\n".join(f"a{i + 1} = sin(a{i})*a{i}" for i in range(40))
    assert f"written out, this has more than {MAX_SIZE} parts" in refused(squares).reason
    doubling = "x' = f40(x)\nf0(u) = u\n" + "\n".join(
        f"f{i + 1}(u) = f{i}(u)*k + f{i}(u)" for i in range(40)
    )
    assert "written out" in refused(doubling).reason
    forwarding = "x' = f999(x)\nf0(u) = u\n" + "\n".join(
        f"f{i + 1}(u) = f{i}(u)" for i in range(1000)
    )
    assert "written out" in refused(forwarding).reason
    monkeypatch.setattr(builder, "MAX_WORK", 5000)
    for many in (
        "+".join(f"sin({i}*x)" for i in range(400)),
        "exp(" + "+".join(f"x^{i}" for i in range(200)) + ")",
    ):
        assert "the equations have more than 5000 parts" in refused(f"x' = {many}").reason


def test_rationals_with_too_many_digits():
    harmonic = " + ".join(f"k/{2 * i + 12345}" for i in range(4000))
    assert "a constant in here has more than 2000 digits" in refused(f"x' = {harmonic}").reason
    powers = "*".join(f"x^(1/{2 * i + 12345})" for i in range(2000))
    assert "a constant in here has more than 2000 digits" in refused(f"x' = {powers}").reason
    squaring = "f0(u) = u*1.0000000000000000001\n" + "\n".join(
        f"f{i + 1}(u) = f{i}(u)*f{i}(1)" for i in range(14)
    )
    assert "a constant in here has more than" in refused(f"x' = f13(x)\n{squaring}").reason


@pytest.mark.parametrize(
    "right",
    [
        " + ".join(f"{i}*x^{i % 7}*k" for i in range(5000)),
        " + ".join("x" for _ in range(20_000)),
        "*".join("x" for _ in range(20_000)),
        " and ".join(f"x > {i}" for i in range(2000)),
        " + ".join(f"1/{i + 1}.5" for i in range(400)),
        "+".join("sqrt(x + 1)" for _ in range(5000)),
        "max(" + ",".join("x" for _ in range(64)) + ")",
    ],
    ids=lambda text: text[:12],
)
def test_long_texts_are_read_with_bounded_effort(right):
    def read():
        model = rb.Model("m", f"x' = {right}", parameters=dict(k=1), start=dict(x=1))
        assert model.structure

    effort(read, most=20_000_000)


def test_nothing_is_evaluated():
    for text in ("x' = __import__('os')", "x' = eval(x)", "x' = x.__class__", "x' = (lambda: 0)()"):
        refused(text)


def test_expressions_in_the_names_of_a_model():
    equations = read("x' = a\na = 2*x")
    assert equations.read("a + k") == 2 * x + k
    with pytest.raises(rb.EquationError, match="unknown name 'q'"):
        equations.read("q")
    with pytest.raises(rb.EquationError, match="column 1: the drive: unknown name 'q'"):
        equations.read("q", "the drive")
