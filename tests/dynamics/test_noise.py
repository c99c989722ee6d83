"""Noise terms of a model in a simulation: variances, shared sources, seeds."""

import math

import numpy as np
import pytest
import rheobase as rb


def test_the_variance_of_an_ornstein_uhlenbeck_process():
    # variance sigma^2 tau/2; that of Euler-Maruyama itself is sigma^2 tau/(2 - h/tau)
    model = rb.Model(
        "ou", "x' = -x/tau", parameters=dict(tau=2, s=0.3), start=dict(x=0), noise=dict(x="s")
    )
    h, until = 0.05, 100_000
    run = rb.simulate(model, until=until, step=h, seed=7)
    exact = 0.3**2 * 2 / (2 - h / 2)
    # the mean of x^2 over T has the relative standard error sqrt(2 tau/T)
    assert run["x"].var() == pytest.approx(exact, rel=4 * np.sqrt(2 * 2 / until))
    assert run.scheme == "euler-maruyama"


def test_shared_sources_correlate():
    model = rb.Model(
        "two",
        "x' = 0\ny' = 0\nz' = 0",
        start=dict(x=0, y=0, z=0),
        parameters=dict(s=2),
        noise=dict(x=dict(a="s"), y=dict(a="s/2", b="1"), z=dict(b="3")),
    )
    run = rb.simulate(model, until=20_000, step=1, seed=1)
    covariance = np.cov(np.diff(run.x, axis=0).T)
    amplitudes = np.array([[2, 0], [1, 1], [0, 3]])
    np.testing.assert_allclose(covariance, amplitudes @ amplitudes.T, atol=0.35)
    # x is the source a alone, z the source b alone, y their sum: exact, path by path
    np.testing.assert_allclose(run["y"], run["x"] / 2 + run["z"] / 3, atol=1e-9)
    # amplitudes without states have no slopes: Milstein is Euler
    both = [rb.simulate(model, until=9, step=1, scheme=s).x for s in ("milstein", "euler-maruyama")]
    np.testing.assert_array_equal(*both)


def test_geometric_brownian_motion_path_by_path():
    # x' = mu x + sigma x dW (Ito): x = exp((mu - sigma^2/2) t + sigma W), W from the additive twin
    shared = dict(start=dict(x=1, w=0), parameters=dict(mu=0.3, s=0.5))
    model = rb.Model(
        "gbm", "x' = mu*x\nw' = 0", noise=dict(x=dict(a="s*x"), w=dict(a="1")), **shared
    )
    run = rb.simulate(model, until=1, step=1e-5, seed=5)
    exact = np.exp((0.3 - 0.125) * run.t + 0.5 * run["w"])
    assert np.abs(run["x"] / exact - 1).max() < 5e-3


def test_seeds():
    model = rb.Model("w", "x' = 0", start=dict(x=0), noise=dict(x="1"))
    paths = [rb.simulate(model, until=10, step=0.1, seed=s)["x"] for s in (1, 1, 2)]
    np.testing.assert_array_equal(paths[0], paths[1])
    assert np.abs(paths[0] - paths[2]).max() > 0.1


def test_noise_needs_a_step():
    model = rb.Model("w", "x' = 0", start=dict(x=0), noise=dict(x="1"))
    with pytest.raises(rb.InvalidArgument, match="give step"):
        rb.simulate(model, until=1)
    with pytest.raises(rb.InvalidArgument, match="leaves out"):
        rb.simulate(model, until=1, step=0.1, scheme="rk4")


def test_an_ou_current():
    cell = rb.Model(
        "leak",
        "V' = (I - V)/tau",
        parameters=dict(I=1.5, tau=2),
        start=dict(V=0),
        units=dict(I="nA"),
        natural=("I", (0, 4)),
        time_unit="ms",
    )
    noisy = rb.with_ou_current(cell, sigma=0.4, tau=3)
    assert noisy.states == ("V", "I")
    assert (noisy.parameters["I_mean"], noisy.start["I"]) == (1.5, 1.5)
    assert noisy.units["I_sigma"] == "nA"
    assert noisy.natural == ("I_mean", (0.0, 4.0))
    run = rb.simulate(noisy, until=40_000, step=0.25, seed=1, scheme="srk")
    current, count = run["I"][400:], 40_000 / (2 * 3)
    assert abs(current.mean() - 1.5) < 4 * 0.4 / np.sqrt(count)
    assert current.var() == pytest.approx(0.4**2, rel=4 * np.sqrt(2 / count))
    part = current - current.mean()
    for lag in (4, 12, 24):  # autocorrelation exp(-s/tau)
        fall = (part[:-lag] @ part[lag:]) / (part @ part)
        assert fall == pytest.approx(np.exp(-0.25 * lag / 3), abs=4 / np.sqrt(count))
    # the leak filters it: var V = sigma^2 tau_I/(tau_I + tau)
    assert run["V"][400:].var() == pytest.approx(0.4**2 * 3 / 5, rel=0.1)
    # a start from the long run's distribution is stationary at once
    starts = np.random.default_rng(1).normal(1.5, 0.4, 4000)
    many = rb.simulate_ensemble(noisy, samples=dict(I=starts), until=1, step=0.05, seed=2)
    assert many["I"].var() == pytest.approx(0.16, rel=4 * np.sqrt(2 / 4000) + 0.02)


