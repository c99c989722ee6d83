"""`rheobase diagram`: the tables, JSON, files, what stays unimported, errors, an interrupt."""

import csv
import json
import subprocess
import sys
from inspect import signature

import numpy as np
import pytest
import rheobase as rb
from rheobase.analysis import bifurcation_diagram as engine
from rheobase.cli.main import main

ML = ["diagram", "morris-lecar:hopf", "--range", "50", "100"]
# AUTO-07p 0.9.2 at a tolerance of 1e-10 (tests/reference/auto.json)
HOPF, FOLD = 93.857618, 88.293250


@pytest.fixture(scope="module", autouse=True)
def one_engine():
    """The two engines differ in the last digits, and which one runs depends on the time so far."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RHEOBASE_ENGINE", "numpy")
        yield


@pytest.fixture(scope="module")
def found(one_engine):
    return rb.bifurcation_diagram(rb.models.morris_lecar("hopf"), "I", (50, 100))


def test_branches_and_special_points_as_text(capsys):
    assert main(ML) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(maxsplit=1) == ["model", "Morris-Lecar"]
    hopf = next(words for words in map(str.split, lines) if words[1:3] == ["H", "hopf"])
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
    special = [f"special_{n}" for n in ("kind", "value", "period", "coefficient", "criticality")]
    assert set(rows[0]) == {*frame.columns, *special}
    np.testing.assert_array_equal([float(row["I"]) for row in rows], frame["I"])
    cycles = [row for row in rows if row["kind"] == "cycles"]
    np.testing.assert_array_equal([float(r["V_max"]) for r in cycles], found.cycles[0]["V_max"])
    assert [row["label"] for row in rows if row["label"]] == ["H", "LPC"]
    assert [row["stable"] == "True" for row in rows] == frame["stable"].tolist()


def test_labelled_rows_have_the_special_point_as_located(tmp_path, capsys):
    """The SNIC of Morris and Lecar is the fold of the equilibria; mpmath: I = 39.9631530927."""
    goal = tmp_path / "diagram.csv"
    assert main(["diagram", "morris-lecar:snic", "-o", str(goal)]) == 0
    with goal.open(newline="") as file:
        rows = {row["label"]: row for row in csv.DictReader(file)}
    assert rows[""]["special_value"] == rows[""]["special_kind"] == ""
    snic, hopf = rows["SNIC"], rows["H"]
    assert snic["special_kind"] == "snic"
    assert float(snic["special_value"]) == pytest.approx(39.9631530927, abs=1e-8)
    assert snic["special_period"] == "inf"
    assert hopf["special_criticality"] == "subcritical"
    assert float(hopf["special_coefficient"]) > 0


def test_a_range_may_be_negative_and_have_an_exponent(capsys):
    words = ["diagram", "fitzhugh-nagumo", "--range", "-1e-1", "-1E-2", "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["range"] == [-0.1, -0.01]


def test_without_a_branch_there_is_no_figure_and_the_status_is_1(tmp_path, capsys):
    model = tmp_path / "drift.ode"
    model.write_text("par mu=1\ninit x=0\nx' = mu + x^2\ndone\n")
    goal, table = tmp_path / "fig.png", tmp_path / "table.csv"
    words = ["diagram", str(model), "--parameter", "mu", "--range", "1", "2"]
    assert main([*words, "-o", str(goal), "-o", str(table)]) == 1
    printed = capsys.readouterr()
    assert "no branch to draw into" in printed.err
    assert table.exists()
    assert not goal.exists()


def test_the_defaults_in_the_help_are_those_of_the_function(capsys):
    assert main(["diagram", "--help"]) == 0
    shown = capsys.readouterr().out
    usual = signature(rb.bifurcation_diagram).parameters
    for name in ("mesh", "degree", "tolerance", "max_points", "depth"):
        line = next(
            part for part in shown.split("\n  --") if part.startswith(name.replace("_", "-"))
        )
        assert line.split("\n\n")[0].split()[-1] == str(usual[name].default)


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
        (["diagram", "morris-lecar", "--range", "-inf", "3"], "must be finite"),
        ([*ML, "--mesh", "2"], "mesh"),
        ([*ML, "--mesh", "0"], "mesh"),
        ([*ML, "--mesh", "-5"], "mesh"),
        ([*ML, "--depth", "-1"], "depth"),
        ([*ML, "--max-points", "0"], "max_points"),
        ([*ML, "--max-period", "-3"], "max_period"),
        ([*ML, "--max-period", "-3e1"], "max_period"),
        ([*ML, "--y", "foo"], "'foo' is not a state of Morris-Lecar"),
        ([*ML, "-o", "diagram.tiff"], "the ending must be one of"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
