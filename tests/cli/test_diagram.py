"""`rheobase diagram`: the tables, JSON, files, what stays unimported, errors, an interrupt."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis import bifurcation_diagram as engine
from rheobase.cli.main import main

ML = ["diagram", "morris-lecar:hopf", "--range", "50", "100"]
# AUTO-07p 0.9.2 at a tolerance of 1e-10 (tests/reference/auto.json)
HOPF, FOLD = 93.857618, 88.293250


@pytest.fixture(scope="module")
def found():
    return rb.bifurcation_diagram(rb.models.morris_lecar("hopf"), "I", (50, 100))


def test_branches_and_special_points_as_text(capsys):
    assert main(ML) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(maxsplit=1) == ["model", "Morris-Lecar"]
    hopf = next(line.split() for line in lines if " hopf " in line)
    assert float(hopf[3]) == pytest.approx(HOPF, abs=1e-6)
    assert "subcritical" in hopf
    fold = next(line.split() for line in lines if " cycle fold " in line)
    assert float(fold[4]) == pytest.approx(FOLD, abs=1e-5)
    assert any("the range of I ends at 100" in line for line in lines)
    assert lines[-1].split() == ["status", "completed"]


def test_json_has_the_layout_of_the_contract(capsys):
    assert main([*ML, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert {"model", "parameter", "range", "branches", "special"} <= set(printed)
    assert printed["range"] == [50, 100]
    for branch in printed["branches"]:
        assert {"kind", "columns", "stable", "ends"} <= set(branch)
        assert all(len(c) == len(branch["stable"]) for c in branch["columns"].values())
    wanted = {"kind", "label", "parameters", "state", "period", "coefficient", "criticality"}
    for point in printed["special"]:
        assert wanted <= set(point)
    assert [point["label"] for point in printed["special"]] == ["H", "LPC"]
    assert printed["special"][0]["parameters"]["I"] == pytest.approx(HOPF, abs=1e-6)


def test_the_table_is_that_of_to_dataframe(tmp_path, found, capsys):
    goal = tmp_path / "diagram.csv"
    assert main([*ML, "-o", str(goal)]) == 0
    with goal.open(newline="") as file:
        rows = list(csv.DictReader(file))
    frame = found.to_dataframe()
    assert set(rows[0]) == set(frame.columns)
    np.testing.assert_array_equal([float(row["I"]) for row in rows], frame["I"])
    cycles = [row for row in rows if row["kind"] == "cycles"]
    np.testing.assert_array_equal([float(r["V_max"]) for r in cycles], found.cycles[0]["V_max"])
    assert [row["label"] for row in rows if row["label"]] == ["H", "LPC"]
    assert [row["stable"] == "True" for row in rows] == frame["stable"].tolist()


@pytest.mark.parametrize("ending", [".npz", ".nc"])
def test_a_saved_diagram_is_loaded(ending, tmp_path, found, capsys):
    goal = tmp_path / f"diagram{ending}"
    assert main([*ML, "-o", str(goal)]) == 0
    loaded = rb.load(goal)
    assert loaded.to_dict() == found.to_dict()


def test_a_figure_shows_what_is_asked_for(tmp_path, capsys):
    goal = tmp_path / "diagram.pdf"
    assert main([*ML, "--y", "frequency", "-o", str(goal)]) == 0
    assert goal.read_bytes().startswith(b"%PDF-")


def test_it_starts_without_heavy_imports():
    """Neither numba, which compiles, nor what only figures and tables need."""
    words = [*ML, "--json", "-o", "x.csv"]
    program = (
        "import os, sys, tempfile; os.chdir(tempfile.mkdtemp());"
        f"from rheobase.cli.main import main; main({words!r});"
        "print([n for n in ('numba', 'matplotlib', 'pandas', 'xarray') if n in sys.modules],"
        " file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


def test_an_interrupted_diagram_is_printed_as_far_as_it_came(monkeypatch, capsys):
    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "continue_cycles", interrupted)
    assert main([*ML, "--json"]) == 130
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert report["status"] == "interrupted"
    assert [branch["kind"] for branch in report["branches"]] == ["equilibria"]
    assert printed.err.startswith("rheobase: interrupted")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["diagram", "morris-lecar:snik"], "Did you mean 'snic'"),
        ([*ML, "--parameter", "J"], "J"),
        (["diagram", "morris-lecar", "--parameter", "phi"], "range of phi"),
        (["diagram", "morris-lecar", "--range", "3", "3"], "two different"),
        (["diagram", "morris-lecar", "--range", "0", "inf"], "must be finite"),
        ([*ML, "--mesh", "2"], "mesh"),
        ([*ML, "-o", "diagram.tiff"], "the ending must be one of"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
