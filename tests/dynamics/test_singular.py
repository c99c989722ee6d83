"""Removable singularities as neuron models spell them: found, smooth, and the same elsewhere."""

import mpmath
import pytest
import rheobase as rb
import sympy
from effort import effort
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.program import along
from rheobase.dynamics.scope import symbol
from rheobase.dynamics.singular import Removable, bernoulli, exprel, sinc, without_singularities

PARAMETERS = ("V0", "k", "z", "F", "R", "T", "P", "ci", "co", "A", "B", "h")
EQUATIONS = read_equations("V' = 0", PARAMETERS, {"V"})
V = symbol("V")
PLACE = dict(V0=-41.5, k=9.25, z=2, F=96.5, R=8.3, T=300, P=0.3, ci=5, co=2, A=0.4, B=0.07, h=0.6)

FOUND = {
    # text: V where it is 0/0
    "0.1*(V + 40)/(1 - exp(-(V + 40)/10))": -40,
    "0.1*(V + 40)/(1 - exp(-0.1*(V + 40)))": -40,
    "0.01*(V + 55)/(1 - exp(-(V + 55)/10))*(1 - h)": -55,
    "0.1*(25 - V)/(exp((25 - V)/10) - 1)": 25,
    "0.01*(10 - V)/(exp((10 - V)/10) - 1)": 10,
    "0.01*(V + 10)/(exp((V + 10)/10) - 1)": -10,
    "0.32*(13 - V)/(exp((13 - V)/4) - 1)": 13,
    "0.28*(V - 40)/(exp((V - 40)/5) - 1)": 40,
    "0.032*(15 - V)/(exp((15 - V)/5) - 1)": 15,
    "-0.1*(V + 35)/(exp(-0.1*(V + 35)) - 1)": -35,
    "-0.01*(V + 34)/(exp(-0.1*(V + 34)) - 1)": -34,
    "(V + 54)*0.32/(1 - exp((-V - 54)/4))": -54,
    "A*(V - V0)/(1 - exp(-(V - V0)/k))": -41.5,
    "A*(V0 - V)/(exp((V0 - V)/k) - 1)": -41.5,
    "(A*V - A*V0)/(1 - exp((V0 - V)/k))": -41.5,
    "(V - V0)/k/(2*exp((V - V0)/k) - 2)": -41.5,
    "A*(V - V0)/(k - k*exp((V - V0)/9))": -41.5,
    "(V/k - V0/k)/(exp(V/k)*exp(-V0/k) - 1)": -41.5,
    "P*z^2*V*F^2/(R*T)*(ci - co*exp(-z*V*F/(R*T)))/(1 - exp(-z*V*F/(R*T)))": 0,
    "P*z*F*(z*F*V/(R*T))*(ci*exp(z*F*V/(R*T)) - co)/(exp(z*F*V/(R*T)) - 1)": 0,
    "V*(ci - co*exp(-V/25))/(1 - exp(-V/25))": 0,
    "V/(1 - exp(V/k))": 0,
    "V/tanh(V)": 0,
    "(V - V0)/tanh((V - V0)/k)": -41.5,
    "V/sinh(V/k)": 0,
    "sin(V)/V": 0,
    "sin(k*(V - V0))/(V - V0)": -41.5,
    "tanh(V)/V": 0,
    "sinh(V/2)/V": 0,
    "(1 - exp(-V))/V": 0,
    "(exp(k*(V - V0)/50) - 1)/(V - V0)": -41.5,
    "V/(exp(V/2) - exp(-V/2))": 0,
    "V^2/(1 - exp(-V))": 0,
    "(V/(exp(V) - 1))^2": 0,
    "V*exp(V)/(exp(V) - 1)": 0,
    "V/(exp(V) - 1)/(1 - exp(-2*V))*V": 0,
    "h*V/(3*exp(V + log(2)) - 6)": 0,
}
UNTOUCHED = (
    "1/(1 - exp(-V))",
    "(V + 40.0000000001)/(1 - exp(-(V + 40)/10))",
    "(V + 40)/(1 + exp(-(V + 40)/10))",
    "(V + 40)/(1 - exp(-(V + 40.5)/10))",
    "k/(1 - exp(-V/k))",
    "V/(1 - exp(-V^2))",
    "(V - V0)/(1 - exp(-(V - k)/10))",
    "V/(2 - exp(V))",
    "V/cosh(V)",
    "cos(V)/V",
    "exp(V)/V",
    "V/(k + exp(V))",
    "V^2 + 3*V/k",
    "V/(A*exp(V) - B)",
)


