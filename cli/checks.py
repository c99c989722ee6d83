"""The numbers that `rheobase doctor --validate` expects, each with its source outside rheobase."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log


@dataclass(frozen=True)
class Check:
    """A number that a run must reproduce."""

    name: str
    value: Callable[[], float]
    expected: float
    tolerance: float
    source: str


def hodgkin_huxley_period() -> float:
    """The period of repetitive firing at I = 10 (E_L = -54), after the transient."""
    from .. import models
    from ..dynamics.simulate import simulate

    model = models.named("hodgkin-huxley").replace(I=10, E_L=-54)
    spikes = simulate(model, until=500, tolerance=1e-11).spikes
    return float(spikes[-1] - spikes[-2])


def leaky_period() -> float:
    """T of V' = I - V with I = 2, threshold 1 and reset to 0."""
    from ..dynamics.model import Model
    from ..dynamics.reset import Reset
    from ..dynamics.simulate import simulate

    model = Model(
        "unit leaky integrator",
        "V' = I - V",
        parameters=dict(I=2),
        start=dict(V=0),
        reset=Reset("V > 1", V="0"),
    )
    spikes = simulate(model, until=5, tolerance=1e-11).spikes
    return float(spikes[-1] - spikes[-2])


def oscillator_after_a_turn() -> float:
    """x(2 pi) of x'' = -x from x = 1."""
    from math import pi

    from ..dynamics.model import Model
    from ..dynamics.simulate import simulate

    model = Model("oscillator", "x' = y\ny' = -x", start=dict(x=1, y=0))
    return float(simulate(model, until=2 * pi, tolerance=1e-11)["x"][-1])


CHECKS = (
    Check("Hodgkin-Huxley period", hodgkin_huxley_period, 14.573950643, 2e-7, "AUTO-07p"),
    Check("leaky integrate-and-fire period", leaky_period, log(2), 1e-9, "ln(I/(I - 1))"),
    Check("harmonic oscillator", oscillator_after_a_turn, 1.0, 1e-9, "cos(2 pi)"),
)
