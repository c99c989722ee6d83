"""A trajectory by name, between its nodes, as a table, and on disk."""

import json
import math

import numpy as np
import pytest
import rheobase as rb

SPRING = rb.Model(
    "spring",
    "x' = v\nv' = -k*x\nenergy = (v^2 + k*x^2)/2",
    parameters=dict(k=4),
    start=dict(x=1, v=0),
    units=dict(x="cm"),
    time_unit="s",
)


@pytest.fixture(scope="module")
def run():
    return rb.simulate(SPRING, until=20, tolerance=1e-12)


def test_names(run):
    np.testing.assert_allclose(run["energy"], 2, rtol=1e-10)
    np.testing.assert_array_equal(run["k"], np.full(len(run.t), 4.0))
    np.testing.assert_array_equal(run["t"], run.t)
    with pytest.raises(rb.UnknownName, match="Did you mean 'energy'"):
        run["enrgy"]


def test_between_the_nodes(run):
    t = np.linspace(0, 20, 777)
    np.testing.assert_allclose(run(t, "x"), np.cos(2 * t), atol=2e-10)
    np.testing.assert_allclose(run(t)[1], -2 * np.sin(2 * t), atol=4e-10)
    assert run(3.0).shape == (2,)
    assert run(t.reshape(7, 111), "v").shape == (7, 111)
    np.testing.assert_array_equal(run(run.t), run.x.T)
    with pytest.raises(rb.InvalidArgument, match="outside this run"):
        run(20.1)


def test_spikes_are_upward_crossings(run):
    # cos(2 t) rises through zero at 3 pi/4 + k pi
    expected = math.pi * (0.75 + np.arange(6))
    np.testing.assert_allclose(run.spikes, expected, atol=1e-10)
    np.testing.assert_allclose(run.crossings("x", 0.5, rising=False)[0], math.pi / 6, atol=1e-11)
    assert run.period() == pytest.approx(math.pi, rel=1e-10)
    assert run.firing_rate(after=5) == pytest.approx(1 / math.pi, rel=1e-10)
    with pytest.raises(rb.NotFound, match="simulate longer"):
        run.period(after=19.9)


def test_a_touch_inside_one_step_is_found():
    # steps of a rotation are long: a level close to the top is crossed twice in one step
    run = rb.simulate(SPRING, until=20, tolerance=1e-4)
    level = 0.9999
    assert len(run.crossings("x", level)) == len(run.crossings("x", level, rising=False)) - 1


def test_tables(run):
    frame = run.to_dataframe()
    assert list(frame.columns) == ["t", "x", "v", "energy"]
    data = run.to_xarray()
    assert data["x"].attrs["units"] == "cm"
    assert data["t"].attrs["units"] == "s"
    assert data.attrs["status"] == "completed"
    assert json.loads(json.dumps(run.to_dict()))["x"][0] == 1.0


@pytest.mark.parametrize("ending", [".npz", ".nc"])
def test_files(run, tmp_path, ending):
    path = rb.save(run, tmp_path / f"run{ending}")
    again = rb.load(path)
    assert again.model == run.model
    assert again.status is rb.Status.COMPLETED
    for name in ("t", "x", "kinds", "resets"):
        np.testing.assert_array_equal(getattr(again, name), getattr(run, name))
    np.testing.assert_array_equal(again(np.arange(19.0)), run(np.arange(19.0)))
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_frozen(run):
    with pytest.raises(ValueError, match="read-only"):
        run.t[0] = 1
    with pytest.raises(AttributeError):
        run.t = None


def test_what_files_may_not_be(run, tmp_path):
    with pytest.raises(rb.InvalidArgument, match="ending"):
        rb.save(run, tmp_path / "run.pkl")
    with pytest.raises(rb.InvalidArgument, match="holds a model"):
        rb.save(run, tmp_path / "run.toml")
    with pytest.raises(rb.StorageError, match="no file"):
        rb.load(tmp_path / "none.npz")
    with pytest.raises(rb.StorageError, match="can't be written"):
        rb.save(run, tmp_path / "no" / "folder.npz")
    with pytest.raises(rb.InvalidArgument, match="can't be saved"):
        rb.save(42, tmp_path / "x.npz")
    for ending in (".npz", ".nc"):
        path = tmp_path / f"bad{ending}"
        path.write_bytes(b"PK\x03\x04 not really")
        with pytest.raises(rb.StorageError, match="not a file that rheobase saved"):
            rb.load(path)


def test_the_spikes_of_backward_and_short_runs():
    back = rb.simulate(SPRING, begin=20, until=0, tolerance=1e-12)
    assert len(back.spikes) == 6
    assert (np.diff(back.spikes) < 0).all()
    # the period of cos(2 t), in either direction
    assert back.period() == pytest.approx(math.pi, rel=1e-9)
    assert back.firing_rate() == pytest.approx(1 / math.pi, rel=1e-9)


def test_repr(run):
    assert "spring" in repr(run)
    assert "6 spikes" in repr(run)


@pytest.mark.parametrize(("scheme", "order"), [("radau", 3), ("rk4", 4), ("euler", 1)])
def test_other_schemes_have_dense_output_too(scheme, order):
    t = np.linspace(0, 3, 301)
    errors = []
    for fineness in (1, 4):
        how = (
            dict(tolerance=1e-5 / fineness**10) if scheme == "radau" else dict(step=0.1 / fineness)
        )
        run = rb.simulate(SPRING, until=3, scheme=scheme, **how)
        errors.append((np.abs(run(t, "x") - np.cos(2 * t)).max(), len(run.t)))
    slope = math.log(errors[0][0] / errors[1][0]) / math.log(errors[1][1] / errors[0][1])
    assert slope > order - 0.3


def test_slips_are_answered(run, tmp_path):
    assert run(3.0, "t") == 3
    for slip, words in (
        (lambda: run[0], "is not a state"),
        (lambda: run("x"), "takes times"),
        (lambda: run.crossings("x", "0"), "a level is a number"),
        (lambda: rb.save(tmp_path / "x.nc", run), "file's name last"),
        (lambda: rb.plot_trajectory(SPRING), "what simulate returns"),
        (lambda: rb.plot_phase_plane(run), "draws a Model"),
        (lambda: rb.plot_phase_plane(SPRING, [(0, 1), (0, 1)]), "box is a mapping"),
        (lambda: rb.Model("m", "x' = ln(x)", start=dict(x=1)), "Did you mean 'log'"),
    ):
        with pytest.raises(rb.RheobaseError) as caught:
            slip()
        assert words in str(caught.value)


def test_a_rough_callable_is_refused():
    random = np.random.default_rng(1)
    with pytest.raises(rb.InvalidArgument, match="too rough"):
        rb.simulate(SPRING, until=1, drive=dict(k=lambda t: random.standard_normal()))
