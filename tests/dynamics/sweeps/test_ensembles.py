"""Ensembles in sweeps: whole chunks in one call, the same bits however they are divided."""

import numpy as np
import pytest
import rheobase as rb

GRID = dict(I=np.linspace(0, 4, 9), tau=np.linspace(5, 20, 7))
SETTINGS = dict(until=100, step=0.25)


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


@pytest.fixture(scope="module")
def noisy():
    return rb.Model(
        "Ornstein-Uhlenbeck",
        "x' = -x/tau",
        parameters=dict(tau=2, sigma=0.5),
        start=dict(x=0),
        noise=dict(x="sigma"),
        spike=("x", 0.5),
    )


def sweep(model, grid=GRID, **settings):
    return rb.sweep(rb.simulate_ensemble, model, grid, **{**SETTINGS, **settings})


def parts(folder):
    return {path.name: path.read_bytes() for path in folder.glob("part-*.npz")}


def test_a_sweep_holds_what_the_ensemble_holds(lif):
    found = sweep(lif, save=["rates", "extrema"], after=20, chunk=10)
    many = rb.simulate_ensemble(lif, GRID, save=["rates", "extrema"], after=20, **SETTINGS)
    np.testing.assert_array_equal(found["rate"], many.firing_rate())
    np.testing.assert_array_equal(found["spike_count"], many.spike_count())
    np.testing.assert_array_equal(found["V"], many["V"])
    np.testing.assert_array_equal(found["V_max"], many.maximum["V"])
    np.testing.assert_array_equal(found["V_mean"], many.mean["V"])
    assert (found["status"] == "completed").all()
    assert found.names == ("rate", "spike_count", "V_min", "V_max", "V_mean", "V")


def test_the_rate_is_that_of_the_closed_form(lif):
    """1/f = refractory time + tau ln((R I + E - V_reset)/(R I + E - V_th)), from the model."""
    found = sweep(lif, dict(I=[2.0, 3.0]), until=1000, step=0.05, save="rates")
    p = lif.parameters
    for rate, current in zip(found["rate"], (2.0, 3.0), strict=True):
        drive = p["E"] + p["R"] * current
        period = p["t_ref"] + p["tau"] * np.log((drive - p["V_reset"]) / (drive - p["V_th"]))
        assert rate == pytest.approx(1 / period, rel=1e-6)


def test_spikes_and_courses(lif):
    found = sweep(lif, save=["spikes", "trace"], every=8, chunk=11)
    many = rb.simulate_ensemble(lif, GRID, save=["spikes", "trace"], every=8, **SETTINGS)
    for index in np.ndindex(found.shape):
        np.testing.assert_array_equal(found["spikes"][index], many.spikes[index])
    np.testing.assert_array_equal(found["V"], many["V"])
    np.testing.assert_array_equal(found.t, many.t)
    assert found.at(8, 0)["spikes"].tolist() == many.spikes[8, 0].tolist()


def test_noise_does_not_depend_on_the_parts(noisy, tmp_path):
    grid = dict(sigma=np.linspace(0.1, 1, 10))
    settings = dict(until=20, step=0.05, save="spikes", seed=3)
    many = rb.simulate_ensemble(noisy, grid, repeats=5, **settings)
    for chunk in (1, 3, 10):
        found = sweep(noisy, grid, repeats=5, chunk=chunk, **settings)
        np.testing.assert_array_equal(found["x"], many["x"])
        assert found["spikes"].shape == (10, 5)
        for index in np.ndindex(10, 5):
            np.testing.assert_array_equal(found["spikes"][index], many.spikes[index])
    row = found.at(2)
    assert len(row["spikes"]) == 5
    assert row["x"].shape == (5,)


