"""`rheobase phase-plane`: the summary, the files, the errors."""

import csv
import json

import numpy as np
import pytest
from rheobase.cli.main import main

PLANE = ["phase-plane", "fitzhugh-nagumo", "--set", "I=0.5", "--box", "v=-2.5:2.5", "w=-1:2"]


def test_the_summary_names_what_there_is(capsys):
    """v solves v - v^3/3 - (v + 0.7)/0.8 + 0.5 = 0."""
    assert main(PLANE) == 0
    printed = capsys.readouterr().out
    lines = dict(line.split("  ", 1) for line in printed.splitlines())
    v, w = (float(part.split("=")[1]) for part in lines["unstable focus"].split(","))
    assert v - v**3 / 3 - w + 0.5 == pytest.approx(0, abs=1e-9)
    assert w == pytest.approx((v + 0.7) / 0.8, rel=1e-9)
    assert lines["v' = 0"].strip() == "1 branch"
    assert lines["complete"].strip().startswith("yes, proved")


def test_json_is_all_that_is_printed(capsys, tmp_path):
    goal = tmp_path / "plane.csv"
    assert main([*PLANE, "--json", "-o", str(goal)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["box"] == {"v": [-2.5, 2.5], "w": [-1, 2]}
    (line,) = printed["nullclines"][1]["segments"]
    v, w = np.array(line).T
    np.testing.assert_allclose(w, (v + 0.7) / 0.8, atol=1e-12)
    assert printed["fixed_points"]["points"][0]["kind"] == "unstable focus"
    with open(goal, newline="") as file:
        rows = list(csv.DictReader(file))
    cubic = np.array([(float(r["v"]), float(r["w"])) for r in rows if r["nullcline"] == "v"]).T
    np.testing.assert_allclose(cubic[1], cubic[0] - cubic[0] ** 3 / 3 + 0.5, atol=1e-12)


@pytest.mark.parametrize(("ending", "magic"), [(".pdf", b"%PDF-"), (".png", b"\x89PNG")])
def test_a_figure(ending, magic, tmp_path):
    goal = tmp_path / f"plane{ending}"
    assert main([*PLANE, "-o", str(goal), "--streamlines"]) == 0
    assert goal.read_bytes().startswith(magic)


def test_what_the_others_do(capsys):
    words = ["phase-plane", "hodgkin-huxley", "--box", "V=-80:40", "n=0:1", "--json"]
    assert main([*words, "--others", "m=0.1", "h=0.5"]) == 0
    held = json.loads(capsys.readouterr().out)["nullclines"][0]["held"]
    assert held == {"m": 0.1, "h": 0.5}
    assert main([*words, "--others", "steady"]) == 0
    assert json.loads(capsys.readouterr().out)["others"] == "steady"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["phase-plane", "fitzhugh-nagumo", "--box", "v=-2", "w=0:1"], "is not NAME=LOW:HIGH"),
        (["phase-plane", "fitzhugh-nagumo", "--box", "v=-2:x", "w=0:1"], "must be a number"),
        (["phase-plane", "fitzhugh-nagumo", "--box", "v=2:1", "w=0:1"], "must rise"),
        (["phase-plane", "fitzhugh-nagumo", "--box", "v=1:2", "v=0:1"], "twice"),
        (["phase-plane", "fitzhugh-nagumo", "--box", "v=1:2", "u=0:1"], "'u' is not a state"),
        (["phase-plane", "logistic"], "is a map"),
        (["phase-plane", "leaky"], "one state"),
        (["phase-plane", "hodgkin-huxley", "--others", "frozen"], "others is 'start'"),
        (["phase-plane", "hodgkin-huxley", "--others", "m=a", "h=1"], "must be a number"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
