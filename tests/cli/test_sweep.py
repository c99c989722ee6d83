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


def test_an_ensemble_by_default(capsys, tmp_path):
    """Silent below I = (V_th - E)/R = 1.5."""
    table, figure = tmp_path / "rates.csv", tmp_path / "rates.pdf"
    words = ["sweep", "leaky", "--grid", "I=0:3:7", "tau=5,10", "--until", "200", "--step", "0.1"]
    assert main([*words, "-o", str(table), "-o", str(figure)]) == 0
    lines = printed(capsys)
    assert lines["question"] == "simulate_ensemble"
    assert lines["rate"].startswith("0 to 1")
    assert lines["rate"].endswith(" Hz")
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["rate"]) > 0 for row in rows] == [float(row["I"]) > 1.5 for row in rows]
    assert figure.read_bytes().startswith(b"%PDF-")


def test_points_that_all_fail_exit_1(capsys, tmp_path):
    file = tmp_path / "blow-up.toml"
    rb.save(rb.Model("blow-up", "x' = a*x^2", parameters=dict(a=1), start=dict(x=1)), file)
    words = ["sweep", str(file), "--until", "1", "--step", "0.001", "--save", "last", "--grid"]
    assert main([*words, "a=0.5,2"]) == 0
    assert printed(capsys)["points"] == "2 points; 1 diverged"
    assert main([*words, "a=2,3"]) == 1
    assert "no point could be computed: diverged" in capsys.readouterr().err


def test_an_interrupted_sweep_exits_130_and_resumes(capsys, tmp_path, monkeypatch):
    from rheobase.dynamics.sweeps import store

    words = ["sweep", "leaky", "--grid", "I=0:3:6", "--until", "20", "--step", "0.1"]
    words += ["--chunk", "2", "--store", str(tmp_path / "store")]
    put = store.Folder.put

    def interrupted(self, index, content):
        put(self, index, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(store.Folder, "put", interrupted)
    assert main(words) == 130
    told = capsys.readouterr()
    assert "2 of 6 points" in told.out
    assert "--resume) goes on from here" in told.err
    monkeypatch.undo()
    assert main([*words, "--resume"]) == 0
    assert rb.open_sweep(tmp_path / "store").complete


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*ML, "--grid", "phi"], "'phi' is not NAME=FIRST:LAST:COUNT"),
        ([*ML, "--grid", "phi=1:2"], "is not NAME=FIRST:LAST:COUNT"),
        ([*ML, "--grid", "phi=1:2:0"], "count of phi must be a whole number from 2, not 0"),
        ([*ML, "--grid", "phi=1:2:2.5"], "count of phi must be a whole number from 2, not 2.5"),
        ([*ML, "--grid", "phi=1:2:1e9"], "1e9 values of phi are too many"),
        ([*ML, "--grid", "phi=1:2:2e4", "g_K=1:2:2e4"], "20000 x 20000 points, a sweep takes"),
        ([*ML, *GRID, "--store", ""], "store is the name of a folder, not ''"),
        ([*ML, "--grid", "phi=a"], "a value of phi must be a number, not 'a'"),
        ([*ML, "--grid", "phj=1,2"], "'phj' is not a parameter or state"),
        ([*ML, "--grid", "phi=1,2", "phi=2,3"], "names phi twice"),
        ([*ML, *GRID, "--step", "0.1"], "--step has no meaning for the question classify"),
        ([*ML[:2], *GRID, "--range", "0", "1"], "--range has no meaning for the question ensemble"),
        ([*ML, "--grid", "phi=1,2", "--chunk", "0"], "chunk is a whole number from 1"),
        ([*ML, *GRID, "--scheduler", "x:1"], "processes= is for this machine"),
        ([*ML, *GRID, "--resume"], "--resume goes on with what is in a store: give --store DIR"),
        ([*ML[:2], *GRID, "--until", "1e9", "--y", "rat"], "'rat' is not a column of one number"),
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
