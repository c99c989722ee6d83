"""Impedance: closed forms of linear membranes, and sinusoidal currents through nonlinear ones."""

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

TURN = 2 * np.pi
RESONATOR = rb.Model(
    "resonator",
    """
    V' = (I - g*V - w)/C
    w' = (a*V - w)/tau
    """,
    parameters=dict(C=1, g=0.1, a=0.5, tau=10, I=0),
    start=dict(V=0, w=0),
    time_unit="ms",
)
positive = st.floats(0.05, 20)


@settings(max_examples=60, deadline=None)
@given(C=positive, g=positive, a=positive, tau=positive)
def test_the_membrane_with_a_resonant_current(C, g, a, tau):
    """C v' = -g v - w + I, tau w' = a v - w: Z = 1/(g + i omega C + a/(1 + i omega tau)), and
    omega_r^2 = -1/tau^2 + sqrt(a (2 C + a tau + 2 g tau))/(C tau^(3/2)) (Richardson, Brunel and
    Hakim 2003)."""
    found = rb.impedance(RESONATOR.replace(C=C, g=g, a=a, tau=tau), np.geomspace(1e-3, 10, 30))
    omega = TURN * found.frequency
    exact = 1 / (g + 1j * omega * C + a / (1 + 1j * omega * tau))
    np.testing.assert_allclose(found["Z"], exact, rtol=1e-12)
    np.testing.assert_allclose(found["magnitude"], np.abs(exact), rtol=1e-12)
    np.testing.assert_allclose(found["phase"], np.angle(exact), atol=1e-12)
    assert found.resistance == pytest.approx(1 / (g + a), rel=1e-13)
    square = -1 / tau**2 + np.sqrt(a * (2 * C + a * tau + 2 * g * tau)) / (C * tau**1.5)
    if square * tau**2 > 1e-4:
        assert TURN * found.resonance == pytest.approx(np.sqrt(square), rel=1e-9)
        peak = abs(1 / (g + 1j * np.sqrt(square) * C + a / (1 + 1j * np.sqrt(square) * tau)))
        assert found.quality == pytest.approx(peak * (g + a), rel=1e-12)
    elif square < 0:
        assert found.resonance is None
        assert found.quality == 1


@pytest.mark.parametrize("zeta", [0.01, 0.3, 0.7, 0.9])
def test_the_damped_oscillator(zeta):
    """x'' + 2 zeta omega_0 x' + omega_0^2 x = F: the amplitude peaks at omega_0 sqrt(1 - 2 zeta^2),
    by 1/(2 zeta sqrt(1 - zeta^2))."""
    model = rb.Model(
        "oscillator",
        "x' = v\nv' = F - 2*zeta*omega*v - omega^2*x",
        parameters=dict(zeta=zeta, omega=3, F=0.2),
        start=dict(x=0, v=0),
    )
    found = rb.impedance(model, [0.1, 1.0], into="x", drive="F")
    assert found.hz is None
    assert found.resonance_hz is None
    if zeta < np.sqrt(0.5):
        assert TURN * found.resonance == pytest.approx(3 * np.sqrt(1 - 2 * zeta**2), rel=1e-10)
        assert found.quality == pytest.approx(1 / (2 * zeta * np.sqrt(1 - zeta**2)), rel=1e-10)
    else:
        assert found.resonance is None


@pytest.mark.parametrize("I", [0, 5])
@pytest.mark.parametrize("frequency", [0.01, 0.067, 0.3])
def test_a_sinusoidal_current_into_the_axon(I, frequency):
    """The first harmonic of a run of SciPy with a weak sine in the current."""
    model = rb.models.hodgkin_huxley().replace(I=I)
    found = rb.impedance(model, [frequency])
    assert found.hz == pytest.approx([1000 * frequency])
    p = model.field.parameter_array(model.parameters)
    size, where = 1e-4, list(model.parameters).index("I")
    settled, period = 80 / 0.2, 1 / frequency
    begin = np.ceil(settled / period) * period

    def rates(t, x):
        q = p.copy()
        q[where] += size * np.sin(TURN * frequency * t)
        return model.field.f(x, q)

    times = begin + period * np.arange(64) / 64
    run = solve_ivp(
        rates,
        (0, times[-1]),
        found.rest.x,
        method="DOP853",
        rtol=1e-10,
        atol=1e-12,
        t_eval=times,
        max_step=period / 8,
    )
    measured = 2j * np.mean(run.y[0] * np.exp(-1j * TURN * frequency * times)) / size
    assert abs(measured / found["Z"][0] - 1) < 1e-4


