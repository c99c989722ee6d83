"""Neural masses on a connectome with delays; a spiking network against its mean field."""

import numpy as np
import pytest
import rheobase as rb
from scipy.integrate import solve_ivp
from scipy.optimize import fsolve

COUPLING = dict(y4="A*a*k*weight*S*(1/(1 + exp(r*(v0 - v_other))) - S0)")
OWN = dict(k=15.0, S=5.0, S0=0.1)


def connectome(size, seed):
    """Places in mm on a sphere: weights fall with distance, delays are 1 ms plus d at 5 m/s."""
    random = np.random.default_rng(seed)
    places = random.normal(size=(size, 3))
    places *= 70 / np.linalg.norm(places, axis=1)[:, None]
    d = np.linalg.norm(places[:, None] - places, axis=2)
    weights = np.where(d > 0, np.exp(-d / 30), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights, 0.001 + d / 5000


def brain(weights, delays, start=None):
    column = rb.models.jansen_rit().replace(p=120)
    regions = rb.Population(column, len(weights), start=start or {})
    long = rb.Synapse(
        "regions", "regions", into=COUPLING, parameters=OWN, wiring=weights, delay=delays
    )
    return rb.Network(dict(regions=regions), [long])


def test_eighty_jansen_rit_columns_with_delays():
    weights, delays = connectome(80, 1)
    net = brain(weights, delays, dict(y1="uniform(0.5, 1)"))
    assert len(net.edges("regions to regions")) == 80 * 79
    run = net.simulate(1.0, step=5e-4, record=["regions.v"], every=4)
    v = run["regions.v"]
    assert run.status.ok
    assert v.shape == (501, 80)
    assert np.isfinite(v).all()
    assert v[250:].std() > 0.1
    alone = net.cut("regions to regions")
    assert len(alone.edges("regions to regions")) == 0
    free = alone.simulate(1.0, step=5e-4, record=["regions.v", "regions.y1"], every=4)
    single = rb.models.jansen_rit().replace(p=120)
    for i in (0, 41):
        own = single.replace(y1=float(free["regions.y1"][0, i]))
        exact = rb.simulate(own, until=1.0, tolerance=1e-11)(free.t, "v")
        assert np.abs(free["regions.v"][:, i] - exact).max() < 1e-4


def test_two_columns_with_a_delay_against_the_method_of_steps():
    """scipy's DOP853 from one delay to the next, its dense output as the past."""
    weights, tau, until = np.array([[0.0, 0.8], [0.5, 0.0]]), 0.02, 0.2
    column = rb.models.jansen_rit().replace(p=120)
    p = column.field.parameter_array(column.parameters)
    A, a, r, v0 = (column.parameters[name] for name in ("A", "a", "r", "v0"))
    start = np.array([list(column.start.values())] * 2)
    start[1, 1] = 0.9
    pieces = []

    def past(t):
        if t <= 0:
            return start
        return pieces[min(int(t / tau), len(pieces) - 1)](t).reshape(2, 6)

    def rates(t, y):
        x = y.reshape(2, 6)
        slope = np.array([column.field.f(own, p) for own in x])
        before = past(t - tau)
        v = before[:, 1] - before[:, 2]
        pulses = 5 * (1 / (1 + np.exp(r * (v0 - v))) - 0.1)
        slope[:, 4] += A * a * 15 * weights @ pulses
        return slope.ravel()

    y = start.ravel()
    for k in range(10):
        step = (k * tau, (k + 1) * tau)
        found = solve_ivp(rates, step, y, "DOP853", rtol=1e-10, atol=1e-10, dense_output=True)
        y = found.y[:, -1]
        pieces.append(found.sol)
    delays = np.full((2, 2), tau)
    net = brain(weights, delays, dict(y1=start[:, 1]))
    run = net.simulate(until, step=2.5e-4, record=["regions.v"])
    exact = np.array([past(t) for t in run.t[1:]])
    v = exact[:, :, 1] - exact[:, :, 2]
    assert np.abs(run["regions.v"][1:] - v).max() < 2e-5


def test_a_network_of_quadratic_neurons_against_its_mean_field():
    """Montbrio, Pazo & Roxin 2015, with exponential synapses of time constant tau_s = 1:
    r' = Delta/pi + 2 r v, v' = v^2 + eta + J s - pi^2 r^2, s' = (r - s)/tau_s."""
    eta, J, delta, size, peak = 1.0, 2.0, 0.5, 2000, 100.0
    r, v = fsolve(
        lambda x: [
            delta / np.pi + 2 * x[0] * x[1],
            x[1] ** 2 + eta + J * x[0] - np.pi**2 * x[0] ** 2,
        ],
        [0.5, -0.2],
    )
    # the way from the peak to infinity and back takes 2/peak
    cell = rb.Model(
        "quadratic",
        "V' = V^2 + eta",
        parameters=dict(eta=eta, peak=peak),
        start=dict(V=-1),
        reset=rb.Reset("V > peak", V="-peak", refractory="2/peak"),
    )
    quantiles = (2 * np.arange(1, size + 1) - size - 1) / (size + 1)
    drive = eta + delta * np.tan(np.pi / 2 * quantiles)
    start = np.random.default_rng(0).permutation(np.linspace(-3, 3, size))
    cells = rb.Population(cell, size, parameters=dict(eta=drive), start=dict(V=start))
    synapse = rb.Synapse(
        "q",
        "q",
        "s' = -s/tau_s",
        on_spike="s += weight/tau_s",
        into=dict(V="J*s"),
        parameters=dict(J=J, tau_s=1),
        weight=1 / size,
        wiring=rb.Wiring.all(self_edges=True),
    )
    run = rb.Network(dict(q=cells), [synapse]).simulate(30, step=2e-3, record={"q to q.s": [0]})
    assert run.firing_rate("q", after=10) == pytest.approx(r, rel=0.02)
    assert run["q to q.s"][run.t > 10].mean() == pytest.approx(r, rel=0.02)
    assert v < 0
