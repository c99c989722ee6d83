"""Spikes, resets, conductances, arrival times: against closed forms."""

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp

BUCKET = rb.Model(
    "bucket",
    "V' = (b - V)/tau",
    parameters=dict(tau=10, b=0),
    start=dict(V=0),
    reset=rb.Reset("V > 1", V="0", refractory=2),
    time_unit="ms",
)
TARGET = rb.Model("target", "V' = -V/tau", parameters=dict(tau=20), start=dict(V=0))


def test_spikes_lie_between_the_points_of_the_grid():
    """Period t_ref + tau ln(b/(b - 1)), exact but for the scheme's own error."""
    drive = np.linspace(1.1, 3, 70)
    cells = rb.Population(BUCKET, 70, parameters=dict(b=drive))
    run = rb.Network(dict(a=cells)).simulate(200, step=0.1)
    times, who = run.raster["a"]
    for i in (0, 30, 69):
        first, period = 10 * np.log(drive[i] / (drive[i] - 1)), 2.0
        exact = first + (first + period) * np.arange(100)
        found = times[who == i]
        assert np.abs(found - exact[: len(found)]).max() < 1e-7
        assert len(found) == (exact <= 200).sum()


def test_the_order_of_spikes_and_their_rates():
    cells = rb.Population(BUCKET, 3, parameters=dict(b=[0.5, 2, 3]))
    run = rb.Network(dict(a=cells)).simulate(100, step=0.1)
    assert (np.diff(run.raster["a"].times) >= 0).all()
    rates = run.rates_in(10)
    assert rates.neurons["a"] == pytest.approx(np.bincount(run.raster["a"].neurons) / 100)
    assert rates["a"].mean() == pytest.approx(rates.neurons["a"].mean())
    assert run.interval_variation("a")[1:] == pytest.approx([0, 0], abs=1e-6)
    assert np.isnan(run.interval_variation("a")[0])


def test_a_conductance_against_scipy():
    """V' = -V/tau + g (E - V), g' = -g/s; g jumps where spikes arrive."""
    train, delay = np.array([3.0, 10.0, 12.5]), 1.5
    synapse = rb.Synapse(
        "in",
        "out",
        "g' = -g/s",
        on_spike="g += weight",
        into=dict(V="g*(E - V)"),
        parameters=dict(s=5, E=-70),
        weight=0.1,
        delay=delay,
    )
    net = rb.Network({"in": rb.SpikeTrain(train), "out": rb.Population(TARGET, 1)}, [synapse])
    run = net.simulate(50, step=0.05, record=["out.V", "in to out.g"])

    def g(t):
        since = np.asarray(t)[..., None] - train - delay
        return (0.1 * np.exp(-np.maximum(since, 0) / 5) * (since >= -1e-9)).sum(axis=-1)

    assert np.abs(run["in to out.g"][:, 0] - g(run.t)).max() < 1e-9
    exact, start = [], [0.0]
    for a, b in zip([0, *(train + delay)], [*(train + delay), 50], strict=True):
        inside = run.t[(run.t > a + 1e-9) & (run.t <= b + 1e-9)]
        part = solve_ivp(
            lambda t, y, a=a, b=b: (
                [-y[0] / 20 + g(max(t, a + 1e-7)) * (-70 - y[0])]
                if t < b
                else [-y[0] / 20 + (g(b - 1e-7)) * (-70 - y[0])]
            ),
            (a, b),
            start,
            "DOP853",
            np.minimum(inside, b),
            rtol=1e-11,
            atol=1e-11,
        )
        exact.append(part.y[0])
        start = [part.y[0, -1]]
    assert np.abs(run["out.V"][1:, 0] - np.concatenate(exact)).max() < 1e-5


def test_arrivals_at_the_grid_and_delays_in_steps():
    times, delay = np.array([1.0, 1.04, 1.06]), np.array([[0.5], [1.23], [0.0]])
    synapse = rb.Synapse("in", "out", on_spike="V += weight", wiring=np.ones((3, 1)), delay=delay)
    still = rb.Model("still", "V' = 0", start=dict(V=0))
    for spike, shift in zip(times, (0.0, 0.0, 0.1), strict=True):
        direct = 1.1 if spike > 1 else 1.0  # never before the spike itself
        net = rb.Network({"in": rb.SpikeTrain([spike]), "out": rb.Population(still, 3)}, [synapse])
        run = net.simulate(4, step=0.1, record=["out.V"])
        arrived = run.t[(run["out.V"] > 0.5).argmax(axis=0)]
        assert arrived == pytest.approx([1.5 + shift, 2.2 + shift, direct])
    assert "rounded to whole steps, by 0.03" in run.message


def test_no_spike_arrives_before_it_is_fired():
    """Spikes everywhere in a step, and on the grid: each at the next point, not at the nearest."""
    still = rb.Model("still", "V' = 0", start=dict(V=0))
    times = np.array([0.0, 0.3, 1.001, 4.05, 9.98, 20.03, 29.999])
    jump = rb.Synapse("in", "out", on_spike="V += 1", wiring="one to one")
    cells = {"in": rb.SpikeTrain(times, range(7)), "out": rb.Population(still, 7)}
    run = rb.Network(cells, [jump]).simulate(31, step=0.1, record=["out.V"])
    arrived = run.t[(run["out.V"] > 0.5).argmax(axis=0)]
    assert arrived == pytest.approx([0.0, 0.3, 1.1, 4.1, 10.0, 20.1, 30.0])


