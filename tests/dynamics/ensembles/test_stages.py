"""Programs in two parts, and steps in passes, against the same without."""

import numpy as np
import pytest
import rheobase as rb
import sympy
from rheobase.dynamics.ensembles.parted import parted
from rheobase.dynamics.exponentials import program_with_shared_exponentials

V, m, t = sympy.symbols("V m t", real=True)


@pytest.mark.parametrize(
    ("expressions", "count"),
    [
        ([sympy.exp(-V / 10) * m, 1 / (1 + sympy.exp(-V / 5))], 2),
        ([sympy.tanh(V) + sympy.sin(t) * m, sympy.exp(sympy.tanh(V) * m)], 2),
        ([sympy.log(1 + sympy.exp(V)), sympy.cos(sympy.exp(m))], 2),
        ([V * m, V**2 - sympy.exp(2)], 0),
    ],
)
def test_functions_that_need_no_other_come_first(expressions, count):
    parts = parted(program_with_shared_exponentials(expressions))
    assert len(parts.names) == len(parts.first.outputs) == count
    point = {V: 0.7, m: 0.3, t: 1.1}

    def outputs(program, known):
        known = dict(known)
        for name, expression in program.assignments:
            known[name] = expression.xreplace(known).evalf(17)
        return [float(e.xreplace(known)) for e in program.outputs]

    called = outputs(parts.first, point)
    ends = outputs(parts.rest, point | dict(zip(parts.names, called, strict=True)))
    np.testing.assert_allclose(ends, [float(e.xreplace(point)) for e in expressions], rtol=1e-15)


def test_rates_with_high_powers_of_one_exponential():
    """A step of length 1 of Euler's against 30 digits of mpmath; terms in it reach 5."""
    model = rb.models.hodgkin_huxley()
    v = np.arange(-110, 60, 2.1)
    start = dict(m=0.1, h=0.4, n=0.3)
    many = rb.simulate_ensemble(model.replace(**start), dict(V=v), until=1, step=1, scheme="euler")
    rates, symbols = model._system.right_sides, model._system.state_symbols
    known = dict(zip(model._system.parameter_symbols, model.parameters.values(), strict=True))
    for k in range(len(v)):
        at = known | dict(zip(symbols, [v[k], *start.values()], strict=True))
        for i, x in enumerate([v[k], *start.values()]):
            exact = float(x + rates[i].xreplace({s: sympy.Float(a, 30) for s, a in at.items()}))
            assert many.states[k, i] == pytest.approx(exact, rel=2e-14, abs=1e-13)


@pytest.mark.parametrize("scheme", ["euler", "heun", "rk2", "rk4"])
def test_times_of_stages_and_resting_states_in_passes(scheme):
    """Against runs of their own, which take whole steps."""
    model = rb.Model(
        "driven",
        "v' = -v + exp(v - 2) + I + sin(3*t)*exp(-t)\nw' = (tanh(v) - w)/5",
        parameters=dict(I=1.5),
        start=dict(v=0, w=0),
        reset=rb.Reset("v > 3", v="0", refractory="0.35"),
    )
    settings = dict(until=20, step=0.02, scheme=scheme)
    many = rb.simulate_ensemble(model, dict(I=[1.2, 1.9, 2.5]), save="spikes", **settings)
    for i in range(3):
        run = rb.simulate(many.member(i), **settings)
        np.testing.assert_allclose(many.spikes[i], run.spikes, atol=1e-7)
        np.testing.assert_allclose(many.states[i], run.x[-1], rtol=1e-7)
    assert len(many.spikes[2]) > 5
