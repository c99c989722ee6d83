"""Drawn models, words and settings of machine programs, for Hypothesis."""

import contextlib

import rheobase as rb
from hypothesis import strategies as st
from rheobase.hardware.rounding import ROUNDINGS

EQUATIONS = [
    "x' = 0.04*x^2 + 5*x + 140 - y\ny' = 0.02*(0.2*x - y)",
    "x' = y*abs(x)/(1 + y^2) - x^3/3\ny' = max(x, 0.3) - y*heaviside(x)",
    "x' = exp(-x/3) - tanh(y)*x\ny' = where(x > y, sqrt(abs(x)), -y) - floor(x)",
    "x' = x/(exp(x) - 1) - y\ny' = cos(x)/(2 + sin(y)) - y + mod(x, 0.7)",
    "x' = -x^5 + y\ny' = log(2 + abs(y)) - (1 + y^2)^1.5/x",
]


def emulated(case):
    """The run of a drawn case; None where a constant or a start value is beyond the word, or a
    table beyond 64 bits."""
    model, word, scheme, scale, seed = case
    with contextlib.suppress(rb.RheobaseError):
        return rb.emulate(model, word, 0.3, 0.01, scheme, scale=scale, fit="report", seed=seed)
    return None


@st.composite
def cases(draw):
    bits = draw(st.sampled_from([8, 12, 16, 24, 32]))
    fraction = draw(st.integers(2, bits - 2))
    word = rb.QFormat(
        bits - 1 - fraction,
        fraction,
        rounding=draw(st.sampled_from(ROUNDINGS)),
        overflow=draw(st.sampled_from(["wrap", "saturate"])),
    )
    if draw(st.booleans()):
        word = rb.QFormat(16, 15, rounding=word.rounding, overflow=word.overflow)
    start = dict(x=draw(st.floats(-1.9, 1.9)), y=draw(st.floats(-1.9, 1.9)))
    model = rb.Model("drawn", draw(st.sampled_from(EQUATIONS)), start=start)
    if draw(st.booleans()):
        reset = rb.Reset("x > 1", x="-1", y="y + 0.1", refractory=0.03, hold=("x",))
        model = rb.Model("drawn", model.text, start=start, reset=reset)
    scheme = draw(st.sampled_from(["euler", "rk2", "exponential-euler"]))
    scale = draw(st.sampled_from([None, "auto"]))
    return model, word, scheme, scale, draw(st.integers(0, 2**32 - 1))
