"""Spiking families that end behind a canard: where is known in closed form, whatever the range.

v' = k v^2 + 5 v + 140 - u + I, u' = a (b v - u) has an invariant parabola u = k v^2 + beta v + g,
attracting on the left and repelling on the right, at one drive only: with beta = 5 + a/2, comparing
the powers of v,

    v' = D - (a/2) v on it,   2 k D = a (b - beta) + a beta/2,   g = -beta D/a,   I = D + g - 140.

It is the stable manifold of the saddle, and orbits come to it within exp(-30) of each other, so
that firing ends at this drive to all digits that are looked at here.
"""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp


def neuron(pattern, word=None):
    model = rb.models.izhikevich(pattern)
    return model if word is None else rb.quantize(model, rb.QFormat(*word))


def constants(model):
    """k, a, b of a neuron whose constants may be rounded."""
    p, along = model.field.parameter_array(model.parameters), np.array([1.0, 0.0])
    k = float(model.field.B(np.zeros(2), p, along, along)[0]) / 2
    return k, model.parameters["a"], model.parameters["b"]


def canard(k, a, b):
    beta = 5 + a / 2
    D = (a * (b - beta) + a * beta / 2) / (2 * k)
    return D - beta * D / a - 140


def hopf(k, a, b):
    v = (a - 5) / (2 * k)
    return b * v - k * v * v - 5 * v - 140


def check(model, interval):
    verdict = rb.classify_excitability(model, "I", interval, simulate=False)
    k, a, b = constants(model)
    assert (verdict.hodgkin_class, verdict.spiking_class) == (2, 1)
    assert verdict.onset == "subcritical hopf"
    assert verdict.law == "logarithmic"
    assert verdict.birth.kind == "homoclinic"
    assert verdict.threshold == pytest.approx(hopf(k, a, b), abs=1e-11)
    assert verdict.firing_from == pytest.approx(canard(k, a, b), abs=2e-12)
    # on the saddle, v = 2 D/a of the parabola
    D = (a * (b - 5 - a / 2) + a * (5 + a / 2) / 2) / (2 * k)
    assert verdict.birth["v"] == pytest.approx(2 * D / a, abs=1e-9)


@pytest.mark.parametrize(
    "pattern, word, interval",
    [
        ("regular spiking", None, (3.77, 3.8)),
        ("regular spiking", (8, 10), (3.5, 4.5)),
        ("regular spiking", (9, 9), (7.0749, 7.7793)),
        ("low-threshold spiking", (8, 12), (-0.1836, 0.9517)),
        ("chattering", (9, 9), (7.2524, 7.322)),
    ],
)
def test_firing_ends_at_the_canard(pattern, word, interval):
    check(neuron(pattern, word), interval)


@settings(max_examples=2, deadline=None, derandomize=True)
@given(below=st.floats(-1.5, 1), above=st.floats(-1.5, 1), bits=st.sampled_from([9, 12, 15]))
def test_whatever_the_range(below, above, bits):
    model = neuron("regular spiking", (9, bits))
    k, a, b = constants(model)
    check(model, (canard(k, a, b) - 10**below, hopf(k, a, b) + 10**above))


def test_an_integration_fires_on_one_side_only():
    """SciPy, from the state after the last spike of the family's orbit."""
    model = neuron("regular spiking", (8, 10))
    k, a, b = constants(model)
    verdict = rb.classify_excitability(model, "I", (0, 20), simulate=False)
    cycle = verdict.diagram.cycles[0].at(I=verdict.firing_from + 1e-3)[0]

    def spikes(drive):
        def rates(t, y):
            return [k * y[0] ** 2 + 5 * y[0] + 140 - y[1] + drive, a * (b * y[0] - y[1])]

        def peak(t, y):
            return y[0] - 30

        peak.terminal, peak.direction = True, 1
        u = float(cycle(0.0)[1])
        for count in range(3):
            run = solve_ivp(
                rates, (0, 2000), [-65, u], "DOP853", events=peak, rtol=1e-12, atol=1e-12
            )
            if not len(run.y_events[0]):
                return count
            u = run.y_events[0][0][1] + 8
        return 3

    assert spikes(verdict.firing_from + 1e-7) == 3
    assert spikes(verdict.firing_from - 1e-7) == 0
