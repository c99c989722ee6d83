"""Branches of spiking orbits: where firing ends, and the bifurcations of known maps."""

import math

import numpy as np
import pytest
import rheobase as rb
from reset_runs import ADEX
from spiking_periods import leaky_period, quadratic_period


def test_a_branch_of_the_leaky_neuron_ends_at_its_threshold():
    model = rb.models.leaky().replace(I=2)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (0, 4))
    exact = leaky_period(branch["I"], model.parameters)
    assert np.allclose(branch["period"][1:], exact[1:], rtol=1e-6)
    short = branch["period"] < 60
    assert np.allclose(branch["period"][short], exact[short], rtol=1e-7)
    assert branch["I"][-1] == 4
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.criticality == "threshold"
    assert end.value == pytest.approx(1.5, abs=1e-12)
    assert end.period == math.inf
    assert end.notes["slope"] == pytest.approx(10)  # tau: T = c - tau ln(I - 1.5)
    assert branch.ends[0] is rb.Status.PERIOD_DIVERGES
    assert "threshold" in branch.message
    assert branch.status.ok
    assert branch.stable.all()
    assert np.all(branch["V_max"] == pytest.approx(-50))
    at = branch.at(I=3)[0]
    assert at.period == pytest.approx(leaky_period(3, model.parameters), rel=1e-11)
    assert branch.orbit(3).period == branch["period"][3]


def test_a_branch_of_the_quadratic_neuron_ends_at_its_fold():
    model = rb.models.quadratic().replace(I=1, V_peak=20, V_reset=-5)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (-1, 4))
    exact = quadratic_period(branch["I"], 20, -5)
    assert np.allclose(branch["period"], exact, rtol=1e-5)
    short = branch["period"] < 100
    assert np.allclose(branch["period"][short], exact[short], rtol=1e-6)
    snic = branch.first("snic")
    assert snic.value == pytest.approx(0, abs=1e-12)
    # the prefactor of f = s sqrt(I) is 1/pi, wherever peak and reset lie
    assert snic.coefficient == pytest.approx(1 / math.pi, rel=1e-12)


def test_a_reset_above_the_threshold_of_spike_initiation():
    """The exponential neuron reset to V_T + 9.9 mV: firing ends where V_reset is the unstable
    equilibrium, I = g_L (V - E_L) - g_L Delta_T exp((V - V_T)/Delta_T)."""
    model = rb.models.exponential().replace(V_reset=-50, I=1)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (-10, 2))
    end = branch.first("homoclinic")
    exact = 0.1 * 15 - 0.1 * 3.48 * math.exp(9.9 / 3.48)
    assert end.value == pytest.approx(exact, rel=1e-8)
    rate = (-0.1 + 0.1 * math.exp(9.9 / 3.48)) / 1
    assert end.notes["slope"] == pytest.approx(1 / rate, rel=1e-7)


def test_the_hopf_point_beside_a_fold_is_seen():
    """Hopf 627.182465 pA, fold 627.311094 pA: V = V_T + Delta_T ln(1 + C/(g_L tau_w)) and
    V_T + Delta_T ln(1 + a/g_L) put into the equation of rest, in one step of the branch."""
    p = ADEX

    def drive(V):
        leak = p["g_L"] * (V - p["E_L"]) - p["g_L"] * p["D"] * math.exp((V - p["V_T"]) / p["D"])
        return leak + p["a"] * (V - p["E_L"])

    hopf = drive(p["V_T"] + p["D"] * math.log(1 + p["C"] / (p["g_L"] * p["tau_w"])))
    fold = drive(p["V_T"] + p["D"] * math.log(1 + p["a"] / p["g_L"]))
    rest = rb.continue_equilibria(rb.models.adaptive_exponential(), "I", (0, 1000))
    assert rest.first("hopf").value == pytest.approx(hopf, abs=1e-8)
    assert rest.first("fold").value == pytest.approx(fold, abs=1e-8)


def test_diagrams_hold_the_spiking_orbits():
    diagram = rb.bifurcation_diagram(rb.models.leaky(), "I", (0, 4))
    assert len(diagram.cycles) == 1
    assert len(diagram.equilibria) == 1
    assert [a.period for a in diagram.attractors(I=3)] == pytest.approx(
        [leaky_period(3, diagram.model.parameters)], rel=1e-9
    )
    assert "reset" in diagram.message


LOGISTIC = rb.Model(
    "a clock whose reset is the logistic map",
    """
    V' = k
    u' = 0*u
    """,
    parameters=dict(k=1, r=2.9),
    start=dict(V=0, u=0.6),
    reset=rb.Reset("V > 1", V="0", u="r*u*(1 - u)"),
    natural=("r", (2.5, 3.6)),
)


def test_period_doublings_of_a_known_map():
    cycle = rb.find_limit_cycle(LOGISTIC)
    assert cycle.multipliers[1].real == pytest.approx(2 - 2.9, abs=1e-10)
    branch = rb.continue_cycles(cycle, "r", (2.5, 3.6))
    doubling = branch.first("period doubling")
    assert doubling.value == pytest.approx(3, abs=1e-9)
    doubled = rb.continue_cycles(doubling)
    assert doubled.orbit(4).spikes == 2
    assert doubled["period"][5] == pytest.approx(2, abs=1e-10)
    assert doubled.first("PD").value == pytest.approx(1 + math.sqrt(6), abs=1e-9)
    assert doubled.ends[0] is rb.Status.BRANCH_REACHED


def test_the_fold_of_a_triple_spike():
    """The window of period 3 of the logistic map opens at 1 + sqrt 8."""
    cycle = rb.find_limit_cycle(LOGISTIC.replace(r=3.835))
    assert cycle.spikes == 3
    assert cycle.period == pytest.approx(3, abs=1e-9)
    branch = rb.continue_cycles(cycle, "r", (3.8, 3.85))
    fold = branch.first("cycle fold")
    assert fold.value == pytest.approx(1 + math.sqrt(8), abs=1e-9)
    assert branch.all("PD")[0].value == pytest.approx(3.841499007543, abs=1e-8)


def test_chaos_is_no_cycle():
    with pytest.raises(rb.NotFound, match="did not repeat itself"):
        rb.find_limit_cycle(LOGISTIC.replace(r=3.9))


def test_a_torus_of_a_known_map():
    """The delayed logistic map turns at r = 2, with multipliers exp(+-i pi/3)."""
    model = rb.Model(
        "a clock whose reset is the delayed logistic map",
        "V' = k\nu' = 0*u\nw' = 0*w",
        parameters=dict(k=1, r=1.9),
        start=dict(V=0, u=0.4, w=0.45),
        reset=rb.Reset("V > 1", V="0", u="r*u*(1 - w)", w="u"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "r", (1.5, 2.2))
    torus = branch.first("torus")
    assert torus.value == pytest.approx(2, abs=1e-9)
    assert np.angle(torus.eigenvalues[1]) == pytest.approx(math.pi / 3, abs=1e-8)


def test_a_closed_family_ends_where_it_began():
    """In d the burst of five spikes lives on an isola: it is gone round once."""
    model = rb.models.izhikevich("chattering").replace(I=10)
    along = rb.continue_cycles(rb.find_limit_cycle(model), "I", (9.5, 16))
    family = rb.continue_cycles(along.first("period doubling"), "d", (1, 3))
    assert family.ends[1] is rb.Status.CLOSED
    assert len(family.all("cycle fold")) == 2
    assert len(family) < 300
