"""First passages and noisy thresholds: against Siegert's formula, the inverse Gaussian, renewal."""

import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.ensembles.by_member import member_seed
from scipy import stats

OU = rb.Model(
    "OU neuron",
    "V' = (mu - V)/tau",
    parameters=dict(mu=0, tau=1, sigma=1),
    start=dict(V=0),
    noise=dict(V="sigma"),
)
# tau = 20, threshold 20, reset 10, refractory time 2 (ms, mV): N. Brunel, J. Comput. Neurosci. 8
# (2000) 183-208, table 1; sigma' = 5 mV there is sigma sqrt(tau) here
LIF = rb.Model(
    "LIF with white noise",
    "V' = (mu - V)/tau",
    parameters=dict(mu=15, tau=20, sigma=5 / math.sqrt(20), V_th=20, V_r=10, t_ref=2),
    start=dict(V=10),
    reset=rb.Reset("V > V_th", V="V_r", refractory="t_ref"),
    noise=dict(V="sigma"),
)


@pytest.mark.parametrize("threshold", [1.0, -0.5])
def test_the_bridge_gives_siegerts_mean_where_the_grid_does_not(threshold):
    start = -1.0
    model = OU.replace(V=start)
    exact = rb.siegert(0, 1, 1, threshold, start)
    question = dict(until=400, step=0.1, repeats=2500, seed=3)
    found = rb.first_passage(model, "V", threshold, **question)
    assert found.complete
    assert found.scheme == "srk"
    assert abs(found.mean - exact.mean_interval) < 4 * found.standard_error
    assert found.cv == pytest.approx(exact.cv, abs=0.06)
    on_grid = rb.first_passage(model, "V", threshold, bridge=False, **question)
    assert on_grid.mean - exact.mean_interval > 10 * on_grid.standard_error


def test_euler_needs_a_shorter_step():
    # the variance of its Ornstein-Uhlenbeck process is too large by 1/(1 - h/(2 tau))
    exact = rb.siegert(0, 1, 1, 1, 0).mean_interval
    question = dict(until=400, step=0.02, repeats=2500, seed=1)
    found = rb.first_passage(OU, "V", 1, scheme="euler-maruyama", **question)
    assert abs(found.mean - exact) < 4 * found.standard_error + 0.02 * exact


@pytest.mark.parametrize("rising", [True, False])
def test_a_wiener_process_is_exact_at_any_step(rising):
    # the passage of x = mu t + sigma W to 1 is inverse Gaussian with mean 1/mu and shape 1/sigma^2
    sign = 1 if rising else -1
    model = rb.Model(
        "Wiener",
        "x' = mu",
        parameters=dict(mu=0.5 * sign, sigma=0.8),
        start=dict(x=0),
        noise=dict(x="sigma"),
    )
    found = rb.first_passage(
        model, "x", sign * 1, until=500, step=1.7, repeats=3000, seed=4, rising=rising
    )
    mean, shape = 2.0, 1 / 0.8**2
    law = stats.invgauss(mean / shape, scale=shape)
    assert found.complete
    assert stats.kstest(found.times, law.cdf).pvalue > 1e-3


def test_a_moving_threshold_and_a_definition():
    # sqrt(2) W against 1 + t: the same as W - t/sqrt(2) against 1/sqrt(2), reached with
    # probability exp(-2 a b), a = b = 1/sqrt(2)
    model = rb.Model(
        "sum", "x' = 0\ny' = 0\nz = x - y", start=dict(x=0, y=0), noise=dict(x="1", y="1")
    )
    found = rb.first_passage(model, "z", "1 + t", until=60, step=0.5, repeats=4000, seed=5)
    part = len(found.times) / 4000
    assert part == pytest.approx(math.exp(-1), abs=4 * math.sqrt(0.23 / 4000))


