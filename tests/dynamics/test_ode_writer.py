"""Models written for XPPAUT: read back, they are the same; what can't be written says why."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from rheobase.dynamics.ode_names import LONGEST, TAKEN, xpp_names
from rheobase.dynamics.ode_reader import translated

EVERY = [(entry.name, regime) for entry in rb.models.catalog() for regime in entry.regimes]
REFRACTORY = {"leaky", "exponential"}
START = dict(x=0.5, y=-0.25)


def again(model):
    return translated(model.to_ode(), model.name).model


def same_rates(model, other, x, t=0.3):
    p = model.field.parameter_array(model.parameters)
    q = other.field.parameter_array(other.parameters)
    expected, found = model.field.f(x, p, t), other.field.f(x, q, t)
    assert np.allclose(found, expected, rtol=1e-15, atol=0, equal_nan=True)


def around(model, count=50):
    random = np.random.default_rng(5)
    start = np.array(list(model.start.values()))[:, None]
    return start + random.normal(size=(len(start), count)) * (1 + abs(start) / 4)


@pytest.mark.parametrize(("name", "regime"), EVERY)
def test_every_model_of_the_library_comes_back(name, regime):
    model = rb.models.named(f"{name}:{regime}")
    if name in REFRACTORY:
        with pytest.raises(rb.InvalidArgument, match="refractory time"):
            model.to_ode()
        return
    other = again(model)
    assert (other.kind, len(other.states)) == (model.kind, len(model.states))
    assert list(other.start.values()) == list(model.start.values())
    assert list(other.parameters.values()) == list(model.parameters.values())
    x = around(model)
    same_rates(model, other, x)
    if model.reset is not None:
        p = model.field.parameter_array(model.parameters)
        for what in ("margin", "after"):
            expected = model.field.values(what, x, p)
            assert np.array_equal(other.field.values(what, x, p), expected)


def built(text, **more):
    return rb.Model("test", text, start=START, parameters=dict(a=1.5, b=-0.7), **more)


FUNCTIONS = """exp(-x) log(x^2+1) sqrt(abs(y)) sin(x)*cos(y) tan(x) sinh(y)+cosh(x) tanh(x)
asin(sin(x)) acos(cos(y)) atan(x) sign(x) min(x,y,a) max(x,y,b,1) floor(3*x)
mod(x,2) mod(x,b) mod(t,2*pi) heaviside(x) step(y) sigmoid(a*x) where(x>y,x^2,y^3)
where(x>0andy<0ornot(x<a),1,2) x^-2 2^x^2 -x^2 (x<y)+(x<=0)*(y>=0)-(x==y)*(x!=y)
a-(b-x)-(y-1) a/(b/x)/(y*2) -(-x) -(x-y)*b x*(-y) 1e-300*x
0.1234567890123456789012345678901234567890123456789*x"""


@pytest.mark.parametrize("formula", FUNCTIONS.split())
def test_every_function_comes_back(formula):
    formula = formula.replace("and", " and ").replace("ornot", " or not ")
    model = built(f"x' = {formula}\ny' = -y")
    x = np.hstack([around(model), [[0.0, 0, 1], [0.0, 0.5, 1]]])
    same_rates(model, again(model), x)


def test_functions_hide_names_only_where_they_are_the_same():
    text = "x' = f(y, 2) + g(X_)\ny' = A*x\nf(x, A) = x^A + y\ng(X) = X + x\nX_ = x*y\nA = a + b"
    model = built(text)
    same_rates(model, again(model), around(model))


def test_names_that_xpp_cannot_take_are_renamed_with_a_comment():
    model = rb.Model(
        "names",
        "Δ' = step_*gamma_long_name_1 - if*τ\nV' = Δ - v*gamma_long_name_2 + lambda",
        parameters={"if": 1, "step_": 2, "gamma_long_name_1": 3, "gamma_long_name_2": 4}
        | {"τ": 5, "v": 6, "lambda": 7},
        start=dict(Δ=1, V=2),
    )
    text = model.to_ode()
    assert "# Δ is called delta" in text
    assert "# τ is called tau" in text
    assert "# v is called v2" in text
    assert all(line.isascii() for line in text.split("\n") if not line.startswith("#"))
    same_rates(model, again(model), around(model))


@given(st.lists(st.text("aAbB_1éτ漢", min_size=1, max_size=14), max_size=12))
@settings(deadline=None)
def test_names_are_legal_and_differ_in_more_than_case(names):
    found = xpp_names(names)
    short = [name.lower() for name in found.values()]
    assert list(found) == list(dict.fromkeys(names))
    assert len(set(short)) == len(short)
    assert all(name.isascii() and name.isidentifier() for name in short)
    assert all(len(name) <= LONGEST and name not in TAKEN for name in short)


def test_resets_are_put_into_an_order():
    reset = rb.Reset("x > 1", x="0", y="y + x*a")
    model = built("x' = 1\ny' = c*x\nc = a + b", reset=reset)
    assert "global 1 {x-1} {y=y+x*a;x=0}" in model.to_ode()
    assert again(model).reset.assignments == {"y": "y + x*a", "x": "0"}


@pytest.mark.parametrize("condition", ["x < b", "x*y > c", "a > x", "x >= 0", "c < 0"])
def test_conditions_come_back(condition):
    text = "x' = 1\ny' = x\nc = a*x + b\nf(z) = z^2"
    model = built(text, reset=rb.Reset(condition, x="c", y="f(y) + f(c)"))
    other, x = again(model), around(model)
    p = model.field.parameter_array(model.parameters)
    for what in ("margin", "after"):
        expected = model.field.values(what, x, p)
        assert np.allclose(other.field.values(what, x, p), expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("reset", "words"),
    [
        (rb.Reset("x > 1", x="y", y="x"), "exchanges states"),
        (rb.Reset("x > 1", x="0", refractory=2), "refractory time"),
        (rb.Reset("x > 1", x=" + ".join(["sin(x*y)"] * 60)), "more than 250 characters"),
    ],
)
def test_resets_that_xpp_cannot_do(reset, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        built("x' = 1\ny' = x", reset=reset).to_ode()


def test_noise_comes_back():
    noise = dict(x=dict(one="a*x", two="b"), y="2*c")
    model = built("x' = y*c\ny' = -x + 1\nc = a + b", noise=noise)
    text = model.to_ode()
    assert "meth=euler," in text
    other, x = again(model), around(model)
    same_rates(model, other, x)
    p = model.field.parameter_array(model.parameters)
    expected = model.field.values("noise", x, p)
    assert np.allclose(other.field.values("noise", x, p), expected, rtol=1e-14, atol=0)
    assert other.options["scheme"] == "euler-maruyama"


def test_numbers_keep_all_their_digits():
    model = rb.Model(
        "digits", "x' = k*x", parameters=dict(k=0.1 + 0.2), start=dict(x=5e-324)
    ).replace(x=-1.7976931348623157e308)
    other = again(model)
    assert other.parameters["k"] == 0.1 + 0.2
    assert other.start["x"] == -1.7976931348623157e308


def test_the_settings_reach_xpp():
    model = built("x' = y\ny' = -x")
    text = model.to_ode(until=50, step=0.25, scheme="rk4")
    assert "@ total=50,dt=0.25,meth=rungekutta,maxstor=210" in text
    assert dict(translated(text, "t").model.options) == dict(until=50, step=0.25, scheme="rk4")
    assert "meth=83dp,maxstor=2010,tol=1e-12" in model.to_ode(
        scheme="dormand-prince", tolerance=1e-12
    )
    with pytest.raises(rb.InvalidArgument, match="it has no scheme 'milstein'"):
        model.to_ode(scheme="milstein")


def test_a_removable_singularity_is_noted():
    assert "where a rate is 0/0" in rb.models.hodgkin_huxley().to_ode()
    assert "0/0" not in rb.models.morris_lecar().to_ode()


def test_lines_that_xpp_would_cut_are_refused():
    long = " + ".join(f"sin({i}*x)" for i in range(200))
    with pytest.raises(rb.InvalidArgument, match="give parts of it names"):
        built(f"x' = {long}\ny' = 1").to_ode()


def test_comments_cannot_break_the_file():
    reference = "a\\b\n x'=1 " + "long " * 400
    model = rb.Model("odd\nname # [1..3] \\", "x' = -x", start=dict(x=1), reference=reference)
    assert again(model).states == ("x",)
    assert max(map(len, model.to_ode().split("\n"))) < 100
