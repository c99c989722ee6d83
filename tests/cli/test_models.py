"""`rheobase models`: the list and the page of a model agree with the library."""

import csv
import json

import pytest
import rheobase as rb
from rheobase.cli.main import main


def test_the_list_has_every_model(capsys):
    assert main(["models"]) == 0
    first_words = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    names = [entry.name.replace("_", "-") for entry in rb.models.catalog()]
    assert first_words == names


def test_every_name_of_the_list_has_a_page(capsys):
    for entry in rb.models.catalog():
        assert main(["models", entry.name.replace("_", "-")]) == 0
        page = capsys.readouterr().out
        assert all(name in page for name in (*entry.states, *entry.parameters))
        assert "reference" in page


def test_json_of_a_page(capsys):
    assert main(["models", "morris-lecar:snic", "--set", "I=40", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    values = {record["name"]: record["value"] for record in data["parameters"]}
    assert values["phi"] == 0.067
    assert values["I"] == 40
    assert [record["name"] for record in data["states"]] == ["V", "w"]
    assert data["regimes"] == ["hopf", "snic", "homoclinic"]
    assert data["natural"] == ["I", [0, 250]]
    assert set(data["equations"]) == {"V", "w"}


def test_json_of_the_list(capsys):
    assert main(["models", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in data] == [entry.name for entry in rb.models.catalog()]


def test_tables(tmp_path):
    both, one = tmp_path / "library.csv", tmp_path / "hh.csv"
    assert main(["models", "-o", str(both)]) == 0
    assert main(["models", "hodgkin-huxley", "-o", str(one)]) == 0
    assert len(list(csv.DictReader(both.open(newline="")))) == len(rb.models.catalog())
    rows = {row["name"]: row for row in csv.DictReader(one.open(newline=""))}
    assert float(rows["g_Na"]["value"]) == 120


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["models", "hodgkin-huxly"], "hodgkin"),
        (["models", "hodgkin-huxley", "-o", "a.pdf"], "the ending must be one of .csv"),
        (["models", "hodgkin-huxley", "--set", "Q=1"], "'Q' is not a parameter"),
    ],
)
def test_a_wrong_question_exits_2(words, sentence, capsys):
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
