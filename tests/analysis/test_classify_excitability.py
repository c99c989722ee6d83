"""Classes of excitability against independent numbers: where rest is lost and firing is born.

Points of Morris-Lecar, Hodgkin-Huxley, Jansen-Rit and FitzHugh-Nagumo: AUTO-07p, equilibria refined
with mpmath at 40 digits. Class 3: S. A. Prescott, Y. De Koninck and T. J. Sejnowski, PLoS Comput.
Biol. 4 (2008) e1000198, whose text gives the classes; the fold, the Hopf points and the step to the
single spike were computed with SciPy at the same parameters.
"""

import json
from functools import cache

import numpy as np
import pytest
import rheobase as rb
from mpmath import mp, mpf
from scipy.integrate import solve_ivp

PRESCOTT = """
V' = (I - g_fast*m_inf*(V - E_Na) - g_slow*w*(V - E_K) - g_leak*(V - E_leak))/C
w' = phi*(w_inf - w)*cosh((V - beta_w)/(2*gamma_w))
m_inf = (1 + tanh((V - beta_m)/gamma_m))/2
w_inf = (1 + tanh((V - beta_w)/gamma_w))/2
"""
VALUES = dict(
    **dict(I=0, C=2, g_fast=20, g_slow=20, g_leak=2, E_Na=50, E_K=-100, E_leak=-70),
    **dict(beta_m=-1.2, gamma_m=18, gamma_w=10, phi=0.15),
)


def prescott(beta_w):
    return rb.Model(
        "Prescott",
        PRESCOTT,
        parameters=dict(VALUES, beta_w=beta_w),
        start=dict(V=-70, w=0),
        natural=("I", (0, 80)),
        time_unit="ms",
    )


MODELS = {
    "snic": lambda: rb.models.morris_lecar("snic"),
    "hopf": lambda: rb.models.morris_lecar("hopf"),
    "homoclinic": lambda: rb.models.morris_lecar("homoclinic"),
    "hodgkin-huxley": lambda: rb.models.hodgkin_huxley(),
    "jansen-rit": lambda: rb.models.jansen_rit(),
    "fitzhugh-nagumo": lambda: rb.models.fitzhugh_nagumo(),
    "class 1": lambda: prescott(0),
    "class 2": lambda: prescott(-13),
    "class 3": lambda: prescott(-21),
    "strictly class 3": lambda: prescott(-25),
}


@cache
def verdict(name):
    return rb.classify_excitability(MODELS[name]())


# up, down, onset, threshold, firing from, block, integrator
KNOWN = {
    "snic": (1, 1, "snic", 39.963153092745, 39.963153092745, 115.94872149, True),
    "hopf": (2, 2, "subcritical hopf", 93.8576183737, 88.293250543, 216.89980139, False),
    "homoclinic": (2, 1, "homoclinic", 39.963153092745, 35.006734198, 40.593351958, True),
    "hodgkin-huxley": (2, 2, "subcritical hopf", 9.65933799539, 6.1442212745, 154.406333666, False),
    "jansen-rit": (1, 1, "snic", 113.586273213, 89.829107970, 315.696428069, True),
    "fitzhugh-nagumo": (2, 2, "subcritical hopf", 0.3312813375, 0.3241785225, 1.4258214775, False),
    "class 1": (1, 1, "snic", 36.740, 36.740, None, True),
    "class 2": (2, 2, "subcritical hopf", 42.8015356, None, None, False),
    "class 3": (3, 3, "none", None, None, None, False),
    "strictly class 3": (3, 3, "none", None, None, None, False),
}


@pytest.mark.parametrize("name", KNOWN)
def test_classes_and_places(name):
    up, down, onset, threshold, firing_from, block, integrator = KNOWN[name]
    found = verdict(name)
    assert (found.hodgkin_class, found.spiking_class) == (up, down)
    assert (found.onset, found.integrator) == (onset, integrator)
    tolerance = 1e-5 if name == "class 1" else 1e-9
    for value, known in ((found.threshold, threshold), (found.block, block)):
        assert known is None or value == pytest.approx(known, rel=tolerance)
    if threshold is None:
        assert found.threshold is None
        assert found.loss is None
    if block is None:
        assert found.block is None
    if firing_from is not None:
        assert found.firing_from == pytest.approx(firing_from, rel=tolerance)
    elif up == 3:
        assert found.firing_from is None
        assert found.birth is None


