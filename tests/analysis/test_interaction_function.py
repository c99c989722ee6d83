"""Interaction functions: closed forms, the multiplier of synchrony, wrong couplings."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

TURN = 2 * np.pi
CLOCK = rb.Model(
    "radial isochron clock",
    """
    x' = x*(1 - r2) - y*(1 + b*(1 - r2))
    y' = y*(1 - r2) + x*(1 + b*(1 - r2))
    r2 = x^2 + y^2
    """,
    parameters=dict(b=0.5),
    start=dict(x=1, y=0),
)
DIFFUSIVE = dict(x="K*(x_other - x)", y="K*(y_other - y)")


def clock(b=0.5):
    return rb.find_limit_cycle(CLOCK.replace(b=b))


@settings(max_examples=10, deadline=None)
@given(b=st.floats(-2, 2), K=st.floats(-1, 1).filter(lambda K: abs(K) > 1e-3))
def test_diffusive_coupling_of_two_clocks(b, K):
    """Z = (-sin - b cos, cos - b sin)/(2 pi) gives H = K/(2 pi) (sin psi - b cos psi + b) (with
    psi in radians), G = -(K/pi) sin psi: in phase with the rate -2 K, antiphase 2 K."""
    found = rb.interaction_function(clock(b), DIFFUSIVE, parameters=dict(K=K))
    psi = TURN * found["phase"]
    exact = K / TURN * (np.sin(psi) - b * np.cos(psi) + b)
    tolerance = 1e-8 * abs(K) * (1 + abs(b))
    np.testing.assert_allclose(found["H"], exact, atol=tolerance)
    np.testing.assert_allclose(found["G"], -K / np.pi * np.sin(psi), atol=2 * tolerance)
    np.testing.assert_allclose(
        found["slope"], K * (np.cos(psi) + b * np.sin(psi)), atol=10 * tolerance
    )
    here, against = found.locked
    assert (here.phase, against.phase) == (0, 0.5)
    assert here.rate == pytest.approx(-2 * K, rel=1e-7)
    assert against.rate == pytest.approx(2 * K, rel=1e-7)
    assert (here.stable, against.stable) == (K > 0, K < 0)
    assert against.gain == pytest.approx(K * b / np.pi, abs=tolerance)


def test_one_component_definitions_and_functions():
    """x alone: H = K/2 (sin psi - b cos psi + b)/(2 pi). r2_other = 1 on the circle, so that
    "r2_other" as a drive of x averages to zero."""
    found = rb.interaction_function(clock(0.5), dict(x="x_other - x"))
    psi = TURN * found["phase"]
    exact = (np.sin(psi) - 0.5 * np.cos(psi) + 0.5) / 2 / TURN
    np.testing.assert_allclose(found["H"], exact, atol=1e-8)
    still = rb.interaction_function(clock(0.5), dict(x="r2_other"))
    np.testing.assert_allclose(still["H"], 0, atol=1e-8)


def test_two_harmonics_lock_in_between():
    """c = h (-y, x) moves along the circle: H = h/(2 pi) at b = 0. With h = sin psi + q sin 2 psi,
    sin psi = x y_o - y x_o and cos psi = x x_o + y y_o on the circle, q = -1:
    G = -(sin psi - sin 2 psi)/pi vanishes where cos psi = 1/2 too."""
    H = "((x*y_other - y*x_other) + 2*q*(x*y_other - y*x_other)*(x*x_other + y*y_other))"
    coupling = dict(x=f"-y*{H}", y=f"x*{H}")
    found = rb.interaction_function(clock(0), coupling, parameters=dict(q=-1))
    phases = [state.phase for state in found.locked]
    assert phases == pytest.approx([0, 1 / 6, 1 / 2, 5 / 6], abs=1e-7)
    rates = -2 * (np.cos(TURN * np.array(phases)) - 2 * np.cos(2 * TURN * np.array(phases)))
    assert [state.rate for state in found.locked] == pytest.approx(rates, abs=1e-6)
    assert [state.stable for state in found.locked] == list(rates < 0)


def test_an_even_interaction_is_neutral():
    """c that turns with cos psi: G = 0, nothing is locked."""
    H = "(x*x_other + y*y_other)"
    found = rb.interaction_function(clock(0), dict(x=f"-y*{H}", y=f"x*{H}"))
    np.testing.assert_allclose(found["H"], np.cos(TURN * found["phase"]) / TURN, atol=1e-8)
    assert found.neutral
    assert found.locked == ()
    assert "neutral" in repr(found)


@pytest.mark.parametrize(
    "model",
    [
        rb.models.morris_lecar("hopf").replace(I=150),
        rb.models.hodgkin_huxley().replace(I=10),
        rb.models.morris_lecar("snic").replace(I=41),
    ],
    ids=["class 2", "axon", "class 1"],
)
def test_the_rate_of_synchrony_is_its_transverse_exponent(model):
    """Two cells with diffusive coupling in V: v = x_2 - x_1 near synchrony obeys
    v' = (A - 2 g e_V e_V^T) v; its leading exponent is G'(0) to first order in g (SciPy)."""
    cycle, n = rb.find_limit_cycle(model), len(model.states)
    response = rb.phase_response(cycle)
    p = model.field.parameter_array(model.parameters)
    found = rb.interaction_function(response, dict(V="g*(V_other - V)"), parameters=dict(g=1))

    def exponent(g):
        def both(t, y):
            f, A = model.field.linearisation(y[:n], p)
            A[0, 0] -= 2 * g
            return np.concatenate([f, (A @ y[n:].reshape(n, n)).ravel()])

        start = np.concatenate([response.cycle(0.0), np.eye(n).ravel()])
        run = solve_ivp(both, (0, cycle.period), start, method="DOP853", rtol=1e-11, atol=1e-11)
        values = np.linalg.eigvals(run.y[n:, -1].reshape(n, n))
        return np.log(values[np.argmin(np.abs(values - 1))].real) / cycle.period

    g = 1e-5
    slope = (exponent(g) - exponent(-g)) / (2 * g)
    assert found.locked[0].rate == pytest.approx(slope, rel=1e-4)


def test_at_any_difference_and_its_slope():
    cycle = rb.find_limit_cycle(rb.models.wang_buzsaki().replace(I=1))
    found = rb.interaction_function(cycle, dict(V="g*(V_other - V)"), parameters=dict(g=1))
    assert found(0.0) == pytest.approx(0, abs=1e-12)
    psi = np.array([0.1, 0.37, 0.8])
    np.testing.assert_allclose(found(psi + 1), found(psi), rtol=1e-9)
    step = 1e-5
    difference = (found(psi + step) - found(psi - step)) / (2 * step)
    np.testing.assert_allclose(found.slope(psi), difference, rtol=1e-6)
    odd = found(-psi) - found(psi)
    assert np.interp(psi, found["phase"], found["G"]) == pytest.approx(odd, abs=1e-3)
    for state in found.locked:
        assert found(-state.phase) == pytest.approx(found(state.phase), abs=1e-11)
    table = found.to_dataframe()
    assert list(table.columns) == ["phase", "H", "G", "slope"]
    said = found.to_dict()
    assert [row["phase"] for row in said["locked"]] == [state.phase for state in found.locked]


@pytest.mark.parametrize(
    ("coupling", "parameters", "error", "words"),
    [
        (dict(z="x_other"), {}, rb.UnknownName, "'z' is not a state of"),
        (dict(x="K*x_other"), {}, rb.EquationError, "the coupling of x: unknown name 'K'"),
        (dict(x="x_othr"), {}, rb.EquationError, "x_other"),
        (dict(x=3), {}, rb.InvalidArgument, "is text, not 3"),
        ({}, {}, rb.InvalidArgument, "the coupling is empty"),
        (dict(x="t*x_other"), {}, rb.InvalidArgument, "depends on time t"),
        (dict(x="b"), dict(b=1), rb.InvalidArgument, "'b' of the coupling is a name of"),
        (dict(x="b"), dict(x_other=1), rb.InvalidArgument, "means a state of the other cell"),
        ("x_other", {}, rb.InvalidArgument, "mapping by name"),
    ],
)
def test_wrong_couplings(coupling, parameters, error, words):
    with pytest.raises(error, match=words):
        rb.interaction_function(clock(), coupling, parameters=parameters)


def test_unknown_columns():
    found = rb.interaction_function(clock(), DIFFUSIVE, parameters=dict(K=1))
    with pytest.raises(rb.UnknownName, match="'h' is not a column"):
        found["h"]
    with pytest.raises(rb.InvalidArgument, match="takes differences"):
        found("a")


def test_cycles_through_a_reset_are_refused():
    cycle = rb.find_limit_cycle(rb.models.leaky().replace(I=2))
    with pytest.raises(rb.InvalidArgument, match="its phase response jumps"):
        rb.interaction_function(cycle, dict(V="V_other - V"))
    two = rb.find_limit_cycle(rb.models.izhikevich().replace(I=10))
    with pytest.raises(rb.InvalidArgument, match="smooth models of two states"):
        rb.isochrons(two, dict(v=(-80, 30), u=(-20, 10)))
