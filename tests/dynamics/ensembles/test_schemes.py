"""Ensembles with steps of one length against single runs, closed forms and orders."""

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

SCHEMES = {"euler": 1, "heun": 2, "rk2": 2, "rk4": 4, "exponential-euler": 1}


def cosine() -> rb.Model:
    """x' = -x tan(t): x = cos t; the equation contains t."""
    return rb.Model("cosine", "x' = -x*tan(t)", start=dict(x=1))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_members_are_the_runs_of_simulate(scheme):
    model = rb.models.fitzhugh_nagumo()
    values = np.linspace(0, 1, 3)
    many = rb.simulate_ensemble(
        model, dict(I=values, v=[-1.0, 0.5]), until=10.03, step=0.05, scheme=scheme
    )
    assert many.shape == (3, 2)
    assert many.dims == ("I", "v")
    for i in range(3):
        for j in range(2):
            run = rb.simulate(many.member(i, j), until=10.03, step=0.05, scheme=scheme)
            assert many["v"][i, j] == pytest.approx(run["v"][-1], abs=1e-13)
            assert many["w"][i, j] == pytest.approx(run["w"][-1], abs=1e-13)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_orders(scheme):
    steps = np.array([0.1, 0.05, 0.025, 0.0125])
    errors = [
        abs(rb.simulate_ensemble(cosine(), until=1, step=h, scheme=scheme)["x"] - np.cos(1))
        for h in steps
    ]
    slopes = np.diff(np.log(errors)) / np.diff(np.log(steps))
    if scheme == "exponential-euler":  # exact where the coefficient is constant, first order here
        assert slopes[-1] == pytest.approx(1, abs=0.2)
    else:
        assert slopes[-1] == pytest.approx(SCHEMES[scheme], abs=0.2)


def test_hodgkin_huxley_against_scipy():
    model = rb.models.hodgkin_huxley()
    many = rb.simulate_ensemble(model, dict(I=[0.0, 10, 30]), until=30, step=0.005)
    for i in range(3):
        one = many.member(i)
        p = one.field.parameter_array(one.parameters)
        exact = solve_ivp(
            lambda t, x, one=one, p=p: one.field.f(x, p),
            (0, 30),
            list(one.start.values()),
            method="DOP853",
            rtol=1e-11,
            atol=1e-11,
        ).y[:, -1]
        np.testing.assert_allclose(many.states[i], exact, atol=2e-6)


def test_samples_and_drives():
    samples = dict(I=[0.0, 0.3, 0.5], v=[0.0, 1.0, 2.0])
    model = rb.models.fitzhugh_nagumo()
    many = rb.simulate_ensemble(model, samples=samples, until=5, step=0.05)
    assert many.dims == ("sample",)
    grid = rb.simulate_ensemble(model, samples, until=5, step=0.05)
    np.testing.assert_array_equal(many["v"], np.diagonal(grid["v"]))
    assert (many["I"] == samples["I"]).all()
    assert (many["epsilon"] == model.parameters["epsilon"]).all()
    # a jump of the drive on a point of the grid costs no order: the stages see it from their side
    relax = rb.Model("relax", "x' = (I - x)/tau", parameters=dict(I=0, tau=1), start=dict(x=0))
    taus = np.array([0.5, 1.0, 2.0])
    driven = rb.simulate_ensemble(
        relax, dict(tau=taus), until=3, step=0.1, drive=dict(I="heaviside(t - 0.3)")
    )
    np.testing.assert_allclose(driven["x"], 1 - np.exp(-2.7 / taus), atol=1e-4 * 0.3)
    assert driven["I"].tolist() == [1, 1, 1]  # at the end of the run
    # a run that begins late
    late = rb.simulate_ensemble(
        relax, dict(tau=taus), begin=5, until=6, step=0.01, drive=dict(I="t - 5"), save="trace"
    )
    np.testing.assert_allclose(late["x"][:, -1], 1 - taus * (1 - np.exp(-1 / taus)), atol=1e-8)
    assert late.t[0] == 5
    assert late.t[-1] == 6


def test_maps_are_iterated():
    logistic = rb.Model.map(
        "logistic", "x = r*x*(1 - x)", parameters=dict(r=2.0), start=dict(x=0.3)
    )
    many = rb.simulate_ensemble(logistic, dict(r=[2.0, 3.2, 4.5]), until=6)
    x = 0.5 * (1 - 0.4 ** (2**6))  # r = 2 in closed form
    assert many["x"][0] == pytest.approx(x, abs=1e-15)
    assert many["x"][1] == pytest.approx(rb.simulate(many.member(1), until=6)["x"][-1], abs=1e-14)
    late = rb.simulate_ensemble(logistic, dict(r=[2.0, 4.5]), until=100)
    assert late.status.tolist() == [rb.Status.COMPLETED, rb.Status.DIVERGED]
    assert np.isnan(late["x"][1])
    assert "r = 4.5" in late.message


def test_adaptive_schemes_give_the_runs_of_simulate():
    model = rb.models.fitzhugh_nagumo()
    many = rb.simulate_ensemble(
        model,
        dict(I=[0.3, 0.5]),
        until=60,
        tolerance=1e-8,
        save=["spikes", "extrema", "trace"],
        every=2,
    )
    run = rb.simulate(many.member(1), until=60, tolerance=1e-8)
    np.testing.assert_array_equal(many.spikes[1], run.spikes)
    assert many.states[1].tolist() == run.x[-1].tolist()
    np.testing.assert_array_equal(many["v"][1], run(many.t, "v"))
    assert many.maximum["v"][1] == pytest.approx(
        run(np.linspace(0, 60, 20_001), "v").max(), abs=2e-3
    )
    assert many.tolerance == 1e-8
    assert many.step is None
