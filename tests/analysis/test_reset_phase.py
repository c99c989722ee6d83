"""Phase responses and Lyapunov exponents across resets."""

import math

import numpy as np
import pytest
import rheobase as rb
from reset_runs import ADEX, adex, to_threshold


def test_the_leaky_neuron():
    """Z = exp(t/tau)/(T f(V_reset)), t from the end of the pause; constant within it."""
    model = rb.models.leaky().replace(I=2)
    response = rb.phase_response(rb.find_limit_cycle(model))
    T, t = response.period, response.phase * response.period
    slope = (20 - 0) / 10  # (R I + E - V_reset)/tau
    exact = np.exp(np.maximum(t - 2, 0) / 10) / (T * slope)
    assert np.allclose(response["V"], exact, rtol=1e-9)
    assert response(0.5, "V") == pytest.approx(np.exp((0.5 * T - 2) / 10) / (T * slope), rel=1e-7)
    before, after = response.jumps[0]
    assert before[0] == pytest.approx(math.exp((T - 2) / 10) / (T * slope), rel=1e-9)
    assert after[0] == pytest.approx(1 / (T * slope), rel=1e-9)
    # of a change of the drive: R/tau Z, nothing while V is held
    assert response(0.9, "I") == pytest.approx(response(0.9, "V"), rel=1e-12)
    assert response(0.05, "I") == 0


def test_the_quadratic_neuron():
    """Z = 1/(T (V^2 + I)); (1 - cos(2 pi t/T))/(2 T I) as the reset goes to infinity."""
    far = rb.models.quadratic().replace(I=2, V_peak=3000, V_reset=-3000)
    response = rb.phase_response(rb.find_limit_cycle(far))
    V = response.cycle(response.phase * response.period, "V")
    assert np.allclose(response["V"], 1 / (response.period * (V**2 + 2)), rtol=1e-6, atol=1e-13)
    phase = np.linspace(0.05, 0.95, 19)
    limit = (1 - np.cos(2 * np.pi * phase)) / (2 * 2) / response.period
    assert np.allclose(response(phase, "V"), limit, rtol=2e-2)
    assert np.allclose(response(phase, "V"), limit, atol=1e-3 * limit.max())


def test_the_adaptive_neuron_by_direct_kicks():
    """Kicks to an orbit that scipy carries on for 25 spikes: the last of them is shifted by
    -T times the response."""
    cycle = rb.find_limit_cycle(rb.models.adaptive_exponential().replace(I=800))
    response = rb.phase_response(cycle)
    assert response.error < 1e-8

    def last(x):
        total = 0.0
        for _ in range(10):
            t, x = to_threshold(lambda x: adex(x, 800), x, lambda x: x[0])
            total, x = total + t, np.array([ADEX["V_reset"], x[1] + ADEX["b"]])
        return total

    for phase in (0.3, 0.8):
        x = cycle(phase * cycle.period)
        for i, kick in enumerate((1e-3, 1e-2)):
            e = kick * np.eye(2)[i]
            shift = (last(x + e) - last(x - e)) / (2 * kick)
            assert response(phase)[i] == pytest.approx(-shift / cycle.period, rel=2e-5)


def test_a_burst_has_a_jump_at_each_reset(tmp_path):
    model = rb.models.izhikevich("chattering").replace(I=10)
    cycle = rb.find_limit_cycle(model)
    response = rb.phase_response(cycle)
    assert response.jumps.shape == (5, 2, 2)
    field, p = model.field, model.field.parameter_array(model.parameters)
    orbit = response.cycle
    Z, x = np.array([response["v"], response["u"]]), np.array([orbit["v"], orbit["u"]])[:, :-1]
    assert np.allclose((Z * field.f(x, p)).sum(axis=0) * cycle.period, 1, rtol=1e-8)
    # the reset leaves u's differences alone and erases v's: Z_u is continuous, and before the
    # reset Z.f = 1/T gives Z_v
    ends = np.flatnonzero(np.diff(orbit.t) == 0)
    for (before, after), end in zip(response.jumps, [*ends, len(orbit.t) - 1], strict=True):
        f = field.f(np.array([orbit["v"][end], orbit["u"][end]]), p)
        assert before[1] == pytest.approx(after[1], rel=1e-9)
        assert before[0] == pytest.approx((1 / cycle.period - after[1] * f[1]) / f[0], rel=1e-6)
    rb.save(response, tmp_path / "z.npz")
    again = rb.load(tmp_path / "z.npz")
    assert np.array_equal(again["v"], response["v"])
    with pytest.raises(rb.UnknownName, match="a state or parameter"):
        response["V"]


def test_exponents_of_a_known_map():
    """A clock whose reset is the logistic map at r = 4 has the exponent ln 2 a spike, and 0."""
    from rheobase.analysis.reset_lyapunov import reset_lyapunov_exponents

    model = rb.Model(
        "logistic clock",
        "V' = k\nu' = 0*u",
        parameters=dict(k=2, r=4),
        start=dict(V=0, u=0.3),
        reset=rb.Reset("V > 1", V="0", u="r*u*(1 - u)"),
    )
    exponents = reset_lyapunov_exponents(model, None, 500)
    assert exponents[0] == pytest.approx(2 * math.log(2), abs=4 * exponents.errors[0] + 1e-9)
    assert exponents.errors[0] < 0.1
    assert exponents[1] == 0


def test_exponents_of_a_stable_orbit_are_its_multipliers():
    from rheobase.analysis.reset_lyapunov import reset_lyapunov_exponents

    model = rb.models.adaptive_exponential().replace(I=800)
    cycle = rb.find_limit_cycle(model)
    exponents = reset_lyapunov_exponents(model, None, 2000)
    exact = math.log(abs(cycle.multipliers[1])) / cycle.period
    assert exponents[0] == 0
    assert exponents[1] == pytest.approx(exact, rel=1e-5)
    at_rest = reset_lyapunov_exponents(rb.models.leaky(), 1, 100)
    assert at_rest[0] == pytest.approx(-0.1)
