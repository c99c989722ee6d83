"""Exponentials shared as powers: fewer of them, the same values."""

import mpmath
import pytest
import rheobase as rb
import sympy
from rheobase.dynamics.equations import read_equations
from rheobase.dynamics.exponentials import (
    MAX_POWER,
    bernoulli_from_exp,
    program_with_shared_exponentials,
)
from rheobase.dynamics.program import Program
from rheobase.dynamics.scope import symbol
from rheobase.dynamics.singular import bernoulli, without_singularities

V, K = symbol("V"), symbol("k")
EQUATIONS = read_equations("V' = 0", ("k", "E"), {"V"})


def shared(*texts):
    return program_with_shared_exponentials([EQUATIONS.read(text) for text in texts])


def exponentials(program: Program) -> int:
    right_sides = [e for _, e in program.assignments] + list(program.outputs)
    return sum(len(e.atoms(sympy.exp)) for e in right_sides)


def run(program, values):
    """The outputs by mpmath with 40 digits."""
    known = {s: sympy.Float(v, 40) for s, v in values.items()}

    def number(expression):
        expression = expression.replace(bernoulli_from_exp, lambda x, e: x / (e - 1))
        expression = expression.replace(bernoulli, lambda x, k: x / (sympy.exp(x) - 1))
        return sympy.N(expression.xreplace(known), 40)

    for name, expression in program.assignments:
        known[name] = number(expression)
    return [mpmath.mpf(number(output)) for output in program.outputs]


@pytest.mark.parametrize(("most", "needed"), [(MAX_POWER, 2), (71, 2), (72, 1)])
def test_hodgkin_and_huxley_need_two_or_one(most, needed):
    """exp(-V/10), exp(-V/18), exp(-V/20), exp(-V/80) in six places: V/80 and V/18 are left, of
    which exp(-V/720) is the root."""
    model = rb.models.hodgkin_huxley()
    rates = [without_singularities(e) for e in model._system.right_sides]
    assert len({e for r in rates for e in r.atoms(sympy.exp)}) == 4  # and two in bernoulli
    program = program_with_shared_exponentials(rates, most)
    assert exponentials(program) == needed
    names = [*model._system.state_symbols, *model._system.parameter_symbols]
    for v in (-80.3, -65.1, -41.7, 0.2, 43.9):
        values = {**dict(zip(names, [v, 0.1, 0.4, 0.3, *model.parameters.values()], strict=True))}
        mine = run(program, values)
        theirs = run(Program((), tuple(model._system.right_sides)), values)
        for a, b in zip(mine, theirs, strict=True):
            assert mpmath.almosteq(a, b, rel_eps=1e-15)


def test_the_same_in_every_library_model():
    for entry in rb.models.catalog():
        model = entry.model()
        rates = [without_singularities(e) for e in model._system.right_sides]
        program = program_with_shared_exponentials(rates)
        start = [v + 0.123 * (i + 1) for i, v in enumerate(model.start.values())]
        names = [*model._system.state_symbols, *model._system.parameter_symbols, symbol("t")]
        values = dict(zip(names, [*start, *model.parameters.values(), 0.0], strict=True))
        theirs = run(Program((), tuple(model._system.right_sides)), values)
        for a, b in zip(run(program, values), theirs, strict=True):
            assert mpmath.almosteq(a, b, rel_eps=1e-14, abs_eps=1e-300)


@pytest.mark.parametrize(
    "texts, count",
    [
        (("exp(-V/80)", "exp(-V/20)", "exp(-V/10)"), 1),
        (("exp(-V/80)", "exp(V/80)"), 2),
        (("exp((V - 3)/10)", "exp((V + 5)/5)*k"), 1),
        (("exp(V/k)", "exp(2*V/k)", "exp((V - E)/k)"), 2),
        (("exp(V)", "exp(1.5*V)"), 2),
        ((f"exp(V/{MAX_POWER})", "exp(V)"), 1),
        ((f"exp(V/{MAX_POWER + 1})", "exp(V)"), 2),
        (("exp(V/10)", "exp((V - 1000)/5)"), 2),
        (("exp(V^2)", "exp(3*V^2)"), 1),
        (("exp(exp(V))", "exp(2*exp(V))"), 3),
        (("exp(1/3)*V", "exp(1/2)*V", "exp(V)"), 3),
        (("exp(1/3)", "exp(2/3)"), 2),
        (("V", "k"), 0),
    ],
)
def test_families(texts, count):
    program = shared(*texts)
    assert exponentials(program) == count
    values = {V: 1.7, K: 2.9, symbol("E"): 0.4}
    theirs = run(Program((), tuple(map(EQUATIONS.read, texts))), values)
    for a, b in zip(run(program, values), theirs, strict=True):
        assert mpmath.almosteq(a, b, rel_eps=1e-25)


def test_bernoulli_shares_its_exponential():
    rate = without_singularities(EQUATIONS.read("(V + 40)/(1 - exp(-(V + 40)/10))"))
    program = program_with_shared_exponentials([rate, sympy.exp(-V / 20)])
    assert exponentials(program) == 1
    slope = program_with_shared_exponentials([bernoulli(V, 1)])
    assert exponentials(slope) == 0


def test_the_text_of_a_program_does_not_depend_on_history():
    def names_away(program):
        text = " ; ".join(map(str, [e for _, e in program.assignments] + list(program.outputs)))
        return text

    texts = ("exp(-V/80)*k + exp(-V/20)", "k*exp(-V/10)*exp(-V/18) + exp(-V/80)*exp(-V/18)")
    first = names_away(shared(*texts))
    for _ in range(150):
        sympy.Dummy()
    assert names_away(shared(*texts)) == first
