"""`rheobase simulate`: the summary, the files, the errors."""

import csv
import json

import numpy as np
import pytest
import rheobase as rb
from rheobase.cli.main import main

HH = ["simulate", "hodgkin-huxley", "--set", "I=10"]


def test_the_summary_tells_the_period(capsys):
    """AUTO-07p: T = 14.573950643 at I = 10."""
    assert main([*HH, "--until", "300", "--tolerance", "1e-10"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert float(lines["period"].split()[0]) == pytest.approx(14.573950643, rel=1e-7)
    assert lines["status"] == "completed"
    assert lines["time"].startswith("0 to 300 ms")


def test_json_is_all_that_is_printed(capsys, tmp_path):
    goal = tmp_path / "run.csv"
    assert main([*HH, "--until", "20", "--json", "-o", str(goal)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["status"] == "completed"
    assert goal.is_file()


def test_a_table_and_a_dataset_hold_the_run(tmp_path, capsys):
    table, dataset = tmp_path / "run.csv", tmp_path / "run.nc"
    assert main([*HH, "--until", "20", "-o", str(table), "-o", str(dataset)]) == 0
    run = rb.simulate(rb.models.hodgkin_huxley().replace(I=10), until=20)
    with open(table, newline="") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([float(row["V"]) for row in rows], run["V"], rtol=1e-9)
    from scipy.io import netcdf_file

    with netcdf_file(dataset, mmap=False) as file:
        np.testing.assert_allclose(file.variables["V"][:], run["V"], rtol=1e-9)
    assert rb.load(dataset).to_dict() == run.to_dict()
    assert f"wrote {table}\nwrote {dataset}\n" in capsys.readouterr().out


@pytest.mark.parametrize("ending", [".nc", ".npz"])
def test_a_run_is_loaded_again(ending, tmp_path):
    """With and without spikes; its state's name is that of an array that is saved."""
    for start in (0.5, 2.0):
        text = f"x' = 1 - x\nx(0) = {start}"
        (tmp_path / "decay.ode").write_text(f"{text}\n@ total=3\ndone\n")
        goal = tmp_path / f"run{ending}"
        words = ["simulate", str(tmp_path / "decay.ode"), "--until", "3", "--step", "0.5"]
        assert main([*words, "-o", str(goal)]) == 0
        again = rb.load(goal)
        assert again["x"][0] == start
        if ending == ".nc":
            import xarray

            with xarray.open_dataset(goal, engine="scipy") as table:
                np.testing.assert_array_equal(table["x"], again["x"])
                np.testing.assert_array_equal(table["t"], again.t)


def test_a_table_alone_is_no_result(tmp_path):
    run = rb.simulate(rb.models.leaky().replace(I=1), until=20)
    run.to_xarray().to_netcdf(tmp_path / "table.nc", engine="scipy")
    with pytest.raises(rb.StorageError, match=r"a table that `xarray\.open_dataset` reads"):
        rb.load(tmp_path / "table.nc")


@pytest.mark.parametrize(
    ("ending", "magic"), [(".pdf", b"%PDF-"), (".png", b"\x89PNG"), (".svg", b"<?xml")]
)
def test_a_figure_of_each_kind(ending, magic, tmp_path):
    goal = tmp_path / f"run{ending}"
    assert main([*HH, "--until", "20", "-o", str(goal)]) == 0
    assert goal.read_bytes().startswith(magic)


def test_a_drive_as_text(capsys):
    words = ["simulate", "hodgkin-huxley", "--until", "60", "--drive", "I=10*heaviside(t - 50)"]
    assert main([*words, "--json"]) == 0
    spikes = json.loads(capsys.readouterr().out)["spikes"]
    assert spikes
    assert min(spikes) > 50


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["simulate", "hodgkin-huxly", "--until", "1"], "hodgkin"),
        (["simulate", "morris-lecar:snik", "--until", "1"], "snic"),
        ([*HH, "--set", "g_k=3", "--until", "1"], "'g_k' is not a parameter"),
        ([*HH, "--until", "1", "--scheme", "rk5"], "rk4"),
        ([*HH, "--until", "soon"], "must be a number, not 'soon'"),
        ([*HH, "--until", "1", "--tolerance", "-1"], "tolerance"),
        ([*HH, "--until", "1", "--drive", "I"], "is not NAME=TEXT"),
        ([*HH, "--until", "1", "-o", "run.tiff"], "the ending must be one of"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""


def test_a_run_that_gives_up_exits_1(capsys):
    """Explicit Euler with a step far too long for Lorenz diverges."""
    words = ["simulate", "lorenz", "--set", "rho=1e6", "--until", "50"]
    assert main([*words, "--scheme", "euler", "--step", "0.1"]) == 1
    assert capsys.readouterr().err.startswith("rheobase: ")
