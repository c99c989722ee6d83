"""What an ensemble holds, how it is asked, saved and refused."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import rheobase as rb

CIRCLE = rb.Model(
    "circle",
    "x' = k*y\ny' = -k*x\nradius = sqrt(x^2 + y^2)",
    parameters=dict(k=1),
    start=dict(x=0, y=1),
    units=dict(x="mV"),
    time_unit="ms",
)


@pytest.fixture(scope="module")
def many() -> rb.Ensemble:
    return rb.simulate_ensemble(
        CIRCLE,
        dict(k=[1.0, 2.0, 3.0], x=[0.0, 1.0]),
        until=4 * np.pi,
        step=np.pi / 200,
        save=["spikes", "extrema", dict(power="x^2", phase="t*k")],
        after=2 * np.pi,
    )


def test_extrema_and_means(many):
    radius = np.sqrt(1 + np.array([0.0, 1.0]) ** 2)
    for k in range(3):
        np.testing.assert_allclose(many.maximum["x"][k], radius, rtol=2e-3)
        np.testing.assert_allclose(many.minimum["x"][k], -radius, rtol=2e-3)
        np.testing.assert_allclose(many.mean["x"][k], 0, atol=1e-6)
        np.testing.assert_allclose(many["power"][k], radius**2 / 2, rtol=1e-6)
        # the mean of t k over the second half, by the trapezoidal rule exactly
        np.testing.assert_allclose(many["phase"][k], 3 * np.pi * (k + 1), rtol=1e-12)
    np.testing.assert_allclose(many["radius"], np.tile(radius, (3, 1)), rtol=1e-6)
    assert many["k"][:, 0].tolist() == [1, 2, 3]
    assert many.shape == (3, 2)
    # sin(k t) rises through 0 at multiples of 2 pi/k
    assert many.firing_rate()[1, 0] == pytest.approx(1 / np.pi, rel=1e-6)


def test_traces():
    found = rb.simulate_ensemble(
        CIRCLE, dict(k=[1.0, 2.0]), until=1.05, step=0.01, save="trace", every=25
    )
    np.testing.assert_allclose(found.t, [0, 0.25, 0.5, 0.75, 1.0, 1.05])
    np.testing.assert_allclose(found["x"], np.sin(np.outer([1, 2], found.t)), atol=1e-8)
    course = rb.simulate_ensemble(
        CIRCLE, dict(k=[1.0, 2.0]), until=1, step=0.01, save=["trace", "x*y"], every=50
    )
    np.testing.assert_allclose(course["x*y"], np.sin(2 * np.outer([1, 2], course.t)) / 2, atol=1e-8)
    np.testing.assert_allclose(course["x"], np.sin(np.outer([1, 2], course.t)), atol=1e-8)
    assert course.traced == ("x", "y", "x*y")


@pytest.mark.parametrize(
    ("how", "loose"),
    [(dict(step=0.01, every=50), 5e-5), (dict(tolerance=1e-9, every=0.5), 1e-3)],
)
def test_courses_begin_at_the_begin_and_means_later(how, loose):
    # x = sin(t), y = cos(t); extrema and means are those of points 0.01 apart, or of steps' eighths
    found = rb.simulate_ensemble(
        CIRCLE, until=4, after=2, save=["trace", "y", dict(late="t + y", square="x^2")], **how
    )
    assert found.traced == ("x", "y", "late", "square")
    t = found.t
    np.testing.assert_allclose(t, np.arange(9) / 2)
    np.testing.assert_allclose(found["y"], np.cos(t), atol=1e-7)
    np.testing.assert_allclose(found["late"], t + np.cos(t), atol=1e-7)
    np.testing.assert_allclose(found["square"], np.sin(t) ** 2, atol=1e-7)
    assert found.minimum["square"] == pytest.approx(0, abs=loose)  # at pi
    assert found.maximum["square"] == pytest.approx(np.sin(2) ** 2, abs=1e-6)
    assert found.maximum["y"] == pytest.approx(np.cos(2), abs=1e-6)
    assert found.minimum["y"] == pytest.approx(-1, abs=loose)
    integral = (4 - 2) / 2 - (np.sin(8) - np.sin(4)) / 4
    assert found.mean["square"] == pytest.approx(integral / 2, abs=loose)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_courses_where_an_expression_is_infinite_before_after(dtype):
    # 1/x is infinite at t = 0, and its mean from 1 to 2 is the integral of 1/sin
    found = rb.simulate_ensemble(
        CIRCLE,
        until=2,
        after=1,
        step=0.005,
        every=100,
        save=["trace", "extrema", "1/x"],
        dtype=dtype,
    )
    loose = 1e-6 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(found["1/x"][1:], 1 / np.sin(found.t[1:]), rtol=loose)
    np.testing.assert_allclose(found["x"], np.sin(found.t), atol=loose)
    assert found.mean["1/x"] == pytest.approx(
        np.log(np.tan(1.0)) - np.log(np.tan(0.5)), rel=10 * loose
    )


def test_courses_of_states_and_expressions_are_saved(tmp_path):
    found = rb.simulate_ensemble(
        CIRCLE, dict(k=[1.0, 2.0]), until=1, step=0.01, save=["trace", "x*y"], every=50
    )
    rb.save(found, tmp_path / "many.nc")
    again = rb.load(tmp_path / "many.nc")
    for name in ("x", "y", "x*y"):
        np.testing.assert_array_equal(again[name], found[name])
    assert found.to_xarray()["x_trace"].shape == (2, 3)
    assert set(found.to_dict()["trace"]) == {"x", "y", "x*y"}


def test_tables_and_files(many, tmp_path):
    data = many.to_xarray()
    assert data["x"].dims == ("k", "x_start")
    assert data["x"].attrs["units"] == data["x_start"].attrs["units"] == "mV"
    assert data["x_max"].attrs["units"] == "mV"
    assert data["rate"].attrs["units"] == "1/ms"
    assert data.sizes["spike"] == len(many.spikes)
    assert data.attrs["scheme"] == "rk4"
    np.testing.assert_array_equal(data["rate"], many.firing_rate())
    table = many.to_dataframe()
    assert list(table.columns[:4]) == ["k", "x_start", "x", "y"]
    assert len(table) == 6
    plain = json.loads(json.dumps(many.to_dict(), allow_nan=False))
    assert plain["shape"] == [3, 2]
    assert plain["x"][2][1] == many["x"][2, 1]
    for ending in ("npz", "nc"):
        again = rb.load(rb.save(many, tmp_path / f"many.{ending}"))
        assert isinstance(again, rb.Ensemble)
        assert repr(again) == repr(many)
        np.testing.assert_array_equal(again["x"], many["x"])
        np.testing.assert_array_equal(again.spikes[1, 1], many.spikes[1, 1])
        np.testing.assert_array_equal(again.mean["power"], many.mean["power"])
    assert "3 k x 2 x" in repr(many)
    assert "All 6 members reached" in many.message


def test_a_dataset_as_a_netcdf_file_for_others(many, tmp_path):
    xarray = pytest.importorskip("xarray")
    many.to_xarray().to_netcdf(tmp_path / "others.nc")
    with xarray.open_dataset(tmp_path / "others.nc") as data:
        np.testing.assert_array_equal(data["x"], many["x"])
        assert data["x"].attrs["units"] == "mV"
        assert data["x"].dims == ("k", "x_start")


def test_spikes_within_a_window():
    # sin(k t) rises through 0 at multiples of 2 pi/k
    found = rb.simulate_ensemble(
        CIRCLE, dict(k=[1.0, 2.0, 0.1]), until=20, step=0.01, save="spikes"
    )
    counts, first, last = found.spikes.within(4, 13)
    assert counts.tolist() == [2, 3, 0]
    np.testing.assert_allclose(first[:2], [2 * np.pi, 2 * np.pi], atol=1e-6)
    np.testing.assert_allclose(last[:2], [4 * np.pi, 4 * np.pi], atol=1e-6)
    assert np.isnan([first[2], last[2]]).all()
    assert found.spikes.within(4)[0].tolist() == [3, 5, 0]
    assert found.spikes.within(13, 4)[0].tolist() == [0, 0, 0]


def test_one_member_and_no_grid():
    one = rb.simulate_ensemble(CIRCLE, until=1, step=0.1)
    assert one.shape == ()
    assert one["x"] == pytest.approx(np.sin(1), abs=1e-6)
    assert one.status[()] is rb.Status.COMPLETED
    assert one.member() == CIRCLE
    frame = one.to_dataframe()
    assert len(frame) == 1


def test_tables_of_samples_may_be_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(dict(k=[1.0, 2.0], y=[0.0, 1.0]))
    found = rb.simulate_ensemble(CIRCLE, samples=frame, until=1, step=0.1, repeats=2)
    assert found.shape == (2, 2)
    assert found.to_dataframe()["repeat"].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("keywords", "kind", "words"),
    [
        (dict(grid=dict(q=[1])), rb.UnknownName, "'q' is not a parameter or state"),
        (dict(grid=dict(k=2)), rb.InvalidArgument, "model.replace"),
        (dict(grid=dict(k=2)), rb.InvalidArgument, "needs for 'k' a row of numbers, .*, not 2;"),
        (dict(grid=dict(k=[])), rb.InvalidArgument, "not an empty one"),
        (dict(grid=dict(k=np.ones((2, 3)))), rb.InvalidArgument, r"array of the shape \(2, 3\)"),
        (dict(grid=dict(k=[[1], [2, 3]])), rb.InvalidArgument, "rows of different lengths"),
        (dict(samples=dict(k=[1, "two"])), rb.InvalidArgument, "one that holds '"),
        (dict(samples=dict(k=[1, 2j])), rb.InvalidArgument, "one that holds"),
        (dict(grid=dict(k=[1, np.nan])), rb.InvalidArgument, "no number"),
        (dict(grid=dict(k=[1]), samples=dict(k=[1])), rb.InvalidArgument, "not both"),
        (dict(samples=dict(k=[1], x=[1, 2])), rb.InvalidArgument, "equally long"),
        (dict(samples=3), rb.InvalidArgument, "samples is a mapping"),
        (dict(repeats=0), rb.InvalidArgument, "repeats is a whole number"),
        (dict(save="speed"), rb.EquationError, "no mode, and as an expression"),
        (dict(save="spike"), rb.EquationError, "did you mean 'spikes'"),
        (dict(save=["last", "Trace"]), rb.EquationError, "did you mean 'trace'"),
        (dict(save=dict(x="y")), rb.InvalidArgument, "choose another"),
        (dict(save=[]), rb.InvalidArgument, "save is empty"),
        (dict(save=3), rb.InvalidArgument, "save is one of"),
        (dict(every=3), rb.InvalidArgument, "add save"),
        (dict(save="trace", repeats=10**8), rb.InvalidArgument, "GiB"),
        (dict(after=2), rb.InvalidArgument, "after = 2"),
        (dict(scheme="rk45"), rb.UnknownName, "a scheme"),
        (dict(scheme="milstein"), rb.InvalidArgument, "no noise"),
        (dict(scheme="radau"), rb.InvalidArgument, "a step has no meaning"),
        (dict(tolerance=1e-6), rb.InvalidArgument, "no error control"),
        (dict(step=None, scheme="rk4"), rb.InvalidArgument, "give step"),
        (dict(step=-1), rb.InvalidArgument, "positive"),
        (dict(until=-1), rb.InvalidArgument, "forward"),
        (dict(resets="later"), rb.UnknownName, "a way to reset"),
        (dict(dtype="float16"), rb.UnknownName, "a dtype"),
        (dict(dtype=np.float16), rb.UnknownName, "float16.* is not a dtype"),
        (dict(dtype=None), rb.UnknownName, "a dtype"),
        (dict(dtype=3), rb.UnknownName, "a dtype"),
        (dict(threads=0), rb.InvalidArgument, "threads"),
        (dict(seed=-1), rb.InvalidArgument, "seed"),
        (dict(drive=dict(k=3)), rb.InvalidArgument, "text in t"),
        (dict(drive=dict(k="t"), grid=dict(k=[1])), rb.InvalidArgument, "driven"),
        (dict(progress=3), rb.InvalidArgument, "progress"),
    ],
)
def test_wrong_questions(keywords, kind, words):
    grid = keywords.pop("grid", None)
    with pytest.raises(kind, match=words):
        rb.simulate_ensemble(CIRCLE, grid, **(dict(until=1, step=0.1) | keywords))


def test_dtypes_of_numpy_and_columns_of_text_in_a_table():
    pandas = pytest.importorskip("pandas")
    for dtype, name in ((np.float32, "float32"), (np.dtype("float64"), "float64")):
        assert rb.simulate_ensemble(CIRCLE, until=1, step=0.1, dtype=dtype).dtype == name
    frame = pandas.DataFrame(dict(k=["low", "high"]))
    with pytest.raises(rb.InvalidArgument, match=r"needs for 'k' .* one that holds 'low'"):
        rb.simulate_ensemble(CIRCLE, samples=frame, until=1, step=0.1)


def test_what_was_not_saved(many):
    found = rb.simulate_ensemble(CIRCLE, dict(k=[1.0]), until=1, step=0.1)
    with pytest.raises(rb.NotFound, match='save="spikes"'):
        found.spikes
    with pytest.raises(rb.NotFound, match='save="rates"'):
        found.firing_rate()
    with pytest.raises(rb.NotFound, match="extrema"):
        found.minimum
    with pytest.raises(rb.UnknownName, match="a name of circle"):
        found["z"]
    with pytest.raises(rb.InvalidArgument, match="were not saved"):
        many.firing_rate(after=1)
    with pytest.raises(rb.InvalidArgument, match="2 indices"):
        many.member(1)
    with pytest.raises(AttributeError):
        many.seed = 3


MEMORY = """
import resource, sys
import numpy as np, rheobase as rb
cell = rb.models.leaky()
rb.simulate_ensemble(cell, until=1, step=0.5, save="spikes")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
many = rb.simulate_ensemble(
    cell, dict(I=np.linspace(0, 5, 200_000)), until=20, step=0.5, save="spikes"
)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) * 1024 / len(many), len(many.spikes) / len(many))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss has other units")
def test_memory_stays_bounded():
    # 2 GiB for 10^6 members are 2147 bytes each
    found = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True, env=os.environ
    )
    each, spikes = map(float, found.stdout.split())
    assert each < 1000
    assert spikes > 1
