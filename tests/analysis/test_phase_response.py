"""Phase responses: closed forms, direct perturbation, normal-form limits, normalisation."""

from itertools import pairwise

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

CLOCK = rb.Model(
    "radial isochron clock",
    """
    x' = lambda*x*(1 - r2) - y*(omega + c*(1 - r2))
    y' = lambda*y*(1 - r2) + x*(omega + c*(1 - r2))
    r2 = x^2 + y^2
    """,
    parameters={"omega": 1, "lambda": 1, "c": 0},
    start=dict(x=1, y=0),
)


def circle(**parameters):
    """The unit circle as a LimitCycle, also where it repels."""
    t = np.linspace(0, 1, 31)
    rough = rb.find_limit_cycle(CLOCK.replace(parameters | {"lambda": 1}))
    cycle = rb.find_limit_cycle(CLOCK.replace(parameters), guess=rough)
    assert cycle(t * cycle.period, "x") == pytest.approx(np.cos(2 * np.pi * t), abs=1e-7)
    return cycle


@settings(max_examples=12, deadline=None)
@given(
    omega=st.floats(0.1, 10),
    rate=st.floats(0.2, 3).flatmap(lambda size: st.sampled_from([size, -size])),
    c=st.floats(-3, 3),
)
def test_the_radial_isochron_clock_with_shear(omega, rate, c):
    """Theta = (theta - (c/lambda) ln r)/(2 pi), since d(theta)/dt - (c/lambda) d(ln r)/dt = omega;
    attracting or repelling (lambda < 0) alike."""
    response = rb.phase_response(circle(**{"omega": omega, "lambda": rate, "c": c}))
    theta, b = 2 * np.pi * response.phase, c / rate
    size = 1 + abs(b)
    x = (-np.sin(theta) - b * np.cos(theta)) / (2 * np.pi)
    y = (np.cos(theta) - b * np.sin(theta)) / (2 * np.pi)
    np.testing.assert_allclose(response["x"], x, atol=2e-8 * size)
    np.testing.assert_allclose(response["y"], y, atol=2e-8 * size)
    # omega moves the phase by 1/(2 pi) per unit of time, at every phase
    np.testing.assert_allclose(response["omega"], 1 / (2 * np.pi), atol=2e-8 * size)
    assert response.error < 1e-9


CASES = {
    "hodgkin-huxley": rb.models.hodgkin_huxley().replace(I=10),
    "morris-lecar": rb.models.morris_lecar("hopf").replace(I=150),
    "near a SNIC": rb.models.morris_lecar("snic").replace(I=39.97),
    "wang-buzsaki": rb.models.wang_buzsaki().replace(I=1),
    "fitzhugh-nagumo": rb.models.fitzhugh_nagumo().replace(I=0.5),
    "relaxation": rb.models.van_der_pol().replace(mu=100),
}


@pytest.mark.parametrize("name", CASES)
def test_normalisation_everywhere(name):
    """Z . f = 1/T to 1e-8, at places of no mesh, with an f of its own."""
    response = rb.phase_response(rb.find_limit_cycle(CASES[name]))
    cycle, model = response.cycle, response.cycle.model
    phase = np.random.default_rng(1).random(5000)
    f = model.field.f(cycle(phase * cycle.period), model.field.parameter_array(model.parameters))
    product = cycle.period * (response(phase) * f).sum(axis=0)
    assert np.abs(product - 1).max() < 1e-8
    assert response.error < 1e-8


def phase_shift(model, start, state, kick, period, turns):
    """By how much of a cycle a kick at `start` advances the crossings of x = x_0 by the first state
    upward, many cycles later: SciPy's DOP853."""
    p = model.field.parameter_array(model.parameters)

    def crossing(size):
        x = np.array(start)
        x[state] += size
        level = float(np.mean([start[0], model.start[model.states[0]]]))

        def upward(t, y):
            return y[0] - level

        upward.direction = 1
        run = solve_ivp(
            model.field.at_points(p),
            (0, turns * period),
            x,
            method="DOP853",
            rtol=1e-11,
            atol=1e-11,
            events=upward,
        )
        return run.t_events[0][-1]

    early, late = crossing(kick), crossing(-kick)
    shift = (late - early) / period
    return (shift + 0.5) % 1 - 0.5


@pytest.mark.parametrize(
    ("name", "state", "kick"),
    [("hodgkin-huxley", 0, 1e-4), ("hodgkin-huxley", 3, 1e-6), ("wang-buzsaki", 0, 1e-4)],
)
def test_direct_perturbation(name, state, kick):
    """(Theta(x + d) - Theta(x - d))/2d, with the kicked orbits run to rest on the cycle."""
    model = CASES[name]
    response = rb.phase_response(rb.find_limit_cycle(model))
    sizes = np.abs(response(response.phase, model.states[state])).max()
    for phase in (0.1, 0.45, 0.8):
        start = response.cycle(phase * response.period)
        measured = phase_shift(model, start, state, kick, response.period, 6) / (2 * kick)
        assert float(response(phase, model.states[state])) == pytest.approx(
            measured, abs=3e-5 * sizes
        )


