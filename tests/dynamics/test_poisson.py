"""Poisson input: arrivals in continuous time, Campbell's theorem, what is refused."""

import math
import pickle

import numpy as np
import pytest
import rheobase as rb
from rheobase.dynamics.kernels.layout import SHOT_JUMP
from scipy import stats

SYNAPSE = rb.Model(
    "synapse",
    "g' = -g/tau",
    parameters=dict(tau=5, nu=2, w=0.3),
    start=dict(g=0),
    noise=dict(g=rb.Poisson("nu", "w")),
)


def arrivals(run):
    return run.t[(run.kinds & SHOT_JUMP) != 0]


def test_what_a_model_holds(tmp_path):
    model = rb.Model(
        "two synapses",
        "g' = -g/tau\nh' = -h",
        parameters=dict(tau=5, nu=2, w=0.3),
        start=dict(g=0, h=0),
        noise=dict(g=dict(a=rb.Poisson("nu", "w"), b="0.1"), h=dict(a=rb.Poisson("nu", 2))),
    )
    assert pickle.loads(pickle.dumps(model)) == model
    assert rb.load(rb.save(model, tmp_path / "m.toml")) == model
    assert rb.load(rb.save(model, tmp_path / "m.npz")) == model
    assert "noise of g: Poisson(rate=nu, jump=w), 0.1" in repr(model)
    assert model.to_dict()["noise"]["h"] == {"a": {"rate": "nu", "jump": "2.0"}}
    one = rb.Model("one", SYNAPSE.text, parameters=SYNAPSE.parameters, start=dict(g=0))
    assert len({SYNAPSE.structure, one.structure}) == 2
    other = SYNAPSE.to_dict() | {"noise": {"g": {"a": {"rate": "nu", "jump": "2*w"}}}}
    assert rb.Model.from_dict(other).structure != SYNAPSE.structure
    assert rb.Model.from_dict(other).digest != SYNAPSE.digest
    by_hand = tmp_path / "hand.toml"
    by_hand.write_text(
        'name = "m"\ntext = "g\' = -g"\n[start]\ng = 0\n[noise.g]\nrate = "2"\njump = "0.1"\n'
    )
    assert rb.read_model(by_hand).noise["g"] == {"noise of g": rb.Poisson("2", "0.1")}


def test_campbells_theorem():
    # mean nu w tau, variance nu w^2 tau/2, autocorrelation exp(-|s|/tau)
    nu, w, tau = 2, 0.3, 5
    run = rb.simulate(SYNAPSE, until=60_000, step=1, seed=2)
    grid = np.arange(100.0, 60_000.0, 1.0)
    g = run(grid, "g")
    independent = 60_000 / (2 * tau)  # so many independent values has the time average
    deviation = math.sqrt(nu * w**2 * tau / 2)
    assert abs(g.mean() - nu * w * tau) < 4 * deviation / math.sqrt(independent)
    assert g.var() == pytest.approx(deviation**2, rel=4 * math.sqrt(2 / independent))
    fall = np.mean((g[:-5] - g.mean()) * (g[5:] - g.mean())) / g.var()
    assert fall == pytest.approx(math.exp(-1), abs=0.04)


def test_campbells_theorem_over_an_ensemble():
    many = rb.simulate_ensemble(SYNAPSE, repeats=2000, until=50, step=5, seed=1)
    deviation = math.sqrt(2 * 0.3**2 * 5 / 2)
    assert abs(many["g"].mean() - 3) < 4 * deviation / math.sqrt(2000)
    assert many["g"].var() == pytest.approx(deviation**2, rel=4 * math.sqrt(2 / 2000))


def test_arrivals_are_exact_and_no_step_shows():
    runs = [rb.simulate(SYNAPSE, until=500, step=h, seed=3) for h in (0.02, 0.7)]
    times = [arrivals(run) for run in runs]
    np.testing.assert_allclose(times[0], times[1], atol=1e-9)
    # between arrivals the scheme (rk4) has its order: g = sum w exp(-(t - t_i)/tau)
    exact = 0.3 * np.exp(-(500 - times[0]) / 5).sum()
    assert runs[0]["g"][-1] == pytest.approx(exact, rel=1e-9)
    waits = np.diff(arrivals(rb.simulate(SYNAPSE, until=5000, step=1, seed=4)))
    assert stats.kstest(waits, "expon", args=(0, 0.5)).pvalue > 1e-3


def counter(rate, equations="n' = 0", start=None, **parameters):
    return rb.Model(
        "counter",
        equations,
        parameters=parameters,
        start=dict(n=0) | (start or {}),
        noise={"n": {"a": rb.Poisson(rate, 1)}}
        | {r: {"a": rb.Poisson(rate, "k")} for r in start or ()},
    )


