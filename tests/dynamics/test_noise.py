"""Noise terms of a model in a simulation: variances, shared sources, seeds."""

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
    with pytest.raises(rb.InvalidArgument, match="euler-maruyama"):
        rb.simulate(model, until=1, step=0.1, scheme="milstein")


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