def at(expression, v, order=0):
    """The value at V = v with 30 digits, or the derivative of this order there, by mpmath."""

    names = {
        "bernoulli": removable(lambda x: x / mpmath.expm1(x)),
        "exprel": removable(lambda x: mpmath.expm1(x) / x),
        "sinc": removable(lambda x: mpmath.sin(x) / x),
    }
    symbols = sorted(expression.free_symbols, key=lambda s: s.name)
    function = sympy.lambdify(symbols, expression, [names, "mpmath"])
    with mpmath.workdps(60):
        values = [mpmath.mpf(str(v if s == V else PLACE[s.name])) for s in symbols]
        if order == 0:
            return function(*values)
        place = symbols.index(V)
        return mpmath.diff(
            lambda x: function(*values[:place], x, *values[place + 1 :]), values[place], order
        )


def removable(quotient):
    """The derivative of order k of a quotient that is 0/0 at zero."""

    def function(x, k):
        with mpmath.workdps(120):
            x = x if abs(x) > 1e-30 else mpmath.mpf("1e-30")
            return mpmath.diff(quotient, x, int(k), h=mpmath.mpf("1e-35")) if k else quotient(x)

    return function


@pytest.mark.parametrize("text, place", FOUND.items())
def test_found_and_the_same_elsewhere(text, place):
    original = EQUATIONS.read(text)
    smooth = without_singularities(original)
    assert smooth.atoms(Removable)
    for v in (place + 0.37, place - 3.1, place + 11.3):
        for order in (0, 1):
            expected = at(original, v, order)
            assert mpmath.almosteq(at(smooth, v, order), expected, rel_eps=mpmath.mpf("1e-25"))
    beside = at(original, place + 1e-9)
    value = at(smooth, place)
    assert mpmath.isfinite(value)
    assert mpmath.almosteq(value, beside, rel_eps=1e-7, abs_eps=1e-7)


@pytest.mark.parametrize("text, place", FOUND.items())
def test_derivatives_are_those_of_the_original(text, place):
    original = EQUATIONS.read(text)
    slope = along(without_singularities(original), {V: sympy.S.One})
    for v in (place + 0.37, place - 3.1):
        assert mpmath.almosteq(at(slope, v), at(original, v, 1), rel_eps=mpmath.mpf("1e-20"))
    assert mpmath.isfinite(at(slope, place))
    near = at(original, place + 1e-9, 1)
    assert mpmath.almosteq(at(slope, place), near, rel_eps=1e-4, abs_eps=1e-4)


@pytest.mark.parametrize("text", UNTOUCHED)
def test_not_removable(text):
    original = EQUATIONS.read(text)
    assert without_singularities(original) == original


def test_hodgkin_and_huxley_become_bernoulli_alone():
    rate = without_singularities(EQUATIONS.read("0.1*(V + 40)/(1 - exp(-(V + 40)/10))"))
    assert rate == bernoulli(-V / 10 - 4, 0)
    assert without_singularities(EQUATIONS.read("sin(V)/V")) == sinc(V, 0)
    assert without_singularities(EQUATIONS.read("(exp(V) - 1)/V")) == exprel(V, 0)


def test_derivatives_count_their_order():
    assert bernoulli(V**2, 0).diff(V) == 2 * V * bernoulli(V**2, 1)
    assert along(sinc(3 * V, 1), {V: sympy.S.One}) == 3 * sinc(3 * V, 2)


@pytest.mark.parametrize(
    "text",
    [
        "(k + 1)^1000000*V/(exp((k + 1)^1000000*V) - 1)",
        "V/(exp(V*(((k^40 + 1)^40 + 1)^40 + 1)^40) - 1)",
        "V/(exp(V*k^k^k) - 1)",
        "*".join(f"(V + {i}*k)/(exp(V + {i}*k) - 1)" for i in range(15)),
        "(" + " + ".join(f"k^{i}*V" for i in range(1000)) + ")/(1 - exp(-V))",
        "V/(1 - exp(-(" + " + ".join(f"k^{i}*V" for i in range(1000)) + ")))",
        "V/(1 - exp(-V))" + "*(1 + k)*(2 + k)" * 300,
        " + ".join(f"{i}*V/(exp({i}*V) - 1)" for i in range(1, 150)),
    ],
    ids=lambda text: text[:30],
)
def test_search_is_bounded(text):
    expression = EQUATIONS.read(text)
    effort(without_singularities, expression, most=3_000_000)


def test_a_current_with_the_voltage_multiplied_out():
    """Goldman, Hodgkin & Katz as some write it: the numerator is a sum, each term with V."""
    model = rb.Model(
        "ghk",
        "V' = P*(V*C_in - V*C_out*exp(-V/25))/(1 - exp(-V/25))",
        parameters=dict(P=1, C_in=5, C_out=140),
        start=dict(V=0),
    )
    p = model.field.parameter_array(model.parameters)
    # the limit at V = 0 is P RT/F (C_in - C_out)
    for voltage in (0.0, 1e-13, -1e-9):
        assert model.field.f([voltage], p)[0] == pytest.approx(25 * (5 - 140), rel=1e-9)
