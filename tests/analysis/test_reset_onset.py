"""How models with a reset start to fire: closed forms of thresholds, laws and prefactors."""

import functools
import math

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis import reset_onset


def classified(model, interval):
    return rb.classify_excitability(model, "I", interval)


def test_the_leaky_neuron_is_class_1_at_its_threshold():
    """T = t_ref + tau ln((R I + E - V_reset)/(R I + E - V_th)): onset at (V_th - E)/R = 1.5."""
    verdict = classified(rb.models.leaky(), (0, 4))
    assert (verdict.hodgkin_class, verdict.spiking_class) == (1, 1)
    assert verdict.onset == "threshold"
    assert verdict.law == "logarithmic"
    assert verdict.loss.kind == verdict.birth.kind == "border collision"
    assert verdict.threshold == pytest.approx(1.5, abs=1e-12)
    assert verdict.firing_from == pytest.approx(1.5, abs=1e-12)
    assert verdict.rheobase == pytest.approx(1.5, abs=1e-5)
    assert verdict.bistable is None
    assert verdict.block is None
    assert verdict.onset_frequency == 0
    assert verdict.integrator is True
    assert verdict.onset_law["k"] == pytest.approx(10, rel=1e-12)
    # c = t_ref + tau ln((V_th - V_reset)/R)
    assert verdict.onset_law["c"] == pytest.approx(2 + 10 * math.log(1.5), abs=1e-5)
    assert verdict.simulated.agrees
    assert verdict.simulated.prefactor == pytest.approx(10, rel=1e-3)
    assert "threshold" in verdict.report() or "border collision" in verdict.report()


@pytest.mark.parametrize("peak, reset", [(100, -100), (10, -5), (30, -2)])
def test_the_quadratic_neuron_has_the_prefactor_1_over_pi(peak, reset):
    model = rb.models.quadratic().replace(V_peak=peak, V_reset=reset)
    verdict = classified(model, (-1, 4))
    assert (verdict.hodgkin_class, verdict.spiking_class) == (1, 1)
    assert verdict.onset == "snic"
    assert verdict.threshold == verdict.firing_from == pytest.approx(0, abs=1e-12)
    assert verdict.prefactor == pytest.approx(1 / math.pi, rel=1e-10)
    assert verdict.simulated.agrees
    assert verdict.simulated.prefactor == pytest.approx(1 / math.pi, rel=1e-3)
    assert verdict.simulated.exponent == pytest.approx(0.5, abs=1e-2)


def quadratic_far(peak):
    return rb.Model(
        "far threshold",
        "x' = a*(x - 1)^2 + 3*(I - 2)",
        parameters=dict(I=2.5, a=0.5),
        start=dict(x=0),
        reset=rb.Reset(f"x > {peak}", x=f"-{peak}"),
    )


def test_a_threshold_far_away():
    """f = sqrt(a b)/pi sqrt(I - 2), a = 1/2, b = 3."""
    verdict = rb.classify_excitability(quadratic_far("1e6"), "I", (1, 5), simulate=False)
    assert verdict.onset == "snic"
    assert verdict.firing_from == pytest.approx(2, abs=1e-9)
    assert verdict.prefactor == pytest.approx(math.sqrt(1.5) / math.pi, rel=1e-9)


def test_a_family_that_was_not_followed_to_its_end_is_no_onset(monkeypatch):
    model = quadratic_far("1e6")
    limited = functools.partial(reset_onset.Search, max_points=100)
    monkeypatch.setattr(reset_onset, "Search", limited)
    verdict = rb.classify_excitability(model, "I", (1, 5), simulate=False)
    assert verdict.firing_from is None
    assert verdict.onset == "none"
    assert "give max_points" in verdict.report()


def test_the_exponential_neuron():
    """Rheobase g_L (V_T - E_L - Delta_T); at the fold a = 1/(2 tau Delta_T), b = 1/C, so that
    f = sqrt(g_L/(2 Delta_T C^2))/pi sqrt(I - I_c)."""
    model = rb.models.exponential()
    verdict = classified(model, (0, 2))
    p = model.parameters
    fold = p["g_L"] * (p["V_T"] - p["E_L"] - p["Delta_T"])
    prefactor = math.sqrt(p["g_L"] / (2 * p["Delta_T"])) / p["C"] / math.pi
    assert verdict.onset == "snic"
    assert verdict.threshold == pytest.approx(fold, abs=1e-10)
    assert verdict.prefactor == pytest.approx(prefactor, rel=1e-9)
    assert verdict.prefactor_hz == pytest.approx(1000 * prefactor, rel=1e-9)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (1, 1)


