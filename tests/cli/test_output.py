"""Files appear whole or not at all; JSON is standard JSON."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import rheobase as rb
from rheobase.cli.output import as_json, columns, present, replace_file


def test_json_has_null_for_what_json_lacks():
    value = {
        "a": np.array([1, np.nan]),
        "b": -np.inf,
        "c": 1 + 2j,
        "d": np.float64(3),
        "e": (1, "x"),
    }
    expected = {"a": [1, None], "b": None, "c": [1, 2], "d": 3, "e": [1, "x"]}
    assert json.loads(as_json(value)) == expected
    assert json.loads(as_json(rb.Status.COMPLETED)) == rb.Status.COMPLETED.value


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    goal = tmp_path / "run.csv"
    goal.write_text("old")

    def write(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(rb.StorageError, match=r"can't write .*run\.csv.*: No space left on device"):
        replace_file(goal, write)
    assert goal.read_text() == "old"
    assert list(tmp_path.iterdir()) == [goal]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(rb.StorageError, match="No such file or directory"):
        replace_file(tmp_path / "nowhere" / "run.csv", lambda path: None)


def test_what_a_result_cannot_be_written_as(tmp_path, capsys):
    arguments = SimpleNamespace(json=False, output=[tmp_path / "a.nc"])
    with pytest.raises(rb.InvalidArgument, match=r"can't be written as \.nc"):
        present(arguments, text=lambda: "text", data=dict)
    assert capsys.readouterr().out == "text\n"


def test_columns_align():
    assert columns([("a", "bb"), ("ccc", "d")], indent=" ") == " a    bb\n ccc  d"
