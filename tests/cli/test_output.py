"""Files appear whole or not at all; JSON is standard JSON."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import rheobase as rb
from rheobase.cli.output import as_json, columns, present


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


class Table:
    """A table whose writing breaks off: the disk is full."""

    index = SimpleNamespace(name=None)

    def to_csv(self, goal, index):
        goal.write_text("half")
        raise OSError(28, "No space left on device")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, capsys):
    goal = tmp_path / "run.csv"
    goal.write_text("old")
    arguments = SimpleNamespace(json=False, output=[goal])
    with pytest.raises(rb.StorageError, match=r"run\.csv .*No space left on device"):
        present(arguments, text=lambda: "text", data=dict, table=Table)
    assert goal.read_text() == "old"
    assert list(tmp_path.iterdir()) == [goal]
    assert "wrote" not in capsys.readouterr().out


def test_what_a_result_cannot_be_written_as(tmp_path, capsys):
    arguments = SimpleNamespace(json=False, output=[tmp_path / "a.nc"])
    with pytest.raises(rb.InvalidArgument, match=r"can't be written as \.nc"):
        present(arguments, text=lambda: "text", data=dict)
    assert capsys.readouterr().out == "text\n"


def test_columns_align():
    assert columns([("a", "bb"), ("ccc", "d")], indent=" ") == " a    bb\n ccc  d"
