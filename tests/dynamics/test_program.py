"""Straight-line programs: the derivatives of SymPy, in proportional length."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest
import rheobase as rb
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rheobase.dynamics import nonsmooth
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.program import (
    along,
    directional,
    joined,
    matrix_of_derivatives,
    program_of,
    tangent,
)
from rheobase.dynamics.scope import symbol

NAMES = ("x", "y", "k")
X, Y, K = map(symbol, NAMES)
EQUATIONS = read_equations("x' = 0", ("y", "k"), {"x"})
BOUNDED = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
VECTORS = sympy.symbols("u:3 v:3 w:3", real=True)
SMOOTH = (
    *("sin({})", "cos({})", "exp({})", "tanh({})", "sinh({})", "cosh({})", "atan({})", "tan({})"),
    *("log(2 + ({})^2)", "sqrt(1 + ({})^2)", "asin(0.2*tanh({}))", "acos(0.3*sin({}))", "({})^3"),
    *("1/(1 + exp({}))", "(2 + sin({}))^-1.5", "2^({})", "sigmoid({})", "({})^2"),
)
BINARY = ("({}) + ({})", "({})*({})", "({}) - ({})", "({})/(2 + cos({}))", "(2 + sin({}))^({})")
KINKED = (
    *("abs({})", "max({}, y)", "min({}, 0.3)", "where({} > 0.1, {}^2, x)", "floor({})*x"),
    *("sign({})*y", "heaviside({})*k", "step({})*x", "mod({}, 1.7)", "({} < y)*x", "sqrt(({})^2)"),
    *("abs(log(abs({}) + 1))", "mod(x, 1 + ({})^2)"),
)


def texts(one, two, leaves_at_most=7):
    leaves = st.sampled_from((*NAMES, *NAMES, "0.7", "2"))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda f, a: f.replace("{}", a), st.sampled_from(one), inner),
            st.builds(lambda f, a, b: f.format(a, b), st.sampled_from(two), inner, inner),
        ),
        max_leaves=leaves_at_most,
    )


SPECIAL = {
    nonsmooth.absolute: abs,
    sympy.Abs: abs,
    nonsmooth.maximum: max,
    nonsmooth.minimum: min,
    nonsmooth.floor: mpmath.floor,
    nonsmooth.sign: mpmath.sign,
    nonsmooth.heaviside: lambda x: (1 + mpmath.sign(x)) / 2,
    nonsmooth.step: lambda x: mpmath.mpf(x >= 0),
    nonsmooth.mod: lambda x, y: x - y * mpmath.floor(x / y),
    nonsmooth.truth: lambda kind, a, b: mpmath.mpf((a < b, a <= b, a == b, a != b)[int(kind)]),
}


def value(expression, known):
    """The value of an expression by mpmath, with its current precision."""
    if expression in known:
        return known[expression]
    if expression.is_Rational:
        return mpmath.mpf(int(expression.p)) / int(expression.q)
    if expression is sympy.pi:
        return mpmath.pi
    if isinstance(expression, nonsmooth.where):
        condition, a, b = expression.args
        return value(a if value(condition, known) != 0 else b, known)
    parts = [value(part, known) for part in expression.args]
    if expression.is_Add:
        return mpmath.fsum(parts)
    if expression.is_Mul:
        return mpmath.fprod(parts)
    if expression.is_Pow:
        return mpmath.power(*parts)
    if type(expression) in SPECIAL:
        return SPECIAL[type(expression)](*parts)
    return getattr(mpmath, type(expression).__name__)(*parts)


def run(program, known):
    """The outputs of a program: its assignments one after the other."""
    known = dict(known)
    for name, expression in program.assignments:
        known[name] = value(expression, known)
    return [value(output, known) for output in program.outputs]


def close(a, b, digits=20):
    """Equal to so many digits, or both undefined."""
    if not (mpmath.isfinite(a) and mpmath.isfinite(b)):
        return True
    tolerance = mpmath.mpf(10) ** -digits
    return mpmath.almosteq(a, b, rel_eps=tolerance, abs_eps=tolerance)


def places():
    for numbers in ((0.37, -0.61, 1.13), (-1.21, 0.83, 0.29)):
        yield dict(zip((X, Y, K), map(mpmath.mpf, map(str, numbers)), strict=True))


@BOUNDED
@given(texts(SMOOTH, BINARY))
def test_smooth_derivatives_are_sympys(text):
    try:
        expression = EQUATIONS.read(text)
    except rb.EquationError:
        assume(False)
    with mpmath.workdps(40):
        for name in (X, Y, K):
            mine, theirs = along(expression, {name: sympy.S.One}), expression.diff(name)
            for place in places():
                assert close(value(mine, place), value(theirs, place))


@BOUNDED
@given(texts(SMOOTH + KINKED, BINARY))
def test_derivatives_beside_kinks(text):
    """Against differences with 60 digits, at places that are beside the kinks."""
    try:
        expression = EQUATIONS.read(text)
    except rb.EquationError:
        assume(False)
    with mpmath.workdps(60):
        h = mpmath.mpf("1e-20")
        for place in places():
            for name in (X, Y, K):
                right = value(expression, {**place, name: place[name] + h})
                left = value(expression, {**place, name: place[name] - h})
                difference = (right - left) / (2 * h)
                if abs((right + left) / 2 - value(expression, place)) > 1e-25 * (
                    1 + abs(difference)
                ):
                    continue  # on a kink after all
                slope = value(along(expression, {name: sympy.S.One}), place)
                assert close(slope, difference, 15)


@settings(BOUNDED, max_examples=40)
@given(texts(SMOOTH, BINARY, 3), texts(SMOOTH, BINARY, 3))
def test_second_and_third_directional_derivatives(first, second):
    try:
        expected = outputs = [EQUATIONS.read(first), EQUATIONS.read(second)]
    except rb.EquationError:
        assume(False)
    program, names = program_of(outputs), (X, Y, K)
    with mpmath.workdps(40):
        place = next(places())
        place |= {s: mpmath.mpf(3 + 7 * i % 11) / (5 + i) for i, s in enumerate(VECTORS)}
        for order in (1, 2, 3):
            vectors = [VECTORS[3 * k : 3 * k + 3] for k in range(order)]
            steps = list(zip(names, vectors[-1], strict=True))
            expected = [sympy.Add(*(e.diff(n) * v for n, v in steps)) for e in expected]
            mine = run(directional(program, names, *vectors), place)
            for a, b in zip(mine, expected, strict=True):
                assert close(a, value(b, place))


def test_matrix_of_derivatives():
    program = program_of([X**2 * Y, sympy.sin(X) * K])
    with mpmath.workdps(40):
        outputs = run(matrix_of_derivatives(program, (X, Y, K)), {X: 2, Y: 3, K: 5})
        expected = [12, 4, 0, 5 * mpmath.cos(2), 0, mpmath.sin(2)]
        assert all(close(a, b) for a, b in zip(outputs, expected, strict=True))


def test_common_parts_are_computed_once():
    program = program_of([sympy.exp(-X) * Y, 1 + sympy.exp(-X) ** 2, sympy.exp(-X)])
    text = str(program)
    assert text.count("exp") <= 3
    both = joined([program_of([sympy.sin(X * Y)]), program_of([sympy.sin(X * Y) ** 2])])
    assert len([1 for _, e in both.assignments if e.has(sympy.sin)]) == 1


def length(program):
    return sum(e.count_ops() + 1 for _, e in program.assignments) + sum(
        o.count_ops() for o in program.outputs
    )


def test_length_stays_proportional_for_deep_expressions():
    """f = s(s(...s(x))): the derivative written out has n^2 parts, the program some n."""
    sizes = []
    for depth in (8, 16, 32):
        lines = [f"a{i + 1} = tanh(k*a{i} + 1)" for i in range(depth)]
        model = rb.Model(
            "m",
            "\n".join([f"x' = a{depth}", "a0 = x", *lines]),
            parameters=dict(k=1),
            start=dict(x=1),
        )
        program = program_of(model._system.right_sides)
        vectors = [(u,) for u in VECTORS[:3]]
        sizes.append([length(directional(program, (X,), *vectors[:n])) for n in (1, 2, 3)])
    for small, large in pairwise(sizes):
        for a, b in zip(small, large, strict=True):
            assert b < 2.6 * a
    assert sizes[2][2] < 40 * sizes[2][0]


def test_definitions_that_are_used_often():
    """Each definition uses the one before many times: written out they have 3^9 parts."""
    text = "x' = a9\na0 = x\n" + "\n".join(
        f"a{i + 1} = a{i}^3 + sin(a{i})*a{i}*k" for i in range(8)
    )
    text += "\na9 = a8"
    model = rb.Model("m", text, parameters=dict(k=0.1), start=dict(x=0.5))
    program = program_of(model._system.right_sides)
    assert length(directional(program, (X,), VECTORS[:1], VECTORS[1:2])) < 1500


def test_power_rules():
    one = {X: sympy.S.One}
    assert along(X**K, one) == K * X ** (K - 1)
    assert along((2 * X) ** K, one) == 2 * K * (2 * X) ** (K - 1)  # n x^n / x is 0/0 at zero
    growth = along(X**K, {K: sympy.S.One})
    assert growth.subs({X: 0, K: 2}) == 0  # log(0) never enters
    assert growth.subs({X: 2, K: 3}) == 8 * sympy.log(2)
    assert along(2**X, one) == 2**X * sympy.log(2)
    assert along(nonsmooth.absolute(X) ** 2, one) == 2 * X
    assert along(sympy.Abs(X), one) == nonsmooth.sign(X)
    assert along(sympy.pi * Y, one) == 0


def test_a_choice_differentiates_the_branch_that_it_takes():
    expression = EQUATIONS.read("where(x > 0, log(x), 0)")
    slope = along(expression, {X: sympy.S.One})
    assert slope == nonsmooth.where(nonsmooth.truth(0, 0, X), 1 / X, 0)
    assert slope.subs(X, -1) == 0


def test_long_products():
    factors = [X + i for i in range(300)]
    slope = along(sympy.Mul(*factors), {X: sympy.S.One})
    exact = sympy.Add(*(sympy.Mul(*(f for f in factors if f != g)) for g in factors))
    at = {X: sympy.Rational(1, 7)}
    assert slope.xreplace(at) == exact.xreplace(at)


def test_tangents_leave_out_what_does_not_move():
    program = program_of([sympy.exp(sympy.sin(K)) * X])
    moved = tangent(program, {X: sympy.S.One})
    assert len(moved.assignments) == len(program.assignments)
    assert tangent(program, {Y: sympy.S.One}).outputs == (0,)


def test_values_are_kept():
    text = "exp(sin(x*y)) + sin(x*y)^2*exp(sin(x*y))/(1 + k*sin(x*y))"
    expression = EQUATIONS.read(text)
    with mpmath.workdps(40):
        for place in places():
            assert close(run(program_of([expression]), place)[0], value(expression, place), 35)


@pytest.mark.parametrize(
    "text",
    [
        "abs(log(x))",
        "abs(sqrt(x))",
        "abs(2^asin(x))",
        "abs(x + y)^k",
        "abs(x^y)",
        "tan(x + pi/2)",
        "abs(1/x)",
        "exp(log(x^2)/2)",
    ],
)
def test_what_sympy_makes_hard_compiles(text):
    """SymPy's own |f| brings re, im and atan2, its tan cot: no code has a word for them."""
    model = rb.Model("m", f"x' = {text}", parameters=dict(y=0.4, k=2), start=dict(x=0.7))
    p, field = [0.4, 2.0], model.field
    h = 1e-6
    exact = value(EQUATIONS.read(text), {X: mpmath.mpf("0.7"), Y: mpmath.mpf("0.4"), K: 2})
    assert field.f([0.7], p) == pytest.approx([float(exact)], rel=1e-14)
    slope = (field.f([0.7 + h], p) - field.f([0.7 - h], p)) / (2 * h)
    assert field.jacobian([0.7], p)[0] == pytest.approx(slope, rel=1e-8)
    bend = (field.jacobian([0.7 + h], p) - field.jacobian([0.7 - h], p))[0] / (2 * h)
    assert field.B([0.7], p, [1.0], [1.0]) == pytest.approx(bend, rel=1e-6, abs=1e-8)
    turn = (field.B([0.7 + h], p, [1.0], [1.0]) - field.B([0.7 - h], p, [1.0], [1.0])) / (2 * h)
    assert field.C([0.7], p, [1.0], [1.0], [1.0]) == pytest.approx(turn, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("text", ["abs(x^1.3)", "sqrt(x^k)", "1/t", "mod(x, t)", "abs(x)^0.3/t"])
def test_one_point_is_a_column(text):
    """What leaves the reals is NaN, a division by zero infinite: never complex, never raised."""
    model = rb.Model("m", f"x' = {text}", parameters=dict(k=2.5), start=dict(x=1))
    for x in (-0.7, 0.0, 0.7):
        for t in (0.0, 1.5):
            one, many = model.field.f([x], [2.5], t), model.field.f([[x, x]], [2.5], t)
            assert np.array_equal(one, many[:, 0], equal_nan=True)
    if "^" in text and "abs(x)" not in text:
        assert np.isnan(model.field.f([-0.7], [2.5], 1.0)[0])
