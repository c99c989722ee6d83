"""What a sweep asks and gives, in one process."""

import re
from functools import partial

import numpy as np
import pandas
import pytest
import rheobase as rb
import sweep_functions as functions

GRID = dict(I=[0.0, 1.0, 2.0, 3.0], tau=[5.0, 10.0, 20.0])


@pytest.fixture(scope="module")
def lif():
    return rb.models.leaky()


def sweep(function, model, grid=None, **settings):
    return rb.sweep(function, model, grid, processes=1, **settings)


def test_a_number_fills_one_column(lif):
    found = sweep(functions.square, lif, GRID, scale=2)
    assert found.shape == (4, 3)
    np.testing.assert_array_equal(found["value"], 2 * np.outer([0, 1, 4, 9], np.ones(3)))
    np.testing.assert_array_equal(found["tau"], np.broadcast_to([5, 10, 20], (4, 3)))
    assert (found["status"] == "completed").all()
    assert found.complete
    assert found.status is rb.Status.COMPLETED


def test_every_point_is_simulated_as_by_itself(lif):
    """The leaky neuron in closed form: T = t_ref + tau ln((I - E)/(I - E - theta))."""
    found = sweep(rb.simulate, lif, dict(I=[1.5, 2.0, 3.0]), until=200)
    for i, current in enumerate((1.5, 2.0, 3.0)):
        alone = rb.simulate(lif.replace(I=current), until=200)
        assert found["spikes"][i] == len(alone.spikes)
        np.testing.assert_array_equal(found.at(i).spikes, alone.spikes)
        np.testing.assert_array_equal(found.at(I=current).x, alone.x)


@pytest.mark.parametrize("chunk", [1, 2, 5, 100])
def test_a_mapping_fills_columns_of_every_kind(lif, chunk):
    found = sweep(functions.several, lif, dict(I=[1.0, 2.0, 3.0, 4.0, 5.0]), chunk=chunk)
    current = np.arange(1.0, 6.0)
    np.testing.assert_array_equal(found["root"], np.sqrt(current))
    assert found["large"].dtype == bool
    assert found["large"].tolist() == [False, False, True, True, True]
    assert found["count"].dtype == np.int64
    assert found["name"].tolist() == ["I1", "I2", "I3", "I4", "I5"]
    np.testing.assert_array_equal(found["profile"], np.outer(current, np.arange(3)))
    assert [line.tolist() for line in found["spikes"]] == [list(range(n)) for n in range(1, 6)]
    assert found.names == ("root", "large", "count", "name", "profile", "spikes")
    row = found.at(I=3)
    assert (row["name"], row["large"], row["I"], row["status"]) == ("I3", True, 3.0, "completed")


def test_points_that_fail_are_marked_and_stop_nothing(lif):
    found = sweep(functions.tail, lif, dict(I=np.arange(8.0)))
    assert found["status"].tolist() == [
        *("completed", "failed", "not finite", "failed", "diverged", "error"),
        *("completed", "completed"),
    ]
    assert found["message"][1] == "NotFound: no period here"
    assert "ZeroDivisionError" in found["message"][3]
    assert "NameError: name 'undefined' is not defined (" in found["message"][5]
    assert "sweep_functions.py" in found["message"][5]
    np.testing.assert_array_equal(found["value"][[0, 6, 7]], [0, 6, 7])
    assert np.isnan(found["value"][1:6]).all()
    assert found.complete
    assert "8 points; 1 diverged, 1 error, 2 failed, 1 not finite" in found.message
    assert "inf" not in found.to_dict()["columns"]["value"]


def test_a_mistake_in_the_program_is_told_with_its_place_and_point(lif):
    with pytest.raises(rb.RheobaseError) as caught:
        sweep(functions.broken, lif, GRID)
    for words in ("broken fails at every one of the first 8 points", "At I = 0, tau = 5"):
        assert words in str(caught.value)
    assert "AttributeError" in str(caught.value)
    assert "sweep_functions.py" in str(caught.value)


def test_a_wrong_question_is_told_as_by_the_function_itself(lif):
    with pytest.raises(rb.InvalidArgument, match=r"^setting must be a colour$"):
        sweep(functions.refused, lif, GRID)
    with pytest.raises(rb.InvalidArgument, match="rk5"):
        sweep(rb.simulate, lif, dict(I=[1, 2]), until=1, scheme="rk5")