def test_a_rate_that_varies_in_time():
    # mean and variance of the count are the integral of the rate
    model = counter("2*(1 + sin(t))")
    many = rb.simulate_ensemble(model, repeats=1500, until=10, step=0.1, seed=5)
    expected = 2 * (10 + 1 - math.cos(10))
    assert abs(many["n"].mean() - expected) < 4 * math.sqrt(expected / 1500)
    assert many["n"].var() == pytest.approx(expected, rel=4 * math.sqrt(2 / 1500))


def test_a_rate_that_depends_on_the_states():
    # self-exciting (Hawkes 1971): r' = (r0 - r)/tau, r -> r + k: mean rate r0/(1 - k tau)
    model = counter("r", "n' = 0\nr' = (r0 - r)/tau", dict(r=1), r0=1, tau=2, k=0.25)
    run = rb.simulate(model, until=20_000, step=0.05, every=1000, seed=6)
    rate = run["n"][-1] / 20_000
    # its Fano factor is 1/(1 - k tau)^2
    assert abs(rate - 2) < 4 * math.sqrt(2 * 4 / 20_000)


def test_shared_arrivals():
    model = rb.Model(
        "twins",
        "x' = 0\ny' = 0",
        parameters=dict(nu=3),
        start=dict(x=0, y=0),
        noise=dict(x=dict(a=rb.Poisson("nu", 1)), y=dict(a=rb.Poisson("nu", -2), b="0.001")),
    )
    run = rb.simulate(model, until=50, step=0.5, seed=1)
    assert run["x"][-1] > 100
    np.testing.assert_allclose(run["y"], -2 * run["x"], atol=0.05)
    assert run.scheme == "euler-maruyama"


def test_the_diffusion_approximation():
    # many small jumps: mean and variance of the SDE g' = -g/tau + nu w + w sqrt(nu) dW
    shots = SYNAPSE.replace(nu=50, w=0.02)
    sde = rb.Model(
        "diffusion",
        "g' = -g/tau + nu*w",
        parameters=dict(tau=5, nu=50, w=0.02),
        start=dict(g=0),
        noise=dict(g="w*sqrt(nu)"),
    )
    for t in (2.0, 20.0):
        found = [
            rb.simulate_ensemble(model, repeats=1500, until=t, step=0.1, seed=7)["g"]
            for model in (shots, sde)
        ]
        mean = 50 * 0.02 * 5 * (1 - math.exp(-t / 5))
        variance = 50 * 0.02**2 * 2.5 * (1 - math.exp(-2 * t / 5))
        for g in found:
            # Euler's drift is off by up to h/tau in the course of the mean
            assert abs(g.mean() - mean) < 4 * math.sqrt(variance / 1500) + 0.02 * mean
            assert g.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / 1500) + 0.02)


def test_jumps_beyond_the_threshold_fire_at_once():
    cell = rb.Model(
        "perfect integrator",
        "V' = 0",
        start=dict(V=0),
        reset=rb.Reset("V > 2.5", V="0", refractory=1),
        noise=dict(V=rb.Poisson(1, 1)),
    )
    run = rb.simulate(cell, until=3000, step=0.25, seed=8)
    np.testing.assert_array_equal(np.isin(run.spikes, arrivals(run)), True)
    # three arrivals, those during the refractory time lost: intervals 1 + Gamma(3)
    found = rb.spike_statistics(run)
    assert found.mean == pytest.approx(4, rel=4 * found.cv / math.sqrt(found.count))
    assert stats.kstest(np.diff(run.spikes) - 1, "gamma", args=(3,)).pvalue > 1e-3


