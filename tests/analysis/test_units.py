"""Units of the states, of the parameter and of time change nothing but the units.

Three models with known answers: Bautin's form (Hopf at 0, fold of cycles at -1/4, r^2 = 1/2), the
Bogdanov-Takens form (fold at 1/16, Hopf at 0, homoclinic by shooting, as in test_infinite_period),
and Kuznetsov's loop (homoclinic at 0, Hopf at 25/98).
"""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st

FORMS = {
    "bautin": ("b*u - v + u*r2 - u*r2^2", "u + b*v + v*r2 - v*r2^2", (-0.6, 0.3)),
    "bogdanov-takens": ("v", "b - u/2 + u^2 - u*v", (-0.2, 0.1)),
    "loop": ("-u + 2*v + u^2", "(2 - b)*u - v - 3*u^2 + 3/2*u*v", (-0.1, 0.4)),
}
KNOWN = {
    "bautin": [("cycle fold", -0.25), ("hopf", 0.0)],
    "bogdanov-takens": [("fold", 1 / 16), ("homoclinic", -0.0565551707502), ("hopf", 0.0)],
    "loop": [("homoclinic", 0.0), ("hopf", 25 / 98)],
}
units = st.sampled_from([1e-3, 3e-2, 1.0, 40.0, 1e3])
few = settings(max_examples=5, deadline=None, derandomize=True)


def diagram_of(form, x=1.0, y=1.0, beta=1.0, time=1.0):
    f, g, (low, high) = FORMS[form]
    model = rb.Model(
        form,
        f"""
        x' = X/T*({f})
        y' = Y/T*({g})
        u = x/X
        v = y/Y
        b = beta/B
        r2 = u^2 + v^2
        """,
        parameters=dict(beta=low * beta, X=x, Y=y, B=beta, T=time),
        start=dict(x=0.1 * x, y=0),
    )
    return rb.bifurcation_diagram(model, "beta", (low * beta, high * beta))


def told(diagram, beta):
    return sorted((p.kind, p.parameters["beta"] / beta) for p in diagram.special)


def assert_known(form, diagram, beta):
    found = told(diagram, beta)
    assert [kind for kind, _ in found] == [kind for kind, _ in KNOWN[form]], found
    for (kind, value), (_, exact) in zip(found, KNOWN[form], strict=True):
        assert value == pytest.approx(exact, abs=1e-11 if kind == "homoclinic" else 1e-12)


@few
@given(st.sampled_from(sorted(FORMS)), units, units, units, units)
def test_units(form, x, y, beta, time):
    diagram = diagram_of(form, x, y, beta, time)
    assert_known(form, diagram, beta)
    hopf = diagram.first("hopf")
    plain = diagram_of(form).first("hopf")
    assert hopf.period == pytest.approx(plain.period * time, rel=1e-10)
    if x == y:
        # l1 is 1/|state|^2; of x' = ... in 1/time, divided by omega
        assert hopf.coefficient == pytest.approx(plain.coefficient / x**2, rel=1e-8)


@pytest.mark.parametrize("x", [1e-6, 1e-3, 1e3, 1e6])
def test_cycles_in_small_and_large_units(x):
    diagram = diagram_of("bautin", x, x)
    assert_known("bautin", diagram, 1.0)
    (family,) = diagram.cycles
    r2 = (family["x_max"] / x) ** 2
    np.testing.assert_allclose(family["beta"], r2**2 - r2, rtol=0, atol=1e-7)


@pytest.mark.parametrize("time", [1e-9, 1e9])
def test_fast_and_slow_time(time):
    diagram = diagram_of("bautin", time=time)
    assert_known("bautin", diagram, 1.0)
    assert diagram.first("LPC").period == pytest.approx(2 * math.pi * time, rel=1e-10)


@few
@given(st.sampled_from(sorted(FORMS)), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_where_zero_is_changes_nothing(form, dx, dy):
    """The origin of the states moved by up to a thousand times their size."""
    f, g, (low, high) = FORMS[form]
    model = rb.Model(
        form,
        f"x' = {f}\ny' = {g}\nu = x - X\nv = y - Y\nr2 = u^2 + v^2",
        parameters=dict(b=low, X=dx, Y=dy),
        start=dict(x=dx + 0.1, y=dy),
    )
    diagram = rb.bifurcation_diagram(model, "b", (low, high))
    found = sorted((p.kind, p.parameters["b"]) for p in diagram.special)
    assert [kind for kind, _ in found] == [kind for kind, _ in KNOWN[form]], found
    for (kind, value), (_, exact) in zip(found, KNOWN[form], strict=True):
        assert value == pytest.approx(exact, abs=1e-6 if kind == "homoclinic" else 1e-8)


@few
@given(st.sampled_from(sorted(FORMS)), st.floats(0.02, 0.3), st.floats(0.02, 0.3))
def test_the_range_changes_no_label(form, below, above):
    """Any range that holds all special points, in either direction."""
    f, g, _ = FORMS[form]
    values = [value for _, value in KNOWN[form]]
    low, high = min(values) - below, max(values) + above
    for interval in ((low, high), (high, low)):
        model = rb.Model(
            form,
            f"x' = {f}\ny' = {g}\nu = x\nv = y\nr2 = u^2 + v^2",
            parameters=dict(b=low),
            start=dict(x=0.1, y=0),
        )
        diagram = rb.bifurcation_diagram(model, "b", interval)
        found = sorted((p.kind, p.parameters["b"]) for p in diagram.special)
        assert [kind for kind, _ in found] == [kind for kind, _ in KNOWN[form]], found
        for (_, value), (_, exact) in zip(found, KNOWN[form], strict=True):
            assert value == pytest.approx(exact, abs=1e-8)


@pytest.mark.parametrize("size", [1e-12, 1e12, 1e40])
def test_branch_points_of_many_states_in_small_and_large_units(size):
    """x0' = (beta - 2.3) x0 - x0^2: the determinant that changes its sign has 14 units in it."""
    others = [f"x{i}' = X*exp(beta)*{i} - x{i}" for i in range(1, 13)]
    model = rb.Model(
        "crossing",
        "\n".join(["x0' = x0*(beta - 2.3) - x0^2/X", *others]),
        parameters=dict(beta=-1, X=size),
        start={"x0": 0, **{f"x{i}": size for i in range(1, 13)}},
    )
    branch = rb.continue_equilibria(model, "beta", (-1, 5))
    assert [point.kind for point in branch.special] == ["branch point"]
    assert branch.special[0].value == pytest.approx(2.3, abs=1e-12)