def test_results_of_the_analysis_give_their_numbers_and_themselves():
    """Rest is lost at the fold, I = 39.96315 for every phi (AUTO-07p)."""
    model = rb.models.morris_lecar("snic")
    found = sweep(
        rb.classify_excitability, model, dict(phi=[0.067, 0.2]), parameter="I", simulate=False
    )
    np.testing.assert_allclose(found["threshold"], 39.9631530927, rtol=1e-9)
    assert found["onset"].tolist() == ["snic", "homoclinic"]
    assert found["hodgkin_class"].tolist() == [1, 2]
    assert found["integrator"].dtype == bool
    assert np.isnan(found["prefactor"]).tolist() == [False, True]
    assert isinstance(found.at(phi=0.2), rb.Excitability)
    assert found.at(0).onset == "snic"


def test_a_branch_gives_its_special_points():
    """Hopf points of FitzHugh-Nagumo where v^2 = 1 - b epsilon."""
    model = rb.models.fitzhugh_nagumo()
    settings = dict(parameter="I", interval=(0, 2), keep=False)
    found = sweep(rb.continue_equilibria, model, dict(epsilon=[0.05, 0.08]), **settings)
    a, b = model.parameters["a"], model.parameters["b"]
    for i, epsilon in enumerate((0.05, 0.08)):
        v = np.array([-1, 1]) * np.sqrt(1 - b * epsilon)
        exact = (v + a) / b - v + v**3 / 3
        np.testing.assert_allclose([found["H"][i], found["H_2"][i]], exact, rtol=1e-9)
    assert "H" in found.at(0)  # numbers only: keep=False


def test_samples_are_a_table(lif):
    frame = pandas.DataFrame(dict(I=[3.0, 1.0, 2.0], tau=[1.0, 2.0, 3.0]))
    found = sweep(functions.square, lif, samples=frame)
    assert found.shape == (3,)
    assert found["value"].tolist() == [9, 1, 4]
    assert found.at(I=1, tau=2)["value"] == 1
    assert found.to_xarray()["I"].dims == ("sample",)


def test_start_values_can_vary_and_names_do_not_clash(lif):
    found = sweep(rb.simulate, lif, dict(V=[-65.0, -60.0]), until=5)
    assert found["V"].tolist() == [-65, -60]
    assert found["V_found"][0] != found["V_found"][1]


def test_tables_for_pandas_and_xarray(lif, tmp_path):
    found = sweep(functions.several, lif, dict(I=[1.0, 2.0], tau=[5.0, 6.0, 7.0]))
    frame = found.to_dataframe()
    numbers = ["root", "large", "count", "name"]
    assert frame.columns.tolist() == ["I", "tau", *numbers, "status", "message"]
    assert frame["tau"].tolist() == [5, 6, 7, 5, 6, 7]
    dataset = found.to_xarray()
    assert dataset["root"].dims == ("I", "tau")
    assert dataset["profile"].shape == (2, 3, 3)
    assert "spikes" not in dataset
    assert dataset["tau"].attrs["units"] == lif.units["tau"]
    dataset.to_netcdf(tmp_path / "table.nc", engine="scipy")
    assert "1 to 2 (2) x tau 5 to 7 (3)" in repr(found)


@pytest.mark.parametrize("ending", [".npz", ".nc"])
def test_a_sweep_is_saved_in_one_file(lif, tmp_path, ending):
    found = sweep(rb.simulate, lif, dict(I=[1.5, 2.0, 3.0], tau=[5.0, 10.0]), until=50, chunk=4)
    again = rb.load(rb.save(found, tmp_path / f"sweep{ending}"))
    assert again.to_dict() == found.to_dict()
    np.testing.assert_array_equal(again.at(2, 1).spikes, found.at(2, 1).spikes)
    assert repr(again) == repr(found)


def test_progress_counts_points(lif):
    told = []
    sweep(functions.square, lif, GRID, chunk=5, progress=lambda *state: told.append(state))
    assert told == [(0, 5, 12), (0, 10, 12), (0, 12, 12)]


