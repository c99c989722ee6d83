"""`rheobase classify`: the table and the report, JSON, files, wrong questions, no compiling."""

import csv
import json
import subprocess
import sys

import pytest
import rheobase as rb
from rheobase.cli.main import main

SNIC = ["classify", "morris-lecar:snic", "--range", "0", "60"]
# the fold by mpmath at 40 digits; the prefactor derived from it
FOLD, HERTZ = 39.963153092745, 5.66195031


def test_the_verdict_as_text(capsys):
    assert main(SNIC) == 0
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("onset")).split() == ["onset", "snic"]
    text = "\n".join(lines)
    assert "39.96315309 uA/cm2" in text
    assert "5.6619503" in text
    assert "is class 1 excitable" in text
    assert max(map(len, lines)) <= 96


def test_json_has_the_names_of_the_contract(capsys):
    assert main(["classify", "morris-lecar:homoclinic", "--range", "20", "60", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["hodgkin_class"] == 2
    assert data["spiking_class"] == 1
    assert data["loss"]["kind"] == "fold"
    assert data["birth"]["kind"] == "homoclinic"
    assert data["threshold"] == pytest.approx(FOLD, rel=1e-9)
    assert data["bistable"] == pytest.approx([35.006734198, FOLD], rel=1e-7)
    assert {"firing_from", "rheobase", "block", "integrator", "law", "onset"} <= set(data)
    assert {point["kind"] for point in data["evidence"]} >= {"fold", "homoclinic", "hopf"}


def test_files(tmp_path, capsys):
    names = ["frequency.png", "frequency.csv", "verdict.npz", "verdict.nc"]
    goals = [word for name in names for word in ("-o", str(tmp_path / name))]
    assert main([*SNIC, "--no-simulation", *goals]) == 0
    assert (tmp_path / "frequency.png").stat().st_size > 5000
    with (tmp_path / "frequency.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"I", "frequency", "source"}
    assert min(float(row["I"]) for row in rows) > FOLD - 1e-9
    found = rb.load(tmp_path / "verdict.npz")
    assert found.prefactor_hz == pytest.approx(HERTZ, rel=1e-8)
    assert found.rheobase is None
    assert rb.load(tmp_path / "verdict.nc").to_dict() == found.to_dict()


def test_other_parameter_values(capsys):
    words = ["classify", "morris-lecar:snic", "--set", "phi=0.23", "--range", "20", "60"]
    assert main([*words, "--no-simulation", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["onset"] == "homoclinic"


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["classify", "morris-leca"], "morris"),
        (["classify", "morris-lecar", "--parameter", "g_k", "--range", "0", "1"], "g_K"),
        (["classify", "morris-lecar", "--range", "3", "3"], "two different"),
        (["classify", "logistic"], "map"),
        (["classify", "morris-lecar", "-o", "verdict.txt"], "ending"),
    ],
)
def test_wrong_questions_end_with_2(words, sentence, capsys):
    assert main(words) == 2
    assert sentence in capsys.readouterr().err


def test_a_cold_command_compiles_nothing(tmp_path):
    code = (
        "import sys; from rheobase.cli.main import main\n"
        "status = main(['classify', 'morris-lecar:snic', '--range', '0', '60', '--json'])\n"
        "assert not {'numba', 'matplotlib'} & set(sys.modules), 'too much is imported'\n"
        "sys.exit(status)"
    )
    environment = {"RHEOBASE_CACHE": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1", **environment},
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-800:]
    assert json.loads(run.stdout)["simulated"]["agrees"] is True