@pytest.mark.parametrize(
    "name, span",
    [
        ("hopf", (88.293250543, 93.8576183737)),
        ("homoclinic", (35.006734198, 39.963153092745)),
        ("hodgkin-huxley", (6.1442212745, 9.65933799539)),
        ("jansen-rit", (89.829107970, 113.586273213)),
        ("snic", None),
        ("class 3", None),
    ],
)
def test_where_rest_and_firing_coexist(name, span):
    found = verdict(name).bistable
    assert found is None if span is None else found == pytest.approx(span, rel=1e-7)


def test_what_the_points_are():
    kinds = {
        "snic": ("fold", "snic"),
        "hopf": ("hopf", "cycle fold"),
        "homoclinic": ("fold", "homoclinic"),
        "hodgkin-huxley": ("hopf", "cycle fold"),
        "jansen-rit": ("fold", "snic"),
    }
    for name, expected in kinds.items():
        found = verdict(name)
        assert (found.loss.kind, found.birth.kind) == expected
        assert found.evidence[0] is found.loss
        assert found.evidence[1] is found.birth
        assert found.threshold == found.loss.value


def test_jansen_rit_says_both():
    found = verdict("jansen-rit")
    report = found.report()
    assert "113.586273" in report
    assert "89.829108" in report
    assert found.onset_frequency == pytest.approx(10.377058574, rel=1e-6)  # omega/2pi, AUTO
    assert found.law == "square root"


def test_the_canard_of_fitzhugh_and_nagumo():
    assert "canard" in verdict("fitzhugh-nagumo").report()
    assert verdict("fitzhugh-nagumo").simulated.agrees is None  # too narrow to resolve, and said


def morris_lecar_prefactor():
    """sqrt(a b)/pi of Morris-Lecar's fold by mpmath from the equations, with 30 digits.

    On the w nullcline F(V) = I_ion(V, w_inf(V)); the fold is F' = 0. With q = (1, w_inf') and
    p = (1, f_w/rate)/(1 + w_inf' f_w/rate) the normal form is that of the docstring.
    """
    with mp.workdps(30):
        phi, C = mpf("0.067"), mpf(20)

        def w_inf(V):
            return (1 + mp.tanh((V - 12) / mpf("17.4"))) / 2

        def rate(V):
            return phi * mp.cosh((V - 12) / (2 * mpf("17.4")))

        def f(V, w):
            m = (1 + mp.tanh((V + mpf("1.2")) / 18)) / 2
            return (-2 * (V + 60) - 4 * m * (V - 120) - 8 * w * (V + 84)) / C

        def g(V, w):
            return rate(V) * (w_inf(V) - w)

        V = mp.findroot(lambda V: mp.diff(lambda v: f(v, w_inf(v)), V), mpf(-29))
        w, slope = w_inf(V), mp.diff(w_inf, V)
        current = -C * f(V, w)
        coupling = mp.diff(f, (V, w), (0, 1)) / rate(V)
        scale = 1 + slope * coupling
        bends = [
            sum(
                n * mp.diff(F, (V, w), order) * slope ** order[1]
                for n, order in ((1, (2, 0)), (2, (1, 1)), (1, (0, 2)))
            )
            for F in (f, g)
        ]
        a = (bends[0] + coupling * bends[1]) / (2 * scale)
        return float(current), float(mp.sqrt(a / (C * scale)) / mp.pi)


def test_the_prefactor_of_morris_lecar():
    current, prefactor = morris_lecar_prefactor()
    found = verdict("snic")
    assert prefactor == pytest.approx(0.00566195031, rel=1e-9)
    assert found.threshold == pytest.approx(current, rel=1e-12)
    assert found.prefactor == pytest.approx(prefactor, rel=1e-10)
    assert found.prefactor_hz == pytest.approx(1000 * prefactor, rel=1e-10)
    assert found.onset_frequency == 0.0


