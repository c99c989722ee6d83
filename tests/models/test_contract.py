"""The contract of the library: every model in every regime, found by the register."""

import json
import os
import pickle
import subprocess
import sys

import mpmath
import numpy as np
import pytest
import rheobase as rb
import sympy

CASES = [f"{entry.name}:{regime}" for entry in rb.models.catalog() for regime in entry.regimes]
DIGITS, STEP, NUDGE = 100, mpmath.mpf(10) ** -12, mpmath.mpf(10) ** -20
# Removable singularities of the rates, beside and at them.
SINGULAR = {"hodgkin-huxley:standard": (-40, -55), "hodgkin-huxley:1952": (25, 10)}
SINGULAR |= {"wang-buzsaki:standard": (-35, -34)}


@pytest.fixture(params=CASES)
def case(request):
    return request.param


@pytest.fixture
def model(case):
    return rb.models.named(case)


def test_start_and_field_are_finite(model):
    assert set(model.start) == set(model.states)
    rates = model.field.f(list(model.start.values()), list(model.parameters.values()))
    assert rates.shape == (len(model.states),)
    assert np.isfinite(rates).all()


def test_every_symbol_has_a_unit_and_a_meaning(model):
    for name in (*model.states, *model.parameters):
        assert model.units[name].strip()
        assert len(model.meanings[name]) > 3
    units = {model.units[name] for name in model.states}
    assert model.time_unit in ("ms", "s", None)
    assert (model.time_unit is None) == (units <= {"1", "rad"})


def test_reference_and_natural_range(model):
    assert len(model.reference) > 20
    name, (low, high) = model.natural
    assert low < high
    assert name in model.parameters
    assert low <= model.parameters[name] <= high


def test_latex_is_balanced_and_renders(model):
    from matplotlib.mathtext import MathTextParser

    text = model.latex()
    assert text.count("{") == text.count("}")
    body = text.removeprefix("\\begin{aligned}\n").removesuffix("\n\\end{aligned}")
    parser = MathTextParser("path")
    for line in body.split(" \\\\\n"):
        assert parser.parse(f"${line.replace('&', '')}$").width > 0


def test_pickle_and_replace_keep_the_model(model):
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert again.digest == model.digest
    name = model.natural[0]
    other = model.replace({name: model.natural[1][0] + 0.123})
    assert other != model
    assert other.structure == model.structure
    assert other.replace({name: model.parameters[name]}) == model


def test_digests_are_the_same_in_another_process():
    script = (
        "import json, sys, rheobase as rb\n"
        "print(json.dumps({c: rb.models.named(c).digest for c in json.load(sys.stdin)}))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(CASES),
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = {case: rb.models.named(case).digest for case in CASES}
    assert json.loads(finished.stdout) == here


def points(model, case):
    """The start, two points around it, and points at and beside removable singularities."""
    start = np.array(list(model.start.values()))
    random = np.random.default_rng(1)
    found = [start]
    for _ in range(2):
        scale = 0.1 * np.abs(start) + 0.05
        found.append(start + scale * random.uniform(-1, 1, len(start)))
    for voltage in SINGULAR.get(case, ()):
        for offset in (0, 1e-9, -1e-4, 0.01):
            found.append(np.array([voltage + offset, *start[1:]]))
    return found


def exact_field(model):
    """The right sides as a function of mpmath numbers, by SymPy's own printer."""
    full = {}
    for name, expression in model.definitions.items():
        full[sympy.Symbol(name, real=True)] = expression.xreplace(full)
    rates = [model.equations[state].xreplace(full) for state in model.states]
    names = [sympy.Symbol(name, real=True) for name in (*model.states, *model.parameters)]
    return sympy.lambdify(names, rates, modules="mpmath")


def shifted(at, *moves):
    """`at` plus the sum of step * vector over the moves."""
    return [mpmath.mpf(a) + sum(h * v[i] for h, v in moves) for i, a in enumerate(at)]


def central(f, at, *vectors):
    """The mixed central difference of f at a point along one, two or three vectors."""
    total = None
    for signs in np.ndindex(*(2,) * len(vectors)):
        moves = [((1 - 2 * s) * STEP, v) for s, v in zip(signs, vectors, strict=True)]
        weight = (-1) ** sum(signs)
        values = [weight * value for value in f(*shifted(at, *moves))]
        total = values if total is None else [a + b for a, b in zip(total, values, strict=True)]
    return np.array([float(value / (2 * STEP) ** len(vectors)) for value in total])


def agrees(ours, exact, size):
    """To 1e-10 relative; terms of the order of `size` may cancel."""
    size = max(size, np.abs(exact).max())
    np.testing.assert_allclose(ours, exact, rtol=1e-10, atol=1e-13 * size)


def test_derivatives_against_differences_at_100_digits(model, case):
    f, field = exact_field(model), model.field
    p = np.array(list(model.parameters.values()))
    n, m = len(model.states), len(p)
    random = np.random.default_rng(2)
    with mpmath.workdps(DIGITS):
        for x in points(model, case):
            # Off the removable points, which are 0/0 to mpmath, by less than a double can hold.
            at = [mpmath.mpf(float(x[0])) + NUDGE, *map(float, x[1:]), *map(float, p)]
            unit = np.eye(n + m).tolist()
            columns = np.array([central(f, at, e) for e in unit]).T
            size = np.abs(columns).max()
            agrees(field.jacobian(x, p), columns[:, :n], size)
            agrees(field.dfdp(x, p), columns[:, n:], size)
            u, v, w = random.uniform(-1, 1, (3, n))
            padded = [[*vector.tolist(), *[0] * m] for vector in (u, v, w)]
            agrees(field.B(x, p, u, v), central(f, at, *padded[:2]), size)
            agrees(field.C(x, p, u, v, w), central(f, at, *padded), size)
            terms = np.abs(columns) @ np.maximum(np.abs([*x, *p]), 1e-6)
            agrees(field.f(x, p), np.array([float(value) for value in f(*at)]), terms.max())


def test_maps_and_flows_say_so():
    kinds = {entry.name: entry.model().kind for entry in rb.models.catalog()}
    assert {name for name, kind in kinds.items() if kind == "map"} == {"henon", "logistic"}
