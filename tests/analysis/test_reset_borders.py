"""Where branches of spiking orbits end at a border: grazing, pauses, kinks and jumps of a reset."""

import math

import pytest
import rheobase as rb
from scipy.optimize import brentq

SWINGING = "x' = y\ny' = -(w^2 + s^2)*x + 2*s*y + I"


def swing(I, w, s, start, turns):
    """The extremum of the linear oscillator after so many half turns from (start, 0)."""
    rest = I / (w * w + s * s)
    return rest + math.exp(s * turns * math.pi / w) * (start - rest) * (-1) ** turns


def test_grazing_at_the_spike():
    """A damped resonator that is reset to (0, 0) reaches 1 with its first swing, or not at all."""
    model = rb.Model(
        "resonate and fire",
        SWINGING,
        parameters=dict(w=2, s=-0.4, I=4),
        start=dict(x=0, y=0),
        reset=rb.Reset("x > 1", x="0", y="0"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (1, 8))
    (end,) = branch.special
    exact = brentq(lambda I: swing(I, 2, -0.4, 0, 1) - 1, 1, 8, xtol=1e-14)
    assert end.kind == "grazing"
    assert end.label == "GR"
    assert end.value == pytest.approx(exact, abs=1e-9)
    assert end.period == pytest.approx(math.pi / 2, abs=1e-6)
    assert branch.ends[0] is rb.Status.BORDER_REACHED
    assert "grazing" in branch.message


def test_grazing_between_spikes():
    """Growing swings: as the drive rises, an earlier one comes to touch the threshold."""
    model = rb.Model(
        "growing swings",
        SWINGING,
        parameters=dict(w=2, s=0.15, I=1.5),
        start=dict(x=0.3, y=0),
        reset=rb.Reset("x > 1", x="0.2", y="0"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "I", (0.5, 3))
    low, high = branch.all("grazing")
    assert high.value == pytest.approx(
        brentq(lambda I: swing(I, 2, 0.15, 0.2, 5) - 1, 1.5, 1.7), abs=1e-7
    )
    assert low.value == pytest.approx(
        brentq(lambda I: swing(I, 2, 0.15, 0.2, 7) - 1, 1.2, 1.45), abs=1e-9
    )
    # beyond, the orbit that runs come to is another one
    assert rb.find_limit_cycle(model.replace(I=1.57)).period < 8


def test_borders_of_pause_and_reset():
    pausing = rb.Model(
        "leaky, its pause shrinking with the drive",
        "V' = I - V",
        parameters=dict(I=1.5),
        start=dict(V=0),
        reset=rb.Reset("V > 1", V="0", refractory="2 - I", hold=("V",)),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(pausing), "I", (1.2, 3))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(2, abs=1e-10)
    assert end.period == pytest.approx(math.log(2), abs=1e-9)
    model = rb.models.leaky().replace(I=3)
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "V_reset", (-65, -45))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(-50, abs=1e-9)
    assert end.period == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize(
    "law, beyond",
    [
        # 0.5 u + mu on the left: u = 2 mu, which meets the kink at mu = 0; there a cycle of two
        # with the multiplier 0.5 * -1.5 is born
        ("where(u < 0, 0.5*u + mu, -1.5*u + mu)", 2),
        ("min(0.5*u, -1.5*u) + mu", 2),
    ],
)
def test_a_kink_of_the_reset_is_a_border(law, beyond):
    model = rb.Model(
        "a clock with a kink",
        "V' = k\nu' = 0*u",
        parameters=dict(k=1, mu=-0.3),
        start=dict(V=0, u=-0.5),
        reset=rb.Reset("V > 1", V="0", u=law),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-1, 1))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(0, abs=1e-9)
    assert end.notes["spikes beyond"] == beyond
    assert end.criticality == "period adding"
    assert "2 spikes instead of 1" in branch.message


def test_a_jump_of_the_reset_is_a_border():
    model = rb.Model(
        "a clock with a jump",
        "V' = k\nu' = 0*u",
        parameters=dict(k=1, mu=-0.3),
        start=dict(V=0, u=-0.5),
        reset=rb.Reset("V > 1", V="0", u="where(u < 0, 0.5*u + mu, 0.5*u + mu - 1)"),
    )
    branch = rb.continue_cycles(rb.find_limit_cycle(model), "mu", (-1, 1))
    (end,) = branch.special
    assert end.kind == "border collision"
    assert end.value == pytest.approx(0, abs=1e-7)
    assert branch.ends[1] is rb.Status.BORDER_REACHED