@pytest.mark.parametrize("name", ["snic", "hopf", "homoclinic", "hodgkin-huxley", "class 1"])
def test_simulation_agrees(name):
    simulated = verdict(name).simulated
    assert simulated.agrees is True
    assert abs(simulated.prefactor - simulated.derived) <= simulated.tolerance
    assert simulated.tolerance < 3e-3 * simulated.derived
    assert simulated["prefactor"] == simulated.prefactor
    if name in ("snic", "class 1"):
        assert abs(simulated.exponent - 0.5) < 4 * simulated.exponent_error + 1e-5
        assert simulated.exponent_error < 1e-3


def steps_until_spike(model, value, rest, level, until=500.0):
    """Whether a sustained step gives a spike, by SciPy alone."""
    p = model.field.parameter_array({**model.parameters, "I": value})

    def crossed(t, x):
        return x[0] - level

    crossed.terminal, crossed.direction = True, 1.0
    f = model.field.f
    run = solve_ivp(lambda t, x: f(x, p), (0, until), rest, "LSODA", events=crossed, rtol=1e-9)
    return len(run.t_events[0]) > 0


@pytest.mark.parametrize("name, level", [("hodgkin-huxley", -40.0), ("strictly class 3", 0.0)])
def test_the_rheobase_by_another_solver(name, level):
    found = verdict(name)
    model = MODELS[name]()
    points = rb.find_fixed_points(model.replace(I=0))
    (rest,) = (point.x for point in points if point.stable)
    least = found.rheobase
    assert steps_until_spike(model, least + 1e-3, rest, level)
    assert not steps_until_spike(model, least - 1e-3, rest, level)
    assert "step" in found.protocol
    assert "spike" in found.protocol


def test_class_3_spikes_once_to_steps():
    assert verdict("strictly class 3").rheobase == pytest.approx(72.25, abs=2e-3)
    wide = rb.classify_excitability(prescott(-21), "I", (0, 150), simulate=False)
    assert wide.threshold == pytest.approx(87.2544462, rel=1e-8)
    assert wide.hodgkin_class == 2
    assert wide.onset == "supercritical hopf"
    assert wide.rheobase is None
    assert wide.simulated is None


def test_units_change_nothing_but_units():
    """Morris and Lecar's neuron in volts, seconds and amperes."""
    model = rb.Model(
        "in other units",
        """
        V' = (I - g_L*(V - E_L) - g_Ca*m_inf*(V - E_Ca) - g_K*w*(V - E_K))/C
        w' = phi*(w_inf - w)*cosh((V - V3)/(2*V4))
        m_inf = (1 + tanh((V - V1)/V2))/2
        w_inf = (1 + tanh((V - V3)/V4))/2
        """,
        parameters=dict(
            **dict(I=0, C=20e-6, g_L=2e-3, E_L=-0.06, g_Ca=4e-3, E_Ca=0.12, g_K=8e-3, E_K=-0.084),
            **dict(phi=67, V1=-0.0012, V2=0.018, V3=0.012, V4=0.0174),
        ),
        start=dict(V=-0.06, w=0),
        time_unit="s",
    )
    found, usual = rb.classify_excitability(model, "I", (0, 250e-6)), verdict("snic")
    assert found.threshold * 1e6 == pytest.approx(usual.threshold, rel=1e-9)
    assert found.block * 1e6 == pytest.approx(usual.block, rel=1e-8)
    assert found.prefactor_hz * 1e-3 == pytest.approx(usual.prefactor_hz, rel=1e-9)
    assert found.rheobase * 1e6 == pytest.approx(usual.rheobase, rel=1e-6)
    assert found.onset == "snic"
    assert found.simulated.agrees


def test_no_rest_at_the_low_end_is_said():
    found = rb.classify_excitability(rb.models.morris_lecar("hopf"), "I", (100, 200))
    assert found.hodgkin_class is None
    assert found.onset == "none"
    assert found.loss is None
    assert "no stable rest" in found.report()


