"""Depression, facilitation, spike-timing dependent plasticity: closed forms."""

import numpy as np
import pytest
import rheobase as rb

PROBE = rb.Model("probe", "V' = 0", start=dict(V=0))


def jumps(synapse, interval, count):
    """How much each of a regular train's spikes adds to a cell that sums."""
    train = rb.SpikeTrain(interval * np.arange(1, count + 1))
    net = rb.Network({"in": train, "out": rb.Population(PROBE, 1)}, [synapse])
    run = net.simulate(interval * (count + 1), step=interval / 10, record=["out.V"], every=10)
    return np.diff(run["out.V"][:, 0])


def dynamic(U, tau_d, tau_f, weight):
    """Depression and facilitation; with tau_f near 0, u is U at every spike."""
    return rb.Synapse(
        "in",
        "out",
        edges="x' = (1 - x)/tau_d\nu' = -u/tau_f",
        on_spike="u += U*(1 - u); V += weight*u*x; x -= u*x",
        parameters=dict(U=U, tau_d=tau_d, tau_f=tau_f),
        start=dict(x=1),
        weight=weight,
    )


@pytest.mark.parametrize("rate", [2.0, 10.0, 50.0])
def test_depression_against_its_stationary_amplitude(rate):
    """Tsodyks & Markram 1997: x = (1 - e)/(1 - (1 - U) e), e = exp(-1/(rate tau)), before each
    spike; the amplitude is w U x."""
    U, tau, interval = 0.5, 0.8, 1 / rate
    found = jumps(dynamic(U, tau, 1e-6, 2), interval, 60)
    e = np.exp(-interval / tau)
    x = [1.0]
    for _ in range(59):
        x.append(1 - (1 - x[-1] * (1 - U)) * e)
    assert found[:60] == pytest.approx(2 * U * np.array(x), rel=1e-12)
    assert found[59] == pytest.approx(2 * U * (1 - e) / (1 - (1 - U) * e), rel=1e-9)


def test_facilitation_against_its_stationary_amplitude():
    """u+ = U/(1 - (1 - U) f) and x = (1 - e)/(1 - (1 - u+) e), f = exp(-T/tau_f)."""
    U, tau_d, tau_f, T = 0.1, 0.1, 1.0, 0.05
    found = jumps(dynamic(U, tau_d, tau_f, 3), T, 150)
    e, f = np.exp(-T / tau_d), np.exp(-T / tau_f)
    u = U / (1 - (1 - U) * f)
    x = (1 - e) / (1 - (1 - u) * e)
    assert found[0] == pytest.approx(3 * U, rel=1e-12)
    assert found[149] == pytest.approx(3 * u * x, rel=1e-9)
    assert found[149] > found[0]


def test_the_window_of_plasticity_is_exact():
    """One pair a connection: +A exp(-d/tau_p) for pre before post by d, -B exp(d/tau_m) after."""
    d = np.array([-40.0, -10.0, -2.0, -0.5, 0.5, 3.0, 12.0, 35.0])
    cell = rb.Model("cell", "V' = -V", start=dict(V=0), reset=rb.Reset("V > 1", V="0"))
    n = len(d)
    learning = rb.Synapse(
        "pre",
        "post",
        edges="p' = -p/tau_p\nq' = -q/tau_m",
        on_spike="p += A; weight -= q",
        on_target_spike="weight += p; q += B",
        parameters=dict(A=0.01, B=0.012, tau_p=17, tau_m=34),
        weight=1,
        wiring="one to one",
        name="stdp",
    )
    force = rb.Synapse("force", "post", on_spike="V += weight", weight=5, wiring="one to one")
    net = rb.Network(
        dict(
            pre=rb.SpikeTrain(np.full(n, 100.0), np.arange(n)),
            force=rb.SpikeTrain(100 + d, np.arange(n)),
            post=rb.Population(cell, n),
        ),
        [learning, force],
    )
    run = net.simulate(200, step=0.5)
    assert run.raster["post"].times == pytest.approx(np.sort(100 + d))
    change = run.synapses["stdp"]["weight"] - 1
    exact = np.where(d > 0, 0.01 * np.exp(-d / 17), -0.012 * np.exp(d / 34))
    assert change == pytest.approx(exact, rel=1e-12)
    trace = run.synapses["stdp"]["p"]
    assert trace == pytest.approx(np.full(n, 0.01 * np.exp(-100 / 17)), rel=1e-12)


def test_equations_of_edges_that_are_not_linear_take_steps():
    """w' = k r_other r (Hebb) with rates that stand still grows in a straight line; a logistic
    weight w' = k w (1 - w) against its closed form."""
    unit = rb.Model("unit", "r' = 0", start=dict(r=0.5))
    hebb = rb.Synapse(
        "a",
        "a",
        edges="weight' = k*r_other*r\nz' = z*(1 - z)",
        into=dict(r="0*weight"),
        parameters=dict(k=0.2),
        start=dict(z=0.1),
        wiring="one to one",
    )
    units = rb.Population(unit, 2, start=dict(r=[0.5, 2]))
    run = rb.Network(dict(a=units), [hebb]).simulate(3, step=0.01)
    assert run.synapses["a to a"]["weight"] == pytest.approx(1 + 0.6 * np.array([0.25, 4]))
    grown = 0.1 * np.exp(3) / (0.9 + 0.1 * np.exp(3))
    assert run.synapses["a to a"]["z"] == pytest.approx([grown] * 2, abs=1e-5)
