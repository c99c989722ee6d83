"""Text -> SymPy -> text -> SymPy: the same expression; SymPy's own classes: the same values."""

import mpmath
import pytest
import rheobase as rb
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rheobase.dynamics import nonsmooth
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.scope import symbol
from rheobase.dynamics.writer import write, write_equations

NAMES = ("x", "y", "E", "lambda", "V_m")
EQUATIONS = read_equations("x' = 0", NAMES[1:], {"x"})
X, Y = symbol("x"), symbol("y")

BOUNDED = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def texts():
    """Sentences of the language, with their brackets."""
    leaves = st.one_of(
        st.sampled_from(NAMES),
        st.sampled_from(["0", "1", "2", "0.5", "1e-3", "3.25", "100", "pi", "t"]),
    )

    def grown(inner):
        one = st.sampled_from(
            (
                *("-({})", "exp({})", "sin({})", "tanh({})", "abs({})", "sqrt({})", "floor({})"),
                *("({})^2", "({})^(-1)", "({})^0.5", "1/({})", "not ({})", "sigmoid({})"),
                *("atan({})", "step({})", "log({})", "cosh({})", "sign({})", "heaviside({})"),
                *("tan({})", "asin({})", "2^({})"),
            )
        )
        two = st.sampled_from(
            (
                *("({}) + ({})", "({}) - ({})", "({})*({})", "({})/({})", "({})^({})"),
                *("min({}, {})", "max({}, {})", "({}) < ({})", "({}) >= ({})", "({}) == ({})"),
                *("mod({}, {})", "({}) and ({})", "({}) or ({})", "where(({}) > 1, {}, 2)"),
            )
        )
        return st.one_of(
            st.builds(lambda f, a: f.format(a), one, inner),
            st.builds(lambda f, a, b: f.format(a, b), two, inner, inner),
        )

    return st.recursive(leaves, grown, max_leaves=10)


@BOUNDED
@given(texts())
def test_what_is_written_reads_back(text):
    try:
        expression = EQUATIONS.read(text)
    except rb.EquationError:
        return
    assert EQUATIONS.read(write(expression)) == expression


@pytest.mark.parametrize(
    "text, written",
    [
        ("1/(1 + exp(-x))", "1/(1 + exp(-x))"),
        ("g*(x - E)", "g*(-E + x)"),
        ("-x^2/3", "-x^2/3"),
        ("x^0.5", "sqrt(x)"),
        ("x^1.5/y", "x^(3/2)/y"),
        ("x^-2", "1/x^2"),
        ("x^y", "x^y"),
        ("(x^y)^E", "(x^y)^E"),
        ("2^-x", "2^(-x)"),
        ("(1/3)^x", "(1/3)^x"),
        ("2*x/(3*y)", "2*x/y/3"),
        ("-1", "-1"),
        ("-2/3*x", "-2*x/3"),
        ("max(x, min(y, 1))", "max(x, min(y, 1))"),
        ("x > 1 and y <= 2", "(1 < x)*(y <= 2)"),
        ("abs(x)", "abs(x)"),
        ("sqrt(x^2)", "abs(x)"),
        ("pi*t", "pi*t"),
        ("exp(1)", "exp(1)"),
    ],
)
def test_text_is_readable(text, written):
    read = read_equations("x' = 0", ("y", "E", "g"), {"x"}).read
    answer = write(read(text))
    assert read(answer) == read(text)
    assert sorted(answer) == sorted(written)  # the order of terms is SymPy's


def value(expression, x, y):
    """SymPy's own numerical value, 30 digits."""
    return mpmath.mpf(sympy.N(expression.subs({X: x, Y: y}), 30))


def ours(expression, x, y):
    """The value of our functions, by SymPy's equivalents."""
    same = {
        nonsmooth.absolute: sympy.Abs,
        nonsmooth.maximum: sympy.Max,
        nonsmooth.minimum: sympy.Min,
        nonsmooth.floor: sympy.floor,
        nonsmooth.sign: sympy.sign,
        nonsmooth.mod: sympy.Mod,
        nonsmooth.heaviside: sympy.Heaviside,
        nonsmooth.step: lambda u: sympy.Heaviside(u, 1),
    }
    for mine, theirs in same.items():
        expression = expression.replace(mine, theirs)
    relations = (sympy.Lt, sympy.Le, sympy.Eq, sympy.Ne)
    expression = expression.replace(
        nonsmooth.truth,
        lambda kind, a, b: sympy.Piecewise((1, relations[int(kind)](a, b)), (0, True)),
    )
    expression = expression.replace(
        nonsmooth.where, lambda c, a, b: sympy.Piecewise((a, sympy.Ne(c, 0)), (b, True))
    )
    return value(expression, x, y)


