"""Folds whose quadratic coefficient is zero, or small: where the square root law does not hold."""

import math

import pytest
import rheobase as rb
from scipy.integrate import quad


def flow(text, **start):
    return rb.Model("flat", text, parameters=dict(I=-0.5), start=start)


RING = """
x' = speed*(x*(1 - x^2 - y^2) - y*w)
y' = speed*(y*(1 - x^2 - y^2) + x*w)
"""


def ring(pace, speed=1.0):
    """A limit cycle gone round at the pace w."""
    return rb.Model(
        "ring",
        f"{RING}\nw = {pace}",
        parameters=dict(I=-0.3, speed=speed),
        start=dict(x=-1, y=-0.1),
    )


def without_law(model, interval, at, simulate=False):
    verdict = rb.classify_excitability(model, "I", interval, simulate=simulate)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (1, 1)
    assert verdict.onset == verdict.birth.kind == "snic"
    assert verdict.threshold == verdict.firing_from == pytest.approx(at, abs=1e-9)
    assert verdict.law == "none"
    assert verdict.prefactor is None
    assert verdict.simulated is None
    assert verdict.birth.criticality == "degenerate"
    assert verdict.birth.coefficient is None
    assert "does not follow the square root law" in verdict.report()
    assert "starts at zero" in verdict.report()
    return verdict


def test_an_angle():
    """theta' = I + (1 - cos(theta))^2, near 0 I + theta^4/4."""
    model = flow("theta' = I - 0.1 + (1 - cos(theta - 0.7))^2", theta=-1)
    verdict = without_law(model, (-1, 1), 0.1, simulate=True)
    assert verdict.to_dict()["law"] == "none"
    curve = rb.frequency_current(model, "I", [0.1 + 1e-8, 0.1 + 1e-6, 0.1 + 1e-3])
    for d, frequency in zip((1e-8, 1e-6, 1e-3), curve["frequency"], strict=True):
        T = 2 * quad(lambda t, d=d: 1 / (d + (1 - math.cos(t)) ** 2), 0, math.pi, epsrel=1e-12)[0]
        assert frequency == pytest.approx(1 / T, rel=1e-7)
    f = curve["frequency"]
    assert math.log(f[1] / f[0]) / math.log(100) == pytest.approx(0.75, abs=1e-3)


def test_a_state_that_runs_through_infinity(tmp_path):
    model = flow("V' = I - 0.2 + (V - 0.3)^6", V=-1)
    verdict = without_law(model, (-1, 1), 0.2)
    rb.save(verdict, tmp_path / "verdict.nc")
    again = rb.load(tmp_path / "verdict.nc")
    assert (again.law, again.prefactor) == ("none", None)


def test_the_passage_through_a_flat_fold():
    """The integral of 1/(d + V^4) over the line is pi d^(-3/4)/sqrt(2)."""
    d = [1e-6, 1e-3, 0.1]
    curve = rb.frequency_current(flow("V' = I + V^4", V=-1), "I", d)
    expected = [math.sqrt(2) * value**0.75 / math.pi for value in d]
    assert curve["frequency"] == pytest.approx(expected, rel=1e-9)


def test_with_a_reset():
    model = rb.Model(
        "flat",
        "V' = I - 0.2 + (V - 0.3)^4",
        parameters=dict(I=-1),
        start=dict(V=-1),
        reset=rb.Reset("V > 30", V="-30"),
    )
    without_law(model, (-1, 1), 0.2)


def test_on_a_limit_cycle():
    without_law(ring("I - 0.1 + (1 + x*cos(0.4) + y*sin(0.4))^2"), (-0.5, 1), 0.1)


@pytest.mark.parametrize("bend, holds", [(1e-2, True), (1e-4, True), (1e-6, False)])
def test_a_small_coefficient(bend, holds):
    """V' = I + bend V^2 + V^4: f = sqrt(bend I)/pi up to about I = bend^2."""
    model = flow(f"V' = I - 0.2 + {bend}*(V - 0.3)^2 + (V - 0.3)^4", V=-1)
    if not holds:
        without_law(model, (-1, 1), 0.2)
        return
    verdict = rb.classify_excitability(model, "I", (-1, 1))
    assert verdict.law == "square root"
    assert verdict.prefactor == pytest.approx(math.sqrt(bend) / math.pi, rel=1e-9)
    assert 0.01 * bend**2 < verdict.onset_law["reach"] < bend**2
    assert verdict.simulated.agrees
    assert "higher terms" in verdict.report()


