"""`rheobase continue`: the tables, JSON, files, errors."""

import json

import matplotlib
import pytest
import rheobase as rb
from rheobase.cli.main import main

matplotlib.use("Agg")
WORDS = ["continue", "morris-lecar", "--parameters", "I", "phi", "--from", "hopf"]
WORDS += ["--box", "0", "250", "0.01", "0.5"]
BAUTIN = 124.470635835319, 0.306345031784573  # 40-digit Newton (tests/reference/auto.json)


def test_text(capsys):
    assert main(WORDS) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    first = next(words for words in lines if words[:2] == ["GH", "bautin"])
    assert float(first[2]) == pytest.approx(BAUTIN[0], abs=1e-7)
    assert float(first[3]) == pytest.approx(BAUTIN[1], abs=1e-9)
    assert lines[-1] == ["status", "completed"]


def test_json_and_files(tmp_path, capsys):
    goals = [tmp_path / f"curves{ending}" for ending in (".csv", ".npz", ".pdf")]
    words = [word for goal in goals for word in ("-o", str(goal))]
    assert main([*WORDS, "--json", *words]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [curve["kind"] for curve in printed["curves"]] == ["hopf"]
    assert printed["special"][0]["label"] == "GH"
    assert goals[0].read_text().startswith("curve,kind,I,phi,V,w")
    assert rb.load(goals[1]).first("bautin").coefficient < 0
    assert goals[2].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--from", "hop"], "Did you mean 'hopf'"),
        (["--parameters", "I", "phy"], "phi"),
        (["--parameters", "I", "I"], "two different"),
        (["--sections", "7"], "sections are values of phi"),
    ],
)
def test_wrong_questions(words, reason, capsys):
    assert main([*WORDS, *words]) == 2
    assert reason in capsys.readouterr().err