def test_bad_rates_end_a_run():
    run = rb.simulate(counter("1 - t"), until=5, step=0.1)
    assert run.status is rb.Status.NOT_FINITE
    assert "Poisson rate is negative" in run.message
    assert run.t[-1] < 1.11
    endless = counter("1/t")
    run = rb.simulate(endless, until=5, step=0.1)
    assert run.status is rb.Status.NOT_FINITE
    assert "negative, infinite or not a number at t = 0" in run.message
    many = rb.simulate_ensemble(endless, repeats=2, until=5, step=0.1)
    assert set(many.status) == {rb.Status.NOT_FINITE}
    assert "a Poisson rate" in many.message
    found = rb.first_passage(endless, "n", 3.5, until=5, step=0.1, repeats=3)
    assert list(found.failed) == [0, 1, 2]
    run = rb.simulate(counter("1e5"), until=5, step=0.1)
    assert run.status is rb.Status.TOO_MANY_EVENTS
    assert "arrivals within one step" in run.message


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(until=1), "give step"),
        (dict(until=1, scheme="radau"), "Poisson input, which radau leaves out"),
        (dict(until=1, scheme="srk", step=0.1), "no Gaussian noise"),
        (dict(until=-1, step=0.1), "forward only"),
    ],
)
def test_what_simulate_refuses(arguments, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.simulate(SYNAPSE, **arguments)


def test_what_a_model_refuses():
    def model(noise, **more):
        fields = dict(parameters=dict(nu=2), start=dict(x=0, y=0)) | more
        return rb.Model("m", "x' = -x\ny' = -y", noise=noise, **fields)

    with pytest.raises(rb.InvalidArgument, match="two rates, nu and 3"):
        model(dict(x=dict(a=rb.Poisson("nu", 1)), y=dict(a=rb.Poisson(3, 1))))
    with pytest.raises(rb.InvalidArgument, match="Gaussian and Poisson"):
        model(dict(x=dict(a=rb.Poisson("nu", 1)), y=dict(a="1")))
    with pytest.raises(rb.EquationError, match="rate of the Poisson source of x: unknown name"):
        model(dict(x=rb.Poisson("mu", 1)))
    with pytest.raises(rb.EquationError, match="jump of x: unknown name"):
        model(dict(x=rb.Poisson("nu", "z")))
    with pytest.raises(
        rb.InvalidArgument, match="the rate of a Poisson source is text or a finite"
    ):
        rb.Poisson(math.nan, 1)
    with pytest.raises(rb.EquationError, match="can't have Poisson input"):
        rb.Model.map("m", "x = x/2", start=dict(x=0), noise=dict(x=rb.Poisson(1, 1)))
    with pytest.raises(rb.InvalidArgument, match="Poisson input, whose arrivals XPP"):
        SYNAPSE.to_ode()
    with pytest.raises(rb.InvalidArgument, match="compute with float64"):
        rb.simulate_ensemble(SYNAPSE, repeats=2, until=1, step=0.1, dtype="float32")


@pytest.mark.parametrize("exactly", [True, False])
def test_channels_that_open_at_random(exactly):
    # N two-state channels: in the long run n is binomial, autocorrelation exp(-(a + b) s); the SDE
    # of Fox and Lu (Phys. Rev. E 49 (1994) 3421-3431) has the same mean and variance
    numbers = dict(parameters=dict(a=0.3, b=0.6, N=200), start=dict(n=1 / 3))
    noise: dict = dict(o=rb.Poisson("N*a*(1 - n)", "1/N"), c=rb.Poisson("N*b*n", "-1/N"))
    text, scheme = "n' = 0", "auto"
    if not exactly:
        noise = dict(w="sqrt((a*(1 - n) + b*n)/N)")
        text, scheme = "n' = a*(1 - n) - b*n", "milstein"
    model = rb.Model("channels", text, noise=dict(n=noise), **numbers)
    until = 8000
    run = rb.simulate(model, until=until, step=0.1, seed=1, scheme=scheme)
    n = run(np.arange(20.0, until, 0.5), "n")
    variance, independent = (1 / 3) * (2 / 3) / 200, until * 0.9 / 2
    assert abs(n.mean() - 1 / 3) < 4 * math.sqrt(variance / independent)
    # Euler's step inflates the variance of the SDE by 1/(1 - (a + b) h/2)
    bias = 0 if exactly else 0.05
    assert n.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / independent) + bias)
    part = n - n.mean()
    assert (part[:-2] @ part[2:]) / (part @ part) == pytest.approx(math.exp(-0.9), abs=0.06)
    if exactly:
        whole = n * 200
        np.testing.assert_allclose(whole, np.round(whole - 2 / 3) + 2 / 3, atol=1e-6)


def test_a_jump_across_a_level_is_a_crossing():
    # V decays from each arrival's jump and is beyond 1/2 at once
    model = rb.Model(
        "flashes", "V' = -V", start=dict(V=0), noise=dict(V=rb.Poisson(0.05, 1)), spike=("V", 0.5)
    )
    run = rb.simulate(model, until=2000, step=0.1, seed=1)
    times = arrivals(run)
    alone = times[(np.diff(times, prepend=-10) > 5) & (np.diff(times, append=2000) > 2)]
    assert len(alone) > 50
    np.testing.assert_array_equal(np.isin(alone, run.spikes), True)
    down = run.crossings("V", 0.5, rising=False)
    assert len(down) == len(run.spikes)
    np.testing.assert_allclose(down[np.searchsorted(down, alone)] - alone, math.log(2), atol=0.02)


@pytest.mark.parametrize("scheme", ["rk4", "exponential-euler", "heun"])
def test_spikes_between_arrivals_keep_the_order_of_the_scheme(scheme):
    # arrivals that act on nothing: every step that they cut is taken in two parts
    text, reset = "V' = 1.5 - V\ng' = -g", rb.Reset("V > 1", V="0", refractory=0.3, hold=("V",))
    start = dict(V=0, g=0)
    model = rb.Model("cell", text, start=start, reset=reset, noise=dict(g=rb.Poisson(2, 1)))
    run = rb.simulate(model, until=20, step=0.05, scheme=scheme, seed=1)
    k = np.arange(1, len(run.spikes) + 1)
    exact = k * (math.log(3) + 0.3) - 0.3
    error = {"rk4": 1e-5, "exponential-euler": 1e-10, "heun": 2e-2}[scheme]
    np.testing.assert_allclose(run.spikes, exact, atol=error)
    at = np.flatnonzero(np.isin(run.t, run.spikes))
    assert run["V"][at].max() == pytest.approx(1, abs=1e-12)
