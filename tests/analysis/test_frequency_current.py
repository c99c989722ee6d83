"""Frequency against drive: the branch, simulation and closed forms tell the same."""

import math

import numpy as np
import pytest
import rheobase as rb
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

DRIVES = [30.0, 39.97, 40.0, 45.0, 60.0, 110.0, 120.0]


@pytest.fixture(scope="module")
def curve():
    model = rb.models.morris_lecar("snic")
    return rb.frequency_current(model, "I", DRIVES, simulate=True)


def period_by_scipy(model, until, level):
    """The last interval between upward crossings of the level, DOP853 at 1e-12."""
    p = model.field.parameter_array(model.parameters)

    def crossed(t, x):
        return x[0] - level

    crossed.direction = 1.0
    start = list(model.start.values())
    run = solve_ivp(
        lambda t, x: model.field.f(x, p),
        (0, until),
        start,
        "DOP853",
        events=crossed,
        rtol=1e-11,
        atol=1e-12,
    )
    spikes = run.t_events[0]
    return spikes[-1] - spikes[-2]


def test_the_branch_and_the_simulation_agree(curve):
    firing = curve["frequency"] > 0
    assert firing.tolist() == [False, True, True, True, True, True, False]
    np.testing.assert_allclose(curve["simulated"], curve["frequency"], rtol=3e-6)
    assert curve["rests"].tolist() == [True, False, False, False, False, True, True]


@pytest.mark.parametrize("drive", [45.0, 60.0])
def test_another_solver(curve, drive):
    model = rb.models.morris_lecar("snic").replace(I=drive)
    exact = 1 / period_by_scipy(model, 800, 0.0)
    row = DRIVES.index(drive)
    assert curve["frequency"][row] == pytest.approx(exact, rel=1e-7)
    assert curve["simulated"][row] == pytest.approx(exact, rel=1e-8)


def test_close_to_the_onset_it_follows_the_law():
    """1/f = pi/sqrt(a b d) + T0 (prefactor of AUTO's SNIC, 5.66195031 Hz)."""
    fold, s = 39.963153092745, 0.00566195031
    d = np.array([1e-9, 1e-7, 1e-5])
    found = rb.frequency_current(rb.models.morris_lecar("snic"), "I", fold + d)
    np.testing.assert_allclose(found["frequency"], s * np.sqrt(d), rtol=2e-3)
    assert (np.diff(found["frequency"]) > 0).all()


def test_where_rest_and_firing_coexist_it_fires():
    model = rb.models.morris_lecar("homoclinic")
    found = rb.frequency_current(model, "I", [34.9, 36.0, 39.0], simulate=True)
    assert found["frequency"][0] == 0
    assert (found["frequency"][1:] > 0).all()
    assert found["rests"].all()
    np.testing.assert_allclose(found["simulated"], found["frequency"], rtol=1e-5)
    (part,) = found.parts
    assert part == pytest.approx((35.006734198, 40.593351958), rel=1e-7)


@given(st.floats(0.2, 5.0), st.floats(-1.0, 1.0))
@settings(max_examples=5, deadline=None)
def test_radial_cycles(omega, kappa):
    """r' = r (alpha - r^2), theta' = omega + kappa r^2: f = (omega + kappa alpha)/2 pi."""
    if omega + kappa * 0.5 < 0.1:
        omega += 1
    model = rb.Model(
        "radial",
        """
        x' = x*(alpha - s) - y*(omega + kappa*s)
        y' = y*(alpha - s) + x*(omega + kappa*s)
        s = x^2 + y^2
        """,
        parameters=dict(alpha=-0.2, omega=omega, kappa=kappa),
        start=dict(x=0.1, y=0),
        natural=("alpha", (-0.2, 0.6)),
    )
    drives = np.array([-0.1, 0.1, 0.5])
    found = rb.frequency_current(model, "alpha", drives)
    exact = np.where(drives > 0, (omega + kappa * drives) / (2 * math.pi), 0.0)
    np.testing.assert_allclose(found["frequency"], exact, rtol=1e-7, atol=1e-12)


def test_tables_and_files(curve, tmp_path):
    frame = curve.to_dataframe()
    assert list(frame.columns) == ["I", "frequency", "simulated", "rests"]
    assert len(frame) == len(curve) == len(DRIVES)
    again = rb.load(rb.save(curve, tmp_path / "curve.npz"))
    assert again.to_dict() == curve.to_dict()
    assert "5 with firing" in repr(curve)
    with pytest.raises(rb.UnknownName, match="frequency"):
        curve["frequncy"]
    with pytest.raises(ValueError, match="read-only"):
        curve["frequency"][0] = 1.0


def test_without_simulation_there_is_none():
    model = rb.models.sodium_potassium("hopf")
    found = rb.frequency_current(model, "I", [10, 20])
    assert np.isnan(found["simulated"]).all()
    assert found["frequency"][0] == 0


def test_wrong_questions():
    model = rb.models.morris_lecar("snic")
    with pytest.raises(rb.UnknownName, match="'J' is not a parameter"):
        rb.frequency_current(model, "J", [1, 2])
    for values in ([], [[1, 2]], ["a"], [1, np.nan]):
        with pytest.raises(rb.InvalidArgument, match="values are"):
            rb.frequency_current(model, "I", values)
    with pytest.raises(rb.InvalidArgument, match="map"):
        rb.frequency_current(rb.models.logistic(), "r", [3])
    with pytest.raises(rb.InvalidArgument, match="takes a Model"):
        rb.frequency_current(3, "I", [1])
