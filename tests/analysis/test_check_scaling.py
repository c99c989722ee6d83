"""The scaling check: true laws are confirmed, planted errors found, the undecidable left open."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis.onset_law import OnsetLaw

# (model, range, law, its constant, exponent): constants from closed forms or 40 digits (mpmath)
SNIC = [
    ("theta", None, 1 / math.pi),
    ("quadratic", None, 1 / math.pi),
    ("morris-lecar:snic", (0, 100), 5.66195031e-3),
    pytest.param("sodium-potassium:snic", (0, 20), None, marks=pytest.mark.slow),
]


def checked(name, interval):
    model = rb.models.named(name)
    return rb.check_scaling(model, model.natural[0], interval)


@pytest.mark.parametrize(("name", "interval", "prefactor"), SNIC)
def test_square_roots(name, interval, prefactor):
    check = checked(name, interval)
    assert check.confirmed is True
    assert check.onset == "snic"
    assert check.exponent == pytest.approx(0.5, abs=1e-5)
    assert check.exponent_error < 1e-5
    assert check.prefactor == pytest.approx(check.expected["prefactor"], rel=1e-6)
    if prefactor is not None:
        assert check.prefactor == pytest.approx(prefactor, rel=1e-7)
    assert check.distances.max() / check.distances.min() > 5e3
    assert "confirmed" in check.report()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_flow_on_a_line_with_a_known_period(sign):
    """V' = (V^2 + I)/tau: f = sqrt(I)/(pi tau) exactly."""
    model = rb.Model(
        "line",
        "V' = (V^2 + s*I)/tau",
        parameters=dict(I=-sign, s=sign, tau=2.5),
        start=dict(V=-1),
    )
    interval = (-1, 1)
    if sign < 0:  # fires below the onset: not what a ramp up finds
        assert rb.check_scaling(model, "I", interval).confirmed is None
        return
    check = rb.check_scaling(model, "I", interval)
    assert check.confirmed
    assert check.prefactor == pytest.approx(1 / (2.5 * math.pi), rel=1e-9)


def test_a_logarithm():
    """Beside the saddle's loop T = c - ln(d)/lambda_u; the leaky neuron has its time constant."""
    check = checked("morris-lecar:homoclinic", (0, 60))
    assert check.confirmed is True
    assert check.law.kind == "logarithmic"
    assert check.exponent is None
    saddle = check.law["lambda_u"]
    assert check.prefactor == pytest.approx(1 / saddle, rel=1e-3)
    leaky = checked("leaky", None)
    assert leaky.confirmed is True
    assert leaky.prefactor == pytest.approx(10, abs=max(3 * leaky.prefactor_error, 1e-4))


@pytest.mark.parametrize(("shear", "growth"), [(0.0, 1.0), (0.7, 0.4)])
def test_a_supercritical_hopf_point(shear, growth):
    """r' = growth mu r - r^3, theta' = 1 + shear r^2: amplitude sqrt(growth mu), f = 1/2pi."""
    model = rb.Model(
        "clock",
        "x' = g*mu*x - y - (x + b*y)*r2\ny' = x + g*mu*y - (y - b*x)*r2\nr2 = x^2 + y^2",
        parameters=dict(mu=-0.5, b=shear, g=growth),
        start=dict(x=0.1, y=0),
        spike=("x", 0.05),
    )
    check = rb.check_scaling(model, "mu", (-1, 1))
    assert check.confirmed is True
    assert check.onset == "supercritical hopf"
    assert check.prefactor == pytest.approx(1 / (2 * math.pi), rel=1e-5)
    assert check.exponent == pytest.approx(0.5, abs=2e-3)
    assert check["amplitude of x"].value == pytest.approx(math.sqrt(growth), rel=1e-3)