def test_a_reset_above_the_unstable_point_makes_it_bistable():
    """Firing lives on down to I = g_L (V - E_L) - g_L Delta_T exp((V - V_T)/Delta_T), V = V_reset,
    where its period diverges like -ln(d)/rate."""
    verdict = classified(rb.models.exponential().replace(V_reset=-50), (-10, 2))
    born = 1.5 - 0.348 * math.exp(9.9 / 3.48)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (2, 1)
    assert verdict.onset == "homoclinic"
    assert verdict.bistable == pytest.approx((born, 0.162), abs=1e-7)
    assert verdict.law == "logarithmic"
    assert verdict.onset_law["k"] == pytest.approx(1 / (0.1 * math.exp(9.9 / 3.48) - 0.1), rel=1e-6)
    assert verdict.simulated.agrees
    cut = classified(rb.models.exponential().replace(V_reset=-50), (0, 2))
    assert cut.birth is None
    assert cut.spiking_class is None
    assert "beyond" in cut.message


def test_the_adaptive_neuron_of_2005():
    """Rest is lost at the Hopf point 627.182465 pA, before the fold at 627.311094 pA; just below,
    firing and rest coexist. rb.simulate, started behind a spike, fires and falls silent there."""
    model = rb.models.adaptive_exponential()
    verdict = classified(model, (0, 1000))
    assert verdict.onset == "subcritical hopf"
    assert verdict.threshold == pytest.approx(627.182465, abs=1e-6)
    assert verdict.hodgkin_class == 2
    assert verdict.integrator is False
    low, high = verdict.bistable
    assert high == verdict.threshold
    cycle = verdict.diagram.cycles[-1].at(I=630)[0]
    start = dict(zip(model.states, map(float, cycle(0.0)), strict=True))
    for drive, fires in ((low + 0.05, True), (low - 0.05, False)):
        run = rb.simulate(model.replace(start).replace(I=drive), until=40_000, tolerance=1e-9)
        late = run.spikes[run.spikes > 20_000]
        assert (len(late) > 5) == fires


@pytest.mark.parametrize(
    "pattern, a, b",
    [("regular spiking", 0.02, 0.2), ("low-threshold spiking", 0.02, 0.25)],
)
def test_izhikevich_patterns_lose_rest_at_their_hopf_point(pattern, a, b):
    """v = (a - 5)/0.08, I = (b - 5) v - 0.04 v^2 - 140; the fold (5 - b)^2/0.16 - 140 is above."""
    verdict = classified(rb.models.izhikevich(pattern), (-3, 20))
    v = (a - 5) / 0.08
    hopf = (b - 5) * v - 0.04 * v * v - 140
    assert verdict.onset == "subcritical hopf"
    assert verdict.threshold == pytest.approx(hopf, abs=1e-8)
    assert verdict.hodgkin_class == 2
    assert verdict.firing_from < verdict.threshold
    # firing is born behind a canard, at the upper root of 0.04 v^2 + (5 - b) v + 140 + I = 0
    assert verdict.birth.kind == "homoclinic"
    assert verdict.birth.criticality == "behind a canard"
    root = math.sqrt((5 - b) ** 2 - 0.16 * (140 + verdict.firing_from))
    assert verdict.birth["v"] == pytest.approx((b - 5 + root) / 0.08, abs=1e-6)
    assert verdict.spiking_class == 1
    assert verdict.threshold < (5 - b) ** 2 / 0.16 - 140
    assert verdict.rheobase < verdict.firing_from  # a step finds recovery behind