def test_jumps_are_lost_while_a_cell_is_held():
    cell = rb.Model("cell", "V' = 0", start=dict(V=0), reset=rb.Reset("V > 1", V="0", refractory=2))
    net = rb.Network(
        {"in": rb.SpikeTrain([1.0, 2.0, 3.5]), "out": rb.Population(cell, 1)},
        [rb.Synapse("in", "out", on_spike="V += weight", weight=1.5)],
    )
    run = net.simulate(5, step=0.5)
    assert run.raster["out"].times.tolist() == [1.0, 3.5]


def test_given_trains_and_their_statistics():
    train = rb.SpikeTrain.poisson(0.05, 400, 1000, seed=3)
    assert len(train.times) == pytest.approx(20_000, rel=0.03)
    run = rb.Network(dict(p=train)).simulate(1000, step=0.5)
    assert run.firing_rate("p") == pytest.approx(0.05, rel=0.03)
    assert np.nanmean(run.interval_variation("p")) == pytest.approx(1, abs=0.05)


def test_poisson_input_has_its_mean_and_variance():
    """Campbell: jumps J at the rate nu into V' = -V/tau: mean J nu tau, variance J^2 nu tau/2."""
    size = 3000
    for rate, count in ((0.5, 4), (np.full(size, 2.0), 1), (40, 10)):
        nu = np.mean(rate) * count
        source = rb.PoissonInput(
            "a", rate=rate, count=count, on_spike="V += J", parameters=dict(J=0.3)
        )
        net = rb.Network(dict(a=rb.Population(TARGET, size)), inputs=[source])
        step = 0.05
        V = net.simulate(150, step=step, seed=5, record=["a.V"], every=3000)["a.V"][-1]
        decay = np.exp(-step / 20)
        mean, variance = 0.3 * nu * step / (1 - decay), 0.09 * nu * step / (1 - decay**2)
        assert V.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / size))
        assert V.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / size))


def test_noise_of_a_population():
    """OU: variance sigma^2 tau/2, independent in each cell; the same seed, the same bits."""
    ou = rb.Model(
        "ou", "V' = -V/tau", parameters=dict(tau=5, s=0.4), start=dict(V=0), noise=dict(V="s")
    )
    net = rb.Network(dict(a=rb.Population(ou, 2000)))
    run = net.simulate(30, step=0.05, seed=1, record=["a.V"], every=600)
    again = net.simulate(30, step=0.05, seed=1, record=["a.V"], every=600)
    other = net.simulate(30, step=0.05, seed=2, record=["a.V"], every=600)
    assert run.scheme == "euler-maruyama"
    assert np.array_equal(run["a.V"], again["a.V"])
    assert not np.array_equal(run["a.V"], other["a.V"])
    variance = 0.16 * 0.05 / (1 - (1 - 0.05 / 5) ** 2)
    assert run["a.V"][-1].var() == pytest.approx(variance, rel=0.15)
    assert abs(np.corrcoef(run["a.V"][-1][:-1], run["a.V"][-1][1:])[0, 1]) < 0.1


def test_noise_upon_a_threshold_is_said_and_is_a_higher_threshold():
    """Against Siegert's formula with the threshold raised by 0.5826 sigma sqrt(h) (Broadie,
    Glasserman and Kou, Math. Finance 7 (1997) 325)."""
    lif = rb.Model(
        "lif",
        "V' = (mu - V)/tau",
        parameters=dict(mu=15, tau=20, sigma=1.2, V_th=20),
        start=dict(V=10),
        reset=rb.Reset("V > V_th", V="10", refractory=2),
        noise=dict(V="sigma"),
    )
    run = rb.Network(dict(cells=rb.Population(lif, 500))).simulate(3000, step=0.25, seed=1)
    shift = 0.5825971579390107 * 1.2 * np.sqrt(0.25)
    true, late = (
        rb.siegert(15, 1.2, tau=20, threshold=20 + up, reset=10, refractory=2).rate
        for up in (0, shift)
    )
    assert run.firing_rate("cells", after=300) == pytest.approx(late, rel=0.03)
    assert late < 0.9 * true
    assert "the threshold of cells" in run.message
    assert f"sigma*sqrt(step) higher ({shift:.2g} here)" in run.message


@pytest.mark.parametrize(
    "noise, parameters, words",
    [
        (dict(V="s"), dict(s=[0.1, 0.3]), "(0.037 here)"),
        (dict(V="s*V"), {}, "higher. A shorter"),
        (dict(I="s"), {}, None),
    ],
)
def test_which_noise_acts_upon_a_threshold(noise, parameters, words):
    cell = rb.Model(
        "cell",
        "V' = I - V\nI' = 1 - I",
        parameters=dict(s=0.1),
        start=dict(V=0, I=0),
        reset=rb.Reset("V > 2", V="0"),
        noise=noise,
    )
    net = rb.Network(dict(a=rb.Population(cell, 2, parameters=parameters)))
    message = net.simulate(1, step=0.1).message
    assert ("Noise acts upon the threshold" in message) is (words is not None)
    assert words is None or words in message


def test_spikes_of_a_model_without_reset_are_crossings():
    cell = rb.models.fitzhugh_nagumo().replace(I=0.5)
    alone = rb.simulate(cell, until=200, tolerance=1e-11).spikes
    run = rb.Network(dict(a=rb.Population(cell, 2))).simulate(200, step=0.02)
    assert run.raster["a"].times[::2] == pytest.approx(alone, abs=1e-5)