def test_a_fold_of_cycles():
    """The onset frequencies of AUTO: 1/period of the fold at 88.293250543."""
    check = checked("morris-lecar:hopf", (60, 120))
    assert check.confirmed is True
    assert check.expected["prefactor"] == pytest.approx(check.prefactor, rel=1e-3)
    assert check.exponent == pytest.approx(0.5, abs=3 * check.exponent_error)


@pytest.mark.slow
def test_the_squid_s_onset():
    squid = checked("hodgkin-huxley", (0, 30))
    assert squid.confirmed is True
    # AUTO-07p: the stable cycles are born at 6.1442212745 with the period 19.895240713
    assert squid.prefactor == pytest.approx(1 / 19.895240713, abs=3 * squid.prefactor_error)


@pytest.fixture(scope="module")
def verdict():
    return rb.classify_excitability(rb.models.morris_lecar("snic"), "I", (0, 100), simulate=False)


@pytest.mark.parametrize(
    "wrong",
    [
        dict(s=1.01),  # the prefactor by 1%
        dict(at=1e-6),  # the place by 1e-6 of 39.96
        dict(kind="logarithmic"),
    ],
    ids=["prefactor", "place", "kind"],
)
def test_a_planted_error_is_found(verdict, wrong):
    law = verdict.onset_law
    if "kind" in wrong:
        planted = OnsetLaw("logarithmic", law.at, 1, {"k": 20.0})
    else:
        constants = dict(law.constants) | {"s": law["s"] * wrong.get("s", 1.0)}
        planted = OnsetLaw(law.kind, law.at + wrong.get("at", 0.0), 1, constants, law.formula)
    check = rb.check_scaling(verdict.model, verdict=replace(verdict, onset_law=planted))
    assert check.confirmed is False, check.report()
    assert "contradicted" in check.report()
    assert check.reason


def test_what_can_t_be_told_is_left_open():
    silent = rb.Model("silent", "x' = -x + I", parameters=dict(I=0), start=dict(x=0))
    check = rb.check_scaling(silent, "I", (-1, 1))
    assert check.confirmed is None
    assert check.prefactor is None
    assert "no law" in check.reason
    assert "not decided" in check.report()
    with pytest.raises(rb.InvalidArgument, match="nothing was simulated"):
        rb.plot_scaling(check)


def test_saved_told_and_drawn(verdict, tmp_path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    check = rb.check_scaling(verdict.model, verdict=verdict, count=8)
    again = rb.load(rb.save(check, tmp_path / "check.npz"))
    np.testing.assert_array_equal(again.frequencies, check.frequencies)
    assert again.report() == check.report()
    told = json.loads(json.dumps(check.to_dict()))
    assert told["confirmed"] is True
    assert told["expected"]["exponent"] == 0.5
    with pytest.raises(rb.UnknownName, match="frequencies"):
        check["frequencys"]
    with pytest.raises(ValueError, match="read-only"):
        check.distances[0] = 1
    ax = rb.plot_scaling(check, label="Morris-Lecar")
    line, dots = ax.lines
    np.testing.assert_allclose(dots.get_ydata(), 1000 * check.frequencies)
    assert "Hz" in ax.get_ylabel()
    x, y = line.get_data()
    np.testing.assert_allclose(y, 1000 * check.law["s"] * np.sqrt(x), rtol=1e-12)
    off = rb.plot_scaling(check, residual=True).lines[0].get_ydata()
    # T = 1/(s sqrt d) + T0: the departure falls as sqrt(d)
    slope = np.polyfit(np.log(check.distances), np.log(off), 1)[0]
    assert slope == pytest.approx(0.5, abs=0.05)
    pyplot.close("all")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (dict(model="morris-lecar"), "takes a Model"),
        (dict(count=3), "at least 7"),
        (dict(count=2.5), "whole number"),
        (dict(verdict="snic"), "classify_excitability"),
        (dict(model=rb.models.theta()), "another model"),
    ],
)
def test_wrong_questions(verdict, given, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.check_scaling(**({"model": verdict.model, "verdict": verdict} | given))