def test_the_range_may_be_given_downward():
    model = rb.models.morris_lecar("snic")
    up = rb.classify_excitability(model, "I", (0, 60), simulate=False)
    down = rb.classify_excitability(model, "I", (60, 0), simulate=False)
    assert up.interval == down.interval
    assert up.threshold == down.threshold
    assert up.hodgkin_class == down.hodgkin_class


def test_json_and_files(tmp_path):
    found = verdict("homoclinic")
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for name in (
        *("hodgkin_class", "spiking_class", "loss", "birth", "threshold", "firing_from"),
        *("rheobase", "block", "bistable", "integrator", "onset_frequency", "law", "prefactor"),
        *("prefactor_hz", "onset", "evidence", "simulated"),
    ):
        assert name in data
        found[name]
    assert data["birth"]["kind"] == "homoclinic"
    for ending in ("npz", "nc"):
        again = rb.load(rb.save(found, tmp_path / f"verdict.{ending}"))
        assert again.to_dict() == found.to_dict()
        assert np.array_equal(again.birth.arrays["orbit"], found.birth.arrays["orbit"])
    with pytest.raises(rb.UnknownName, match="threshold"):
        found["treshold"]
    with pytest.raises(AttributeError):
        found.threshold = 1.0


def test_a_known_diagram_is_used():
    model = rb.models.sodium_potassium("homoclinic")
    diagram = rb.bifurcation_diagram(model, "I", (0, 60))
    found = rb.classify_excitability(model, "I", (0, 60), diagram=diagram, simulate=False)
    assert found.diagram is diagram
    assert found.onset == "homoclinic"
    with pytest.raises(rb.InvalidArgument, match="another model"):
        rb.classify_excitability(model.replace(tau=1), "I", (0, 60), diagram=diagram)


def test_wrong_questions():
    model = rb.models.morris_lecar("snic")
    with pytest.raises(rb.UnknownName, match="E_K"):
        rb.classify_excitability(model, "E_k", (0, 1))
    with pytest.raises(rb.InvalidArgument, match="map"):
        rb.classify_excitability(rb.models.logistic())
    with pytest.raises(rb.InvalidArgument, match="takes a Model"):
        rb.classify_excitability("morris-lecar")
    with pytest.raises(rb.InvalidArgument, match="two different"):
        rb.classify_excitability(model, "I", (1, 1))
    with pytest.raises(rb.InvalidArgument, match="progress"):
        rb.classify_excitability(model, progress=3)
    driven = rb.Model("driven", "x' = a - x + sin(t)", parameters=dict(a=1), start=dict(x=0))
    with pytest.raises(rb.InvalidArgument, match="time"):
        rb.classify_excitability(driven, "a", (0, 1))


def test_no_class_where_what_follows_is_not_known():
    """A driven pendulum goes round beyond I = 1: no closed orbit in its angle."""
    model = rb.Model(
        "pendulum",
        "v' = I - sin(x) - 0.5*v\nx' = v",
        parameters=dict(I=0),
        start=dict(v=0, x=0),
    )
    found = rb.classify_excitability(model, "I", (0, 2), simulate=False)
    assert found.threshold == pytest.approx(1.0, rel=1e-12)  # sin(x) = I
    assert found.hodgkin_class is None
    assert found.onset == "none"
    assert "x is an angle" in found.report().lower()
    assert "could not be established" in found.report()


def test_rest_that_gives_way_to_rest_has_no_class():
    """x' = I + x - x^3 + y, y' = -y: a jump from one rest to another, and no firing."""
    model = rb.Model(
        "switch",
        "x' = I + x - x^3 + y\ny' = -y",
        parameters=dict(I=-1),
        start=dict(x=-1.3, y=0),
    )
    found = rb.classify_excitability(model, "I", (-1, 1))
    assert found.hodgkin_class is None
    assert "a jump, no spike" in found.report()
    assert found.loss.kind == "fold"
    assert found.threshold == pytest.approx(2 / (3 * np.sqrt(3)), rel=1e-10)
    assert found.firing_from is None
    assert "to another one" in found.report()
