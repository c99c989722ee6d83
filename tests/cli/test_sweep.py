"""`rheobase sweep`: the summary, the files, resuming, the errors."""

import csv
import json

import numpy as np
import pytest
import rheobase as rb
from rheobase.cli import progress
from rheobase.cli.main import main
from rheobase.cli.sweep import watching

ML = ["sweep", "morris-lecar:snic", "--question", "classify", "--no-simulation"]
GRID = ["--grid", "phi=0.067,0.2", "--processes", "1"]


def printed(capsys):
    return dict(
        line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if "  " in line
    )


def test_the_verdict_at_every_point(capsys, tmp_path):
    """The fold is at I = 39.96315 (AUTO-07p), whatever phi is."""
    table, figure, data = (tmp_path / f"map{ending}" for ending in (".csv", ".png", ".nc"))
    files = ["-o", str(table), "-o", str(figure), "-o", str(data), "--y", "threshold"]
    assert main([*ML, *GRID, *files]) == 0
    lines = printed(capsys)
    assert lines["grid"] == "phi, 0.067 to 0.2 1/ms, 2 values"
    assert lines["threshold"] == "39.9632 to 39.9632"
    assert lines["onset"] == "homoclinic 1, snic 1"
    assert lines["status"] == "completed"
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["onset"] for row in rows] == ["snic", "homoclinic"]
    assert figure.read_bytes().startswith(b"\x89PNG")
    from scipy.io import netcdf_file

    with netcdf_file(data, mmap=False) as file:
        np.testing.assert_allclose(file.variables["threshold"][:], 39.9631530927, rtol=1e-9)


def test_json_and_a_store_that_is_resumed(capsys, tmp_path):
    words = [*ML, *GRID, "--store", str(tmp_path / "store")]
    assert main(words) == 0
    capsys.readouterr()
    assert main(words) == 2
    assert "give resume=True" in capsys.readouterr().err
    assert main([*words, "--resume", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["grid"] == {"phi": [0.067, 0.2]}
    assert found["columns"]["onset"] == ["snic", "homoclinic"]
    assert found["complete"]
    assert rb.open_sweep(tmp_path / "store").complete
    assert main([*words, "--resume", "--set", "g_K=9"]) == 2
    assert "g_K of the model: 8 there, 9 here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*ML, "--grid", "phi"], "'phi' is not NAME=FIRST:LAST:COUNT"),
        ([*ML, "--grid", "phi=1:2"], "is not NAME=FIRST:LAST:COUNT"),
        ([*ML, "--grid", "phi=1:2:0"], "count of phi must be 2 or more"),
        ([*ML, "--grid", "phi=a"], "a value of phi must be a number, not 'a'"),
        ([*ML, "--grid", "phj=1,2"], "'phj' is not a parameter or state"),
        ([*ML, "--grid", "phi=1,2", "phi=2,3"], "names phi twice"),
        ([*ML, *GRID, "--step", "0.1"], "--step has no meaning for the question classify"),
        ([*ML[:2], *GRID, "--range", "0", "1"], "--range has no meaning for the question ensemble"),
        ([*ML, "--grid", "phi=1,2", "--chunk", "0"], "chunk is a whole number from 1"),
        ([*ML, *GRID, "--scheduler", "x:1"], "processes= is for this machine"),
        ([*ML, *GRID, "--resume"], "give store="),
        (ML, "--grid"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_what_remains_is_estimated(monkeypatch):
    from rheobase.cli import sweep

    now = iter([100.0, 130.0])
    monkeypatch.setattr(sweep.time, "monotonic", lambda: next(now))
    told = []
    watching(told.append)(200, 500, 1100)  # 300 of them in 30 s: 600 more take 60 s
    assert told == ["500 of 1100 points, about 60 s left;"]
    assert progress.duration(7200) == "2 h"