def test_a_parabola_that_ends_before_the_last_orbit():
    """w = I - 0.1 + bend u + u^2 with u = phi^2/2: a = bend/2, f = sqrt(bend I/2)/pi."""
    u = "(1 + x*cos(0.4) + y*sin(0.4))"
    model = ring(f"I - 0.1 + {u}^2 + 1e-3*{u}")
    verdict = rb.classify_excitability(model, "I", (-0.5, 1), simulate=False)
    assert verdict.onset == "snic"
    assert verdict.prefactor == pytest.approx(math.sqrt(0.5e-3) / math.pi, rel=1e-4)
    assert verdict.onset_law["reach"] < 1e-6


@pytest.mark.parametrize("speed", [1e-6, 1e6])
@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_odd_units_are_not_taken_for_flat_folds(size, speed):
    """V' = speed (size I + V^2/size): f = speed sqrt(I)/pi."""
    model = flow(f"V' = {speed}*({size}*I + V^2/{size})", V=-size)
    verdict = rb.classify_excitability(model, "I", (-1, 1))
    assert verdict.prefactor == pytest.approx(speed / math.pi, rel=1e-9)
    assert verdict.simulated.agrees
    assert verdict.onset_law["reach"] > 1e-3
    flat = flow(f"V' = {speed}*{size}*(I + (V/{size})^4)", V=-size)
    assert rb.classify_excitability(flat, "I", (-1, 1), simulate=False).law == "none"


@pytest.mark.parametrize("speed, drive", [(1e-6, 1e6), (1e6, 1e-6)])
def test_odd_units_of_a_limit_cycle(speed, drive):
    """w = I/drive + 1 + x, x = -cos(phi): f = speed sqrt(I/(2 drive))/pi."""
    model = ring(f"I/{drive} + 1 + x", speed)
    interval = (-0.5 * drive, drive)
    verdict = rb.classify_excitability(model, "I", interval, simulate=False)
    assert verdict.onset == "snic"
    assert verdict.prefactor == pytest.approx(speed / math.sqrt(2 * drive) / math.pi, rel=1e-6)


def test_a_parameter_that_fades_has_no_fold():
    """a = exp(x) comes to 0 as x runs away, and its slope underflows."""
    model = rb.Model("fading", "x' = a - exp(x)", parameters=dict(a=1), start=dict(x=0))
    branch = rb.continue_equilibria(model, "a", (1, -1))
    assert branch.special == ()
    assert branch.ends[1] is rb.Status.LEFT_BOUNDS


def test_what_rounding_turns_is_no_fold():
    """Beyond the fold of this hyperpolarised membrane its conductance comes back to 0, and
    1 + tanh(...) is a staircase of rounding."""
    model = rb.models.named("morris-lecar")
    g = model.parameters["g_L"]
    branch = rb.continue_equilibria(model, "g_L", (3 * g, -0.5 * g), max_points=400)
    assert [point.kind for point in branch.special] == ["fold"]


def test_what_rests_on_nothing_but_rounding_is_no_fold():
    """With no leak and all gates closed every potential is an equilibrium, and F_x vanishes."""
    model = rb.models.named("hodgkin-huxley")
    g = model.parameters["g_L"]
    branch = rb.continue_equilibria(model, "g_L", (3 * g, -0.5 * g), max_points=400)
    assert [point.kind for point in branch.special] == ["fold"]


def test_a_turn_beside_which_there_are_no_equilibria():
    """Newton's method finds none in places between the ends of the bracket."""
    model = rb.models.named("jansen-rit")
    A = model.parameters["A"]
    branch = rb.continue_equilibria(model, "A", (3 * A, -0.5 * A))
    assert [point.kind for point in branch.special] == ["hopf", "fold", "fold"]
    assert all(end is rb.Status.RANGE_REACHED for end in branch.ends)
