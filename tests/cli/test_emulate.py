"""`rheobase emulate`: the report, the files, the errors."""

import csv
import json

import numpy as np
import pytest
import rheobase as rb
from machine_portions import chopped
from rheobase.cli.main import main
from rheobase.hardware.machine import following

IZ = ["emulate", "izhikevich", "--set", "I=10", "--until", "100"]


def test_the_report_is_that_of_the_run(capsys):
    assert main([*IZ, "--format", "16.15", "--rounding", "nearest"]) == 0
    model = rb.models.izhikevich().replace(I=10)
    machine = rb.emulate(model, rb.QFormat(16, 15, rounding="nearest"), 100)
    assert capsys.readouterr().out == f"{machine.report()}\n  status       completed\n"


def test_json_holds_the_bits(capsys, tmp_path):
    files = [tmp_path / name for name in ("run.csv", "run.pdf", "run.nc")]
    words = [word for file in files for word in ("-o", str(file))]
    assert main([*IZ, "--json", "--program", "chip", *words]) == 0
    printed = json.loads(capsys.readouterr().out)
    run = rb.spinnaker.izhikevich(
        a=0.02, b=0.2, c=-65.0, d=8.0, I=10.0, h=0.1, v0=-70.0, u0=-14.0, steps=1000
    )
    assert printed["bits"]["v"][1:] == run.bits("v").tolist()
    assert printed["word"] == "s16.15"
    with open(files[0], newline="") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([float(row["v"]) for row in rows[1:]], run["v"])
    assert [int(row["v bits"]) for row in rows] == printed["bits"]["v"]
    assert files[1].read_bytes().startswith(b"%PDF-")
    again = rb.load(files[2])
    assert (again.bits("v") == printed["bits"]["v"]).all()
    assert again.settings["program"] == "chip"


def test_the_program_as_operations_and_as_c(capsys):
    assert main([*IZ, "--listing"]) == 0
    assert "r9 = r8 * r0 >> 15 floor" in capsys.readouterr().out
    assert main([*IZ, "--c"]) == 0
    assert "typedef _Accum word;" in capsys.readouterr().out


def test_scales(capsys):
    words = ["emulate", "morris-lecar:snic", "--set", "I=50", "--until", "100", "--format", "8.7"]
    assert main([*words, "--scale", "auto", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fractions"] == {"V": 8, "w": 15}
    assert main([*words, "--scale", "V=0", "w=-8", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fractions"] == {"V": 7, "w": 15}


def test_drives(capsys):
    """As `rb.emulate(drive=...)`; one that is constant gives the parameter's bits."""
    pulse = ["emulate", "izhikevich", "--until", "60", "--drive", "I=10*heaviside(t - 20)"]
    assert main([*pulse, "--json"]) == 0
    bits = json.loads(capsys.readouterr().out)["bits"]["v"]
    run = rb.emulate(rb.models.izhikevich(), until=60, drive=dict(I="10*heaviside(t - 20)"))
    assert bits == run.bits("v").tolist()
    assert main(["emulate", "izhikevich", "--until", "60", "--drive", "J=1"]) == 2
    assert "J" in capsys.readouterr().err


def test_overflows_exit_1(capsys):
    words = [*IZ, "--format", "8.7", "--fit", "report"]
    assert main(words) == 1
    printed = capsys.readouterr()
    assert "left the word" in printed.err
    assert "overflow" in printed.out


@pytest.mark.parametrize("shown", [["--json"], ["--listing"]])
def test_an_interrupted_run_is_printed_as_far_as_it_came(shown, monkeypatch, capsys, tmp_path):
    """In the second portion of the machine's own steps."""
    runs = iter([None, 1])
    monkeypatch.setattr(following, "portions", lambda *asked: chopped([400], next(runs))(*asked))
    file = tmp_path / "run.npz"
    assert main([*IZ, *shown, *(["-o", str(file)] if "--json" in shown else [])]) == 130
    printed = capsys.readouterr()
    assert printed.err == "rheobase: interrupted at t = 40, before 100\n"
    if "--json" not in shown:
        assert "r9 = r8 * r0 >> 15 floor" in printed.out
        return
    monkeypatch.undo()
    whole = rb.emulate(rb.models.izhikevich().replace(I=10), until=100)
    report = json.loads(printed.out)
    assert report["status"] == "interrupted"
    assert report["bits"]["v"] == whole.bits("v")[:401].tolist()
    assert rb.load(file).steps == report["steps"] == 400


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*IZ, "--format", "8.7"], "does not fit into s8.7"),
        ([*IZ, "--format", "sixteen"], "is not I.F"),
        ([*IZ, "--rounding", "up"], "nearest"),
        ([*IZ, "--scheme", "rk4"], "rk2"),
        ([*IZ, "--scale", "auto", "v=1"], "not both"),
        ([*IZ, "--scale", "v"], "NAME=POWER"),
        ([*IZ, "--listing", "--json"], "leave out --json"),
        ([*IZ, "--c", "-o", "run.csv"], "leave out --json and -o"),
        (["emulate", "hodgkin-huxley", "--program", "chip"], "program='model'"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