def test_izhikevich_with_fast_recovery_is_class_1():
    """a > b: rest is lost at the fold (5 - b)^2/0.16 - 140; the prefactor of the reduction,
    (1/pi) sqrt(0.04/(1 - b/a)), with the null vectors (1, b) and (1, -1/a)/(1 - b/a)."""
    model = rb.models.izhikevich().replace(a=0.5, b=0.1, d=0.5)
    verdict = classified(model, (0, 20))
    assert verdict.onset == "snic"
    assert verdict.threshold == pytest.approx(4.9**2 / 0.16 - 140, abs=1e-8)
    assert verdict.prefactor == pytest.approx(math.sqrt(0.04) / (1 - 0.2) / math.pi, rel=1e-8)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (1, 1)


def test_grazing_is_a_finite_onset():
    """A damped resonator reset to (0, 0) fires where its first swing reaches the threshold, at the
    frequency w/pi; its equilibrium is still below, and is lost to the threshold later."""
    w, s = 2.0, -0.4
    model = rb.Model(
        "resonate and fire",
        "x' = y\ny' = -(w^2 + s^2)*x + 2*s*y + I",
        parameters=dict(w=w, s=s, I=0),
        start=dict(x=0, y=0),
        reset=rb.Reset("x > 1", x="0", y="0"),
    )
    verdict = classified(model, (0, 8))
    square = w * w + s * s
    graze = square / (1 + math.exp(s * math.pi / w))
    assert verdict.onset == "threshold"
    assert verdict.threshold == pytest.approx(square, abs=1e-9)
    assert verdict.birth.kind == "grazing"
    assert verdict.firing_from == pytest.approx(graze, abs=1e-9)
    assert verdict.onset_frequency == pytest.approx(w / math.pi, rel=1e-5)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (2, 2)
    assert verdict.law == "finite"
    assert verdict.integrator is False
    assert verdict.rheobase == pytest.approx(graze, abs=2e-5)


def test_no_rest_no_verdict():
    verdict = classified(rb.models.leaky(), (2, 4))
    assert verdict.hodgkin_class is None
    assert verdict.loss is None
    assert "does not rest" in verdict.message
    silent = classified(rb.models.leaky(), (0, 1))
    assert silent.hodgkin_class is None
    assert silent.firing_from is None
    assert silent.rheobase is None
    assert silent.onset == "none"


def test_files_and_json(tmp_path):
    verdict = classified(rb.models.theta(), (-1, 1))
    assert verdict.prefactor == pytest.approx(1 / math.pi, rel=1e-10)
    rb.save(verdict, tmp_path / "verdict.npz")
    again = rb.load(tmp_path / "verdict.npz")
    assert again.report() == verdict.report()
    assert again.to_dict() == verdict.to_dict()
    assert np.isfinite(again.diagram.cycles[0]["period"]).all()


def test_a_state_that_rests_does_not_set_the_pace():
    """The leaky neuron with an idle second state, slower than the membrane: T = tau ln(...)."""
    model = rb.Model(
        "idle",
        "V' = (I - V)/20\nw' = -w/100",
        parameters=dict(I=0.5),
        start=dict(V=0, w=0),
        reset=rb.Reset("V > 1", V="0"),
    )
    verdict = rb.classify_excitability(model, "I", (0, 4))
    assert (verdict.hodgkin_class, verdict.onset, verdict.law) == (1, "threshold", "logarithmic")
    assert verdict.threshold == pytest.approx(1, abs=1e-9)
    assert verdict.onset_law["k"] == pytest.approx(20, rel=1e-9)
    assert verdict.simulated.agrees


def test_two_unlike_spikes_come_to_the_threshold():
    """u changes its sign at every spike: T = ln((I - 0.5)/(I - 1)) + ln((I + 0.1)/(I - 1))."""
    model = rb.Model(
        "alternating",
        "V' = I - V\nu' = u*(0.09 - u^2)",
        parameters=dict(I=0),
        start=dict(V=0, u=0.3),
        reset=rb.Reset("V > 1", V="0.2 + u", u="-u"),
    )
    verdict = rb.classify_excitability(model, "I", (0, 4))
    assert (verdict.hodgkin_class, verdict.onset, verdict.law) == (1, "threshold", "logarithmic")
    assert verdict.firing_from == pytest.approx(1, abs=1e-9)
    assert verdict.onset_law["k"] == pytest.approx(2, rel=1e-9)
    assert verdict.simulated.agrees
