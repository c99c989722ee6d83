"""Any text gives a Model or an error of rheobase: no other exception, no hang, no execution."""

import pytest
import rheobase as rb
from effort import effort
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MOST = 20_000_000  # calls of functions for one text: generous, since the bound is on hanging
BOUNDED = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
WORDS = (
    *("x", "y", "k", "a", "f", "t", "pi", "x'", "y'", "exp", "log", "sqrt", "sin", "tan", "abs"),
    *(
        "min",
        "max",
        "mod",
        "floor",
        "where",
        "sign",
        "heaviside",
        "step",
        "sigmoid",
        "tanh",
        "acos",
    ),
    *(
        "+",
        "-",
        "*",
        "/",
        "^",
        "**",
        "(",
        ")",
        ",",
        "=",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "[",
        "]",
    ),
    *("and", "or", "not", "&", "|", "'", "\n", "\n", " ", "#", "0", "1", "2", "0.5", "9", "1e300"),
    *(
        "1e-300",
        "-1",
        "1/3",
        "λ",
        "I",
        "E",
        "lambda",
        "None",
        "__import__",
        ".",
        ";",
        "x' = ",
        "a = ",
    ),
)
VALID = (
    "x' = (k - x)*(x - a)/(1 + exp(-x))\ny' = where(x > 1 and y < 2, y, -y)\na = 0.1*f(k, 2)\n"
    "f(u, v) = max(u, v)^2 + sin(u)",
    "x' = 0.1*(x + 40)/(1 - exp(-(x + 40)/10)) # rate\ny' = abs(mod(x, k)) - sqrt(1 + y^2)*tanh(t)",
    "x' = y\ny' = -x^3 + b*floor(x)\nb = c*2\nc = sigmoid(k)/heaviside(x)",
)


def tried(text):
    """A model, with everything that is derived from its text, or an error that prints."""
    try:
        model = rb.Model("fuzz", text, parameters=dict(k=2, I=1), start=dict(x=0.5, y=-1))
        model.structure, repr(model), model.latex(), model.autonomous
        return model
    except rb.RheobaseError as error:
        str(error)
        return None


@settings(BOUNDED, max_examples=300)
@given(st.text(max_size=200))
def test_any_text(text):
    tried(text)
    tried(f"x' = {text}\ny' = 1")


@settings(BOUNDED, max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_sentences_of_the_language(words):
    tried(" ".join(words))
    tried("x' = " + " ".join(words) + "\ny' = x")


@settings(BOUNDED, max_examples=300)
@given(
    st.sampled_from(VALID),
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 6), st.sampled_from(("", *WORDS))),
        min_size=1,
        max_size=4,
    ),
)
def test_mutated_models(text, changes):
    for at, length, word in changes:
        at %= len(text)
        text = text[:at] + word + text[at + length :]
    tried(text)


@settings(BOUNDED, max_examples=60)
@given(st.text(max_size=30), st.floats(), st.text(max_size=30))
def test_any_name_and_number(name, number, text):
    for build in (
        lambda: rb.Model(name, "x' = x", parameters={name: number}, start=dict(x=1)),
        lambda: rb.Model("m", f"{name}' = 1", start={name: number}),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1), units={name: text}),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1), natural=(name, (0, number))),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1), noise={"x": text}),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1), noise={"x": {name: text}}),
        lambda: rb.Model(
            "m", "x' = 1", start=dict(x=1), reset=rb.Reset(text, assignments={name: 1})
        ),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1), reset=rb.Reset("x > 1", x=text)),
        lambda: rb.Model("m", {name: text}, start=dict(x=1)),
        lambda: rb.Model("m", "x' = 1", start=dict(x=1)).replace({name: number}),
    ):
        try:
            model = build()
            model.structure, model.digest, repr(model), model.latex()
        except rb.RheobaseError as error:
            str(error)


RADICALS = " + ".join(f"sqrt({n})" for n in (2, 3, 5, 7, 11, 13))
ADVERSARIES = {
    "nested radicals that are zero": "sqrt((sqrt(5 + 2*sqrt(6)) - sqrt(2) - sqrt(3))*x)",
    "sums of radicals": f"(({RADICALS} - 14.5)*x)^0.5",
    "powers of radicals": f"({RADICALS})^500*x",
    "huge rational powers": "(1 + 1e-300)^3*x",
    "roots of long numbers": f"sqrt({'7' * 390}) + {'3' * 290}^(1/3)",
    "logs of long numbers": f"log({'7' * 300})*x + log({'6' * 300}/{'5' * 300})",
    "sines of long numbers": f"sin({'7' * 300}*pi/{'3' * 200}) + tan(pi*{'7' * 30}/18)",
    "polynomials in disguise": "(x + k)^1000000*((x + 1)^999999 - (x - 1)^999999)",
    "quotients in disguise": "x/(exp((k + 1)^1000000*x) - 1)",
    "towers of variables": "x^x^x^x^x^x^x^x",
    "towers of exp": "exp(exp(exp(exp(exp(x)))))",
    "logs in exponents": "exp(log(x)*k + 300*log(2) + 200*log(3))",
    "nested roots": "sqrt(" * 40 + "x^2" + " + 1)" * 40,
    "nested absolute values": "abs(" * 40 + "x" + " - 1)" * 40,
    "nested choices": "where(x > 1, " * 40 + "x" + ", 2)" * 40,
    "nested sines": "sin(" * 50 + "x" + ")" * 50,
    "nested logs": "log(" * 50 + "x" + ")" * 50,
    "nested powers": "(" * 40 + "x" + " + 1)^2" * 40,
    "nested fractions": "1/(1 + " * 50 + "x" + ")" * 50,
    "nested products": "2*(1 + x*" * 25 + "x" + ")" * 25,
    "asin of asin": "asin(" * 30 + "x" + ")" * 30,
    "sin of acos": "sin(acos(" * 20 + "x" + "))" * 20,
    "many conditions": " or ".join(f"x > {i} and y < {i}" for i in range(500)),
    "many factors": "*".join(f"(x + {i})" for i in range(2000)),
    "many quotients": "*".join(f"(x + {i})/(exp(x + {i}) - 1)" for i in range(60)),
    "alternating signs": "- + " * 20_000 + "x",
    "constant towers": "2^0.5^0.5^0.5^0.5^0.5",
    "inverse trigonometry": "asin(sqrt(2)/2) + acos((sqrt(5) - 1)/4) + atan(2 - sqrt(3))",
}


@pytest.mark.parametrize("right", ADVERSARIES.values(), ids=ADVERSARIES)
def test_adversaries(right):
    text = f"x' = {right}\ny' = 1"
    effort(tried, text, most=MOST)
    model = tried(text)
    if model is not None:
        effort(model.jacobian, most=MOST)
