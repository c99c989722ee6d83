"""`rheobase gallery`: passes on what the gallery built and what failed."""

import json
from types import SimpleNamespace

import pytest
from rheobase.cli.main import main
from rheobase.gallery import build as room


@pytest.fixture
def built(monkeypatch):
    """Let the gallery build this instead of drawing."""

    def replace(*complaints):
        def build(names, out):
            files = [out / f"{name}.pdf" for name in names]
            return SimpleNamespace(files=files, complaints=list(complaints))

        monkeypatch.setattr(room, "build", build)

    return replace


def test_files_are_printed(built, capsys):
    built()
    assert main(["gallery", "one", "two", "--out", "shown"]) == 0
    assert capsys.readouterr().out == "wrote shown/one.pdf\nwrote shown/two.pdf\n"


def test_a_figure_whose_numbers_fail_exits_1(built, capsys):
    built("one: the check failed: period == 14")
    assert main(["gallery", "one", "--out", "shown", "--json"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["failed"] == ["one: the check failed: period == 14"]
    assert "period == 14" in printed.err


def test_an_unknown_figure_exits_2(tmp_path, capsys):
    assert main(["gallery", "no_such_figure", "--out", str(tmp_path / "shown")]) == 2
    assert "'no_such_figure' is not a figure of the gallery" in capsys.readouterr().err
    assert not (tmp_path / "shown").exists()