@pytest.mark.parametrize(
    "expression",
    [
        sympy.Float("0.1") * X + sympy.Float("1e-20"),
        sympy.Piecewise((X, X < 1), (Y, X < 2), (X * Y, True)),
        sympy.Piecewise((X, (X < 1) & (Y > 0)), (Y, (X >= 2) | (Y < -1)), (1, True)),
        sympy.Piecewise((X, ~((X > 1) & (Y > X))), (2, True)),
        sympy.Piecewise((1, sympy.Eq(X, 1)), (2, sympy.Ne(Y, X)), (3, True)),
        sympy.Max(X, Y, 1) - sympy.Min(X, 2 * Y),
        sympy.Heaviside(X) + sympy.Heaviside(Y - 1, 1) + sympy.Heaviside(X - Y, 0),
        sympy.sign(X) * sympy.Abs(Y) + sympy.floor(X * 3) - sympy.ceiling(Y * 3),
        sympy.Mod(X, Y),
        sympy.sec(X) + sympy.csc(X) + sympy.cot(Y),
        sympy.sech(X) + sympy.csch(X) - sympy.coth(Y),
        sympy.asinh(X) + sympy.acosh(2 + Y**2) + sympy.atanh(X / 10),
        sympy.E**X + sympy.exp(2) + sympy.pi,
        sympy.sqrt(2) * X ** sympy.Rational(2, 3),
        2 * (X + Y) ** -2 / 3,
        -((X + 1) / (Y - 3)),
        sympy.Mul(2, X + Y, evaluate=False),
        sympy.Rational(1, 3) ** X,
        (sympy.Float(0.3) * X) ** sympy.Float(1.5),
    ],
    ids=str,
)
def test_sympy_keeps_its_value(expression):
    read = EQUATIONS.read(write(expression))
    for x, y in ((0.7, 1.3), (1.0, 2.5), (2.25, 0.4)):
        x, y = sympy.Rational(str(x)), sympy.Rational(str(y))
        expected = value(expression, x, y)
        assert mpmath.almosteq(ours(read, x, y), expected, rel_eps=1e-15, abs_eps=1e-15)


def test_models_from_sympy_are_models_from_text():
    v, w, time = sympy.symbols("v w t", positive=True)
    current = sympy.Symbol("I")
    model = rb.Model(
        "FitzHugh-Nagumo",
        {
            "v": v - v**3 / 3 - w + current + sympy.sin(time),
            "w'": (v - w) / 10,
            "a": 2 * v,
            "f(q)": "q",
        },
        parameters=dict(I=0.5),
        start=dict(v=0, w=0),
    )
    same = rb.Model(
        "FitzHugh-Nagumo",
        "v' = v - v^3/3 - w + I + sin(t)\nw' = (v - w)/10\na = 2*v\nf(q) = q",
        parameters=dict(I=0.5),
        start=dict(v=0, w=0),
    )
    assert model.structure == same.structure
    assert not model.autonomous
    assert all(s.is_real for s in model.equations["v"].free_symbols)
    step = rb.Model.map("m", {"x": 2 * sympy.Symbol("x")}, start=dict(x=1))
    assert step.equations["x"] == 2 * X


def refused(right, left="x"):
    with pytest.raises(rb.EquationError) as caught:
        rb.Model("m", {left: right}, start=dict(x=1), parameters=dict(y=1))
    return str(caught.value)


@pytest.mark.parametrize(
    "right, words",
    [
        (sympy.besselj(0, X), "SymPy's besselj can't be used in a model"),
        (sympy.Function("V")(X), "SymPy's V can't be used in a model"),
        (sympy.I * X, "SymPy's ImaginaryUnit can't be used"),
        (sympy.oo, "SymPy's Infinity can't be used"),
        (sympy.Derivative(sympy.Function("V")(X), X), "SymPy's Derivative can't be used"),
        (sympy.Piecewise((X, X < 1)), "a Piecewise needs a last case that always holds"),
        (
            sympy.Symbol("y + 1"),
            "the symbol 'y + 1' can't be used in a model: it is not a free name",
        ),
        (sympy.Symbol("pi"), "the symbol 'pi' can't be used in a model"),
        (sympy.Symbol("exp"), "the symbol 'exp' can't be used in a model"),
        (sympy.Symbol("z"), "unknown name 'z'"),
        (sympy.Float("1e400"), "is out of the range of doubles"),
        ([X], "x': equations are text or SymPy expressions, not list"),
        pytest.param(
            object(), "x': equations are text or SymPy expressions, not object", id="object"
        ),
        (None, "x': equations are text or SymPy expressions, not NoneType"),
        ("y +", "x': an expression is missing"),
        ("1\ny' = 2", "x': an expression was complete before"),
        (sympy.Matrix([X]), "can't be used"),
    ],
    ids=str,
)
def test_what_sympy_may_not_bring(right, words):
    message = refused(right)
    assert words in message or "the line ends" in message


def test_what_may_stand_on_the_left():
    assert "a line starts with a name" in refused(X, "1")
    assert "'=' stands once a line" in refused(X, "a = 3")
    assert "has a start value but no derivative" in refused(X, "x = 3\ny")
    assert "state 'z' has no start value" in refused(X, "z'")


def test_a_text_may_have_lines_and_comments():
    text = write_equations({"x": "y + # why\n1", "a": "2"}, {"x"}, "flow")
    assert read_equations(text, ("y",), {"x"}).rates["x"] == Y + 1


def test_nesting_that_no_stack_can_hold():
    deep = X
    for _ in range(3000):
        deep = sympy.Add(sympy.sin(deep, evaluate=False), 1, evaluate=False)
    with pytest.raises(rb.EquationError, match="nested too deeply to be written"):
        write(deep)


def test_long_sums_are_written_in_linear_time():
    total = sympy.Add(*(symbol(f"k{i}") * X for i in range(3000)))
    assert write(total).count("+") == 2999
