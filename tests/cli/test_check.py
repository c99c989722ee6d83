"""`rheobase check`: what was read, what was made of it, and what can't be read."""

import json

import pytest
import rheobase as rb
from ode_files import FOLDER
from rheobase.cli.main import main


def test_the_page_says_what_was_read(capsys):
    assert main(["check", str(FOLDER / "izhikevich.ode")]) == 0
    page = " ".join(capsys.readouterr().out.split())
    assert "states v = -65, u = -13" in page
    assert "parameters a = 0.02, b = 0.2, c = -65, d = 8, i = 10" in page
    assert "reset v > 30: v = c, u = u + d" in page
    assert "options scheme = euler, step = 0.0625, until = 200.0" in page
    assert "line 4: the global is a reset at v > 30" in page


def test_json(capsys):
    assert main(["check", str(FOLDER / "noise.ode"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["states"] == {"x": 0.0, "y": 0.0}
    assert data["noise"] == {"x": {"w": "sigma"}, "y": {"w": "sigma/2", "z": "-sigma"}}
    assert {"kind": "translated", "line": 2, "text": "noise of x: (sigma) dw"} in data["notes"]


def test_a_toml_file(tmp_path, capsys):
    path = rb.save(rb.models.henon(), tmp_path / "henon.toml")
    assert main(["check", str(path)]) == 0
    assert "a map in discrete time" in capsys.readouterr().out


def test_warnings_stand_last(tmp_path, capsys):
    path = tmp_path / "a.ode"
    path.write_text("x'=-x+y>2\ny=1\n@ xlo=0\n")
    assert main(["check", str(path)]) == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line[:1].islower()]
    assert headings[-2:] == ["left out", "warnings"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x'=delay(x,1)", "line 1, column 4: 'delay' is a delayed variable"),
        (None, "there is no file"),
    ],
)
def test_what_cannot_be_read_is_a_wrong_question(tmp_path, capsys, content, words):
    path = tmp_path / "a.ode"
    if content:
        path.write_text(content)
    assert main(["check", str(path)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_every_command_takes_files(capsys):
    path = str(FOLDER / "fitzhugh_nagumo.ode")
    assert main(["models", path, "--set", "I0=0.5", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {r["name"]: r["value"] for r in data["parameters"]}["I0"] == 0.5
    assert main(["simulate", path, "--until", "10"]) == 0
    assert "completed" in capsys.readouterr().out