def nested():
    def inner(model):
        return 1.0

    return inner


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda model: 1.0, "lambda, which can't be sent"),
        (nested(), "function inside another function"),
        (partial(functions.square, scale=2), "has no name by which a worker could find it"),
        (3, "takes a function of a Model first, not 3"),
    ],
)
def test_functions_that_no_worker_could_find(lif, function, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        rb.sweep(function, lif, GRID)


@pytest.mark.parametrize(
    ("grid", "settings", "words"),
    [
        (GRID, dict(skale=2), "square has no setting 'skale'. Did you mean 'scale'"),
        (GRID, dict(samples=GRID), "both was given"),
        (None, {}, "neither was given"),
        ({}, {}, "grid is empty"),
        (dict(I=[]), {}, "one or more values"),
        (dict(I=3.0), {}, "one or more values"),
        (dict(I=["a"]), {}, "must be numbers"),
        (dict(I=[1.0, np.inf]), {}, "must be finite"),
        ([1, 2], {}, "maps names to values"),
        (dict(J=[1.0]), {}, "'J' is not a parameter or state"),
        (None, dict(samples=dict(I=[1.0], tau=[1.0, 2.0])), "they have I 1, tau 2"),
        (GRID, dict(chunk=0), "chunk is a whole number"),
        (GRID, dict(resume=True), "give store="),
        (GRID, dict(resume="yes"), "True or False"),
        (GRID, dict(store=3), "name of a folder"),
        (GRID, dict(progress=3), "progress is called with"),
    ],
)
def test_wrong_questions(lif, grid, settings, words):
    with pytest.raises(rb.RheobaseError, match=words):
        sweep(functions.square, lif, grid, **settings)


def test_points_that_are_not_there(lif):
    found = sweep(functions.square, lif, GRID)
    with pytest.raises(rb.NotFound, match=r"I = 1\.5, tau = 5 is no point"):
        found.at(I=1.5, tau=5)
    with pytest.raises(rb.InvalidArgument, match="give every axis"):
        found.at(I=1)
    with pytest.raises(rb.UnknownName, match="'g' is not an axis"):
        found.at(g=1)
    with pytest.raises(rb.InvalidArgument, match="there is no point 12"):
        found.at(12)
    with pytest.raises(rb.InvalidArgument, match="name one point"):
        found.at()
    with pytest.raises(rb.UnknownName, match=r"'values' is not a column.*Did you mean 'value'"):
        found["values"]
    with pytest.raises(rb.InvalidArgument, match="takes a Model second"):
        rb.sweep(functions.square, GRID, lif)


def test_a_function_that_leaves_ends_its_point_only(lif):
    found = sweep(functions.leaving, lif, dict(I=[0.0, 1.0, 2.0]))
    assert found["status"].tolist() == ["completed", "error", "completed"]
    assert re.fullmatch(
        r"SystemExit: not today \(.*sweep_functions.py:\d+ in leaving\)", found["message"][1]
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([10**400], "a value of I is beyond 1e308"),
        ([1 + 1j], "the values of I must be numbers"),
        (np.array([1 + 1j]), "the values of I must be numbers"),
    ],
)
def test_values_that_are_no_numbers(lif, values, words):
    with pytest.raises(rb.InvalidArgument, match=words):
        sweep(functions.square, lif, dict(I=values))
    with pytest.raises(rb.InvalidArgument):
        rb.simulate_ensemble(lif, dict(I=values), until=1)


def test_more_points_than_anybody_waits_for(lif):
    axes = dict(I=np.arange(20_000.0), tau=np.arange(1.0, 20_001.0))
    with pytest.raises(rb.InvalidArgument, match=r"20000 x 20000 points, a sweep takes 1e\+08 at"):
        sweep(functions.square, lif, axes)
    with pytest.raises(rb.InvalidArgument, match=r"4e\+08 members are too many"):
        rb.simulate_ensemble(lif, axes, until=1)


def test_keep_is_a_truth_value(lif):
    with pytest.raises(rb.InvalidArgument, match="keep is True or False, not 'x'"):
        sweep(functions.square, lif, GRID, keep="x")


def test_a_name_is_listed_once(lif):
    with pytest.raises(rb.UnknownName) as caught:
        sweep(functions.square, lif, dict(J=[1.0]))
    known = caught.value.known
    assert len(known) == len(set(known))
    many = rb.simulate_ensemble(lif, dict(I=[1.0]), until=1, save=["V"])
    with pytest.raises(rb.UnknownName) as caught:
        many["W"]
    assert caught.value.known.count("V") == 1


def test_a_column_without_a_value_leaves_the_others(lif):
    found = rb.sweep(functions.ratio, lif, dict(I=[0.0, 2.0, 4.0]), processes=1)
    assert found["status"].tolist() == ["completed"] * 3
    assert found["message"].tolist() == ["ratio: not a finite number", "", ""]
    assert found["count"].tolist() == [0, 2, 4]
    np.testing.assert_array_equal(found["ratio"], [np.nan, 0.5, 0.25])


def test_a_lambda_stays_in_this_process(lif, tmp_path):
    grid = dict(I=[1.0, 2.0])
    found = rb.sweep(lambda model: model.parameters["I"] ** 2, lif, grid, processes=1)
    assert found["value"].tolist() == [1, 4]
    for settings in (dict(processes=2), dict(processes=1, store=tmp_path), {}):
        with pytest.raises(rb.InvalidArgument, match=r"a lambda, which can't be sent.*processes=1"):
            rb.sweep(lambda model: 0, lif, grid, **settings)