def test_survivors_are_counted(tmp_path):
    found = rb.first_passage(OU, "V", 1, until=3, step=0.1, repeats=1000, seed=2, scheme="srk")
    assert found.survivors > 300
    assert found.repeats == 1000
    assert math.isnan(found.mean)
    assert math.isnan(found.cv)
    assert f"{found.survivors} of 1000 runs had not crossed by t = 3: raise until" in found.message
    assert "survivors" in repr(found)
    assert found.survival(3.0) == pytest.approx(found.survivors / 1000)
    assert found.survival(0.0) == 1
    with pytest.raises(rb.InvalidArgument, match="nothing is known beyond"):
        found.survival(4.0)
    other = rb.load(rb.save(found, tmp_path / "passage.npz"))
    np.testing.assert_array_equal(other.times, found.times)
    assert other.to_dict() == found.to_dict()
    assert other.to_dict()["mean"] is None


def test_a_run_that_fails_is_named():
    model = rb.Model("root", "x' = sqrt(1 - t)", start=dict(x=0), noise=dict(x="1"))
    found = rb.first_passage(model, "x", 100, until=50, step=0.5, repeats=20)
    assert len(found.failed) == 20
    assert "20 runs gave up; the first, number 0" in found.message


def test_who_starts_beyond_crosses_at_once():
    found = rb.first_passage(OU.replace(V=3), "V", 1, until=5, step=0.1, repeats=5)
    np.testing.assert_array_equal(found.times, 0)


@pytest.mark.parametrize("scheme", ["srk", "euler-maruyama"])
@pytest.mark.parametrize("rising", [True, False])
def test_noise_carries_at_once_over_the_threshold_a_run_starts_on(scheme, rising):
    # P(no crossing before h) = erf(a/sqrt(2 h)) for Brownian motion a below the threshold: 0
    for step in (0.4, 0.00625):
        found = rb.first_passage(
            OU, "V", 0, until=5, step=step, repeats=20, scheme=scheme, rising=rising
        )
        np.testing.assert_array_equal(found.times, np.zeros(20))
        assert math.isnan(found.cv)
    # where noise does not act on the threshold the path must move beyond it
    quiet = rb.Model("quiet", "x' = -1\ny' = 0", start=dict(x=0, y=0), noise=dict(y="1"))
    found = rb.first_passage(quiet, "x", 0, until=1, step=0.1, repeats=5)
    assert found.survivors == 5


@pytest.mark.parametrize("threshold", ["log(-1 - t)", "9 + sqrt(0.95 - t)"])
def test_a_threshold_that_is_no_number(threshold):
    # also one that ceases to be a number in the last step
    found = rb.first_passage(OU, "V", threshold, until=1, step=0.1, repeats=10)
    assert len(found.failed) == 10
    assert "The threshold is not a number at t = " in found.message


def test_seeds_and_threads():
    question = dict(until=300, step=0.1, repeats=60, scheme="srk")
    one = rb.first_passage(OU, "V", 1, seed=1, threads=1, **question)
    same = rb.first_passage(OU, "V", 1, seed=1, threads=3, **question)
    other = rb.first_passage(OU, "V", 1, seed=2, **question)
    np.testing.assert_array_equal(one.times, same.times)
    assert np.all(one.times != other.times)