def test_an_unstable_cycle_by_its_monodromy():
    """Z(0) is the left eigenvector of the monodromy matrix for the multiplier 1 (SciPy)."""
    model = rb.models.hodgkin_huxley().replace(I=7.76)
    rest = rb.continue_equilibria(model, "I", (5, 12))
    cycle = rb.continue_cycles(rest.first("hopf")).at(I=8)[0]
    assert not cycle.stable
    response = rb.phase_response(cycle)
    model, n = cycle.model, 4
    p = model.field.parameter_array(model.parameters)

    def both(t, y):
        f, A = model.field.linearisation(y[:n], p)
        return np.concatenate([f, (A @ y[n:].reshape(n, n)).ravel()])

    start = np.concatenate([response.cycle(0.0), np.eye(n).ravel()])
    run = solve_ivp(both, (0, cycle.period), start, method="DOP853", rtol=1e-12, atol=1e-12)
    monodromy = run.y[n:, -1].reshape(n, n)
    Z = response(0.0)
    np.testing.assert_allclose(Z @ monodromy, Z, atol=1e-6 * np.abs(Z).max())
    assert response.error < 1e-8


def test_next_to_a_homoclinic_orbit():
    """Where the period depends on the last digits of the current."""
    model = rb.models.morris_lecar("homoclinic")
    family = rb.bifurcation_diagram(model, "I", (30, 45)).cycles[0]
    for period, error in ((100, 1e-8), (150, 1e-5)):
        row = int(np.argmin(np.abs(family["period"] - period)))
        response = rb.phase_response(family.orbit(row))
        assert response.period == pytest.approx(family["period"][row], rel=1e-4)
        assert response.cycle.parameters["I"] == pytest.approx(family["I"][row], rel=1e-12)
        assert response.error < error


def test_near_a_snic_it_is_one_minus_cosine():
    """Ermentrout 1996: Z_V tends to c (1 - cos 2 pi phase), the spike being ever shorter."""
    away = []
    for distance in (1e-1, 1e-2, 1e-3, 1e-4):
        model = rb.models.morris_lecar("snic").replace(I=39.963153092745 + distance)
        response = rb.phase_response(rb.find_limit_cycle(model))
        phase = np.linspace(0, 1, 2000, endpoint=False)
        Z = np.fft.rfft(response(phase, "V"))[:20]
        # a shift of the origin of phase aside: mean and first harmonic are equal in size
        assert np.abs(Z[2:]).max() < 0.3 * abs(Z[0])
        away.append(abs(2 * abs(Z[1]) / abs(Z[0]) - 1) + np.abs(Z[2:]).max() / abs(Z[0]))
    assert all(nearer < 0.6 * before for before, nearer in pairwise(away))
    assert away[-1] < 0.01


def test_near_a_hopf_point_it_is_a_sine():
    """Of the small cycles of a Hopf point the mean and all higher harmonics vanish (with the
    amplitude), as for Z = (-sin, cos)/r of the normal form."""
    model = rb.models.morris_lecar("hopf")
    rest = rb.continue_equilibria(model, "I", (80, 110))
    family = rb.continue_cycles(rest.first("hopf"), max_step=0.05)
    away = []
    for value in (93.8, 93.85, 93.857):
        response = rb.phase_response(family.at(I=value)[0])
        Z = np.fft.rfft(response(np.linspace(0, 1, 500, endpoint=False), "V"))
        others = np.delete(np.abs(Z), 1).max()
        away.append(others / abs(Z[1]))
    distance = 93.8576183737 - np.array([93.8, 93.85, 93.857])
    assert np.diff(np.log(away)) / np.diff(np.log(distance)) == pytest.approx(0.5, abs=0.01)
    assert away[2] < 0.01


def test_what_the_result_says(tmp_path):
    cycle = rb.find_limit_cycle(CASES["fitzhugh-nagumo"])
    response = rb.phase_response(cycle)
    assert response.phase.min() >= 0
    assert response.phase.max() < 1
    assert response.cycle(0.0)[0] == pytest.approx(response.cycle.maximum["v"], abs=1e-9)
    assert response(1.25, "v") == pytest.approx(response(0.25, "v"))
    assert response(0.25).shape == (2,)
    # f depends on I as v' = ... + I
    np.testing.assert_allclose(response["I"], response["v"], rtol=1e-12)
    table = response.to_dataframe()
    assert list(table.columns) == ["phase", "v", "w"]
    assert response.to_dict()["response"]["w"] == table["w"].tolist()
    assert "T Z.f = 1 within" in repr(response)
    again = rb.load(rb.save(response, tmp_path / "response.npz"))
    np.testing.assert_array_equal(again["v"], response["v"])
    with pytest.raises(AttributeError):
        response.error = 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (CASES["fitzhugh-nagumo"], "takes a LimitCycle, for instance"),
        (3, "takes a LimitCycle"),
    ],
)
def test_wrong_questions(wrong, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.phase_response(wrong)


def test_a_map_has_no_phase():
    point = rb.find_fixed_points(rb.models.named("logistic"))[0]
    with pytest.raises(rb.InvalidArgument, match="is a map: its cycles are sets of points"):
        rb.phase_response(point)


def test_unknown_names():
    response = rb.phase_response(rb.find_limit_cycle(CASES["fitzhugh-nagumo"]))
    with pytest.raises(rb.UnknownName, match="'u' is not a state or parameter of"):
        response["u"]
    with pytest.raises(rb.InvalidArgument, match="takes phases"):
        response("v")
