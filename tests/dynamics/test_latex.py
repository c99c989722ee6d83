"""Equations as LaTeX: balanced, readable names, accepted by matplotlib's own parser."""

import re

import pytest
import rheobase as rb
from rheobase.dynamics.latex_names import latex_name

mathtext = pytest.importorskip("matplotlib.mathtext")


def lines(model):
    text = model.latex()
    assert text.startswith("\\begin{aligned}\n")
    assert text.endswith("\n\\end{aligned}")
    return text.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}").split(" \\\\\n")


def assert_balanced(text):
    depth = 0
    for character in re.sub(r"\\[{}]", "", text):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert text.count("\\left") - text.count("\\leftarrow") == text.count("\\right") - text.count(
        "\\rightarrow"
    )
    assert text.count("\\begin") == text.count("\\end")


@pytest.mark.parametrize(
    "name", ["hodgkin_huxley", "morris_lecar", "izhikevich", "jansen_rit", "henon"]
)
def test_library_models_render(name):
    parse = mathtext.MathTextParser("path").parse
    model = getattr(rb.models, name)()
    assert_balanced(model.latex())
    for line in lines(model):
        parse(f"${line.replace('&', '')}$")


def test_lines():
    model = rb.Model(
        "m",
        "V' = (I - g_K*w*(V - E_K))/C\nw' = (w_inf(V) - w)/tau_w\n"
        "w_inf(V) = 1/(1 + exp(-V))\nq = V^2",
        parameters=dict(I=0, g_K=1, E_K=-80, C=1, tau_w=2),
        start=dict(V=0, w=0),
        reset=rb.Reset("V > 30", V="E_K", w="w + q"),
    )
    first, second, function, third, last = lines(model)
    assert first == r"\dot{V} &= \frac{I - g_{K} w \left(V - E_{K}\right)}{C}"
    assert second == r"\dot{w} &= \frac{w_{\infty}\left(V\right) - w}{\tau_{w}}"
    assert function == r"w_{\infty}\left(V\right) &= \frac{1}{1 + e^{-V}}"
    assert third == "q &= V^{2}"
    assert last == r"V > 30 &: \; V \leftarrow E_{K},\; w \leftarrow w + q"
    step = rb.Model.map("m", "x = r*x", parameters=dict(r=1), start=dict(x=1))
    assert lines(step) == [r"x \mapsto &\; r x"]


@pytest.mark.parametrize(
    "name, latex",
    [
        ("V", "V"),
        ("g_Na", r"g_{\mathrm{Na}}"),
        ("m_inf", r"m_{\infty}"),
        ("V∞", r"V_{\infty}"),
        ("tau_m", r"\tau_{m}"),
        ("lambda", r"\lambda"),
        ("V1", "V_{1}"),
        ("V_1", "V_{1}"),
        ("E_Ca_rest", r"E_{\mathrm{Ca},\mathrm{rest}}"),
        ("rate", r"\mathrm{rate}"),
        ("x_alpha", r"x_{\alpha}"),
        ("_", r"\mathrm{\_}"),
        ("__x__", "x"),
        ("τ_λ", "τ_{λ}"),
    ],
)
def test_names(name, latex):
    assert latex_name(name) == latex


def test_names_never_break_it():
    """Names that LaTeX, SymPy or Python read otherwise."""
    names = ["_", "__", "x_", "_1", "a1b2", "I", "lambda", "def", "α", "变量", "V∞", "x_inf_", "oo"]
    for name in names:
        model = rb.Model(
            "m", f"x' = {name}^2*x/(1 + {name})", parameters={name: 1}, start=dict(x=1)
        )
        assert_balanced(model.latex())


def test_nonsmooth_functions():
    model = rb.Model(
        "m",
        "x' = where(x > k and not k <= 2, abs(x)^3, max(x, k)^2) + sign(x)^2 + (x < k)^k\n"
        "y' = abs(x)^k + mod(x, 2) + floor(y) + heaviside(x) + step(y) + min(x, y)\n"
        "z = (x == y)*where(x, y, 1)^2",
        parameters=dict(k=1),
        start=dict(x=1, y=1),
    )
    text = model.latex()
    assert_balanced(text)
    for part in (
        r"\begin{cases}",
        r"\left|x\right|",
        r"\max",
        r"\left\lfloor y\right\rfloor",
    ):
        assert part in text


@pytest.mark.parametrize(
    "text, latex",
    [
        ("0.1*(x + 40)/(1 - exp(-x/10))", r"\frac{0.1 \left(x + 40\right)}{1 - e^{-x/10}}"),
        ("2^-3^x", "2^{-3^{x}}"),
        ("(2^x)^3", r"\left(2^{x}\right)^{3}"),
        ("exp(x)^2", r"\left(e^{x}\right)^{2}"),
        ("(x/2)^3", r"\left(\frac{x}{2}\right)^{3}"),
        ("-(x - 1)*3", r"-\left(x - 1\right) \cdot 3"),
        ("x - (1 - x)", r"x - \left(1 - x\right)"),
        ("1e-3*x/(2*x)/3", r"\frac{1 \cdot 10^{-3} x}{2 x \cdot 3}"),
        ("x^(1/(2*x))", r"x^{1/\left(2 x\right)}"),
        ("sqrt(x/2) + sin(x)^2", r"\sqrt{\frac{x}{2}} + \sin\left(x\right)^{2}"),
    ],
)
def test_as_it_was_written(text, latex):
    model = rb.Model("m", f"x' = {text}", start=dict(x=1))
    assert lines(model) == [rf"\dot{{x}} &= {latex}"]