@pytest.mark.parametrize("repeats", [1, 3])
def test_repeats_are_an_axis_of_the_tables(noisy, repeats):
    grid = dict(sigma=[0.1, 0.5, 1.0, 2.0], tau=[1.0, 2.0])
    settings = dict(until=20, step=0.05, save=["spikes", "trace"], every=100, repeats=repeats)
    found = sweep(noisy, grid, chunk=3, **settings)
    many = rb.simulate_ensemble(noisy, grid, **settings)
    assert found.repeats == repeats
    assert found["rate"].shape == found["spikes"].shape == (4, 2, repeats)
    np.testing.assert_array_equal(found["rate"], many.firing_rate())
    frame = found.to_dataframe()
    names = ["sigma", "tau", "repeat", "rate", "spike_count", "status", "message"]
    assert frame.columns.tolist() == names
    for index in np.ndindex(4, 2, repeats):
        i, j, k = index
        row = frame.iloc[np.ravel_multi_index(index, (4, 2, repeats))]
        assert (row["sigma"], row["tau"], row["repeat"]) == (grid["sigma"][i], grid["tau"][j], k)
        assert row["rate"] == many.firing_rate()[index]
    data = found.to_xarray()
    assert data["rate"].dims == data["spike_count"].dims == ("sigma", "tau", "repeat")
    assert data["x"].dims[:3] == ("sigma", "tau", "repeat")
    assert data["x"].ndim == 4
    assert data["repeat"].values.tolist() == list(range(repeats))
    assert data["status"].dims == ("sigma", "tau")


def test_threads_and_processes_change_no_bit(noisy, tmp_path):
    grid = dict(sigma=np.linspace(0.1, 1, 10))
    settings = dict(until=20, step=0.05, save="rates", seed=3, chunk=4)
    for name, extra in (("all", {}), ("one", dict(threads=1)), ("two", dict(processes=2))):
        sweep(noisy, grid, store=tmp_path / name, **settings, **extra)
    assert parts(tmp_path / "all") == parts(tmp_path / "one") == parts(tmp_path / "two")
    resumed = sweep(noisy, grid, store=tmp_path / "one", resume=True, **settings)  # threads or not
    assert resumed.complete


def test_members_that_diverge_are_marked():
    """x' = a x^2 from 1 is infinite at t = 1/a."""
    model = rb.Model("blow-up", "x' = a*x^2", parameters=dict(a=1), start=dict(x=1))
    grid = dict(a=[-1.0, 0.1, 0.5, 2.0, 3.0])
    found = sweep(model, grid, until=1, step=0.001, chunk=2)
    assert found["status"].tolist() == ["completed"] * 3 + ["diverged"] * 2
    np.testing.assert_allclose(found["x"][:3], 1 / (1 - np.array(grid["a"][:3])), rtol=1e-9)
    assert np.isnan(found["x"][3:]).all()
    assert found.message == "5 points; 2 diverged"
    assert found.complete


def test_repeats_that_diverge_are_counted(noisy):
    wild = rb.Model(
        "wild",
        "x' = x^3",
        parameters=dict(sigma=1),
        start=dict(x=0),
        noise=dict(x="sigma"),
    )
    found = sweep(wild, dict(sigma=[0.0, 1.0]), until=20, step=0.001, repeats=4)
    assert found["status"].tolist() == ["completed", "diverged"]
    assert found["message"].tolist() == ["", "4 of 4 repeats"]


def test_a_resumed_ensemble_has_the_bits_of_an_undisturbed_one(noisy, tmp_path):
    grid = dict(sigma=np.linspace(0.1, 1, 10))
    settings = dict(until=20, step=0.05, save="rates", chunk=2)

    def stop(began, done, total):
        if done == 4:
            raise KeyboardInterrupt

    partial = sweep(noisy, grid, store=tmp_path / "stopped", progress=stop, **settings)
    assert partial.status is rb.Status.INTERRUPTED
    sweep(noisy, grid, store=tmp_path / "stopped", resume=True, **settings)
    sweep(noisy, grid, store=tmp_path / "calm", **settings)
    assert parts(tmp_path / "stopped") == parts(tmp_path / "calm")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (dict(first_member=3), "first_member of simulate_ensemble is the sweep's own matter"),
        (dict(save="rate"), "save"),
        (dict(scheme="rk5"), "rk4"),
        (dict(until=-1), "runs forward"),
        (dict(stop=3), "has no setting 'stop'. Did you mean 'step'"),
    ],
)
def test_wrong_questions_are_told_and_leave_no_store(lif, tmp_path, settings, words):
    with pytest.raises(rb.RheobaseError, match=words):
        sweep(lif, store=tmp_path, **settings)
    assert not list(tmp_path.glob("*.json"))