def test_an_ou_current_goes_on_while_the_membrane_rests():
    cell = rb.models.leaky()
    noisy = rb.with_ou_current(
        rb.Model.from_dict(cell.to_dict() | {"reset": cell.reset.to_dict() | {"hold": []}}),
        mean=4,
        sigma=1,
        tau=5,
    )
    assert noisy.reset.hold == ("V",)
    run = rb.simulate(noisy, until=200, step=0.1, seed=3)
    assert len(run.spikes) > 5
    resting = run.t[(run.kinds & 1) != 0]
    assert np.all(run(resting, "V") == -65)
    assert np.std(run(resting, "I")) > 0.1


def test_what_an_ou_current_refuses():
    cell = rb.models.leaky()
    with pytest.raises(rb.UnknownName, match="'J' is not a parameter"):
        rb.with_ou_current(cell, "J", sigma=1, tau=1)
    with pytest.raises(rb.InvalidArgument, match="tau must be positive"):
        rb.with_ou_current(cell, sigma=1, tau=0)
    with pytest.raises(rb.InvalidArgument, match="is a map"):
        rb.with_ou_current(rb.models.logistic(), "r", sigma=1, tau=1)
    twice = rb.with_ou_current(cell, sigma=1, tau=1)
    with pytest.raises(rb.UnknownName, match="'I' is not a parameter"):
        rb.with_ou_current(twice, sigma=1, tau=1)


def test_statistics_of_spikes():
    found = rb.spike_statistics([[0, 1, 3, 4, 6, 7], [10, 11]], lags=2)
    intervals = np.array([1, 2, 1, 2, 1, 1])
    assert found.count == 6
    assert found.mean == pytest.approx(intervals.mean())
    assert found.cv == pytest.approx(intervals.std(ddof=1) / intervals.mean())
    apart = intervals - intervals.mean()
    pairs = (apart[:4] @ apart[1:5]) / 4
    assert found.serial_correlation[0] == pytest.approx(pairs / intervals.var(ddof=1))
    assert rb.spike_statistics([0, 1, 3, 4], after=0.5).count == 2
    poisson = np.cumsum(np.random.default_rng(1).exponential(2, 20_000))
    drawn = rb.spike_statistics(poisson)
    assert abs(drawn.cv - 1) < 4 * drawn.cv_error < 0.1
    assert abs(drawn.rate - 0.5) < 4 * drawn.rate_error
    assert np.all(np.abs(drawn.serial_correlation) < 4 * drawn.serial_errors)
    silent = rb.spike_statistics([])
    assert silent.count == 0
    assert np.isnan(silent.rate)
    assert silent.to_dict()["rate"] is None
    for bad in (3, [3, 2, 1], [[1, "a"]]):
        with pytest.raises(rb.InvalidArgument, match="spike"):
            rb.spike_statistics(bad)
    with pytest.raises(rb.InvalidArgument, match="after must be a finite number, not nan"):
        rb.spike_statistics([0, 1], after=math.nan)
    with pytest.raises(rb.InvalidArgument, match="coincide, the first at t = 2"):
        rb.spike_statistics([[7], [2, 2, 2]])


def test_maps_with_noise():
    # x -> a x + s z: variance s^2/(1 - a^2), correlation a^k
    model = rb.Model.map(
        "AR(1)", "x = a*x", parameters=dict(a=0.8, s=0.5), start=dict(x=0), noise=dict(x="s")
    )
    x = rb.simulate(model, until=100_000, seed=1)["x"]
    independent = 100_000 * (1 - 0.8) / (1 + 0.8)
    assert x.var() == pytest.approx(0.25 / 0.36, rel=4 * np.sqrt(2 / independent))
    assert (x[:-3] @ x[3:]) / (x @ x) == pytest.approx(0.8**3, abs=0.02)
    np.testing.assert_array_equal(x, rb.simulate(model, until=100_000, seed=1)["x"])
    many = rb.simulate_ensemble(model, dict(a=[0, 0.8]), repeats=400, until=40, seed=2)
    spread = many["x"].var(axis=1)
    np.testing.assert_allclose(spread, [0.25, 0.25 / 0.36], rtol=4 * np.sqrt(2 / 400))
    pair = rb.Model.map(
        "pair", "x = 0\ny = 0", start=dict(x=0, y=0), noise=dict(x=dict(a="1"), y=dict(a="2"))
    )
    run = rb.simulate(pair, until=50)
    np.testing.assert_allclose(run["y"], 2 * run["x"], rtol=1e-15)
    wild = rb.Model.map("wild", "x = 10*x", start=dict(x=1), noise=dict(x="x"))
    assert rb.simulate(wild, until=2000).status is rb.Status.DIVERGED


def test_cv_of_a_run():
    run = rb.simulate(rb.models.leaky().replace(I=3), until=200)
    assert run.cv() == pytest.approx(0, abs=1e-9)
    assert np.isnan(rb.simulate(rb.models.leaky(), until=20).cv())