@pytest.mark.parametrize(
    "model, variable, words",
    [
        (LIF, "V", "has a reset of its own"),
        (rb.Model("d", "x' = -x", start=dict(x=1)), "x", "has no noise"),
        (rb.Model.map("m", "x = x/2", start=dict(x=1)), "x", "is a map"),
    ],
    ids=["reset", "quiet", "map"],
)
def test_what_it_refuses(model, variable, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.first_passage(model, variable, 0.5, until=1, step=0.1)


def test_unknown_variables():
    with pytest.raises(rb.UnknownName, match="'v' is not a state or definition of OU neuron"):
        rb.first_passage(OU, "v", 1, until=1, step=0.1)


@pytest.mark.parametrize("mu", [15, 22])
def test_a_leaky_neuron_fires_as_theory_says(mu):
    model = LIF.replace(mu=mu)
    exact = rb.siegert(mu, 5 / math.sqrt(20), 20, 20, 10, 2)
    many = rb.simulate_ensemble(
        model, repeats=8, until=25_000, step=1, seed=1, scheme="srk", save="spikes"
    )
    assert many.resets == "bridge"
    found = rb.spike_statistics(many, after=500)
    assert abs(found.rate - exact.rate) < 4 * found.rate_error
    assert abs(found.cv - exact.cv) < 4 * found.cv_error
    # a renewal process: intervals are uncorrelated
    assert np.all(np.abs(found.serial_correlation) < 4 * found.serial_errors)


def test_without_the_bridge_the_rate_is_too_low():
    exact = rb.siegert(15, 5 / math.sqrt(20), 20, 20, 10, 2)
    many = rb.simulate_ensemble(
        LIF, repeats=64, until=5000, step=1, seed=1, resets="located", save="spikes"
    )
    assert rb.spike_statistics(many).rate < 0.9 * exact.rate


def test_adaptation_correlates_intervals_negatively():
    model = rb.Model(
        "adapting LIF",
        "V' = (mu - V - a)/tau\na' = -a/tau_a",
        parameters=dict(mu=30, tau=20, sigma=0.6, tau_a=100, b=2),
        start=dict(V=10, a=0),
        reset=rb.Reset("V > 20", V="10", a="a + b"),
        noise=dict(V="sigma"),
    )
    run = rb.simulate(model, until=60_000, step=0.5, every=1000, seed=2, scheme="srk")
    found = rb.spike_statistics(run, after=1000)
    assert found.serial_correlation[0] < -5 * found.serial_errors[0]
    assert found.serial_correlation[0] < -0.05


def test_a_member_of_an_ensemble_is_a_run():
    many = rb.simulate_ensemble(
        LIF, dict(mu=[12, 18]), repeats=3, until=800, step=0.5, seed=9, save=("spikes", "extrema")
    )
    bare = rb.simulate_ensemble(
        LIF, dict(mu=[12, 18]), repeats=3, until=800, step=0.5, seed=9, save="spikes", threads=1
    )
    run = rb.simulate(LIF.replace(mu=18), until=800, step=0.5, seed=member_seed(9, 5))
    np.testing.assert_array_equal(many.spikes[1, 2], run.spikes)
    np.testing.assert_array_equal(many.spikes.times, bare.spikes.times)
    np.testing.assert_array_equal(many["V"], bare["V"])
    assert many["V"][1, 2] == run["V"][-1]
    assert many.maximum["V"].max() <= 20 + 1e-9


def test_spikes_lie_on_the_threshold():
    run = rb.simulate(LIF, until=3000, step=1, seed=1)
    at = np.flatnonzero(np.diff(run.t) == 0)
    np.testing.assert_allclose(run["V"][at], 20, atol=1e-9)
    np.testing.assert_array_equal(run.t[at], run.spikes)


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(resets="bridges"), "is not a way to reset"),
        (dict(scheme="srk", resets="grid"), "locate resets"),
    ],
)
def test_what_ensembles_refuse(change, words):
    with pytest.raises(rb.RheobaseError, match=words):
        rb.simulate_ensemble(LIF, repeats=2, until=5, step=0.5, **change)
    with pytest.raises(rb.InvalidArgument, match="no threshold that noise acts upon"):
        rb.simulate_ensemble(OU, repeats=2, until=5, step=0.5, resets="bridge")


def test_rates_of_rare_spikes_have_no_bias():
    # about two spikes a run: (n - 1)/(t_n - t_1) is too high by a half and more
    exact = rb.siegert(15, 5 / math.sqrt(20), 20, 20, 10, 2)
    common = dict(repeats=400, step=1, seed=1, scheme="srk", until=300, after=50)
    many = rb.simulate_ensemble(LIF, save="rates", **common)
    rates = many.firing_rate()
    error = rates.std(ddof=1) / math.sqrt(400)
    assert abs(rates.mean() - exact.rate) < 4 * error < 0.15 * exact.rate
    np.testing.assert_array_equal(rates, many.spike_count() / 250)
    np.testing.assert_array_equal(many.to_xarray()["rate"], rates)
    run = rb.simulate(LIF, until=300, step=1, seed=member_seed(1, 0), scheme="srk")
    assert run.firing_rate(after=50) == rates[0]


def test_cv_of_each_member():
    many = rb.simulate_ensemble(
        LIF, dict(mu=[15, 25, -50]), until=5000, step=1, seed=1, scheme="srk", save="spikes"
    )
    found = many.cv(after=100)
    assert found.shape == (3,)
    for k in (0, 1):
        assert found[k] == rb.spike_statistics(many.spikes[k], after=100).cv
    assert np.isnan(found[2])