def test_a_chirp_shows_the_resonance():
    """The spectrum of V over that of I, of a run driven by a sweep of frequencies."""
    model = RESONATOR
    found = rb.impedance(model, np.linspace(0.01, 0.06, 26))
    chirp = "0.1*sin(2*pi*(0.005*t + 0.5*0.0475e-3*t^2))"
    run = rb.simulate(model, until=2000, tolerance=1e-9, drive=dict(I=chirp))
    times = np.arange(8000) * 0.25
    V, I = (np.fft.rfft(values) for values in (run(times, "V"), run(times, "I")))
    grid = np.fft.rfftfreq(8000, 0.25)
    measured = np.interp(found.frequency, grid, np.abs(V / I))
    np.testing.assert_allclose(measured, found["magnitude"], rtol=0.05)
    assert found.frequency[measured.argmax()] == pytest.approx(found.resonance, abs=0.003)
    assert found.resonance_hz == pytest.approx(1000 * found.resonance)


def test_integrators_and_resonators():
    """A membrane without slow currents has none; the axon resonates near its Hopf frequency."""
    passive = rb.Model(
        "membrane", "V' = (I - V/R)/C", parameters=dict(R=2, C=3, I=0), start=dict(V=0)
    )
    found = rb.impedance(passive, [0, 0.1])
    np.testing.assert_allclose(found["Z"], 2 / (1 + 1j * TURN * np.array([0, 0.1]) * 6))
    assert found.resonance is None
    axon = rb.models.hodgkin_huxley().replace(I=9.65)
    hopf = rb.continue_equilibria(axon, "I", (9, 10)).first("hopf")
    rest = rb.find_fixed_points(axon)[0]
    # next to the Hopf point the peak is at omega/2 pi of its eigenvalues
    close = rb.impedance(rest, [0.1])
    assert TURN * close.resonance == pytest.approx(rest.eigenvalues[0].imag, rel=1e-3)
    assert hopf.value > 9.65
    assert close.quality > 50


def test_what_the_result_says():
    found = rb.impedance(RESONATOR, [0.01, 0.02])
    assert "resonance at" in repr(found)
    assert list(found.to_dataframe().columns) == ["frequency", "hz", "magnitude", "phase"]
    said = found.to_dict()
    assert said["Z"][0] == [found["Z"][0].real, found["Z"][0].imag]
    assert said["resonance"] == found.resonance
    with pytest.raises(rb.UnknownName, match="'z' is not a column"):
        found["z"]


@pytest.mark.parametrize(
    ("model", "arguments", "error", "words"),
    [
        (RESONATOR, dict(into="v"), rb.UnknownName, "'v' is not a state of resonator"),
        (RESONATOR, dict(drive="J"), rb.UnknownName, "'J' is not a parameter of resonator"),
        (RESONATOR, dict(frequencies=[-1]), rb.InvalidArgument, "zero or more"),
        (RESONATOR, dict(frequencies=["a"]), rb.InvalidArgument, "zero or more"),
        (RESONATOR, dict(frequencies=1.0), rb.InvalidArgument, "a list of numbers"),
        (rb.models.named("logistic"), {}, rb.InvalidArgument, "is a map"),
        (rb.models.hodgkin_huxley().replace(I=20), {}, rb.NotFound, "found: unstable focus|saddle"),
        (3, {}, rb.InvalidArgument, "takes a Model or a FixedPoint"),
    ],
)
def test_wrong_questions(model, arguments, error, words):
    with pytest.raises(error, match=words):
        rb.impedance(model, **({"frequencies": [0.1]} | arguments))


def test_an_unstable_point_has_none():
    point = rb.find_fixed_points(rb.models.hodgkin_huxley().replace(I=20))[0]
    with pytest.raises(rb.InvalidArgument, match="what leaves it by itself"):
        rb.impedance(point, [0.1])
